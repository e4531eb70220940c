//! Network interfaces and Elastic IP addresses.

use super::super::Cx;
use super::{foreign, meta, sorted, tagged, word};
use crate::model::CUSTOMER;
use crate::model::ec2_network::{Address, Attachment, NetworkInterface};
use aws_sdk_ec2::types as sdk;

pub(super) async fn network_interfaces(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "ec2:DescribeNetworkInterfaces",
            None,
            |token| {
                let call = clients.ec2().describe_network_interfaces();
                // An account can hide what AWS's services manage: a group attached to it is in
                // use all the same.
                let call = call.include_managed_resources(true);
                call.max_results(1000).set_next_token(token).send()
            },
            |page| {
                for item in page.network_interfaces.unwrap_or_default() {
                    network_interface(&cx, item);
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["ec2.network_interface"], &result);
}

fn network_interface(cx: &Cx, item: sdk::NetworkInterface) {
    let Some(id) = cx.named(
        "ec2.network_interface",
        "ec2:DescribeNetworkInterfaces",
        item.network_interface_id,
    ) else {
        return;
    };
    let owner = item.owner_id.as_ref();
    let mut meta = meta(cx, owner, "network-interface", &id, tagged(item.tag_set));
    let operator = item
        .operator
        .filter(|operator| operator.managed == Some(true));
    let operator = operator.map(|one| one.principal.unwrap_or_else(|| "aws".to_owned()));
    let requester_managed = item.requester_managed.unwrap_or(false);
    if let Some(principal) = &operator {
        meta.managed_by = service(principal).into();
    } else if requester_managed {
        let sort = item
            .interface_type
            .as_ref()
            .map(sdk::NetworkInterfaceType::as_str);
        meta.managed_by = manager(sort, item.requester_id.as_deref()).into();
    }
    let groups = item.groups.unwrap_or_default();
    let addresses = item.private_ip_addresses.unwrap_or_default();
    let mut public_ips: Vec<String> = (addresses.iter())
        .filter_map(|address| address.association.as_ref())
        .chain(&item.association)
        .filter_map(|association| association.public_ip.clone())
        .collect();
    public_ips.sort();
    public_ips.dedup();
    let mut private_ips: Vec<String> = (addresses.into_iter())
        .map(|address| address.private_ip_address)
        .chain([item.private_ip_address])
        .flatten()
        .collect();
    private_ips.sort();
    private_ips.dedup();
    let ipv6 = item.ipv6_addresses.unwrap_or_default();
    let facts = NetworkInterface {
        foreign_owner: foreign(cx, owner),
        description: item.description,
        interface_type: word(item.interface_type),
        status: word(item.status),
        requester_id: item.requester_id,
        requester_managed,
        operator,
        vpc_id: item.vpc_id,
        subnet_id: item.subnet_id,
        security_group_ids: sorted(groups.into_iter().filter_map(|group| group.group_id)),
        source_dest_check: item.source_dest_check,
        private_ips,
        public_ips,
        ipv6_addresses: sorted(ipv6.into_iter().filter_map(|address| address.ipv6_address)),
        attachment: item.attachment.map(|attachment| Attachment {
            instance_id: attachment.instance_id,
            instance_owner_id: attachment.instance_owner_id,
            status: word(attachment.status),
            device_index: attachment.device_index.map(i64::from),
            delete_on_termination: attachment.delete_on_termination,
        }),
    };
    cx.emit(meta, facts);
}

/// Which service manages an interface that AWS made: by its sort, or by the alias of who asked
/// for it (`amazon-elb`). An account number or a principal's id names no service.
fn manager(sort: Option<&str>, requester: Option<&str>) -> String {
    match sort {
        Some("load_balancer" | "network_load_balancer" | "gateway_load_balancer") => {
            "elasticloadbalancing"
        }
        Some("natGateway" | "transit_gateway" | "vpc_endpoint") => "ec2",
        Some("gateway_load_balancer_endpoint") => "ec2",
        Some("lambda") => "lambda",
        Some("quicksight") => "quicksight",
        Some("global_accelerator_managed") => "globalaccelerator",
        Some("api_gateway_managed") => "apigateway",
        Some("iot_rules_managed") => "iot",
        Some("aws_codestar_connections_managed") => "codestar-connections",
        _ => match requester.and_then(|alias| alias.strip_prefix("amazon-")) {
            Some("elb") => "elasticloadbalancing",
            Some(alias) => return alias.to_owned(),
            None => "aws",
        },
    }
    .to_owned()
}

/// The service of a service principal: `eks.amazonaws.com` is `eks`.
fn service(principal: &str) -> &str {
    principal.split('.').next().unwrap_or(principal)
}

/// `DescribeAddresses` has no pages: one answer holds them all.
pub(super) async fn addresses(cx: Cx) {
    let clients = cx.clients();
    let call = || clients.ec2().describe_addresses().send();
    let result = cx.once("ec2:DescribeAddresses", None, call).await;
    let result = result.map(|reply| {
        for item in reply.addresses.unwrap_or_default() {
            address(&cx, item);
        }
    });
    cx.listed(&["ec2.address"], &result);
}

fn address(cx: &Cx, item: sdk::Address) {
    // Addresses of EC2-Classic had no allocation id.
    let Some(id) = cx.named(
        "ec2.address",
        "ec2:DescribeAddresses",
        item.allocation_id.or_else(|| item.public_ip.clone()),
    ) else {
        return;
    };
    let mut meta = meta(cx, None, "elastic-ip", &id, tagged(item.tags));
    let service_managed = word(item.service_managed);
    meta.managed_by = match service_managed.as_deref() {
        None => CUSTOMER,
        Some("alb" | "nlb") => "elasticloadbalancing",
        Some("rnat") => "ec2",
        Some(other) => other,
    }
    .into();
    let facts = Address {
        public_ip: item.public_ip,
        domain: word(item.domain),
        association_id: item.association_id,
        instance_id: item.instance_id.filter(|id| !id.is_empty()),
        network_interface_id: item.network_interface_id,
        private_ip_address: item.private_ip_address,
        service_managed,
    };
    cx.emit(meta, facts);
}

#[cfg(test)]
mod tests {
    use super::manager;

    #[test]
    fn managers_are_named_where_aws_names_them() {
        assert_eq!(manager(Some("lambda"), None), "lambda");
        assert_eq!(
            manager(Some("interface"), Some("amazon-elb")),
            "elasticloadbalancing"
        );
        assert_eq!(manager(Some("interface"), Some("amazon-rds")), "rds");
        assert_eq!(manager(Some("interface"), Some("123456789012")), "aws");
        assert_eq!(manager(None, None), "aws");
    }
}
