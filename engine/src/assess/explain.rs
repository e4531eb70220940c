//! How a finding came about: what was read of the resource, what was asked of it, and which part
//! of the question it failed.

use super::evaluate::Judge;
use super::finding::Finding;
use crate::catalog::{Catalog, Check};
use crate::expr::{Bindings, Join, Node, Outcome, Part, on_deep_stack};
use crate::model::{Resource, Snapshot};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// What an expression, or a part of one, gave.
#[derive(Debug, PartialEq)]
pub enum Gave {
    /// This value.
    Value(Value),
    /// Nothing: these facts were not read.
    Unread(Vec<String>),
    /// Nothing: it could not be evaluated by itself.
    Error(String),
}

impl Gave {
    /// Whether it is `true` or `false`.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Gave::Value(Value::Bool(truth)) => Some(*truth),
            _ => None,
        }
    }
}

/// A question, with what it gave and what it is made of.
#[derive(Debug)]
pub struct Step {
    /// The expression.
    pub source: String,
    /// What it gave.
    pub gave: Gave,
    /// The questions that it is made of, and how they are joined.
    pub parts: Option<(Join, Vec<Step>)>,
}

/// A fact that the check reads.
#[derive(Debug)]
pub struct Fact {
    /// The name in expressions: `bucket.policy`.
    pub path: String,
    /// The same in the model: `s3.bucket.policy`.
    pub fact: String,
    /// The value; an unread fact is `{"$unread": [gap ids]}`.
    pub value: Value,
}

/// An item of `each`.
#[derive(Debug)]
pub struct Item {
    /// The item.
    pub value: Value,
    /// What the assertion says of it.
    pub assert: Step,
}

/// How a finding came about.
#[derive(Debug)]
pub struct Explanation<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Its check.
    pub check: &'a Check,
    /// What was read; empty when the resource is not known.
    pub facts: Vec<Fact>,
    /// The same as one hash, by which an exception can be bound to it; see [`observed`].
    pub observed: Option<String>,
    /// Whether the check applies; none when it applies to all.
    pub when: Option<Step>,
    /// The items that were judged, those that failed first; none when the resource was judged
    /// as a whole.
    pub items: Option<Vec<Item>>,
    /// What must hold of the resource as a whole.
    pub assert: Option<Step>,
    /// The command that mends it, for this resource.
    pub cli: Option<String>,
}

/// Explains a finding of an assessment of this snapshot; none when the catalogue has no such
/// check.
pub fn explain<'a>(
    snapshot: &Snapshot,
    catalog: &'a Catalog,
    finding: &'a Finding,
    now: DateTime<Utc>,
) -> Option<Explanation<'a>> {
    let check = catalog.check(&finding.check)?;
    let resource = snapshot.resources.iter().find(|resource| {
        resource.kind() == finding.about.kind
            && Some(&resource.meta.arn) == finding.about.arn.as_ref()
            && resource.meta.account == finding.about.account
            && resource.meta.region == finding.about.region
    });
    let mut explanation = Explanation {
        finding,
        check,
        facts: Vec::new(),
        observed: None,
        when: None,
        items: None,
        assert: None,
        cli: check.remedy.cli_source.clone(),
    };
    if let Some(resource) = resource {
        on_deep_stack(|| fill(&mut explanation, resource, catalog, now));
    }
    Some(explanation)
}

fn fill(
    explanation: &mut Explanation<'_>,
    resource: &Resource,
    catalog: &Catalog,
    now: DateTime<Utc>,
) {
    let check = explanation.check;
    let Some(ty) = catalog.types.get(resource.kind()) else {
        return;
    };
    let json = resource.to_json();
    explanation.facts = facts(check, &json);
    explanation.observed = Some(digest(&explanation.facts));
    let node = Node::from_json(resource.kind(), &json, ty);
    let params = explanation.finding.parameters();
    let bindings = Judge::new(check, catalog, now, params).bindings(&node);
    if let Some(cli) = &check.remedy.cli {
        explanation.cli = Some(cli.render(&bindings));
    }
    let part = |key: &str| {
        let source = check.sources.get(key)?;
        catalog.engine.parts(source)
    };
    explanation.when = part("when").map(|part| step(&part, &bindings));
    let Some(assert) = part("assert") else {
        return;
    };
    let Some((name, list)) = &check.each else {
        explanation.assert = Some(step(&assert, &bindings));
        return;
    };
    if let Outcome::Value(items) = list.evaluate(&bindings) {
        let mut items: Vec<Item> = items
            .as_list()
            .unwrap_or_default()
            .iter()
            .map(|item| Item {
                value: item.to_json(),
                assert: step(&assert, &bindings.with(name.as_str(), item.clone())),
            })
            .collect();
        // Failed, then unknown, then held.
        items.sort_by_key(|item| match item.assert.gave.truth() {
            Some(false) => 0,
            None => 1,
            Some(true) => 2,
        });
        explanation.items = Some(items);
    }
}

fn step(part: &Part, bindings: &Bindings) -> Step {
    let gave = match part.expression.evaluate(bindings) {
        Outcome::Value(value) => Gave::Value(value.to_json()),
        Outcome::Unread { paths, .. } => Gave::Unread(paths),
        Outcome::Error(message) => Gave::Error(message),
    };
    Step {
        source: part.source.split_whitespace().collect::<Vec<_>>().join(" "),
        gave,
        parts: part.parts.as_ref().map(|(join, parts)| {
            let steps = parts.iter().map(|part| step(part, bindings));
            (*join, steps.collect())
        }),
    }
}

/// What a check sees of a resource, as `sha256:` and a hash over the facts that its expressions
/// read, with their values.
///
/// The facts, and not the message: a new wording must not make an exception lapse. All of those
/// facts, and not only what decided: what else they hold may be what made the risk acceptable. In
/// doubt an exception lapses, and somebody looks again.
pub fn observed(check: &Check, resource: &Resource) -> String {
    digest(&facts(check, &resource.to_json()))
}

fn digest(facts: &[Fact]) -> String {
    let mut text = String::new();
    for fact in facts {
        text.push_str(&fact.fact);
        text.push('=');
        canonical(&fact.value, &mut text);
        text.push('\n');
    }
    let digest = Sha256::digest(text.as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// JSON without spaces, its keys sorted.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for item in items {
                canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(entries) => {
            out.push('{');
            let sorted: BTreeMap<&String, &Value> = entries.iter().collect();
            for (key, value) in sorted {
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                canonical(value, out);
                out.push(',');
            }
            out.push('}');
        }
        single => out.push_str(&single.to_string()),
    }
}

/// The fields that the check's expressions read, with their values.
fn facts(check: &Check, json: &Value) -> Vec<Fact> {
    let variable = check.kind.variable();
    let list = check.each.iter().map(|(_, list)| list);
    let asked = check.when.iter().chain([&check.assert]).chain(list);
    let fields: BTreeSet<&str> = asked
        .flat_map(|expression| check.fields(expression))
        .collect();
    let fact = |field: &str| Fact {
        path: format!("{variable}.{field}"),
        fact: format!("{}.{field}", check.kind.name),
        value: json.get(field).cloned().unwrap_or(Value::Null),
    };
    fields.into_iter().map(fact).collect()
}
