//! Our kinds and frameworks in the words of Security Hub.

/// The type of resource in the AWS Security Finding Format: the names of the members of
/// `ResourceDetails` in the API's model, `AwsAccount` as Security Hub's own controls use it, and
/// `Other` for what has no type.
pub(super) fn resource(kind: &str) -> &'static str {
    match kind {
        "account" => "AwsAccount",
        "backup.plan" => "AwsBackupBackupPlan",
        "backup.recovery_point" => "AwsBackupRecoveryPoint",
        "backup.vault" => "AwsBackupBackupVault",
        "cloudtrail.trail" => "AwsCloudTrailTrail",
        "cloudwatch.alarm" => "AwsCloudWatchAlarm",
        "ec2.address" => "AwsEc2Eip",
        "ec2.client_vpn_endpoint" => "AwsEc2ClientVpnEndpoint",
        "ec2.instance" => "AwsEc2Instance",
        "ec2.launch_template" => "AwsEc2LaunchTemplate",
        "ec2.network_acl" => "AwsEc2NetworkAcl",
        "ec2.network_interface" => "AwsEc2NetworkInterface",
        "ec2.route_table" => "AwsEc2RouteTable",
        "ec2.security_group" => "AwsEc2SecurityGroup",
        "ec2.subnet" => "AwsEc2Subnet",
        "ec2.transit_gateway" => "AwsEc2TransitGateway",
        "ec2.volume" => "AwsEc2Volume",
        "ec2.vpc" => "AwsEc2Vpc",
        "ec2.vpc_endpoint_service" => "AwsEc2VpcEndpointService",
        "ec2.vpc_peering_connection" => "AwsEc2VpcPeeringConnection",
        "ec2.vpn_connection" => "AwsEc2VpnConnection",
        "efs.access_point" => "AwsEfsAccessPoint",
        "eks.cluster" => "AwsEksCluster",
        "iam.group" => "AwsIamGroup",
        "iam.policy" => "AwsIamPolicy",
        "iam.role" => "AwsIamRole",
        "iam.user" => "AwsIamUser",
        "kms.key" => "AwsKmsKey",
        "rds.db_cluster" => "AwsRdsDbCluster",
        "rds.db_cluster_snapshot" => "AwsRdsDbClusterSnapshot",
        "rds.db_instance" => "AwsRdsDbInstance",
        "rds.db_snapshot" => "AwsRdsDbSnapshot",
        "s3.access_point" => "AwsS3AccessPoint",
        "s3.bucket" => "AwsS3Bucket",
        "sns.topic" => "AwsSnsTopic",
        _ => "Other",
    }
}

/// The resource part of the ARN of Security Hub's standard for a framework, if it has one.
pub(super) fn standard(framework: &str) -> Option<&'static str> {
    match framework {
        "aws-fsbp" => Some("standards/aws-foundational-security-best-practices/v/1.0.0"),
        "cis-aws-5.0" => Some("standards/cis-aws-foundations-benchmark/v/5.0.0"),
        "nist-800-53-r5" => Some("standards/nist-800-53/v/5.0.0"),
        "pci-dss-4.0.1" => Some("standards/pci-dss/v/4.0.1"),
        _ => None,
    }
}

/// The Region of a partition's global services, where findings on what is global belong.
pub(super) fn home(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        _ => "us-east-1",
    }
}

/// Whether the format knows a partition; of others it is left out.
pub(super) fn is_partition(partition: &str) -> bool {
    matches!(partition, "aws" | "aws-cn" | "aws-us-gov")
}
