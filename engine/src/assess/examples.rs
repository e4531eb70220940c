//! The examples of a check, run as its tests.

use super::evaluate::{Judge, Ruling};
use crate::catalog::{Catalog, Check, Example};
use crate::expr::{Node, on_deep_stack};
use crate::settings::Values;
use chrono::{DateTime, Utc};

/// `now` in examples.
const NOW: &str = "2026-01-01T00:00:00Z";

/// An example that does not come out as it says.
#[derive(Debug)]
pub struct ExampleFailure {
    /// The check's file.
    pub file: String,
    /// The line of the example.
    pub line: usize,
    /// The example's name.
    pub name: String,
    /// What is wrong.
    pub message: String,
}

/// Runs the examples of all checks; gives their number and those that failed.
pub fn run_examples(catalog: &Catalog) -> (usize, Vec<ExampleFailure>) {
    on_deep_stack(|| {
        let mut count = 0;
        let mut failures = Vec::new();
        for check in &catalog.checks {
            for example in check.examples.all() {
                count += 1;
                if let Err(message) = run(catalog, check, example) {
                    failures.push(ExampleFailure {
                        file: check.file.clone(),
                        line: example.line,
                        name: example.name.clone(),
                        message,
                    });
                }
            }
        }
        (count, failures)
    })
}

fn run(catalog: &Catalog, check: &Check, example: &Example) -> Result<(), String> {
    let now: DateTime<Utc> = NOW.parse().map_err(|error| format!("{NOW}: {error}"))?;
    let kind = check.kind.name;
    let ty = catalog
        .types
        .get(kind)
        .ok_or_else(|| format!("no type for {kind}"))?;
    unknown_fields(&example.given, catalog, kind)?;
    let node = Node::from_json(kind, &example.given, ty);
    let params: Option<Values> = example.params.as_ref().and_then(|params| {
        let params = params.as_object()?.iter();
        Some(
            params
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        )
    });
    let judge = Judge::new(check, catalog, now, params.as_ref());
    let (verdict, said) = match judge.rule(&node) {
        Ruling::Pass => ("pass", String::new()),
        Ruling::Fail { message, .. } => ("fail", message),
        Ruling::Unread { paths, .. } => ("not_assessed", format!("unread: {}", paths.join(", "))),
        Ruling::Broken(message) => ("an error", message),
        Ruling::NotApplicable => ("not_applicable", String::new()),
        Ruling::Inherited(said) => ("inherited", said),
    };
    if verdict != example.verdict {
        let said = if said.is_empty() {
            said
        } else {
            format!(" ({said})")
        };
        return Err(format!("expected {}, got {verdict}{said}", example.verdict));
    }
    match &example.message {
        Some(message) if *message != said => Err(format!(
            "expected the message\n      {message}\n    got\n      {said}"
        )),
        _ => Ok(()),
    }
}

/// A field that the kind does not have would silently test nothing.
fn unknown_fields(given: &serde_json::Value, catalog: &Catalog, kind: &str) -> Result<(), String> {
    let object = catalog.types.get(kind).and_then(|ty| ty.as_object());
    let (Some(given), Some(object)) = (given.as_object(), object) else {
        return Ok(());
    };
    match given
        .keys()
        .find(|key| !object.fields.contains_key(key.as_str()))
    {
        Some(key) => Err(format!("`{key}` is no field of {kind}")),
        None => Ok(()),
    }
}
