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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config::{Recorder, RecorderStatus};

    fn group(all: bool, global: bool, named: &[&str], left_out: &[&str]) -> RecordingGroup {
        let texts = |types: &[&str]| types.iter().map(|t| (*t).to_owned()).collect();
        RecordingGroup {
            all_supported: all,
            include_global_resource_types: global,
            resource_types: texts(named),
            excluded_resource_types: texts(left_out),
            recording_strategy: (!left_out.is_empty())
                .then(|| "EXCLUSION_BY_RESOURCE_TYPES".to_owned()),
        }
    }

    fn region(group: RecordingGroup, statuses: Facet<bool>) -> Region {
        Region {
            recorders: Facet::Known(vec![Recorder {
                name: "default".to_owned(),
                role_arn: None,
                recording_group: Some(group),
                recording_frequency: None,
            }]),
            recorder_statuses: statuses.map(|recording| {
                vec![RecorderStatus {
                    name: "default".to_owned(),
                    recording: *recording,
                    last_status: None,
                    last_error_code: None,
                    last_start_time: None,
                    last_stop_time: None,
                    last_status_change_time: None,
                }]
            }),
            delivery_channels: Facet::not_asked(),
            delivery_channel_statuses: Facet::not_asked(),
            global_resources_recorded_in: Facet::not_asked(),
        }
    }

    #[test]
    fn iam_is_recorded_when_the_recorder_holds_it_and_runs() {
        let on = || Facet::Known(true);
        let records = |group, statuses| records_iam(&region(group, statuses));
        assert_eq!(
            records(group(true, true, &[], &[]), on()),
            Facet::Known(true)
        );
        assert_eq!(
            records(group(true, false, &[], &[]), on()),
            Facet::Known(false)
        );
        assert_eq!(
            records(group(true, true, &[], &[]), Facet::Known(false)),
            Facet::Known(false)
        );
        assert_eq!(
            records(group(false, false, &IAM_TYPES, &[]), on()),
            Facet::Known(true)
        );
        assert_eq!(
            records(group(false, false, &IAM_TYPES[..3], &[]), on()),
            Facet::Known(false)
        );
        assert_eq!(
            records(group(false, false, &[], &["AWS::EC2::Instance"]), on()),
            Facet::Known(true)
        );
        assert_eq!(
            records(group(false, false, &[], &["AWS::IAM::Role"]), on()),
            Facet::Known(false)
        );
    }

    #[test]
    fn a_recorder_without_iam_decides_even_if_its_status_is_unread() {
        let unread = || Facet::Unread(vec!["g".into()]);
        let none = region(group(true, false, &[], &[]), unread());
        assert_eq!(records_iam(&none), Facet::Known(false));
        let some = region(group(true, true, &[], &[]), unread());
        assert_eq!(records_iam(&some), Facet::Unread(vec!["g".into()]));
    }
}
