//! In which Regions AWS Config records what belongs to no Region.

use super::Derived;
use crate::model::config::{RecordingGroup, Region};
use crate::model::{Facet, GapId, Snapshot};
use crate::plan::Derivation;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) static DERIVED: &[Derived] = &[Derived {
    fact: Derivation {
        gives: "config.region.global_resources_recorded_in",
        from: &[
            "config.region",
            "config.region.recorders",
            "config.region.recorder_statuses",
        ],
    },
    run: global_resources_recorded_in,
}];

/// The global types that AWS Config records in the Regions that are told to.
const IAM_TYPES: [&str; 4] = [
    "AWS::IAM::User",
    "AWS::IAM::Group",
    "AWS::IAM::Role",
    "AWS::IAM::Policy",
];

/// What is known of an account: the Regions that record, and why others could not be read.
#[derive(Default)]
struct Account {
    regions: BTreeSet<String>,
    lost: bool,
    gaps: BTreeSet<GapId>,
}

fn global_resources_recorded_in(snapshot: &mut Snapshot) {
    let mut accounts: BTreeMap<Arc<str>, Account> = BTreeMap::new();
    for (meta, region) in snapshot.of::<Region>() {
        let account = accounts.entry(meta.account.clone()).or_default();
        match records_iam(region) {
            Facet::Known(true) => {
                account.regions.insert(meta.region.to_string());
            }
            Facet::Known(false) => {}
            Facet::Unread(gaps) => {
                account.lost = true;
                account.gaps.extend(gaps);
            }
        }
    }
    for (meta, region) in snapshot.of_mut::<Region>() {
        let Some(account) = accounts.get(&meta.account) else {
            continue;
        };
        // One Region that records decides; none is proven only when all were read.
        region.global_resources_recorded_in = if account.regions.is_empty() && account.lost {
            Facet::Unread(account.gaps.iter().cloned().collect())
        } else {
            Facet::Known(account.regions.iter().cloned().collect())
        };
    }
}

/// Whether a recorder of the Region runs and records the IAM types.
fn records_iam(region: &Region) -> Facet<bool> {
    let recorders = match &region.recorders {
        Facet::Known(recorders) => recorders,
        Facet::Unread(gaps) => return Facet::Unread(gaps.clone()),
    };
    let mut candidates = recorders
        .iter()
        .filter(|recorder| recorder.recording_group.as_ref().is_some_and(holds_iam))
        .peekable();
    if candidates.peek().is_none() {
        return Facet::Known(false);
    }
    region.recorder_statuses.map(|statuses| {
        candidates.any(|recorder| {
            statuses
                .iter()
                .any(|status| status.name == recorder.name && status.recording)
        })
    })
}

fn holds_iam(group: &RecordingGroup) -> bool {
    let among = |types: &[String], wanted: &str| types.iter().any(|name| name == wanted);
    match group.recording_strategy.as_deref() {
        Some("EXCLUSION_BY_RESOURCE_TYPES") => !IAM_TYPES
            .iter()
            .any(|wanted| among(&group.excluded_resource_types, wanted)),
        _ if group.all_supported => group.include_global_resource_types,
        _ => IAM_TYPES
            .iter()
            .all(|wanted| among(&group.resource_types, wanted)),
    }
}
