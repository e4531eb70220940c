"""EKS."""

import re

from reading import Call, Kind


def clusters(where):
    """The clusters, described."""
    for name in where.read("eks list-clusters", "clusters"):
        yield where.read("eks describe-cluster --name {name}", "cluster", name=name), where


def children(command, path, describe, member, option):
    """What belongs to each cluster, described."""

    def items(where):
        for cluster in where.read("eks list-clusters", "clusters"):
            names = where.read(f"eks {command} --cluster-name {{cluster}}", path, cluster=cluster)
            for name in names:
                found = where.read(
                    f"eks {describe} --cluster-name {{cluster}} --{option} {{name}}",
                    member,
                    cluster=cluster,
                    name=name,
                )
                yield found, where

    return items


def log_types(item, where):
    """The control plane's logs that are on."""
    if "logging" not in item:
        return None
    setups = item["logging"].get("clusterLogging", [])
    return sorted(each for setup in setups if setup.get("enabled") for each in setup["types"])


def release_date(item, where):
    """The date at the end of an Amazon Linux release version."""
    found = re.fullmatch(r"\d+\.\d+\.\d+-(20\d\d)(\d\d)(\d\d)", item.get("releaseVersion", ""))
    return f"{'-'.join(found.groups())}T00:00:00Z" if found else None


def vpc(member):
    """A member of the cluster's network configuration."""
    return f"resourcesVpcConfig.{member}"


def of_cluster(command, path):
    """What is told of a cluster by a call of its own."""
    return Call(f"eks {command} --cluster-name {{name}}", path, name="name")


HEALTH = "health.issues || `[]`"

KINDS = {
    "eks.cluster": Kind(
        clusters,
        id="name",
        arn="arn",
        facts={
            "version_support": Call(
                "eks describe-cluster-versions --include-all --cluster-versions {version}",
                "clusterVersions[0]",
                version="version",
            ),
            "support_type": "upgradePolicy.supportType",
            "endpoint_public_access": vpc("endpointPublicAccess"),
            "endpoint_private_access": vpc("endpointPrivateAccess"),
            "public_access_cidrs": vpc("publicAccessCidrs"),
            "control_plane_egress_mode": vpc("controlPlaneEgressMode"),
            "vpc_id": vpc("vpcId"),
            "subnet_ids": vpc("subnetIds"),
            "security_group_ids": vpc("securityGroupIds"),
            "cluster_security_group_id": vpc("clusterSecurityGroupId"),
            "ip_family": "kubernetesNetworkConfig.ipFamily",
            "log_types": log_types,
            "encryption_config": "encryptionConfig[].{key_arn: provider.keyArn}",
            "authentication_mode": "accessConfig.authenticationMode",
            "bootstrap_cluster_creator_admin_permissions": "accessConfig.bootstrapClusterCreatorAdminPermissions",
            "oidc_issuer": "identity.oidc.issuer",
            "outpost_arns": "outpostConfig.outpostArns",
            "health_issues": HEALTH,
            "access_entries": of_cluster("list-access-entries", "accessEntries"),
            "identity_provider_configs": of_cluster(
                "list-identity-provider-configs", "identityProviderConfigs"
            ),
            "pod_identity_associations": of_cluster(
                "list-pod-identity-associations", "associations"
            ),
            "insights": of_cluster("list-insights", "insights"),
        },
    ),
    "eks.nodegroup": Kind(
        children("list-nodegroups", "nodegroups", "describe-nodegroup", "nodegroup", "nodegroup-name"),
        id="nodegroupName",
        arn="nodegroupArn",
        facts={
            "release_date": release_date,
            "ec2_ssh_key": "remoteAccess.ec2SshKey",
            "source_security_groups": "remoteAccess.sourceSecurityGroups",
            "remote_access_security_group": "resources.remoteAccessSecurityGroup",
            "auto_scaling_groups": "resources.autoScalingGroups[].name",
            "node_repair_enabled": "nodeRepairConfig.enabled",
            "health_issues": HEALTH,
        },
        
    ),
    "eks.fargate_profile": Kind(
        children(
            "list-fargate-profiles",
            "fargateProfileNames",
            "describe-fargate-profile",
            "fargateProfile",
            "fargate-profile-name",
        ),
        id="fargateProfileName",
        arn="fargateProfileArn",
        facts={"health_issues": HEALTH},
    ),
    "eks.addon": Kind(
        children("list-addons", "addons", "describe-addon", "addon", "addon-name"),
        id="addonName",
        arn="addonArn",
        facts={"health_issues": HEALTH},
    ),
}
