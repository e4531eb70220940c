//! The EC2 settings of an account in a Region.

use crate::model::{Facet, Kind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The EC2 settings that an account has in a Region, one resource for each audited Region.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// Whether new EBS volumes and snapshot copies are always encrypted
    /// (`ec2:GetEbsEncryptionByDefault`).
    pub ebs_encryption_by_default: Facet<bool>,
    /// The KMS key that EBS encrypts with when the request names none, as an ARN or an alias
    /// (`ec2:GetEbsDefaultKmsKeyId`); `alias/aws/ebs` is AWS's own key.
    pub ebs_default_kms_key_id: Facet<Option<String>>,
    /// Block public access for EBS snapshots (`ec2:GetSnapshotBlockPublicAccessState`). The
    /// state is `block-all-sharing` (public snapshots are treated as private),
    /// `block-new-sharing` (those that are public stay so) or `unblocked`.
    pub snapshot_block_public_access: Facet<BlockPublicAccess>,
    /// Block public access for AMIs (`ec2:GetImageBlockPublicAccessState`). The state is
    /// `block-new-sharing` (AMIs that are public stay so) or `unblocked`.
    pub image_block_public_access: Facet<BlockPublicAccess>,
    /// What a new instance gets where neither its launch request nor its launch template says
    /// otherwise (`ec2:GetInstanceMetadataDefaults`). It stands above the AMI's own setting
    /// and changes nothing for instances that exist.
    pub instance_metadata_defaults: Facet<InstanceMetadataDefaults>,
    /// Whether the EC2 serial console may be used (`ec2:GetSerialConsoleAccessStatus`).
    pub serial_console_access: Facet<SerialConsoleAccess>,
    /// Which providers' AMIs may be found and launched (`ec2:GetAllowedImagesSettings`).
    pub allowed_images: Facet<AllowedImages>,
}

impl Kind for Region {
    const NAME: &'static str = "ec2.region";
}

/// A block public access setting.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BlockPublicAccess {
    /// What is blocked, in AWS's words.
    pub state: String,
    /// `account`, or `declarative-policy`: an Organizations policy sets it, and the account
    /// cannot change it; `null` when AWS does not say.
    pub managed_by: Option<String>,
}

/// The instance metadata defaults of an account in a Region.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct InstanceMetadataDefaults {
    /// `required` (IMDSv2 only) or `optional`; `null`: no preference, the AMI decides.
    pub http_tokens: Option<String>,
    /// `enabled`: an instance that does not require IMDSv2 cannot be launched; `disabled`;
    /// `null` when never set.
    pub http_tokens_enforced: Option<String>,
    /// How many network hops a token may travel, 1 to 64; `null`: no preference.
    pub http_put_response_hop_limit: Option<i64>,
    /// `enabled` or `disabled`; `null`: no preference.
    pub http_endpoint: Option<String>,
    /// Whether the instance's tags can be read from its metadata, `enabled` or `disabled`;
    /// `null`: no preference.
    pub instance_metadata_tags: Option<String>,
    /// `account`, or `declarative-policy`: an Organizations policy sets it; `null` when AWS
    /// does not say.
    pub managed_by: Option<String>,
}

/// Access to the EC2 serial console.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SerialConsoleAccess {
    /// Whether the account allows serial console sessions in this Region.
    pub enabled: bool,
    /// `account`, or `declarative-policy`: an Organizations policy sets it; `null` when AWS
    /// does not say.
    pub managed_by: Option<String>,
}

/// The Allowed AMIs setting.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AllowedImages {
    /// `enabled` (other AMIs can be neither found nor launched), `audit-mode` (they are only
    /// marked) or `disabled`.
    pub state: String,
    /// The providers that the criteria name, sorted: `amazon`, `aws-marketplace`,
    /// `aws-backup-vault`, account ids, or `none` for the account's own AMIs only.
    pub image_providers: Vec<String>,
    /// `account`, or `declarative-policy`: an Organizations policy sets it; `null` when AWS
    /// does not say.
    pub managed_by: Option<String>,
}
