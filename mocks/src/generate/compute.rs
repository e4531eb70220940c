//! Instances, volumes, snapshots, and the Region's settings for them.

use serde_json::{Value, json};

use super::{Place, tags};

pub(super) fn fill(place: &mut Place<'_>) {
    let (mut reservations, mut volumes) = (Vec::new(), Vec::new());
    for number in 0..place.spec.mix.instances {
        let (reservation, root) = instance(place, number);
        reservations.push(reservation);
        volumes.push(root);
    }
    for number in 0..place.spec.mix.volumes {
        let volume = volume(place, &format!("data-{number:05}"), None);
        volumes.push(volume);
    }
    snapshots(place, &volumes);
    place.reply(
        "ec2",
        "DescribeInstances",
        json!({ "Reservations": reservations }),
    );
    place.reply("ec2", "DescribeVolumes", json!({ "Volumes": volumes }));
    let encrypted = place.random.chance(60);
    place.reply(
        "ec2",
        "GetEbsEncryptionByDefault",
        json!({"EbsEncryptionByDefault": encrypted}),
    );
    let state = if place.random.chance(50) {
        "block-all-sharing"
    } else {
        "unblocked"
    };
    let state = json!({"State": state, "ManagedBy": "account"});
    place.reply("ec2", "GetSnapshotBlockPublicAccessState", state);
}

fn instance(place: &mut Place<'_>, number: usize) -> (Value, Value) {
    let id = place.random.id("i");
    let public = place.random.chance(25);
    let seat = place.seat(public);
    let (interface, address) = place.interface(&seat, "", public, Some(&id));
    let name = format!("server-{number:05}");
    let root = volume(place, &name, Some(&id));
    let (vpc, subnet, groups) = seat;
    let tokens = if place.random.chance(80) {
        "required"
    } else {
        "optional"
    };
    let (code, state) = if place.random.chance(92) {
        (16, "running")
    } else {
        (80, "stopped")
    };
    let launched = place.random.time();
    let kind = place
        .random
        .word(&["t3.small", "m6i.large", "c6i.xlarge", "r6g.large"]);
    let instance = json!({
        "InstanceId": id, "ImageId": place.random.id("ami"), "InstanceType": kind,
        "State": {"Code": code, "Name": state}, "LaunchTime": launched,
        "Placement": {"AvailabilityZone": format!("{}a", place.region), "Tenancy": "default"},
        "PrivateIpAddress": address, "VpcId": vpc, "SubnetId": subnet, "SecurityGroups": groups,
        "Architecture": "x86_64", "RootDeviceName": "/dev/xvda", "RootDeviceType": "ebs",
        "Monitoring": {"State": "disabled"}, "EbsOptimized": true, "SourceDestCheck": true,
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {
            "VolumeId": root["VolumeId"], "Status": "attached", "DeleteOnTermination": true,
            "AttachTime": launched,
        }}],
        "NetworkInterfaces": [{"NetworkInterfaceId": interface, "SubnetId": subnet,
            "VpcId": vpc, "PrivateIpAddress": address, "Groups": groups, "Status": "in-use"}],
        "MetadataOptions": {"State": "applied", "HttpTokens": tokens, "HttpEndpoint": "enabled",
            "HttpPutResponseHopLimit": if tokens == "required" { 2 } else { 1 }},
        "Tags": tags(&mut place.random, &name),
    });
    let reservation = json!({
        "ReservationId": place.random.id("r"), "OwnerId": place.spec.id, "Groups": [],
        "Instances": [instance],
    });
    (reservation, root)
}

fn volume(place: &mut Place<'_>, name: &str, instance: Option<&str>) -> Value {
    let id = place.random.id("vol");
    let encrypted = place.random.chance(85);
    let mut volume = json!({
        "VolumeId": id, "Size": 8 + place.random.below(500),
        "AvailabilityZone": format!("{}a", place.region), "CreateTime": place.random.time(),
        "State": if instance.is_some() { "in-use" } else { "available" },
        "Encrypted": encrypted, "VolumeType": "gp3", "Iops": 3000, "MultiAttachEnabled": false,
        "Attachments": [], "Tags": tags(&mut place.random, name),
    });
    if encrypted {
        volume["KmsKeyId"] = place.key_arn().into();
    }
    if let Some(instance) = instance {
        volume["Attachments"] = json!([{
            "Device": "/dev/xvda", "InstanceId": instance, "State": "attached", "VolumeId": id,
            "DeleteOnTermination": true,
        }]);
    }
    volume
}

fn snapshots(place: &mut Place<'_>, volumes: &[Value]) {
    let (mut all, mut public) = (Vec::new(), Vec::new());
    for _ in 0..place.spec.mix.snapshots {
        let volume = place.random.pick(volumes).cloned().unwrap_or_default();
        let id = place.random.id("snap");
        let snapshot = json!({
            "SnapshotId": id, "VolumeId": volume["VolumeId"], "VolumeSize": volume["Size"],
            "Encrypted": volume["Encrypted"], "State": "completed", "Progress": "100%",
            "OwnerId": place.spec.id, "StartTime": place.random.time(), "StorageTier": "standard",
            "Description": "nightly", "Tags": [],
        });
        let shared = match place.random.below(100) {
            0..2 if snapshot["Encrypted"] == false => {
                public.push(snapshot.clone());
                json!([{"Group": "all"}])
            }
            2..8 => json!([{"UserId": "444455556666"}]),
            _ => json!([]),
        };
        let input = json!({"SnapshotId": id, "Attribute": "createVolumePermission"});
        let output = json!({"SnapshotId": id, "CreateVolumePermissions": shared});
        place.reply_to("ec2", "DescribeSnapshotAttribute", input, output);
        all.push(snapshot);
    }
    place.reply("ec2", "DescribeSnapshots", json!({ "Snapshots": all }));
    let input = json!({"RestorableByUserIds": ["all"]});
    place.reply_to(
        "ec2",
        "DescribeSnapshots",
        input,
        json!({ "Snapshots": public }),
    );
}
