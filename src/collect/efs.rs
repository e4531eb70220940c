//! Reads Amazon EFS: file systems and access points.

use super::convert::{policy, tags, time};
use super::{Collector, Cx};
use crate::model::efs::{AccessPoint, FileSystem, MountTarget, PosixUser};
use crate::model::{Facet, Scope};
use aws_sdk_efs::types as sdk;
use tokio::join;

pub(super) static COLLECTORS: &[Collector] = &[
    Collector {
        gives: &["efs.file_system"],
        scope: Scope::Regional,
        run: |cx| Box::pin(file_systems(cx)),
    },
    Collector {
        gives: &["efs.access_point"],
        scope: Scope::Regional,
        run: |cx| Box::pin(access_points(cx)),
    },
];

/// The page of every list that takes a size.
const PAGE: i32 = 100;

async fn file_systems(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "efs:DescribeFileSystems",
            None,
            |marker| {
                clients
                    .efs()
                    .describe_file_systems()
                    .max_items(PAGE)
                    .set_marker(marker)
                    .send()
            },
            |page| {
                for item in page.file_systems.unwrap_or_default() {
                    let name = item.file_system_id.clone();
                    cx.part("efs.file_system", &name, |task| file_system(task, item));
                }
                page.next_marker
            },
        )
        .await;
    cx.listed(&["efs.file_system"], &result);
}

async fn file_system(cx: Cx, item: sdk::FileSystemDescription) {
    let id = item.file_system_id;
    let arn = item
        .file_system_arn
        .unwrap_or_else(|| cx.arn("elasticfilesystem", &format!("file-system/{id}")));
    let clients = cx.clients();
    let efs = clients.efs();
    let file_system_policy = cx.facet_or(
        "efs:DescribeFileSystemPolicy",
        &arn,
        &["PolicyNotFound"],
        None,
        || efs.describe_file_system_policy().file_system_id(&id).send(),
        |reply| reply.policy.as_deref().map(policy).transpose(),
    );
    let backup_policy = cx.facet_or(
        "efs:DescribeBackupPolicy",
        &arn,
        &["PolicyNotFound"],
        None,
        || efs.describe_backup_policy().file_system_id(&id).send(),
        |reply| {
            Ok(reply
                .backup_policy
                .map(|policy| policy.status.as_str().to_owned()))
        },
    );
    let mount_targets = mount_targets(&cx, &arn, &id);
    let (policy, backup_policy, mount_targets) =
        join!(file_system_policy, backup_policy, mount_targets);
    let protection = item.file_system_protection;
    let facts = FileSystem {
        name: item.name,
        life_cycle_state: item.life_cycle_state.as_str().to_owned(),
        creation_time: time(&item.creation_time),
        encrypted: item.encrypted.unwrap_or(false),
        kms_key_id: item.kms_key_id,
        performance_mode: item.performance_mode.as_str().to_owned(),
        throughput_mode: item.throughput_mode.map(|mode| mode.as_str().to_owned()),
        availability_zone_name: item.availability_zone_name,
        number_of_mount_targets: i64::from(item.number_of_mount_targets),
        replication_overwrite_protection: protection
            .and_then(|protection| protection.replication_overwrite_protection)
            .map(|state| state.as_str().to_owned()),
        policy,
        backup_policy,
        backup_plans: Facet::not_asked(),
        mount_targets,
        public_ip_subnets: Facet::not_asked(),
    };
    let tags = tags(item.tags.into_iter().map(|tag| (tag.key, tag.value)));
    cx.emit(cx.meta(arn, id, Facet::Known(tags)), facts);
}

async fn mount_targets(cx: &Cx, arn: &str, id: &str) -> Facet<Vec<MountTarget>> {
    if !cx.wants("efs.file_system.mount_targets") {
        return Facet::not_asked();
    }
    let clients = cx.clients();
    let mut list: Vec<MountTarget> = Vec::new();
    let result = cx
        .pages(
            "efs:DescribeMountTargets",
            Some(arn),
            |marker| {
                clients
                    .efs()
                    .describe_mount_targets()
                    .file_system_id(id)
                    .max_items(PAGE)
                    .set_marker(marker)
                    .send()
            },
            |page| {
                let targets = page.mount_targets.unwrap_or_default();
                list.extend(targets.into_iter().map(mount_target));
                page.next_marker
            },
        )
        .await;
    list.sort_by(|a, b| a.mount_target_id.cmp(&b.mount_target_id));
    result.map(|()| list).into()
}

fn mount_target(target: sdk::MountTargetDescription) -> MountTarget {
    MountTarget {
        mount_target_id: target.mount_target_id,
        subnet_id: target.subnet_id,
        vpc_id: target.vpc_id,
        availability_zone_name: target.availability_zone_name,
        ip_address: target.ip_address,
        network_interface_id: target.network_interface_id,
        life_cycle_state: target.life_cycle_state.as_str().to_owned(),
    }
}

async fn access_points(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "efs:DescribeAccessPoints",
            None,
            |token| {
                clients
                    .efs()
                    .describe_access_points()
                    .max_results(PAGE)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for item in page.access_points.unwrap_or_default() {
                    access_point(&cx, item);
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["efs.access_point"], &result);
}

fn access_point(cx: &Cx, item: sdk::AccessPointDescription) {
    let Some(id) = cx.named(
        "efs.access_point",
        "efs:DescribeAccessPoints",
        item.access_point_id,
    ) else {
        return;
    };
    let arn = item
        .access_point_arn
        .unwrap_or_else(|| cx.arn("elasticfilesystem", &format!("access-point/{id}")));
    let facts = AccessPoint {
        name: item.name,
        file_system_id: item.file_system_id,
        life_cycle_state: item.life_cycle_state.map(|state| state.as_str().to_owned()),
        root_directory_path: item.root_directory.and_then(|root| root.path),
        posix_user: item.posix_user.map(|user| {
            let mut secondary_gids = user.secondary_gids.unwrap_or_default();
            secondary_gids.sort_unstable();
            PosixUser {
                uid: user.uid,
                gid: user.gid,
                secondary_gids,
            }
        }),
    };
    let pairs = item
        .tags
        .unwrap_or_default()
        .into_iter()
        .map(|tag| (tag.key, tag.value));
    cx.emit(cx.meta(arn, id, Facet::Known(tags(pairs))), facts);
}
