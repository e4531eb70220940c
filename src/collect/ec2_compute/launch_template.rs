//! Launch templates, with their default and latest versions.

use super::{meta, word};
use crate::collect::Cx;
use crate::collect::convert::time;
use crate::model::ec2_compute::{
    LaunchTemplate, LaunchTemplateBlockDevice, LaunchTemplateNetworkInterface,
    LaunchTemplateVersion, MetadataOptions,
};
use crate::model::{Facet, GapId, Meta};
use aws_sdk_ec2::types as sdk;
use std::collections::BTreeMap;
use tokio::join;

/// The largest page of both lists.
const PAGE: i32 = 200;

/// The versions of each template, by number.
type Versions = BTreeMap<String, BTreeMap<i64, LaunchTemplateVersion>>;

pub(super) async fn launch_templates(cx: Cx) {
    let clients = cx.clients();
    let mut found: Vec<(Meta, LaunchTemplate)> = Vec::new();
    let mut all_versions = Versions::new();
    let list = cx.pages(
        "ec2:DescribeLaunchTemplates",
        None,
        |token| {
            clients
                .ec2()
                .describe_launch_templates()
                // An account can hide what AWS services run in it: it is there all the same.
                .include_managed_resources(true)
                .max_results(PAGE)
                .set_next_token(token)
                .send()
        },
        |page| {
            let templates = page.launch_templates.unwrap_or_default();
            found.extend(templates.into_iter().filter_map(|item| template(&cx, item)));
            page.next_token
        },
    );
    let version_list = versions(&cx, &mut all_versions);
    let (result, version_result) = join!(list, version_list);
    for (meta, mut facts) in found {
        facts.versions = match (&version_result, all_versions.remove(&*meta.id)) {
            (None, _) => Facet::not_asked(),
            // A lost page may hold the other one of the two versions.
            (Some(Err(gap)), _) => Facet::Unread(vec![gap.clone()]),
            (Some(Ok(())), Some(versions)) => Facet::Known(versions.into_values().collect()),
            (Some(Ok(())), None) => {
                let message = "the list has no version of this template".to_owned();
                let operation = "ec2:DescribeLaunchTemplateVersions";
                Err(cx.malformed(operation, Some(&meta.arn), message)).into()
            }
        };
        cx.emit(meta, facts);
    }
    cx.listed(&["ec2.launch_template"], &result);
}

/// The default and latest versions of all templates, in one list; `None` when nobody asked.
async fn versions(cx: &Cx, all: &mut Versions) -> Option<Result<(), GapId>> {
    if !cx.wants("ec2.launch_template.versions") {
        return None;
    }
    let clients = cx.clients();
    let list = cx.pages(
        "ec2:DescribeLaunchTemplateVersions",
        None,
        |token| {
            clients
                .ec2()
                .describe_launch_template_versions()
                .include_managed_resources(true)
                .versions("$Default")
                .versions("$Latest")
                .max_results(PAGE)
                .set_next_token(token)
                .send()
        },
        |page| {
            for item in page.launch_template_versions.unwrap_or_default() {
                if let (Some(id), Some(number)) =
                    (item.launch_template_id.clone(), item.version_number)
                {
                    all.entry(id)
                        .or_default()
                        .insert(number, version(item, number));
                }
            }
            page.next_token
        },
    );
    Some(list.await)
}

fn template(cx: &Cx, item: sdk::LaunchTemplate) -> Option<(Meta, LaunchTemplate)> {
    let id = cx.named(
        "ec2.launch_template",
        "ec2:DescribeLaunchTemplates",
        item.launch_template_id,
    )?;
    let arn = cx.arn("ec2", &format!("launch-template/{id}"));
    let meta = meta(cx, arn, id, item.tags, item.operator.as_ref());
    let facts = LaunchTemplate {
        launch_template_name: item.launch_template_name,
        create_time: item.create_time.as_ref().and_then(time),
        created_by: item.created_by,
        default_version_number: item.default_version_number,
        latest_version_number: item.latest_version_number,
        versions: Facet::not_asked(),
        region_metadata_defaults: Facet::not_asked(),
        region_ebs_encryption_by_default: Facet::not_asked(),
    };
    Some((meta, facts))
}

fn version(item: sdk::LaunchTemplateVersion, version_number: i64) -> LaunchTemplateVersion {
    let data = item
        .launch_template_data
        .unwrap_or_else(|| sdk::ResponseLaunchTemplateData::builder().build());
    let mut security_group_ids = data.security_group_ids.unwrap_or_default();
    security_group_ids.sort();
    let mut network_interfaces: Vec<LaunchTemplateNetworkInterface> = data
        .network_interfaces
        .unwrap_or_default()
        .into_iter()
        .map(network_interface)
        .collect();
    network_interfaces.sort_by_key(|interface| interface.device_index);
    let mut block_device_mappings: Vec<LaunchTemplateBlockDevice> = data
        .block_device_mappings
        .unwrap_or_default()
        .into_iter()
        .map(block_device)
        .collect();
    block_device_mappings.sort_by(|a, b| a.device_name.cmp(&b.device_name));
    LaunchTemplateVersion {
        version_number,
        default_version: item.default_version.unwrap_or(false),
        create_time: item.create_time.as_ref().and_then(time),
        image_id: data.image_id,
        instance_type: word(data.instance_type),
        iam_instance_profile: data.iam_instance_profile.and_then(|p| p.arn.or(p.name)),
        key_name: data.key_name,
        has_user_data: data.user_data.is_some_and(|text| !text.is_empty()),
        monitoring_enabled: data.monitoring.and_then(|monitoring| monitoring.enabled),
        metadata_options: data.metadata_options.map(metadata_options),
        security_group_ids,
        network_interfaces,
        block_device_mappings,
    }
}

fn metadata_options(options: sdk::LaunchTemplateInstanceMetadataOptions) -> MetadataOptions {
    MetadataOptions {
        state: None,
        http_endpoint: word(options.http_endpoint),
        http_tokens: word(options.http_tokens),
        http_put_response_hop_limit: options.http_put_response_hop_limit.map(i64::from),
        http_protocol_ipv6: word(options.http_protocol_ipv6),
        instance_metadata_tags: word(options.instance_metadata_tags),
    }
}

fn network_interface(
    interface: sdk::LaunchTemplateInstanceNetworkInterfaceSpecification,
) -> LaunchTemplateNetworkInterface {
    let mut groups = interface.groups.unwrap_or_default();
    groups.sort();
    LaunchTemplateNetworkInterface {
        device_index: interface.device_index.map(i64::from),
        associate_public_ip_address: interface.associate_public_ip_address,
        network_interface_id: interface.network_interface_id,
        subnet_id: interface.subnet_id,
        groups,
    }
}

fn block_device(device: sdk::LaunchTemplateBlockDeviceMapping) -> LaunchTemplateBlockDevice {
    let ebs = device.ebs;
    let spec = ebs.as_ref();
    LaunchTemplateBlockDevice {
        device_name: device.device_name,
        ebs: spec.is_some(),
        encrypted: spec.and_then(|e| e.encrypted),
        kms_key_id: spec.and_then(|e| e.kms_key_id.clone()),
        snapshot_id: spec.and_then(|e| e.snapshot_id.clone()),
        volume_size: spec.and_then(|e| e.volume_size).map(i64::from),
        volume_type: word(spec.and_then(|e| e.volume_type())),
        delete_on_termination: spec.and_then(|e| e.delete_on_termination),
    }
}
