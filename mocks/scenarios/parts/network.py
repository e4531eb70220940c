"""EC2's network: VPCs, subnets, routes, security groups, network ACLs, endpoints."""

import json

from .base import ACCOUNT, HOME, OTHER

WORLD = "0.0.0.0/0"


def make(world):
    """Makes the networks of both Regions."""
    main(world)
    routes(world)
    second(world)
    groups(world)
    acls(world)
    links(world)
    elsewhere(world)


def named(kind, name):
    """The name tag of a new thing."""
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def main(world):
    """The VPC in which things run."""
    ec2 = world.aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=named("vpc", "main"))
    vpc = world.called("vpc.main", vpc["Vpc"]["VpcId"])
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    for number, (name, zone) in enumerate(
        (("public-a", "a"), ("public-b", "b"), ("private-a", "a"), ("private-b", "b"))
    ):
        made = ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=HOME + zone,
            TagSpecifications=named("subnet", name),
        )
        subnet = world.called(f"subnet.{name}", made["Subnet"]["SubnetId"])
        if name == "public-a":
            ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    # What happens in the VPC is written down.
    world.aws("logs").create_log_group(logGroupName="/vpc/main")
    flow = ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogGroupName="/vpc/main",
        DeliverLogsPermissionArn=f"arn:aws:iam::{ACCOUNT}:role/flow-logs",
    )
    world.called("flow_log.main", flow["FlowLogIds"][0])


def routes(world):
    """Gateways and route tables: public subnets lead to the Internet, private ones to a NAT."""
    ec2 = world.aws("ec2")
    vpc = world.ids["vpc.main"]
    gateway = ec2.create_internet_gateway(TagSpecifications=named("internet-gateway", "main"))
    gateway = world.called("igw.main", gateway["InternetGateway"]["InternetGatewayId"])
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    unused = ec2.create_internet_gateway()
    world.called("igw.unused", unused["InternetGateway"]["InternetGatewayId"])
    address = ec2.allocate_address(Domain="vpc")
    world.called("eip.nat", address["AllocationId"])
    nat = ec2.create_nat_gateway(
        SubnetId=world.ids["subnet.public-a"], AllocationId=address["AllocationId"]
    )
    nat = world.called("nat.main", nat["NatGateway"]["NatGatewayId"])
    for name, target in (
        ("public", {"GatewayId": gateway}),
        ("private", {"NatGatewayId": nat}),
    ):
        table = ec2.create_route_table(VpcId=vpc, TagSpecifications=named("route-table", name))
        table = world.called(f"rtb.{name}", table["RouteTable"]["RouteTableId"])
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=WORLD, **target)
        for zone in "ab":
            ec2.associate_route_table(
                RouteTableId=table, SubnetId=world.ids[f"subnet.{name}-{zone}"]
            )
    idle = ec2.allocate_address(Domain="vpc", TagSpecifications=named("elastic-ip", "idle"))
    world.called("eip.idle", idle["AllocationId"])


def second(world):
    """A VPC that nobody watches, joined with the first one."""
    ec2 = world.aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16", AmazonProvidedIpv6CidrBlock=True)
    vpc = world.called("vpc.unwatched", vpc["Vpc"]["VpcId"])
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")
    world.called("subnet.unwatched", subnet["Subnet"]["SubnetId"])
    peering = ec2.create_vpc_peering_connection(VpcId=world.ids["vpc.main"], PeerVpcId=vpc)
    peering = world.called(
        "pcx.main", peering["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    )
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    ec2.create_route(
        RouteTableId=world.ids["rtb.private"],
        DestinationCidrBlock="10.1.0.0/16",
        VpcPeeringConnectionId=peering,
    )


def rule(protocol, first=None, last=None, **sources):
    """A rule of a security group."""
    made = {"IpProtocol": protocol}
    if first is not None:
        made.update(FromPort=first, ToPort=first if last is None else last)
    if "v4" in sources:
        made["IpRanges"] = [{"CidrIp": cidr} for cidr in sources["v4"]]
    if "v6" in sources:
        made["Ipv6Ranges"] = [{"CidrIpv6": cidr} for cidr in sources["v6"]]
    if "group" in sources:
        made["UserIdGroupPairs"] = [{"GroupId": sources["group"]}]
    if "prefix_list" in sources:
        made["PrefixListIds"] = [{"PrefixListId": sources["prefix_list"]}]
    return made


def groups(world):
    """Security groups: open, open in disguise, and closed."""
    ec2 = world.aws("ec2")
    vpc = world.ids["vpc.main"]
    lists = {}
    for name, cidrs in (
        ("offices", ["203.0.113.0/24", "198.51.100.0/24"]),
        ("halves", ["0.0.0.0/1", "128.0.0.0/1"]),
    ):
        made = ec2.create_managed_prefix_list(
            PrefixListName=name,
            MaxEntries=10,
            AddressFamily="IPv4",
            Entries=[{"Cidr": cidr, "Description": "test"} for cidr in cidrs],
        )
        lists[name] = world.called(f"pl.{name}", made["PrefixList"]["PrefixListId"])

    def group(name, *rules):
        made = ec2.create_security_group(
            GroupName=name, Description=f"test: {name}", VpcId=vpc
        )["GroupId"]
        world.called(f"sg.{name}", made)
        if rules:
            ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=list(rules))
        return made

    closed = group("closed")
    group("ssh-world", rule("tcp", 22, v4=[WORLD]))
    # Neither rule is the whole world; both together are.
    group("ssh-halves", rule("tcp", 22, v4=["0.0.0.0/1"]), rule("tcp", 20, 25, v4=["128.0.0.0/1"]))
    group("ssh-ipv6", rule("tcp", 22, v6=["::/0"]))
    group("ssh-offices", rule("tcp", 22, v4=["203.0.113.0/24"]))
    group("ssh-private", rule("tcp", 22, v4=["10.0.0.0/8"]))
    group("ssh-prefix-list-halves", rule("tcp", 22, prefix_list=lists["halves"]))
    group("ssh-prefix-list-offices", rule("tcp", 22, prefix_list=lists["offices"]))
    group("rdp-world", rule("tcp", 3389, v4=[WORLD]))
    group("range-world", rule("tcp", 1000, 4000, v4=[WORLD]))
    group("all-world", rule("-1", v4=[WORLD]))
    group("icmp-world", rule("icmp", 8, -1, v4=[WORLD]))
    group("udp-world", rule("udp", 0, 65535, v4=[WORLD]))
    group("https-world", rule("tcp", 443, v4=[WORLD], v6=["::/0"]))
    group("from-group", rule("tcp", 22, group=closed), rule("tcp", 5432, group=closed))
    # One that lets out only what it must.
    quiet = group("egress-narrow")
    ec2.revoke_security_group_egress(GroupId=quiet, IpPermissions=[rule("-1", v4=[WORLD])])
    ec2.authorize_security_group_egress(
        GroupId=quiet, IpPermissions=[rule("tcp", 443, prefix_list=lists["offices"])]
    )
    for name in ("ssh-world", "closed"):
        made = ec2.create_network_interface(
            SubnetId=world.ids["subnet.private-a"], Groups=[world.ids[f"sg.{name}"]]
        )
        world.called(f"eni.{name}", made["NetworkInterface"]["NetworkInterfaceId"])


def acls(world):
    """Network ACLs, where the first rule that matches decides."""
    ec2 = world.aws("ec2")
    vpc = world.ids["vpc.main"]

    def acl(name, *entries):
        made = ec2.create_network_acl(VpcId=vpc, TagSpecifications=named("network-acl", name))
        made = world.called(f"acl.{name}", made["NetworkAcl"]["NetworkAclId"])
        for number, action, protocol, ports, cidr in entries:
            request = {"CidrBlock": cidr}
            if ports:
                request["PortRange"] = {"From": ports[0], "To": ports[1]}
            ec2.create_network_acl_entry(
                NetworkAclId=made,
                RuleNumber=number,
                RuleAction=action,
                Protocol=protocol,
                Egress=False,
                **request,
            )

    tcp, udp, everything = "6", "17", "-1"
    acl("open", (100, "allow", everything, None, WORLD))
    acl(
        "ssh-denied-first",
        (90, "deny", tcp, (22, 22), WORLD),
        (91, "deny", tcp, (3389, 3389), WORLD),
        (92, "deny", udp, (3389, 3389), WORLD),
        (100, "allow", everything, None, WORLD),
    )
    acl(
        "ssh-denied-too-late",
        (100, "allow", tcp, (0, 65535), WORLD),
        (200, "deny", tcp, (22, 22), WORLD),
    )
    acl("web-only", (100, "allow", tcp, (443, 443), WORLD))
    # Each is in force for a subnet; the VPC's default one is for none.
    subnets = {
        world.ids[f"subnet.{subnet}"]: world.ids[f"acl.{name}"]
        for subnet, name in (
            ("public-a", "open"),
            ("public-b", "ssh-denied-first"),
            ("private-a", "ssh-denied-too-late"),
            ("private-b", "web-only"),
        )
    }
    found = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    for each in found["NetworkAcls"]:
        for association in each["Associations"]:
            if association["SubnetId"] in subnets:
                ec2.replace_network_acl_association(
                    AssociationId=association["NetworkAclAssociationId"],
                    NetworkAclId=subnets[association["SubnetId"]],
                )


def links(world):
    """Endpoints, a VPN, a transit gateway."""
    ec2 = world.aws("ec2")
    vpc = world.ids["vpc.main"]
    gateway = ec2.create_vpc_endpoint(
        VpcId=vpc,
        VpcEndpointType="Gateway",
        ServiceName=f"com.amazonaws.{HOME}.s3",
        RouteTableIds=[world.ids["rtb.private"]],
    )
    world.called("vpce.s3", gateway["VpcEndpoint"]["VpcEndpointId"])
    narrow = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "ec2:Describe*",
                "Resource": "*",
            }
        ],
    }
    interface = ec2.create_vpc_endpoint(
        VpcId=vpc,
        VpcEndpointType="Interface",
        ServiceName=f"com.amazonaws.{HOME}.ec2",
        SubnetIds=[world.ids["subnet.private-a"]],
        SecurityGroupIds=[world.ids["sg.closed"]],
        PrivateDnsEnabled=True,
        PolicyDocument=json.dumps(narrow),
    )
    world.called("vpce.ec2", interface["VpcEndpoint"]["VpcEndpointId"])
    customer = ec2.create_customer_gateway(
        BgpAsn=65000, PublicIp="203.0.113.10", Type="ipsec.1"
    )
    private = ec2.create_vpn_gateway(Type="ipsec.1")
    vpn = ec2.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=customer["CustomerGateway"]["CustomerGatewayId"],
        VpnGatewayId=private["VpnGateway"]["VpnGatewayId"],
    )
    world.called("vpn.main", vpn["VpnConnection"]["VpnConnectionId"])
    for name, accept in (("accepting", "enable"), ("asking", "disable")):
        transit = ec2.create_transit_gateway(
            Description=name, Options={"AutoAcceptSharedAttachments": accept}
        )
        world.called(f"tgw.{name}", transit["TransitGateway"]["TransitGatewayId"])


def elsewhere(world):
    """The other Region has a network of its own."""
    ec2 = world.aws("ec2", OTHER)
    vpc = ec2.create_vpc(CidrBlock="10.2.0.0/16")
    vpc = world.called("vpc.other", vpc["Vpc"]["VpcId"])
    for number, zone in enumerate("ab"):
        made = ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.2.{number}.0/24", AvailabilityZone=OTHER + zone
        )
        world.called(f"subnet.other-{zone}", made["Subnet"]["SubnetId"])
    made = ec2.create_security_group(
        GroupName="rdp-world", Description="test: elsewhere", VpcId=vpc
    )["GroupId"]
    world.called("sg.other-rdp-world", made)
    ec2.authorize_security_group_ingress(
        GroupId=made, IpPermissions=[rule("tcp", 3389, v4=[WORLD])]
    )
