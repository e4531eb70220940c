//! Peering, VPN, Client VPN, transit gateways.

use super::super::Cx;
use super::super::convert::time;
use super::{foreign, list, meta, sorted, tagged, word, words};
use crate::model::ec2_network::{
    ClientVpnEndpoint, PeeringSide, TransitGateway, VpcPeeringConnection, VpnConnection, VpnTunnel,
};
use aws_sdk_ec2::types as sdk;
use std::collections::BTreeMap;

pub(super) async fn peering_connections(cx: Cx) {
    list!(
        cx,
        "ec2:DescribeVpcPeeringConnections",
        describe_vpc_peering_connections(1000),
        vpc_peering_connections,
        "ec2.vpc_peering_connection",
        |item| peering_connection(&cx, item)
    );
}

fn peering_connection(cx: &Cx, item: sdk::VpcPeeringConnection) {
    let Some(id) = cx.named(
        "ec2.vpc_peering_connection",
        "ec2:DescribeVpcPeeringConnections",
        item.vpc_peering_connection_id,
    ) else {
        return;
    };
    let facts = VpcPeeringConnection {
        status: word(item.status.and_then(|status| status.code)),
        requester: item.requester_vpc_info.map(side),
        accepter: item.accepter_vpc_info.map(side),
    };
    cx.emit(
        meta(cx, None, "vpc-peering-connection", &id, tagged(item.tags)),
        facts,
    );
}

fn side(info: sdk::VpcPeeringConnectionVpcInfo) -> PeeringSide {
    let v4 = info.cidr_block_set.unwrap_or_default();
    let v6 = info.ipv6_cidr_block_set.unwrap_or_default();
    let blocks = (v4.into_iter().filter_map(|block| block.cidr_block))
        .chain(v6.into_iter().filter_map(|block| block.ipv6_cidr_block))
        // The primary range is in the set as well, where AWS tells the set.
        .chain(info.cidr_block);
    let mut cidr_blocks = sorted(blocks);
    cidr_blocks.dedup();
    PeeringSide {
        vpc_id: info.vpc_id,
        owner_id: info.owner_id,
        region: info.region,
        cidr_blocks,
        allow_dns_resolution_from_remote_vpc: info
            .peering_options
            .and_then(|options| options.allow_dns_resolution_from_remote_vpc),
    }
}

/// `DescribeVpnConnections` has no pages: one answer holds them all.
pub(super) async fn vpn_connections(cx: Cx) {
    let clients = cx.clients();
    let call = || clients.ec2().describe_vpn_connections().send();
    let result = cx.once("ec2:DescribeVpnConnections", None, call).await;
    let result = result.map(|reply| {
        for item in reply.vpn_connections.unwrap_or_default() {
            vpn_connection(&cx, item);
        }
    });
    cx.listed(&["ec2.vpn_connection"], &result);
}

/// The answer holds the pre-shared keys, in the options and in the customer gateway's
/// configuration: neither is taken.
fn vpn_connection(cx: &Cx, item: sdk::VpnConnection) {
    let Some(id) = cx.named(
        "ec2.vpn_connection",
        "ec2:DescribeVpnConnections",
        item.vpn_connection_id,
    ) else {
        return;
    };
    let mut tunnels: BTreeMap<Option<String>, VpnTunnel> = BTreeMap::new();
    for told in item.vgw_telemetry.unwrap_or_default() {
        let tunnel = tunnels.entry(told.outside_ip_address).or_default();
        tunnel.status = word(told.status);
        tunnel.status_message = told.status_message.filter(|text| !text.is_empty());
        tunnel.last_status_change = told.last_status_change.as_ref().and_then(time);
    }
    let options = item.options;
    let static_routes_only = options
        .as_ref()
        .and_then(|options| options.static_routes_only);
    for option in options
        .and_then(|options| options.tunnel_options)
        .unwrap_or_default()
    {
        let tunnel = tunnels
            .entry(option.outside_ip_address.clone())
            .or_default();
        set_options(tunnel, option);
    }
    let facts = VpnConnection {
        state: word(item.state),
        customer_gateway_id: item.customer_gateway_id,
        vpn_gateway_id: item.vpn_gateway_id,
        transit_gateway_id: item.transit_gateway_id,
        static_routes_only,
        tunnels: tunnels
            .into_iter()
            .map(|(outside_ip_address, tunnel)| VpnTunnel {
                outside_ip_address,
                ..tunnel
            })
            .collect(),
    };
    cx.emit(
        meta(cx, None, "vpn-connection", &id, tagged(item.tags)),
        facts,
    );
}

/// The options of a tunnel: each list holds what was set, and is empty for AWS's defaults.
fn set_options(tunnel: &mut VpnTunnel, option: sdk::TunnelOption) {
    macro_rules! values {
        ($list:ident) => {
            sorted(
                option
                    .$list
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|item| item.value),
            )
        };
    }
    let log = option
        .log_options
        .and_then(|options| options.cloud_watch_log_options);
    tunnel.log_enabled = log.as_ref().and_then(|log| log.log_enabled);
    tunnel.bgp_log_enabled = log.and_then(|log| log.bgp_log_enabled);
    tunnel.ike_versions = values!(ike_versions);
    tunnel.phase1_encryption_algorithms = values!(phase1_encryption_algorithms);
    tunnel.phase2_encryption_algorithms = values!(phase2_encryption_algorithms);
    tunnel.phase1_integrity_algorithms = values!(phase1_integrity_algorithms);
    tunnel.phase2_integrity_algorithms = values!(phase2_integrity_algorithms);
    let numbers = |list: Vec<i32>| list.into_iter().map(i64::from).collect();
    tunnel.phase1_dh_group_numbers = numbers(values!(phase1_dh_group_numbers));
    tunnel.phase2_dh_group_numbers = numbers(values!(phase2_dh_group_numbers));
}

pub(super) async fn client_vpn_endpoints(cx: Cx) {
    list!(
        cx,
        "ec2:DescribeClientVpnEndpoints",
        describe_client_vpn_endpoints(1000),
        client_vpn_endpoints,
        "ec2.client_vpn_endpoint",
        |item| client_vpn_endpoint(&cx, item)
    );
}

fn client_vpn_endpoint(cx: &Cx, item: sdk::ClientVpnEndpoint) {
    let Some(id) = cx.named(
        "ec2.client_vpn_endpoint",
        "ec2:DescribeClientVpnEndpoints",
        item.client_vpn_endpoint_id,
    ) else {
        return;
    };
    let methods = item.authentication_options.unwrap_or_default();
    let log = item.connection_log_options;
    let facts = ClientVpnEndpoint {
        description: item.description,
        status: word(item.status.and_then(|status| status.code)),
        vpc_id: item.vpc_id,
        client_cidr_block: item.client_cidr_block,
        authentication_types: sorted(methods.into_iter().filter_map(|one| word(one.r#type))),
        connection_log_enabled: log.as_ref().and_then(|log| log.enabled),
        connection_log_group: log.and_then(|log| log.cloudwatch_log_group),
        client_connect_enabled: item
            .client_connect_options
            .and_then(|options| options.enabled),
        split_tunnel: item.split_tunnel,
        session_timeout_hours: item.session_timeout_hours.map(i64::from),
        transport_protocol: word(item.transport_protocol),
        security_group_ids: words(item.security_group_ids),
        server_certificate_arn: item.server_certificate_arn,
    };
    cx.emit(
        meta(cx, None, "client-vpn-endpoint", &id, tagged(item.tags)),
        facts,
    );
}

pub(super) async fn transit_gateways(cx: Cx) {
    list!(
        cx,
        "ec2:DescribeTransitGateways",
        describe_transit_gateways(1000),
        transit_gateways,
        "ec2.transit_gateway",
        |item| transit_gateway(&cx, item)
    );
}

fn transit_gateway(cx: &Cx, item: sdk::TransitGateway) {
    let Some(id) = cx.named(
        "ec2.transit_gateway",
        "ec2:DescribeTransitGateways",
        item.transit_gateway_id,
    ) else {
        return;
    };
    let owner = item.owner_id.as_ref();
    let mut meta = meta(cx, owner, "transit-gateway", &id, tagged(item.tags));
    if let Some(arn) = item.transit_gateway_arn {
        meta.arn = arn.into();
    }
    let foreign_owner = foreign(cx, owner);
    let options = item
        .options
        .unwrap_or_else(|| sdk::TransitGatewayOptions::builder().build());
    let facts = TransitGateway {
        foreign_owner,
        description: item.description,
        state: word(item.state),
        auto_accept_shared_attachments: word(options.auto_accept_shared_attachments),
        default_route_table_association: word(options.default_route_table_association),
        default_route_table_propagation: word(options.default_route_table_propagation),
        security_group_referencing_support: word(options.security_group_referencing_support),
        transit_gateway_cidr_blocks: words(options.transit_gateway_cidr_blocks),
        creation_time: item.creation_time.as_ref().and_then(time),
    };
    cx.emit(meta, facts);
}
