"""EKS: a cluster set up well and one left at its defaults, with what runs in them."""

from .base import ACCOUNT, HOME, OTHER

ROLES = f"arn:aws:iam::{ACCOUNT}:role"


def make(world):
    """Makes the clusters."""
    good(world)
    bad(world)


def good(world):
    """Private, encrypted, logged."""
    eks = world.aws("eks", OTHER)
    subnets = [world.ids["subnet.other-a"], world.ids["subnet.other-b"]]
    key = world.ids.get("key.rotated.other")
    eks.create_cluster(
        name="good",
        version="1.34",
        roleArn=f"{ROLES}/eks-cluster",
        resourcesVpcConfig={
            "subnetIds": subnets,
            "endpointPublicAccess": False,
            "endpointPrivateAccess": True,
            "publicAccessCidrs": [],
        },
        logging={
            "clusterLogging": [
                {"types": ["api", "audit", "authenticator"], "enabled": True},
                {"types": ["controllerManager", "scheduler"], "enabled": False},
            ]
        },
        encryptionConfig=[
            {
                "resources": ["secrets"],
                "provider": {"keyArn": f"arn:aws:kms:{OTHER}:{ACCOUNT}:key/{key}"},
            }
        ],
        accessConfig={"authenticationMode": "API"},
        deletionProtection=True,
        tags={"team": "platform"},
    )
    eks.create_nodegroup(
        clusterName="good",
        nodegroupName="workers",
        subnets=subnets,
        nodeRole=f"{ROLES}/web-server",
        amiType="AL2023_x86_64_STANDARD",
        instanceTypes=["m6i.large"],
        scalingConfig={"minSize": 1, "desiredSize": 2, "maxSize": 4},
        version="1.34",
        releaseVersion="1.34.1-20251112",
        tags={"team": "platform"},
    )
    eks.create_fargate_profile(
        clusterName="good",
        fargateProfileName="batch",
        podExecutionRoleArn=f"{ROLES}/eks-fargate",
        subnets=subnets,
        selectors=[{"namespace": "batch", "labels": {"size": "small"}}],
    )
    eks.create_addon(clusterName="good", addonName="vpc-cni")
    eks.create_access_entry(clusterName="good", principalArn=f"{ROLES}/admin-server")
    eks.create_pod_identity_association(
        clusterName="good",
        namespace="shop",
        serviceAccount="checkout",
        roleArn=f"{ROLES}/web-server",
    )


def bad(world):
    """Open to the world, unlogged, with nodes that anyone may knock at."""
    eks = world.aws("eks", HOME)
    subnets = [world.ids["subnet.public-a"], world.ids["subnet.public-b"]]
    eks.create_cluster(
        name="bad",
        version="1.29",
        roleArn=f"{ROLES}/eks-cluster",
        resourcesVpcConfig={
            "subnetIds": subnets,
            "endpointPublicAccess": True,
            "endpointPrivateAccess": False,
            "publicAccessCidrs": ["0.0.0.0/0"],
        },
        logging={
            "clusterLogging": [
                {
                    "types": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
                    "enabled": False,
                }
            ]
        },
        accessConfig={"authenticationMode": "CONFIG_MAP"},
    )
    for name, access in (
        ("knocked", {"ec2SshKey": "operators"}),
        (
            "guarded",
            {"ec2SshKey": "operators", "sourceSecurityGroups": [world.ids["sg.closed"]]},
        ),
    ):
        eks.create_nodegroup(
            clusterName="bad",
            nodegroupName=name,
            subnets=subnets if name == "knocked" else [world.ids["subnet.private-a"]],
            nodeRole=f"{ROLES}/web-server",
            amiType="AL2_x86_64",
            remoteAccess=access,
            version="1.28",
            releaseVersion="1.28.5-20240110",
        )
