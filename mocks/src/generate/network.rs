//! VPCs, subnets, security groups, access lists, routes; and network interfaces, which others ask
//! for while they are made.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Place, tags};

/// What the Region's other things live in.
#[derive(Debug, Default)]
pub(super) struct Network {
    /// VPC and subnet, private ones.
    pub(super) subnets: Vec<(String, String)>,
    pub(super) public: Vec<(String, String)>,
    /// Id and name, by VPC.
    groups: BTreeMap<String, Vec<(String, String)>>,
    interfaces: Vec<Value>,
}

pub(super) fn fill(place: &mut Place<'_>) {
    let mut lists = Lists::default();
    for number in 0..=place.spec.mix.vpcs {
        vpc(place, &mut lists, number);
    }
    let vpcs: Vec<String> = place
        .network
        .public
        .iter()
        .map(|(vpc, _)| vpc.clone())
        .collect();
    for number in 0..place.spec.mix.security_groups {
        let Some(vpc) = place.random.pick(&vpcs).cloned() else {
            break;
        };
        let group = group(place, &vpc, &format!("group-{number:05}"), number);
        lists.groups.push(group);
    }
    let rules = lists
        .groups
        .iter()
        .flat_map(|group| rules(place, group))
        .collect::<Vec<_>>();
    place.reply(
        "ec2",
        "DescribeSecurityGroupRules",
        json!({ "SecurityGroupRules": rules }),
    );
    place.reply("ec2", "DescribeVpcs", json!({ "Vpcs": lists.vpcs }));
    place.reply(
        "ec2",
        "DescribeSubnets",
        json!({ "Subnets": lists.subnets }),
    );
    place.reply(
        "ec2",
        "DescribeSecurityGroups",
        json!({ "SecurityGroups": lists.groups }),
    );
    place.reply(
        "ec2",
        "DescribeNetworkAcls",
        json!({ "NetworkAcls": lists.acls }),
    );
    place.reply(
        "ec2",
        "DescribeRouteTables",
        json!({ "RouteTables": lists.tables }),
    );
    place.reply(
        "ec2",
        "DescribeInternetGateways",
        json!({ "InternetGateways": lists.gateways }),
    );
    place.reply(
        "ec2",
        "DescribeFlowLogs",
        json!({ "FlowLogs": lists.flow_logs }),
    );
}

#[derive(Default)]
struct Lists {
    vpcs: Vec<Value>,
    subnets: Vec<Value>,
    groups: Vec<Value>,
    acls: Vec<Value>,
    tables: Vec<Value>,
    gateways: Vec<Value>,
    flow_logs: Vec<Value>,
}

/// A VPC with its subnets; number 0 is the default one.
fn vpc(place: &mut Place<'_>, lists: &mut Lists, number: usize) {
    let owner = place.spec.id.clone();
    let id = place.random.id("vpc");
    let default = number == 0;
    let net = if default {
        "172.31".to_owned()
    } else {
        format!("10.{}", number % 250)
    };
    let cidr = format!("{net}.0.0/16");
    let named = tags(&mut place.random, &format!("vpc-{number}"));
    lists.vpcs.push(json!({
        "VpcId": id, "OwnerId": owner, "CidrBlock": cidr, "IsDefault": default,
        "State": "available", "InstanceTenancy": "default",
        "Tags": if default { json!([]) } else { named },
    }));
    let gateway = place.random.id("igw");
    lists.gateways.push(json!({
        "InternetGatewayId": gateway, "OwnerId": owner, "Tags": [],
        "Attachments": [{"State": "available", "VpcId": id}],
    }));
    let count = if default { 2 } else { 4 };
    let mut associations = Vec::new();
    for i in 0..count {
        let subnet = place.random.id("subnet");
        let public = default || i < 2;
        lists.subnets.push(json!({
            "SubnetId": subnet, "VpcId": id, "OwnerId": owner, "State": "available",
            "CidrBlock": format!("{net}.{}.0/24", i * 16), "DefaultForAz": default,
            "AvailabilityZone": format!("{}{}", place.region, ["a", "b"][i % 2]),
            "MapPublicIpOnLaunch": public, "AvailableIpAddressCount": 250, "Tags": [],
            "SubnetArn": place.arn("ec2", &format!("subnet/{subnet}")),
        }));
        let list = if public {
            &mut place.network.public
        } else {
            &mut place.network.subnets
        };
        list.push((id.clone(), subnet.clone()));
        associations.push(subnet);
    }
    lists.tables.push(json!({
        "RouteTableId": place.random.id("rtb"), "VpcId": id, "OwnerId": owner, "Tags": [],
        "PropagatingVgws": [],
        "Associations": [{"Main": true, "RouteTableAssociationId": place.random.id("rtbassoc")}],
        "Routes": [
            {"DestinationCidrBlock": cidr, "GatewayId": "local", "Origin": "CreateRouteTable",
             "State": "active"},
            {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway, "Origin": "CreateRoute",
             "State": "active"},
        ],
    }));
    lists.acls.push(access_list(place, &id, &associations));
    let default_group = group(place, &id, "default", usize::MAX);
    lists.groups.push(default_group);
    if place.random.chance(50) {
        lists.flow_logs.push(json!({
            "FlowLogId": place.random.id("fl"), "ResourceId": id, "FlowLogStatus": "ACTIVE",
            "TrafficType": "ALL", "LogDestinationType": "cloud-watch-logs",
            "LogGroupName": format!("/vpc/{id}"), "CreationTime": place.random.time(),
        }));
    }
}

fn access_list(place: &mut Place<'_>, vpc: &str, subnets: &[String]) -> Value {
    let id = place.random.id("acl");
    let entry = |egress: bool, number: u32, action: &str| {
        json!({"CidrBlock": "0.0.0.0/0", "Egress": egress, "Protocol": "-1",
               "RuleAction": action, "RuleNumber": number})
    };
    let associations: Vec<Value> = subnets
        .iter()
        .map(|subnet| {
            json!({"NetworkAclId": id, "SubnetId": subnet,
                   "NetworkAclAssociationId": place.random.id("aclassoc")})
        })
        .collect();
    json!({
        "NetworkAclId": id, "VpcId": vpc, "OwnerId": place.spec.id, "IsDefault": true, "Tags": [],
        "Associations": associations,
        "Entries": [
            entry(true, 100, "allow"), entry(true, 32767, "deny"),
            entry(false, 100, "allow"), entry(false, 32767, "deny"),
        ],
    })
}

fn group(place: &mut Place<'_>, vpc: &str, name: &str, number: usize) -> Value {
    let id = place.random.id("sg");
    let permission = |from: i64, to: i64, cidr: &str| {
        json!({"IpProtocol": "tcp", "FromPort": from, "ToPort": to, "UserIdGroupPairs": [],
               "IpRanges": [{"CidrIp": cidr}], "Ipv6Ranges": [], "PrefixListIds": []})
    };
    let mut ingress = Vec::new();
    if number != usize::MAX {
        ingress.push(match place.random.below(100) {
            0..4 => permission(22, 22, "0.0.0.0/0"),
            4..7 => permission(3389, 3389, "0.0.0.0/0"),
            7..10 => permission(5432, 5432, "0.0.0.0/0"),
            10..30 => permission(443, 443, "0.0.0.0/0"),
            30..60 => permission(8080, 8080, "10.0.0.0/8"),
            _ => permission(443, 443, "203.0.113.0/24"),
        });
        for _ in 0..place.random.below(4) {
            let port = 1024 + i64::try_from(place.random.below(20_000)).unwrap_or_default();
            ingress.push(permission(port, port, "10.0.0.0/8"));
        }
    }
    let out = json!({"IpProtocol": "-1", "UserIdGroupPairs": [], "Ipv6Ranges": [],
                     "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "PrefixListIds": []});
    let named = tags(&mut place.random, name);
    let groups = place.network.groups.entry(vpc.to_owned()).or_default();
    groups.push((id.clone(), name.to_owned()));
    json!({
        "GroupId": id, "GroupName": name, "Description": name, "VpcId": vpc,
        "OwnerId": place.spec.id, "IpPermissions": ingress, "IpPermissionsEgress": [out],
        "Tags": named,
        "SecurityGroupArn": place.arn("ec2", &format!("security-group/{id}")),
    })
}

/// A group's rules as a list of their own.
fn rules(place: &mut Place<'_>, group: &Value) -> Vec<Value> {
    let mut out = Vec::new();
    for (egress, member) in [(false, "IpPermissions"), (true, "IpPermissionsEgress")] {
        for permission in group[member].as_array().into_iter().flatten() {
            let port = |member: &str| permission[member].as_i64().unwrap_or(-1);
            out.push(json!({
                "SecurityGroupRuleId": place.random.id("sgr"), "GroupId": group["GroupId"],
                "GroupOwnerId": place.spec.id, "IsEgress": egress,
                "IpProtocol": permission["IpProtocol"], "FromPort": port("FromPort"),
                "ToPort": port("ToPort"), "CidrIpv4": permission["IpRanges"][0]["CidrIp"],
                "Tags": [],
            }));
        }
    }
    out
}

impl Place<'_> {
    /// A subnet, and a group of its VPC: id and name.
    pub(super) fn seat(&mut self, public: bool) -> (String, String, Value) {
        let list = if public || self.network.subnets.is_empty() {
            &self.network.public
        } else {
            &self.network.subnets
        };
        let (vpc, subnet) = self.random.pick(list).cloned().unwrap_or_default();
        let of_vpc = self.network.groups.get(&vpc).map_or(&[][..], Vec::as_slice);
        let group = self.random.pick(of_vpc);
        let group = group.map(|(id, name)| json!({"GroupId": id, "GroupName": name}));
        (vpc, subnet, json!([group]))
    }

    /// A network interface in a seat; its id and address.
    pub(super) fn interface(
        &mut self,
        (vpc, subnet, groups): &(String, String, Value),
        description: &str,
        public: bool,
        instance: Option<&str>,
    ) -> (String, String) {
        let id = self.random.id("eni");
        let (a, b) = (self.random.below(250), 4 + self.random.below(250));
        let address = format!("10.1.{a}.{b}");
        let mut interface = json!({
            "NetworkInterfaceId": id, "VpcId": vpc, "SubnetId": subnet, "Groups": groups,
            "OwnerId": self.spec.id, "Status": "in-use", "InterfaceType": "interface",
            "Description": description, "PrivateIpAddress": address, "SourceDestCheck": true,
            "RequesterManaged": instance.is_none(),
            "AvailabilityZone": format!("{}a", self.region), "TagSet": [],
            "PrivateIpAddresses": [{"Primary": true, "PrivateIpAddress": address}],
        });
        if public {
            let ip = format!(
                "198.51.{}.{}",
                self.random.below(250),
                self.random.below(250)
            );
            interface["Association"] = json!({"IpOwnerId": "amazon", "PublicIp": ip});
        }
        if let Some(instance) = instance {
            interface["Attachment"] = json!({
                "AttachmentId": self.random.id("eni-attach"), "InstanceId": instance,
                "InstanceOwnerId": self.spec.id, "DeviceIndex": 0, "Status": "attached",
                "DeleteOnTermination": true,
            });
        }
        self.network.interfaces.push(interface);
        (id, address)
    }
}

/// The list of all interfaces, when everything that has one is made.
pub(super) fn interfaces(place: &mut Place<'_>) {
    let all = std::mem::take(&mut place.network.interfaces);
    place.reply(
        "ec2",
        "DescribeNetworkInterfaces",
        json!({ "NetworkInterfaces": all }),
    );
}
