//! EC2 instances.

use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An instance (`ec2:DescribeInstances`), in whatever state: AWS lists a terminated one for
/// about an hour. Those that an AWS service runs in the account, such as the nodes of EKS Auto
/// Mode, have that service as `managed_by`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Instance {
    /// `pending`, `running`, `shutting-down`, `terminated`, `stopping` or `stopped`.
    pub state: String,
    /// When it came into this state, as far as AWS's reason text tells it; `null` when the
    /// text has no time (a running instance has none).
    pub state_transition_time: Option<DateTime<Utc>>,
    /// When it was last started.
    pub launch_time: Option<DateTime<Utc>>,
    /// When it was first launched: when its primary network interface was attached; `null`
    /// when it has none (terminated).
    pub first_launch_time: Option<DateTime<Utc>>,
    /// The instance type, such as `m7g.large`.
    pub instance_type: Option<String>,
    /// The AMI that it was launched from.
    pub image_id: Option<String>,
    /// The AMI that it was launched from, as AWS knows it today, be it deprecated, deregistered
    /// or private (`ec2:DescribeInstanceImageMetadata`); `null` when AWS tells nothing of it.
    pub image: Facet<Option<InstanceImage>>,
    /// The operating system as it is billed, such as `Linux/UNIX` or `Windows`.
    pub platform_details: Option<String>,
    /// `x86_64`, `arm64`, `i386`, `x86_64_mac` or `arm64_mac`.
    pub architecture: Option<String>,
    /// `hvm` or `paravirtual`.
    pub virtualization_type: Option<String>,
    /// `ebs` or `instance-store`.
    pub root_device_type: Option<String>,
    /// `spot`, `scheduled` or `capacity-block`; `null` for an on-demand instance.
    pub instance_lifecycle: Option<String>,
    /// The ARN of the instance profile, which gives the instance its role; `null` when none.
    pub iam_instance_profile: Option<String>,
    /// The name of the key pair given at launch; `null` when none.
    pub key_name: Option<String>,
    /// The instance metadata service; `null` when AWS tells nothing (terminated).
    pub metadata_options: Option<MetadataOptions>,
    /// Detailed monitoring: `enabled`, `pending`, `disabled` or `disabling`; `null` when AWS
    /// does not say.
    pub monitoring: Option<String>,
    /// Whether it has dedicated throughput to EBS.
    pub ebs_optimized: bool,
    /// Whether it may run Nitro Enclaves.
    pub enclave_enabled: bool,
    /// Whether traffic must be from or for the instance itself; `false` lets it forward, as a
    /// NAT instance does. `null` when AWS does not say.
    pub source_dest_check: Option<bool>,
    /// The VPC; `null` when terminated.
    pub vpc_id: Option<String>,
    /// The subnet of the primary network interface; `null` when terminated.
    pub subnet_id: Option<String>,
    /// The private IPv4 address of the primary network interface.
    pub private_ip_address: Option<String>,
    /// The public IPv4 address of the primary network interface (in a Wavelength Zone the
    /// carrier address); `null` when none.
    pub public_ip_address: Option<String>,
    /// Every public IPv4 address of every network interface, sorted.
    pub public_ip_addresses: Vec<String>,
    /// Every IPv6 address of every network interface, sorted.
    pub ipv6_addresses: Vec<String>,
    /// The ids of the security groups of the primary network interface, sorted.
    pub security_groups: Vec<String>,
    /// The network interfaces, by device index.
    pub network_interfaces: Vec<InstanceNetworkInterface>,
    /// The EBS volumes that are attached, by device name.
    pub block_devices: Vec<InstanceBlockDevice>,
}

impl Kind for Instance {
    const NAME: &'static str = "ec2.instance";
}

/// The instance metadata service of an instance, or what a launch template sets of it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MetadataOptions {
    /// `applied`, or `pending` while a change is being made; `null` in a launch template.
    pub state: Option<String>,
    /// Whether the service answers at all: `enabled` or `disabled`; `null` when not set.
    pub http_endpoint: Option<String>,
    /// `required`: only with a session token (IMDSv2); `optional`: also without (IMDSv1);
    /// `null` when not set.
    pub http_tokens: Option<String>,
    /// How many network hops an answer may travel, 1 to 64; `null` when not set.
    pub http_put_response_hop_limit: Option<i64>,
    /// Whether the IPv6 endpoint answers: `enabled` or `disabled`; `null` when not set.
    pub http_protocol_ipv6: Option<String>,
    /// Whether the instance's tags can be read: `enabled` or `disabled`; `null` when not set.
    pub instance_metadata_tags: Option<String>,
}

/// The AMI of an instance, as AWS knows it today.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct InstanceImage {
    /// The AMI's name.
    pub name: Option<String>,
    /// The account that owns it.
    pub owner_id: Option<String>,
    /// `amazon`, `aws-marketplace` or `aws-backup-vault`; `null` for any other owner.
    pub image_owner_alias: Option<String>,
    /// `available`, `deregistered`, `disabled`, `pending`, `failed`, …
    pub state: Option<String>,
    /// When the AMI was made.
    pub creation_date: Option<DateTime<Utc>>,
    /// When it is, or was, deprecated; `null` when no date is set.
    pub deprecation_time: Option<DateTime<Utc>>,
    /// Whether everyone may launch it; `null` when AWS does not say.
    pub is_public: Option<bool>,
    /// Whether it meets the account's criteria of Allowed AMIs; `null` when those are off.
    pub image_allowed: Option<bool>,
}

/// A network interface as its instance shows it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct InstanceNetworkInterface {
    /// The interface's id.
    pub network_interface_id: String,
    /// Its place on the network card; 0 on card 0 is the primary one.
    pub device_index: Option<i64>,
    /// The network card; `null` for the first one.
    pub network_card_index: Option<i64>,
    /// `interface`, `efa`, `efa-only`, `trunk`, …
    pub interface_type: Option<String>,
    /// The subnet.
    pub subnet_id: Option<String>,
    /// The VPC.
    pub vpc_id: Option<String>,
    /// Whether traffic must be from or for the interface itself.
    pub source_dest_check: Option<bool>,
    /// The ids of its security groups, sorted.
    pub security_groups: Vec<String>,
}

/// An EBS volume as its instance shows it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct InstanceBlockDevice {
    /// The device's name, such as `/dev/xvda`.
    pub device_name: Option<String>,
    /// The volume.
    pub volume_id: Option<String>,
    /// Whether the volume is deleted with the instance; `null` when AWS does not say.
    pub delete_on_termination: Option<bool>,
}
