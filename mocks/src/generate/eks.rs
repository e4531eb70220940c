//! EKS clusters with their node groups.

use serde_json::{Value, json};

use super::Place;

/// Kubernetes versions with their support in November 2026, and its ends, the standard one's and the
/// extended one's: EKS User Guide, "Understand the Kubernetes version lifecycle on EKS".
const VERSIONS: [[&str; 4]; 4] = [
    ["1.29", "UNSUPPORTED", "2025-03-23", "2026-03-23"],
    ["1.31", "EXTENDED_SUPPORT", "2025-11-26", "2026-11-26"],
    ["1.33", "EXTENDED_SUPPORT", "2026-07-29", "2027-07-29"],
    ["1.34", "STANDARD_SUPPORT", "2026-12-02", "2027-12-02"],
];

pub(super) fn fill(place: &mut Place<'_>) {
    let mut names = Vec::new();
    for number in 0..place.spec.mix.clusters {
        let name = format!("cluster-{number:04}");
        cluster(place, &name);
        names.push(name);
    }
    place.reply("eks", "ListClusters", json!({ "clusters": names }));
    let versions = VERSIONS.map(|[version, status, standard, extended]| {
        json!({"clusterVersion": version, "clusterType": "eks", "versionStatus": status,
               "endOfStandardSupportDate": format!("{standard}T00:00:00Z"),
               "endOfExtendedSupportDate": format!("{extended}T00:00:00Z")})
    });
    let versions = json!({ "clusterVersions": versions });
    place.reply("eks", "DescribeClusterVersions", versions);
}

fn cluster(place: &mut Place<'_>, name: &str) {
    let public = place.random.chance(40);
    let seat = place.seat(public);
    place.interface(&seat, &format!("Amazon EKS {name}"), false, None);
    let (vpc, subnet, groups) = seat;
    let logs = place.random.chance(60);
    let encryption = if place.random.chance(60) {
        json!([{"resources": ["secrets"], "provider": {"keyArn": place.key_arn()}}])
    } else {
        Value::Null
    };
    let open = if place.random.chance(50) {
        "0.0.0.0/0"
    } else {
        "203.0.113.0/24"
    };
    let version = place.random.word(&VERSIONS.map(|[version, ..]| version));
    let described = json!({
        "name": name, "arn": place.arn("eks", &format!("cluster/{name}")), "version": version,
        "createdAt": place.random.time(), "status": "ACTIVE", "platformVersion": "eks.8",
        "roleArn": format!("arn:aws:iam::{}:role/role-0000", place.spec.id),
        "endpoint": format!("https://{}.gr7.{}.eks.amazonaws.com", place.random.hex(16), place.region),
        "resourcesVpcConfig": {
            "subnetIds": [subnet], "securityGroupIds": [], "vpcId": vpc,
            "clusterSecurityGroupId": groups[0]["GroupId"],
            "endpointPublicAccess": public, "endpointPrivateAccess": !public,
            "publicAccessCidrs": if public { json!([open]) } else { json!([]) },
        },
        "logging": {"clusterLogging": [
            {"types": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
             "enabled": logs},
        ]},
        "encryptionConfig": encryption, "tags": {},
        "accessConfig": {"authenticationMode": "API"},
    });
    place.reply_to(
        "eks",
        "DescribeCluster",
        json!({ "name": name }),
        json!({ "cluster": described }),
    );
    let of = json!({ "clusterName": name });
    place.reply_to(
        "eks",
        "ListNodegroups",
        of.clone(),
        json!({"nodegroups": ["general"]}),
    );
    let random = place.random.uuid();
    let path = format!("nodegroup/{name}/general/{random}");
    let group = json!({
        "nodegroupName": "general", "clusterName": name, "version": version, "status": "ACTIVE",
        "nodegroupArn": place.arn("eks", &path),
        "createdAt": place.random.time(), "capacityType": "ON_DEMAND", "subnets": [subnet],
        "scalingConfig": {"minSize": 1, "maxSize": 4, "desiredSize": 2},
        "amiType": "AL2023_x86_64_STANDARD", "diskSize": 50, "tags": {},
        "nodeRole": format!("arn:aws:iam::{}:role/role-0001", place.spec.id),
    });
    let input = json!({"clusterName": name, "nodegroupName": "general"});
    place.reply_to(
        "eks",
        "DescribeNodegroup",
        input,
        json!({ "nodegroup": group }),
    );
    place.reply_to("eks", "ListAddons", of, json!({"addons": ["vpc-cni"]}));
    let path = format!("addon/{name}/vpc-cni/{random}");
    let addon = json!({"addonName": "vpc-cni", "clusterName": name, "status": "ACTIVE",
                       "addonArn": place.arn("eks", &path),
                       "addonVersion": "v1.19.0-eksbuild.1", "tags": {}});
    let input = json!({"clusterName": name, "addonName": "vpc-cni"});
    place.reply_to("eks", "DescribeAddon", input, json!({ "addon": addon }));
}
