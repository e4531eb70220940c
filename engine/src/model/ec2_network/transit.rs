//! Ways to other networks: peering, VPN, Client VPN, transit gateways.

use crate::model::Kind;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A VPC peering connection (`ec2:DescribeVpcPeeringConnections`). Both sides see it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VpcPeeringConnection {
    /// `initiating-request`, `pending-acceptance`, `active`, `deleted`, `rejected`, `failed`,
    /// `expired`, `provisioning` or `deleting`.
    pub status: Option<String>,
    /// The side that asked for it.
    pub requester: Option<PeeringSide>,
    /// The side that was asked.
    pub accepter: Option<PeeringSide>,
}

impl Kind for VpcPeeringConnection {
    const NAME: &'static str = "ec2.vpc_peering_connection";
}

/// A side of a VPC peering connection.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PeeringSide {
    /// The VPC.
    pub vpc_id: Option<String>,
    /// The account.
    pub owner_id: Option<String>,
    /// The Region.
    pub region: Option<String>,
    /// The VPC's ranges, IPv4 and IPv6, sorted; AWS tells them only while the connection is
    /// active.
    pub cidr_blocks: Vec<String>,
    /// Whether this VPC resolves the other one's public names to private addresses.
    pub allow_dns_resolution_from_remote_vpc: Option<bool>,
}

/// A Site-to-Site VPN connection (`ec2:DescribeVpnConnections`). The pre-shared keys that come
/// with it are left out.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VpnConnection {
    /// `pending`, `available`, `deleting` or `deleted`.
    pub state: Option<String>,
    /// The customer gateway: the device on the other side.
    pub customer_gateway_id: Option<String>,
    /// The virtual private gateway; `null` when another sort of gateway is used.
    pub vpn_gateway_id: Option<String>,
    /// The transit gateway; `null` when another sort of gateway is used.
    pub transit_gateway_id: Option<String>,
    /// Whether routes are set by hand instead of told by BGP.
    pub static_routes_only: Option<bool>,
    /// The tunnels, sorted by outside address; two of them as a rule.
    pub tunnels: Vec<VpnTunnel>,
}

impl Kind for VpnConnection {
    const NAME: &'static str = "ec2.vpn_connection";
}

/// A tunnel of a VPN connection: its telemetry and its options.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct VpnTunnel {
    /// The address of AWS's side.
    pub outside_ip_address: Option<String>,
    /// `UP` or `DOWN`; `null` when AWS does not say.
    pub status: Option<String>,
    /// Why it is down; `null` when AWS gives no reason.
    pub status_message: Option<String>,
    /// When the status last changed.
    pub last_status_change: Option<DateTime<Utc>>,
    /// Whether the tunnel's log goes to CloudWatch Logs.
    pub log_enabled: Option<bool>,
    /// Whether the log of BGP goes to CloudWatch Logs.
    pub bgp_log_enabled: Option<bool>,
    /// The IKE versions that are set; empty means AWS's default: `ikev1` and `ikev2`.
    pub ike_versions: Vec<String>,
    /// The encryption algorithms set for phase 1; empty means AWS's default.
    pub phase1_encryption_algorithms: Vec<String>,
    /// The encryption algorithms set for phase 2; empty means AWS's default.
    pub phase2_encryption_algorithms: Vec<String>,
    /// The integrity algorithms set for phase 1; empty means AWS's default.
    pub phase1_integrity_algorithms: Vec<String>,
    /// The integrity algorithms set for phase 2; empty means AWS's default.
    pub phase2_integrity_algorithms: Vec<String>,
    /// The Diffie-Hellman groups set for phase 1; empty means AWS's default.
    pub phase1_dh_group_numbers: Vec<i64>,
    /// The Diffie-Hellman groups set for phase 2; empty means AWS's default.
    pub phase2_dh_group_numbers: Vec<i64>,
}

/// A Client VPN endpoint (`ec2:DescribeClientVpnEndpoints`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ClientVpnEndpoint {
    /// The description.
    pub description: Option<String>,
    /// `pending-associate`, `available`, `deleting`, `deleted` or `pending`.
    pub status: Option<String>,
    /// The VPC; `null` when no target network is associated yet.
    pub vpc_id: Option<String>,
    /// The range that clients get their addresses from.
    pub client_cidr_block: Option<String>,
    /// `certificate-authentication`, `directory-service-authentication`,
    /// `federated-authentication`; sorted.
    pub authentication_types: Vec<String>,
    /// Whether connections are logged.
    pub connection_log_enabled: Option<bool>,
    /// The log group that connections are logged to; `null` when none.
    pub connection_log_group: Option<String>,
    /// Whether a Lambda function decides about each new connection.
    pub client_connect_enabled: Option<bool>,
    /// Whether only traffic for the VPN's routes goes through it.
    pub split_tunnel: Option<bool>,
    /// After how many hours a session ends.
    pub session_timeout_hours: Option<i64>,
    /// `tcp` or `udp`.
    pub transport_protocol: Option<String>,
    /// The security groups, by id; sorted.
    pub security_group_ids: Vec<String>,
    /// The server certificate's ARN.
    pub server_certificate_arn: Option<String>,
}

impl Kind for ClientVpnEndpoint {
    const NAME: &'static str = "ec2.client_vpn_endpoint";
}

/// A transit gateway (`ec2:DescribeTransitGateways`): the account's own, and those that other
/// accounts share with it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TransitGateway {
    /// The account that owns it, when that is another one than the account that was read;
    /// `null` when it is the account's own.
    pub foreign_owner: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// `pending`, `available`, `modifying`, `deleting` or `deleted`.
    pub state: Option<String>,
    /// `enable` or `disable`: whether attachments of other accounts are accepted unasked.
    pub auto_accept_shared_attachments: Option<String>,
    /// `enable` or `disable`: whether new attachments join the default route table.
    pub default_route_table_association: Option<String>,
    /// `enable` or `disable`: whether new attachments tell their routes to the default route
    /// table.
    pub default_route_table_propagation: Option<String>,
    /// `enable` or `disable`: whether rules may name groups of other attached VPCs.
    pub security_group_referencing_support: Option<String>,
    /// The ranges of the transit gateway itself; sorted.
    pub transit_gateway_cidr_blocks: Vec<String>,
    /// When it was made.
    pub creation_time: Option<DateTime<Utc>>,
}

impl Kind for TransitGateway {
    const NAME: &'static str = "ec2.transit_gateway";
}
