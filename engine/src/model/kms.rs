//! AWS Key Management Service: keys.

use super::policy::PolicyDocument;
use super::{Facet, Kind, KindInfo, Read, Scope, Service};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "kms",
    kinds: &[KindInfo::of::<Key>()],
    reads: &[
        Read {
            operation: "kms:ListKeys",
            actions: &["kms:ListKeys"],
            gives: &["kms.key"],
            needs: &[],
            scope: Scope::Regional,
        },
        // The list gives ids only: whose key it is, and so `managed_by`, comes from here.
        Read {
            operation: "kms:DescribeKey",
            actions: &["kms:DescribeKey"],
            gives: &["kms.key", "kms.key.metadata"],
            needs: &["kms.key"],
            scope: Scope::Regional,
        },
        Read {
            operation: "kms:GetKeyRotationStatus",
            actions: &["kms:GetKeyRotationStatus"],
            gives: &["kms.key.rotation"],
            needs: &["kms.key", "kms.key.metadata"],
            scope: Scope::Regional,
        },
        Read {
            operation: "kms:GetKeyPolicy",
            actions: &["kms:GetKeyPolicy"],
            gives: &["kms.key.policy"],
            needs: &["kms.key", "kms.key.metadata"],
            scope: Scope::Regional,
        },
        Read {
            operation: "kms:ListAliases",
            actions: &["kms:ListAliases"],
            gives: &["kms.key.aliases"],
            needs: &["kms.key"],
            scope: Scope::Regional,
        },
        Read {
            operation: "kms:ListResourceTags",
            actions: &["kms:ListResourceTags"],
            gives: &["kms.key.tags"],
            needs: &["kms.key", "kms.key.metadata"],
            scope: Scope::Regional,
        },
    ],
};

/// A KMS key (`kms:ListKeys`, which tells the id and the ARN only).
///
/// `managed_by` is `aws` for the keys that AWS services make in the account (`alias/aws/…`).
/// Where that could not be read it says `customer`: a check that must not judge AWS's keys
/// asks `key.metadata.key_manager`, which is then unread.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Key {
    /// What the key is and the state it is in (`kms:DescribeKey`).
    pub metadata: Facet<KeyMetadata>,
    /// Automatic rotation (`kms:GetKeyRotationStatus`); `null` where the customer cannot have
    /// it: AWS's own keys, asymmetric and HMAC keys, imported key material, key stores.
    pub rotation: Facet<Option<KeyRotation>>,
    /// The key policy (`kms:GetKeyPolicy`). Not asked for AWS's own keys.
    pub policy: Facet<Option<PolicyDocument>>,
    /// The names that point to the key, such as `alias/backups`, sorted (`kms:ListAliases`).
    pub aliases: Facet<Vec<String>>,
}

impl Kind for Key {
    const NAME: &'static str = "kms.key";
}

/// What `kms:DescribeKey` tells of a key.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct KeyMetadata {
    /// `CUSTOMER` or `AWS`: who made the key and sets its policy and rotation.
    pub key_manager: Option<String>,
    /// `Enabled`, `Disabled`, `PendingDeletion`, `PendingReplicaDeletion`, `PendingImport`,
    /// `Unavailable`, `Creating` or `Updating`.
    pub key_state: Option<String>,
    /// `SYMMETRIC_DEFAULT`, or the algorithm of an asymmetric or HMAC key, such as `RSA_2048`.
    pub key_spec: Option<String>,
    /// `ENCRYPT_DECRYPT`, `SIGN_VERIFY`, `GENERATE_VERIFY_MAC` or `KEY_AGREEMENT`.
    pub key_usage: Option<String>,
    /// Where the key material comes from: `AWS_KMS`, `EXTERNAL` (imported), `AWS_CLOUDHSM` or
    /// `EXTERNAL_KEY_STORE`.
    pub origin: Option<String>,
    /// Whether it is a multi-Region key.
    pub multi_region: bool,
    /// `PRIMARY` or `REPLICA` for a multi-Region key; else `null`.
    pub multi_region_key_type: Option<String>,
    /// When the key was made.
    pub creation_date: Option<DateTime<Utc>>,
    /// When the key will be deleted; `null` unless its deletion is scheduled.
    pub deletion_date: Option<DateTime<Utc>>,
    /// The waiting period in days of a primary key whose deletion waits for its replicas;
    /// else `null`.
    pub pending_deletion_window_in_days: Option<i64>,
    /// `KEY_MATERIAL_EXPIRES` or `KEY_MATERIAL_DOES_NOT_EXPIRE`; `null` unless the key
    /// material is imported.
    pub expiration_model: Option<String>,
    /// When imported key material expires; `null`: never.
    pub valid_to: Option<DateTime<Utc>>,
    /// The custom key store that holds the key; `null`: KMS's own.
    pub custom_key_store_id: Option<String>,
}

/// Automatic rotation of a key's material.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct KeyRotation {
    /// Whether it is on. `false` while the key waits for its deletion.
    pub key_rotation_enabled: bool,
    /// The days from one rotation to the next; `null` while it is off.
    pub rotation_period_in_days: Option<i64>,
    /// When the next rotation is due; `null` while it is off.
    pub next_rotation_date: Option<DateTime<Utc>>,
}
