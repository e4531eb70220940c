//! Network ACLs and flow logs.

use super::super::Cx;
use super::super::convert::time;
use super::{foreign, list, meta, port, protocol, sorted, tagged, word};
use crate::model::ec2_network::{FlowLog, NetworkAcl, NetworkAclEntry};
use aws_sdk_ec2::types as sdk;

pub(super) async fn network_acls(cx: Cx) {
    list!(
        cx,
        "ec2:DescribeNetworkAcls",
        describe_network_acls(1000),
        network_acls,
        "ec2.network_acl",
        |item| network_acl(&cx, item)
    );
}

fn network_acl(cx: &Cx, item: sdk::NetworkAcl) {
    let Some(id) = cx.named(
        "ec2.network_acl",
        "ec2:DescribeNetworkAcls",
        item.network_acl_id,
    ) else {
        return;
    };
    let owner = item.owner_id.as_ref();
    let (egress, ingress): (Vec<_>, Vec<_>) = item
        .entries
        .unwrap_or_default()
        .into_iter()
        .partition(|entry| entry.egress.unwrap_or(false));
    // One that is not understood may be the one that lets in, or keeps out.
    let entries = |entries: Vec<sdk::NetworkAclEntry>| {
        let entries: Option<Vec<_>> = entries.into_iter().map(entry).collect();
        entries.map(sorted)
    };
    let both = entries(ingress).zip(entries(egress));
    let Some((ingress, egress)) = cx.named("ec2.network_acl", "ec2:DescribeNetworkAcls", both)
    else {
        return;
    };
    let associations = item.associations.unwrap_or_default();
    let facts = NetworkAcl {
        foreign_owner: foreign(cx, owner),
        vpc_id: item.vpc_id,
        is_default: item.is_default.unwrap_or(false),
        subnet_ids: sorted(associations.into_iter().filter_map(|one| one.subnet_id)),
        ingress,
        egress,
    };
    cx.emit(
        meta(cx, owner, "network-acl", &id, tagged(item.tags)),
        facts,
    );
}

/// Sorted by their number, the entries are in the order of evaluation.
fn entry(entry: sdk::NetworkAclEntry) -> Option<NetworkAclEntry> {
    let (from_port, to_port) = match (entry.icmp_type_code, entry.port_range) {
        (Some(icmp), _) => (port(icmp.r#type), port(icmp.code)),
        (None, Some(range)) => (port(range.from), port(range.to)),
        (None, None) => (None, None),
    };
    Some(NetworkAclEntry {
        rule_number: entry.rule_number?.into(),
        protocol: protocol(entry.protocol.as_deref()),
        from_port,
        to_port,
        cidr: entry.cidr_block.or(entry.ipv6_cidr_block)?,
        action: entry.rule_action?.as_str().to_owned(),
    })
}

pub(super) async fn flow_logs(cx: Cx) {
    list!(
        cx,
        "ec2:DescribeFlowLogs",
        describe_flow_logs(1000),
        flow_logs,
        "ec2.flow_log",
        |item| flow_log(&cx, item)
    );
}

fn flow_log(cx: &Cx, item: sdk::FlowLog) {
    let Some(id) = cx.named("ec2.flow_log", "ec2:DescribeFlowLogs", item.flow_log_id) else {
        return;
    };
    let facts = FlowLog {
        resource_id: item.resource_id,
        flow_log_status: item.flow_log_status,
        traffic_type: word(item.traffic_type),
        deliver_logs_status: item.deliver_logs_status,
        deliver_logs_error_message: item.deliver_logs_error_message,
        log_destination_type: word(item.log_destination_type),
        log_destination: item.log_destination,
        log_group_name: item.log_group_name,
        max_aggregation_interval: item.max_aggregation_interval.map(i64::from),
        log_format: item.log_format,
        creation_time: item.creation_time.as_ref().and_then(time),
    };
    cx.emit(
        meta(cx, None, "vpc-flow-log", &id, tagged(item.tags)),
        facts,
    );
}
