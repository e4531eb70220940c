//! Which subnets are public, and where routes to peers lead.

use super::security_group::PrefixLists;
use super::{Lists, Place, place};
use crate::model::ec2_network::{
    PeeringRoute, PeeringSide, Route, RouteTable, Subnet, VpcPeeringConnection,
};
use crate::model::{Facet, GapId, Kind, Snapshot};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The route tables by the subnet that they are associated with, and by the VPC whose main one
/// they are.
struct Tables {
    lists: Lists,
    of_subnet: BTreeMap<(Place, String), Arc<Table>>,
    of_vpc: BTreeMap<(Place, String), Arc<Table>>,
}

struct Table {
    id: Arc<str>,
    public: bool,
}

impl Tables {
    fn of(snapshot: &Snapshot) -> Tables {
        let mut tables = Tables {
            lists: Lists::of(snapshot, RouteTable::NAME),
            of_subnet: BTreeMap::new(),
            of_vpc: BTreeMap::new(),
        };
        for (meta, table) in snapshot.of::<RouteTable>() {
            let place = place(meta);
            let found = Arc::new(Table {
                id: meta.id.clone(),
                public: table.routes.iter().any(to_the_internet),
            });
            for subnet in &table.subnet_ids {
                let key = (place.clone(), subnet.clone());
                tables.of_subnet.insert(key, found.clone());
            }
            if let (true, Some(vpc)) = (table.main, &table.vpc_id) {
                tables.of_vpc.insert((place, vpc.clone()), found);
            }
        }
        tables
    }

    /// The table in force for a subnet; `None` if no table that can be seen is.
    fn in_force(
        &self,
        place: &Place,
        id: &str,
        subnet: &Subnet,
    ) -> Result<Option<&Table>, Vec<GapId>> {
        // A table that names the subnet decides, whether or not all tables were read.
        if let Some(table) = self.of_subnet.get(&(place.clone(), id.to_owned())) {
            return Ok(Some(table));
        }
        if let Some(gaps) = self.lists.gaps(place) {
            return Err(gaps);
        }
        let vpc = subnet.vpc_id.clone().unwrap_or_default();
        Ok(self.of_vpc.get(&(place.clone(), vpc)).map(|table| &**table))
    }
}

fn to_the_internet(route: &Route) -> bool {
    route.target_type == "internet-gateway" && route.state.as_deref() != Some("blackhole")
}

pub(super) fn subnet_route_table(snapshot: &mut Snapshot) {
    let tables = Tables::of(snapshot);
    for (meta, subnet) in snapshot.of_mut::<Subnet>() {
        let table = tables.in_force(&place(meta), &meta.id, subnet);
        subnet.route_table_id = match table {
            Ok(table) => Facet::Known(table.map(|table| table.id.to_string())),
            Err(gaps) => Facet::Unread(gaps),
        };
    }
}

pub(super) fn subnet_public(snapshot: &mut Snapshot) {
    let tables = Tables::of(snapshot);
    for (meta, subnet) in snapshot.of_mut::<Subnet>() {
        let table = tables.in_force(&place(meta), &meta.id, subnet);
        subnet.public = match table {
            Ok(Some(table)) => Facet::Known(table.public),
            // Every VPC has a main table: it is another account's, and not shown.
            Ok(None) => Facet::not_asked(),
            Err(gaps) => Facet::Unread(gaps),
        };
    }
}

pub(super) fn peering_routes(snapshot: &mut Snapshot) {
    let prefix_lists = PrefixLists::of(snapshot);
    let lists = Lists::of(snapshot, VpcPeeringConnection::NAME);
    let connections: BTreeMap<(Place, String), VpcPeeringConnection> = snapshot
        .of::<VpcPeeringConnection>()
        .map(|(meta, connection)| ((place(meta), meta.id.to_string()), connection.clone()))
        .collect();
    for (meta, table) in snapshot.of_mut::<RouteTable>() {
        let place = place(meta);
        let mut hidden: Option<BTreeSet<GapId>> = None;
        let mut routes = Vec::new();
        for (route, id) in table.routes.iter().filter_map(to_a_peer) {
            let connection = connections.get(&(place.clone(), id.clone()));
            if let (None, Some(gaps)) = (connection, lists.gaps(&place)) {
                hidden.get_or_insert_default().extend(gaps);
                continue;
            }
            let peer = connection.and_then(|one| other_side(one, table.vpc_id.as_deref()));
            let blocks = peer
                .map(|peer| peer.cidr_blocks.clone())
                .unwrap_or_default();
            let destinations = if route.destination.starts_with("pl-") {
                match prefix_lists.ranges(&place, &route.destination) {
                    Ok(ranges) => ranges,
                    Err(gaps) => {
                        hidden.get_or_insert_default().extend(gaps);
                        continue;
                    }
                }
            } else {
                std::slice::from_ref(&route.destination)
            };
            routes.push(PeeringRoute {
                destination: route.destination.clone(),
                vpc_peering_connection_id: id.clone(),
                peer_vpc_id: peer.and_then(|peer| peer.vpc_id.clone()),
                peer_account: peer.and_then(|peer| peer.owner_id.clone()),
                covers_peer: covers_any(destinations, &blocks),
                peer_cidr_blocks: blocks,
            });
        }
        table.peering_routes = match hidden {
            None => Facet::Known(routes),
            Some(gaps) => Facet::Unread(gaps.into_iter().collect()),
        };
    }
}

fn to_a_peer(route: &Route) -> Option<(&Route, &String)> {
    let active = route.state.as_deref() == Some("active");
    let peer = route.target_type == "vpc-peering-connection";
    (active && peer).then_some(route).zip(route.target.as_ref())
}

/// The side that is not this VPC.
fn other_side<'a>(
    connection: &'a VpcPeeringConnection,
    vpc: Option<&str>,
) -> Option<&'a PeeringSide> {
    let requester = connection.requester.as_ref();
    let own = requester.is_some_and(|side| side.vpc_id.as_deref() == vpc);
    if own {
        connection.accepter.as_ref()
    } else {
        requester
    }
}

/// Whether the destinations, taken together, take in a whole block.
pub(super) fn covers_any(destinations: &[String], blocks: &[String]) -> bool {
    let parse = |text: &String| text.parse::<IpNet>().ok();
    let merged = IpNet::aggregate(&destinations.iter().filter_map(parse).collect());
    let mut blocks = blocks.iter().filter_map(parse);
    blocks.any(|block| merged.iter().any(|net| net.contains(&block)))
}
