//! The report on a terminal: the score first, then the worst, then what could not be read.

mod accepted;
mod ownership;

use super::missing::missing;
use super::page::Page;
use super::summary::{Failures, by_severity, count, failures, interval};
use super::{Report, Style};
use crate::assess::Verdict;
use crate::catalog::Severity;
use crate::score::Interval;
use anstyle::{AnsiColor, Color};
use std::io::{self, Write};
use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::peaker::Priority;
use tabled::settings::style::HorizontalLine;
use tabled::settings::{Alignment, Modify, Padding, Style as Border, Width};

/// How many resources of a failing check are named unless all are wanted.
const FEW: usize = 3;

pub(super) fn render(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    Page::new(style).write(report, out)
}

impl Page {
    fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let header = report.header;
        writeln!(out, "{}", self.bold(&format!("Account {}", header.account)))?;
        writeln!(
            out,
            "{} · {} · {}",
            header.started.format("%Y-%m-%d %H:%M UTC"),
            regions(&header.regions),
            count(report.catalog.checks.len(), "check"),
        )?;
        writeln!(out)?;
        self.domains(report, out)?;
        self.severities(report, out)?;
        self.changes(report, out)?;
        self.failures(report, &failures(report), out)?;
        self.gaps(report, out)?;
        self.accepted(report, out)?;
        self.inherited(report, out)?;
        Ok(())
    }

    fn domains(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut rows = Builder::default();
        rows.push_record(["", "score", "", "coverage"]);
        let score = &report.score;
        let bar = self.style.width.saturating_sub(60).clamp(10, 30);
        rows.push_record([
            "Whole account".to_owned(),
            interval(score.whole),
            self.bar(score.whole, bar),
            percent(score.coverage.percent()),
        ]);
        for domain in &score.domains {
            rows.push_record([
                domain.title.to_owned(),
                interval(domain.score),
                self.bar(domain.score, bar),
                percent(domain.coverage.percent()),
            ]);
        }
        let line = HorizontalLine::new('─');
        let mut table = rows.build();
        table
            .with(Border::empty().horizontals([(1, line), (2, line)]))
            .with(Padding::new(0, 2, 0, 0))
            .with(Modify::new(Columns::one(1)).with(Alignment::right()))
            .with(Modify::new(Columns::one(3)).with(Alignment::right()))
            .with(
                Width::wrap(self.style.width)
                    .keep_words(true)
                    .priority(Priority::max(true)),
            );
        writeln!(out, "{table}\n")
    }

    fn severities(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let assessment = report.assessment;
        let words: Vec<String> = by_severity(report)
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(severity, count)| self.severity(severity, &format!("{count} {severity}")))
            .collect();
        let failed = assessment.count(Verdict::Fail);
        if failed == 0 {
            writeln!(out, "No failures among what was assessed.")?;
        } else {
            let failed = self.bold(&count(failed, "failure"));
            writeln!(out, "{failed}: {}", words.join(", "))?;
        }
        let accepted = match assessment.count(Verdict::Excepted) {
            0 => String::new(),
            number => format!(" {},", count(number, "accepted risk")),
        };
        writeln!(
            out,
            "{} passed, {} not assessed,{accepted} {} inherited from AWS, {} not applicable",
            assessment.count(Verdict::Pass),
            assessment.count(Verdict::NotAssessed),
            assessment.count(Verdict::Inherited),
            assessment.count(Verdict::NotApplicable),
        )
    }

    fn failures(
        &self,
        report: &Report<'_>,
        failures: &[Failures<'_>],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for failure in failures {
            let check = failure.check;
            writeln!(out)?;
            let mark = self.severity(failure.severity, &format!("{:<8}", failure.severity));
            let tally = format!("{} of {}", failure.findings.len(), failure.judged);
            let title = self.wrap(&format!("{} ({tally})", check.title), 9);
            writeln!(out, "{mark} {}", self.bold(&title))?;
            writeln!(out, "         {}", self.dim(&check.id))?;
            let shown = if self.style.all {
                failure.findings.len()
            } else {
                FEW
            };
            for finding in failure.findings.iter().take(shown) {
                let place = if &*finding.about.region == crate::model::GLOBAL {
                    String::new()
                } else {
                    format!(" ({})", finding.about.region)
                };
                let line = self.wrap(&format!("{}{place}", finding.message()), 11);
                writeln!(out, "         - {line}")?;
            }
            let more = failure.findings.len().saturating_sub(shown);
            if more > 0 {
                let more = format!("… and {more} more; --all shows them");
                writeln!(out, "         {}", self.dim(&more))?;
            }
            self.shared(report, failure, out)?;
        }
        Ok(())
    }

    fn gaps(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let missing = missing(report);
        if missing.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "\n{}",
            self.bold("Not assessed, because it could not be read")
        )?;
        for gap in missing {
            let verdicts = count(gap.verdicts, "verdict");
            let line = format!("{}: {verdicts}", gap.what());
            writeln!(out, "- {}", self.wrap(&line, 2))?;
            let regions: Vec<&str> = gap.regions.iter().map(String::as_str).collect();
            let detail = format!("{} · {}", regions.join(", "), first_line(&gap.message));
            writeln!(out, "  {}", self.dim(&self.clip(&detail, 2)))?;
        }
        Ok(())
    }

    /// The proven part solid, the possible part light.
    fn bar(&self, interval: Option<Interval>, width: usize) -> String {
        let Some(interval) = interval else {
            return String::new();
        };
        let cells = |percent: f64| ((percent / 100.0) * width as f64).round() as usize;
        let proven = cells(interval.proven).min(width);
        let possible = cells(interval.possible).clamp(proven, width);
        format!(
            "{}{}{}",
            "█".repeat(proven),
            "▒".repeat(possible - proven),
            "·".repeat(width - possible)
        )
    }

    fn severity(&self, severity: Severity, text: &str) -> String {
        self.paint(severity_style(severity), text)
    }
}

/// How a severity looks.
pub(crate) fn severity_style(severity: Severity) -> anstyle::Style {
    let colour = match severity {
        Severity::Critical => AnsiColor::BrightRed,
        Severity::High => AnsiColor::Red,
        Severity::Medium => AnsiColor::Yellow,
        Severity::Low => AnsiColor::Cyan,
        Severity::Info => AnsiColor::White,
    };
    let style = anstyle::Style::new().fg_color(Some(Color::Ansi(colour)));
    match severity {
        Severity::Critical => style.bold(),
        _ => style,
    }
}

fn regions(regions: &[String]) -> String {
    match regions.len() {
        0..=3 => regions.join(", "),
        count => format!("{count} Regions"),
    }
}

fn percent(value: Option<f64>) -> String {
    // Rounded down: 99.96 % is not all of it.
    value.map_or(String::new(), |value| {
        format!("{:.1} %", (value * 10.0).floor() / 10.0)
    })
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
