//! Databases and their clusters.

use super::Form::{Each, Same};
use super::Row;

pub(super) const DB_CLUSTER: &[Row] = &[
    ("id > DbClusterIdentifier", Same),
    ("engine > Engine", Same),
    ("engine_version > EngineVersion", Same),
    ("engine_mode > EngineMode", Same),
    ("cluster_create_time > ClusterCreateTime", Same),
    ("endpoint > Endpoint", Same),
    ("port > Port", Same),
    ("storage_encrypted > StorageEncrypted", Same),
    ("kms_key_id > KmsKeyId", Same),
    ("multi_az > MultiAz", Same),
    ("auto_minor_version_upgrade > AutoMinorVersionUpgrade", Same),
    ("backup_retention_period > BackupRetentionPeriod", Same),
    ("deletion_protection > DeletionProtection", Same),
    (
        "iam_database_authentication_enabled > IamDatabaseAuthenticationEnabled",
        Same,
    ),
    ("http_endpoint_enabled > HttpEndpointEnabled", Same),
    (
        "enabled_cloudwatch_logs_exports > EnabledCloudWatchLogsExports",
        Same,
    ),
    ("copy_tags_to_snapshot > CopyTagsToSnapshot", Same),
    ("db_cluster_parameter_group > DbClusterParameterGroup", Same),
    ("db_subnet_group > DbSubnetGroup", Same),
    (
        "vpc_security_groups > VpcSecurityGroups",
        Each("VpcSecurityGroupId"),
    ),
];

pub(super) const DB_INSTANCE: &[Row] = &[
    ("id > DBInstanceIdentifier", Same),
    ("engine > Engine", Same),
    ("engine_version > EngineVersion", Same),
    ("db_instance_class > DBInstanceClass", Same),
    ("instance_create_time > InstanceCreateTime", Same),
    ("db_cluster_identifier > DBClusterIdentifier", Same),
    ("endpoint_address > Endpoint.Address", Same),
    ("port > Endpoint.Port", Same),
    ("storage_encrypted > StorageEncrypted", Same),
    ("kms_key_id > KmsKeyId", Same),
    ("publicly_accessible > PubliclyAccessible", Same),
    ("multi_az > MultiAz", Same),
    ("availability_zone > AvailabilityZone", Same),
    ("auto_minor_version_upgrade > AutoMinorVersionUpgrade", Same),
    ("backup_retention_period > BackupRetentionPeriod", Same),
    ("deletion_protection > DeletionProtection", Same),
    (
        "iam_database_authentication_enabled > IAMDatabaseAuthenticationEnabled",
        Same,
    ),
    ("monitoring_interval > MonitoringInterval", Same),
    (
        "performance_insights_enabled > PerformanceInsightsEnabled",
        Same,
    ),
    (
        "enabled_cloudwatch_logs_exports > EnabledCloudWatchLogsExports",
        Same,
    ),
    ("copy_tags_to_snapshot > CopyTagsToSnapshot", Same),
    ("ca_certificate_identifier > CACertificateIdentifier", Same),
    ("vpc_id > DbSubnetGroup.VpcId", Same),
    (
        "vpc_security_groups > VpcSecurityGroups",
        Each("VpcSecurityGroupId"),
    ),
];
