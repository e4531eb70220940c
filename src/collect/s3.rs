//! Reads Amazon S3: the buckets of the account that lie in the audited Regions, and the access
//! points.

mod access_points;

use super::convert::{policy, tags, time};
use super::{Collector, Cx};
use crate::model::s3::{
    Bucket, EncryptionRule, Grant, LifecycleRule, Logging, Notification, ObjectLock, PolicyStatus,
    PublicAccessBlock, ReplicationRule, Versioning,
};
use crate::model::{Facet, Scope};
use aws_sdk_s3::types as sdk;
use tokio::join;

pub(super) static COLLECTORS: &[Collector] = &[
    Collector {
        gives: &["s3.bucket"],
        scope: Scope::Global,
        run: |cx| Box::pin(buckets(cx)),
    },
    Collector {
        gives: &["s3.access_point"],
        scope: Scope::Regional,
        run: |cx| Box::pin(access_points::access_points(cx)),
    },
    Collector {
        gives: &["s3.multi_region_access_point"],
        scope: Scope::Global,
        run: |cx| Box::pin(access_points::multi_region_access_points(cx)),
    },
];

async fn buckets(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "s3:ListBuckets",
            None,
            |token| {
                clients
                    .s3()
                    .list_buckets()
                    .max_buckets(1000)
                    .set_continuation_token(token)
                    .send()
            },
            |page| {
                for item in page.buckets.unwrap_or_default() {
                    let name = item.name.clone().unwrap_or_default();
                    cx.part("s3.bucket", &name, |task| bucket(task, item));
                }
                page.continuation_token
            },
        )
        .await;
    cx.listed(&["s3.bucket"], &result);
}

async fn bucket(cx: Cx, item: sdk::Bucket) {
    let Some(name) = cx.named("s3.bucket", "s3:ListBuckets", item.name) else {
        return;
    };
    // AWS tells each bucket's Region in a paged list; an endpoint that does not is asked in
    // its home Region, from which S3 answers for all.
    let region = item
        .bucket_region
        .unwrap_or_else(|| crate::aws::session::home_region(cx.partition()).to_owned());
    if !cx.audits(&region) {
        return;
    }
    let cx = cx.in_region(&region);
    let arn = format!("arn:{}:s3:::{name}", cx.partition());
    let clients = cx.clients();
    let s3 = clients.s3();

    let encryption = Box::pin(cx.facet_or(
        "s3:GetBucketEncryption",
        &arn,
        &["ServerSideEncryptionConfigurationNotFoundError"],
        Vec::new(),
        || s3.get_bucket_encryption().bucket(&name).send(),
        |reply| {
            let rules = reply.server_side_encryption_configuration;
            Ok(rules
                .into_iter()
                .flat_map(|c| c.rules)
                .filter_map(encryption_rule)
                .collect())
        },
    ));
    let versioning = Box::pin(cx.facet(
        "s3:GetBucketVersioning",
        &arn,
        || s3.get_bucket_versioning().bucket(&name).send(),
        |reply| {
            Ok(Versioning {
                status: reply.status.map(|status| status.as_str().to_owned()),
                mfa_delete: reply.mfa_delete.map(|status| status.as_str().to_owned()),
            })
        },
    ));
    let public_access_block = Box::pin(cx.facet_or(
        "s3:GetPublicAccessBlock",
        &arn,
        &["NoSuchPublicAccessBlockConfiguration"],
        None,
        || s3.get_public_access_block().bucket(&name).send(),
        |reply| {
            let block = reply.public_access_block_configuration;
            Ok(block.map(|block| {
                public_access_block(
                    block.block_public_acls,
                    block.ignore_public_acls,
                    block.block_public_policy,
                    block.restrict_public_buckets,
                )
            }))
        },
    ));
    let bucket_policy = Box::pin(cx.facet_or(
        "s3:GetBucketPolicy",
        &arn,
        &["NoSuchBucketPolicy"],
        None,
        || s3.get_bucket_policy().bucket(&name).send(),
        |reply| reply.policy.as_deref().map(policy).transpose(),
    ));
    let policy_status = Box::pin(cx.facet_or(
        "s3:GetBucketPolicyStatus",
        &arn,
        &["NoSuchBucketPolicy"],
        None,
        || s3.get_bucket_policy_status().bucket(&name).send(),
        |reply| {
            Ok(reply.policy_status.map(|status| PolicyStatus {
                is_public: status.is_public.unwrap_or(false),
            }))
        },
    ));
    let acl = Box::pin(cx.facet(
        "s3:GetBucketAcl",
        &arn,
        || s3.get_bucket_acl().bucket(&name).send(),
        |reply| {
            Ok(reply
                .grants
                .unwrap_or_default()
                .into_iter()
                .map(grant)
                .collect())
        },
    ));
    let object_ownership = Box::pin(cx.facet_or(
        "s3:GetBucketOwnershipControls",
        &arn,
        &["OwnershipControlsNotFoundError"],
        None,
        || s3.get_bucket_ownership_controls().bucket(&name).send(),
        |reply| {
            let rules = reply.ownership_controls.map(|controls| controls.rules);
            Ok(rules
                .unwrap_or_default()
                .into_iter()
                .next()
                .map(|rule| rule.object_ownership.as_str().to_owned()))
        },
    ));
    let logging = Box::pin(cx.facet(
        "s3:GetBucketLogging",
        &arn,
        || s3.get_bucket_logging().bucket(&name).send(),
        |reply| {
            Ok(reply.logging_enabled.map(|logging| Logging {
                target_bucket: logging.target_bucket,
                target_prefix: logging.target_prefix,
            }))
        },
    ));
    let lifecycle_rules = Box::pin(cx.facet_or(
        "s3:GetBucketLifecycleConfiguration",
        &arn,
        &["NoSuchLifecycleConfiguration"],
        Vec::new(),
        || s3.get_bucket_lifecycle_configuration().bucket(&name).send(),
        |reply| {
            Ok(reply
                .rules
                .unwrap_or_default()
                .into_iter()
                .map(lifecycle_rule)
                .collect())
        },
    ));
    let object_lock = Box::pin(cx.facet_or(
        "s3:GetObjectLockConfiguration",
        &arn,
        &["ObjectLockConfigurationNotFoundError"],
        None,
        || s3.get_object_lock_configuration().bucket(&name).send(),
        |reply| Ok(reply.object_lock_configuration.map(object_lock)),
    ));
    let replication_rules = Box::pin(cx.facet_or(
        "s3:GetBucketReplication",
        &arn,
        &["ReplicationConfigurationNotFoundError"],
        Vec::new(),
        || s3.get_bucket_replication().bucket(&name).send(),
        |reply| {
            let rules = reply.replication_configuration.map(|c| c.rules);
            Ok(rules
                .unwrap_or_default()
                .into_iter()
                .map(replication_rule)
                .collect())
        },
    ));
    let bucket_tags = Box::pin(cx.facet_or(
        "s3:GetBucketTagging",
        &arn,
        &["NoSuchTagSet"],
        Default::default(),
        || s3.get_bucket_tagging().bucket(&name).send(),
        |reply| {
            Ok(tags(
                reply.tag_set.into_iter().map(|tag| (tag.key, tag.value)),
            ))
        },
    ));
    let notification = Box::pin(cx.facet(
        "s3:GetBucketNotificationConfiguration",
        &arn,
        || {
            s3.get_bucket_notification_configuration()
                .bucket(&name)
                .send()
        },
        |reply| {
            let topics = reply.topic_configurations.unwrap_or_default();
            let queues = reply.queue_configurations.unwrap_or_default();
            let functions = reply.lambda_function_configurations.unwrap_or_default();
            let mut destinations: Vec<String> = topics
                .into_iter()
                .map(|topic| topic.topic_arn)
                .chain(queues.into_iter().map(|queue| queue.queue_arn))
                .chain(
                    functions
                        .into_iter()
                        .map(|function| function.lambda_function_arn),
                )
                .collect();
            destinations.sort();
            Ok(Notification {
                event_bridge: reply.event_bridge_configuration.is_some(),
                destinations,
            })
        },
    ));
    // All in one: what stands in a second `join!` would not be asked before the first has ended. Each in
    // a box: else all of them would lie in every bucket's state twice.
    let (
        encryption,
        versioning,
        public_access_block,
        bucket_policy,
        policy_status,
        acl,
        object_ownership,
        logging,
        lifecycle_rules,
        object_lock,
        replication_rules,
        tags,
        notification,
    ) = join!(
        encryption,
        versioning,
        public_access_block,
        bucket_policy,
        policy_status,
        acl,
        object_ownership,
        logging,
        lifecycle_rules,
        object_lock,
        replication_rules,
        bucket_tags,
        notification,
    );
    let facts = Bucket {
        creation_date: item.creation_date.as_ref().and_then(time),
        name: name.clone(),
        encryption,
        versioning,
        public_access_block,
        effective_public_access_block: Facet::not_asked(),
        policy: bucket_policy,
        policy_status,
        acl,
        object_ownership,
        logging,
        lifecycle_rules,
        object_lock,
        replication_rules,
        notification,
        access_logs_of: Facet::not_asked(),
        replica_regions: Facet::not_asked(),
        log_destination_of: Facet::not_asked(),
    };
    cx.emit(cx.meta(arn, name, tags), facts);
}

fn encryption_rule(rule: sdk::ServerSideEncryptionRule) -> Option<EncryptionRule> {
    let default = rule.apply_server_side_encryption_by_default?;
    Some(EncryptionRule {
        sse_algorithm: default.sse_algorithm.as_str().to_owned(),
        kms_master_key_id: default.kms_master_key_id,
        bucket_key_enabled: rule.bucket_key_enabled.unwrap_or(false),
    })
}

/// The four switches, each off when AWS does not tell it.
fn public_access_block(
    block_public_acls: Option<bool>,
    ignore_public_acls: Option<bool>,
    block_public_policy: Option<bool>,
    restrict_public_buckets: Option<bool>,
) -> PublicAccessBlock {
    PublicAccessBlock {
        block_public_acls: block_public_acls.unwrap_or(false),
        ignore_public_acls: ignore_public_acls.unwrap_or(false),
        block_public_policy: block_public_policy.unwrap_or(false),
        restrict_public_buckets: restrict_public_buckets.unwrap_or(false),
    }
}

fn grant(grant: sdk::Grant) -> Grant {
    let grantee = grant.grantee;
    Grant {
        grantee_type: grantee.as_ref().map(|g| g.r#type.as_str().to_owned()),
        grantee: grantee.and_then(|g| g.uri.or(g.id).or(g.email_address)),
        permission: grant.permission.map(|p| p.as_str().to_owned()),
    }
}

/// A filter that is empty, or of an empty prefix, is for all objects.
fn whole_bucket(rule: &sdk::LifecycleRule) -> bool {
    // Configurations from before there were filters have the prefix beside them.
    #[allow(deprecated)]
    let old = rule.prefix();
    let filter = rule.filter();
    let narrowed = filter.is_some_and(|f| {
        let by_size = f.object_size_greater_than.is_some() || f.object_size_less_than.is_some();
        by_size || f.tag.is_some() || f.and.is_some()
    });
    let mut prefixes = old.into_iter().chain(filter.and_then(|f| f.prefix()));
    !narrowed && prefixes.all(str::is_empty)
}

fn lifecycle_rule(rule: sdk::LifecycleRule) -> LifecycleRule {
    let whole_bucket = whole_bucket(&rule);
    let noncurrent = rule.noncurrent_version_expiration;
    let abort = rule.abort_incomplete_multipart_upload;
    LifecycleRule {
        id: rule.id,
        status: rule.status.as_str().to_owned(),
        whole_bucket,
        expiration_days: rule.expiration.and_then(|e| e.days).map(i64::from),
        noncurrent_version_expiration_days: noncurrent
            .and_then(|e| e.noncurrent_days)
            .map(i64::from),
        abort_incomplete_multipart_upload_days: abort
            .and_then(|a| a.days_after_initiation)
            .map(i64::from),
        transitions: rule
            .transitions
            .unwrap_or_default()
            .into_iter()
            .filter_map(|t| t.storage_class)
            .map(|class| class.as_str().to_owned())
            .collect(),
    }
}

fn object_lock(lock: sdk::ObjectLockConfiguration) -> ObjectLock {
    let retention = lock.rule.and_then(|rule| rule.default_retention);
    ObjectLock {
        enabled: lock.object_lock_enabled.is_some(),
        mode: retention
            .as_ref()
            .and_then(|r| r.mode.as_ref())
            .map(|mode| mode.as_str().to_owned()),
        days: retention.as_ref().and_then(|r| r.days).map(i64::from),
        years: retention.as_ref().and_then(|r| r.years).map(i64::from),
    }
}

fn replication_rule(rule: sdk::ReplicationRule) -> ReplicationRule {
    let destination = rule.destination;
    ReplicationRule {
        id: rule.id,
        status: rule.status.as_str().to_owned(),
        destination_bucket: destination.as_ref().map(|d| d.bucket.clone()),
        destination_account: destination.and_then(|d| d.account),
    }
}
