//! Several assessments as one, on a terminal: the score first, then where it comes from.

use super::document::{Account, Document, State};
use super::words::{
    about, account, extent, failure, gap, in_charge, interval, left_out, members, named, path,
    percent, severities, title, worst_first,
};
use crate::catalog::Severity;
use crate::report::{Page, Style, severity_style};
use std::io::{self, Write};
use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::peaker::Priority;
use tabled::settings::style::HorizontalLine;
use tabled::settings::{Alignment, Modify, Padding, Style as Border, Width};

/// How many accounts, failing checks and gaps are shown unless all are wanted.
const MANY: usize = 20;
/// How many failures of a check are shown unless all are wanted.
const FEW: usize = 3;

/// Writes the document as text.
pub fn table(document: &Document, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(style);
    Table { page }.write(document, out)
}

struct Table {
    page: Page,
}

impl Table {
    fn write(&self, document: &Document, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.page.bold(&title(document)))?;
        writeln!(out, "{}", about(document))?;
        for note in in_charge(document).iter().chain(&document.notes) {
            self.page.lines(note, "", out)?;
        }
        writeln!(out)?;
        self.scores(document, out)?;
        self.units(document, out)?;
        self.accounts(document, out)?;
        self.unread(document, out)?;
        self.checks(document, out)?;
        self.gaps(document, out)
    }

    fn scores(&self, document: &Document, out: &mut dyn Write) -> io::Result<()> {
        let mut rows = vec![[
            "All accounts".to_owned(),
            interval(document.score.whole),
            percent(document.coverage),
        ]];
        rows.extend(document.score.domains.iter().map(|domain| {
            [
                domain.title.clone(),
                interval(domain.score),
                percent(domain.coverage),
            ]
        }));
        self.table(["", "score", "coverage"], &rows, true, out)
    }

    fn units(&self, document: &Document, out: &mut dyn Write) -> io::Result<()> {
        if document.units.is_empty() {
            return Ok(());
        }
        let rows: Vec<[String; 5]> = document
            .units
            .iter()
            .map(|unit| {
                [
                    unit.path.clone(),
                    interval(unit.score),
                    percent(unit.coverage),
                    members(unit),
                    severities(&unit.failures),
                ]
            })
            .collect();
        let head = [
            "Organizational unit",
            "score",
            "coverage",
            "accounts",
            "failures",
        ];
        self.table(head, &rows, false, out)
    }

    fn accounts(&self, document: &Document, out: &mut dyn Write) -> io::Result<()> {
        let accounts = worst_first(document);
        let shown = self.shown(accounts.len(), MANY);
        let row = |account: &&Account| {
            let failures = match account.state {
                State::NotRead | State::Missing => "not read".to_owned(),
                _ => severities(&account.failures),
            };
            let unit = path(document, account.unit.as_deref()).to_owned();
            let (score, coverage) = (interval(account.score), percent(account.coverage));
            [named(account), score, coverage, unit, failures]
        };
        let rows: Vec<[String; 5]> = accounts.iter().take(shown).map(row).collect();
        let head = ["Account", "score", "coverage", "unit", "failures"];
        self.table(head, &rows, false, out)?;
        self.more(accounts.len() - shown, out)
    }

    fn unread(&self, document: &Document, out: &mut dyn Write) -> io::Result<()> {
        let accounts = || document.accounts.iter();
        let unread: Vec<&Account> = accounts().filter(|a| a.state.is_unknown()).collect();
        if !unread.is_empty() {
            let heading = "Accounts that could not be read; each counts from 0 to 100";
            writeln!(out, "{}", self.page.bold(heading))?;
            for account in unread {
                self.item(&format!("{}: {}", named(account), account.why), 2, out)?;
            }
            writeln!(out)?;
        }
        let left_out = left_out(document);
        if !left_out.is_empty() {
            writeln!(out, "{}", self.page.bold("Accounts that were left out"))?;
            for (why, accounts) in left_out {
                let shown = self.shown(accounts.len(), MANY);
                let names = accounts.iter().take(shown);
                let mut names: Vec<String> = names.map(|account| named(account)).collect();
                if shown < accounts.len() {
                    names.push(format!("and {} more", accounts.len() - shown));
                }
                self.item(&format!("{why}: {}", names.join(", ")), 2, out)?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn checks(&self, document: &Document, out: &mut dyn Write) -> io::Result<()> {
        let checks = document.checks.iter();
        let failing: Vec<_> = checks.filter(|check| !check.failing.is_empty()).collect();
        if failing.is_empty() {
            return writeln!(out, "No failures among what was assessed.");
        }
        let total: usize = document.failures.values().sum();
        let heading = format!(
            "{total} failures: {}; the worst checks",
            severities(&document.failures)
        );
        writeln!(out, "{}", self.page.bold(&heading))?;
        let shown = self.shown(failing.len(), MANY);
        for check in failing.iter().take(shown) {
            writeln!(out)?;
            let mark = self.severity(check.severity, &format!("{:<8}", check.severity));
            let said = self
                .page
                .wrap(&format!("{} ({})", check.title, extent(check)), 9);
            writeln!(out, "{mark} {}", self.page.bold(&said))?;
            writeln!(out, "         {}", self.page.dim(&check.id))?;
            if check.failing.len() > 1 {
                let mut most: Vec<(&String, &usize)> = check.failing.iter().collect();
                most.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
                let few = self.shown(most.len(), FEW);
                let named = most.iter().take(few).map(|(id, fails)| {
                    let name = account(document, id);
                    format!("{name} ({fails})")
                });
                let mut named: Vec<String> = named.collect();
                if few < most.len() {
                    named.push(format!("and {} more accounts", most.len() - few));
                }
                writeln!(out, "         {}", self.page.wrap(&named.join(", "), 9))?;
            }
            for example in check
                .examples
                .iter()
                .take(self.shown(check.examples.len(), FEW))
            {
                writeln!(out, "         - {}", self.page.wrap(&failure(example), 11))?;
            }
        }
        writeln!(out)?;
        self.more(failing.len() - shown, out)
    }

    fn gaps(&self, document: &Document, out: &mut dyn Write) -> io::Result<()> {
        if document.gaps.is_empty() {
            return Ok(());
        }
        let heading = "Not assessed, because it could not be read";
        writeln!(out, "{}", self.page.bold(heading))?;
        let shown = self.shown(document.gaps.len(), MANY);
        for missing in document.gaps.iter().take(shown) {
            self.item(&gap(missing), 2, out)?;
        }
        self.more(document.gaps.len() - shown, out)
    }

    /// How many of so many are shown.
    fn shown(&self, of: usize, at_most: usize) -> usize {
        if self.page.style.all {
            of
        } else {
            of.min(at_most)
        }
    }

    fn more(&self, hidden: usize, out: &mut dyn Write) -> io::Result<()> {
        match hidden {
            0 => Ok(()),
            _ => writeln!(
                out,
                "{}\n",
                self.page
                    .dim(&format!("… and {hidden} more; --all shows them"))
            ),
        }
    }

    fn item(&self, text: &str, indent: usize, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "- {}", self.page.wrap(text, indent))
    }

    fn table<const N: usize>(
        &self,
        head: [&str; N],
        rows: &[[String; N]],
        whole: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut builder = Builder::default();
        builder.push_record(head);
        for row in rows {
            builder.push_record(row);
        }
        let line = HorizontalLine::new('─');
        let mut table = builder.build();
        if whole {
            table.with(Border::empty().horizontals([(1, line), (2, line)]));
        } else {
            table.with(Border::empty().horizontals([(1, line)]));
        }
        table
            .with(Padding::new(0, 2, 0, 0))
            .with(Modify::new(Columns::new(1..3)).with(Alignment::right()))
            .with(
                Width::wrap(self.page.style.width)
                    .keep_words(true)
                    .priority(Priority::max(true)),
            );
        writeln!(out, "{table}\n")
    }

    fn severity(&self, severity: Severity, text: &str) -> String {
        self.page.paint(severity_style(severity), text)
    }
}
