//! A comparison for a pull request or a ticket: every change, by cause.

use super::document::{Cause, Change, Comparison, Effect};
use super::words::{by_check, counts, coverage, interval, resource, time, trend, verdicts};
use std::io::{self, Write};

/// Writes the comparison as Markdown.
pub fn markdown(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# What changed\n\n**{}**\n", counts(comparison))?;
    writeln!(
        out,
        "| | read | account | score | coverage |\n|---|---|---|---|---|"
    )?;
    for (name, side) in [("A", &comparison.before), ("B", &comparison.after)] {
        let (time, score, coverage) = (time(side), interval(side.score), coverage(side));
        writeln!(
            out,
            "| {name} | {time} | {} | {score} | {coverage} |",
            side.account
        )?;
    }
    writeln!(out, "\nScore: {}.", trend(comparison.score))?;
    for note in &comparison.notes {
        writeln!(out, "\n> {}", escape(note))?;
    }
    for cause in Cause::ALL {
        let all = comparison.changes.iter();
        let changes: Vec<&Change> = all.filter(|change| change.cause == cause).collect();
        if changes.is_empty() {
            continue;
        }
        writeln!(out, "\n## {}: {}\n", cause.title(), changes.len())?;
        writeln!(
            out,
            "| verdict | severity | check | resource | Region | |\n|---|---|---|---|---|---|"
        )?;
        let groups = by_check(&changes);
        for change in groups.iter().flatten().filter_map(|at| changes.get(*at)) {
            let said = match change.effect {
                Effect::NewFailure => format!("**new failure**: {}", change.message),
                Effect::Mended => "mended".to_owned(),
                Effect::Lost | Effect::Ended | Effect::Other => String::new(),
            };
            let words = [change.why.as_str(), &said];
            let words = words.into_iter().filter(|words| !words.is_empty());
            writeln!(
                out,
                "| {} | {} | `{}` | {} | {} | {} |",
                verdicts(change),
                change.severity,
                change.check,
                escape(&resource(change)),
                change.region,
                escape(&words.collect::<Vec<_>>().join("; ")),
            )?;
        }
    }
    Ok(())
}

/// Text for a cell of a table.
fn escape(text: &str) -> String {
    crate::report::escape_markdown(text)
}
