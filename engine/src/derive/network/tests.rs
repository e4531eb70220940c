use super::*;
use crate::model::ec2_network::*;
use crate::model::{Facet, Header, Kind, Listing, Resource};
use serde_json::{Value, json};

fn snapshot(resources: Vec<Resource>, complete: &[&str]) -> Snapshot {
    let header = json!({
        "schema": 1, "tool": "0", "account": "111122223333", "caller": "", "partition": "aws",
        "regions": ["eu-west-1"], "started": "2026-01-01T00:00:00Z", "asked": [], "ledger": [],
    });
    let header: Header = serde_json::from_value(header).unwrap();
    let listing = |kind: &&str| Listing {
        kind: (*kind).into(),
        account: "111122223333".into(),
        region: "eu-west-1".into(),
        gaps: Vec::new(),
    };
    Snapshot {
        header,
        resources,
        listings: complete.iter().map(listing).collect(),
        gaps: Vec::new(),
    }
}

fn resource(kind: &str, id: &str, facts: Value) -> Resource {
    let facts = (crate::model::kind(kind).unwrap().decode)(facts).unwrap();
    Resource {
        meta: Meta {
            arn: format!("arn:aws:ec2:eu-west-1:111122223333:x/{id}").into(),
            id: id.into(),
            account: "111122223333".into(),
            region: "eu-west-1".into(),
            tags: Facet::not_asked(),
            managed_by: "customer".into(),
        },
        facts,
    }
}

fn unread() -> Value {
    json!({"$unread": []})
}

fn rule(cidrs: Value, lists: Value) -> Value {
    json!({
        "protocol": "tcp", "from_port": 22, "to_port": 22, "cidrs": cidrs,
        "prefix_list_ids": lists, "referenced_groups": [], "descriptions": [],
    })
}

fn group(id: &str, ingress: Value) -> Resource {
    let facts = json!({
        "foreign_owner": null, "group_name": id, "description": null, "vpc_id": "vpc-1",
        "ingress": ingress, "egress": [], "resolved_ingress": unread(),
        "resolved_egress": unread(), "attached_to": unread(), "referenced_by": unread(),
    });
    resource(SecurityGroup::NAME, id, facts)
}

fn prefix_list(id: &str, entries: Value) -> Resource {
    let facts = json!({
        "foreign_owner": null, "prefix_list_name": id, "address_family": "IPv4",
        "state": "create-complete", "max_entries": 10, "entries": entries,
    });
    resource(ManagedPrefixList::NAME, id, facts)
}

fn interface(id: &str, groups: Value) -> Resource {
    let facts = json!({
        "foreign_owner": null, "description": null, "interface_type": "interface",
        "status": "in-use", "requester_id": null, "requester_managed": false, "operator": null,
        "vpc_id": "vpc-1", "subnet_id": "subnet-1", "security_group_ids": groups,
        "source_dest_check": true, "private_ips": [], "public_ips": [], "ipv6_addresses": [],
        "attachment": null,
    });
    resource(NetworkInterface::NAME, id, facts)
}

fn table(id: &str, main: bool, subnets: Value, routes: Value) -> Resource {
    let facts = json!({
        "foreign_owner": null, "vpc_id": "vpc-1", "main": main, "subnet_ids": subnets,
        "gateway_ids": [], "routes": routes, "peering_routes": unread(),
    });
    resource(RouteTable::NAME, id, facts)
}

fn route(destination: &str, sort: &str, target: &str, state: &str) -> Value {
    json!({
        "destination": destination, "target_type": sort, "target": target, "state": state,
        "origin": "CreateRoute",
    })
}

fn subnet(id: &str) -> Resource {
    let facts = json!({
        "foreign_owner": null, "vpc_id": "vpc-1", "state": "available",
        "cidr_block": "10.0.0.0/24", "ipv6_cidr_blocks": [], "availability_zone": "eu-west-1a",
        "default_for_az": false, "map_public_ip_on_launch": false,
        "assign_ipv6_address_on_creation": false, "internet_gateway_block_mode": "off",
        "route_table_id": unread(), "public": unread(), "flow_logs": unread(),
    });
    resource(Subnet::NAME, id, facts)
}

fn only<T: Kind>(snapshot: &Snapshot) -> &T {
    snapshot.of::<T>().next().unwrap().1
}

#[test]
fn prefix_lists_are_resolved_and_only_unread_ones_hide_rules() {
    let entries = json!([{"cidr": "203.0.113.0/24", "description": null}]);
    let resources = vec![
        group(
            "sg-1",
            json!([rule(json!(["10.0.0.0/8"]), json!(["pl-1"]))]),
        ),
        group("sg-2", json!([rule(json!([]), json!(["pl-2"]))])),
        group("sg-3", json!([rule(json!(["0.0.0.0/0"]), json!([]))])),
        prefix_list("pl-1", entries),
        prefix_list("pl-2", json!({"$unread": ["gap"]})),
    ];
    let mut snapshot = snapshot(resources, &[ManagedPrefixList::NAME]);
    security_group::resolved_ingress(&mut snapshot);
    let resolved: Vec<_> = snapshot
        .of::<SecurityGroup>()
        .map(|(_, group)| group.resolved_ingress.map(|rules| rules[0].cidrs.clone()))
        .collect();
    let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    assert_eq!(
        resolved,
        [
            Facet::Known(own(&["10.0.0.0/8", "203.0.113.0/24"])),
            Facet::Unread(vec!["gap".into()]),
            Facet::Known(own(&["0.0.0.0/0"])),
        ]
    );
}

#[test]
fn attachments_need_the_whole_list_of_interfaces() {
    let resources = || {
        vec![
            group("sg-1", json!([])),
            interface("eni-2", json!(["sg-1"])),
            interface("eni-1", json!(["sg-1", "sg-2"])),
        ]
    };
    let mut whole = snapshot(resources(), &[NetworkInterface::NAME]);
    security_group::attached_to(&mut whole);
    assert_eq!(
        only::<SecurityGroup>(&whole).attached_to,
        Facet::Known(vec!["eni-1".to_owned(), "eni-2".to_owned()])
    );
    let mut part = snapshot(resources(), &[NetworkInterface::NAME]);
    part.listings[0].gaps.push("gap".into());
    security_group::attached_to(&mut part);
    assert_eq!(
        only::<SecurityGroup>(&part).attached_to,
        Facet::Unread(vec!["gap".into()])
    );
    let mut none = snapshot(resources(), &[]);
    security_group::attached_to(&mut none);
    assert_eq!(only::<SecurityGroup>(&none).attached_to, Facet::not_asked());
}

#[test]
fn a_subnet_is_public_by_its_own_table_or_else_the_main_one() {
    let igw = route("0.0.0.0/0", "internet-gateway", "igw-1", "active");
    let gone = route("0.0.0.0/0", "internet-gateway", "igw-1", "blackhole");
    let nat = route("0.0.0.0/0", "nat-gateway", "nat-1", "active");
    let public = |tables: Vec<Resource>, complete: &[&str]| {
        let mut resources = tables;
        resources.push(subnet("subnet-1"));
        let mut snapshot = snapshot(resources, complete);
        routing::subnet_public(&mut snapshot);
        only::<Subnet>(&snapshot).public.clone()
    };
    let all = &[RouteTable::NAME];
    let main = |routes| table("rtb-main", true, json!([]), routes);
    let own = |routes| table("rtb-own", false, json!(["subnet-1"]), routes);
    assert_eq!(public(vec![main(json!([igw]))], all), Facet::Known(true));
    assert_eq!(public(vec![main(json!([gone]))], all), Facet::Known(false));
    assert_eq!(
        public(vec![main(json!([igw])), own(json!([nat]))], all),
        Facet::Known(false)
    );
    // Its own table decides even when the list of tables has a hole; the main one does not.
    assert_eq!(public(vec![own(json!([igw]))], &[]), Facet::Known(true));
    assert_eq!(public(vec![main(json!([igw]))], &[]), Facet::not_asked());
}

#[test]
fn peering_routes_are_compared_with_the_peer() {
    let connection = json!({
        "status": "active",
        "requester": {"vpc_id": "vpc-1", "owner_id": "111122223333", "region": "eu-west-1",
            "cidr_blocks": ["10.0.0.0/16"], "allow_dns_resolution_from_remote_vpc": null},
        "accepter": {"vpc_id": "vpc-2", "owner_id": "444455556666", "region": "eu-west-1",
            "cidr_blocks": ["10.1.0.0/16", "10.9.0.0/24"],
            "allow_dns_resolution_from_remote_vpc": null},
    });
    let pcx = |destination| route(destination, "vpc-peering-connection", "pcx-1", "active");
    let routes = json!([
        pcx("10.1.2.0/24"),
        pcx("10.1.0.0/16"),
        pcx("10.0.0.0/8"),
        pcx("pl-1")
    ]);
    let halves = json!([
        {"cidr": "10.9.0.0/25", "description": null},
        {"cidr": "10.9.0.128/25", "description": null},
    ]);
    let resources = vec![
        table("rtb-1", true, json!([]), routes),
        prefix_list("pl-1", halves),
        resource(VpcPeeringConnection::NAME, "pcx-1", connection),
    ];
    let all = &[VpcPeeringConnection::NAME, ManagedPrefixList::NAME];
    let mut snapshot = snapshot(resources, all);
    routing::peering_routes(&mut snapshot);
    let routes = only::<RouteTable>(&snapshot)
        .peering_routes
        .known()
        .unwrap();
    let seen: Vec<_> = routes
        .iter()
        .map(|route| (route.destination.as_str(), route.covers_peer))
        .collect();
    assert_eq!(
        seen,
        [
            ("10.1.2.0/24", false),
            ("10.1.0.0/16", true),
            ("10.0.0.0/8", true),
            ("pl-1", true),
        ]
    );
    assert_eq!(routes[0].peer_vpc_id.as_deref(), Some("vpc-2"));
}

#[test]
fn services_of_endpoints_are_shortened_in_their_own_region() {
    let short = cover::short_service;
    assert_eq!(
        short("com.amazonaws.eu-west-1.ecr.api", "eu-west-1"),
        "ecr.api"
    );
    assert_eq!(
        short("cn.com.amazonaws.cn-north-1.ec2", "cn-north-1"),
        "ec2"
    );
    assert_eq!(short("com.amazonaws.cn-north-1.s3", "cn-north-1"), "s3");
    assert_eq!(
        short("com.amazonaws.us-east-1.ec2", "eu-west-1"),
        "com.amazonaws.us-east-1.ec2"
    );
    assert_eq!(
        short("com.amazonaws.vpce.eu-west-1.vpce-svc-1", "eu-west-1"),
        "com.amazonaws.vpce.eu-west-1.vpce-svc-1"
    );
}
