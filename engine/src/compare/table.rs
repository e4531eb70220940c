//! A comparison on a terminal: what it proves first, then the changes by cause.

use super::document::{Cause, Change, Comparison, Effect, Side};
use super::words::{by_check, counts, coverage, interval, resource, time, trend, verdicts};
use crate::assess::Verdict;
use crate::report::{Page, Style};
use anstyle::{AnsiColor, Color};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// How many changes of a check are shown in each cause, unless all are wanted. New failures are
/// always shown.
const FEW: usize = 5;

/// Writes the comparison as text.
pub fn table(comparison: &Comparison, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(style);
    Table { page }.write(comparison, out)
}

struct Table {
    page: Page,
}

impl Table {
    fn write(&self, comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
        let side = |name: &str, side: &Side| {
            format!(
                "{name}  {}  account {}  score {}  coverage {}",
                time(side),
                side.account,
                interval(side.score),
                coverage(side)
            )
        };
        self.page.lines(&side("A", &comparison.before), "", out)?;
        self.page.lines(&side("B", &comparison.after), "", out)?;
        let score = format!("Score: {}.", trend(comparison.score));
        self.page.lines(&score, "", out)?;
        for note in &comparison.notes {
            self.page.lines(note, "", out)?;
        }
        writeln!(out)?;
        self.page.lines(&counts(comparison), "", out)?;
        for cause in Cause::ALL {
            let all = comparison.changes.iter();
            let changes: Vec<&Change> = all.filter(|change| change.cause == cause).collect();
            if changes.is_empty() {
                continue;
            }
            let heading = format!("{}: {}", cause.title(), changes.len());
            writeln!(out, "\n{}", self.page.bold(&heading))?;
            let (changes, rest) = match cause {
                Cause::Coverage if !self.page.style.all => apart(changes),
                _ => (changes, Vec::new()),
            };
            for group in by_check(&changes) {
                let group: Vec<&Change> = group
                    .iter()
                    .filter_map(|at| changes.get(*at).copied())
                    .collect();
                self.group(&group, out)?;
            }
            self.counted(&rest, out)?;
        }
        Ok(())
    }

    fn group(&self, group: &[&Change], out: &mut dyn Write) -> io::Result<()> {
        let Some(first) = group.first() else {
            return Ok(());
        };
        writeln!(out, "  {:<8}  {}", first.severity, first.check)?;
        let mut hidden = 0;
        for (index, change) in group.iter().enumerate() {
            let new = change.effect == Effect::NewFailure;
            if index >= FEW && !new && !self.page.style.all {
                hidden += 1;
                continue;
            }
            let what = format!("{:<22}", verdicts(change));
            let what = self.page.paint(colour(change.effect), &what);
            let mark = match change.effect {
                Effect::NewFailure => "  new failure",
                Effect::Mended => "  mended",
                Effect::Lost => "  lost",
                Effect::Ended | Effect::Other => "",
            };
            let (resource, region) = (resource(change), &change.region);
            writeln!(out, "    {what}  {resource} ({region}){mark}")?;
            if !change.why.is_empty() {
                self.page.lines(&change.why, "      ", out)?;
            }
            if new {
                self.page.lines(&change.message, "      ", out)?;
            }
        }
        if hidden > 0 {
            writeln!(out, "    … and {hidden} more (--all)")?;
        }
        Ok(())
    }

    /// Changes that are only counted, by what is said of them.
    fn counted(&self, changes: &[&Change], out: &mut dyn Write) -> io::Result<()> {
        let mut counts: BTreeMap<(Effect, &str), usize> = BTreeMap::new();
        for change in changes {
            *counts.entry((change.effect, &change.why)).or_default() += 1;
        }
        for ((effect, why), number) in counts {
            let what = match (effect, number) {
                (Effect::Lost, 1) => "1 verdict lost".to_owned(),
                (Effect::Lost, _) => format!("{number} verdicts lost"),
                (_, 1) => "1 other change".to_owned(),
                (_, _) => format!("{number} other changes"),
            };
            let why = if why.is_empty() { "read now" } else { why };
            self.page.lines(&format!("{what}: {why}"), "    ", out)?;
        }
        Ok(())
    }
}

/// What of more or less reading is shown one by one: new failures, and failures that cannot be
/// seen any more. A list that could not be read may stand for a hundred of the others.
fn apart(changes: Vec<&Change>) -> (Vec<&Change>, Vec<&Change>) {
    changes.into_iter().partition(|change| {
        let failed = matches!(change.before, Some(Verdict::Fail | Verdict::Excepted));
        change.effect == Effect::NewFailure || change.effect == Effect::Lost && failed
    })
}

fn colour(effect: Effect) -> anstyle::Style {
    let of = |colour: AnsiColor| anstyle::Style::new().fg_color(Some(Color::Ansi(colour)));
    match effect {
        Effect::NewFailure => of(AnsiColor::Red),
        Effect::Mended => of(AnsiColor::Green),
        Effect::Lost => of(AnsiColor::Yellow),
        Effect::Ended | Effect::Other => anstyle::Style::new(),
    }
}
