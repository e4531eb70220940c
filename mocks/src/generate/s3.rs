//! Buckets and all that is asked about each.

use serde_json::{Value, json};

use super::{Spec, policy, random::Random};
use crate::Account;

pub(super) fn fill(account: &mut Account, spec: &Spec, random: &mut Random) {
    let mut buckets = Vec::new();
    for number in 0..spec.mix.buckets {
        let use_of = random.word(&["logs", "data", "assets", "exports", "backups"]);
        let name = format!("{use_of}-{}-{number:05}", random.hex(6));
        let region = random.pick(&spec.regions).cloned().unwrap_or_default();
        bucket(account, spec, random, &name, &region);
        buckets.push(json!({
            "Name": name, "CreationDate": random.time(), "BucketRegion": region,
        }));
    }
    account.reply("global", "s3", "ListBuckets", json!({ "Buckets": buckets }));
    if random.chance(50) {
        let id = json!({ "AccountId": spec.id });
        let output = json!({ "PublicAccessBlockConfiguration": block(true) });
        account.reply_to(
            "global",
            "s3control",
            "GetPublicAccessBlock",
            id,
            Ok(output),
        );
    }
}

fn block(on: bool) -> Value {
    json!({
        "BlockPublicAcls": on, "IgnorePublicAcls": on, "BlockPublicPolicy": on,
        "RestrictPublicBuckets": on,
    })
}

fn bucket(account: &mut Account, spec: &Spec, random: &mut Random, name: &str, region: &str) {
    let mut set = |operation: &str, output: Value| {
        account.reply_to(
            "global",
            "s3",
            operation,
            json!({ "Bucket": name }),
            Ok(output),
        );
    };
    let algorithm = if random.chance(30) {
        let key = format!("arn:aws:kms:{region}:{}:alias/aws/s3", spec.id);
        json!({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key})
    } else {
        json!({"SSEAlgorithm": "AES256"})
    };
    let rule = json!({"ApplyServerSideEncryptionByDefault": algorithm, "BucketKeyEnabled": true});
    set(
        "GetBucketEncryption",
        json!({"ServerSideEncryptionConfiguration": {"Rules": [rule]}}),
    );
    if random.chance(60) {
        set("GetBucketVersioning", json!({"Status": "Enabled"}));
    }
    let public = random.chance(4);
    if !public && random.chance(92) {
        set(
            "GetPublicAccessBlock",
            json!({ "PublicAccessBlockConfiguration": block(true) }),
        );
    }
    let things = format!("arn:aws:s3:::{name}/*");
    let statement = if public {
        json!({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": things})
    } else {
        json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*",
               "Resource": [format!("arn:aws:s3:::{name}"), things],
               "Condition": {"Bool": {"aws:SecureTransport": "false"}}})
    };
    if public || random.chance(55) {
        set(
            "GetBucketPolicy",
            json!({"Policy": policy(statement).to_string()}),
        );
        set(
            "GetBucketPolicyStatus",
            json!({"PolicyStatus": {"IsPublic": public}}),
        );
    }
    let ownership = if random.chance(85) {
        "BucketOwnerEnforced"
    } else {
        "ObjectWriter"
    };
    set(
        "GetBucketOwnershipControls",
        json!({"OwnershipControls": {"Rules": [
            {"ObjectOwnership": ownership},
        ]}}),
    );
    if random.chance(40) {
        set(
            "GetBucketLogging",
            json!({"LoggingEnabled": {
                "TargetBucket": "access-logs", "TargetPrefix": format!("{name}/"),
            }}),
        );
    }
    if random.chance(50) {
        set(
            "GetBucketLifecycleConfiguration",
            json!({"Rules": [
                {"ID": "expire", "Filter": {"Prefix": ""}, "Status": "Enabled",
                 "Expiration": {"Days": 365}},
            ]}),
        );
    }
    if random.chance(70) {
        let team = random.word(&["platform", "orders", "finance"]);
        set(
            "GetBucketTagging",
            json!({"TagSet": [{"Key": "Team", "Value": team}]}),
        );
    }
}
