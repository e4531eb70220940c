//! VPCs, their subnets, and the switch that cuts all of them off the Internet.

use super::{CoveringFlowLog, EndpointService};
use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A VPC (`ec2:DescribeVpcs`): the account's own, and those of which another account shares a
/// subnet with it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Vpc {
    /// The account that owns it, when that is another one than the account that was read;
    /// `null` when it is the account's own. Settings of what others own are theirs to make.
    pub foreign_owner: Option<String>,
    /// `pending` or `available`.
    pub state: Option<String>,
    /// Whether AWS made it as the default VPC of the Region.
    pub is_default: bool,
    /// The primary IPv4 range.
    pub cidr_block: Option<String>,
    /// All IPv4 ranges that are associated, the primary one among them; sorted.
    pub cidr_blocks: Vec<String>,
    /// All IPv6 ranges that are associated; sorted.
    pub ipv6_cidr_blocks: Vec<String>,
    /// What VPC Block Public Access does here, with exclusions reckoned in: `off`,
    /// `block-ingress` or `block-bidirectional`; `null` when AWS does not say.
    pub internet_gateway_block_mode: Option<String>,
    /// The flow logs made for the whole VPC, sorted by id; those of single subnets and network
    /// interfaces are not among them. Derived.
    pub flow_logs: Facet<Vec<CoveringFlowLog>>,
    /// The VPC endpoints in it, sorted by service and id. Derived.
    pub endpoint_services: Facet<Vec<EndpointService>>,
    /// How many network interfaces it has, AWS's own among them: none means that nothing runs
    /// in it. Derived.
    pub network_interface_count: Facet<i64>,
}

impl Kind for Vpc {
    const NAME: &'static str = "ec2.vpc";
}

/// A subnet (`ec2:DescribeSubnets`): the account's own, and those that other accounts share
/// with it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Subnet {
    /// The account that owns it, when that is another one than the account that was read;
    /// `null` when it is the account's own.
    pub foreign_owner: Option<String>,
    /// The VPC that it is a part of.
    pub vpc_id: Option<String>,
    /// `pending`, `available`, `unavailable`, `failed` or `failed-insufficient-capacity`.
    pub state: Option<String>,
    /// Its IPv4 range; `null` when it has IPv6 only.
    pub cidr_block: Option<String>,
    /// Its IPv6 ranges; sorted.
    pub ipv6_cidr_blocks: Vec<String>,
    /// The Availability Zone.
    pub availability_zone: Option<String>,
    /// Whether AWS made it as the default subnet of the Availability Zone.
    pub default_for_az: bool,
    /// Whether network interfaces that are made at launch get a public IPv4 address, unless the
    /// launch says otherwise.
    pub map_public_ip_on_launch: bool,
    /// Whether new network interfaces get an IPv6 address, which in AWS is a global one.
    pub assign_ipv6_address_on_creation: bool,
    /// What VPC Block Public Access does here, with exclusions reckoned in: `off`,
    /// `block-ingress` or `block-bidirectional`; `null` when AWS does not say.
    pub internet_gateway_block_mode: Option<String>,
    /// The route table in force: its own, or else the VPC's main one; `null` when neither can
    /// be seen from this account, as with some shared subnets. Derived.
    pub route_table_id: Facet<Option<String>>,
    /// Whether the route table in force has an active route to an internet gateway, for IPv4 or
    /// IPv6: what AWS calls a public subnet. Derived.
    pub public: Facet<bool>,
    /// The flow logs that cover it, its own and its VPC's, sorted by id. Derived.
    pub flow_logs: Facet<Vec<CoveringFlowLog>>,
}

impl Kind for Subnet {
    const NAME: &'static str = "ec2.subnet";
}

/// VPC Block Public Access of the account in a Region
/// (`ec2:DescribeVpcBlockPublicAccessOptions`): one resource for each Region, its id the
/// Region's name.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VpcBlockPublicAccess {
    /// `off`, `block-ingress` (nothing comes in through internet gateways, NAT still works) or
    /// `block-bidirectional` (nothing goes in or out).
    pub internet_gateway_block_mode: Option<String>,
    /// `default-state`, `update-in-progress` or `update-complete`.
    pub state: Option<String>,
    /// Who sets the mode: `account`, or `declarative-policy` of the organization. (AWS's member
    /// is called `ManagedBy`.)
    pub set_by: Option<String>,
    /// `allowed` or `not-allowed`: whether single VPCs and subnets may be excluded.
    pub exclusions_allowed: Option<String>,
    /// When the mode was last changed; `null` when never.
    pub last_update_timestamp: Option<DateTime<Utc>>,
}

impl Kind for VpcBlockPublicAccess {
    const NAME: &'static str = "ec2.vpc_block_public_access";
}
