//! DB clusters, with the security parameters of their parameter groups.

use super::{PAGE, Parameters, by_name, meta, parameter_names, parameters, security_groups};
use super::{sorted, wanted, word};
use crate::collect::Cx;
use crate::collect::convert::time;
use crate::model::rds::{DbCluster, DbClusterMember, DbParameter};
use crate::model::{Facet, Meta};
use aws_sdk_rds::types as sdk;
use futures_util::future::join_all;
use std::collections::BTreeMap;

pub(super) async fn db_clusters(cx: Cx) {
    let clients = cx.clients();
    let mut found: Vec<(Meta, DbCluster)> = Vec::new();
    let result = cx
        .pages(
            "rds:DescribeDBClusters",
            None,
            |marker| {
                clients
                    .rds()
                    .describe_db_clusters()
                    .max_records(PAGE)
                    .set_marker(marker)
                    .send()
            },
            |page| {
                let clusters = page.db_clusters.unwrap_or_default();
                found.extend(clusters.into_iter().filter_map(|item| cluster(&cx, item)));
                page.marker
            },
        )
        .await;
    let groups = if cx.wants("rds.db_cluster.parameters") {
        parameter_groups(&cx, &found).await
    } else {
        Parameters::new()
    };
    for (meta, mut facts) in found {
        if cx.wants("rds.db_cluster.parameters") {
            let group = facts.db_cluster_parameter_group.as_deref();
            facts.parameters = match group.and_then(|name| groups.get(name)) {
                Some(parameters) => parameters.clone(),
                // An engine without a parameter that is judged.
                None => Facet::Known(Vec::new()),
            };
        }
        cx.emit(meta, facts);
    }
    cx.listed(&["rds.db_cluster"], &result);
}

/// Each parameter group is asked once, however many clusters share it.
async fn parameter_groups(cx: &Cx, found: &[(Meta, DbCluster)]) -> Parameters {
    let mut names: BTreeMap<&str, &'static [&'static str]> = BTreeMap::new();
    for (_, facts) in found {
        let wanted = parameter_names(&facts.engine);
        let group = facts.db_cluster_parameter_group.as_deref();
        if let Some(group) = group.filter(|_| !wanted.is_empty()) {
            names.insert(group, wanted);
        }
    }
    let reads = names.into_iter().map(|(group, names)| async move {
        (group.to_owned(), parameter_group(cx, group, names).await)
    });
    join_all(reads).await.into_iter().collect()
}

async fn parameter_group(cx: &Cx, group: &str, names: &[&str]) -> Facet<Vec<DbParameter>> {
    let clients = cx.clients();
    let mut list = Vec::new();
    let result = cx
        .pages(
            "rds:DescribeDBClusterParameters",
            Some(&cx.arn("rds", &format!("cluster-pg:{group}"))),
            |marker| {
                clients
                    .rds()
                    .describe_db_cluster_parameters()
                    .db_cluster_parameter_group_name(group)
                    .filters(by_name(names))
                    .max_records(PAGE)
                    .set_marker(marker)
                    .send()
            },
            |page| {
                list.extend(wanted(page.parameters, names));
                page.marker
            },
        )
        .await;
    parameters(result, list)
}

fn cluster(cx: &Cx, item: sdk::DbCluster) -> Option<(Meta, DbCluster)> {
    let id = cx.named(
        "rds.db_cluster",
        "rds:DescribeDBClusters",
        item.db_cluster_identifier,
    )?;
    let arn = item
        .db_cluster_arn
        .unwrap_or_else(|| cx.arn("rds", &format!("cluster:{id}")));
    let meta = meta(cx, arn, id, item.tag_list);
    let mut db_cluster_members: Vec<DbClusterMember> = item
        .db_cluster_members
        .unwrap_or_default()
        .into_iter()
        .filter_map(|member| {
            Some(DbClusterMember {
                db_instance_identifier: member.db_instance_identifier?,
                is_cluster_writer: member.is_cluster_writer.unwrap_or(false),
            })
        })
        .collect();
    db_cluster_members.sort_by(|a, b| a.db_instance_identifier.cmp(&b.db_instance_identifier));
    let facts = DbCluster {
        engine: item.engine?,
        engine_version: item.engine_version,
        engine_mode: item.engine_mode,
        status: item.status,
        cluster_create_time: item.cluster_create_time.as_ref().and_then(time),
        global_cluster_identifier: item.global_cluster_identifier.filter(|id| !id.is_empty()),
        replication_source_identifier: item.replication_source_identifier,
        db_cluster_instance_class: item.db_cluster_instance_class,
        master_username: item.master_username.filter(|name| !name.is_empty()),
        master_user_secret_arn: item.master_user_secret.and_then(|secret| secret.secret_arn),
        endpoint: item.endpoint,
        port: item.port.map(i64::from),
        storage_encrypted: item.storage_encrypted.unwrap_or(false),
        storage_encryption_type: word(item.storage_encryption_type),
        kms_key_id: item.kms_key_id,
        publicly_accessible: item.publicly_accessible,
        internet_access_gateway_enabled: item.internet_access_gateway_enabled,
        multi_az: item.multi_az,
        availability_zones: sorted(item.availability_zones.unwrap_or_default()),
        db_cluster_members,
        auto_minor_version_upgrade: item.auto_minor_version_upgrade,
        backup_retention_period: item.backup_retention_period.map(i64::from),
        backtrack_window: item.backtrack_window,
        deletion_protection: item.deletion_protection.unwrap_or(false),
        iam_database_authentication_enabled: item.iam_database_authentication_enabled,
        http_endpoint_enabled: item.http_endpoint_enabled,
        enabled_cloudwatch_logs_exports: sorted(
            item.enabled_cloudwatch_logs_exports.unwrap_or_default(),
        ),
        activity_stream_status: word(item.activity_stream_status),
        copy_tags_to_snapshot: item.copy_tags_to_snapshot,
        backup_plans: Facet::not_asked(),
        engine_lifecycle_support: item.engine_lifecycle_support,
        db_cluster_parameter_group: item.db_cluster_parameter_group,
        parameters: Facet::not_asked(),
        db_subnet_group: item.db_subnet_group,
        vpc_security_groups: security_groups(item.vpc_security_groups),
    };
    Some((meta, facts))
}
