//! Security groups, and the prefix lists that their rules name.

use super::super::Cx;
use super::{foreign, list, meta, port, protocol, sorted, tagged, word};
use crate::model::ec2_network::{
    ManagedPrefixList, PrefixListEntry, ReferencedGroup, SecurityGroup, SecurityGroupRule,
};
use crate::model::{Facet, GapId};
use aws_sdk_ec2::types as sdk;
use std::collections::BTreeSet;
use tokio::join;

/// The owner of AWS's own prefix lists.
const AWS: &str = "AWS";

/// Both lists at once; then the entries of the prefix lists.
///
/// AWS has some ten prefix lists of its own in every Region, and to read the entries of each is
/// a call: only those that a security group names are read, and all that are not AWS's.
pub(super) async fn security_groups_and_prefix_lists(cx: Cx) {
    let (named, lists) = join!(security_groups(&cx), prefix_lists(&cx));
    for item in lists {
        let aws = item.owner_id.as_deref() == Some(AWS);
        let named = item
            .prefix_list_id
            .as_ref()
            .is_some_and(|id| named.contains(id));
        let read = cx.wants("ec2.managed_prefix_list.entries") && (named || !aws);
        let name = item.prefix_list_id.clone().unwrap_or_default();
        cx.part("ec2.managed_prefix_list", &name, |task| {
            prefix_list(task, item, read)
        });
    }
}

/// Gives the prefix lists that the rules name.
async fn security_groups(cx: &Cx) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    if cx.wants("ec2.security_group") {
        list!(
            cx,
            "ec2:DescribeSecurityGroups",
            describe_security_groups(1000),
            security_groups,
            "ec2.security_group",
            |item| security_group(cx, item, &mut named)
        );
    }
    named
}

fn security_group(cx: &Cx, item: sdk::SecurityGroup, named: &mut BTreeSet<String>) {
    let Some(id) = cx.named(
        "ec2.security_group",
        "ec2:DescribeSecurityGroups",
        item.group_id,
    ) else {
        return;
    };
    let owner = item.owner_id.as_ref();
    let facts = SecurityGroup {
        foreign_owner: foreign(cx, owner),
        group_name: item.group_name.unwrap_or_default(),
        description: item.description,
        vpc_id: item.vpc_id,
        ingress: rules(item.ip_permissions),
        egress: rules(item.ip_permissions_egress),
        resolved_ingress: Facet::not_asked(),
        resolved_egress: Facet::not_asked(),
        attached_to: Facet::not_asked(),
        referenced_by: Facet::not_asked(),
    };
    for rule in facts.ingress.iter().chain(&facts.egress) {
        named.extend(rule.prefix_list_ids.iter().cloned());
    }
    cx.emit(
        meta(cx, owner, "security-group", &id, tagged(item.tags)),
        facts,
    );
}

fn rules(permissions: Option<Vec<sdk::IpPermission>>) -> Vec<SecurityGroupRule> {
    sorted(permissions.unwrap_or_default().into_iter().map(rule))
}

fn rule(permission: sdk::IpPermission) -> SecurityGroupRule {
    let v4 = permission.ip_ranges.unwrap_or_default();
    let v6 = permission.ipv6_ranges.unwrap_or_default();
    let lists = permission.prefix_list_ids.unwrap_or_default();
    let groups = permission.user_id_group_pairs.unwrap_or_default();
    let descriptions: BTreeSet<String> = (v4.iter().map(|range| &range.description))
        .chain(v6.iter().map(|range| &range.description))
        .chain(lists.iter().map(|list| &list.description))
        .chain(groups.iter().map(|group| &group.description))
        .filter_map(Clone::clone)
        .filter(|text| !text.is_empty())
        .collect();
    let cidrs = (v4.into_iter().map(|range| range.cidr_ip))
        .chain(v6.into_iter().map(|range| range.cidr_ipv6));
    SecurityGroupRule {
        protocol: protocol(permission.ip_protocol.as_deref()),
        from_port: port(permission.from_port),
        to_port: port(permission.to_port),
        cidrs: sorted(cidrs.flatten()),
        prefix_list_ids: sorted(lists.into_iter().filter_map(|list| list.prefix_list_id)),
        referenced_groups: sorted(groups.into_iter().map(|group| ReferencedGroup {
            group_id: group.group_id,
            user_id: group.user_id,
            vpc_id: group.vpc_id,
            vpc_peering_connection_id: group.vpc_peering_connection_id,
            peering_status: group.peering_status,
        })),
        descriptions: descriptions.into_iter().collect(),
    }
}

async fn prefix_lists(cx: &Cx) -> Vec<sdk::ManagedPrefixList> {
    let mut lists = Vec::new();
    if cx.wants("ec2.managed_prefix_list") {
        list!(
            cx,
            "ec2:DescribeManagedPrefixLists",
            describe_managed_prefix_lists(100),
            prefix_lists,
            "ec2.managed_prefix_list",
            |item| lists.push(item)
        );
    }
    lists
}

async fn prefix_list(cx: Cx, item: sdk::ManagedPrefixList, read: bool) {
    let Some(id) = cx.named(
        "ec2.managed_prefix_list",
        "ec2:DescribeManagedPrefixLists",
        item.prefix_list_id,
    ) else {
        return;
    };
    let aws = item.owner_id.as_deref() == Some(AWS);
    let mut meta = meta(
        &cx,
        item.owner_id.as_ref(),
        "prefix-list",
        &id,
        tagged(item.tags),
    );
    if let Some(arn) = item.prefix_list_arn {
        meta.arn = arn.into();
    }
    if aws {
        meta.managed_by = "aws".into();
    }
    let entries = if read {
        entries(&cx, &id, &meta.arn).await.into()
    } else {
        Facet::not_asked()
    };
    let facts = ManagedPrefixList {
        foreign_owner: foreign(&cx, item.owner_id.as_ref()).filter(|_| !aws),
        prefix_list_name: item.prefix_list_name,
        address_family: item.address_family,
        state: word(item.state),
        max_entries: item.max_entries.map(i64::from),
        entries,
    };
    cx.emit(meta, facts);
}

async fn entries(cx: &Cx, id: &str, arn: &str) -> Result<Vec<PrefixListEntry>, GapId> {
    let clients = cx.clients();
    let mut entries = Vec::new();
    cx.pages(
        "ec2:GetManagedPrefixListEntries",
        Some(arn),
        |token| {
            let call = clients.ec2().get_managed_prefix_list_entries();
            call.prefix_list_id(id)
                .max_results(100)
                .set_next_token(token)
                .send()
        },
        |page| {
            for entry in page.entries.unwrap_or_default() {
                entries.extend(entry.cidr.map(|cidr| PrefixListEntry {
                    cidr,
                    description: entry.description,
                }));
            }
            page.next_token
        },
    )
    .await?;
    entries.sort();
    Ok(entries)
}
