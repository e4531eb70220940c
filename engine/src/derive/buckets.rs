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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::s3::{Logging, ReplicationRule};
    use crate::model::{CUSTOMER, GLOBAL, Header, Listing, Meta, Resource};

    fn bucket(name: &str, region: &str, edit: impl Fn(&mut Bucket)) -> Resource {
        let mut facts = Bucket {
            name: name.to_owned(),
            creation_date: None,
            encryption: Facet::not_asked(),
            versioning: Facet::not_asked(),
            public_access_block: Facet::not_asked(),
            effective_public_access_block: Facet::not_asked(),
            policy: Facet::not_asked(),
            policy_status: Facet::not_asked(),
            acl: Facet::not_asked(),
            object_ownership: Facet::not_asked(),
            logging: Facet::Known(None),
            lifecycle_rules: Facet::not_asked(),
            object_lock: Facet::not_asked(),
            replication_rules: Facet::Known(Vec::new()),
            notification: Facet::not_asked(),
            access_logs_of: Facet::not_asked(),
            replica_regions: Facet::not_asked(),
            log_destination_of: Facet::not_asked(),
        };
        edit(&mut facts);
        Resource {
            meta: meta(&format!("arn:aws:s3:::{name}"), region),
            facts: Box::new(facts),
        }
    }

    fn meta(arn: &str, region: &str) -> Meta {
        Meta {
            arn: arn.into(),
            id: arn.into(),
            account: "111122223333".into(),
            region: region.into(),
            tags: Facet::not_asked(),
            managed_by: CUSTOMER.into(),
        }
    }

    fn snapshot(resources: Vec<Resource>, list: &[&str]) -> Snapshot {
        Snapshot {
            header: Header {
                schema: crate::model::snapshot::SCHEMA,
                tool: String::new(),
                account: "111122223333".to_owned(),
                caller: String::new(),
                partition: "aws".to_owned(),
                regions: Vec::new(),
                started: chrono::DateTime::UNIX_EPOCH,
                asked: Vec::new(),
                ledger: Vec::new(),
            },
            resources,
            listings: vec![Listing {
                kind: "s3.bucket".into(),
                account: "111122223333".into(),
                region: GLOBAL.into(),
                gaps: list.iter().map(|gap| (*gap).into()).collect(),
            }],
            gaps: Vec::new(),
        }
    }

    fn logs_to(target: &str) -> impl Fn(&mut Bucket) {
        move |bucket| {
            bucket.logging = Facet::Known(Some(Logging {
                target_bucket: target.to_owned(),
                target_prefix: String::new(),
            }));
        }
    }

    fn copies_to(target: &str, status: &str) -> impl Fn(&mut Bucket) {
        move |bucket| {
            bucket.replication_rules = Facet::Known(vec![ReplicationRule {
                id: None,
                status: status.to_owned(),
                destination_bucket: Some(format!("arn:aws:s3:::{target}")),
                destination_account: None,
            }]);
        }
    }

    fn of<T: Clone>(
        snapshot: &Snapshot,
        name: &str,
        fact: impl Fn(&Bucket) -> &Facet<T>,
    ) -> Facet<T> {
        let mut buckets = snapshot.of::<Bucket>().map(|(_, bucket)| bucket);
        let found = buckets.find(|bucket| bucket.name == name);
        found.map_or(Facet::not_asked(), |bucket| fact(bucket).clone())
    }

    fn texts(items: &[&str]) -> Facet<Vec<String>> {
        Facet::Known(items.iter().map(|item| (*item).to_owned()).collect())
    }

    fn gap(id: &str) -> Facet<Vec<String>> {
        Facet::Unread(vec![id.into()])
    }

    #[test]
    fn a_bucket_knows_whose_logs_it_receives() {
        let mut known = snapshot(
            vec![
                bucket("a", "eu-west-1", logs_to("logs")),
                bucket("b", "eu-west-1", logs_to("logs")),
                bucket("logs", "eu-west-1", logs_to("logs")),
                bucket("far", "eu-west-2", logs_to("logs")),
            ],
            &[],
        );
        access_logs_of(&mut known);
        assert_eq!(
            of(&known, "logs", |b| &b.access_logs_of),
            texts(&["a", "b"])
        );
        assert_eq!(of(&known, "a", |b| &b.access_logs_of), texts(&[]));
    }

    #[test]
    fn unread_logging_of_another_bucket_leaves_none_unproven() {
        let unread = |bucket: &mut Bucket| bucket.logging = Facet::Unread(vec!["g".into()]);
        let mut known = snapshot(
            vec![
                bucket("a", "eu-west-1", logs_to("logs")),
                bucket("logs", "eu-west-1", |_| {}),
                bucket("dark", "eu-west-1", unread),
                bucket("far", "eu-west-2", |_| {}),
            ],
            &[],
        );
        access_logs_of(&mut known);
        assert_eq!(of(&known, "logs", |b| &b.access_logs_of), texts(&["a"]));
        assert_eq!(of(&known, "a", |b| &b.access_logs_of), gap("g"));
        // Its own logging says nothing about who logs to it.
        assert_eq!(of(&known, "dark", |b| &b.access_logs_of), texts(&[]));
        assert_eq!(of(&known, "far", |b| &b.access_logs_of), texts(&[]));
    }

    #[test]
    fn replicas_are_where_their_buckets_are() {
        let mut known = snapshot(
            vec![
                bucket("near", "eu-west-1", copies_to("copy", "Enabled")),
                bucket("foreign", "eu-west-1", copies_to("of-others", "Enabled")),
                bucket("off", "eu-west-1", copies_to("copy", "Disabled")),
                bucket("copy", "eu-central-1", |_| {}),
            ],
            &[],
        );
        replica_regions(&mut known);
        let regions = |name: &str| of(&known, name, |b| &b.replica_regions);
        assert_eq!(regions("near"), texts(&["eu-central-1"]));
        assert_eq!(regions("foreign"), texts(&["unknown"]));
        assert_eq!(regions("off"), texts(&[]));
    }

    #[test]
    fn an_incomplete_list_hides_destinations_and_buckets() {
        let mut lost = snapshot(
            vec![
                bucket("near", "eu-west-1", copies_to("copy", "Enabled")),
                bucket("foreign", "eu-west-1", copies_to("of-others", "Enabled")),
                bucket("copy", "eu-central-1", |_| {}),
                Resource {
                    meta: meta(
                        "arn:aws:macie2:eu-west-1:111122223333:region-settings",
                        "eu-west-1",
                    ),
                    facts: Box::new(macie2::Region {
                        session: Facet::not_asked(),
                        automated_discovery: Facet::not_asked(),
                        buckets: Facet::not_asked(),
                    }),
                },
            ],
            &["page"],
        );
        replica_regions(&mut lost);
        buckets_of_region(&mut lost);
        let regions = |name: &str| of(&lost, name, |b| &b.replica_regions);
        assert_eq!(regions("near"), texts(&["eu-central-1"]));
        assert_eq!(regions("foreign"), gap("page"));
        let macie = lost
            .of::<macie2::Region>()
            .next()
            .map(|(_, r)| r.buckets.clone());
        assert_eq!(macie, Some(gap("page")));
    }
}
