//! Snapshots of DB instances and DB clusters.

use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A snapshot of a DB instance that the account owns (`rds:DescribeDBSnapshots`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DbSnapshot {
    /// The DB instance that it was taken of.
    pub db_instance_identifier: Option<String>,
    /// `manual`, `automated` or `awsbackup`. Only manual ones can be shared.
    pub snapshot_type: Option<String>,
    /// `available`, `creating`, …
    pub status: Option<String>,
    /// The engine, as in `rds.db_instance`.
    pub engine: Option<String>,
    /// When it was taken; for a copy, when it was copied.
    pub snapshot_create_time: Option<DateTime<Utc>>,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// How: `none`, `sse-kms` (a key of the account or of AWS in KMS) or `sse-rds` (a key that
    /// AWS owns); `null` when AWS does not say.
    pub storage_encryption_type: Option<String>,
    /// The ARN of the KMS key; `null` when none in KMS.
    pub kms_key_id: Option<String>,
    /// The accounts that may copy or restore it, sorted; `all` is every AWS account
    /// (`rds:DescribeDBSnapshotAttributes`). Empty for one that is not manual.
    pub restore_accounts: Facet<Vec<String>>,
}

impl Kind for DbSnapshot {
    const NAME: &'static str = "rds.db_snapshot";
}

/// A snapshot of a DB cluster that the account owns (`rds:DescribeDBClusterSnapshots`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DbClusterSnapshot {
    /// The DB cluster that it was taken of.
    pub db_cluster_identifier: Option<String>,
    /// `manual`, `automated` or `awsbackup`. Only manual ones can be shared.
    pub snapshot_type: Option<String>,
    /// `available`, `creating`, …
    pub status: Option<String>,
    /// The engine, as in `rds.db_cluster`.
    pub engine: Option<String>,
    /// When it was taken; for a copy, when it was copied.
    pub snapshot_create_time: Option<DateTime<Utc>>,
    /// Whether it is encrypted.
    pub storage_encrypted: bool,
    /// How: `none`, `sse-kms` (a key of the account or of AWS in KMS) or `sse-rds` (a key that
    /// AWS owns); `null` when AWS does not say.
    pub storage_encryption_type: Option<String>,
    /// The ARN of the KMS key; `null` when none in KMS.
    pub kms_key_id: Option<String>,
    /// The accounts that may copy or restore it, sorted; `all` is every AWS account
    /// (`rds:DescribeDBClusterSnapshotAttributes`). Empty for one that is not manual.
    pub restore_accounts: Facet<Vec<String>>,
}

impl Kind for DbClusterSnapshot {
    const NAME: &'static str = "rds.db_cluster_snapshot";
}
