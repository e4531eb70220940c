"""RDS, EFS, AWS Backup."""

import re

from reading import Call, Kind
from same import policy

from .compute import region

WATCHED = (
    "rds.force_ssl",
    "require_secure_transport",
    "server_audit_logging",
    "tls",
    "audit_logs",
)


def watched(found):
    """The parameters that matter to security."""
    return [each for each in found or [] if each["ParameterName"] in WATCHED]


def parameters(item, where):
    """Those of the first parameter group."""
    groups = item.get("DBParameterGroups") or []
    if not groups:
        return []
    return watched(
        where.read(
            "rds describe-db-parameters --db-parameter-group-name {name}",
            "Parameters",
            name=groups[0]["DBParameterGroupName"],
        )
    )


def restore(attributes):
    """Who may restore a snapshot."""
    return next(
        (each["AttributeValues"] for each in attributes or [] if each["AttributeName"] == "restore"),
        [],
    )


SECURITY_GROUPS = "VpcSecurityGroups[].VpcSecurityGroupId"


def rules(plan):
    """The rules of a backup plan."""
    made = []
    for rule in plan["Rules"]:
        lifecycle = rule.get("Lifecycle", {})
        copies = []
        for copy in rule.get("CopyActions", []):
            parts = copy["DestinationBackupVaultArn"].split(":")
            copies.append(
                {
                    "destination_backup_vault_arn": copy["DestinationBackupVaultArn"],
                    "destination_account": parts[4],
                    "destination_region": parts[3],
                    "delete_after_days": copy.get("Lifecycle", {}).get("DeleteAfterDays"),
                }
            )
        made.append(
            {
                **rule,
                "enable_continuous_backup": rule.get("EnableContinuousBackup", False),
                "delete_after_days": lifecycle.get("DeleteAfterDays"),
                "move_to_cold_storage_after_days": lifecycle.get("MoveToColdStorageAfterDays"),
                "copy_actions": copies,
            }
        )
    return made


OPERATORS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike")


def selections(item, where):
    """What a plan picks, in our form."""
    of_plan = "--backup-plan-id {plan}"
    plan = item["BackupPlanId"]
    made = []
    listed = where.read(f"backup list-backup-selections {of_plan}", "BackupSelectionsList", plan=plan)
    for each in listed:
        found = where.read(
            f"backup get-backup-selection {of_plan} --selection-id {{id}}",
            "BackupSelection",
            plan=plan,
            id=each["SelectionId"],
        )
        tags = [
            {"operator": "StringEquals", "key": tag["ConditionKey"], "value": tag["ConditionValue"]}
            for tag in found.get("ListOfTags", [])
        ]
        conditions = [
            {
                "operator": operator,
                "key": condition["ConditionKey"].removeprefix("aws:ResourceTag/"),
                "value": condition["ConditionValue"],
            }
            for operator in OPERATORS
            for condition in found.get("Conditions", {}).get(operator, [])
        ]
        made.append({**found, "ListOfTags": tags, "Conditions": conditions})
    return made


def resource_types(item, where):
    """What AWS Backup protects in a Region, and what of it by itself."""
    found = where.read("backup describe-region-settings")
    managed = found.get("ResourceTypeManagementPreference", {})
    return [
        {"name": name, "opted_in": on, "fully_managed": managed.get(name)}
        for name, on in found.get("ResourceTypeOptInPreference", {}).items()
    ]


def end(path):
    """The last part of an ARN."""
    return lambda item, where: re.split("[:/]", item[path])[-1]


def recovery_points(where):
    """The recovery points of every vault."""
    for vault in where.read("backup list-backup-vaults", "BackupVaultList"):
        found = where.read(
            "backup list-recovery-points-by-backup-vault --backup-vault-name {name}",
            "RecoveryPoints",
            name=vault["BackupVaultName"],
        )
        yield from ((item, where) for item in found)


def backup_tags(path):
    """The tags of something of AWS Backup."""
    return Call("backup list-tags --resource-arn {arn}", "Tags", arn=path)


KINDS = {
    "rds.db_instance": Kind(
        "rds describe-db-instances",
        "DBInstances",
        id="DBInstanceIdentifier",
        arn="DBInstanceArn",
        facts={
            "master_user_secret_arn": "MasterUserSecret.SecretArn",
            "read_replica_source_db_instance_identifier": "ReadReplicaSourceDBInstanceIdentifier",
            "endpoint_address": "Endpoint.Address",
            "port": "Endpoint.Port",
            "certificate_valid_till": "CertificateDetails.ValidTill",
            "option_groups": "OptionGroupMemberships[].OptionGroupName",
            "vpc_id": "DBSubnetGroup.VpcId",
            "subnets": "DBSubnetGroup.Subnets[].SubnetIdentifier",
            "vpc_security_groups": SECURITY_GROUPS,
            "db_parameter_groups": "DBParameterGroups",
            "parameters": parameters,
        },
    ),
    "rds.db_cluster": Kind(
        "rds describe-db-clusters",
        "DBClusters",
        id="DBClusterIdentifier",
        arn="DBClusterArn",
        facts={
            "master_user_secret_arn": "MasterUserSecret.SecretArn",
            "internet_access_gateway_enabled": "InternetAccessGatewayEnabled",
            "db_cluster_members": "DBClusterMembers",
            "vpc_security_groups": SECURITY_GROUPS,
            "parameters": Call(
                "rds describe-db-cluster-parameters --db-cluster-parameter-group-name {name}",
                "Parameters",
                then=watched,
                name="DBClusterParameterGroup",
            ),
        },
    ),
    "rds.db_snapshot": Kind(
        "rds describe-db-snapshots",
        "DBSnapshots",
        id="DBSnapshotIdentifier",
        arn="DBSnapshotArn",
        facts={
            "restore_accounts": Call(
                "rds describe-db-snapshot-attributes --db-snapshot-identifier {id}",
                "DBSnapshotAttributesResult.DBSnapshotAttributes",
                then=restore,
                id="DBSnapshotIdentifier",
            )
        },
    ),
    "rds.db_cluster_snapshot": Kind(
        "rds describe-db-cluster-snapshots",
        "DBClusterSnapshots",
        id="DBClusterSnapshotIdentifier",
        arn="DBClusterSnapshotArn",
        facts={
            "restore_accounts": Call(
                "rds describe-db-cluster-snapshot-attributes --db-cluster-snapshot-identifier {id}",
                "DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes",
                then=restore,
                id="DBClusterSnapshotIdentifier",
            )
        },
    ),
    "efs.file_system": Kind(
        "efs describe-file-systems",
        "FileSystems",
        id="FileSystemId",
        arn="FileSystemArn",
        facts={
            "replication_overwrite_protection": "FileSystemProtection.ReplicationOverwriteProtection",
            "policy": Call(
                "efs describe-file-system-policy --file-system-id {id}",
                "Policy",
                none={"PolicyNotFound": None},
                then=policy,
                id="FileSystemId",
            ),
            "backup_policy": Call(
                "efs describe-backup-policy --file-system-id {id}",
                "BackupPolicy.Status",
                none={"PolicyNotFound": None},
                id="FileSystemId",
            ),
            "mount_targets": Call(
                "efs describe-mount-targets --file-system-id {id}", "MountTargets", id="FileSystemId"
            ),
        },
    ),
    "efs.access_point": Kind(
        "efs describe-access-points",
        "AccessPoints",
        id="AccessPointId",
        arn="AccessPointArn",
        facts={"root_directory_path": "RootDirectory.Path"},
    ),
    "backup.vault": Kind(
        "backup list-backup-vaults",
        "BackupVaultList",
        id="BackupVaultName",
        arn="BackupVaultArn",
        facts={
            "access_policy": Call(
                "backup get-backup-vault-access-policy --backup-vault-name {name}",
                "Policy",
                none={"ResourceNotFoundException": None},
                then=policy,
                name="BackupVaultName",
            ),
            "tags": backup_tags("BackupVaultArn"),
        },
    ),
    "backup.plan": Kind(
        "backup list-backup-plans",
        "BackupPlansList",
        id="BackupPlanName",
        arn="BackupPlanArn",
        facts={
            "rules": Call(
                "backup get-backup-plan --backup-plan-id {id}",
                "BackupPlan",
                then=rules,
                id="BackupPlanId",
            ),
            "selections": selections,
            "tags": backup_tags("BackupPlanArn"),
        },
    ),
    "backup.report_plan": Kind(
        "backup list-report-plans",
        "ReportPlans",
        id="ReportPlanName",
        arn="ReportPlanArn",
        facts={
            "report_template": "ReportSetting.ReportTemplate",
            "s3_bucket_name": "ReportDeliveryChannel.S3BucketName",
            "tags": backup_tags("ReportPlanArn"),
        },
    ),
    "backup.protected_resource": Kind(
        "backup list-protected-resources",
        "Results",
        id=end("ResourceArn"),
        arn="ResourceArn",
        key="arn",
        skip={"tags": "ours does not read them"},
    ),
    "backup.recovery_point": Kind(
        recovery_points,
        id=end("RecoveryPointArn"),
        arn="RecoveryPointArn",
        key="arn",
        facts={
            "delete_after_days": "Lifecycle.DeleteAfterDays",
            "delete_at": "CalculatedLifecycle.DeleteAt",
            "backup_plan_arn": "CreatedBy.BackupPlanArn",
            # Told of those that have parts.
            "is_parent": lambda item, where: item.get("IsParent", False),
        },
        skip={"tags": "ours does not read them"},
    ),
    "backup.region": Kind(
        region,
        id="Region",
        facts={"resource_types": resource_types},
        skip={"tags": "a Region has none"},
    ),
}

