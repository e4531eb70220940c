//! Amazon EC2, compute and storage: instances, launch templates, volumes, snapshots, images
//! and the settings of a Region.

mod image;
mod instance;
mod launch_template;
mod region;
mod storage;

pub use image::{Image, ImageBlockDevice};
pub use instance::{
    Instance, InstanceBlockDevice, InstanceImage, InstanceNetworkInterface, MetadataOptions,
};
pub use launch_template::{
    LaunchTemplate, LaunchTemplateBlockDevice, LaunchTemplateNetworkInterface,
    LaunchTemplateVersion,
};
pub use region::{
    AllowedImages, BlockPublicAccess, InstanceMetadataDefaults, Region, SerialConsoleAccess,
};
pub use storage::{Snapshot, Volume, VolumeAttachment};

use super::{KindInfo, Read, Scope, Service};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "ec2",
    kinds: &[
        KindInfo::of::<Region>(),
        KindInfo::of::<Instance>(),
        KindInfo::of::<LaunchTemplate>(),
        KindInfo::of::<Volume>(),
        KindInfo::of::<Snapshot>(),
        KindInfo::of::<Image>(),
    ],
    reads: &[
        read(
            "ec2:GetEbsEncryptionByDefault",
            &["ec2:GetEbsEncryptionByDefault"],
            &["ec2.region.ebs_encryption_by_default"],
            &[],
        ),
        read(
            "ec2:GetEbsDefaultKmsKeyId",
            &["ec2:GetEbsDefaultKmsKeyId"],
            &["ec2.region.ebs_default_kms_key_id"],
            &[],
        ),
        read(
            "ec2:GetSnapshotBlockPublicAccessState",
            &["ec2:GetSnapshotBlockPublicAccessState"],
            &["ec2.region.snapshot_block_public_access"],
            &[],
        ),
        read(
            "ec2:GetImageBlockPublicAccessState",
            &["ec2:GetImageBlockPublicAccessState"],
            &["ec2.region.image_block_public_access"],
            &[],
        ),
        read(
            "ec2:GetInstanceMetadataDefaults",
            &["ec2:GetInstanceMetadataDefaults"],
            &["ec2.region.instance_metadata_defaults"],
            &[],
        ),
        read(
            "ec2:GetSerialConsoleAccessStatus",
            &["ec2:GetSerialConsoleAccessStatus"],
            &["ec2.region.serial_console_access"],
            &[],
        ),
        read(
            "ec2:GetAllowedImagesSettings",
            &["ec2:GetAllowedImagesSettings"],
            &["ec2.region.allowed_images"],
            &[],
        ),
        read(
            "ec2:DescribeInstances",
            &["ec2:DescribeInstances"],
            &["ec2.instance"],
            &[],
        ),
        read(
            "ec2:DescribeInstanceImageMetadata",
            &["ec2:DescribeInstanceImageMetadata"],
            &["ec2.instance.image"],
            &["ec2.instance"],
        ),
        read(
            "ec2:DescribeLaunchTemplates",
            &["ec2:DescribeLaunchTemplates"],
            &["ec2.launch_template"],
            &[],
        ),
        read(
            "ec2:DescribeLaunchTemplateVersions",
            &["ec2:DescribeLaunchTemplateVersions"],
            &["ec2.launch_template.versions"],
            &["ec2.launch_template"],
        ),
        read(
            "ec2:DescribeVolumes",
            &["ec2:DescribeVolumes"],
            &["ec2.volume"],
            &[],
        ),
        // Asked once for what the account owns and, where a check wants it, once more for
        // what of that the whole world may restore.
        read(
            "ec2:DescribeSnapshots",
            &["ec2:DescribeSnapshots"],
            &["ec2.snapshot", "ec2.snapshot.public"],
            &[],
        ),
        read(
            "ec2:DescribeImages",
            &["ec2:DescribeImages"],
            &["ec2.image"],
            &[],
        ),
    ],
};

const fn read(
    operation: &'static str,
    actions: &'static [&'static str],
    gives: &'static [&'static str],
    needs: &'static [&'static str],
) -> Read {
    Read {
        operation,
        actions,
        gives,
        needs,
        scope: Scope::Regional,
    }
}
