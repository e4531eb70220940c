"""EC2's network."""

from reading import Call, Kind, Untold
from same import policy

PROTOCOLS = {"-1": "all", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}


def foreign(path="OwnerId"):
    """The owner, when it is another account."""

    def owner(item, where):
        return item.get(path) if item.get(path) != where.account else None

    return owner


def protocol(value):
    """A protocol by its name."""
    return PROTOCOLS.get(value, value)


def port(value):
    """A port, or ICMP's type or code; -1 is all of them."""
    return None if value in (None, -1) else value


def permissions(path):
    """The rules of a security group, as AWS groups them."""

    def rules(item, where):
        return [
            {
                "protocol": protocol(rule["IpProtocol"]),
                "from_port": port(rule.get("FromPort")),
                "to_port": port(rule.get("ToPort")),
                "cidrs": [each["CidrIp"] for each in rule.get("IpRanges", [])]
                + [each["CidrIpv6"] for each in rule.get("Ipv6Ranges", [])],
                "prefix_list_ids": [each["PrefixListId"] for each in rule.get("PrefixListIds", [])],
                "referenced_groups": rule.get("UserIdGroupPairs", []),
                "descriptions": sorted(
                    {
                        each["Description"]
                        for sources in (
                            "IpRanges",
                            "Ipv6Ranges",
                            "PrefixListIds",
                            "UserIdGroupPairs",
                        )
                        for each in rule.get(sources, [])
                        if each.get("Description")
                    }
                ),
            }
            for rule in item[path]
        ]

    return rules


def entries(egress):
    """The entries of a network ACL, in one direction."""

    def made(entry):
        ports = entry.get("PortRange") or {}
        icmp = entry.get("IcmpTypeCode") or {}
        is_icmp = entry["Protocol"] in ("1", "58")
        first, last = (
            (icmp.get("Type"), icmp.get("Code")) if is_icmp else (ports.get("From"), ports.get("To"))
        )
        return {
            "rule_number": entry["RuleNumber"],
            "protocol": protocol(entry["Protocol"]),
            "from_port": port(first),
            "to_port": port(last),
            "cidr": entry.get("CidrBlock") or entry.get("Ipv6CidrBlock"),
            "action": entry["RuleAction"],
        }

    return lambda item, where: [made(e) for e in item["Entries"] if e["Egress"] == egress]


GATEWAYS = {
    "local": "local",
    "igw": "internet-gateway",
    "vgw": "vpn-gateway",
    "vpce": "vpc-endpoint",
}
TARGETS = {
    "NatGatewayId": "nat-gateway",
    "VpcPeeringConnectionId": "vpc-peering-connection",
    "TransitGatewayId": "transit-gateway",
    "EgressOnlyInternetGatewayId": "egress-only-internet-gateway",
    "LocalGatewayId": "local-gateway",
    "CarrierGatewayId": "carrier-gateway",
    "CoreNetworkArn": "core-network",
    "NetworkInterfaceId": "network-interface",
    "InstanceId": "instance",
}


def routes(item, where):
    """The routes of a table, each with what it leads to."""
    made = []
    for route in item["Routes"]:
        sort, target = "unknown", None
        if gateway := route.get("GatewayId"):
            sort, target = GATEWAYS.get(gateway.split("-")[0], "unknown"), gateway
        else:
            name = next((name for name in TARGETS if route.get(name)), None)
            if name:
                sort, target = TARGETS[name], route[name]
        made.append(
            {
                "destination": route.get("DestinationCidrBlock")
                or route.get("DestinationIpv6CidrBlock")
                or route.get("DestinationPrefixListId"),
                "target_type": sort,
                "target": target,
                "state": route.get("State"),
                "origin": route.get("Origin"),
            }
        )
    return made


def attachment(item, where):
    """What an interface is attached to."""
    return item.get("Attachment")


def manager(item, where):
    """Who manages an interface."""
    operator = item.get("Operator", {})
    if operator.get("Managed"):
        return operator["Principal"].split(".")[0]
    if item.get("RequesterManaged"):
        raise Untold("AWS tells that a service manages it, and not which")
    return "customer"


def public_ips(item, where):
    """The public addresses that lead to an interface."""
    found = {
        each["Association"]["PublicIp"]
        for each in [item, *item.get("PrivateIpAddresses", [])]
        if each.get("Association", {}).get("PublicIp")
    }
    return sorted(found)


def prefix_lists(where):
    """The prefix lists."""
    found = where.read("ec2 describe-managed-prefix-lists", "PrefixLists")
    return [(item, where) for item in found]


def list_entries(item, where):
    """The entries of a prefix list."""
    if item["OwnerId"] == "AWS":
        raise Untold("of AWS's lists, ours reads those only that a security group names")
    return where.read(
        "ec2 get-managed-prefix-list-entries --prefix-list-id {id}",
        "Entries",
        id=item["PrefixListId"],
    )


def side(name):
    """A side of a peering connection."""

    def read(item, where):
        info = item.get(f"{name}VpcInfo")
        return info and {
            "vpc_id": info.get("VpcId"),
            "owner_id": info.get("OwnerId"),
            "region": info.get("Region"),
            # The first range is told twice, and by moto only once.
            "cidr_blocks": sorted(
                {each["CidrBlock"] for each in [info, *info.get("CidrBlockSet", [])] if "CidrBlock" in each}
                | {each["Ipv6CidrBlock"] for each in info.get("Ipv6CidrBlockSet", [])}
            ),
            "allow_dns_resolution_from_remote_vpc": info.get("PeeringOptions", {}).get(
                "AllowDnsResolutionFromRemoteVpc"
            ),
        }

    return read


def tunnels(item, where):
    """The tunnels of a VPN connection: telemetry and options, joined by address."""
    options = {
        each.get("OutsideIpAddress"): each
        for each in item.get("Options", {}).get("TunnelOptions", [])
    }
    telemetry = {each.get("OutsideIpAddress"): each for each in item.get("VgwTelemetry", [])}
    made = []
    for address in sorted(options.keys() | telemetry.keys(), key=str):
        option, seen = options.get(address, {}), telemetry.get(address, {})
        logs = option.get("LogOptions", {}).get("CloudWatchLogOptions", {})

        def values(name):
            return [each["Value"] for each in option.get(name, [])]

        made.append(
            {
                "outside_ip_address": address,
                "status": seen.get("Status"),
                "status_message": seen.get("StatusMessage") or None,
                "last_status_change": seen.get("LastStatusChange"),
                "log_enabled": logs.get("LogEnabled"),
                "bgp_log_enabled": logs.get("BgpLogEnabled"),
                "ike_versions": values("IkeVersions"),
                "phase1_encryption_algorithms": values("Phase1EncryptionAlgorithms"),
                "phase2_encryption_algorithms": values("Phase2EncryptionAlgorithms"),
                "phase1_integrity_algorithms": values("Phase1IntegrityAlgorithms"),
                "phase2_integrity_algorithms": values("Phase2IntegrityAlgorithms"),
                "phase1_dh_group_numbers": values("Phase1DHGroupNumbers"),
                "phase2_dh_group_numbers": values("Phase2DHGroupNumbers"),
            }
        )
    return made


def kind(command, path, id, sort, **more):
    """A kind of EC2, whose ARN is of one form."""
    made = Kind(
        f"ec2 {command}",
        path,
        id=id,
        arn=lambda item, where: where.arn("ec2", f"{sort}/{item[id]}"),
        **more,
    )
    # Others' resources are told with their owner's account.
    made.facts.setdefault("foreign_owner", foreign())
    return made


IPV6 = "Ipv6CidrBlock"
IPV6_BLOCKS = f"{IPV6}AssociationSet[?{IPV6}State.State=='associated'].{IPV6}"
BLOCK_MODE = "BlockPublicAccessStates.InternetGatewayBlockMode"

KINDS = {
    "ec2.vpc": kind(
        "describe-vpcs",
        "Vpcs",
        "VpcId",
        "vpc",
        facts={
            "cidr_blocks": "CidrBlockAssociationSet[?CidrBlockState.State=='associated'].CidrBlock",
            "ipv6_cidr_blocks": IPV6_BLOCKS,
            "internet_gateway_block_mode": BLOCK_MODE,
        },
        
    ),
    "ec2.subnet": kind(
        "describe-subnets",
        "Subnets",
        "SubnetId",
        "subnet",
        facts={
            "ipv6_cidr_blocks": IPV6_BLOCKS,
            "internet_gateway_block_mode": BLOCK_MODE,
        },
        
    ),
    "ec2.security_group": kind(
        "describe-security-groups",
        "SecurityGroups",
        "GroupId",
        "security-group",
        facts={
            "ingress": permissions("IpPermissions"),
            "egress": permissions("IpPermissionsEgress"),
        },
        
    ),
    "ec2.network_acl": kind(
        "describe-network-acls",
        "NetworkAcls",
        "NetworkAclId",
        "network-acl",
        facts={
            "ingress": entries(False),
            "egress": entries(True),
            "subnet_ids": "Associations[].SubnetId",
        },
    ),
    "ec2.route_table": kind(
        "describe-route-tables",
        "RouteTables",
        "RouteTableId",
        "route-table",
        facts={
            "main": lambda item, where: any(each["Main"] for each in item["Associations"]),
            "subnet_ids": "Associations[].SubnetId",
            "gateway_ids": "Associations[].GatewayId",
            "routes": routes,
        },
        
    ),
    "ec2.internet_gateway": kind(
        "describe-internet-gateways",
        "InternetGateways",
        "InternetGatewayId",
        "internet-gateway",
        facts={"vpc_id": "Attachments[0].VpcId"},
    ),
    "ec2.nat_gateway": kind(
        "describe-nat-gateways",
        "NatGateways",
        "NatGatewayId",
        "natgateway",
        facts={"public_ips": "NatGatewayAddresses[].PublicIp"},
    ),
    "ec2.vpc_endpoint": kind(
        "describe-vpc-endpoints",
        "VpcEndpoints",
        "VpcEndpointId",
        "vpc-endpoint",
        facts={
            "policy": lambda item, where: policy(item.get("PolicyDocument") or None),
            # AWS's reference writes it with a capital, AWS's answers mostly without.
            "state": lambda item, where: item["State"][:1].upper() + item["State"][1:],
            "security_group_ids": "Groups[].GroupId",
        },
    ),
    "ec2.vpc_endpoint_service": kind(
        "describe-vpc-endpoint-service-configurations",
        "ServiceConfigurations",
        "ServiceId",
        "vpc-endpoint-service",
        facts={
            "service_types": "ServiceType[].ServiceType",
            "load_balancer_arns": "[NetworkLoadBalancerArns, GatewayLoadBalancerArns][]",
            "allowed_principals": Call(
                "ec2 describe-vpc-endpoint-service-permissions --service-id {id}",
                "AllowedPrincipals[].Principal",
                id="ServiceId",
            ),
        },
    ),
    "ec2.vpc_peering_connection": kind(
        "describe-vpc-peering-connections",
        "VpcPeeringConnections",
        "VpcPeeringConnectionId",
        "vpc-peering-connection",
        facts={
            "status": "Status.Code",
            "requester": side("Requester"),
            "accepter": side("Accepter"),
        },
    ),
    "ec2.vpn_connection": kind(
        "describe-vpn-connections",
        "VpnConnections",
        "VpnConnectionId",
        "vpn-connection",
        facts={"static_routes_only": "Options.StaticRoutesOnly", "tunnels": tunnels},
    ),
    "ec2.client_vpn_endpoint": kind(
        "describe-client-vpn-endpoints",
        "ClientVpnEndpoints",
        "ClientVpnEndpointId",
        "client-vpn-endpoint",
        facts={
            "status": "Status.Code",
            "authentication_types": "AuthenticationOptions[].Type",
            "connection_log_enabled": "ConnectionLogOptions.Enabled",
            "connection_log_group": "ConnectionLogOptions.CloudwatchLogGroup",
            "client_connect_enabled": "ClientConnectOptions.Enabled",
        },
    ),
    "ec2.transit_gateway": kind(
        "describe-transit-gateways",
        "TransitGateways",
        "TransitGatewayId",
        "transit-gateway",
        facts={
            name: f"Options.{member}"
            for name, member in (
                ("auto_accept_shared_attachments", "AutoAcceptSharedAttachments"),
                ("default_route_table_association", "DefaultRouteTableAssociation"),
                ("default_route_table_propagation", "DefaultRouteTablePropagation"),
                ("security_group_referencing_support", "SecurityGroupReferencingSupport"),
                ("transit_gateway_cidr_blocks", "TransitGatewayCidrBlocks"),
            )
        },
    ),
    "ec2.flow_log": kind("describe-flow-logs", "FlowLogs", "FlowLogId", "vpc-flow-log"),
    "ec2.managed_prefix_list": Kind(
        prefix_lists,
        id="PrefixListId",
        arn="PrefixListArn",
        facts={
            "entries": list_entries,
            "managed_by": lambda item, where: "aws"
            if item["OwnerId"].upper() == "AWS"
            else "customer",
            "foreign_owner": lambda item, where: item["OwnerId"]
            if item["OwnerId"].upper() not in (where.account, "AWS")
            else None,
        },
    ),
    "ec2.network_interface": kind(
        "describe-network-interfaces",
        "NetworkInterfaces",
        "NetworkInterfaceId",
        "network-interface",
        facts={
            "attachment": attachment,
            "operator": "Operator.Principal",
            "managed_by": manager,
            "security_group_ids": "Groups[].GroupId",
            "private_ips": "PrivateIpAddresses[].PrivateIpAddress",
            "public_ips": public_ips,
            "ipv6_addresses": "Ipv6Addresses[].Ipv6Address",
        },
    ),
    "ec2.address": kind(
        "describe-addresses",
        "Addresses",
        "AllocationId",
        "elastic-ip",
        facts={
            "foreign_owner": lambda item, where: None,
            # Said to be "" of an address that leads nowhere.
            "instance_id": lambda item, where: item.get("InstanceId") or None,
        },
    ),
    "ec2.vpc_block_public_access": Kind(
        lambda where: [
            (
                {
                    **where.read(
                        "ec2 describe-vpc-block-public-access-options",
                        "VpcBlockPublicAccessOptions",
                    ),
                    "Region": where.region,
                },
                where,
            )
        ],
        id="Region",
        facts={"set_by": "ManagedBy"},
        skip={"tags": "it cannot have any"},
    ),
}
