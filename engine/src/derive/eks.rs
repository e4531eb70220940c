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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Header, Kind, Listing, Meta, Resource};
    use serde_json::{Value, json};

    fn resource(kind: &str, id: &str, mut facts: Value) -> Resource {
        // What a test does not name is unread, or not there.
        let schema = crate::model::schema();
        let facts_of_kind = schema["$defs"][kind]["properties"].as_object().unwrap();
        for (name, node) in facts_of_kind {
            let empty = match &node["type"] {
                _ if node["x-facet"] == true => json!({"$unread": []}),
                Value::String(kind) if kind == "array" => json!([]),
                _ => Value::Null,
            };
            facts
                .as_object_mut()
                .unwrap()
                .entry(name.clone())
                .or_insert(empty);
        }
        let facts = (crate::model::kind(kind).unwrap().decode)(facts).unwrap();
        let meta = Meta {
            arn: format!("arn:aws:x:eu-west-1:111122223333:x/{id}").into(),
            id: id.into(),
            account: "111122223333".into(),
            region: "eu-west-1".into(),
            tags: Facet::not_asked(),
            managed_by: "customer".into(),
        };
        Resource { meta, facts }
    }

    fn snapshot(resources: Vec<Resource>, gaps: &[&str]) -> Snapshot {
        let header: Header = serde_json::from_value(json!({
            "schema": 1, "tool": "0", "account": "111122223333", "caller": "", "partition": "aws",
            "regions": ["eu-west-1"], "started": "2026-01-01T00:00:00Z", "asked": [], "ledger": [],
        }))
        .unwrap();
        let listing = |kind: &str| Listing {
            kind: kind.into(),
            account: "111122223333".into(),
            region: "eu-west-1".into(),
            gaps: gaps.iter().map(|gap| (*gap).into()).collect(),
        };
        Snapshot {
            header,
            resources,
            listings: vec![listing("eks.cluster"), listing("ec2.subnet")],
            gaps: Vec::new(),
        }
    }

    fn cluster(version: Value) -> Resource {
        resource(
            Cluster::NAME,
            "prod",
            json!({"name": "prod", "version": version}),
        )
    }

    fn group(subnets: Value) -> Resource {
        let facts = json!({
            "cluster_name": "prod", "nodegroup_name": "workers", "subnets": subnets,
        });
        resource(Nodegroup::NAME, "workers", facts)
    }

    fn subnet(id: &str, public: Value) -> Resource {
        let facts = json!({
            "public": public, "default_for_az": false, "map_public_ip_on_launch": false,
            "assign_ipv6_address_on_creation": false,
        });
        resource(Subnet::NAME, id, facts)
    }

    fn derived(mut snapshot: Snapshot) -> Nodegroup {
        cluster_version(&mut snapshot);
        public_subnets(&mut snapshot);
        let (_, group) = snapshot.of::<Nodegroup>().next().unwrap();
        group.clone()
    }

    #[test]
    fn a_node_group_knows_its_clusters_version() {
        let known = derived(snapshot(
            vec![cluster(json!("1.33")), group(json!([]))],
            &[],
        ));
        assert_eq!(known.cluster_version, Facet::Known("1.33".to_owned()));
        let unread = cluster(json!({"$unread": ["g1"]}));
        let unknown = derived(snapshot(vec![unread, group(json!([]))], &[]));
        assert_eq!(unknown.cluster_version, Facet::Unread(vec!["g1".into()]));
        let missing = derived(snapshot(vec![group(json!([]))], &["g2"]));
        assert_eq!(missing.cluster_version, Facet::Unread(vec!["g2".into()]));
    }

    #[test]
    fn public_subnets_are_known_when_all_of_them_are() {
        let of = |second: Value| {
            let resources = vec![
                group(json!(["subnet-1", "subnet-2"])),
                subnet("subnet-1", json!(true)),
                subnet("subnet-2", second),
            ];
            derived(snapshot(resources, &[])).public_subnets
        };
        assert_eq!(of(json!(false)), Facet::Known(vec!["subnet-1".to_owned()]));
        let both = vec!["subnet-1".to_owned(), "subnet-2".to_owned()];
        assert_eq!(of(json!(true)), Facet::Known(both));
        assert_eq!(
            of(json!({"$unread": ["g1"]})),
            Facet::Unread(vec!["g1".into()])
        );
        let unlisted = derived(snapshot(vec![group(json!(["subnet-1"]))], &["g2"]));
        assert_eq!(unlisted.public_subnets, Facet::Unread(vec!["g2".into()]));
        let nowhere = derived(snapshot(vec![group(json!([]))], &[]));
        assert_eq!(nowhere.public_subnets, Facet::Known(Vec::new()));
    }
}
