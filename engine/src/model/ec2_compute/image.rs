//! Amazon Machine Images that the account owns.

use crate::model::Kind;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An AMI that the account owns, disabled ones included (`ec2:DescribeImages`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// The AMI's name.
    pub name: Option<String>,
    /// `available`, `pending`, `invalid`, `deregistered`, `transient`, `failed`, `error` or
    /// `disabled` (nobody can launch it).
    pub state: Option<String>,
    /// Whether every AWS account may launch it; `null` when AWS does not say.
    pub public: Option<bool>,
    /// `machine`, `kernel` or `ramdisk`.
    pub image_type: Option<String>,
    /// When it was made.
    pub creation_date: Option<DateTime<Utc>>,
    /// When it is, or was, deprecated; `null` when no date is set.
    pub deprecation_time: Option<DateTime<Utc>>,
    /// When an instance was last launched from it, up to a day late; `null`: never.
    pub last_launched_time: Option<DateTime<Utc>>,
    /// The operating system as it is billed, such as `Linux/UNIX`.
    pub platform_details: Option<String>,
    /// `hvm` or `paravirtual`.
    pub virtualization_type: Option<String>,
    /// `ebs` or `instance-store`.
    pub root_device_type: Option<String>,
    /// `v2.0`: instances launched from it require IMDSv2 unless the launch says otherwise;
    /// `null`: they do not.
    pub imds_support: Option<String>,
    /// The AMI that it was copied from; `null` when it is no copy.
    pub source_image_id: Option<String>,
    /// Whether it is guarded against deregistration, in AWS's words; `null` when AWS does not
    /// say.
    pub deregistration_protection: Option<String>,
    /// The EBS volumes that it maps, by device name. Instance store volumes are left out.
    pub block_devices: Vec<ImageBlockDevice>,
}

impl Kind for Image {
    const NAME: &'static str = "ec2.image";
}

/// An EBS volume that an AMI maps.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ImageBlockDevice {
    /// The device's name, such as `/dev/xvda`.
    pub device_name: Option<String>,
    /// The snapshot behind it; `null` for an empty volume.
    pub snapshot_id: Option<String>,
    /// Whether it is encrypted; `null` when AWS does not say, as for an empty volume.
    pub encrypted: Option<bool>,
    /// The size in GiB.
    pub volume_size: Option<i64>,
}
