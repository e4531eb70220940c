//! DB instances, with the security parameters of their parameter groups.

use super::{PAGE, Parameters, by_name, meta, parameter_names, parameters, security_groups};
use super::{sorted, wanted, word};
use crate::collect::Cx;
use crate::collect::convert::time;
use crate::model::rds::{DbInstance, DbParameter, DbParameterGroup};
use crate::model::{Facet, Meta};
use aws_sdk_rds::types as sdk;
use futures_util::future::join_all;
use std::collections::BTreeMap;

pub(super) async fn db_instances(cx: Cx) {
    let clients = cx.clients();
    let mut found: Vec<(Meta, DbInstance)> = Vec::new();
    let result = cx
        .pages(
            "rds:DescribeDBInstances",
            None,
            |marker| {
                clients
                    .rds()
                    .describe_db_instances()
                    .max_records(PAGE)
                    .set_marker(marker)
                    .send()
            },
            |page| {
                let instances = page.db_instances.unwrap_or_default();
                found.extend(instances.into_iter().filter_map(|item| instance(&cx, item)));
                page.marker
            },
        )
        .await;
    let groups = if cx.wants("rds.db_instance.parameters") {
        parameter_groups(&cx, &found).await
    } else {
        Parameters::new()
    };
    for (meta, mut facts) in found {
        if cx.wants("rds.db_instance.parameters") {
            facts.parameters = match group(&facts).and_then(|name| groups.get(name)) {
                Some(parameters) => parameters.clone(),
                // An engine without a parameter that is judged.
                None => Facet::Known(Vec::new()),
            };
        }
        cx.emit(meta, facts);
    }
    cx.listed(&["rds.db_instance"], &result);
}

/// The first parameter group, which is the only one of every engine today.
fn group(facts: &DbInstance) -> Option<&str> {
    facts
        .db_parameter_groups
        .first()
        .map(|group| group.db_parameter_group_name.as_str())
}

/// Each parameter group is asked once, however many instances share it.
async fn parameter_groups(cx: &Cx, found: &[(Meta, DbInstance)]) -> Parameters {
    let mut names: BTreeMap<&str, &'static [&'static str]> = BTreeMap::new();
    for (_, facts) in found {
        let wanted = parameter_names(&facts.engine);
        if let Some(group) = group(facts).filter(|_| !wanted.is_empty()) {
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
            "rds:DescribeDBParameters",
            Some(&cx.arn("rds", &format!("pg:{group}"))),
            |marker| {
                clients
                    .rds()
                    .describe_db_parameters()
                    .db_parameter_group_name(group)
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

fn instance(cx: &Cx, item: sdk::DbInstance) -> Option<(Meta, DbInstance)> {
    let id = cx.named(
        "rds.db_instance",
        "rds:DescribeDBInstances",
        item.db_instance_identifier,
    )?;
    let arn = item
        .db_instance_arn
        .unwrap_or_else(|| cx.arn("rds", &format!("db:{id}")));
    let meta = meta(cx, arn, id, item.tag_list);
    let subnet_group = item.db_subnet_group;
    let endpoint = item.endpoint;
    let certificate = item.certificate_details;
    let facts = DbInstance {
        engine: item.engine?,
        engine_version: item.engine_version,
        db_instance_class: item.db_instance_class,
        db_instance_status: item.db_instance_status,
        instance_create_time: item.instance_create_time.as_ref().and_then(time),
        db_cluster_identifier: item.db_cluster_identifier,
        read_replica_source_db_instance_identifier: item.read_replica_source_db_instance_identifier,
        master_username: item.master_username.filter(|name| !name.is_empty()),
        master_user_secret_arn: item.master_user_secret.and_then(|secret| secret.secret_arn),
        port: endpoint.as_ref().and_then(|e| e.port).map(i64::from),
        endpoint_address: endpoint.and_then(|e| e.address),
        storage_encrypted: item.storage_encrypted.unwrap_or(false),
        storage_encryption_type: word(item.storage_encryption_type),
        kms_key_id: item.kms_key_id,
        publicly_accessible: item.publicly_accessible,
        multi_az: item.multi_az,
        availability_zone: item.availability_zone,
        auto_minor_version_upgrade: item.auto_minor_version_upgrade.unwrap_or(false),
        backup_retention_period: item.backup_retention_period.map(i64::from),
        deletion_protection: item.deletion_protection.unwrap_or(false),
        iam_database_authentication_enabled: item.iam_database_authentication_enabled,
        monitoring_interval: item.monitoring_interval.map(i64::from),
        performance_insights_enabled: item.performance_insights_enabled,
        performance_insights_kms_key_id: item.performance_insights_kms_key_id,
        enabled_cloudwatch_logs_exports: sorted(
            item.enabled_cloudwatch_logs_exports.unwrap_or_default(),
        ),
        copy_tags_to_snapshot: item.copy_tags_to_snapshot,
        backup_plans: Facet::not_asked(),
        ca_certificate_identifier: item.ca_certificate_identifier,
        certificate_valid_till: certificate
            .and_then(|c| c.valid_till)
            .as_ref()
            .and_then(time),
        engine_lifecycle_support: item.engine_lifecycle_support,
        db_parameter_groups: item
            .db_parameter_groups
            .unwrap_or_default()
            .into_iter()
            .filter_map(|group| {
                Some(DbParameterGroup {
                    db_parameter_group_name: group.db_parameter_group_name?,
                    parameter_apply_status: group.parameter_apply_status,
                })
            })
            .collect(),
        parameters: Facet::not_asked(),
        option_groups: sorted(
            item.option_group_memberships
                .unwrap_or_default()
                .into_iter()
                .filter_map(|group| group.option_group_name),
        ),
        vpc_id: subnet_group.as_ref().and_then(|group| group.vpc_id.clone()),
        subnets: sorted(
            subnet_group
                .and_then(|group| group.subnets)
                .unwrap_or_default()
                .into_iter()
                .filter_map(|subnet| subnet.subnet_identifier),
        ),
        public_subnets: Facet::not_asked(),
        vpc_security_groups: security_groups(item.vpc_security_groups),
    };
    Some((meta, facts))
}
