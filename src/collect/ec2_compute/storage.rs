//! Volumes, and the snapshots and images that the account owns.

use super::{PAGE, meta, moment, word};
use crate::collect::Cx;
use crate::collect::convert::time;
use crate::model::ec2_compute::{Image, ImageBlockDevice, Snapshot, Volume, VolumeAttachment};
use crate::model::{Facet, GapId, Meta};
use aws_sdk_ec2::types as sdk;
use std::collections::BTreeSet;
use tokio::join;

pub(super) async fn volumes(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "ec2:DescribeVolumes",
            None,
            |token| {
                clients
                    .ec2()
                    .describe_volumes()
                    // An account can hide what AWS services run in it: it is there all the same.
                    .include_managed_resources(true)
                    .max_results(PAGE)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for item in page.volumes.unwrap_or_default() {
                    if let Some((meta, facts)) = volume(&cx, item) {
                        cx.emit(meta, facts);
                    }
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["ec2.volume"], &result);
}

fn volume(cx: &Cx, item: sdk::Volume) -> Option<(Meta, Volume)> {
    let id = cx.named("ec2.volume", "ec2:DescribeVolumes", item.volume_id)?;
    let arn = cx.arn("ec2", &format!("volume/{id}"));
    let meta = meta(cx, arn, id, item.tags, item.operator.as_ref());
    let mut attachments: Vec<VolumeAttachment> = item
        .attachments
        .unwrap_or_default()
        .into_iter()
        .map(|attachment| VolumeAttachment {
            instance_id: attachment.instance_id,
            device: attachment.device,
            state: word(attachment.state),
            delete_on_termination: attachment.delete_on_termination,
            instance_owning_service: attachment.instance_owning_service,
        })
        .collect();
    attachments.sort_by(|a, b| a.instance_id.cmp(&b.instance_id));
    let facts = Volume {
        state: item
            .state
            .map_or_else(String::new, |state| state.as_str().to_owned()),
        volume_type: word(item.volume_type),
        size: item.size.map(i64::from),
        encrypted: item.encrypted.unwrap_or(false),
        kms_key_id: item.kms_key_id,
        create_time: item.create_time.as_ref().and_then(time),
        availability_zone: item.availability_zone,
        snapshot_id: item.snapshot_id.filter(|id| !id.is_empty()),
        multi_attach_enabled: item.multi_attach_enabled.unwrap_or(false),
        backup_plans: Facet::not_asked(),
        attachments,
    };
    Some((meta, facts))
}

pub(super) async fn snapshots(cx: Cx) {
    let clients = cx.clients();
    let mut found: Vec<(Meta, Snapshot)> = Vec::new();
    let mut public: BTreeSet<String> = BTreeSet::new();
    let list = cx.pages(
        "ec2:DescribeSnapshots",
        None,
        |token| {
            clients
                .ec2()
                .describe_snapshots()
                .owner_ids("self")
                .max_results(PAGE)
                .set_next_token(token)
                .send()
        },
        |page| {
            let snapshots = page.snapshots.unwrap_or_default();
            found.extend(snapshots.into_iter().filter_map(|item| snapshot(&cx, item)));
            page.next_token
        },
    );
    let public_list = public_snapshots(&cx, &mut public);
    let (result, public_result) = join!(list, public_list);
    for (meta, mut facts) in found {
        facts.public = match &public_result {
            None => Facet::not_asked(),
            Some(_) if public.contains(&*meta.id) => Facet::Known(true),
            Some(Ok(())) => Facet::Known(false),
            // A lost page may hold it.
            Some(Err(gap)) => Facet::Unread(vec![gap.clone()]),
        };
        cx.emit(meta, facts);
    }
    cx.listed(&["ec2.snapshot"], &result);
}

/// Which of the account's snapshots everyone may restore, in one list instead of a call for
/// each snapshot; `None` when nobody asked.
async fn public_snapshots(cx: &Cx, public: &mut BTreeSet<String>) -> Option<Result<(), GapId>> {
    if !cx.wants("ec2.snapshot.public") {
        return None;
    }
    let clients = cx.clients();
    let list = cx.pages(
        "ec2:DescribeSnapshots",
        None,
        |token| {
            clients
                .ec2()
                .describe_snapshots()
                .owner_ids("self")
                .restorable_by_user_ids("all")
                .max_results(PAGE)
                .set_next_token(token)
                .send()
        },
        |page| {
            let snapshots = page.snapshots.unwrap_or_default();
            public.extend(snapshots.into_iter().filter_map(|item| item.snapshot_id));
            page.next_token
        },
    );
    Some(list.await)
}

fn snapshot(cx: &Cx, item: sdk::Snapshot) -> Option<(Meta, Snapshot)> {
    let id = cx.named("ec2.snapshot", "ec2:DescribeSnapshots", item.snapshot_id)?;
    let arn = owned_arn(cx, "snapshot", &id);
    let meta = meta(cx, arn, id, item.tags, None);
    let facts = Snapshot {
        volume_id: item.volume_id,
        volume_size: item.volume_size.map(i64::from),
        encrypted: item.encrypted.unwrap_or(false),
        kms_key_id: item.kms_key_id,
        state: word(item.state),
        start_time: item.start_time.as_ref().and_then(time),
        description: item.description.filter(|text| !text.is_empty()),
        storage_tier: word(item.storage_tier),
        public: Facet::not_asked(),
        publicly_restorable: Facet::not_asked(),
    };
    Some((meta, facts))
}

pub(super) async fn images(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "ec2:DescribeImages",
            None,
            |token| {
                clients
                    .ec2()
                    .describe_images()
                    .owners("self")
                    .include_disabled(true)
                    .max_results(PAGE)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for item in page.images.unwrap_or_default() {
                    if let Some((meta, facts)) = image(&cx, item) {
                        cx.emit(meta, facts);
                    }
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["ec2.image"], &result);
}

fn image(cx: &Cx, item: sdk::Image) -> Option<(Meta, Image)> {
    let id = cx.named("ec2.image", "ec2:DescribeImages", item.image_id)?;
    let arn = owned_arn(cx, "image", &id);
    let meta = meta(cx, arn, id, item.tags, None);
    let mut block_devices: Vec<ImageBlockDevice> = item
        .block_device_mappings
        .unwrap_or_default()
        .into_iter()
        .filter_map(|device| {
            let ebs = device.ebs?;
            Some(ImageBlockDevice {
                device_name: device.device_name,
                snapshot_id: ebs.snapshot_id,
                encrypted: ebs.encrypted,
                volume_size: ebs.volume_size.map(i64::from),
            })
        })
        .collect();
    block_devices.sort_by(|a, b| a.device_name.cmp(&b.device_name));
    let facts = Image {
        name: item.name,
        state: word(item.state),
        public: item.public,
        image_type: word(item.image_type),
        creation_date: moment(item.creation_date),
        deprecation_time: moment(item.deprecation_time),
        last_launched_time: moment(item.last_launched_time),
        platform_details: item.platform_details,
        virtualization_type: word(item.virtualization_type),
        root_device_type: word(item.root_device_type),
        imds_support: word(item.imds_support),
        source_image_id: item.source_image_id,
        deregistration_protection: item.deregistration_protection,
        block_devices,
    };
    Some((meta, facts))
}

/// The ARN of a snapshot or an image: AWS leaves the account out.
fn owned_arn(cx: &Cx, resource: &str, id: &str) -> String {
    format!("arn:{}:ec2:{}::{resource}/{id}", cx.partition(), cx.region)
}
