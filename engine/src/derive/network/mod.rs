//! What security groups let in and where they are attached; what leads to the Internet and to
//! peers; flow log cover; endpoints.

mod cover;
mod routing;
mod security_group;
#[cfg(test)]
mod tests;

use super::{Derived, complete};
use crate::model::{GapId, Meta, Snapshot};
use crate::plan::Derivation;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) static DERIVED: &[Derived] = &[
    derived(
        "ec2.security_group.attached_to",
        &["ec2.security_group", "ec2.network_interface"],
        security_group::attached_to,
    ),
    derived(
        "ec2.security_group.resolved_ingress",
        &["ec2.security_group", "ec2.managed_prefix_list.entries"],
        security_group::resolved_ingress,
    ),
    derived(
        "ec2.security_group.resolved_egress",
        &["ec2.security_group", "ec2.managed_prefix_list.entries"],
        security_group::resolved_egress,
    ),
    derived(
        "ec2.security_group.referenced_by",
        &["ec2.security_group"],
        security_group::referenced_by,
    ),
    derived(
        "ec2.vpc.flow_logs",
        &["ec2.vpc", "ec2.flow_log"],
        cover::vpc_flow_logs,
    ),
    derived(
        "ec2.vpc.endpoint_services",
        &["ec2.vpc", "ec2.vpc_endpoint"],
        cover::endpoint_services,
    ),
    derived(
        "ec2.vpc.network_interface_count",
        &["ec2.vpc", "ec2.network_interface"],
        cover::network_interface_count,
    ),
    derived(
        "ec2.subnet.flow_logs",
        &["ec2.subnet", "ec2.flow_log"],
        cover::subnet_flow_logs,
    ),
    derived(
        "ec2.subnet.route_table_id",
        &["ec2.subnet", "ec2.route_table"],
        routing::subnet_route_table,
    ),
    derived(
        "ec2.subnet.public",
        &["ec2.subnet", "ec2.route_table"],
        routing::subnet_public,
    ),
    derived(
        "ec2.route_table.peering_routes",
        &[
            "ec2.route_table",
            "ec2.vpc_peering_connection",
            "ec2.managed_prefix_list.entries",
        ],
        routing::peering_routes,
    ),
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

/// An account and Region: what joins the resources of a network.
type Place = (Arc<str>, Arc<str>);

fn place(meta: &Meta) -> Place {
    (meta.account.clone(), meta.region.clone())
}

/// For every place that has resources: whether the list of a kind is complete there.
struct Lists(BTreeMap<Place, Result<(), Vec<GapId>>>);

impl Lists {
    fn of(snapshot: &Snapshot, kind: &str) -> Lists {
        let mut lists = BTreeMap::new();
        for resource in &snapshot.resources {
            let place = place(&resource.meta);
            lists
                .entry(place)
                .or_insert_with_key(|(account, region)| complete(snapshot, kind, account, region));
        }
        Lists(lists)
    }

    /// The gaps of the list in a place, if it is not complete.
    fn gaps(&self, place: &Place) -> Option<Vec<GapId>> {
        match self.0.get(place) {
            Some(Ok(())) => None,
            Some(Err(gaps)) => Some(gaps.clone()),
            None => Some(Vec::new()),
        }
    }
}
