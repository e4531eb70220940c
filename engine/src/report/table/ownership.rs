//! Whose it is, and what mends most, on a terminal.

use crate::report::Report;
use crate::report::ownership::{
    change_clears, change_holds, change_title, inherited, kind_words, shared,
};
use crate::report::page::Page;
use crate::report::summary::{Failures, count, tenths};
use crate::score::changes;
use std::io::{self, Write};

/// How many changes are shown.
const CHANGES: usize = 5;

/// How many resources that AWS owns are named, of each kind.
const NAMED: usize = 3;

impl Page {
    /// The few changes that mend most.
    pub(super) fn changes(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let changes = changes(report.assessment, report.catalog);
        if changes.is_empty() {
            return Ok(());
        }
        let title = format!("What mends most, of {}", count(changes.len(), "change"));
        writeln!(out, "\n{}", self.bold(&title))?;
        for change in changes.iter().take(CHANGES) {
            let gain = format!("{:>+8.1}", change.gain);
            let name = self.wrap(&change_title(change), 9);
            writeln!(out, "{gain} {}", self.bold(&name))?;
            let score = change.score.map_or(String::new(), |whole| {
                format!("score {}, clears ", tenths(whole))
            });
            let line = self.wrap(&format!("{score}{}", change_clears(change)), 9);
            writeln!(out, "         {line}")?;
            let line = format!("so that: {}", change_holds(change, report.catalog));
            writeln!(out, "         {}", self.dim(&self.wrap(&line, 9)))?;
        }
        Ok(())
    }

    /// Both parts, where AWS owns a part of what failed.
    pub(super) fn shared(
        &self,
        report: &Report<'_>,
        failure: &Failures<'_>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for cell in shared(&report.catalog.responsibility, &failure.findings) {
            for (whose, part) in [("yours", &cell.customer), ("AWS's", &cell.aws)] {
                if let Some(part) = part {
                    let line = self.wrap(&format!("shared, {whose}: {}", part.trim()), 11);
                    writeln!(out, "         {}", self.dim(&line))?;
                }
            }
        }
        Ok(())
    }

    /// What AWS owns.
    pub(super) fn inherited(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let inherited = inherited(report);
        if inherited.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "\n{}",
            self.bold("Inherited from AWS, and not in the score")
        )?;
        for group in inherited {
            let mut names: Vec<&str> = group.resources.iter().copied().take(NAMED).collect();
            let more = group.resources.len().saturating_sub(NAMED);
            let rest = format!("{more} more");
            if more > 0 {
                names.push(&rest);
            }
            let (kind, count) = (kind_words(group.kind), group.resources.len());
            let line = format!("{kind} ({count}): {}", names.join(", "));
            writeln!(out, "- {}", self.wrap(&line, 2))?;
            let owner = match group.managed_by {
                crate::model::CUSTOMER => group.mode.to_owned(),
                by => format!("managed by {by}"),
            };
            let line = format!("{owner}. AWS's part: {}", group.part.trim());
            let line = self.wrap(&line, 2);
            writeln!(out, "  {}", self.dim(&line))?;
        }
        let model = &report.catalog.responsibility;
        let evidence = format!(
            "Evidence: {}, {}",
            model.evidence.title, model.evidence.link
        );
        writeln!(out, "{}", self.wrap(&evidence, 0))
    }
}
