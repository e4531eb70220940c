"""EC2: instances, launch templates, volumes, snapshots, images."""

import base64

from .base import HOME, OTHER, PARTNER
from .network import named

V2 = {"HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 1}
V1 = {"HttpTokens": "optional", "HttpEndpoint": "enabled"}


def make(world):
    """Makes everything that computes."""
    ec2 = world.aws("ec2")
    found = ec2.describe_images(Owners=["amazon"])["Images"]
    image = sorted(item["ImageId"] for item in found)[0]
    world.called("image.base", image)
    # Set before any volume is made, so that the other Region encrypts all of them.
    world.aws("ec2", OTHER).enable_ebs_encryption_by_default()
    ec2.create_key_pair(KeyName="operators")
    world.aws("ec2", OTHER).create_key_pair(KeyName="operators")
    instances(world, image)
    templates(world, image)
    disks(world)
    images(world)


def instances(world, image):
    """Instances with the old and the new metadata service, in public and private subnets."""
    ec2 = world.aws("ec2")

    def instance(name, subnet, group, options, **more):
        made = ec2.run_instances(
            ImageId=image,
            MinCount=1,
            MaxCount=1,
            InstanceType="t3.micro",
            MetadataOptions=options,
            NetworkInterfaces=[
                {
                    "DeviceIndex": 0,
                    "SubnetId": world.ids[f"subnet.{subnet}"],
                    "Groups": [world.ids[f"sg.{group}"]],
                    "AssociatePublicIpAddress": subnet.startswith("public"),
                }
            ],
            TagSpecifications=named("instance", name),
            **more,
        )
        return world.called(f"instance.{name}", made["Instances"][0]["InstanceId"])

    secret = base64.b64encode(b"#!/bin/sh\nexport TOKEN=not-a-secret\n").decode()
    instance("exposed", "public-a", "ssh-world", V1, KeyName="operators", UserData=secret)
    instance(
        "web",
        "public-a",
        "https-world",
        V2,
        IamInstanceProfile={"Name": "web-server"},
        Monitoring={"Enabled": True},
    )
    instance("worker", "private-a", "closed", V2, EbsOptimized=True)
    no_metadata = {"HttpEndpoint": "disabled", "HttpTokens": "optional"}
    instance("no-metadata", "private-b", "closed", no_metadata)
    stopped = instance("stopped", "private-b", "closed", V1)
    ec2.stop_instances(InstanceIds=[stopped])
    gone = instance("terminated", "private-b", "closed", V1)
    ec2.terminate_instances(InstanceIds=[gone])


def templates(world, image):
    """Launch templates; of one, a later version mends what the first did."""
    ec2 = world.aws("ec2")

    def template(name, options):
        made = ec2.create_launch_template(
            LaunchTemplateName=name,
            LaunchTemplateData={
                "ImageId": image,
                "InstanceType": "t3.micro",
                "MetadataOptions": options,
                "SecurityGroupIds": [world.ids["sg.closed"]],
            },
        )
        return world.called(f"lt.{name}", made["LaunchTemplate"]["LaunchTemplateId"])

    template("old-metadata", V1)
    mended = template("mended", V1)
    ec2.create_launch_template_version(
        LaunchTemplateId=mended,
        LaunchTemplateData={"ImageId": image, "MetadataOptions": V2},
    )
    ec2.modify_launch_template(LaunchTemplateId=mended, DefaultVersion="2")
    made = ec2.create_launch_template(
        LaunchTemplateName="public-address",
        LaunchTemplateData={
            "ImageId": image,
            "MetadataOptions": V2,
            "NetworkInterfaces": [
                {
                    "DeviceIndex": 0,
                    "AssociatePublicIpAddress": True,
                    "Groups": [world.ids["sg.closed"]],
                }
            ],
            "BlockDeviceMappings": [
                {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20, "Encrypted": True}}
            ],
        },
    )
    world.called("lt.public-address", made["LaunchTemplate"]["LaunchTemplateId"])


def disks(world):
    """Volumes and snapshots; one snapshot for everyone, one for a partner."""
    ec2 = world.aws("ec2")

    def volume(name, **more):
        made = ec2.create_volume(
            AvailabilityZone=f"{HOME}a",
            Size=8,
            TagSpecifications=named("volume", name),
            **more,
        )
        return world.called(f"volume.{name}", made["VolumeId"])

    plain = volume("plain")
    encrypted = volume("encrypted", Encrypted=True, KmsKeyId=world.ids["key.rotated.home"])
    volume("idle")
    ec2.attach_volume(
        VolumeId=encrypted, InstanceId=world.ids["instance.worker"], Device="/dev/sdf"
    )
    ec2.attach_volume(
        VolumeId=plain, InstanceId=world.ids["instance.exposed"], Device="/dev/sdf"
    )

    def snapshot(name, of, **permission):
        made = ec2.create_snapshot(
            VolumeId=of, Description=name, TagSpecifications=named("snapshot", name)
        )["SnapshotId"]
        world.called(f"snapshot.{name}", made)
        if permission:
            ec2.modify_snapshot_attribute(
                SnapshotId=made,
                Attribute="createVolumePermission",
                OperationType="add",
                **permission,
            )

    snapshot("private", encrypted)
    snapshot("plain", plain)
    snapshot("public", plain, GroupNames=["all"])
    snapshot("partner", plain, UserIds=[PARTNER])
    made = world.aws("ec2", OTHER).create_volume(
        AvailabilityZone=f"{OTHER}a", Size=8, Encrypted=True
    )
    world.called("volume.other", made["VolumeId"])


def images(world):
    """Images of our own: kept, public, shared."""
    ec2 = world.aws("ec2")
    for name, permission in (
        ("private", None),
        ("public", {"Add": [{"Group": "all"}]}),
        ("partner", {"Add": [{"UserId": PARTNER}]}),
    ):
        made = ec2.create_image(InstanceId=world.ids["instance.worker"], Name=f"wl-{name}")
        made = world.called(f"image.{name}", made["ImageId"])
        if permission:
            ec2.modify_image_attribute(ImageId=made, LaunchPermission=permission)
