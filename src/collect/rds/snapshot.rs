//! Snapshots of DB instances and DB clusters, with whom they are shared.

use super::{PAGE, meta, sorted, word};
use crate::collect::Cx;
use crate::collect::convert::time;
use crate::model::Facet;
use crate::model::rds::{DbClusterSnapshot, DbSnapshot};
use aws_sdk_rds::types as sdk;

/// The attribute that names the accounts that may restore.
const RESTORE: &str = "restore";

/// Whether a snapshot of this type can be shared at all. Automated snapshots and those of AWS
/// Backup cannot, says AWS: only a manual copy of them can.
fn can_be_shared(snapshot_type: Option<&str>) -> bool {
    !matches!(snapshot_type, Some("automated" | "awsbackup"))
}

pub(super) async fn db_snapshots(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "rds:DescribeDBSnapshots",
            None,
            |marker| {
                clients
                    .rds()
                    .describe_db_snapshots()
                    .max_records(PAGE)
                    .set_marker(marker)
                    .send()
            },
            |page| {
                for item in page.db_snapshots.unwrap_or_default() {
                    let name = item.db_snapshot_identifier.clone().unwrap_or_default();
                    cx.part("rds.db_snapshot", &name, |task| db_snapshot(task, item));
                }
                page.marker
            },
        )
        .await;
    cx.listed(&["rds.db_snapshot"], &result);
}

async fn db_snapshot(cx: Cx, item: sdk::DbSnapshot) {
    let Some(id) = cx.named(
        "rds.db_snapshot",
        "rds:DescribeDBSnapshots",
        item.db_snapshot_identifier,
    ) else {
        return;
    };
    let arn = item
        .db_snapshot_arn
        .unwrap_or_else(|| cx.arn("rds", &format!("snapshot:{id}")));
    let clients = cx.clients();
    let restore_accounts = if can_be_shared(item.snapshot_type.as_deref()) {
        cx.facet(
            "rds:DescribeDBSnapshotAttributes",
            &arn,
            || {
                clients
                    .rds()
                    .describe_db_snapshot_attributes()
                    .db_snapshot_identifier(&id)
                    .send()
            },
            |reply| {
                let result = reply
                    .db_snapshot_attributes_result
                    .ok_or_else(|| "the reply has no attributes".to_owned())?;
                let attributes = result.db_snapshot_attributes.unwrap_or_default();
                Ok(sorted(
                    attributes
                        .into_iter()
                        .filter(|attribute| attribute.attribute_name() == Some(RESTORE))
                        .flat_map(|attribute| attribute.attribute_values.unwrap_or_default()),
                ))
            },
        )
        .await
    } else {
        Facet::Known(Vec::new())
    };
    let facts = DbSnapshot {
        db_instance_identifier: item.db_instance_identifier,
        snapshot_type: item.snapshot_type,
        status: item.status,
        engine: item.engine,
        snapshot_create_time: item.snapshot_create_time.as_ref().and_then(time),
        encrypted: item.encrypted.unwrap_or(false),
        storage_encryption_type: word(item.storage_encryption_type),
        kms_key_id: item.kms_key_id,
        restore_accounts,
    };
    cx.emit(meta(&cx, arn, id, item.tag_list), facts);
}

pub(super) async fn db_cluster_snapshots(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "rds:DescribeDBClusterSnapshots",
            None,
            |marker| {
                clients
                    .rds()
                    .describe_db_cluster_snapshots()
                    .max_records(PAGE)
                    .set_marker(marker)
                    .send()
            },
            |page| {
                for item in page.db_cluster_snapshots.unwrap_or_default() {
                    let name = item
                        .db_cluster_snapshot_identifier
                        .clone()
                        .unwrap_or_default();
                    cx.part("rds.db_cluster_snapshot", &name, |task| {
                        db_cluster_snapshot(task, item)
                    });
                }
                page.marker
            },
        )
        .await;
    cx.listed(&["rds.db_cluster_snapshot"], &result);
}

async fn db_cluster_snapshot(cx: Cx, item: sdk::DbClusterSnapshot) {
    let Some(id) = cx.named(
        "rds.db_cluster_snapshot",
        "rds:DescribeDBClusterSnapshots",
        item.db_cluster_snapshot_identifier,
    ) else {
        return;
    };
    let arn = item
        .db_cluster_snapshot_arn
        .unwrap_or_else(|| cx.arn("rds", &format!("cluster-snapshot:{id}")));
    let clients = cx.clients();
    let restore_accounts = if can_be_shared(item.snapshot_type.as_deref()) {
        cx.facet(
            "rds:DescribeDBClusterSnapshotAttributes",
            &arn,
            || {
                clients
                    .rds()
                    .describe_db_cluster_snapshot_attributes()
                    .db_cluster_snapshot_identifier(&id)
                    .send()
            },
            |reply| {
                let result = reply
                    .db_cluster_snapshot_attributes_result
                    .ok_or_else(|| "the reply has no attributes".to_owned())?;
                let attributes = result.db_cluster_snapshot_attributes.unwrap_or_default();
                Ok(sorted(
                    attributes
                        .into_iter()
                        .filter(|attribute| attribute.attribute_name() == Some(RESTORE))
                        .flat_map(|attribute| attribute.attribute_values.unwrap_or_default()),
                ))
            },
        )
        .await
    } else {
        Facet::Known(Vec::new())
    };
    let facts = DbClusterSnapshot {
        db_cluster_identifier: item.db_cluster_identifier,
        snapshot_type: item.snapshot_type,
        status: item.status,
        engine: item.engine,
        snapshot_create_time: item.snapshot_create_time.as_ref().and_then(time),
        storage_encrypted: item.storage_encrypted.unwrap_or(false),
        storage_encryption_type: word(item.storage_encryption_type),
        kms_key_id: item.kms_key_id,
        restore_accounts,
    };
    cx.emit(meta(&cx, arn, id, item.tag_list), facts);
}
