//! Route tables, internet gateways and NAT gateways.

use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A route table (`ec2:DescribeRouteTables`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RouteTable {
    /// The account that owns it, when that is another one than the account that was read;
    /// `null` when it is the account's own.
    pub foreign_owner: Option<String>,
    /// The VPC that it belongs to.
    pub vpc_id: Option<String>,
    /// Whether it is the VPC's main one, in force for every subnet that has no other.
    pub main: bool,
    /// The subnets that are associated with it by name; sorted.
    pub subnet_ids: Vec<String>,
    /// The internet and virtual private gateways whose inbound traffic it routes; sorted.
    pub gateway_ids: Vec<String>,
    /// The routes, sorted by destination.
    pub routes: Vec<Route>,
    /// The active routes to peering connections, with what they lead to. Derived.
    pub peering_routes: Facet<Vec<PeeringRoute>>,
}

impl Kind for RouteTable {
    const NAME: &'static str = "ec2.route_table";
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Route {
    /// The destination: an IPv4 or IPv6 range, or a prefix list's id.
    pub destination: String,
    /// What sort of thing the traffic goes to: `local`, `internet-gateway`,
    /// `egress-only-internet-gateway`, `nat-gateway`, `vpc-peering-connection`,
    /// `transit-gateway`, `vpn-gateway`, `vpc-endpoint`, `network-interface`, `instance`,
    /// `local-gateway`, `carrier-gateway`, `core-network`, `odb-network`, `ip-address`, or
    /// `unknown`.
    pub target_type: String,
    /// The target's id; `null` when AWS gives none.
    pub target: Option<String>,
    /// `active`, `filtered`, or `blackhole` when the target is gone.
    pub state: Option<String>,
    /// `CreateRouteTable`, `CreateRoute`, `EnableVgwRoutePropagation` or `Advertisement`.
    pub origin: Option<String>,
}

/// An active route to a VPC peering connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PeeringRoute {
    /// The destination: an address range, or a prefix list's id.
    pub destination: String,
    /// The peering connection.
    pub vpc_peering_connection_id: String,
    /// The VPC on the other side; `null` when the connection is gone.
    pub peer_vpc_id: Option<String>,
    /// The account of the other side; `null` when the connection is gone.
    pub peer_account: Option<String>,
    /// The ranges of the VPC on the other side; empty unless the connection is active.
    pub peer_cidr_blocks: Vec<String>,
    /// Whether the destination takes in a whole range of the VPC on the other side, or more.
    pub covers_peer: bool,
}

/// An internet gateway (`ec2:DescribeInternetGateways`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct InternetGateway {
    /// The account that owns it, when that is another one than the account that was read;
    /// `null` when it is the account's own.
    pub foreign_owner: Option<String>,
    /// The VPC that it is attached to; `null` when to none.
    pub vpc_id: Option<String>,
}

impl Kind for InternetGateway {
    const NAME: &'static str = "ec2.internet_gateway";
}

/// A NAT gateway (`ec2:DescribeNatGateways`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct NatGateway {
    /// The VPC that it is in.
    pub vpc_id: Option<String>,
    /// The subnet that it is in; `null` for a regional one.
    pub subnet_id: Option<String>,
    /// `pending`, `failed`, `available`, `deleting` or `deleted`; AWS shows deleted ones for
    /// about an hour.
    pub state: Option<String>,
    /// `public` or `private`.
    pub connectivity_type: Option<String>,
    /// `zonal` or `regional`.
    pub availability_mode: Option<String>,
    /// Its public addresses; sorted.
    pub public_ips: Vec<String>,
    /// When it was made.
    pub create_time: Option<DateTime<Utc>>,
}

impl Kind for NatGateway {
    const NAME: &'static str = "ec2.nat_gateway";
}
