//! What the trails of an account record, and where they write.

use super::{both, complete_everywhere, complete_somewhere, either, nothing_more};
use crate::model::cloudtrail::{Account, DataSelector, EventSelectors, ManagementSelector, Trail};
use crate::model::logs::LogGroup;
use crate::model::s3::Bucket;
use crate::model::{Facet, GapId, Kind, Meta, Snapshot};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whether a trail logs every management event: of every Region and of the global services,
/// read and write, no event source left out.
pub(super) fn logs_management(trail: &Trail) -> Facet<bool> {
    if !trail.is_multi_region_trail || !trail.include_global_service_events {
        return Facet::Known(false);
    }
    both(logs_now(trail), trail.event_selectors.map(all_management))
}

fn logs_now(trail: &Trail) -> Facet<bool> {
    trail.status.map(|status| status.is_logging)
}

fn all_management(selectors: &EventSelectors) -> bool {
    let all: [fn(&ManagementSelector) -> bool; 2] = [|s| s.read, |s| s.write];
    all.into_iter().all(|part| {
        let takes: Vec<&ManagementSelector> = selectors
            .management
            .iter()
            .filter(|selector| part(selector) && selector.filters.is_empty())
            .collect();
        // What one selector leaves out, another may take.
        takes.iter().any(|selector| {
            selector.only_sources.is_empty()
                && selector
                    .excluded_sources
                    .iter()
                    .all(|source| takes.iter().any(|other| takes_source(other, source)))
        })
    })
}

fn takes_source(selector: &ManagementSelector, source: &String) -> bool {
    !selector.excluded_sources.contains(source)
        && (selector.only_sources.is_empty() || selector.only_sources.contains(source))
}

/// Whether a trail logs all object-level events of a sort, of every bucket in every Region.
fn logs_objects(trail: &Trail, sort: fn(&DataSelector) -> bool) -> Facet<bool> {
    if !trail.is_multi_region_trail {
        return Facet::Known(false);
    }
    let taken = trail.event_selectors.map(|selectors| {
        selectors.data.iter().any(|selector| {
            selector.resource_type == "AWS::S3::Object" && selector.unfiltered() && sort(selector)
        })
    });
    both(logs_now(trail), taken)
}

/// Fills in the facts of accounts that rest on trails alone.
pub(super) fn of_accounts(snapshot: &mut Snapshot) {
    let accounts: Vec<Arc<str>> = snapshot
        .of::<Account>()
        .map(|(meta, _)| meta.account.clone())
        .collect();
    for account in accounts {
        let everywhere = complete_everywhere(snapshot, Trail::NAME, &account);
        let somewhere = complete_somewhere(snapshot, Trail::NAME, &account);
        let trails: Vec<(&Meta, &Trail)> = of(snapshot, &account).collect();
        let logging = proven(&trails, everywhere, logs_now);
        let management = proven(&trails, somewhere.clone(), logs_management);
        let write = proven(&trails, somewhere.clone(), |t| logs_objects(t, |s| s.write));
        let read = proven(&trails, somewhere.clone(), |t| logs_objects(t, |s| s.read));
        let elsewhere = monitored_elsewhere(&trails, nothing_more(somewhere), &account);
        for (meta, facts) in snapshot.of_mut::<Account>() {
            if meta.account == account {
                facts.logging_trails = logging.clone();
                facts.management_trails = management.clone();
                facts.s3_write_trails = write.clone();
                facts.s3_read_trails = read.clone();
                facts.monitored_elsewhere = elsewhere.clone();
            }
        }
    }
}

/// The trails of an account.
pub(super) fn of<'s>(
    snapshot: &'s Snapshot,
    account: &str,
) -> impl Iterator<Item = (&'s Meta, &'s Trail)> {
    snapshot
        .of::<Trail>()
        .filter(move |(meta, _)| *meta.account == *account)
}

/// The trails that certainly are so; unread when there is none and one may yet be.
fn proven(
    trails: &[(&Meta, &Trail)],
    list: Result<(), Vec<GapId>>,
    test: impl Fn(&Trail) -> Facet<bool>,
) -> Facet<Vec<String>> {
    let mut found = Vec::new();
    let mut more = nothing_more(list);
    for (meta, trail) in trails {
        match test(trail) {
            Facet::Known(true) => found.push(meta.arn.to_string()),
            doubt => more = either(more, doubt),
        }
    }
    found.sort();
    match more {
        Facet::Unread(gaps) if found.is_empty() => Facet::Unread(gaps),
        _ => Facet::Known(found),
    }
}

/// The log group that a trail writes to: its Region, account and name.
pub(super) fn log_group(trail: &Trail) -> Option<(&str, &str, &str)> {
    let arn = trail.cloud_watch_logs_log_group_arn.as_deref()?;
    let mut parts = arn.splitn(7, ':').skip(3);
    let (region, account) = (parts.next()?, parts.next()?);
    let name = parts.nth(1)?;
    Some((region, account, name.strip_suffix(":*").unwrap_or(name)))
}

/// Whether there are log groups that receive all management events, and all of them are
/// another account's.
fn monitored_elsewhere(
    trails: &[(&Meta, &Trail)],
    unlisted: Facet<bool>,
    account: &str,
) -> Facet<bool> {
    let (mut here, mut there) = (unlisted.clone(), unlisted);
    for (_, trail) in trails {
        if let Some((_, owner, _)) = log_group(trail) {
            let place = if owner == account {
                &mut here
            } else {
                &mut there
            };
            *place = either(place.clone(), logs_management(trail));
        }
    }
    both(there, not(here))
}

fn not(fact: Facet<bool>) -> Facet<bool> {
    fact.map(|so| !so)
}

/// Fills in which trails write to a bucket.
pub(super) fn to_buckets(snapshot: &mut Snapshot) {
    let targets = targets(snapshot, |meta, trail| {
        Some((meta.account.clone(), trail.s3_bucket_name.clone()))
    });
    let lists = trail_lists(snapshot);
    for (meta, bucket) in snapshot.of_mut::<Bucket>() {
        let key = (meta.account.clone(), bucket.name.clone());
        bucket.log_destination_of = destination(targets.get(&key), lists.get(&meta.account));
    }
}

/// Fills in which trails write to a log group.
pub(super) fn to_log_groups(snapshot: &mut Snapshot) {
    let targets = targets(snapshot, |_, trail| {
        let (region, account, name) = log_group(trail)?;
        Some((Arc::from(account), format!("{region}:{name}")))
    });
    let lists = trail_lists(snapshot);
    for (meta, group) in snapshot.of_mut::<LogGroup>() {
        let name = format!("{}:{}", meta.region, group.log_group_name);
        let key = (meta.account.clone(), name);
        group.log_destination_of = destination(targets.get(&key), lists.get(&meta.account));
    }
}

/// An account and the name of something in it.
type Target = (Arc<str>, String);

fn targets(
    snapshot: &Snapshot,
    target: impl Fn(&Meta, &Trail) -> Option<Target>,
) -> BTreeMap<Target, Vec<String>> {
    let mut targets: BTreeMap<Target, Vec<String>> = BTreeMap::new();
    for (meta, trail) in snapshot.of::<Trail>() {
        if let Some(target) = target(meta, trail) {
            let trails = targets.entry(target).or_default();
            trails.push(meta.arn.to_string());
            trails.sort();
            trails.dedup();
        }
    }
    targets
}

/// By account, whether all of its trails are known.
fn trail_lists(snapshot: &Snapshot) -> BTreeMap<Arc<str>, Result<(), Vec<GapId>>> {
    let accounts = snapshot
        .listings
        .iter()
        .filter(|listing| &*listing.kind == Trail::NAME)
        .map(|listing| listing.account.clone());
    accounts
        .map(|account| {
            let list = complete_everywhere(snapshot, Trail::NAME, &account);
            (account, list)
        })
        .collect()
}

fn destination(
    trails: Option<&Vec<String>>,
    list: Option<&Result<(), Vec<GapId>>>,
) -> Facet<Vec<String>> {
    match (trails, list) {
        (Some(trails), _) => Facet::Known(trails.clone()),
        (None, Some(Ok(()))) => Facet::Known(Vec::new()),
        (None, Some(Err(gaps))) => Facet::Unread(gaps.clone()),
        (None, None) => Facet::not_asked(),
    }
}
