//! Reads Amazon EC2, the network: VPCs, subnets, security groups, network ACLs, routes,
//! gateways, endpoints, VPN. Every list is one call a page for the whole Region.

mod endpoint;
mod filter;
mod interface;
mod routing;
mod security_group;
mod transit;
mod vpc;

use super::convert::tags;
use super::{Collector, Cx};
use crate::model::{Facet, Meta, Scope, Tags};
use aws_sdk_ec2::types::Tag;

/// A collector that runs in every Region.
macro_rules! regional {
    ($gives:expr, $run:path) => {
        Collector {
            gives: $gives,
            scope: Scope::Regional,
            run: |cx| Box::pin($run(cx)),
        }
    };
}

pub(super) static COLLECTORS: &[Collector] = &[
    regional!(&["ec2.vpc"], vpc::vpcs),
    regional!(&["ec2.subnet"], vpc::subnets),
    regional!(&["ec2.vpc_block_public_access"], vpc::block_public_access),
    regional!(
        &["ec2.security_group", "ec2.managed_prefix_list"],
        security_group::security_groups_and_prefix_lists
    ),
    regional!(&["ec2.network_acl"], filter::network_acls),
    regional!(&["ec2.flow_log"], filter::flow_logs),
    regional!(&["ec2.route_table"], routing::route_tables),
    regional!(&["ec2.internet_gateway"], routing::internet_gateways),
    regional!(&["ec2.nat_gateway"], routing::nat_gateways),
    regional!(&["ec2.vpc_endpoint"], endpoint::vpc_endpoints),
    regional!(&["ec2.vpc_endpoint_service"], endpoint::endpoint_services),
    regional!(&["ec2.network_interface"], interface::network_interfaces),
    regional!(&["ec2.address"], interface::addresses),
    regional!(
        &["ec2.vpc_peering_connection"],
        transit::peering_connections
    ),
    regional!(&["ec2.vpn_connection"], transit::vpn_connections),
    regional!(&["ec2.client_vpn_endpoint"], transit::client_vpn_endpoints),
    regional!(&["ec2.transit_gateway"], transit::transit_gateways),
];

/// Reads all pages of a list of EC2, hands each item on, and says how the list went.
///
/// EC2's operations differ in type only: the same members tell page size, token and items.
macro_rules! list {
    ($cx:ident, $operation:literal, $call:ident($size:literal), $items:ident, $kind:literal, $each:expr) => {{
        let clients = $cx.clients();
        let mut each = $each;
        let result = $cx
            .pages(
                $operation,
                None,
                |token| {
                    let call = clients.ec2().$call();
                    call.max_results($size).set_next_token(token).send()
                },
                |page| {
                    page.$items
                        .unwrap_or_default()
                        .into_iter()
                        .for_each(&mut each);
                    page.next_token
                },
            )
            .await;
        $cx.listed(&[$kind], &result);
    }};
}
use list;

/// The tags of an item: EC2 tells them with the list.
fn tagged(list: Option<Vec<Tag>>) -> Facet<Tags> {
    let list = list.unwrap_or_default();
    Facet::Known(tags(list.into_iter().map(|tag| (tag.key, tag.value))))
}

/// The owner, when it is another account than the one that is read.
fn foreign(cx: &Cx, owner: Option<&String>) -> Option<String> {
    owner.filter(|owner| **owner != *cx.account).cloned()
}

/// What every resource has; the ARN is in the account of the owner.
fn meta(cx: &Cx, owner: Option<&String>, resource: &str, id: &str, tags: Facet<Tags>) -> Meta {
    let owner = owner.map_or(&*cx.account, String::as_str);
    let arn = format!(
        "arn:{}:ec2:{}:{owner}:{resource}/{id}",
        cx.partition(),
        cx.region
    );
    cx.meta(arn, id, tags)
}

/// The word of one of the SDK's enumerations, as AWS spells it.
fn word(value: Option<impl AsRef<str>>) -> Option<String> {
    value.map(|value| value.as_ref().to_owned())
}

/// A list in order: AWS guarantees none.
fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort();
    items
}

/// The words of a list, in order.
fn words<T: AsRef<str>>(items: Option<Vec<T>>) -> Vec<String> {
    let items = items.unwrap_or_default();
    sorted(items.iter().map(|item| item.as_ref().to_owned()))
}

/// A protocol as the model spells it: AWS tells names or IANA's numbers, `-1` for all.
fn protocol(told: Option<&str>) -> String {
    match told.map(str::to_ascii_lowercase).as_deref() {
        Some("6" | "tcp") => "tcp",
        Some("17" | "udp") => "udp",
        Some("1" | "icmp") => "icmp",
        Some("58" | "icmpv6") => "icmpv6",
        None | Some("-1" | "all") => "all",
        Some(other) => return other.to_owned(),
    }
    .to_owned()
}

/// A port, or ICMP type or code; `-1` means all of them.
fn port(told: Option<i32>) -> Option<i64> {
    told.filter(|port| *port != -1).map(i64::from)
}

#[cfg(test)]
mod tests {
    #[test]
    fn protocols_are_spelled_one_way() {
        for (told, want) in [
            (Some("-1"), "all"),
            (Some("6"), "tcp"),
            (Some("tcp"), "tcp"),
            (Some("17"), "udp"),
            (Some("58"), "icmpv6"),
            (Some("1"), "icmp"),
            (Some("50"), "50"),
        ] {
            assert_eq!(super::protocol(told), want);
        }
        assert_eq!(super::port(Some(-1)), None);
        assert_eq!(super::port(Some(0)), Some(0));
    }
}
