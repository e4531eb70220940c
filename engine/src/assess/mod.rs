//! From a snapshot and a catalogue to verdicts: exactly one for each check and resource, each
//! resting only on facts that were read. Pure: the same input gives the same output.

mod accepted;
mod evaluate;
mod examples;
mod exceptions;
mod explain;
mod finding;
mod gaps;
mod id;
mod owner;
mod terms;
#[cfg(test)]
mod tests;

pub use accepted::{Accepted, Standing};
pub use examples::{ExampleFailure, run_examples};
pub use exceptions::accept;
pub use explain::{Explanation, Fact, Gave, Item, Step, explain, observed};
pub use finding::{Assessment, Detail, Finding, Measure, Owner, Subject, Verdict};
pub use id::FindingId;

use crate::catalog::{Catalog, Check};
pub use crate::expr::Join;
use crate::expr::{Bindings, Node, STACK_SIZE, on_deep_stacks, processors};
use crate::model::{Resource, Snapshot};
use crate::settings::Settings;
use chrono::{DateTime, Utc};
use evaluate::Ruling;
use gaps::Gaps;
use owner::{Known, Owners};
use std::collections::BTreeMap;
use std::sync::Arc;
use terms::Judges;

/// The stack that judging needs; see [`crate::expr`].
pub const STACK: usize = STACK_SIZE;

/// Judges every resource of a snapshot by every check of a catalogue, as it comes.
pub fn assess(snapshot: &Snapshot, catalog: &Catalog, now: DateTime<Utc>) -> Assessment {
    assess_by(snapshot, catalog, &Settings::default(), now)
}

/// Judges every resource of a snapshot by every check of a catalogue, by the user's parameters and
/// severities, and accepts the failures that the user's exceptions cover on the day of `now`.
pub fn assess_by(
    snapshot: &Snapshot,
    catalog: &Catalog,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Assessment {
    let mut by_kind: BTreeMap<&str, Vec<&Check>> = BTreeMap::new();
    for check in &catalog.checks {
        by_kind.entry(check.kind.name).or_default().push(check);
    }
    let gaps = Gaps::of(snapshot);
    let workers = processors().min(snapshot.resources.len());
    // Resources of a kind lie side by side, and cost alike: each thread takes every n-th.
    let mine = |first: usize| snapshot.resources.iter().skip(first).step_by(workers);
    let checks = |resource: &Resource| by_kind.get(resource.kind()).map_or(&[][..], Vec::as_slice);
    let judged = on_deep_stacks(workers, |first| {
        let judges = Judges::new(catalog, &settings.rules, now);
        let known = Known::default();
        let mut said = Said::default();
        // In a large account there are hundreds of thousands of findings. They are put together in
        // the first list, which has room for all of them from the beginning.
        let room: usize = match first {
            0 => snapshot.resources.iter().map(|one| checks(one).len()).sum(),
            _ => mine(first).map(|one| checks(one).len()).sum(),
        };
        said.findings.reserve_exact(room);
        for resource in mine(first) {
            let checks = checks(resource);
            judge(
                resource,
                checks,
                (&judges, &known),
                catalog,
                &gaps,
                &mut said,
            );
        }
        said
    });
    let mut judged = judged.into_iter();
    let Said {
        mut findings,
        mut causes,
    } = judged.next().unwrap_or_default();
    for part in judged {
        findings.extend(part.findings);
        causes.extend(part.causes);
    }
    let known = Known::default();
    for check in &catalog.checks {
        let (owner, _) = Owners::unseen(catalog, &known, check.kind.name).owner(check);
        findings.extend(gaps.of_lists(snapshot, check, &owner, &settings.rules));
    }
    findings.sort_unstable_by(|a, b| {
        // Of a kind that is listed in several ways, a place may have several lists.
        let order = a.order().cmp(&b.order());
        order.then_with(|| a.gaps().cmp(b.gaps()))
    });
    let mut assessment = Assessment {
        findings,
        gaps: gaps.finish(),
        lists: snapshot.listings.clone(),
        causes,
        exceptions: Vec::new(),
        measure: Measure {
            settings: settings.hash(),
            parameters: settings.rules.parameters.clone(),
            severities: settings.rules.severities.clone(),
        },
    };
    let today = now.date_naive();
    let exceptions = &settings.exceptions;
    accept(
        &mut assessment,
        &snapshot.resources,
        catalog,
        exceptions,
        today,
    );
    assessment
}

/// What was said of some resources.
#[derive(Default)]
struct Said {
    findings: Vec<Finding>,
    causes: BTreeMap<FindingId, Vec<String>>,
}

fn judge<'c>(
    resource: &Resource,
    checks: &[&'c Check],
    (judges, known): (&Judges<'c>, &Known),
    catalog: &'c Catalog,
    gaps: &Gaps,
    said: &mut Said,
) {
    let (kind, meta) = (resource.kind(), &resource.meta);
    let Some(ty) = catalog.types.get(kind).filter(|_| !checks.is_empty()) else {
        return;
    };
    let node = Node::from_json(kind, &resource.to_json(), ty);
    let mut owners = Owners::of(catalog, known, kind, &meta.managed_by, &node);
    let about = Arc::new(Subject {
        account: meta.account.clone(),
        region: meta.region.clone(),
        kind,
        arn: Some(meta.arn.clone()),
        resource_id: Some(meta.id.clone()),
    });
    for check in checks {
        let Some(mut judged) = judges.judge(check, resource, &node) else {
            continue;
        };
        let (owner, inherited) = owners.owner(check);
        judged.ruling = match (judged.ruling, inherited) {
            // What AWS owns is not the customer's to mend, whatever its state.
            (Ruling::NotApplicable, _) => Ruling::NotApplicable,
            (_, Some(part)) => Ruling::Inherited(part),
            (other, None) => other,
        };
        let judge = judged.judge.clone();
        let finding = gaps.finding(check, about.clone(), owner, judged);
        if finding.verdict == Verdict::Fail {
            let causes = judge.causes(&node);
            if !causes.is_empty() {
                said.causes.insert(finding.id, causes);
            }
        }
        said.findings.push(finding);
    }
}

/// Keeps bindings cheap to share between the checks of a resource.
fn bind(shared: &Bindings, variable: &'static str, node: &Node) -> Bindings {
    shared.with(Arc::<str>::from(variable), node.clone())
}
