//! The answer of `preflight` for people.

use super::{Answer, How};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use tabled::builder::Builder;
use tabled::settings::style::HorizontalLine;
use tabled::settings::{Padding, Style};

/// How many checks of a missing action are named.
const FEW: usize = 3;

pub(super) fn table(answer: &Answer, width: usize) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write(answer, width.clamp(60, 140), &mut out);
    out
}

fn write(answer: &Answer, width: usize, out: &mut String) -> std::fmt::Result {
    let Answer {
        account,
        caller,
        checks,
        actions,
        ..
    } = answer;
    writeln!(out, "Account {account}, as {caller}")?;
    let needed = format!(
        "{} need {}",
        count(*checks, "check"),
        count(*actions, "IAM action")
    );
    match &answer.how {
        How::Simulated { principal } => writeln!(
            out,
            "{needed}; asked IAM's policy simulator for {principal}"
        )?,
        How::Probed { region } => {
            writeln!(out, "{needed}; called each operation once, in {region}")?;
        }
    }
    if let Some(reason) = &answer.not_simulated {
        writeln!(out, "{reason}")?;
    }
    if !answer.missing.is_empty() {
        writeln!(out, "\n{}\n", missing(answer, width))?;
        reasons(answer, out)?;
    }
    if !answer.failed.is_empty() {
        writeln!(
            out,
            "\nCame to nothing, so that nothing can be said of them:"
        )?;
        for (operation, message) in &answer.failed {
            writeln!(out, "  {operation}: {message}")?;
        }
    }
    if !answer.not_asked.is_empty() {
        writeln!(
            out,
            "\nNot asked, since the lists gave nothing to ask about: {}",
            answer.not_asked.join(", ")
        )?;
    }
    writeln!(out, "\n{}", closing(answer))
}

/// Why each action is missing; those with the same reason together.
fn reasons(answer: &Answer, out: &mut String) -> std::fmt::Result {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for missing in &answer.missing {
        let actions = reasons.entry(&missing.why).or_default();
        actions.push(&missing.cost.action);
    }
    for (why, actions) in reasons {
        writeln!(out, "{}: {why}", actions.join(", "))?;
    }
    Ok(())
}

/// The narrowest screen on which the operations have a column of their own; on narrower ones
/// they stand below the action.
const WIDE: usize = 120;

fn missing(answer: &Answer, width: usize) -> String {
    let wide = width >= WIDE;
    let mut rows = Builder::default();
    rows.push_record(match wide {
        true => vec!["missing action", "operations", "checks not assessed"],
        false => vec!["missing action, operations", "checks not assessed"],
    });
    for missing in &answer.missing {
        let cost = &missing.cost;
        let more = cost.checks.len().saturating_sub(FEW);
        let mut checks: Vec<String> = cost.checks.iter().take(FEW).cloned().collect();
        if more > 0 {
            checks.push(format!("and {more} more"));
        }
        let (action, operations) = (cost.action.clone(), &cost.operations);
        let checks = format!("{}: {}", cost.checks.len(), checks.join("\n"));
        rows.push_record(match wide {
            true => vec![action, operations.join("\n"), checks],
            false => vec![format!("{action}\n  {}", operations.join("\n  ")), checks],
        });
    }
    let mut table = rows.build();
    table
        .with(Style::empty().horizontals([(1, HorizontalLine::new('─'))]))
        .with(Padding::new(0, 2, 0, 0));
    let table = table.to_string();
    let lines: Vec<&str> = table.lines().map(str::trim_end).collect();
    lines.join("\n")
}

fn closing(answer: &Answer) -> String {
    let missing = answer.missing.len();
    if missing > 0 {
        let mut checks: Vec<&String> = answer
            .missing
            .iter()
            .flat_map(|missing| &missing.cost.checks)
            .collect();
        checks.sort();
        checks.dedup();
        return format!(
            "{} missing: {} of {} would not be assessed, or not everywhere.",
            count(missing, "action"),
            checks.len(),
            count(answer.checks, "check"),
        );
    }
    let open = answer.not_asked.len() + answer.failed.len();
    match (&answer.how, open) {
        (How::Probed { .. }, 1..) => format!(
            "What was asked is allowed; {} could not be asked.",
            count(open, "operation")
        ),
        _ => "Every planned read is allowed.".to_owned(),
    }
}

fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}
