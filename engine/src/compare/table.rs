//! A comparison on a terminal: what it proves first, then the changes by cause.

use super::document::{Cause, Change, Comparison, Effect, Side};
use super::words::{by_check, counts, coverage, interval, resource, time, trend, verdicts};
use crate::assess::Verdict;
use crate::report::{Style, fill};
use anstyle::{AnsiColor, Color};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How many changes of a check are shown in each cause, unless all are wanted. New failures are
/// always shown.
const FEW: usize = 5;

/// The comparison as text.
pub fn table(comparison: &Comparison, style: Style) -> String {
    let page = Page {
        style: Style {
            width: style.width.clamp(40, 140),
            ..style
        },
    };
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = page.write(comparison, &mut out);
    out
}

struct Page {
    style: Style,
}

impl Page {
    fn write(&self, comparison: &Comparison, out: &mut String) -> std::fmt::Result {
        let side = |name: &str, side: &Side| {
            format!(
                "{name}  {}  account {}  score {}  coverage {}",
                time(side),
                side.account,
                interval(side.score),
                coverage(side)
            )
        };
        self.lines(&side("A", &comparison.before), "", out)?;
        self.lines(&side("B", &comparison.after), "", out)?;
        let score = format!("Score: {}.", trend(comparison.score));
        self.lines(&score, "", out)?;
        for note in &comparison.notes {
            self.lines(note, "", out)?;
        }
        writeln!(out)?;
        self.lines(&counts(comparison), "", out)?;
        for cause in Cause::ALL {
            let all = comparison.changes.iter();
            let changes: Vec<&Change> = all.filter(|change| change.cause == cause).collect();
            if changes.is_empty() {
                continue;
            }
            let heading = format!("{}: {}", cause.title(), changes.len());
            writeln!(
                out,
                "\n{}",
                self.paint(&heading, anstyle::Style::new().bold())
            )?;
            let (changes, rest) = match cause {
                Cause::Coverage if !self.style.all => apart(changes),
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

    fn group(&self, group: &[&Change], out: &mut String) -> std::fmt::Result {
        let Some(first) = group.first() else {
            return Ok(());
        };
        writeln!(out, "  {:<8}  {}", first.severity, first.check)?;
        let mut hidden = 0;
        for (index, change) in group.iter().enumerate() {
            let new = change.effect == Effect::NewFailure;
            if index >= FEW && !new && !self.style.all {
                hidden += 1;
                continue;
            }
            let what = format!("{:<22}", verdicts(change));
            let what = self.paint(&what, colour(change.effect));
            let mark = match change.effect {
                Effect::NewFailure => "  new failure",
                Effect::Mended => "  mended",
                Effect::Lost => "  lost",
                Effect::Ended | Effect::Other => "",
            };
            let (resource, region) = (resource(change), &change.region);
            writeln!(out, "    {what}  {resource} ({region}){mark}")?;
            if !change.why.is_empty() {
                self.lines(&change.why, "      ", out)?;
            }
            if new {
                self.lines(&change.message, "      ", out)?;
            }
        }
        if hidden > 0 {
            writeln!(out, "    … and {hidden} more (--all)")?;
        }
        Ok(())
    }

    /// Changes that are only counted, by what is said of them.
    fn counted(&self, changes: &[&Change], out: &mut String) -> std::fmt::Result {
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
            self.lines(&format!("{what}: {why}"), "    ", out)?;
        }
        Ok(())
    }

    /// Text in lines of the page's width.
    fn lines(&self, text: &str, indent: &str, out: &mut String) -> std::fmt::Result {
        let width = self.style.width.saturating_sub(indent.len());
        for line in fill(text, width) {
            writeln!(out, "{indent}{line}")?;
        }
        Ok(())
    }

    fn paint(&self, text: &str, style: anstyle::Style) -> String {
        if self.style.colour {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
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
