//! What CloudTrail records of an account, where it goes, and what of it raises an alarm that
//! somebody hears.

mod alarms;
mod pattern;
mod samples;
mod trails;
mod watch;

use super::{Derived, complete};
use crate::model::{Facet, GapId, Snapshot};
use crate::plan::Derivation;
use std::sync::Arc;

/// What the judgement of trails rests on.
const TRAILS: &[&str] = &[
    "cloudtrail.trail",
    "cloudtrail.trail.event_selectors",
    "cloudtrail.trail.status",
];

/// What the judgement of alarms on trails rests on.
const WATCH: &[&str] = &[
    "cloudtrail.trail",
    "cloudtrail.trail.event_selectors",
    "cloudtrail.trail.status",
    "cloudwatch.alarm",
    "logs.metric_filter",
    "sns.subscription",
    "sns.topic",
    "sns.topic.subscriptions_confirmed",
];

pub(super) static DERIVED: &[Derived] = &[
    derived(
        "cloudtrail.account.logging_trails",
        &["cloudtrail.trail", "cloudtrail.trail.status"],
        trails::of_accounts,
    ),
    // The run above fills in these as well.
    derived("cloudtrail.account.management_trails", TRAILS, done),
    derived("cloudtrail.account.s3_write_trails", TRAILS, done),
    derived("cloudtrail.account.s3_read_trails", TRAILS, done),
    derived("cloudtrail.account.monitored_elsewhere", TRAILS, done),
    derived(
        "s3.bucket.log_destination_of",
        &["cloudtrail.trail", "s3.bucket"],
        trails::to_buckets,
    ),
    derived(
        "logs.log_group.log_destination_of",
        &["cloudtrail.trail", "logs.log_group"],
        trails::to_log_groups,
    ),
    derived(
        "cloudwatch.alarm.unheard_topics",
        &[
            "cloudwatch.alarm",
            "sns.subscription",
            "sns.topic",
            "sns.topic.subscriptions_confirmed",
        ],
        alarms::unheard_topics,
    ),
    derived(
        "cloudtrail.account.trail_filters",
        WATCH,
        watch::of_accounts,
    ),
    // The run above fills in these as well.
    watched("cloudtrail.account.watched_bucket_policy_changes"),
    watched("cloudtrail.account.watched_config_changes"),
    watched("cloudtrail.account.watched_gateway_changes"),
    watched("cloudtrail.account.watched_iam_policy_changes"),
    watched("cloudtrail.account.watched_kms_key_removals"),
    watched("cloudtrail.account.watched_network_acl_changes"),
    watched("cloudtrail.account.watched_organization_changes"),
    watched("cloudtrail.account.watched_root_use"),
    watched("cloudtrail.account.watched_route_table_changes"),
    watched("cloudtrail.account.watched_security_group_changes"),
    watched("cloudtrail.account.watched_sign_in_failures"),
    watched("cloudtrail.account.watched_sign_in_without_mfa"),
    watched("cloudtrail.account.watched_trail_changes"),
    watched("cloudtrail.account.watched_unauthorized_calls"),
    watched("cloudtrail.account.watched_vpc_changes"),
];

const fn derived(
    gives: &'static str,
    from: &'static [&'static str],
    run: fn(&mut Snapshot),
) -> Derived {
    Derived {
        fact: Derivation { gives, from },
        run,
    }
}

const fn watched(gives: &'static str) -> Derived {
    derived(gives, WATCH, done)
}

fn done(_: &mut Snapshot) {}

/// Both: one that is certainly not so decides.
fn both(a: Facet<bool>, b: Facet<bool>) -> Facet<bool> {
    match (a, b) {
        (Facet::Known(false), _) | (_, Facet::Known(false)) => Facet::Known(false),
        (Facet::Known(true), other) | (other, Facet::Known(true)) => other,
        (Facet::Unread(a), Facet::Unread(b)) => Facet::Unread(joined(a, b)),
    }
}

/// Either: one that is certainly so decides.
fn either(a: Facet<bool>, b: Facet<bool>) -> Facet<bool> {
    match (a, b) {
        (Facet::Known(true), _) | (_, Facet::Known(true)) => Facet::Known(true),
        (Facet::Known(false), other) | (other, Facet::Known(false)) => other,
        (Facet::Unread(a), Facet::Unread(b)) => Facet::Unread(joined(a, b)),
    }
}

fn joined(mut a: Vec<GapId>, b: Vec<GapId>) -> Vec<GapId> {
    a.extend(b);
    a.sort();
    a.dedup();
    a
}

/// Whether a list is complete, as a truth to be joined with others: a list that is not may
/// hold anything.
fn nothing_more(list: Result<(), Vec<GapId>>) -> Facet<bool> {
    match list {
        Ok(()) => Facet::Known(false),
        Err(gaps) => Facet::Unread(gaps),
    }
}

/// The gaps of the lists of a kind in each Region of an account.
fn lists<'s>(
    snapshot: &'s Snapshot,
    kind: &str,
    account: &str,
) -> impl Iterator<Item = &'s [GapId]> {
    snapshot
        .listings
        .iter()
        .filter(move |listing| *listing.kind == *kind && *listing.account == *account)
        .map(|listing| listing.gaps.as_slice())
}

/// Whether the lists of a kind are complete in every Region of an account.
fn complete_everywhere(snapshot: &Snapshot, kind: &str, account: &str) -> Result<(), Vec<GapId>> {
    let mut listed = false;
    let mut all: Vec<GapId> = Vec::new();
    for gaps in lists(snapshot, kind, account) {
        listed = true;
        all.extend(gaps.iter().map(Arc::clone));
    }
    if listed && all.is_empty() {
        Ok(())
    } else {
        Err(all)
    }
}

/// Whether the list of a kind is complete in some Region of an account: enough for what every
/// Region tells, such as multi-Region trails.
fn complete_somewhere(snapshot: &Snapshot, kind: &str, account: &str) -> Result<(), Vec<GapId>> {
    if lists(snapshot, kind, account).any(<[GapId]>::is_empty) {
        return Ok(());
    }
    complete_everywhere(snapshot, kind, account)
}

#[cfg(test)]
mod tests;
