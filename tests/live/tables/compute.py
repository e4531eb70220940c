"""EC2's instances, disks and images."""

import re

from reading import Call, Kind, Untold, told

from .network import kind

REASON_TIME = re.compile(r"\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) GMT\)")


def transition_time(item, where):
    """The time in the text that says why an instance is in its state."""
    reason = item.get("StateTransitionReason") or ""
    if "UTC)" in reason:
        raise Untold("moto writes UTC in a text in which AWS writes GMT")
    found = REASON_TIME.search(reason)
    return f"{found.group(1)}T{found.group(2)}Z" if found else None


def interfaces(item, where):
    """The network interfaces of an instance."""
    return [
        {
            **each,
            "DeviceIndex": each.get("Attachment", {}).get("DeviceIndex"),
            "NetworkCardIndex": each.get("Attachment", {}).get("NetworkCardIndex"),
            "SecurityGroups": [group["GroupId"] for group in each.get("Groups", [])],
        }
        for each in item["NetworkInterfaces"]
    ]


def public_addresses(item, where):
    """Every public address of every interface."""
    return sorted(
        {
            address["Association"]["PublicIp"]
            for each in item["NetworkInterfaces"]
            for address in [each, *each.get("PrivateIpAddresses", [])]
            if address.get("Association", {}).get("PublicIp")
        }
    )


def first_launch(item, where):
    """When the primary interface was attached."""
    return next(
        (
            each["Attachment"]["AttachTime"]
            for each in item["NetworkInterfaces"]
            if each.get("Attachment", {}).get("DeviceIndex") == 0
        ),
        None,
    )


def devices(item, where):
    """The EBS volumes of an instance."""
    return [
        {
            "device_name": each.get("DeviceName"),
            "volume_id": each["Ebs"].get("VolumeId"),
            "delete_on_termination": each["Ebs"].get("DeleteOnTermination"),
        }
        for each in item.get("BlockDeviceMappings", [])
        if "Ebs" in each
    ]


def image_devices(item, where):
    """The EBS volumes of an image."""
    return [
        {"device_name": each.get("DeviceName"), **each["Ebs"]}
        for each in item.get("BlockDeviceMappings", [])
        if "Ebs" in each
    ]


def versions(item, where):
    """The default and the latest version of a launch template."""
    found = where.read(
        "ec2 describe-launch-template-versions --launch-template-id {id}",
        "LaunchTemplateVersions",
        id=item["LaunchTemplateId"],
    )
    wanted = {item["DefaultVersionNumber"], item["LatestVersionNumber"]}
    return [version(each) for each in found if each["VersionNumber"] in wanted]


def version(item):
    """A version of a launch template, in our form."""
    told = item["LaunchTemplateData"]
    profile = told.get("IamInstanceProfile", {})
    return {
        "version_number": item["VersionNumber"],
        "default_version": item["DefaultVersion"],
        "create_time": item["CreateTime"],
        "image_id": told.get("ImageId"),
        "instance_type": told.get("InstanceType"),
        "iam_instance_profile": profile.get("Arn") or profile.get("Name"),
        "key_name": told.get("KeyName"),
        "has_user_data": bool(told.get("UserData")),
        "monitoring_enabled": told.get("Monitoring", {}).get("Enabled"),
        "metadata_options": told.get("MetadataOptions"),
        "security_group_ids": told.get("SecurityGroupIds"),
        "network_interfaces": told.get("NetworkInterfaces"),
        "block_device_mappings": [
            {
                **each.get("Ebs", {}),
                "device_name": each.get("DeviceName"),
                "ebs": "Ebs" in each,
            }
            for each in told.get("BlockDeviceMappings", [])
        ],
    }


def public_snapshot(item, where):
    """Whether everyone may make volumes of a snapshot."""
    everyone = where.read("ec2 describe-snapshots --restorable-by-user-ids all")["Snapshots"]
    own = where.read("ec2 describe-snapshots --owner-ids self")["Snapshots"]
    if len(everyone) >= len(own):
        raise Untold("moto takes all snapshots for public when it is asked which ones are")
    permissions = where.read(
        "ec2 describe-snapshot-attribute --attribute createVolumePermission --snapshot-id {id}",
        "CreateVolumePermissions",
        id=item["SnapshotId"],
    )
    return any(each.get("Group") == "all" for each in permissions or [])


def image(item, where):
    """What EC2 tells of the image that an instance was made from."""
    found = where.read("ec2 describe-instance-image-metadata", "InstanceImageMetadata")
    of = (each for each in found if each["InstanceId"] == item["InstanceId"])
    return next(of, {}).get("ImageMetadata")


def allowed_images(found):
    """Whose images may be used."""
    criteria = found.get("ImageCriteria", [])
    providers = {name for each in criteria for name in each.get("ImageProviders", [])}
    return {**found, "ImageProviders": sorted(providers)}


def region(where):
    """A Region is one thing that no call lists."""
    return [({"Region": where.region}, where)]


KINDS = {
    "ec2.instance": kind(
        "describe-instances",
        "Reservations[].Instances[]",
        "InstanceId",
        "instance",
        facts={
            "state": "State.Name",
            "state_transition_time": transition_time,
            "first_launch_time": first_launch,
            "iam_instance_profile": "IamInstanceProfile.Arn",
            "monitoring": "Monitoring.State",
            "enclave_enabled": lambda item, where: bool(
                item.get("EnclaveOptions", {}).get("Enabled")
            ),
            "ebs_optimized": lambda item, where: bool(item.get("EbsOptimized")),
            "public_ip_addresses": public_addresses,
            "ipv6_addresses": "NetworkInterfaces[].Ipv6Addresses[].Ipv6Address",
            "security_groups": "SecurityGroups[].GroupId",
            "network_interfaces": interfaces,
            "block_devices": devices,
            "image": image,
        },
    ),
    "ec2.launch_template": kind(
        "describe-launch-templates",
        "LaunchTemplates",
        "LaunchTemplateId",
        "launch-template",
        facts={"versions": versions},
        
    ),
    "ec2.volume": kind(
        "describe-volumes",
        "Volumes",
        "VolumeId",
        "volume",
        facts={
            "multi_attach_enabled": told("MultiAttachEnabled"),
            # Said to be "" of one that was made from none.
            "snapshot_id": lambda item, where: item.get("SnapshotId") or None,
        },
    ),
    "ec2.snapshot": Kind(
        "ec2 describe-snapshots --owner-ids self",
        "Snapshots",
        id="SnapshotId",
        arn=lambda item, where: f"arn:aws:ec2:{where.region}::snapshot/{item['SnapshotId']}",
        facts={"public": public_snapshot},
        
    ),
    "ec2.image": Kind(
        "ec2 describe-images --owners self --include-disabled --include-deprecated",
        "Images",
        id="ImageId",
        arn=lambda item, where: f"arn:aws:ec2:{where.region}::image/{item['ImageId']}",
        facts={"block_devices": image_devices},
    ),
    "ec2.region": Kind(
        region,
        id="Region",
        facts={
            "ebs_encryption_by_default": Call(
                "ec2 get-ebs-encryption-by-default", "EbsEncryptionByDefault"
            ),
            "ebs_default_kms_key_id": Call("ec2 get-ebs-default-kms-key-id", "KmsKeyId"),
            "snapshot_block_public_access": Call("ec2 get-snapshot-block-public-access-state"),
            "image_block_public_access": Call(
                "ec2 get-image-block-public-access-state",
                "{state: ImageBlockPublicAccessState, managed_by: ManagedBy}",
            ),
            # Nothing is told where nothing is set.
            "instance_metadata_defaults": Call(
                "ec2 get-instance-metadata-defaults", "AccountLevel", then=lambda found: found or {}
            ),
            "serial_console_access": Call(
                "ec2 get-serial-console-access-status",
                "{enabled: SerialConsoleAccessEnabled, managed_by: ManagedBy}",
            ),
            "allowed_images": Call("ec2 get-allowed-images-settings", then=allowed_images),
        },
        skip={"tags": "a Region has none"},
    ),
}
