//! EBS volumes and snapshots.

use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An EBS volume (`ec2:DescribeVolumes`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Volume {
    /// `creating`, `available` (attached to nothing), `in-use`, `deleting`, `deleted` or
    /// `error`.
    pub state: String,
    /// `gp3`, `io2`, `st1`, …
    pub volume_type: Option<String>,
    /// The size in GiB.
    pub size: Option<i64>,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// The ARN of the KMS key; `null` when not encrypted.
    pub kms_key_id: Option<String>,
    /// When it was made.
    pub create_time: Option<DateTime<Utc>>,
    /// The Availability Zone.
    pub availability_zone: Option<String>,
    /// The snapshot that it was made from; `null` when it was made empty.
    pub snapshot_id: Option<String>,
    /// Whether several instances may use it at once.
    pub multi_attach_enabled: bool,
    /// The backup plans of AWS Backup that pick it, or an instance that it is attached to, by
    /// ARN; what is proven: a list that is not empty may lack one that could not be read.
    /// Derived.
    pub backup_plans: Facet<Vec<String>>,
    /// What it is attached to, by instance.
    pub attachments: Vec<VolumeAttachment>,
}

impl Kind for Volume {
    const NAME: &'static str = "ec2.volume";
}

/// An attachment of a volume.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VolumeAttachment {
    /// The instance; `null` when an AWS service uses the volume without one.
    pub instance_id: Option<String>,
    /// The device's name on the instance.
    pub device: Option<String>,
    /// `attaching`, `attached`, `detaching`, `detached` or `busy`.
    pub state: Option<String>,
    /// Whether the volume is deleted with the instance; `null` when AWS does not say.
    pub delete_on_termination: Option<bool>,
    /// The AWS service that runs the instance, such as that of a Fargate task; `null` for the
    /// account's own instances.
    pub instance_owning_service: Option<String>,
}

/// An EBS snapshot that the account owns (`ec2:DescribeSnapshots`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// The volume that it was taken of; for a copy an id that names no volume.
    pub volume_id: Option<String>,
    /// The volume's size in GiB.
    pub volume_size: Option<i64>,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// The ARN of the KMS key; `null` when not encrypted.
    pub kms_key_id: Option<String>,
    /// `pending`, `completed`, `error`, `recoverable` or `recovering`.
    pub state: Option<String>,
    /// When it was begun.
    pub start_time: Option<DateTime<Utc>>,
    /// Its description; AMIs and services write their own ids into it.
    pub description: Option<String>,
    /// `standard` or `archive`.
    pub storage_tier: Option<String>,
    /// Whether its permissions let every AWS account make volumes of it
    /// (`ec2:DescribeSnapshots`, restorable by `all`).
    pub public: Facet<bool>,
    /// Whether every AWS account can make volumes of it: it is public, and the Region's block
    /// public access does not override that. Derived.
    pub publicly_restorable: Facet<bool>,
}

impl Kind for Snapshot {
    const NAME: &'static str = "ec2.snapshot";
}
