//! Route tables, internet gateways, NAT gateways.

use super::super::Cx;
use super::super::convert::time;
use super::{foreign, list, meta, sorted, tagged, word};
use crate::model::Facet;
use crate::model::ec2_network::{InternetGateway, NatGateway, Route, RouteTable};
use aws_sdk_ec2::types as sdk;

pub(super) async fn route_tables(cx: Cx) {
    list!(
        cx,
        "ec2:DescribeRouteTables",
        describe_route_tables(100),
        route_tables,
        "ec2.route_table",
        |item| route_table(&cx, item)
    );
}

fn route_table(cx: &Cx, item: sdk::RouteTable) {
    let Some(id) = cx.named(
        "ec2.route_table",
        "ec2:DescribeRouteTables",
        item.route_table_id,
    ) else {
        return;
    };
    let routes = item.routes.unwrap_or_default().into_iter();
    let routes: Option<Vec<Route>> = routes.map(route).collect();
    let Some(routes) = cx.named("ec2.route_table", "ec2:DescribeRouteTables", routes) else {
        return;
    };
    let owner = item.owner_id.as_ref();
    let mut associations = item.associations.unwrap_or_default();
    associations.retain(|one| {
        use sdk::RouteTableAssociationStateCode as Code;
        let state = one
            .association_state
            .as_ref()
            .and_then(|state| state.state.as_ref());
        !matches!(state, Some(Code::Disassociated | Code::Failed))
    });
    let facts = RouteTable {
        foreign_owner: foreign(cx, owner),
        vpc_id: item.vpc_id,
        main: associations.iter().any(|one| one.main == Some(true)),
        subnet_ids: sorted(associations.iter().filter_map(|one| one.subnet_id.clone())),
        gateway_ids: sorted(associations.iter().filter_map(|one| one.gateway_id.clone())),
        routes: sorted(routes),
        peering_routes: Facet::not_asked(),
    };
    cx.emit(
        meta(cx, owner, "route-table", &id, tagged(item.tags)),
        facts,
    );
}

fn route(route: sdk::Route) -> Option<Route> {
    let destination = route
        .destination_cidr_block
        .or(route.destination_ipv6_cidr_block)
        .or(route.destination_prefix_list_id)?;
    // An instance comes with its network interface: the instance says more, and goes first.
    let (target_type, target) = [
        route.gateway_id.map(|id| (gateway(&id), id)),
        route
            .vpc_peering_connection_id
            .map(|id| ("vpc-peering-connection", id)),
        route.nat_gateway_id.map(|id| ("nat-gateway", id)),
        route.transit_gateway_id.map(|id| ("transit-gateway", id)),
        route
            .egress_only_internet_gateway_id
            .map(|id| ("egress-only-internet-gateway", id)),
        route.instance_id.map(|id| ("instance", id)),
        route
            .network_interface_id
            .map(|id| ("network-interface", id)),
        route.local_gateway_id.map(|id| ("local-gateway", id)),
        route.carrier_gateway_id.map(|id| ("carrier-gateway", id)),
        route.core_network_arn.map(|id| ("core-network", id)),
        route.odb_network_arn.map(|id| ("odb-network", id)),
        route.ip_address.map(|id| ("ip-address", id)),
    ]
    .into_iter()
    .flatten()
    .find(|(_, id)| !id.is_empty())
    .map_or(("unknown", None), |(sort, id)| (sort, Some(id)));
    Some(Route {
        destination,
        target_type: target_type.to_owned(),
        target,
        state: word(route.state),
        origin: word(route.origin),
    })
}

/// `GatewayId` holds several sorts of gateway, told apart by the prefix of the id.
fn gateway(id: &str) -> &'static str {
    match id.split_once('-').map_or(id, |(prefix, _)| prefix) {
        "local" => "local",
        "igw" => "internet-gateway",
        "vgw" => "vpn-gateway",
        "vpce" => "vpc-endpoint",
        "eigw" => "egress-only-internet-gateway",
        "cagw" => "carrier-gateway",
        _ => "unknown",
    }
}

pub(super) async fn internet_gateways(cx: Cx) {
    list!(
        cx,
        "ec2:DescribeInternetGateways",
        describe_internet_gateways(1000),
        internet_gateways,
        "ec2.internet_gateway",
        |item| internet_gateway(&cx, item)
    );
}

fn internet_gateway(cx: &Cx, item: sdk::InternetGateway) {
    let Some(id) = cx.named(
        "ec2.internet_gateway",
        "ec2:DescribeInternetGateways",
        item.internet_gateway_id,
    ) else {
        return;
    };
    let owner = item.owner_id.as_ref();
    let attachments = item.attachments.unwrap_or_default();
    let facts = InternetGateway {
        foreign_owner: foreign(cx, owner),
        vpc_id: attachments.into_iter().find_map(|one| one.vpc_id),
    };
    cx.emit(
        meta(cx, owner, "internet-gateway", &id, tagged(item.tags)),
        facts,
    );
}

pub(super) async fn nat_gateways(cx: Cx) {
    list!(
        cx,
        "ec2:DescribeNatGateways",
        describe_nat_gateways(1000),
        nat_gateways,
        "ec2.nat_gateway",
        |item| nat_gateway(&cx, item)
    );
}

fn nat_gateway(cx: &Cx, item: sdk::NatGateway) {
    let Some(id) = cx.named(
        "ec2.nat_gateway",
        "ec2:DescribeNatGateways",
        item.nat_gateway_id,
    ) else {
        return;
    };
    let addresses = item.nat_gateway_addresses.unwrap_or_default();
    let facts = NatGateway {
        vpc_id: item.vpc_id,
        subnet_id: item.subnet_id,
        state: word(item.state),
        connectivity_type: word(item.connectivity_type),
        availability_mode: word(item.availability_mode),
        public_ips: sorted(
            addresses
                .into_iter()
                .filter_map(|address| address.public_ip),
        ),
        create_time: item.create_time.as_ref().and_then(time),
    };
    cx.emit(meta(cx, None, "natgateway", &id, tagged(item.tags)), facts);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_told_apart() {
        let route_to = |builder: fn(sdk::builders::RouteBuilder) -> sdk::builders::RouteBuilder| {
            let route = sdk::Route::builder().destination_cidr_block("0.0.0.0/0");
            let route = super::route(builder(route).build()).unwrap();
            (route.target_type, route.target.unwrap_or_default())
        };
        let own = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            route_to(|r| r.gateway_id("igw-1")),
            own("internet-gateway", "igw-1")
        );
        assert_eq!(route_to(|r| r.gateway_id("local")), own("local", "local"));
        assert_eq!(
            route_to(|r| r.gateway_id("vpce-1")),
            own("vpc-endpoint", "vpce-1")
        );
        assert_eq!(
            route_to(|r| r.instance_id("i-1").network_interface_id("eni-1")),
            own("instance", "i-1")
        );
        assert_eq!(route_to(|r| r), own("unknown", ""));
    }
}
