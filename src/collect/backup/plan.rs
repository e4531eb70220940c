//! Reads backup plans, with their rules and what they pick.

use super::{days, meta, tags_of};
use crate::collect::Cx;
use crate::collect::convert::time;
use crate::model::backup::{
    BackupPlan, BackupRule, BackupSelection, CopyAction, SelectionCondition,
};
use crate::model::{Facet, GapId};
use aws_sdk_backup::types as sdk;
use futures_util::future::join_all;
use tokio::join;

pub(super) async fn plans(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "backup:ListBackupPlans",
            None,
            |token| {
                clients
                    .backup()
                    .list_backup_plans()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for item in page.backup_plans_list.unwrap_or_default() {
                    let name = item.backup_plan_id.clone().unwrap_or_default();
                    cx.part("backup.plan", &name, |task| plan(task, item));
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["backup.plan"], &result);
}

async fn plan(cx: Cx, item: sdk::BackupPlansListMember) {
    let Some((arn, id)) = cx.named(
        "backup.plan",
        "backup:ListBackupPlans",
        item.backup_plan_arn.zip(item.backup_plan_id),
    ) else {
        return;
    };
    let clients = cx.clients();
    let client = clients.backup();
    let rules = cx.facet(
        "backup:GetBackupPlan",
        &arn,
        || client.get_backup_plan().backup_plan_id(&id).send(),
        |reply| {
            let plan = reply.backup_plan.ok_or("the reply holds no plan")?;
            Ok(plan.rules.into_iter().map(rule).collect())
        },
    );
    let (rules, selections, tags) = join!(
        rules,
        selections(&cx, &arn, &id),
        tags_of(&cx, "backup.plan.tags", &arn)
    );
    let name = item.backup_plan_name.unwrap_or_else(|| id.clone());
    let facts = BackupPlan {
        backup_plan_name: name.clone(),
        creation_date: item.creation_date.as_ref().and_then(time),
        last_execution_date: item.last_execution_date.as_ref().and_then(time),
        rules,
        selections,
    };
    cx.emit(meta(&cx, arn, &name, tags), facts);
}

async fn selections(cx: &Cx, arn: &str, plan: &str) -> Facet<Vec<BackupSelection>> {
    if !cx.wants("backup.plan.selections") {
        return Facet::not_asked();
    }
    read_selections(cx, arn, plan).await.into()
}

async fn read_selections(cx: &Cx, arn: &str, plan: &str) -> Result<Vec<BackupSelection>, GapId> {
    let clients = cx.clients();
    let client = clients.backup();
    let mut ids = Vec::new();
    cx.pages(
        "backup:ListBackupSelections",
        Some(arn),
        |token| {
            client
                .list_backup_selections()
                .backup_plan_id(plan)
                .max_results(1000)
                .set_next_token(token)
                .send()
        },
        |page| {
            let list = page.backup_selections_list.unwrap_or_default();
            ids.extend(list.into_iter().filter_map(|item| item.selection_id));
            page.next_token
        },
    )
    .await?;
    ids.sort();
    let reads = ids.iter().map(|id| async move {
        let operation = "backup:GetBackupSelection";
        let call = || {
            client
                .get_backup_selection()
                .backup_plan_id(plan)
                .selection_id(id)
                .send()
        };
        let reply = cx.once(operation, Some(arn), call).await?;
        reply.backup_selection.map(selection).ok_or_else(|| {
            cx.malformed(
                operation,
                Some(arn),
                "the reply holds no selection".to_owned(),
            )
        })
    });
    join_all(reads).await.into_iter().collect()
}

fn rule(rule: sdk::BackupRule) -> BackupRule {
    let lifecycle = rule.lifecycle;
    BackupRule {
        rule_name: rule.rule_name,
        target_backup_vault_name: rule.target_backup_vault_name,
        target_logically_air_gapped_backup_vault_arn: rule
            .target_logically_air_gapped_backup_vault_arn,
        schedule_expression: rule.schedule_expression,
        schedule_expression_timezone: rule.schedule_expression_timezone,
        enable_continuous_backup: rule.enable_continuous_backup.unwrap_or(false),
        move_to_cold_storage_after_days: days(
            lifecycle
                .as_ref()
                .and_then(|l| l.move_to_cold_storage_after_days),
        ),
        delete_after_days: days(lifecycle.and_then(|l| l.delete_after_days)),
        copy_actions: rule
            .copy_actions
            .unwrap_or_default()
            .into_iter()
            .map(copy_action)
            .collect(),
    }
}

fn copy_action(action: sdk::CopyAction) -> CopyAction {
    let arn = action.destination_backup_vault_arn;
    let part = |place: usize| arn.split(':').nth(place).unwrap_or_default().to_owned();
    CopyAction {
        destination_region: part(3),
        destination_account: part(4),
        delete_after_days: days(action.lifecycle.and_then(|l| l.delete_after_days)),
        destination_backup_vault_arn: arn,
    }
}

fn selection(selection: sdk::BackupSelection) -> BackupSelection {
    let sorted = |list: Option<Vec<String>>| {
        let mut list = list.unwrap_or_default();
        list.sort();
        list
    };
    let tags = selection.list_of_tags.unwrap_or_default();
    BackupSelection {
        selection_name: selection.selection_name,
        iam_role_arn: selection.iam_role_arn,
        resources: sorted(selection.resources),
        not_resources: sorted(selection.not_resources),
        list_of_tags: tags
            .into_iter()
            .map(|tag| SelectionCondition {
                operator: "StringEquals".to_owned(),
                key: tag.condition_key,
                value: tag.condition_value,
            })
            .collect(),
        conditions: selection.conditions.map(conditions).unwrap_or_default(),
    }
}

fn conditions(conditions: sdk::Conditions) -> Vec<SelectionCondition> {
    [
        ("StringEquals", conditions.string_equals),
        ("StringNotEquals", conditions.string_not_equals),
        ("StringLike", conditions.string_like),
        ("StringNotLike", conditions.string_not_like),
    ]
    .into_iter()
    .flat_map(|(operator, list)| {
        let list = list.unwrap_or_default().into_iter();
        list.map(move |condition| SelectionCondition {
            operator: operator.to_owned(),
            // The condition key is written as `aws:ResourceTag/key`.
            key: condition
                .condition_key
                .map(|key| {
                    key.strip_prefix("aws:ResourceTag/")
                        .unwrap_or(&key)
                        .to_owned()
                })
                .unwrap_or_default(),
            value: condition.condition_value.unwrap_or_default(),
        })
    })
    .collect()
}
