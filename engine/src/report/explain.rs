//! Explanations as text: of a finding, and of the score.

mod score;

pub use score::score;

use super::ownership::{cell, change_title, source};
use super::summary::{count, fill};
use crate::assess::{Assessment, Explanation, Fact, Gave, Item, Join, Step, Verdict};
use crate::catalog::{Catalog, Party};
use crate::score::changes;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How much of a value is shown, in characters.
const SHOWN: usize = 400;

/// How many items that hold are shown.
const HELD: usize = 2;

/// How wide prose may be.
const WIDTH: usize = 92;

/// Renders how a finding came about. `reads` tells the API operations behind each fact.
pub fn finding(
    explanation: &Explanation<'_>,
    assessment: &Assessment,
    catalog: &Catalog,
    reads: &BTreeMap<String, Vec<String>>,
) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write_finding(explanation, assessment, catalog, reads, &mut out);
    out
}

fn write_finding(
    explanation: &Explanation<'_>,
    assessment: &Assessment,
    catalog: &Catalog,
    reads: &BTreeMap<String, Vec<String>>,
    out: &mut String,
) -> std::fmt::Result {
    let (finding, check) = (explanation.finding, explanation.check);
    writeln!(out, "{}", check.title)?;
    let verdict = finding.verdict.word().replace('_', " ");
    line(out, "verdict", &format!("{verdict} ({})", finding.severity))?;
    line(out, "check", &check.id)?;
    line(out, "finding", &finding.id.hex())?;
    let about = &finding.about;
    let resource = about.resource_id.as_deref().unwrap_or("the list of them");
    let place = format!("{resource}, {} in {}", about.kind, about.region);
    line(out, "resource", &place)?;
    if let Some(arn) = &about.arn {
        line(out, "arn", arn)?;
    }
    if !finding.message().is_empty() {
        line(out, "seen", finding.message())?;
    }
    for id in finding.gaps() {
        if let Some(gap) = assessment.gaps.iter().find(|gap| gap.id == *id) {
            let reason = gap.reason.word().replace('_', " ");
            let (operation, message) = (&gap.operation, &gap.message);
            line(out, "missing", &format!("{operation} {reason}: {message}"))?;
        }
    }
    measure(explanation, assessment, out)?;
    facts(&explanation.facts, reads, out)?;
    asked(explanation, out)?;
    mend(explanation, assessment, catalog, out)?;
    if !check.controls.is_empty() {
        writeln!(out, "\nWhat it maps to")?;
        for (framework, controls) in &check.controls {
            line(out, framework, &controls.join(", "))?;
        }
    }
    owner(explanation, catalog, out)
}

/// What the user set for it, and who accepts it.
fn measure(
    explanation: &Explanation<'_>,
    assessment: &Assessment,
    out: &mut String,
) -> std::fmt::Result {
    let (finding, check) = (explanation.finding, explanation.check);
    for (name, value) in finding.parameters().into_iter().flatten() {
        let default = check
            .params
            .get(name)
            .map(|param| param.default.to_string());
        let default = default.unwrap_or_default();
        line(
            out,
            "set",
            &format!("{name} = {value}; {default} by default"),
        )?;
    }
    let Some(id) = finding.exception() else {
        return Ok(());
    };
    let Some(one) = assessment.exceptions.iter().find(|one| *one.id == *id) else {
        return line(out, "accepted", &format!("by the exception {id}"));
    };
    let text = format!(
        "by {} until {}, exception {id} ({}): {}",
        one.owner,
        one.expires,
        one.scope,
        one.reason.trim()
    );
    line(out, "accepted", &text)?;
    one.ticket
        .iter()
        .try_for_each(|ticket| line(out, "ticket", ticket))
}

fn facts(
    facts: &[Fact],
    reads: &BTreeMap<String, Vec<String>>,
    out: &mut String,
) -> std::fmt::Result {
    if facts.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nWhat was read")?;
    for fact in facts {
        writeln!(out, "  {} = {}", fact.path, shown(&fact.value))?;
        if let Some(operations) = reads.get(&fact.fact).filter(|list| !list.is_empty()) {
            wrapped(out, 6, &format!("by {}", operations.join(", ")))?;
        }
    }
    Ok(())
}

fn asked(explanation: &Explanation<'_>, out: &mut String) -> std::fmt::Result {
    let check = explanation.check;
    writeln!(out, "\nWhat was asked")?;
    if let Some(when) = &explanation.when {
        writeln!(out, "  it applies when")?;
        step(when, 4, out)?;
    }
    if let (Some(items), Some(each)) = (&explanation.items, check.sources.get("each")) {
        writeln!(out, "  of each {each}")?;
        let held = |item: &&Item| item.assert.gave.truth() == Some(true);
        for item in items.iter().filter(|item| !held(item)) {
            writeln!(out, "    {}", shown(&item.value))?;
            step(&item.assert, 6, out)?;
        }
        for item in items.iter().filter(held).take(HELD) {
            writeln!(out, "    {}", shown(&item.value))?;
            writeln!(out, "      {:<8} {}", "true", item.assert.source)?;
        }
        let more = items.iter().filter(held).count().saturating_sub(HELD);
        if more > 0 {
            writeln!(out, "    … and {more} more that hold")?;
        }
    } else if let Some(assert) = &explanation.assert {
        writeln!(out, "  it must hold that")?;
        step(assert, 4, out)?;
    } else {
        for key in ["when", "each", "assert"] {
            if let Some(source) = check.sources.get(key) {
                let source: Vec<&str> = source.split_whitespace().collect();
                writeln!(out, "  {key:<8} {}", source.join(" "))?;
            }
        }
    }
    Ok(())
}

/// A question and its parts, each with what it gave before it.
fn step(of: &Step, indent: usize, out: &mut String) -> std::fmt::Result {
    let gave = match &of.gave {
        Gave::Value(Value::Bool(truth)) => truth.to_string(),
        Gave::Value(value) => shown(value),
        Gave::Unread(_) => "unread".to_owned(),
        Gave::Error(_) => "–".to_owned(),
    };
    let space = " ".repeat(indent);
    let Some((join, parts)) = &of.parts else {
        writeln!(out, "{space}{gave:<8} {}", of.source)?;
        return match &of.gave {
            Gave::Unread(paths) => writeln!(out, "{space}         not read: {}", paths.join(", ")),
            // Only asked when what stands before it lets it be.
            Gave::Error(_) => writeln!(out, "{space}         not asked by itself"),
            Gave::Value(_) => Ok(()),
        };
    };
    let join = match join {
        Join::All => "all of these",
        Join::Any => "one of these",
        Join::Not => "not this",
    };
    writeln!(out, "{space}{gave:<8} {join}:")?;
    parts
        .iter()
        .try_for_each(|part| step(part, indent + 2, out))
}

fn mend(
    explanation: &Explanation<'_>,
    assessment: &Assessment,
    catalog: &Catalog,
    out: &mut String,
) -> std::fmt::Result {
    let (finding, remedy) = (explanation.finding, &explanation.check.remedy);
    match finding.verdict {
        Verdict::Fail | Verdict::NotAssessed | Verdict::Excepted => {}
        // There is nothing to mend, or AWS does.
        Verdict::Pass | Verdict::NotApplicable | Verdict::Inherited => return Ok(()),
    }
    writeln!(out, "\nHow to mend it")?;
    wrapped(out, 2, remedy.text.trim())?;
    if let Some(cli) = &explanation.cli {
        writeln!(out)?;
        for text in cli.trim().lines() {
            writeln!(out, "  {}", text.trim_end())?;
        }
    }
    for link in &remedy.links {
        writeln!(out, "  {link}")?;
    }
    let changes = changes(assessment, catalog);
    let change = changes
        .iter()
        .find(|change| change.clears.iter().any(|f| f.id == finding.id));
    if let Some(change) = change
        && change.clears.len() > 1
    {
        let others = count(change.clears.len() - 1, "other failure");
        let text = format!(
            "One change would clear it and {others}: {}.",
            change_title(change)
        );
        writeln!(out)?;
        wrapped(out, 2, &text)?;
    }
    Ok(())
}

fn owner(explanation: &Explanation<'_>, catalog: &Catalog, out: &mut String) -> std::fmt::Result {
    let model = &catalog.responsibility;
    let owner = &explanation.finding.owner;
    writeln!(out, "\nWhose it is")?;
    line(out, "owner", owner.party.word())?;
    if let Some(mode) = model.mode(&owner.mode) {
        line(out, "mode", &mode.title)?;
    }
    if let Some(layer) = model.layer(&owner.layer) {
        line(out, "layer", &layer.title)?;
    }
    let Some(cell) = cell(model, owner) else {
        return Ok(());
    };
    if let Some(part) = &cell.customer {
        line(out, "customer", part.trim())?;
    }
    if let Some(part) = &cell.aws {
        line(out, "AWS", part.trim())?;
    }
    line(out, "source", &source(model.page(&cell)))?;
    if owner.party == Party::Aws {
        let evidence = &model.evidence;
        line(
            out,
            "evidence",
            &format!("{}, {}", evidence.title, evidence.link),
        )?;
    }
    Ok(())
}

/// A word and what it stands for, wrapped beside it.
fn line(out: &mut String, word: &str, text: &str) -> std::fmt::Result {
    let width = word.chars().count().max(9);
    let mut first = format!("  {word:<width$} ");
    let indent = first.chars().count();
    for text in fill(text, WIDTH.saturating_sub(indent)) {
        writeln!(out, "{first}{text}")?;
        first = " ".repeat(indent);
    }
    Ok(())
}

fn wrapped(out: &mut String, indent: usize, text: &str) -> std::fmt::Result {
    for text in fill(text, WIDTH.saturating_sub(indent)) {
        writeln!(out, "{}{text}", " ".repeat(indent))?;
    }
    Ok(())
}

/// A value in one line, cut when it is long.
fn shown(value: &Value) -> String {
    if value.get("$unread").is_some() {
        return "(not read)".to_owned();
    }
    let text = value.to_string();
    let length = text.chars().count();
    if length <= SHOWN {
        return text;
    }
    let kept: String = text.chars().take(SHOWN).collect();
    let items = match value {
        Value::Array(items) => format!(", {}", count(items.len(), "item")),
        _ => String::new(),
    };
    format!("{kept}… ({length} characters{items})")
}
