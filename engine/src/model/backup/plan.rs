//! Backup plans: what is backed up, how often, for how long, and where to.

use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A backup plan (`backup:ListBackupPlans`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BackupPlan {
    /// The plan's name.
    pub backup_plan_name: String,
    /// When it was made.
    pub creation_date: Option<DateTime<Utc>>,
    /// When it last ran; `null`: never.
    pub last_execution_date: Option<DateTime<Utc>>,
    /// When, and for how long, backups are made (`backup:GetBackupPlan`).
    pub rules: Facet<Vec<BackupRule>>,
    /// What is backed up (`backup:ListBackupSelections`, `backup:GetBackupSelection`); a
    /// resource that any of them picks is.
    pub selections: Facet<Vec<BackupSelection>>,
}

impl Kind for BackupPlan {
    const NAME: &'static str = "backup.plan";
}

/// A rule of a backup plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BackupRule {
    /// The rule's name.
    pub rule_name: String,
    /// The vault that receives the recovery points.
    pub target_backup_vault_name: String,
    /// The logically air-gapped vault that receives them as well, by ARN; `null` when none.
    pub target_logically_air_gapped_backup_vault_arn: Option<String>,
    /// When backups start, as a `cron(…)` or `rate(…)` expression; `null`: daily at 5:00.
    pub schedule_expression: Option<String>,
    /// The time zone of the schedule; `null`: UTC.
    pub schedule_expression_timezone: Option<String>,
    /// Whether backups are continuous, so that any moment can be restored.
    pub enable_continuous_backup: bool,
    /// After how many days a recovery point moves to cold storage; `null`: never.
    pub move_to_cold_storage_after_days: Option<i64>,
    /// After how many days a recovery point is deleted; `null`: never.
    pub delete_after_days: Option<i64>,
    /// The copies that are made of each recovery point.
    pub copy_actions: Vec<CopyAction>,
}

/// A copy that is made of each recovery point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CopyAction {
    /// The vault that receives the copy, by ARN.
    pub destination_backup_vault_arn: String,
    /// The account of that vault, from its ARN.
    pub destination_account: String,
    /// The Region of that vault, from its ARN.
    pub destination_region: String,
    /// After how many days the copy is deleted; `null`: never.
    pub delete_after_days: Option<i64>,
}

/// What a backup plan backs up: a resource is picked when `resources` or `list_of_tags` takes
/// it, every one of `conditions` holds, and `not_resources` does not take it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BackupSelection {
    /// The selection's name.
    pub selection_name: String,
    /// The role by which AWS Backup works.
    pub iam_role_arn: String,
    /// The resources, by ARN, `*` standing for any text; empty together with `list_of_tags`
    /// and `conditions`: all resources of the types that are opted in.
    pub resources: Vec<String>,
    /// The resources that are left out, in the same form.
    pub not_resources: Vec<String>,
    /// Tags of which any one picks a resource.
    pub list_of_tags: Vec<SelectionCondition>,
    /// Conditions on tags that must all hold.
    pub conditions: Vec<SelectionCondition>,
}

/// A condition on a tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SelectionCondition {
    /// `StringEquals`, `StringNotEquals`, `StringLike` or `StringNotLike`.
    pub operator: String,
    /// The tag's key.
    pub key: String,
    /// The value that the tag's is compared with.
    pub value: String,
}
