//! How buckets hang together: whose access logs go where, where replicas go, and which buckets
//! a Region holds.

use super::{Derived, complete};
use crate::model::macie2;
use crate::model::s3::Bucket;
use crate::model::{Facet, GapId, Snapshot};
use crate::plan::Derivation;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) static DERIVED: &[Derived] = &[
    Derived {
        fact: Derivation {
            gives: "s3.bucket.access_logs_of",
            from: &["s3.bucket", "s3.bucket.logging"],
        },
        run: access_logs_of,
    },
    Derived {
        fact: Derivation {
            gives: "s3.bucket.replica_regions",
            from: &["s3.bucket", "s3.bucket.replication_rules"],
        },
        run: replica_regions,
    },
    Derived {
        fact: Derivation {
            gives: "macie2.region.buckets",
            from: &["s3.bucket"],
        },
        run: buckets_of_region,
    },
];

/// An account and a Region.
type Place = (Arc<str>, Arc<str>);

/// Server access logs go to a bucket of the same account and Region, so nothing outside of the
/// audited Regions is missed.
fn access_logs_of(snapshot: &mut Snapshot) {
    let mut sources: BTreeMap<(Place, String), Vec<String>> = BTreeMap::new();
    // By place, the buckets whose logging could not be read, and why.
    let mut unread: BTreeMap<Place, Vec<(String, Vec<GapId>)>> = BTreeMap::new();
    let mut places: BTreeSet<Place> = BTreeSet::new();
    for (meta, bucket) in snapshot.of::<Bucket>() {
        let place = (meta.account.clone(), meta.region.clone());
        places.insert(place.clone());
        match &bucket.logging {
            Facet::Known(Some(logging)) if logging.target_bucket != bucket.name => {
                let target = (place, logging.target_bucket.clone());
                sources.entry(target).or_default().push(bucket.name.clone());
            }
            Facet::Known(_) => {}
            Facet::Unread(gaps) => {
                let lost = (bucket.name.clone(), gaps.clone());
                unread.entry(place).or_default().push(lost);
            }
        }
    }
    let lists: BTreeMap<Place, Result<(), Vec<GapId>>> = places
        .into_iter()
        .map(|place| {
            let list = complete(snapshot, "s3.bucket", &place.0, &place.1);
            (place, list)
        })
        .collect();
    for (meta, bucket) in snapshot.of_mut::<Bucket>() {
        let place = (meta.account.clone(), meta.region.clone());
        let key = (place, bucket.name.clone());
        if let Some(known) = sources.get(&key) {
            let mut names = known.clone();
            names.sort();
            bucket.access_logs_of = Facet::Known(names);
            continue;
        }
        let mut gaps = BTreeSet::new();
        let mut lost = false;
        if let Some(Err(list)) = lists.get(&key.0) {
            lost = true;
            gaps.extend(list.iter().cloned());
        }
        for (name, why) in unread.get(&key.0).into_iter().flatten() {
            if *name != bucket.name {
                lost = true;
                gaps.extend(why.iter().cloned());
            }
        }
        bucket.access_logs_of = if lost {
            Facet::Unread(gaps.into_iter().collect())
        } else {
            Facet::Known(Vec::new())
        };
    }
}

fn replica_regions(snapshot: &mut Snapshot) {
    let homes: BTreeMap<String, Arc<str>> = snapshot
        .of::<Bucket>()
        .map(|(meta, bucket)| (bucket.name.clone(), meta.region.clone()))
        .collect();
    let lists: BTreeMap<Place, Result<(), Vec<GapId>>> = snapshot
        .of::<Bucket>()
        .map(|(meta, _)| {
            let list = complete(snapshot, "s3.bucket", &meta.account, &meta.region);
            ((meta.account.clone(), meta.region.clone()), list)
        })
        .collect();
    for (meta, bucket) in snapshot.of_mut::<Bucket>() {
        let rules = match &bucket.replication_rules {
            Facet::Known(rules) => rules,
            Facet::Unread(gaps) => {
                bucket.replica_regions = Facet::Unread(gaps.clone());
                continue;
            }
        };
        let regions: BTreeSet<Option<String>> = rules
            .iter()
            .filter(|rule| rule.status == "Enabled")
            .map(|rule| {
                let arn = rule.destination_bucket.as_deref()?;
                let name = arn.rsplit(':').next()?;
                homes.get(name).map(ToString::to_string)
            })
            .collect();
        let list = lists.get(&(meta.account.clone(), meta.region.clone()));
        bucket.replica_regions = match list {
            // The destination may be one of those that were not listed.
            Some(Err(gaps)) if regions.contains(&None) => Facet::Unread(gaps.clone()),
            _ => {
                let told = |region: Option<String>| region.unwrap_or_else(|| "unknown".to_owned());
                Facet::Known(regions.into_iter().map(told).collect())
            }
        };
    }
}

fn buckets_of_region(snapshot: &mut Snapshot) {
    let mut held: BTreeMap<Place, Facet<Vec<String>>> = snapshot
        .of::<macie2::Region>()
        .map(|(meta, _)| {
            let names = match complete(snapshot, "s3.bucket", &meta.account, &meta.region) {
                Ok(()) => Facet::Known(Vec::new()),
                Err(gaps) => Facet::Unread(gaps),
            };
            ((meta.account.clone(), meta.region.clone()), names)
        })
        .collect();
    for (meta, bucket) in snapshot.of::<Bucket>() {
        let place = (meta.account.clone(), meta.region.clone());
        if let Some(Facet::Known(names)) = held.get_mut(&place) {
            names.push(bucket.name.clone());
        }
    }
    for (meta, region) in snapshot.of_mut::<macie2::Region>() {
        let place = (meta.account.clone(), meta.region.clone());
        if let Some(mut names) = held.remove(&place) {
            if let Facet::Known(names) = &mut names {
                names.sort();
            }
            region.buckets = names;
        }
    }
}
