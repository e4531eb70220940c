//! Instances, and the AMIs that they were launched from.

use super::{PAGE, meta, moment, word};
use crate::collect::Cx;
use crate::collect::convert::time;
use crate::model::ec2_compute::{
    Instance, InstanceBlockDevice, InstanceImage, InstanceNetworkInterface, MetadataOptions,
};
use crate::model::{Facet, GapId, Meta};
use aws_sdk_ec2::types as sdk;
use chrono::{DateTime, NaiveDateTime, Utc};
use std::collections::BTreeMap;
use tokio::join;

pub(super) async fn instances(cx: Cx) {
    let clients = cx.clients();
    let mut found: Vec<(Meta, Instance)> = Vec::new();
    let mut images: BTreeMap<String, InstanceImage> = BTreeMap::new();
    let list = cx.pages(
        "ec2:DescribeInstances",
        None,
        |token| {
            clients
                .ec2()
                .describe_instances()
                // An account can hide what AWS services run in it: it is there all the same.
                .include_managed_resources(true)
                .max_results(PAGE)
                .set_next_token(token)
                .send()
        },
        |page| {
            let reservations = page.reservations.unwrap_or_default();
            let listed = reservations
                .into_iter()
                .flat_map(|r| r.instances.unwrap_or_default());
            found.extend(listed.filter_map(|item| instance(&cx, item)));
            page.next_token
        },
    );
    let image_list = image_metadata(&cx, &mut images);
    let (result, image_result) = join!(list, image_list);
    for (meta, mut facts) in found {
        facts.image = match (images.remove(&*meta.id), &image_result) {
            (_, None) => Facet::not_asked(),
            (Some(image), _) => Facet::Known(Some(image)),
            (None, Some(Ok(()))) => Facet::Known(None),
            (None, Some(Err(gap))) => Facet::Unread(vec![gap.clone()]),
        };
        cx.emit(meta, facts);
    }
    cx.listed(&["ec2.instance"], &result);
}

/// The AMI of each instance, in one list; `None` when nobody asked.
async fn image_metadata(
    cx: &Cx,
    images: &mut BTreeMap<String, InstanceImage>,
) -> Option<Result<(), GapId>> {
    if !cx.wants("ec2.instance.image") {
        return None;
    }
    let clients = cx.clients();
    let list = cx.pages(
        "ec2:DescribeInstanceImageMetadata",
        None,
        |token| {
            clients
                .ec2()
                .describe_instance_image_metadata()
                .max_results(PAGE)
                .set_next_token(token)
                .send()
        },
        |page| {
            for item in page.instance_image_metadata.unwrap_or_default() {
                if let (Some(id), Some(image)) = (item.instance_id, item.image_metadata) {
                    images.insert(id, instance_image(image));
                }
            }
            page.next_token
        },
    );
    Some(list.await)
}

fn instance_image(image: sdk::ImageMetadata) -> InstanceImage {
    InstanceImage {
        name: image.name,
        owner_id: image.owner_id,
        image_owner_alias: image.image_owner_alias,
        state: word(image.state),
        creation_date: moment(image.creation_date),
        deprecation_time: moment(image.deprecation_time),
        is_public: image.is_public,
        image_allowed: image.image_allowed,
    }
}

fn instance(cx: &Cx, item: sdk::Instance) -> Option<(Meta, Instance)> {
    let id = cx.named("ec2.instance", "ec2:DescribeInstances", item.instance_id)?;
    let arn = cx.arn("ec2", &format!("instance/{id}"));
    let meta = meta(cx, arn, id, item.tags, item.operator.as_ref());
    let interfaces = item.network_interfaces.unwrap_or_default();
    let mut ipv6_addresses: Vec<String> = interfaces
        .iter()
        .flat_map(|interface| interface.ipv6_addresses())
        .filter_map(|address| address.ipv6_address().map(str::to_owned))
        .collect();
    ipv6_addresses.sort();
    let mut block_devices: Vec<InstanceBlockDevice> = item
        .block_device_mappings
        .unwrap_or_default()
        .into_iter()
        .map(|device| InstanceBlockDevice {
            device_name: device.device_name,
            delete_on_termination: device.ebs.as_ref().and_then(|e| e.delete_on_termination),
            volume_id: device.ebs.and_then(|ebs| ebs.volume_id),
        })
        .collect();
    block_devices.sort_by(|a, b| a.device_name.cmp(&b.device_name));
    let state = item.state.and_then(|state| state.name);
    let reason = item.state_transition_reason.unwrap_or_default();
    let facts = Instance {
        state: state.map_or_else(String::new, |name| name.as_str().to_owned()),
        state_transition_time: transition_time(&reason),
        launch_time: item.launch_time.as_ref().and_then(time),
        first_launch_time: first_launch_time(&interfaces),
        instance_type: word(item.instance_type),
        image_id: item.image_id,
        image: Facet::not_asked(),
        platform_details: item.platform_details,
        architecture: word(item.architecture),
        virtualization_type: word(item.virtualization_type),
        root_device_type: word(item.root_device_type),
        instance_lifecycle: word(item.instance_lifecycle),
        iam_instance_profile: item.iam_instance_profile.and_then(|profile| profile.arn),
        key_name: item.key_name,
        metadata_options: item.metadata_options.map(metadata_options),
        monitoring: word(item.monitoring.and_then(|monitoring| monitoring.state)),
        ebs_optimized: item.ebs_optimized.unwrap_or(false),
        enclave_enabled: item
            .enclave_options
            .and_then(|o| o.enabled)
            .unwrap_or(false),
        source_dest_check: item.source_dest_check,
        vpc_id: item.vpc_id,
        subnet_id: item.subnet_id,
        private_ip_address: item.private_ip_address,
        public_ip_addresses: public_addresses(item.public_ip_address.as_ref(), &interfaces),
        public_ip_address: item.public_ip_address,
        ipv6_addresses,
        security_groups: group_ids(item.security_groups),
        network_interfaces: network_interfaces(interfaces),
        block_devices,
    };
    Some((meta, facts))
}

fn metadata_options(options: sdk::InstanceMetadataOptionsResponse) -> MetadataOptions {
    MetadataOptions {
        state: word(options.state),
        http_endpoint: word(options.http_endpoint),
        http_tokens: word(options.http_tokens),
        http_put_response_hop_limit: options.http_put_response_hop_limit.map(i64::from),
        http_protocol_ipv6: word(options.http_protocol_ipv6),
        instance_metadata_tags: word(options.instance_metadata_tags),
    }
}

fn network_interfaces(list: Vec<sdk::InstanceNetworkInterface>) -> Vec<InstanceNetworkInterface> {
    let mut interfaces: Vec<InstanceNetworkInterface> = list
        .into_iter()
        .filter_map(|interface| {
            let attachment = interface.attachment;
            let attachment = attachment.as_ref();
            Some(InstanceNetworkInterface {
                network_interface_id: interface.network_interface_id?,
                device_index: attachment.and_then(|a| a.device_index).map(i64::from),
                network_card_index: attachment.and_then(|a| a.network_card_index).map(i64::from),
                interface_type: interface.interface_type,
                subnet_id: interface.subnet_id,
                vpc_id: interface.vpc_id,
                source_dest_check: interface.source_dest_check,
                security_groups: group_ids(interface.groups),
            })
        })
        .collect();
    interfaces.sort_by(|a, b| {
        let place = |i: &InstanceNetworkInterface| (i.network_card_index, i.device_index);
        place(a)
            .cmp(&place(b))
            .then_with(|| a.network_interface_id.cmp(&b.network_interface_id))
    });
    interfaces
}

/// The public addresses of the instance and of every private address of its interfaces.
fn public_addresses(
    own: Option<&String>,
    interfaces: &[sdk::InstanceNetworkInterface],
) -> Vec<String> {
    let mut addresses: Vec<String> = interfaces
        .iter()
        .flat_map(|interface| {
            let more = interface
                .private_ip_addresses()
                .iter()
                .filter_map(|a| a.association());
            interface.association().into_iter().chain(more)
        })
        .filter_map(|association| association.public_ip())
        .map(str::to_owned)
        .chain(own.cloned())
        .collect();
    addresses.sort();
    addresses.dedup();
    addresses
}

/// A start changes the launch time; the primary interface stays from the first launch on.
fn first_launch_time(interfaces: &[sdk::InstanceNetworkInterface]) -> Option<DateTime<Utc>> {
    interfaces
        .iter()
        .filter_map(|interface| interface.attachment())
        .find(|attachment| {
            attachment.device_index() == Some(0)
                && attachment.network_card_index().unwrap_or(0) == 0
        })
        .and_then(|attachment| attachment.attach_time())
        .and_then(time)
}

fn group_ids(groups: Option<Vec<sdk::GroupIdentifier>>) -> Vec<String> {
    let groups = groups.unwrap_or_default();
    let mut ids: Vec<String> = groups
        .into_iter()
        .filter_map(|group| group.group_id)
        .collect();
    ids.sort();
    ids
}

/// The time in a reason such as `User initiated (2026-01-31 08:15:00 GMT)`.
fn transition_time(reason: &str) -> Option<DateTime<Utc>> {
    let (_, rest) = reason.rsplit_once('(')?;
    let text = rest.trim_end().strip_suffix(')')?;
    let time = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S GMT").ok()?;
    Some(time.and_utc())
}

#[cfg(test)]
mod tests {
    use super::transition_time;

    #[test]
    fn the_time_of_a_transition_is_read_where_the_reason_has_one() {
        let time = transition_time("User initiated (2026-01-31 08:15:00 GMT)");
        assert_eq!(
            time.map(|t| t.to_rfc3339()).as_deref(),
            Some("2026-01-31T08:15:00+00:00")
        );
        for reason in [
            "",
            "Server.SpotInstanceTermination: Spot interruption",
            "x (soon)",
        ] {
            assert_eq!(transition_time(reason), None, "{reason}");
        }
    }
}
