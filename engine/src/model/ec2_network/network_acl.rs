//! Network ACLs: the stateless filters of subnets.

use crate::model::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A network ACL (`ec2:DescribeNetworkAcls`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct NetworkAcl {
    /// The account that owns it, when that is another one than the account that was read;
    /// `null` when it is the account's own.
    pub foreign_owner: Option<String>,
    /// The VPC that it belongs to.
    pub vpc_id: Option<String>,
    /// Whether it is the VPC's default one, in force for every subnet that has no other.
    pub is_default: bool,
    /// The subnets that it is in force for, by id; sorted.
    pub subnet_ids: Vec<String>,
    /// The inbound entries in the order of evaluation, the closing `deny` (number 32767 or
    /// 32768) among them.
    pub ingress: Vec<NetworkAclEntry>,
    /// The outbound entries in the order of evaluation, the closing `deny` among them.
    pub egress: Vec<NetworkAclEntry>,
}

impl Kind for NetworkAcl {
    const NAME: &'static str = "ec2.network_acl";
}

/// An entry of a network ACL: the first one that matches decides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NetworkAclEntry {
    /// Its place in the order of evaluation.
    pub rule_number: i64,
    /// `tcp`, `udp`, `icmp`, `icmpv6`, `all`, or the number of another protocol.
    pub protocol: String,
    /// The first port, or for ICMP the type; `null`: all.
    pub from_port: Option<i64>,
    /// The last port, or for ICMP the code; `null`: all.
    pub to_port: Option<i64>,
    /// The address range, IPv4 or IPv6.
    pub cidr: String,
    /// `allow` or `deny`.
    pub action: String,
}
