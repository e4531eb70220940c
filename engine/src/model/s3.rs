//! Amazon S3: general purpose buckets, their access points and multi-Region access points.

use super::policy::PolicyDocument;
use super::{Facet, Kind, KindInfo, Read, Scope, Service};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "s3",
    kinds: &[
        KindInfo::of::<Bucket>(),
        KindInfo::of::<AccessPoint>(),
        KindInfo::of::<MultiRegionAccessPoint>(),
    ],
    reads: &[
        Read {
            operation: "s3:ListBuckets",
            actions: &["s3:ListAllMyBuckets"],
            gives: &["s3.bucket"],
            needs: &[],
            scope: Scope::Global,
        },
        bucket_read(
            "s3:GetBucketEncryption",
            &["s3:GetEncryptionConfiguration"],
            &["s3.bucket.encryption"],
        ),
        bucket_read(
            "s3:GetBucketVersioning",
            &["s3:GetBucketVersioning"],
            &["s3.bucket.versioning"],
        ),
        bucket_read(
            "s3:GetPublicAccessBlock",
            &["s3:GetBucketPublicAccessBlock"],
            &["s3.bucket.public_access_block"],
        ),
        bucket_read(
            "s3:GetBucketPolicy",
            &["s3:GetBucketPolicy"],
            &["s3.bucket.policy"],
        ),
        bucket_read(
            "s3:GetBucketPolicyStatus",
            &["s3:GetBucketPolicyStatus"],
            &["s3.bucket.policy_status"],
        ),
        bucket_read("s3:GetBucketAcl", &["s3:GetBucketAcl"], &["s3.bucket.acl"]),
        bucket_read(
            "s3:GetBucketOwnershipControls",
            &["s3:GetBucketOwnershipControls"],
            &["s3.bucket.object_ownership"],
        ),
        bucket_read(
            "s3:GetBucketLogging",
            &["s3:GetBucketLogging"],
            &["s3.bucket.logging"],
        ),
        bucket_read(
            "s3:GetBucketLifecycleConfiguration",
            &["s3:GetLifecycleConfiguration"],
            &["s3.bucket.lifecycle_rules"],
        ),
        bucket_read(
            "s3:GetObjectLockConfiguration",
            &["s3:GetBucketObjectLockConfiguration"],
            &["s3.bucket.object_lock"],
        ),
        bucket_read(
            "s3:GetBucketReplication",
            &["s3:GetReplicationConfiguration"],
            &["s3.bucket.replication_rules"],
        ),
        bucket_read(
            "s3:GetBucketTagging",
            &["s3:GetBucketTagging"],
            &["s3.bucket.tags"],
        ),
        bucket_read(
            "s3:GetBucketNotificationConfiguration",
            &["s3:GetBucketNotification"],
            &["s3.bucket.notification"],
        ),
        Read {
            operation: "s3control:ListAccessPoints",
            actions: &["s3:ListAccessPoints"],
            gives: &["s3.access_point"],
            needs: &[],
            scope: Scope::Regional,
        },
        Read {
            operation: "s3control:GetAccessPoint",
            actions: &["s3:GetAccessPoint"],
            gives: &["s3.access_point.public_access_block"],
            needs: &["s3.access_point"],
            scope: Scope::Regional,
        },
        Read {
            operation: "s3control:GetAccessPointPolicy",
            actions: &["s3:GetAccessPointPolicy"],
            gives: &["s3.access_point.policy"],
            needs: &["s3.access_point"],
            scope: Scope::Regional,
        },
        Read {
            operation: "s3control:ListTagsForResource",
            actions: &["s3:ListTagsForResource"],
            gives: &["s3.access_point.tags"],
            needs: &["s3.access_point"],
            scope: Scope::Regional,
        },
        Read {
            operation: "s3control:ListMultiRegionAccessPoints",
            actions: &["s3:ListMultiRegionAccessPoints"],
            gives: &["s3.multi_region_access_point"],
            needs: &[],
            scope: Scope::Global,
        },
    ],
};

const fn bucket_read(
    operation: &'static str,
    actions: &'static [&'static str],
    gives: &'static [&'static str],
) -> Read {
    Read {
        operation,
        actions,
        gives,
        needs: &["s3.bucket"],
        scope: Scope::Regional,
    }
}

/// A general purpose bucket (`s3:ListBuckets`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Bucket {
    /// The bucket's name.
    pub name: String,
    /// When it was created (or, says AWS, when its policy was last changed).
    pub creation_date: Option<DateTime<Utc>>,
    /// The default encryption (`s3:GetBucketEncryption`); empty when the bucket has none of
    /// its own. AWS encrypts every new object with SSE-S3 all the same.
    pub encryption: Facet<Vec<EncryptionRule>>,
    /// Versioning and MFA delete (`s3:GetBucketVersioning`).
    pub versioning: Facet<Versioning>,
    /// The bucket's own public access block (`s3:GetPublicAccessBlock`); `null` when none.
    pub public_access_block: Facet<Option<PublicAccessBlock>>,
    /// What of the public access block is in force: the bucket's own joined with the
    /// account's. Derived.
    pub effective_public_access_block: Facet<PublicAccessBlock>,
    /// The bucket policy (`s3:GetBucketPolicy`); `null` when none.
    pub policy: Facet<Option<PolicyDocument>>,
    /// Whether AWS itself calls the policy public (`s3:GetBucketPolicyStatus`, `IsPublic`);
    /// `null` when the bucket has no policy.
    pub policy_status: Facet<Option<PolicyStatus>>,
    /// The grants of the access control list (`s3:GetBucketAcl`).
    pub acl: Facet<Vec<Grant>>,
    /// Object ownership (`s3:GetBucketOwnershipControls`); `null` when never set, which is
    /// `ObjectWriter`: access control lists are in force.
    pub object_ownership: Facet<Option<String>>,
    /// Server access logging (`s3:GetBucketLogging`); `null` when off.
    pub logging: Facet<Option<Logging>>,
    /// Lifecycle rules (`s3:GetBucketLifecycleConfiguration`); empty when none.
    pub lifecycle_rules: Facet<Vec<LifecycleRule>>,
    /// Object Lock (`s3:GetObjectLockConfiguration`); `null` when off.
    pub object_lock: Facet<Option<ObjectLock>>,
    /// Replication rules (`s3:GetBucketReplication`); empty when none.
    pub replication_rules: Facet<Vec<ReplicationRule>>,
    /// Where events go (`s3:GetBucketNotificationConfiguration`).
    pub notification: Facet<Notification>,
    /// The account's buckets, this one not among them, whose server access logs come here, by
    /// name; those that are known, when some could not be read. Derived.
    pub access_logs_of: Facet<Vec<String>>,
    /// The Regions that enabled replication rules copy to, sorted; `unknown` for a destination
    /// that is not among the buckets that were read: it is another account's, or in a Region
    /// that was not audited. Derived.
    pub replica_regions: Facet<Vec<String>>,
    /// The trails that write their logs here, by ARN. Derived.
    pub log_destination_of: Facet<Vec<String>>,
}

impl Kind for Bucket {
    const NAME: &'static str = "s3.bucket";
}

/// A rule of the default encryption.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct EncryptionRule {
    /// `AES256`, `aws:kms` or `aws:kms:dsse`.
    pub sse_algorithm: String,
    /// The KMS key's id or ARN; `null` for AWS's own key or with SSE-S3.
    pub kms_master_key_id: Option<String>,
    /// Whether a bucket key spares calls to KMS.
    pub bucket_key_enabled: bool,
}

/// Versioning.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Versioning {
    /// `Enabled` or `Suspended`; `null` when versioning was never switched on.
    pub status: Option<String>,
    /// `Enabled` or `Disabled`; `null` when never set.
    pub mfa_delete: Option<String>,
}

/// The four switches of S3 Block Public Access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PublicAccessBlock {
    /// New public access control lists are refused.
    pub block_public_acls: bool,
    /// Public access control lists have no effect.
    pub ignore_public_acls: bool,
    /// New public policies are refused.
    pub block_public_policy: bool,
    /// A public policy admits only the owner's principals and AWS services.
    pub restrict_public_buckets: bool,
}

/// AWS's own judgement of the bucket policy.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PolicyStatus {
    /// Whether AWS calls the policy public.
    pub is_public: bool,
}

/// A grant of an access control list.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Grant {
    /// `CanonicalUser`, `Group` or `AmazonCustomerByEmail`.
    pub grantee_type: Option<String>,
    /// The grantee: a canonical user id, a group's URI or an e-mail address.
    pub grantee: Option<String>,
    /// `FULL_CONTROL`, `WRITE`, `WRITE_ACP`, `READ` or `READ_ACP`.
    pub permission: Option<String>,
}

/// Where server access logs go.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Logging {
    /// The bucket that receives them.
    pub target_bucket: String,
    /// The prefix of their keys.
    pub target_prefix: String,
}

/// A lifecycle rule.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LifecycleRule {
    /// The rule's id.
    pub id: Option<String>,
    /// `Enabled` or `Disabled`.
    pub status: String,
    /// Whether it is for every object: no prefix, tag or size narrows it.
    pub whole_bucket: bool,
    /// After how many days current versions expire; `null`: never by age.
    pub expiration_days: Option<i64>,
    /// After how many days noncurrent versions expire; `null`: never.
    pub noncurrent_version_expiration_days: Option<i64>,
    /// After how many days an incomplete multipart upload is removed; `null`: never.
    pub abort_incomplete_multipart_upload_days: Option<i64>,
    /// The storage classes that objects move to.
    pub transitions: Vec<String>,
}

/// Object Lock.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ObjectLock {
    /// Whether Object Lock is on.
    pub enabled: bool,
    /// The default retention's mode, `GOVERNANCE` or `COMPLIANCE`; `null`: no default.
    pub mode: Option<String>,
    /// The default retention in days; `null`: none, or told in years.
    pub days: Option<i64>,
    /// The default retention in years; `null`: none, or told in days.
    pub years: Option<i64>,
}

/// A replication rule.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ReplicationRule {
    /// The rule's id.
    pub id: Option<String>,
    /// `Enabled` or `Disabled`.
    pub status: String,
    /// The destination bucket's ARN.
    pub destination_bucket: Option<String>,
    /// The destination's account; `null`: the same one.
    pub destination_account: Option<String>,
}

/// Event notifications: how many of each sort.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Notification {
    /// Whether events go to Amazon EventBridge.
    pub event_bridge: bool,
    /// The ARNs of the topics, queues and functions that are told.
    pub destinations: Vec<String>,
}

/// An access point of a general purpose bucket (`s3control:ListAccessPoints`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AccessPoint {
    /// The access point's name.
    pub name: String,
    /// The bucket that it leads to.
    pub bucket: String,
    /// The account that owns the bucket.
    pub bucket_account_id: Option<String>,
    /// `Internet`, or `VPC` when only one VPC may use it.
    pub network_origin: String,
    /// The VPC that may use it; `null` when the origin is the Internet.
    pub vpc_id: Option<String>,
    /// The access point's own public access block (`s3control:GetAccessPoint`), which cannot
    /// be changed later; `null` when AWS tells none.
    pub public_access_block: Facet<Option<PublicAccessBlock>>,
    /// The access point's policy (`s3control:GetAccessPointPolicy`); `null` when none.
    pub policy: Facet<Option<PolicyDocument>>,
}

impl Kind for AccessPoint {
    const NAME: &'static str = "s3.access_point";
}

/// A multi-Region access point (`s3control:ListMultiRegionAccessPoints`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MultiRegionAccessPoint {
    /// The name that it was given.
    pub name: String,
    /// The name that requests use, ending in `.mrap`.
    pub alias: Option<String>,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// `READY`, `CREATING`, `DELETING`, `PARTIALLY_CREATED`, `PARTIALLY_DELETED` or
    /// `INCONSISTENT_ACROSS_REGIONS`.
    pub status: Option<String>,
    /// Its public access block, which cannot be changed later; `null` when AWS tells none.
    pub public_access_block: Option<PublicAccessBlock>,
    /// The buckets behind it, by Region.
    pub regions: Vec<MultiRegionBucket>,
}

impl Kind for MultiRegionAccessPoint {
    const NAME: &'static str = "s3.multi_region_access_point";
}

/// A bucket behind a multi-Region access point.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MultiRegionBucket {
    /// The bucket's name.
    pub bucket: Option<String>,
    /// The bucket's Region.
    pub region: Option<String>,
    /// The account that owns the bucket.
    pub bucket_account_id: Option<String>,
}
