//! DB instances.

use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A DB instance (`rds:DescribeDBInstances`). One that belongs to a DB cluster (Aurora,
/// DocumentDB, Neptune, Multi-AZ DB clusters) takes encryption, backups, deletion protection
/// and log exports from the cluster.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DbInstance {
    /// The engine: `mysql`, `postgres`, `mariadb`, `oracle-ee`, `sqlserver-se`, `db2-se`,
    /// `aurora-mysql`, `aurora-postgresql`, `custom-…`, `docdb`, `neptune`, …
    pub engine: String,
    /// The engine's version.
    pub engine_version: Option<String>,
    /// The instance class, such as `db.m7g.large`.
    pub db_instance_class: Option<String>,
    /// The status: `available`, `stopped`, `creating`, …
    pub db_instance_status: Option<String>,
    /// When it was made.
    pub instance_create_time: Option<DateTime<Utc>>,
    /// The DB cluster that it belongs to; `null` when it stands alone.
    pub db_cluster_identifier: Option<String>,
    /// The DB instance that it is a read replica of; `null` when none.
    pub read_replica_source_db_instance_identifier: Option<String>,
    /// The name of the master user; `null` when AWS tells none.
    pub master_username: Option<String>,
    /// The ARN of the secret in Secrets Manager in which RDS keeps and rotates the master
    /// user's password; `null` when RDS does not.
    pub master_user_secret_arn: Option<String>,
    /// The name that clients connect to; `null` while it is being made.
    pub endpoint_address: Option<String>,
    /// The port that clients connect to; `null` while it is being made.
    pub port: Option<i64>,
    /// Whether the storage is encrypted.
    pub storage_encrypted: bool,
    /// How: `none`, `sse-kms` (a key of the account or of AWS in KMS) or `sse-rds` (a key that
    /// AWS owns); `null` when AWS does not say.
    pub storage_encryption_type: Option<String>,
    /// The ARN of the KMS key of the storage; `null` when none in KMS.
    pub kms_key_id: Option<String>,
    /// Whether its name resolves to a public address from outside the VPC; `null` when AWS
    /// does not say.
    pub publicly_accessible: Option<bool>,
    /// Whether a standby waits in another Availability Zone; `null` when AWS does not say.
    pub multi_az: Option<bool>,
    /// The Availability Zone.
    pub availability_zone: Option<String>,
    /// Whether minor engine versions are installed in the maintenance window.
    pub auto_minor_version_upgrade: bool,
    /// For how many days automated backups are kept; 0: none are made. `null` when AWS does
    /// not say.
    pub backup_retention_period: Option<i64>,
    /// Whether deleting is refused.
    pub deletion_protection: bool,
    /// Whether IAM principals can sign in with a token; `null` when AWS does not say.
    pub iam_database_authentication_enabled: Option<bool>,
    /// The seconds between two points of Enhanced Monitoring; 0: off. `null` when AWS does
    /// not say.
    pub monitoring_interval: Option<i64>,
    /// Whether Performance Insights is on; `null` when AWS does not say.
    pub performance_insights_enabled: Option<bool>,
    /// The KMS key of Performance Insights; `null` when it is off.
    pub performance_insights_kms_key_id: Option<String>,
    /// The logs that go to CloudWatch Logs, sorted.
    pub enabled_cloudwatch_logs_exports: Vec<String>,
    /// Whether snapshots get the instance's tags; `null` when AWS does not say.
    pub copy_tags_to_snapshot: Option<bool>,
    /// The backup plans of AWS Backup that pick it, by ARN; what is proven: a list that is not
    /// empty may lack one that could not be read. Derived.
    pub backup_plans: Facet<Vec<String>>,
    /// The authority of the server certificate, such as `rds-ca-rsa2048-g1`.
    pub ca_certificate_identifier: Option<String>,
    /// When the server certificate expires; `null` when AWS does not say.
    pub certificate_valid_till: Option<DateTime<Utc>>,
    /// `open-source-rds-extended-support`: the engine may run on, for a fee, after its
    /// standard support ends; `open-source-rds-extended-support-disabled`: it is upgraded
    /// then; `null` for other engines.
    pub engine_lifecycle_support: Option<String>,
    /// The parameter groups.
    pub db_parameter_groups: Vec<DbParameterGroup>,
    /// The security parameters that the first parameter group holds, by name
    /// (`rds:DescribeDBParameters`): `rds.force_ssl`, `require_secure_transport`, as far as
    /// the engine has them.
    pub parameters: Facet<Vec<DbParameter>>,
    /// The names of the option groups, sorted.
    pub option_groups: Vec<String>,
    /// The VPC; `null` when AWS does not say.
    pub vpc_id: Option<String>,
    /// The subnets of the subnet group, sorted: where it is, or may move to.
    pub subnets: Vec<String>,
    /// Those of the subnets that have a route to an internet gateway, sorted. Derived.
    pub public_subnets: Facet<Vec<String>>,
    /// The ids of the security groups, sorted.
    pub vpc_security_groups: Vec<String>,
}

impl Kind for DbInstance {
    const NAME: &'static str = "rds.db_instance";
}

/// A parameter group that an instance uses.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DbParameterGroup {
    /// The group's name; `default.…` are AWS's own, which nobody can change.
    pub db_parameter_group_name: String,
    /// `in-sync`, `applying`, `pending-reboot`, …
    pub parameter_apply_status: Option<String>,
}

/// A parameter of a parameter group.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DbParameter {
    /// The parameter's name.
    pub parameter_name: String,
    /// Its value; `null`: the engine's own default.
    pub parameter_value: Option<String>,
    /// Who set it: `user`, `system` or `engine-default`.
    pub source: Option<String>,
}
