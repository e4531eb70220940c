//! Reads AWS Backup: plans, vaults, recovery points, and what is backed up.

mod plan;

use super::convert::{one_page, policy, tags, time};
use super::{Collector, Cx};
use crate::model::backup::{
    ProtectedResource, RecoveryPoint, Region, ReportPlan, ResourceType, Vault,
};
use crate::model::{CUSTOMER, Facet, GapId, Meta, Scope, Tags};
use aws_sdk_backup::types as sdk;
use futures_util::future::join_all;
use tokio::join;

pub(super) static COLLECTORS: &[Collector] = &[
    Collector {
        gives: &["backup.plan"],
        scope: Scope::Regional,
        run: |cx| Box::pin(plan::plans(cx)),
    },
    Collector {
        gives: &["backup.vault", "backup.recovery_point"],
        scope: Scope::Regional,
        run: |cx| Box::pin(vaults(cx)),
    },
    Collector {
        gives: &["backup.protected_resource"],
        scope: Scope::Regional,
        run: |cx| Box::pin(protected_resources(cx)),
    },
    Collector {
        gives: &["backup.region"],
        scope: Scope::Regional,
        run: |cx| Box::pin(region(cx)),
    },
    Collector {
        gives: &["backup.report_plan"],
        scope: Scope::Regional,
        run: |cx| Box::pin(report_plans(cx)),
    },
];

/// The tags of a resource, when `fact` is wanted.
async fn tags_of(cx: &Cx, fact: &str, arn: &str) -> Facet<Tags> {
    if !cx.wants(fact) {
        return Facet::not_asked();
    }
    let clients = cx.clients();
    let client = clients.backup();
    cx.facet(
        "backup:ListTags",
        arn,
        || {
            client
                .list_tags()
                .resource_arn(arn)
                .max_results(1000)
                .send()
        },
        |reply| {
            one_page(reply.next_token.as_deref())?;
            Ok(tags(reply.tags.unwrap_or_default()))
        },
    )
    .await
}

/// What every plan and vault has. Amazon EFS makes and keeps those of its automatic backups.
fn meta(cx: &Cx, arn: String, name: &str, tags: Facet<Tags>) -> Meta {
    let mut meta = cx.meta(arn, name, tags);
    let by_efs = name.starts_with("aws/efs/");
    meta.managed_by = if by_efs {
        "elasticfilesystem"
    } else {
        CUSTOMER
    }
    .into();
    meta
}

/// Days of a lifecycle; AWS also writes "never" as -1.
fn days(days: Option<i64>) -> Option<i64> {
    days.filter(|days| *days >= 0)
}

async fn vaults(cx: Cx) {
    let clients = cx.clients();
    let mut names = Vec::new();
    let result = cx
        .pages(
            "backup:ListBackupVaults",
            None,
            |token| {
                clients
                    .backup()
                    .list_backup_vaults()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for item in page.backup_vault_list.unwrap_or_default() {
                    names.extend(item.backup_vault_name.clone());
                    let name = item.backup_vault_name.clone().unwrap_or_default();
                    cx.part("backup.vault", &name, |task| vault(task, item));
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["backup.vault"], &result);
    if !cx.wants("backup.recovery_point") {
        return;
    }
    let lists = names.iter().map(|name| recovery_points(&cx, name));
    let lists = join_all(lists).await;
    let result = lists
        .into_iter()
        .fold(result, |first, next| first.and(next));
    cx.listed(&["backup.recovery_point"], &result);
}

async fn vault(cx: Cx, item: sdk::BackupVaultListMember) {
    let Some((name, arn)) = cx.named(
        "backup.vault",
        "backup:ListBackupVaults",
        item.backup_vault_name.zip(item.backup_vault_arn),
    ) else {
        return;
    };
    let clients = cx.clients();
    let client = clients.backup();
    let access_policy = cx.facet_or(
        "backup:GetBackupVaultAccessPolicy",
        &arn,
        &["ResourceNotFoundException"],
        None,
        || {
            client
                .get_backup_vault_access_policy()
                .backup_vault_name(&name)
                .send()
        },
        |reply| reply.policy.as_deref().map(policy).transpose(),
    );
    let (access_policy, tags) = join!(access_policy, tags_of(&cx, "backup.vault.tags", &arn));
    let facts = Vault {
        backup_vault_name: name.clone(),
        vault_type: item.vault_type.map(|kind| kind.as_str().to_owned()),
        vault_state: item.vault_state.map(|state| state.as_str().to_owned()),
        creation_date: item.creation_date.as_ref().and_then(time),
        encryption_key_arn: item.encryption_key_arn,
        encryption_key_type: item
            .encryption_key_type
            .map(|kind| kind.as_str().to_owned()),
        number_of_recovery_points: item.number_of_recovery_points,
        // AWS tells it for locked vaults only in some Regions: none is "not locked".
        locked: item.locked.unwrap_or(false),
        lock_date: item.lock_date.as_ref().and_then(time),
        min_retention_days: item.min_retention_days,
        max_retention_days: item.max_retention_days,
        access_policy,
    };
    cx.emit(meta(&cx, arn, &name, tags), facts);
}

async fn recovery_points(cx: &Cx, vault: &str) -> Result<(), GapId> {
    let clients = cx.clients();
    cx.pages(
        "backup:ListRecoveryPointsByBackupVault",
        Some(vault),
        |token| {
            clients
                .backup()
                .list_recovery_points_by_backup_vault()
                .backup_vault_name(vault)
                .max_results(1000)
                .set_next_token(token)
                .send()
        },
        |page| {
            for item in page.recovery_points.unwrap_or_default() {
                recovery_point(cx, vault, item);
            }
            page.next_token
        },
    )
    .await
}

fn recovery_point(cx: &Cx, vault: &str, item: sdk::RecoveryPointByBackupVault) {
    let Some(arn) = cx.named(
        "backup.recovery_point",
        "backup:ListRecoveryPointsByBackupVault",
        item.recovery_point_arn,
    ) else {
        return;
    };
    let lifecycle = item.lifecycle.as_ref();
    let facts = RecoveryPoint {
        backup_vault_name: item.backup_vault_name.unwrap_or_else(|| vault.to_owned()),
        vault_type: item.vault_type.map(|kind| kind.as_str().to_owned()),
        resource_arn: item.resource_arn,
        resource_type: item.resource_type,
        status: item.status.map(|status| status.as_str().to_owned()),
        status_message: item.status_message.filter(|message| !message.is_empty()),
        creation_date: item.creation_date.as_ref().and_then(time),
        is_encrypted: item.is_encrypted,
        encryption_key_arn: item.encryption_key_arn,
        encryption_key_type: item
            .encryption_key_type
            .map(|kind| kind.as_str().to_owned()),
        delete_after_days: days(lifecycle.and_then(|l| l.delete_after_days)),
        delete_at: item
            .calculated_lifecycle
            .and_then(|l| l.delete_at)
            .as_ref()
            .and_then(time),
        backup_plan_arn: item.created_by.and_then(|by| by.backup_plan_arn),
        source_backup_vault_arn: item.source_backup_vault_arn,
        last_restore_time: item.last_restore_time.as_ref().and_then(time),
        backup_size_in_bytes: item.backup_size_in_bytes,
        is_parent: item.is_parent,
    };
    // The last part of the ARN: a recovery point's or a snapshot's id.
    let id = arn.rsplit([':', '/']).next().unwrap_or(&arn).to_owned();
    cx.emit(cx.meta(arn, id, Facet::not_asked()), facts);
}

async fn protected_resources(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "backup:ListProtectedResources",
            None,
            |token| {
                clients
                    .backup()
                    .list_protected_resources()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for item in page.results.unwrap_or_default() {
                    let Some(arn) = cx.named(
                        "backup.protected_resource",
                        "backup:ListProtectedResources",
                        item.resource_arn,
                    ) else {
                        continue;
                    };
                    let id = arn.rsplit([':', '/']).next().unwrap_or(&arn).to_owned();
                    let facts = ProtectedResource {
                        resource_type: item.resource_type,
                        resource_name: item.resource_name,
                        last_backup_time: item.last_backup_time.as_ref().and_then(time),
                        last_backup_vault_arn: item.last_backup_vault_arn,
                        last_recovery_point_arn: item.last_recovery_point_arn,
                    };
                    cx.emit(cx.meta(arn, id, Facet::not_asked()), facts);
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["backup.protected_resource"], &result);
}

async fn region(cx: Cx) {
    let clients = cx.clients();
    let arn = cx.arn("backup", "region-settings");
    let resource_types = cx
        .facet(
            "backup:DescribeRegionSettings",
            &arn,
            || clients.backup().describe_region_settings().send(),
            |reply| {
                let managed = reply
                    .resource_type_management_preference
                    .unwrap_or_default();
                let opted = reply.resource_type_opt_in_preference.unwrap_or_default();
                let mut types: Vec<ResourceType> = opted
                    .into_iter()
                    .map(|(name, opted_in)| ResourceType {
                        fully_managed: managed.get(&name).copied(),
                        name,
                        opted_in,
                    })
                    .collect();
                types.sort();
                Ok(types)
            },
        )
        .await;
    let meta = cx.meta(arn, cx.region.clone(), Facet::Known(Default::default()));
    cx.emit(meta, Region { resource_types });
    cx.listed(&["backup.region"], &Ok(()));
}

async fn report_plans(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "backup:ListReportPlans",
            None,
            |token| {
                clients
                    .backup()
                    .list_report_plans()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for item in page.report_plans.unwrap_or_default() {
                    let name = item.report_plan_name.clone().unwrap_or_default();
                    cx.part("backup.report_plan", &name, |task| report_plan(task, item));
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["backup.report_plan"], &result);
}

async fn report_plan(cx: Cx, item: sdk::ReportPlan) {
    let Some((arn, name)) = cx.named(
        "backup.report_plan",
        "backup:ListReportPlans",
        item.report_plan_arn.zip(item.report_plan_name),
    ) else {
        return;
    };
    let tags = tags_of(&cx, "backup.report_plan.tags", &arn).await;
    let facts = ReportPlan {
        report_plan_name: name.clone(),
        report_template: item.report_setting.map(|setting| setting.report_template),
        s3_bucket_name: item
            .report_delivery_channel
            .map(|channel| channel.s3_bucket_name),
        deployment_status: item.deployment_status,
        last_attempted_execution_time: item.last_attempted_execution_time.as_ref().and_then(time),
        last_successful_execution_time: item.last_successful_execution_time.as_ref().and_then(time),
    };
    cx.emit(cx.meta(arn, name, tags), facts);
}
