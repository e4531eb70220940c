//! Text with expressions in it, for messages.

use super::bindings::Bindings;
use super::engine::{Engine, Expression, Outcome, Want};
use super::node::{Node, Repr};
use super::problem::Problem;
use super::types::Scope;
use chrono::{NaiveTime, SecondsFormat, TimeDelta};
use std::collections::BTreeSet;

/// How many elements of a list are shown.
const SHOWN: usize = 10;

/// What stands for a part that was not read.
const NOT_READ: &str = "(not read)";

/// What stands for a part that cannot be evaluated.
const NOT_KNOWN: &str = "(not known)";

/// Text with expressions between `{{` and `}}`.
#[derive(Clone, Debug)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Expression(Expression),
}

/// The expression at the start of the text, and what is after its `}}`; braces in quotes are part
/// of it.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (Some(_), '\\') => {
                characters.next();
            }
            (None, '}') if text[at..].starts_with("}}") => {
                return Some((&text[..at], &text[at + 2..]));
            }
            _ => {}
        }
    }
    None
}

impl Template {
    pub(super) fn compile(
        engine: &Engine,
        source: &str,
        scope: &Scope,
    ) -> Result<Template, Vec<Problem>> {
        let (mut parts, mut problems) = (Vec::new(), Vec::new());
        let mut rest = source;
        while let Some((text, after)) = rest.split_once("{{") {
            let offset = source.len() - after.len();
            let offset = source[..offset].chars().count();
            let Some((expression, after)) = split(after) else {
                let problem = Problem::new(offset - 2, "`{{` is not closed");
                problems.push(problem.help("close it with `}}`"));
                rest = "";
                break;
            };
            if !text.is_empty() {
                parts.push(Part::Text(text.to_owned()));
            }
            match engine.compile(expression, scope, Want::Any) {
                Ok(compiled) if compiled.ty().has_object() => {
                    let message = format!("a {} cannot be shown", compiled.ty());
                    let problem = Problem::new(offset, message);
                    problems.push(problem.help("select a field of it"));
                }
                Ok(compiled) => parts.push(Part::Expression(compiled)),
                Err(found) => problems.extend(found.into_iter().map(|problem| Problem {
                    offset: problem.offset + offset,
                    ..problem
                })),
            }
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        if problems.is_empty() {
            Ok(Template { parts })
        } else {
            Err(problems)
        }
    }

    /// The paths of facts that its expressions read.
    pub fn paths(&self) -> BTreeSet<String> {
        let expressions = self.parts.iter().filter_map(|part| match part {
            Part::Expression(expression) => Some(expression),
            Part::Text(_) => None,
        });
        expressions
            .flat_map(|e| e.paths().iter().cloned())
            .collect()
    }

    /// Renders it. This cannot fail: what was not read is shown as such.
    pub fn render(&self, bindings: &Bindings) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Expression(expression) => match expression.evaluate(bindings) {
                    Outcome::Value(node) => text.push_str(&shown(&node)),
                    Outcome::Unread { .. } => text.push_str(NOT_READ),
                    Outcome::Error(_) => text.push_str(NOT_KNOWN),
                },
            }
        }
        text
    }
}

/// A value as text for readers.
fn shown(node: &Node) -> String {
    match &node.0 {
        Repr::Null(_) => "none".to_owned(),
        Repr::Bool(b) => b.inner().to_string(),
        Repr::Int(i) => i.inner().to_string(),
        Repr::Double(d) => d.inner().to_string(),
        Repr::Text(text) => text.inner().to_owned(),
        Repr::Time(_) => node.as_time().map_or_else(String::new, |time| {
            if time.time() == NaiveTime::MIN {
                time.date_naive().to_string()
            } else {
                time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
            }
        }),
        Repr::Span(span) => shown_span(*span.inner()),
        Repr::List(items) => {
            let shown: Vec<String> = items.0.iter().take(SHOWN).map(shown).collect();
            match items.0.len().saturating_sub(SHOWN) {
                0 => shown.join(", "),
                more => format!("{} and {more} more", shown.join(", ")),
            }
        }
        // The checker lets no object through whose fields it knows.
        Repr::Object(_) => node.to_json().to_string(),
        Repr::Unread(_) => NOT_READ.to_owned(),
    }
}

fn shown_span(span: TimeDelta) -> String {
    let unit = |count: i64, name: &str| {
        let plural = if count.abs() == 1 { "" } else { "s" };
        format!("{count} {name}{plural}")
    };
    let size = span.abs();
    if size >= TimeDelta::days(2) {
        unit(span.num_days(), "day")
    } else if size >= TimeDelta::hours(2) {
        unit(span.num_hours(), "hour")
    } else if size >= TimeDelta::minutes(2) {
        unit(span.num_minutes(), "minute")
    } else {
        unit(span.num_seconds(), "second")
    }
}
