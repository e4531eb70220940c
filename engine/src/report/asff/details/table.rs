//! The table of facts and fields. The fields are named as the members of `ResourceDetails` in the API's
//! model; facts that change by themselves, such as most states, are left out.

mod rds;

use Form::{Each, Is, List, Rules, Same};
use rds::{DB_CLUSTER, DB_INSTANCE};

/// How a fact becomes a field.
pub(super) enum Form {
    /// As it is: a text, a number, a switch, or a list of texts.
    Same,
    /// Whether it is this text.
    Is(&'static str),
    /// A list of texts: of each an object with this field.
    Each(&'static str),
    /// A list of objects: of each an object with these fields, fact before field.
    List(&'static [(&'static str, &'static str)]),
    /// The rules of a security group.
    Rules,
}

/// A fact, the field, and how the one becomes the other. Both may lie in objects: `a.b`. `arn`,
/// `id` and `account` are the resource's.
pub(super) type Row = (&'static str, Form);

const ATTACHED: Form = List(&[("policy_name", "PolicyName"), ("policy_arn", "PolicyArn")]);

/// The rows of a kind; none for one without fields.
pub(super) fn rows(kind: &str) -> &'static [Row] {
    match kind {
        "backup.plan" => &[("arn > BackupPlanArn", Same)],
        "backup.recovery_point" => &[
            ("arn > RecoveryPointArn", Same),
            ("backup_vault_name > BackupVaultName", Same),
            ("resource_arn > ResourceArn", Same),
            ("resource_type > ResourceType", Same),
            ("creation_date > CreationDate", Same),
            ("is_encrypted > IsEncrypted", Same),
            ("encryption_key_arn > EncryptionKeyArn", Same),
        ],
        "backup.vault" => &[
            ("arn > BackupVaultArn", Same),
            ("id > BackupVaultName", Same),
            ("encryption_key_arn > EncryptionKeyArn", Same),
        ],
        "cloudtrail.trail" => &[
            ("arn > TrailArn", Same),
            ("id > Name", Same),
            ("home_region > HomeRegion", Same),
            ("is_multi_region_trail > IsMultiRegionTrail", Same),
            ("is_organization_trail > IsOrganizationTrail", Same),
            (
                "include_global_service_events > IncludeGlobalServiceEvents",
                Same,
            ),
            (
                "log_file_validation_enabled > LogFileValidationEnabled",
                Same,
            ),
            ("s3_bucket_name > S3BucketName", Same),
            ("s3_key_prefix > S3KeyPrefix", Same),
            ("sns_topic_arn > SnsTopicArn", Same),
            (
                "cloud_watch_logs_log_group_arn > CloudWatchLogsLogGroupArn",
                Same,
            ),
            ("cloud_watch_logs_role_arn > CloudWatchLogsRoleArn", Same),
            ("kms_key_id > KmsKeyId", Same),
        ],
        "cloudwatch.alarm" => &[
            ("arn > AlarmArn", Same),
            ("id > AlarmName", Same),
            ("actions_enabled > ActionsEnabled", Same),
            ("alarm_actions > AlarmActions", Same),
        ],
        "ec2.address" => &[
            ("id > AllocationId", Same),
            ("public_ip > PublicIp", Same),
            ("domain > Domain", Same),
            ("instance_id > InstanceId", Same),
            ("network_interface_id > NetworkInterfaceId", Same),
        ],
        "ec2.client_vpn_endpoint" => &[("id > ClientVpnEndpointId", Same)],
        "ec2.instance" => INSTANCE,
        "ec2.launch_template" => &[
            ("id > Id", Same),
            ("launch_template_name > LaunchTemplateName", Same),
        ],
        "ec2.network_acl" => &[
            ("id > NetworkAclId", Same),
            ("vpc_id > VpcId", Same),
            ("is_default > IsDefault", Same),
            ("subnet_ids > Associations", Each("SubnetId")),
        ],
        "ec2.network_interface" => &[
            ("id > NetworkInterfaceId", Same),
            ("source_dest_check > SourceDestCheck", Same),
            ("security_group_ids > SecurityGroups", Each("GroupId")),
        ],
        "ec2.route_table" => &[("id > RouteTableId", Same), ("vpc_id > VpcId", Same)],
        "ec2.security_group" => &[
            ("id > GroupId", Same),
            ("group_name > GroupName", Same),
            ("vpc_id > VpcId", Same),
            ("ingress > IpPermissions", Rules),
            ("egress > IpPermissionsEgress", Rules),
        ],
        "ec2.subnet" => &[
            ("arn > SubnetArn", Same),
            ("id > SubnetId", Same),
            ("vpc_id > VpcId", Same),
            ("availability_zone > AvailabilityZone", Same),
            ("cidr_block > CidrBlock", Same),
            (
                "ipv6_cidr_blocks > Ipv6CidrBlockAssociationSet",
                Each("Ipv6CidrBlock"),
            ),
            ("default_for_az > DefaultForAz", Same),
            ("map_public_ip_on_launch > MapPublicIpOnLaunch", Same),
            (
                "assign_ipv6_address_on_creation > AssignIpv6AddressOnCreation",
                Same,
            ),
        ],
        "ec2.transit_gateway" => &[("id > Id", Same)],
        "ec2.volume" => &[
            ("id > VolumeId", Same),
            ("volume_type > VolumeType", Same),
            ("size > Size", Same),
            ("encrypted > Encrypted", Same),
            ("kms_key_id > KmsKeyId", Same),
            ("snapshot_id > SnapshotId", Same),
            ("create_time > CreateTime", Same),
            (
                "attachments > Attachments",
                List(&[
                    ("instance_id", "InstanceId"),
                    ("delete_on_termination", "DeleteOnTermination"),
                ]),
            ),
        ],
        "ec2.vpc" => &[
            ("cidr_blocks > CidrBlockAssociationSet", Each("CidrBlock")),
            (
                "ipv6_cidr_blocks > Ipv6CidrBlockAssociationSet",
                Each("Ipv6CidrBlock"),
            ),
            ("state > State", Same),
        ],
        "ec2.vpc_endpoint_service" => &[("id > ServiceId", Same)],
        "ec2.vpc_peering_connection" => &[("id > VpcPeeringConnectionId", Same)],
        "ec2.vpn_connection" => &[("id > VpnConnectionId", Same)],
        "efs.access_point" => &[
            ("arn > Arn", Same),
            ("id > AccessPointId", Same),
            ("file_system_id > FileSystemId", Same),
            ("root_directory_path > RootDirectory.Path", Same),
        ],
        "eks.cluster" => &[
            ("arn > Arn", Same),
            ("id > Name", Same),
            ("version > Version", Same),
            ("role_arn > RoleArn", Same),
            ("endpoint > Endpoint", Same),
            (
                "endpoint_public_access > ResourcesVpcConfig.EndpointPublicAccess",
                Same,
            ),
            ("subnet_ids > ResourcesVpcConfig.SubnetIds", Same),
            (
                "security_group_ids > ResourcesVpcConfig.SecurityGroupIds",
                Same,
            ),
        ],
        "iam.group" => &[
            ("id > GroupName", Same),
            ("path > Path", Same),
            ("group_id > GroupId", Same),
            ("create_date > CreateDate", Same),
            ("attached_policies > AttachedManagedPolicies", ATTACHED),
        ],
        "iam.policy" => &[
            ("id > PolicyName", Same),
            ("path > Path", Same),
            ("policy_id > PolicyId", Same),
            ("create_date > CreateDate", Same),
            ("update_date > UpdateDate", Same),
            ("default_version_id > DefaultVersionId", Same),
            ("is_attachable > IsAttachable", Same),
            ("attachment_count > AttachmentCount", Same),
            (
                "permissions_boundary_usage_count > PermissionsBoundaryUsageCount",
                Same,
            ),
        ],
        "iam.role" => &[
            ("id > RoleName", Same),
            ("path > Path", Same),
            ("role_id > RoleId", Same),
            ("create_date > CreateDate", Same),
            ("max_session_duration > MaxSessionDuration", Same),
            ("attached_policies > AttachedManagedPolicies", ATTACHED),
            (
                "instance_profiles > InstanceProfileList",
                Each("InstanceProfileName"),
            ),
            (
                "permissions_boundary > PermissionsBoundary.PermissionsBoundaryArn",
                Same,
            ),
        ],
        "iam.user" => &[
            ("id > UserName", Same),
            ("path > Path", Same),
            ("user_id > UserId", Same),
            ("create_date > CreateDate", Same),
            ("groups > GroupList", Same),
            ("attached_policies > AttachedManagedPolicies", ATTACHED),
            (
                "permissions_boundary > PermissionsBoundary.PermissionsBoundaryArn",
                Same,
            ),
        ],
        "kms.key" => &[
            ("id > KeyId", Same),
            ("account > AWSAccountId", Same),
            ("metadata.key_manager > KeyManager", Same),
            ("metadata.key_state > KeyState", Same),
            ("metadata.origin > Origin", Same),
            ("rotation.key_rotation_enabled > KeyRotationStatus", Same),
        ],
        "rds.db_cluster" => DB_CLUSTER,
        "rds.db_cluster_snapshot" => &[
            ("id > DbClusterSnapshotIdentifier", Same),
            ("db_cluster_identifier > DbClusterIdentifier", Same),
            ("engine > Engine", Same),
            ("snapshot_type > SnapshotType", Same),
            ("snapshot_create_time > SnapshotCreateTime", Same),
            ("storage_encrypted > StorageEncrypted", Same),
            ("kms_key_id > KmsKeyId", Same),
        ],
        "rds.db_instance" => DB_INSTANCE,
        "rds.db_snapshot" => &[
            ("id > DbSnapshotIdentifier", Same),
            ("db_instance_identifier > DbInstanceIdentifier", Same),
            ("engine > Engine", Same),
            ("snapshot_type > SnapshotType", Same),
            ("snapshot_create_time > SnapshotCreateTime", Same),
            ("encrypted > Encrypted", Same),
            ("kms_key_id > KmsKeyId", Same),
        ],
        "s3.access_point" => ACCESS_POINT,
        "s3.bucket" => BUCKET,
        "sns.topic" => &[
            ("id > TopicName", Same),
            ("kms_master_key_id > KmsMasterKeyId", Same),
        ],
        _ => &[],
    }
}

const INSTANCE: &[Row] = &[
    ("instance_type > Type", Same),
    ("image_id > ImageId", Same),
    ("vpc_id > VpcId", Same),
    ("subnet_id > SubnetId", Same),
    ("iam_instance_profile > IamInstanceProfileArn", Same),
    ("key_name > KeyName", Same),
    ("launch_time > LaunchedAt", Same),
    ("virtualization_type > VirtualizationType", Same),
    ("monitoring > Monitoring.State", Same),
    (
        "metadata_options.http_endpoint > MetadataOptions.HttpEndpoint",
        Same,
    ),
    (
        "metadata_options.http_tokens > MetadataOptions.HttpTokens",
        Same,
    ),
    (
        "metadata_options.http_put_response_hop_limit > MetadataOptions.HttpPutResponseHopLimit",
        Same,
    ),
];

const ACCESS_POINT: &[Row] = &[
    ("arn > AccessPointArn", Same),
    ("id > Name", Same),
    ("bucket > Bucket", Same),
    ("bucket_account_id > BucketAccountId", Same),
    ("network_origin > NetworkOrigin", Same),
    ("vpc_id > VpcConfiguration.VpcId", Same),
    (
        "public_access_block.block_public_acls > PublicAccessBlockConfiguration.BlockPublicAcls",
        Same,
    ),
    (
        "public_access_block.ignore_public_acls > PublicAccessBlockConfiguration.IgnorePublicAcls",
        Same,
    ),
    (
        "public_access_block.block_public_policy > PublicAccessBlockConfiguration.BlockPublicPolicy",
        Same,
    ),
    (
        "public_access_block.restrict_public_buckets > PublicAccessBlockConfiguration.RestrictPublicBuckets",
        Same,
    ),
];

const BUCKET: &[Row] = &[
    ("id > Name", Same),
    ("account > OwnerAccountId", Same),
    (
        "encryption > ServerSideEncryptionConfiguration.Rules",
        List(&[
            (
                "sse_algorithm",
                "ApplyServerSideEncryptionByDefault.SSEAlgorithm",
            ),
            (
                "kms_master_key_id",
                "ApplyServerSideEncryptionByDefault.KMSMasterKeyID",
            ),
        ]),
    ),
    (
        "public_access_block.block_public_acls > PublicAccessBlockConfiguration.BlockPublicAcls",
        Same,
    ),
    (
        "public_access_block.ignore_public_acls > PublicAccessBlockConfiguration.IgnorePublicAcls",
        Same,
    ),
    (
        "public_access_block.block_public_policy > PublicAccessBlockConfiguration.BlockPublicPolicy",
        Same,
    ),
    (
        "public_access_block.restrict_public_buckets > PublicAccessBlockConfiguration.RestrictPublicBuckets",
        Same,
    ),
    (
        "versioning.status > BucketVersioningConfiguration.Status",
        Same,
    ),
    (
        "versioning.mfa_delete > BucketVersioningConfiguration.IsMfaDeleteEnabled",
        Is("Enabled"),
    ),
    (
        "logging.target_bucket > BucketLoggingConfiguration.DestinationBucketName",
        Same,
    ),
    (
        "logging.target_prefix > BucketLoggingConfiguration.LogFilePrefix",
        Same,
    ),
];
