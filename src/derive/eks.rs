//! What a node group shares with its cluster, and where its nodes are.

use super::{Derived, complete};
use crate::model::ec2_network::Subnet;
use crate::model::eks::{Cluster, Nodegroup};
use crate::model::{Facet, GapId, Snapshot};
use crate::plan::Derivation;
use std::collections::BTreeMap;

pub(super) static DERIVED: &[Derived] = &[
    Derived {
        fact: Derivation {
            gives: "eks.nodegroup.cluster_version",
            from: &["eks.nodegroup", "eks.cluster", "eks.cluster.version"],
        },
        run: cluster_version,
    },
    Derived {
        fact: Derivation {
            gives: "eks.nodegroup.public_subnets",
            from: &["eks.nodegroup", "ec2.subnet", "ec2.subnet.public"],
        },
        run: public_subnets,
    },
];

/// The version of the cluster's control plane.
fn cluster_version(snapshot: &mut Snapshot) {
    let versions: BTreeMap<_, _> = snapshot
        .of::<Cluster>()
        .map(|(meta, cluster)| {
            let key = (
                meta.account.clone(),
                meta.region.clone(),
                cluster.name.clone(),
            );
            (key, cluster.version.clone())
        })
        .collect();
    let found: Vec<Facet<String>> = snapshot
        .of::<Nodegroup>()
        .map(|(meta, group)| {
            let key = (
                meta.account.clone(),
                meta.region.clone(),
                group.cluster_name.clone(),
            );
            versions.get(&key).cloned().unwrap_or_else(|| {
                let gaps = complete(snapshot, "eks.cluster", &meta.account, &meta.region);
                Facet::Unread(gaps.err().unwrap_or_default())
            })
        })
        .collect();
    for ((_, group), version) in snapshot.of_mut::<Nodegroup>().zip(found) {
        group.cluster_version = version;
    }
}

/// The subnets of the node group that a route leads to from the Internet. One of which that
/// is not known leaves the whole fact unread.
fn public_subnets(snapshot: &mut Snapshot) {
    let public: BTreeMap<_, _> = snapshot
        .of::<Subnet>()
        .map(|(meta, subnet)| {
            (
                (meta.region.clone(), meta.id.clone()),
                subnet.public.clone(),
            )
        })
        .collect();
    let found: Vec<Facet<Vec<String>>> = snapshot
        .of::<Nodegroup>()
        .map(|(meta, group)| {
            let mut subnets = Vec::new();
            let mut unknown: Option<Vec<GapId>> = None;
            for id in &group.subnets {
                match public.get(&(meta.region.clone(), id.as_str().into())) {
                    Some(Facet::Known(true)) => subnets.push(id.clone()),
                    Some(Facet::Known(false)) => {}
                    Some(Facet::Unread(gaps)) => {
                        unknown.get_or_insert_default().extend(gaps.iter().cloned());
                    }
                    None => {
                        let gaps = complete(snapshot, "ec2.subnet", &meta.account, &meta.region);
                        unknown
                            .get_or_insert_default()
                            .extend(gaps.err().unwrap_or_default());
                    }
                }
            }
            match unknown {
                None => Facet::Known(subnets),
                Some(mut gaps) => {
                    gaps.sort();
                    gaps.dedup();
                    Facet::Unread(gaps)
                }
            }
        })
        .collect();
    for ((_, group), subnets) in snapshot.of_mut::<Nodegroup>().zip(found) {
        group.public_subnets = subnets;
    }
}
