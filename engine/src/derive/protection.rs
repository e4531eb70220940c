//! Which backup plans of AWS Backup pick a resource.
//!
//! A selection picks a resource when it names it, or a tag of it, or names nothing at all;
//! when every condition on its tags holds; and when it does not leave it out. Unless the
//! selection names the resource or its type outright, the type must also be opted in.

mod selection;

use super::{Derived, complete};
use crate::model::backup::{BackupPlan, BackupSelection, Region, ResourceType};
use crate::model::ec2_compute::{Instance, Volume};
use crate::model::efs::FileSystem;
use crate::model::rds::{DbCluster, DbInstance};
use crate::model::{Facet, GapId, Kind, Meta, Snapshot};
use crate::plan::Derivation;
use selection::{Subject, picks};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What every one of these facts rests on, besides the kind and its tags.
macro_rules! from {
    ($($own:literal),+) => {
        &[
            "backup.plan",
            "backup.plan.selections",
            "backup.region",
            "backup.region.resource_types",
            $($own),+
        ]
    };
}

pub(super) static DERIVED: &[Derived] = &[
    Derived {
        fact: Derivation {
            gives: "ec2.volume.backup_plans",
            from: from![
                "ec2.instance",
                "ec2.instance.tags",
                "ec2.volume",
                "ec2.volume.tags"
            ],
        },
        run: volumes,
    },
    Derived {
        fact: Derivation {
            gives: "efs.file_system.backup_plans",
            from: from!["efs.file_system", "efs.file_system.tags"],
        },
        run: |snapshot| {
            fill::<FileSystem>(
                snapshot,
                |_| Type::own("EFS"),
                |system, plans| system.backup_plans = plans,
            );
        },
    },
    Derived {
        fact: Derivation {
            gives: "rds.db_cluster.backup_plans",
            from: from!["rds.db_cluster", "rds.db_cluster.tags"],
        },
        run: |snapshot| {
            fill::<DbCluster>(snapshot, cluster_type, |cluster, plans| {
                cluster.backup_plans = plans;
            });
        },
    },
    Derived {
        fact: Derivation {
            gives: "rds.db_instance.backup_plans",
            from: from!["rds.db_instance", "rds.db_instance.tags"],
        },
        run: |snapshot| {
            fill::<DbInstance>(
                snapshot,
                |_| Type::own("RDS"),
                |instance, plans| instance.backup_plans = plans,
            );
        },
    },
];

/// An account, with a Region or the id of a resource.
type Key = (Arc<str>, Arc<str>);

/// A type of resource, as AWS Backup names it.
#[derive(Clone, Copy)]
struct Type {
    name: &'static str,
    /// Whether its ARNs look like those of other types: then naming it outright is not enough.
    shared: bool,
}

impl Type {
    const fn own(name: &'static str) -> Type {
        Type {
            name,
            shared: false,
        }
    }
}

/// Clusters of all engines have ARNs of one form.
fn cluster_type(cluster: &DbCluster) -> Type {
    let name = match cluster.engine.as_str() {
        "docdb" => "DocumentDB",
        "neptune" => "Neptune",
        engine if engine.starts_with("aurora") => "Aurora",
        _ => "RDS",
    };
    Type { name, shared: true }
}

fn fill<K: Kind>(
    snapshot: &mut Snapshot,
    type_of: fn(&K) -> Type,
    set: fn(&mut K, Facet<Vec<String>>),
) {
    let places = Places::of(snapshot);
    let found: Vec<Facet<Vec<String>>> = snapshot
        .of::<K>()
        .map(|(meta, facts)| places.plans_of(meta, type_of(facts)))
        .collect();
    for ((_, facts), plans) in snapshot.of_mut::<K>().zip(found) {
        set(facts, plans);
    }
}

/// A backup of an instance takes the volumes that are attached to it.
fn volumes(snapshot: &mut Snapshot) {
    let places = Places::of(snapshot);
    let mut instances: BTreeMap<Key, Facet<Vec<String>>> = BTreeMap::new();
    for (meta, _) in snapshot.of::<Instance>() {
        let plans = places.plans_of(meta, Type::own("EC2"));
        instances.insert((meta.account.clone(), meta.id.clone()), plans);
    }
    let found: Vec<Facet<Vec<String>>> = snapshot
        .of::<Volume>()
        .map(|(meta, volume)| {
            let own = places.plans_of(meta, Type::own("EBS"));
            let attachments = volume.attachments.iter();
            attachments.fold(own, |plans, attachment| {
                let Some(instance) = &attachment.instance_id else {
                    return plans;
                };
                let key = (meta.account.clone(), Arc::from(instance.as_str()));
                match instances.get(&key) {
                    Some(more) => merged(plans, more.clone()),
                    None => merged(plans, unlisted(snapshot, Instance::NAME, meta)),
                }
            })
        })
        .collect();
    for ((_, volume), plans) in snapshot.of_mut::<Volume>().zip(found) {
        volume.backup_plans = plans;
    }
}

/// The plans that one or the other has; one that certainly has some decides.
fn merged(a: Facet<Vec<String>>, b: Facet<Vec<String>>) -> Facet<Vec<String>> {
    match (a, b) {
        (Facet::Known(mut a), Facet::Known(b)) => {
            a.extend(b);
            a.sort();
            a.dedup();
            Facet::Known(a)
        }
        (Facet::Known(plans), Facet::Unread(gaps)) | (Facet::Unread(gaps), Facet::Known(plans)) => {
            if plans.is_empty() {
                Facet::Unread(gaps)
            } else {
                Facet::Known(plans)
            }
        }
        (Facet::Unread(mut a), Facet::Unread(b)) => {
            a.extend(b);
            a.sort();
            a.dedup();
            Facet::Unread(a)
        }
    }
}

/// No plans, if the list of a kind is complete.
fn unlisted(snapshot: &Snapshot, kind: &str, at: &Meta) -> Facet<Vec<String>> {
    match complete(snapshot, kind, &at.account, &at.region) {
        Ok(()) => Facet::Known(Vec::new()),
        Err(gaps) => Facet::Unread(gaps),
    }
}

/// AWS Backup in one account and Region.
struct Place<'s> {
    /// The plans, by ARN, with their selections.
    plans: Vec<(&'s str, &'s Facet<Vec<BackupSelection>>)>,
    /// Whether these are all of the plans.
    list: Result<(), Vec<GapId>>,
    /// The types that are opted in.
    types: Option<&'s Facet<Vec<ResourceType>>>,
}

/// AWS Backup, by account and Region.
struct Places<'s>(BTreeMap<Key, Place<'s>>);

impl<'s> Places<'s> {
    /// Looked up once, for there may be very many resources.
    fn of(snapshot: &'s Snapshot) -> Places<'s> {
        let mut places = BTreeMap::new();
        let mut at = |meta: &Meta, add: &mut dyn FnMut(&mut Place<'s>)| {
            let place = places
                .entry((meta.account.clone(), meta.region.clone()))
                .or_insert_with(|| Place {
                    plans: Vec::new(),
                    list: complete(snapshot, BackupPlan::NAME, &meta.account, &meta.region),
                    types: None,
                });
            add(place);
        };
        for (meta, region) in snapshot.of::<Region>() {
            at(meta, &mut |place| {
                place.types = Some(&region.resource_types)
            });
        }
        for (meta, plan) in snapshot.of::<BackupPlan>() {
            at(meta, &mut |place| {
                place.plans.push((&meta.arn, &plan.selections))
            });
        }
        Places(places)
    }

    /// The plans, in the resource's account and Region, that pick it.
    fn plans_of(&self, meta: &Meta, ty: Type) -> Facet<Vec<String>> {
        // The settings of every audited Region are there, read or not.
        let Some(place) = self.0.get(&(meta.account.clone(), meta.region.clone())) else {
            return Facet::not_asked();
        };
        let subject = Subject {
            arn: &meta.arn,
            tags: &meta.tags,
            opted_in: place.opted_in(ty.name),
            shared: ty.shared,
        };
        let mut found = Vec::new();
        let mut lost = false;
        let mut gaps: Vec<GapId> = Vec::new();
        if let Err(list) = &place.list {
            lost = true;
            gaps.extend(list.iter().cloned());
        }
        for (plan, selections) in &place.plans {
            let picked = match selections {
                Facet::Known(selections) => picks(selections, &subject),
                Facet::Unread(gaps) => Facet::Unread(gaps.clone()),
            };
            match picked {
                Facet::Known(true) => found.push((*plan).to_owned()),
                Facet::Known(false) => {}
                Facet::Unread(why) => {
                    lost = true;
                    gaps.extend(why);
                }
            }
        }
        found.sort();
        gaps.sort();
        gaps.dedup();
        if lost && found.is_empty() {
            Facet::Unread(gaps)
        } else {
            Facet::Known(found)
        }
    }
}

impl Place<'_> {
    /// Whether AWS Backup looks after this type here. A type that it does not name is not one
    /// that it can look after.
    fn opted_in(&self, name: &str) -> Facet<bool> {
        self.types.map_or(Facet::not_asked(), |types| {
            types.map(|types| types.iter().any(|ty| ty.name == name && ty.opted_in))
        })
    }
}

#[cfg(test)]
mod tests;
