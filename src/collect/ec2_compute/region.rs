//! The EC2 settings of a Region.

use super::word;
use crate::collect::Cx;
use crate::model::Facet;
use crate::model::ec2_compute::{
    AllowedImages, BlockPublicAccess, InstanceMetadataDefaults, Region, SerialConsoleAccess,
};
use tokio::join;

pub(super) async fn region(cx: Cx) {
    let clients = cx.clients();
    let ec2 = clients.ec2();
    let arn = cx.arn("ec2", "region-settings");

    let ebs_encryption_by_default = cx.facet(
        "ec2:GetEbsEncryptionByDefault",
        &arn,
        || ec2.get_ebs_encryption_by_default().send(),
        |reply| {
            reply
                .ebs_encryption_by_default
                .ok_or_else(|| "the reply does not say whether it is on".to_owned())
        },
    );
    let ebs_default_kms_key_id = cx.facet(
        "ec2:GetEbsDefaultKmsKeyId",
        &arn,
        || ec2.get_ebs_default_kms_key_id().send(),
        |reply| Ok(reply.kms_key_id),
    );
    let snapshot_block_public_access = cx.facet(
        "ec2:GetSnapshotBlockPublicAccessState",
        &arn,
        || ec2.get_snapshot_block_public_access_state().send(),
        |reply| block_public_access(word(reply.state), word(reply.managed_by)),
    );
    let image_block_public_access = cx.facet(
        "ec2:GetImageBlockPublicAccessState",
        &arn,
        || ec2.get_image_block_public_access_state().send(),
        |reply| {
            block_public_access(
                reply.image_block_public_access_state,
                word(reply.managed_by),
            )
        },
    );
    let instance_metadata_defaults = cx.facet(
        "ec2:GetInstanceMetadataDefaults",
        &arn,
        || ec2.get_instance_metadata_defaults().send(),
        |reply| {
            // Nothing set at all is an empty answer: no preference in anything.
            let level = reply.account_level;
            let level = level.as_ref();
            Ok(InstanceMetadataDefaults {
                http_tokens: word(level.and_then(|l| l.http_tokens())),
                http_tokens_enforced: word(level.and_then(|l| l.http_tokens_enforced())),
                http_put_response_hop_limit: level
                    .and_then(|l| l.http_put_response_hop_limit())
                    .map(i64::from),
                http_endpoint: word(level.and_then(|l| l.http_endpoint())),
                instance_metadata_tags: word(level.and_then(|l| l.instance_metadata_tags())),
                managed_by: word(level.and_then(|l| l.managed_by())),
            })
        },
    );
    let serial_console_access = cx.facet(
        "ec2:GetSerialConsoleAccessStatus",
        &arn,
        || ec2.get_serial_console_access_status().send(),
        |reply| {
            let enabled = reply
                .serial_console_access_enabled
                .ok_or_else(|| "the reply does not say whether it is on".to_owned())?;
            Ok(SerialConsoleAccess {
                enabled,
                managed_by: word(reply.managed_by),
            })
        },
    );
    let allowed_images = cx.facet(
        "ec2:GetAllowedImagesSettings",
        &arn,
        || ec2.get_allowed_images_settings().send(),
        |reply| {
            let mut image_providers: Vec<String> = reply
                .image_criteria
                .unwrap_or_default()
                .into_iter()
                .flat_map(|criterion| criterion.image_providers.unwrap_or_default())
                .collect();
            image_providers.sort();
            image_providers.dedup();
            Ok(AllowedImages {
                state: reply
                    .state
                    .ok_or_else(|| "the reply has no state".to_owned())?,
                image_providers,
                managed_by: word(reply.managed_by),
            })
        },
    );
    let (
        ebs_encryption_by_default,
        ebs_default_kms_key_id,
        snapshot_block_public_access,
        image_block_public_access,
        instance_metadata_defaults,
        serial_console_access,
        allowed_images,
    ) = join!(
        ebs_encryption_by_default,
        ebs_default_kms_key_id,
        snapshot_block_public_access,
        image_block_public_access,
        instance_metadata_defaults,
        serial_console_access,
        allowed_images,
    );
    let facts = Region {
        ebs_encryption_by_default,
        ebs_default_kms_key_id,
        snapshot_block_public_access,
        image_block_public_access,
        instance_metadata_defaults,
        serial_console_access,
        allowed_images,
    };
    // A setting of a Region has no tags, and nothing to ask them from.
    let meta = cx.meta(arn, cx.region.clone(), Facet::Known(Default::default()));
    cx.emit(meta, facts);
    cx.listed(&["ec2.region"], &Ok(()));
}

fn block_public_access(
    state: Option<String>,
    managed_by: Option<String>,
) -> Result<BlockPublicAccess, String> {
    Ok(BlockPublicAccess {
        state: state.ok_or("the reply has no state")?,
        managed_by,
    })
}
