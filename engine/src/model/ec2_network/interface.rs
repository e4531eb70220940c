//! Network interfaces and Elastic IP addresses.

use crate::model::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A network interface (`ec2:DescribeNetworkInterfaces`). What an AWS service made and manages
/// (`RequesterManaged`, `Operator`) is that service's: load balancers, NAT gateways, VPC
/// endpoints, Lambda, RDS and others.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct NetworkInterface {
    /// The account that owns it, when that is another one than the account that was read;
    /// `null` when it is the account's own. The owner of a VPC sees the interfaces of those who
    /// share it.
    pub foreign_owner: Option<String>,
    /// The description, which AWS's services write themselves.
    pub description: Option<String>,
    /// `interface`, `efa`, `branch`, `trunk`, `natGateway`, `network_load_balancer`,
    /// `vpc_endpoint`, `lambda`, `transit_gateway`, …
    pub interface_type: Option<String>,
    /// `available` (attached to nothing), `associated`, `attaching`, `in-use` or `detaching`.
    pub status: Option<String>,
    /// Who made it: an AWS service's alias such as `amazon-elb`, an account or a principal's id.
    pub requester_id: Option<String>,
    /// Whether an AWS service manages it.
    pub requester_managed: bool,
    /// The service provider that manages it, where AWS names one; `null` otherwise.
    pub operator: Option<String>,
    /// The VPC that it is in.
    pub vpc_id: Option<String>,
    /// The subnet that it is in.
    pub subnet_id: Option<String>,
    /// The security groups, by id; sorted.
    pub security_group_ids: Vec<String>,
    /// Whether traffic is dropped that is neither from nor for the interface's own addresses.
    pub source_dest_check: Option<bool>,
    /// The private IPv4 addresses; sorted.
    pub private_ips: Vec<String>,
    /// The public IPv4 addresses that lead to it, Elastic IP addresses among them; sorted.
    pub public_ips: Vec<String>,
    /// The IPv6 addresses; sorted.
    pub ipv6_addresses: Vec<String>,
    /// What it is attached to; `null` when to nothing.
    pub attachment: Option<Attachment>,
}

impl Kind for NetworkInterface {
    const NAME: &'static str = "ec2.network_interface";
}

/// What a network interface is attached to.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Attachment {
    /// The instance; `null` when it is a service's and not seen.
    pub instance_id: Option<String>,
    /// The account of the instance, or the alias of the service.
    pub instance_owner_id: Option<String>,
    /// `attaching`, `attached`, `detaching` or `detached`.
    pub status: Option<String>,
    /// The index among the instance's interfaces; 0 is the primary one.
    pub device_index: Option<i64>,
    /// Whether it goes when the instance goes.
    pub delete_on_termination: Option<bool>,
}

/// An Elastic IP address (`ec2:DescribeAddresses`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Address {
    /// The public IPv4 address.
    pub public_ip: Option<String>,
    /// `vpc`, or `standard` for EC2-Classic.
    pub domain: Option<String>,
    /// The id of the association; `null` when it is associated with nothing.
    pub association_id: Option<String>,
    /// The instance that it leads to; `null` when to none.
    pub instance_id: Option<String>,
    /// The network interface that it leads to; `null` when to none.
    pub network_interface_id: Option<String>,
    /// The private address that it leads to; `null` when to none.
    pub private_ip_address: Option<String>,
    /// The AWS service that manages it: `alb`, `nlb`, `rnat` or `rds`; `null` when none.
    pub service_managed: Option<String>,
}

impl Kind for Address {
    const NAME: &'static str = "ec2.address";
}
