//! From a snapshot and a catalogue to verdicts: exactly one for each check and resource, each
//! resting only on facts that were read. Pure: the same input gives the same output.

mod evaluate;
mod examples;
mod finding;
mod gaps;

pub use examples::{ExampleFailure, run_examples};
pub use finding::{Assessment, Finding, Verdict};

use crate::catalog::{Catalog, Check};
use crate::expr::{Bindings, Node, STACK_SIZE, on_deep_stacks};
use crate::model::{CUSTOMER, Resource, Snapshot};
use chrono::{DateTime, Utc};
use evaluate::{Judge, Ruling};
use gaps::Gaps;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The stack that judging needs; see [`crate::expr`].
pub const STACK: usize = STACK_SIZE;

/// Judges every resource of a snapshot by every check of a catalogue.
pub fn assess(snapshot: &Snapshot, catalog: &Catalog, now: DateTime<Utc>) -> Assessment {
    let mut by_kind: BTreeMap<&str, Vec<&Check>> = BTreeMap::new();
    for check in &catalog.checks {
        by_kind.entry(check.kind.name).or_default().push(check);
    }
    let gaps = Gaps::of(snapshot);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let size = snapshot.resources.len().div_ceil(workers).max(1);
    let parts: Vec<&[Resource]> = snapshot.resources.chunks(size).collect();
    let judged = on_deep_stacks(parts.len(), |part| {
        let judges = judges(catalog, now);
        let mut findings = Vec::new();
        for resource in parts[part] {
            if let Some(checks) = by_kind.get(resource.kind()) {
                judge(resource, checks, &judges, catalog, &gaps, &mut findings);
            }
        }
        findings
    });
    let mut findings: Vec<Finding> = judged.into_iter().flatten().collect();
    for check in &catalog.checks {
        findings.extend(gaps.of_lists(snapshot, check));
    }
    findings.sort_by(|a, b| a.order().cmp(&b.order()));
    Assessment {
        findings,
        gaps: gaps.finish(),
    }
}

/// The bindings that each check shares among its resources.
fn judges<'c>(catalog: &'c Catalog, now: DateTime<Utc>) -> BTreeMap<&'c str, Judge<'c>> {
    catalog
        .checks
        .iter()
        .map(|check| (check.id.as_str(), Judge::new(check, catalog, now, None)))
        .collect()
}

fn judge(
    resource: &Resource,
    checks: &[&Check],
    judges: &BTreeMap<&str, Judge<'_>>,
    catalog: &Catalog,
    gaps: &Gaps,
    findings: &mut Vec<Finding>,
) {
    let kind = resource.kind();
    let Some(ty) = catalog.types.get(kind) else {
        return;
    };
    let node = Node::from_json(kind, &resource.to_json(), ty);
    for check in checks {
        let Some(judge) = judges.get(check.id.as_str()) else {
            continue;
        };
        let ruling = judge.rule(&node);
        let ruling = match ruling {
            // What AWS made and owns is not the customer's to mend, whatever its state.
            Ruling::NotApplicable => Ruling::NotApplicable,
            _ if *resource.meta.managed_by != *CUSTOMER => Ruling::Inherited,
            other => other,
        };
        findings.push(gaps.finding(check, resource, ruling));
    }
}

/// Keeps bindings cheap to share between the checks of a resource.
fn bind(shared: &Bindings, variable: &'static str, node: &Node) -> Bindings {
    shared.with(Arc::<str>::from(variable), node.clone())
}
