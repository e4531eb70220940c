//! What a node group shares with its cluster.

use super::{Derived, complete};
use crate::model::eks::{Cluster, Nodegroup};
use crate::model::{Facet, Snapshot};
use crate::plan::Derivation;
use std::collections::BTreeMap;

pub(super) static DERIVED: &[Derived] = &[Derived {
    fact: Derivation {
        gives: "eks.nodegroup.cluster_version",
        from: &["eks.nodegroup", "eks.cluster", "eks.cluster.version"],
    },
    run: cluster_version,
}];

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
