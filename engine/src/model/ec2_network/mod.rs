//! Amazon EC2, the network: VPCs, subnets, security groups, network ACLs, routes, gateways,
//! endpoints, VPN.

mod endpoint;
mod flow_log;
mod interface;
mod network_acl;
mod routing;
mod security_group;
mod transit;
mod vpc;

pub use endpoint::{EndpointService, VpcEndpoint, VpcEndpointService};
pub use flow_log::{CoveringFlowLog, FlowLog};
pub use interface::{Address, Attachment, NetworkInterface};
pub use network_acl::{NetworkAcl, NetworkAclEntry};
pub use routing::{InternetGateway, NatGateway, PeeringRoute, Route, RouteTable};
pub use security_group::{
    ManagedPrefixList, PrefixListEntry, ReferencedGroup, SecurityGroup, SecurityGroupRule,
};
pub use transit::{
    ClientVpnEndpoint, PeeringSide, TransitGateway, VpcPeeringConnection, VpnConnection, VpnTunnel,
};
pub use vpc::{Subnet, Vpc, VpcBlockPublicAccess};

use super::{Kind, KindInfo, Read, Scope, Service};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "ec2",
    kinds: &[
        KindInfo::of::<Vpc>(),
        KindInfo::of::<Subnet>(),
        KindInfo::of::<VpcBlockPublicAccess>(),
        KindInfo::of::<SecurityGroup>(),
        KindInfo::of::<ManagedPrefixList>(),
        KindInfo::of::<NetworkAcl>(),
        KindInfo::of::<RouteTable>(),
        KindInfo::of::<InternetGateway>(),
        KindInfo::of::<NatGateway>(),
        KindInfo::of::<VpcEndpoint>(),
        KindInfo::of::<VpcEndpointService>(),
        KindInfo::of::<VpcPeeringConnection>(),
        KindInfo::of::<FlowLog>(),
        KindInfo::of::<NetworkInterface>(),
        KindInfo::of::<Address>(),
        KindInfo::of::<VpnConnection>(),
        KindInfo::of::<ClientVpnEndpoint>(),
        KindInfo::of::<TransitGateway>(),
    ],
    reads: &[
        list("ec2:DescribeVpcs", &["ec2:DescribeVpcs"], &[Vpc::NAME]),
        list(
            "ec2:DescribeSubnets",
            &["ec2:DescribeSubnets"],
            &[Subnet::NAME],
        ),
        list(
            "ec2:DescribeVpcBlockPublicAccessOptions",
            &["ec2:DescribeVpcBlockPublicAccessOptions"],
            &[VpcBlockPublicAccess::NAME],
        ),
        list(
            "ec2:DescribeSecurityGroups",
            &["ec2:DescribeSecurityGroups"],
            &[SecurityGroup::NAME],
        ),
        list(
            "ec2:DescribeManagedPrefixLists",
            &["ec2:DescribeManagedPrefixLists"],
            &[ManagedPrefixList::NAME],
        ),
        Read {
            operation: "ec2:GetManagedPrefixListEntries",
            actions: &["ec2:GetManagedPrefixListEntries"],
            gives: &["ec2.managed_prefix_list.entries"],
            // The security groups tell which of AWS's own lists matter here.
            needs: &[ManagedPrefixList::NAME, SecurityGroup::NAME],
            scope: Scope::Regional,
        },
        list(
            "ec2:DescribeNetworkAcls",
            &["ec2:DescribeNetworkAcls"],
            &[NetworkAcl::NAME],
        ),
        list(
            "ec2:DescribeRouteTables",
            &["ec2:DescribeRouteTables"],
            &[RouteTable::NAME],
        ),
        list(
            "ec2:DescribeInternetGateways",
            &["ec2:DescribeInternetGateways"],
            &[InternetGateway::NAME],
        ),
        list(
            "ec2:DescribeNatGateways",
            &["ec2:DescribeNatGateways"],
            &[NatGateway::NAME],
        ),
        list(
            "ec2:DescribeVpcEndpoints",
            &["ec2:DescribeVpcEndpoints"],
            &[VpcEndpoint::NAME, "ec2.vpc_endpoint.policy"],
        ),
        list(
            "ec2:DescribeVpcEndpointServiceConfigurations",
            &["ec2:DescribeVpcEndpointServiceConfigurations"],
            &[VpcEndpointService::NAME],
        ),
        Read {
            operation: "ec2:DescribeVpcEndpointServicePermissions",
            actions: &["ec2:DescribeVpcEndpointServicePermissions"],
            gives: &["ec2.vpc_endpoint_service.allowed_principals"],
            needs: &[VpcEndpointService::NAME],
            scope: Scope::Regional,
        },
        list(
            "ec2:DescribeVpcPeeringConnections",
            &["ec2:DescribeVpcPeeringConnections"],
            &[VpcPeeringConnection::NAME],
        ),
        list(
            "ec2:DescribeFlowLogs",
            &["ec2:DescribeFlowLogs"],
            &[FlowLog::NAME],
        ),
        list(
            "ec2:DescribeNetworkInterfaces",
            &["ec2:DescribeNetworkInterfaces"],
            &[NetworkInterface::NAME],
        ),
        list(
            "ec2:DescribeAddresses",
            &["ec2:DescribeAddresses"],
            &[Address::NAME],
        ),
        list(
            "ec2:DescribeVpnConnections",
            &["ec2:DescribeVpnConnections"],
            &[VpnConnection::NAME],
        ),
        list(
            "ec2:DescribeClientVpnEndpoints",
            &["ec2:DescribeClientVpnEndpoints"],
            &[ClientVpnEndpoint::NAME],
        ),
        list(
            "ec2:DescribeTransitGateways",
            &["ec2:DescribeTransitGateways"],
            &[TransitGateway::NAME],
        ),
    ],
};

const fn list(
    operation: &'static str,
    actions: &'static [&'static str],
    gives: &'static [&'static str],
) -> Read {
    Read {
        operation,
        actions,
        gives,
        needs: &[],
        scope: Scope::Regional,
    }
}
