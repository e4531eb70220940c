//! EC2 launch templates.

use super::{InstanceMetadataDefaults, MetadataOptions};
use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A launch template (`ec2:DescribeLaunchTemplates`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LaunchTemplate {
    /// The template's name.
    pub launch_template_name: Option<String>,
    /// When it was made.
    pub create_time: Option<DateTime<Utc>>,
    /// The principal that made it, by ARN.
    pub created_by: Option<String>,
    /// The version that is used where none is named.
    pub default_version_number: Option<i64>,
    /// The newest version.
    pub latest_version_number: Option<i64>,
    /// The default and the latest version, by number: one where they are the same
    /// (`ec2:DescribeLaunchTemplateVersions`).
    pub versions: Facet<Vec<LaunchTemplateVersion>>,
    /// The metadata defaults of the account in this Region, which fill in what the template
    /// leaves open. Derived.
    pub region_metadata_defaults: Facet<InstanceMetadataDefaults>,
    /// Whether EBS encrypts every new volume in this Region, whatever the template says.
    /// Derived.
    pub region_ebs_encryption_by_default: Facet<bool>,
}

impl Kind for LaunchTemplate {
    const NAME: &'static str = "ec2.launch_template";
}

/// A version of a launch template. What is `null` is left to the launch request, the account's
/// defaults, the subnet or the AMI.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LaunchTemplateVersion {
    /// The version's number.
    pub version_number: i64,
    /// Whether this is the default version.
    pub default_version: bool,
    /// When the version was made.
    pub create_time: Option<DateTime<Utc>>,
    /// The AMI, or the Systems Manager parameter that names it.
    pub image_id: Option<String>,
    /// The instance type.
    pub instance_type: Option<String>,
    /// The instance profile, by ARN or by name.
    pub iam_instance_profile: Option<String>,
    /// The name of the key pair.
    pub key_name: Option<String>,
    /// Whether the version carries user data. What it says is not read into the model.
    pub has_user_data: bool,
    /// Whether detailed monitoring is switched on.
    pub monitoring_enabled: Option<bool>,
    /// The instance metadata service; `null` when the version sets nothing of it.
    pub metadata_options: Option<MetadataOptions>,
    /// The ids of the security groups, when they are not set on network interfaces, sorted.
    pub security_group_ids: Vec<String>,
    /// The network interfaces, by device index.
    pub network_interfaces: Vec<LaunchTemplateNetworkInterface>,
    /// The block devices, by device name.
    pub block_device_mappings: Vec<LaunchTemplateBlockDevice>,
}

/// A network interface that a launch template makes or attaches.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LaunchTemplateNetworkInterface {
    /// Its place; 0 is the primary one.
    pub device_index: Option<i64>,
    /// Whether it gets a public IPv4 address; `null`: the subnet decides.
    pub associate_public_ip_address: Option<bool>,
    /// An existing interface that is attached; `null`: a new one is made.
    pub network_interface_id: Option<String>,
    /// The subnet of a new one.
    pub subnet_id: Option<String>,
    /// The ids of its security groups, sorted.
    pub groups: Vec<String>,
}

/// A block device that a launch template maps.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LaunchTemplateBlockDevice {
    /// The device's name, such as `/dev/xvda`.
    pub device_name: Option<String>,
    /// Whether it is an EBS volume; otherwise an instance store volume, or a device that is
    /// left out.
    pub ebs: bool,
    /// Whether the volume is encrypted; `null`: its snapshot and the Region's default decide.
    pub encrypted: Option<bool>,
    /// The KMS key; `null`: the default one.
    pub kms_key_id: Option<String>,
    /// The snapshot that it is made from; `null`: the AMI's, or empty.
    pub snapshot_id: Option<String>,
    /// The size in GiB; `null`: the snapshot's.
    pub volume_size: Option<i64>,
    /// `gp3`, `io2`, …; `null`: the default.
    pub volume_type: Option<String>,
    /// Whether it is deleted with the instance; `null`: the AMI decides.
    pub delete_on_termination: Option<bool>,
}
