//! In which sort of subnet databases and file systems lie.

use super::{Derived, complete};
use crate::model::ec2_network::Subnet;
use crate::model::efs::FileSystem;
use crate::model::rds::DbInstance;
use crate::model::{Facet, GapId, Meta, Snapshot};
use crate::plan::Derivation;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) static DERIVED: &[Derived] = &[
    Derived {
        fact: Derivation {
            gives: "rds.db_instance.public_subnets",
            from: &["rds.db_instance", "ec2.subnet", "ec2.subnet.public"],
        },
        run: public_subnets,
    },
    Derived {
        fact: Derivation {
            gives: "efs.file_system.public_ip_subnets",
            from: &["efs.file_system.mount_targets", "ec2.subnet"],
        },
        run: public_ip_subnets,
    },
];

type Place = (Arc<str>, Arc<str>);

/// What is known of the subnets of each account and Region, and what keeps the list of them
/// from being complete.
struct Subnets {
    known: BTreeMap<(Place, Arc<str>), Facet<bool>>,
    missing: BTreeMap<Place, Vec<GapId>>,
}

impl Subnets {
    fn of(
        snapshot: &Snapshot,
        places: &BTreeSet<Place>,
        is: impl Fn(&Subnet) -> Facet<bool>,
    ) -> Subnets {
        let known = snapshot
            .of::<Subnet>()
            .map(|(meta, subnet)| ((place(meta), meta.id.clone()), is(subnet)))
            .collect();
        let missing = places
            .iter()
            .map(|place| {
                let listed = complete(snapshot, "ec2.subnet", &place.0, &place.1);
                (place.clone(), listed.err().unwrap_or_default())
            })
            .collect();
        Subnets { known, missing }
    }

    /// Those of these subnets for which the answer is yes. Where there is one, subnets that
    /// were not read cannot change that; where there is none, they leave it open.
    fn among<'a>(&self, meta: &Meta, ids: impl Iterator<Item = &'a str>) -> Facet<Vec<String>> {
        let place = place(meta);
        let mut yes: BTreeSet<String> = BTreeSet::new();
        let mut unread: Option<BTreeSet<GapId>> = None;
        for id in ids {
            match self.known.get(&(place.clone(), id.into())) {
                Some(Facet::Known(true)) => {
                    yes.insert(id.to_owned());
                }
                Some(Facet::Known(false)) => {}
                Some(Facet::Unread(gaps)) => {
                    unread.get_or_insert_default().extend(gaps.iter().cloned());
                }
                None => {
                    let gaps = self.missing.get(&place).into_iter().flatten();
                    unread.get_or_insert_default().extend(gaps.cloned());
                }
            }
        }
        match unread {
            Some(gaps) if yes.is_empty() => Facet::Unread(gaps.into_iter().collect()),
            _ => Facet::Known(yes.into_iter().collect()),
        }
    }
}

fn place(meta: &Meta) -> Place {
    (meta.account.clone(), meta.region.clone())
}

fn public_subnets(snapshot: &mut Snapshot) {
    let places = snapshot
        .of::<DbInstance>()
        .map(|(meta, _)| place(meta))
        .collect();
    let subnets = Subnets::of(snapshot, &places, |subnet| subnet.public.clone());
    for (meta, facts) in snapshot.of_mut::<DbInstance>() {
        facts.public_subnets = subnets.among(meta, facts.subnets.iter().map(String::as_str));
    }
}

fn public_ip_subnets(snapshot: &mut Snapshot) {
    let places = snapshot
        .of::<FileSystem>()
        .map(|(meta, _)| place(meta))
        .collect();
    let subnets = Subnets::of(snapshot, &places, |subnet| {
        Facet::Known(subnet.map_public_ip_on_launch)
    });
    for (meta, facts) in snapshot.of_mut::<FileSystem>() {
        facts.public_ip_subnets = match &facts.mount_targets {
            Facet::Known(targets) => {
                subnets.among(meta, targets.iter().map(|target| target.subnet_id.as_str()))
            }
            Facet::Unread(gaps) => Facet::Unread(gaps.clone()),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subnets(known: &[(&str, Facet<bool>)], missing: &[&str]) -> Subnets {
        let place: Place = ("111122223333".into(), "eu-central-1".into());
        Subnets {
            known: known
                .iter()
                .map(|(id, facet)| ((place.clone(), (*id).into()), facet.clone()))
                .collect(),
            missing: [(place, missing.iter().map(|gap| (*gap).into()).collect())].into(),
        }
    }

    fn among(subnets: &Subnets, ids: &[&str]) -> Facet<Vec<String>> {
        let meta = Meta {
            arn: "arn".into(),
            id: "id".into(),
            account: "111122223333".into(),
            region: "eu-central-1".into(),
            tags: Facet::not_asked(),
            managed_by: crate::model::CUSTOMER.into(),
        };
        subnets.among(&meta, ids.iter().copied())
    }

    #[test]
    fn the_public_ones_are_told_in_order() {
        let known = subnets(
            &[
                ("b", Facet::Known(true)),
                ("a", Facet::Known(true)),
                ("c", Facet::Known(false)),
            ],
            &[],
        );
        let expected = Facet::Known(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(among(&known, &["b", "c", "a"]), expected);
        assert_eq!(among(&known, &["c"]), Facet::Known(Vec::new()));
        assert_eq!(among(&known, &[]), Facet::Known(Vec::new()));
    }

    #[test]
    fn a_subnet_that_was_not_read_leaves_it_open_unless_another_decides() {
        let known = subnets(
            &[
                ("a", Facet::Known(true)),
                ("u", Facet::Unread(vec!["routes".into()])),
            ],
            &["subnets"],
        );
        assert_eq!(among(&known, &["u"]), Facet::Unread(vec!["routes".into()]));
        assert_eq!(
            among(&known, &["gone"]),
            Facet::Unread(vec!["subnets".into()])
        );
        assert_eq!(
            among(&known, &["u", "a"]),
            Facet::Known(vec!["a".to_owned()])
        );
    }
}
