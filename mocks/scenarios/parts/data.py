"""What holds data: RDS, EFS, AWS Backup."""

import json

from .base import ACCOUNT, HOME, OTHER, PARTNER, tags


def make(world):
    """Makes databases, file systems and backups."""
    databases(world)
    clusters(world)
    files(world)
    backups(world)


def databases(world):
    """Databases, and snapshots of them."""
    rds = world.aws("rds")
    rds.create_db_subnet_group(
        DBSubnetGroupName="private",
        DBSubnetGroupDescription="private subnets",
        SubnetIds=[world.ids["subnet.private-a"], world.ids["subnet.private-b"]],
    )
    rds.create_db_parameter_group(
        DBParameterGroupName="tls",
        DBParameterGroupFamily="postgres16",
        Description="refuses clear text",
    )
    rds.modify_db_parameter_group(
        DBParameterGroupName="tls",
        Parameters=[
            {
                "ParameterName": "rds.force_ssl",
                "ParameterValue": "1",
                "ApplyMethod": "pending-reboot",
            }
        ],
    )

    def database(name, **more):
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.t3.medium",
            AllocatedStorage=20,
            MasterUsername="admin",
            MasterUserPassword="not-a-secret-1",
            **more,
        )

    database(
        "good",
        Engine="postgres",
        EngineVersion="16.4",
        StorageEncrypted=True,
        KmsKeyId=world.ids.get("key.rotated.home", "alias/aws/rds"),
        PubliclyAccessible=False,
        MultiAZ=True,
        AutoMinorVersionUpgrade=True,
        BackupRetentionPeriod=14,
        DeletionProtection=True,
        EnableIAMDatabaseAuthentication=True,
        EnableCloudwatchLogsExports=["postgresql"],
        CopyTagsToSnapshot=True,
        DBSubnetGroupName="private",
        DBParameterGroupName="tls",
        VpcSecurityGroupIds=[world.ids["sg.closed"]],
        Tags=tags(team="data"),
    )
    database(
        "bad",
        Engine="mysql",
        EngineVersion="8.0.35",
        StorageEncrypted=False,
        PubliclyAccessible=True,
        MultiAZ=False,
        AutoMinorVersionUpgrade=False,
        BackupRetentionPeriod=0,
        DeletionProtection=False,
        Port=3306,
    )
    for name, of in (("kept", "good"), ("public", "bad"), ("partner", "bad")):
        rds.create_db_snapshot(DBSnapshotIdentifier=name, DBInstanceIdentifier=of)
    for name, whom in (("public", "all"), ("partner", PARTNER)):
        rds.modify_db_snapshot_attribute(
            DBSnapshotIdentifier=name, AttributeName="restore", ValuesToAdd=[whom]
        )
    world.aws("rds", OTHER).create_db_instance(
        DBInstanceIdentifier="other",
        DBInstanceClass="db.t3.medium",
        Engine="mysql",
        AllocatedStorage=20,
        MasterUsername="admin",
        MasterUserPassword="not-a-secret-1",
    )


def clusters(world):
    """Database clusters."""
    rds = world.aws("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="good-cluster",
        Engine="aurora-postgresql",
        EngineVersion="16.4",
        MasterUsername="postgres",
        MasterUserPassword="not-a-secret-1",
        StorageEncrypted=True,
        BackupRetentionPeriod=7,
        DeletionProtection=True,
        EnableIAMDatabaseAuthentication=True,
        EnableCloudwatchLogsExports=["postgresql"],
        CopyTagsToSnapshot=True,
        DBSubnetGroupName="private",
    )
    rds.create_db_instance(
        DBInstanceIdentifier="good-cluster-1",
        DBClusterIdentifier="good-cluster",
        DBInstanceClass="db.r6g.large",
        Engine="aurora-postgresql",
    )
    rds.create_db_cluster(
        DBClusterIdentifier="bad-cluster",
        Engine="aurora-mysql",
        EngineVersion="8.0.mysql_aurora.3.07.1",
        MasterUsername="admin",
        MasterUserPassword="not-a-secret-1",
        StorageEncrypted=False,
        BackupRetentionPeriod=1,
        DeletionProtection=False,
    )
    for name, of in (("cluster-kept", "good-cluster"), ("cluster-public", "bad-cluster")):
        rds.create_db_cluster_snapshot(
            DBClusterSnapshotIdentifier=name, DBClusterIdentifier=of
        )
    rds.modify_db_cluster_snapshot_attribute(
        DBClusterSnapshotIdentifier="cluster-public",
        AttributeName="restore",
        ValuesToAdd=["all"],
    )


def files(world):
    """File systems, encrypted and not, with mount targets and access points."""
    efs = world.aws("efs")

    def system(name, encrypted, **more):
        made = efs.create_file_system(
            CreationToken=name, Encrypted=encrypted, Tags=tags(Name=name), **more
        )
        return world.called(f"fs.{name}", made["FileSystemId"])

    good = system("good", True, Backup=True)
    bad = system("bad", False)
    efs.put_backup_policy(FileSystemId=good, BackupPolicy={"Status": "ENABLED"})
    efs.put_file_system_policy(
        FileSystemId=good,
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Deny",
                        "Principal": {"AWS": "*"},
                        "Action": "*",
                        "Resource": f"arn:aws:elasticfilesystem:{HOME}:{ACCOUNT}:file-system/{good}",
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ],
            }
        ),
    )
    efs.create_mount_target(
        FileSystemId=good,
        SubnetId=world.ids["subnet.private-a"],
        SecurityGroups=[world.ids["sg.closed"]],
    )
    efs.create_mount_target(
        FileSystemId=bad,
        SubnetId=world.ids["subnet.public-a"],
        SecurityGroups=[world.ids["sg.all-world"]],
    )
    for name, of, path in (("rooted", good, "/"), ("narrow", good, "/app")):
        point = efs.create_access_point(
            ClientToken=name,
            FileSystemId=of,
            Tags=tags(Name=name),
            RootDirectory={"Path": path},
            **({"PosixUser": {"Uid": 1000, "Gid": 1000}} if name == "narrow" else {}),
        )
        world.called(f"fsap.{name}", point["AccessPointId"])


def backups(world):
    """A vault that is locked, one that is not, and a plan."""
    backup = world.aws("backup")
    key = world.ids.get("key.rotated.home")
    backup.create_backup_vault(
        BackupVaultName="locked",
        EncryptionKeyArn=f"arn:aws:kms:{HOME}:{ACCOUNT}:key/{key}",
        BackupVaultTags={"team": "data"},
    )
    backup.put_backup_vault_lock_configuration(
        BackupVaultName="locked", MinRetentionDays=7, MaxRetentionDays=365
    )
    backup.create_backup_vault(BackupVaultName="unlocked")
    plan = backup.create_backup_plan(
        BackupPlan={
            "BackupPlanName": "daily",
            "Rules": [
                {
                    "RuleName": "daily",
                    "TargetBackupVaultName": "locked",
                    "ScheduleExpression": "cron(0 5 * * ? *)",
                    "Lifecycle": {"DeleteAfterDays": 35},
                    "CopyActions": [
                        {
                            "DestinationBackupVaultArn": f"arn:aws:backup:{OTHER}:{ACCOUNT}"
                            ":backup-vault:copies",
                            "Lifecycle": {"DeleteAfterDays": 35},
                        }
                    ],
                }
            ],
        }
    )
    plan = world.called("plan.daily", plan["BackupPlanId"])
    backup.create_backup_selection(
        BackupPlanId=plan,
        BackupSelection={
            "SelectionName": "databases",
            "IamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/backup",
            "Resources": ["arn:aws:rds:*:*:db:*"],
        },
    )
    backup.create_report_plan(
        ReportPlanName="backups",
        ReportDeliveryChannel={"S3BucketName": "wl-config", "Formats": ["JSON"]},
        ReportSetting={"ReportTemplate": "BACKUP_JOB_REPORT"},
    )
    world.aws("backup", OTHER).create_backup_vault(BackupVaultName="copies")
