//! DB clusters.

use super::DbParameter;
use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A DB cluster: Aurora, a Multi-AZ DB cluster, DocumentDB or Neptune
/// (`rds:DescribeDBClusters`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DbCluster {
    /// The engine: `aurora-mysql`, `aurora-postgresql`, `mysql` or `postgres` (Multi-AZ DB
    /// cluster), `docdb`, `neptune`.
    pub engine: String,
    /// The engine's version.
    pub engine_version: Option<String>,
    /// `provisioned` or `serverless` (Aurora Serverless v1); `null` when AWS does not say.
    pub engine_mode: Option<String>,
    /// The status: `available`, `stopped`, `creating`, …
    pub status: Option<String>,
    /// When it was made.
    pub cluster_create_time: Option<DateTime<Utc>>,
    /// The global database that it belongs to; `null` when none.
    pub global_cluster_identifier: Option<String>,
    /// The cluster or instance that it replicates; `null` when none.
    pub replication_source_identifier: Option<String>,
    /// The class of the instances of a Multi-AZ DB cluster; `null` for any other cluster.
    pub db_cluster_instance_class: Option<String>,
    /// The name of the master user; `null` when AWS tells none.
    pub master_username: Option<String>,
    /// The ARN of the secret in Secrets Manager in which RDS keeps and rotates the master
    /// user's password; `null` when RDS does not.
    pub master_user_secret_arn: Option<String>,
    /// The name that clients connect to.
    pub endpoint: Option<String>,
    /// The port that clients connect to; `null` when AWS does not say.
    pub port: Option<i64>,
    /// Whether the storage is encrypted.
    pub storage_encrypted: bool,
    /// How: `none`, `sse-kms` (a key of the account or of AWS in KMS) or `sse-rds` (a key that
    /// AWS owns); `null` when AWS does not say.
    pub storage_encryption_type: Option<String>,
    /// The ARN of the KMS key of the storage; `null` when none in KMS.
    pub kms_key_id: Option<String>,
    /// Whether the name of a Multi-AZ DB cluster resolves to a public address; `null` for any
    /// other cluster, where its instances tell.
    pub publicly_accessible: Option<bool>,
    /// Whether it has internet connectivity through an internet access gateway (Aurora
    /// PostgreSQL by express configuration); `null` when AWS does not say.
    pub internet_access_gateway_enabled: Option<bool>,
    /// Whether it has instances in several Availability Zones; `null` when AWS does not say.
    pub multi_az: Option<bool>,
    /// The Availability Zones that instances can be made in, sorted.
    pub availability_zones: Vec<String>,
    /// Its instances, by name.
    pub db_cluster_members: Vec<DbClusterMember>,
    /// Whether minor engine versions are installed in the maintenance window; `null` when AWS
    /// does not say.
    pub auto_minor_version_upgrade: Option<bool>,
    /// For how many days automated backups are kept; `null` when AWS does not say.
    pub backup_retention_period: Option<i64>,
    /// How far Aurora MySQL can be rewound, in seconds; 0: not at all. `null` when AWS does
    /// not say.
    pub backtrack_window: Option<i64>,
    /// Whether deleting is refused.
    pub deletion_protection: bool,
    /// Whether IAM principals can sign in with a token; `null` when AWS does not say.
    pub iam_database_authentication_enabled: Option<bool>,
    /// Whether the Data API answers; `null` when AWS does not say.
    pub http_endpoint_enabled: Option<bool>,
    /// The logs that go to CloudWatch Logs, sorted.
    pub enabled_cloudwatch_logs_exports: Vec<String>,
    /// Database activity streams: `stopped`, `starting`, `started` or `stopping`; `null` when
    /// AWS does not say.
    pub activity_stream_status: Option<String>,
    /// Whether snapshots get the cluster's tags; `null` when AWS does not say.
    pub copy_tags_to_snapshot: Option<bool>,
    /// The backup plans of AWS Backup that pick it, by ARN; what is proven: a list that is not
    /// empty may lack one that could not be read. Derived.
    pub backup_plans: Facet<Vec<String>>,
    /// `open-source-rds-extended-support`: the engine may run on, for a fee, after its
    /// standard support ends; `open-source-rds-extended-support-disabled`: it is upgraded
    /// then; `null` for other engines.
    pub engine_lifecycle_support: Option<String>,
    /// The name of the cluster parameter group; `default.…` are AWS's own.
    pub db_cluster_parameter_group: Option<String>,
    /// The security parameters of the cluster parameter group, by name
    /// (`rds:DescribeDBClusterParameters`): `rds.force_ssl`, `require_secure_transport`,
    /// `server_audit_logging`, `tls`, `audit_logs`, as far as the engine has them.
    pub parameters: Facet<Vec<DbParameter>>,
    /// The name of the subnet group.
    pub db_subnet_group: Option<String>,
    /// The ids of the security groups, sorted.
    pub vpc_security_groups: Vec<String>,
}

impl Kind for DbCluster {
    const NAME: &'static str = "rds.db_cluster";
}

/// An instance of a cluster.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DbClusterMember {
    /// The instance's name.
    pub db_instance_identifier: String,
    /// Whether it is the one that writes.
    pub is_cluster_writer: bool,
}
