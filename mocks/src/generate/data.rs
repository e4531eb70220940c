//! Keys, databases, file systems, backups.

use serde_json::{Value, json};

use super::{Place, policy, tags};

/// The account's keys; first of all, since the rest is encrypted with them.
pub(super) fn keys(place: &mut Place<'_>) {
    let mut listed = Vec::new();
    let mut aliases = Vec::new();
    for number in 0..place.spec.mix.keys {
        let id = place.random.uuid();
        let arn = place.arn("kms", &format!("key/{id}"));
        let input = json!({ "KeyId": id });
        let metadata = json!({
            "AWSAccountId": place.spec.id, "KeyId": id, "Arn": arn,
            "CreationDate": place.random.time(), "Enabled": true, "KeyState": "Enabled",
            "Description": format!("key {number}"), "KeyUsage": "ENCRYPT_DECRYPT",
            "KeyManager": "CUSTOMER", "KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS",
            "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "MultiRegion": false,
            "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        });
        place.reply_to(
            "kms",
            "DescribeKey",
            input.clone(),
            json!({ "KeyMetadata": metadata }),
        );
        let rotated = place.random.chance(75);
        let output = json!({ "KeyRotationEnabled": rotated });
        place.reply_to("kms", "GetKeyRotationStatus", input.clone(), output);
        let who = if place.random.chance(4) {
            "*".to_owned()
        } else {
            format!("arn:aws:iam::{}:root", place.spec.id)
        };
        let statement = json!({"Effect": "Allow", "Principal": {"AWS": who}, "Action": "kms:*",
                               "Resource": "*"});
        let document = policy(statement).to_string();
        let output = json!({"Policy": document, "PolicyName": "default"});
        place.reply_to("kms", "GetKeyPolicy", input, output);
        let name = format!("alias/key-{number:04}");
        aliases.push(json!({"AliasName": name, "TargetKeyId": id,
                            "AliasArn": place.arn("kms", &name)}));
        listed.push(json!({"KeyId": id, "KeyArn": arn}));
        place.keys.push(id);
    }
    place.reply("kms", "ListKeys", json!({ "Keys": listed }));
    place.reply("kms", "ListAliases", json!({ "Aliases": aliases }));
}

pub(super) fn fill(place: &mut Place<'_>) {
    databases(place);
    file_systems(place);
    backups(place);
}

fn databases(place: &mut Place<'_>) {
    let (mut instances, mut snapshots) = (Vec::new(), Vec::new());
    for number in 0..place.spec.mix.databases {
        let name = format!("db-{number:05}");
        let public = place.random.chance(8);
        let seat = place.seat(public);
        place.interface(&seat, "RDSNetworkInterface", public, None);
        let encrypted = place.random.chance(88);
        let key = encrypted.then(|| place.key_arn());
        let group = seat.2[0]["GroupId"].clone();
        instances.push(json!({
            "DBInstanceIdentifier": name, "DBInstanceArn": place.arn("rds", &format!("db:{name}")),
            "DBInstanceClass": "db.m6g.large", "Engine": "postgres", "EngineVersion": "16.9",
            "DBInstanceStatus": "available", "MasterUsername": "app", "AllocatedStorage": 100,
            "Endpoint": {"Address": format!("{name}.rds.amazonaws.com"), "Port": 5432},
            "InstanceCreateTime": place.random.time(),
            "BackupRetentionPeriod": if place.random.chance(85) { 7 } else { 0 },
            "MultiAZ": place.random.chance(60), "PubliclyAccessible": public,
            "StorageEncrypted": encrypted, "KmsKeyId": key,
            "AutoMinorVersionUpgrade": place.random.chance(80),
            "DeletionProtection": place.random.chance(70),
            "IAMDatabaseAuthenticationEnabled": place.random.chance(40),
            "VpcSecurityGroups": [{"VpcSecurityGroupId": group, "Status": "active"}],
            "DBParameterGroups": [{"DBParameterGroupName": "app-pg16",
                                   "ParameterApplyStatus": "in-sync"}],
            "DBSubnetGroup": {"DBSubnetGroupName": "data", "VpcId": seat.0,
                "Subnets": [{"SubnetIdentifier": seat.1, "SubnetStatus": "Active"}]},
            "CopyTagsToSnapshot": true, "TagList": tags(&mut place.random, &name),
        }));
        let snapshot = format!("{name}-manual");
        snapshots.push(json!({
            "DBSnapshotIdentifier": snapshot, "DBInstanceIdentifier": name, "Engine": "postgres",
            "DBSnapshotArn": place.arn("rds", &format!("snapshot:{snapshot}")),
            "SnapshotType": "manual", "Status": "available", "Encrypted": encrypted,
            "SnapshotCreateTime": place.random.time(), "AllocatedStorage": 100, "TagList": [],
        }));
        let values = if place.random.chance(3) {
            json!(["all"])
        } else {
            json!([])
        };
        let output = json!({"DBSnapshotAttributesResult": {
            "DBSnapshotIdentifier": snapshot,
            "DBSnapshotAttributes": [{"AttributeName": "restore", "AttributeValues": values}],
        }});
        let input = json!({ "DBSnapshotIdentifier": snapshot });
        place.reply_to("rds", "DescribeDBSnapshotAttributes", input, output);
    }
    place.reply(
        "rds",
        "DescribeDBInstances",
        json!({ "DBInstances": instances }),
    );
    place.reply(
        "rds",
        "DescribeDBSnapshots",
        json!({ "DBSnapshots": snapshots }),
    );
    let forced = if place.random.chance(60) { "1" } else { "0" };
    place.reply_to(
        "rds",
        "DescribeDBParameters",
        json!({"DBParameterGroupName": "app-pg16"}),
        json!({"Parameters": [{"ParameterName": "rds.force_ssl", "ParameterValue": forced}]}),
    );
}

fn file_systems(place: &mut Place<'_>) {
    let (mut systems, mut targets) = (Vec::new(), Vec::new());
    for number in 0..place.spec.mix.file_systems {
        let id = place.random.id("fs");
        let encrypted = place.random.chance(80);
        let seat = place.seat(false);
        let (interface, address) = place.interface(&seat, "EFS mount target", false, None);
        let name = format!("files-{number:04}");
        systems.push(json!({
            "FileSystemId": id, "OwnerId": place.spec.id, "CreationToken": name, "Name": name,
            "FileSystemArn": place.arn("elasticfilesystem", &format!("file-system/{id}")),
            "CreationTime": place.random.time(), "LifeCycleState": "available",
            "NumberOfMountTargets": 1, "SizeInBytes": {"Value": 6144},
            "PerformanceMode": "generalPurpose", "Encrypted": encrypted,
            "ThroughputMode": "elastic", "Tags": tags(&mut place.random, &name),
        }));
        targets.push(json!({
            "MountTargetId": place.random.id("fsmt"), "FileSystemId": id, "SubnetId": seat.1,
            "OwnerId": place.spec.id, "LifeCycleState": "available", "IpAddress": address,
            "NetworkInterfaceId": interface, "VpcId": seat.0,
        }));
        let status = if place.random.chance(60) {
            "ENABLED"
        } else {
            "DISABLED"
        };
        let output = json!({"BackupPolicy": {"Status": status}});
        place.reply_to(
            "efs",
            "DescribeBackupPolicy",
            json!({ "FileSystemId": id }),
            output,
        );
    }
    place.reply(
        "efs",
        "DescribeFileSystems",
        json!({ "FileSystems": systems }),
    );
    place.reply(
        "efs",
        "DescribeMountTargets",
        json!({ "MountTargets": targets }),
    );
}

fn backups(place: &mut Place<'_>) {
    if place.spec.mix.databases == 0 || !place.random.chance(70) {
        return;
    }
    let vault = json!({
        "BackupVaultName": "main", "BackupVaultArn": place.arn("backup", "backup-vault:main"),
        "CreationDate": place.random.time(), "NumberOfRecoveryPoints": 0,
        "EncryptionKeyArn": place.key_arn(), "Locked": place.random.chance(30),
    });
    place.reply_to(
        "backup",
        "DescribeBackupVault",
        json!({"BackupVaultName": "main"}),
        vault.clone(),
    );
    place.reply(
        "backup",
        "ListBackupVaults",
        json!({ "BackupVaultList": [vault] }),
    );
    let plan = place.random.uuid();
    let arn: Value = place.arn("backup", &format!("backup-plan:{plan}")).into();
    let row = json!({"BackupPlanId": plan, "BackupPlanArn": arn, "BackupPlanName": "nightly",
                     "CreationDate": "2024-02-01T10:00:00Z", "VersionId": "v1"});
    place.reply(
        "backup",
        "ListBackupPlans",
        json!({ "BackupPlansList": [row] }),
    );
    let rule = json!({"RuleName": "nightly", "TargetBackupVaultName": "main",
                      "ScheduleExpression": "cron(0 3 * * ? *)",
                      "Lifecycle": {"DeleteAfterDays": 35}, "RuleId": place.random.uuid()});
    place.reply_to(
        "backup",
        "GetBackupPlan",
        json!({ "BackupPlanId": plan }),
        json!({"BackupPlan": {"BackupPlanName": "nightly", "Rules": [rule]},
               "BackupPlanId": plan, "BackupPlanArn": arn}),
    );
}
