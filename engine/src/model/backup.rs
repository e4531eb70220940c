//! AWS Backup: plans, vaults, recovery points, and what is backed up.

mod plan;

pub use plan::{BackupPlan, BackupRule, BackupSelection, CopyAction, SelectionCondition};

use super::policy::PolicyDocument;
use super::{Facet, Kind, KindInfo, Read, Scope, Service};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "backup",
    kinds: &[
        KindInfo::of::<BackupPlan>(),
        KindInfo::of::<ProtectedResource>(),
        KindInfo::of::<RecoveryPoint>(),
        KindInfo::of::<Region>(),
        KindInfo::of::<ReportPlan>(),
        KindInfo::of::<Vault>(),
    ],
    reads: &[
        regional(
            "backup:ListBackupPlans",
            &["backup:ListBackupPlans"],
            &["backup.plan"],
            &[],
        ),
        regional(
            "backup:GetBackupPlan",
            &["backup:GetBackupPlan"],
            &["backup.plan.rules"],
            &["backup.plan"],
        ),
        regional(
            "backup:ListBackupSelections",
            &["backup:ListBackupSelections"],
            &["backup.plan.selections"],
            &["backup.plan"],
        ),
        regional(
            "backup:GetBackupSelection",
            &["backup:GetBackupSelection"],
            &["backup.plan.selections"],
            &["backup.plan.selections"],
        ),
        regional(
            "backup:ListBackupVaults",
            &["backup:ListBackupVaults"],
            &["backup.vault"],
            &[],
        ),
        regional(
            "backup:GetBackupVaultAccessPolicy",
            &["backup:GetBackupVaultAccessPolicy"],
            &["backup.vault.access_policy"],
            &["backup.vault"],
        ),
        regional(
            "backup:ListRecoveryPointsByBackupVault",
            &["backup:ListRecoveryPointsByBackupVault"],
            &["backup.recovery_point"],
            &["backup.vault"],
        ),
        regional(
            "backup:ListProtectedResources",
            &["backup:ListProtectedResources"],
            &["backup.protected_resource"],
            &[],
        ),
        regional(
            "backup:DescribeRegionSettings",
            &["backup:DescribeRegionSettings"],
            &["backup.region.resource_types"],
            &[],
        ),
        regional(
            "backup:ListReportPlans",
            &["backup:ListReportPlans"],
            &["backup.report_plan"],
            &[],
        ),
        regional(
            "backup:ListTags",
            &["backup:ListTags"],
            &[
                "backup.plan.tags",
                "backup.report_plan.tags",
                "backup.vault.tags",
            ],
            &[],
        ),
    ],
};

const fn regional(
    operation: &'static str,
    actions: &'static [&'static str],
    gives: &'static [&'static str],
    needs: &'static [&'static str],
) -> Read {
    Read {
        operation,
        actions,
        gives,
        needs,
        scope: Scope::Regional,
    }
}

/// A backup vault (`backup:ListBackupVaults`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Vault {
    /// The vault's name.
    pub backup_vault_name: String,
    /// `BACKUP_VAULT`, `LOGICALLY_AIR_GAPPED_BACKUP_VAULT` or `RESTORE_ACCESS_BACKUP_VAULT`.
    pub vault_type: Option<String>,
    /// `CREATING`, `AVAILABLE` or `FAILED`.
    pub vault_state: Option<String>,
    /// When it was made.
    pub creation_date: Option<DateTime<Utc>>,
    /// The ARN of the KMS key that encrypts what AWS Backup itself encrypts.
    pub encryption_key_arn: Option<String>,
    /// `CUSTOMER_MANAGED_KMS_KEY` or `AWS_OWNED_KMS_KEY`; `null` where AWS does not tell.
    pub encryption_key_type: Option<String>,
    /// How many recovery points it holds.
    pub number_of_recovery_points: i64,
    /// Whether Vault Lock keeps recovery points from being deleted or changed.
    pub locked: bool,
    /// When the lock becomes unchangeable (compliance mode); `null`: never, whoever may
    /// administer AWS Backup can take it off (governance mode).
    pub lock_date: Option<DateTime<Utc>>,
    /// The least retention that the lock demands, in days; `null` when none.
    pub min_retention_days: Option<i64>,
    /// The greatest retention that the lock admits, in days; `null` when none.
    pub max_retention_days: Option<i64>,
    /// The access policy (`backup:GetBackupVaultAccessPolicy`); `null` when none.
    pub access_policy: Facet<Option<PolicyDocument>>,
}

impl Kind for Vault {
    const NAME: &'static str = "backup.vault";
}

/// A recovery point in a vault (`backup:ListRecoveryPointsByBackupVault`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RecoveryPoint {
    /// The vault that holds it.
    pub backup_vault_name: String,
    /// `BACKUP_VAULT` or `LOGICALLY_AIR_GAPPED_BACKUP_VAULT`.
    pub vault_type: Option<String>,
    /// The ARN of what was backed up.
    pub resource_arn: Option<String>,
    /// The type of what was backed up, such as `EBS`, `RDS` or `S3`.
    pub resource_type: Option<String>,
    /// `COMPLETED`, `PARTIAL`, `DELETING`, `EXPIRED`, `AVAILABLE`, `STOPPED` or `CREATING`.
    pub status: Option<String>,
    /// Why it is in that state; `null` when AWS does not tell.
    pub status_message: Option<String>,
    /// When it was made.
    pub creation_date: Option<DateTime<Utc>>,
    /// Whether it is encrypted.
    pub is_encrypted: bool,
    /// The ARN of the KMS key that encrypts it.
    pub encryption_key_arn: Option<String>,
    /// `CUSTOMER_MANAGED_KMS_KEY` or `AWS_OWNED_KMS_KEY`; `null` where AWS does not tell.
    pub encryption_key_type: Option<String>,
    /// After how many days it is deleted; `null`: never.
    pub delete_after_days: Option<i64>,
    /// When it is deleted; `null`: never.
    pub delete_at: Option<DateTime<Utc>>,
    /// The plan that made it, by ARN; `null`: made on demand.
    pub backup_plan_arn: Option<String>,
    /// The vault that it was copied from; `null`: it was made here.
    pub source_backup_vault_arn: Option<String>,
    /// When it was last restored; `null`: never.
    pub last_restore_time: Option<DateTime<Utc>>,
    /// Its size, in bytes.
    pub backup_size_in_bytes: Option<i64>,
    /// Whether it only binds together the recovery points of several resources.
    pub is_parent: bool,
}

impl Kind for RecoveryPoint {
    const NAME: &'static str = "backup.recovery_point";
}

/// A resource that AWS Backup has backed up (`backup:ListProtectedResources`). Its ARN is the
/// resource's own.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ProtectedResource {
    /// The type, such as `EBS`, `RDS` or `S3`.
    pub resource_type: Option<String>,
    /// The resource's name; not unique.
    pub resource_name: Option<String>,
    /// When it was last backed up.
    pub last_backup_time: Option<DateTime<Utc>>,
    /// The vault that holds the last recovery point, by ARN.
    pub last_backup_vault_arn: Option<String>,
    /// The last recovery point, by ARN.
    pub last_recovery_point_arn: Option<String>,
}

impl Kind for ProtectedResource {
    const NAME: &'static str = "backup.protected_resource";
}

/// The settings of AWS Backup in a Region; one for each audited Region.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// The types of resource that AWS Backup can look after here
    /// (`backup:DescribeRegionSettings`), sorted.
    pub resource_types: Facet<Vec<ResourceType>>,
}

impl Kind for Region {
    const NAME: &'static str = "backup.region";
}

/// Whether AWS Backup looks after a type of resource in a Region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ResourceType {
    /// The type, such as `EBS`, `RDS` or `S3`.
    pub name: String,
    /// Whether backup plans that pick resources by tag, or all of them, take this type.
    pub opted_in: bool,
    /// Whether AWS Backup manages the backups of this type fully: with its own encryption,
    /// vault policy and ARN. `null` where AWS does not tell.
    pub fully_managed: Option<bool>,
}

/// A plan for reports on backup jobs and compliance (`backup:ListReportPlans`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ReportPlan {
    /// The plan's name.
    pub report_plan_name: String,
    /// The report, such as `BACKUP_JOB_REPORT` or `RESOURCE_COMPLIANCE_REPORT`.
    pub report_template: Option<String>,
    /// The bucket that receives the reports.
    pub s3_bucket_name: Option<String>,
    /// `CREATE_IN_PROGRESS`, `UPDATE_IN_PROGRESS`, `DELETE_IN_PROGRESS` or `COMPLETED`.
    pub deployment_status: Option<String>,
    /// When a report was last tried.
    pub last_attempted_execution_time: Option<DateTime<Utc>>,
    /// When a report was last made.
    pub last_successful_execution_time: Option<DateTime<Utc>>,
}

impl Kind for ReportPlan {
    const NAME: &'static str = "backup.report_plan";
}
