"""EKS."""

import json
import re

from reading import Kind


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


def ask(where, command, path, cluster, **parts):
    """What is told of a cluster by a call of its own."""
    return where.read(f"eks {command} --cluster-name {{cluster}}", path, cluster=cluster, **parts)


def version_support(item, where):
    """The support of the cluster's version."""
    found = where.read("eks describe-cluster-versions --include-all", "clusterVersions")
    told = next(each for each in found if each["clusterVersion"] == item["version"])
    return {**told, "status": told["versionStatus"]}


def access_entries(item, where):
    """Who may enter, and with which policies."""
    name = item["name"]
    if item.get("accessConfig", {}).get("authenticationMode") == "CONFIG_MAP":
        # There are none then, and EKS refuses the question.
        return []
    made = []
    for principal in ask(where, "list-access-entries", "accessEntries", name):
        of = "--principal-arn {principal}"
        found = ask(where, f"describe-access-entry {of}", "accessEntry", name, principal=principal)
        policies = ask(
            where,
            f"list-associated-access-policies {of}",
            "associatedAccessPolicies",
            name,
            principal=principal,
        )
        made.append(
            {
                **found,
                "principal_account": principal.split(":")[4] or None,
                "access_policies": [
                    {
                        "policy_arn": each["policyArn"],
                        "name": each["policyArn"].rsplit("/", 1)[-1],
                        "scope": each["accessScope"]["type"],
                        "namespaces": each["accessScope"].get("namespaces"),
                    }
                    for each in policies
                ],
            }
        )
    return made


def identity_provider_configs(item, where):
    """Who signs users in."""
    made = []
    for each in ask(where, "list-identity-provider-configs", "identityProviderConfigs", item["name"]):
        command = "describe-identity-provider-config --identity-provider-config type={type},name={name}"
        found = ask(where, command, "identityProviderConfig.oidc", item["name"], **each)
        claims = [f"{claim}={value}" for claim, value in found.get("requiredClaims", {}).items()]
        made.append({**found, "name": each["name"], "requiredClaims": claims})
    return made


def pod_identity_associations(item, where):
    """The roles that service accounts get."""
    command = "describe-pod-identity-association --association-id {id}"
    return [
        ask(where, command, "association", item["name"], id=each["associationId"])
        for each in ask(where, "list-pod-identity-associations", "associations", item["name"])
    ]


def insights(item, where):
    """EKS's own checks."""
    return [
        {**each, **each.get("insightStatus", {})}
        for each in ask(where, "list-insights", "insights", item["name"])
    ]


def numbers(version):
    """A version as numbers, to be compared."""
    return [int(digits) for digits in re.findall(r"\d+", version)]


def versions(item, where):
    """The versions of an add-on that are there for the cluster's version."""
    kubernetes = where.read(
        "eks describe-cluster --name {name}", "cluster.version", name=item["clusterName"]
    )
    offered = where.read(
        "eks describe-addon-versions --addon-name {addon} --kubernetes-version {kubernetes}",
        "addons[].addonVersions[]",
        addon=item["addonName"],
        kubernetes=kubernetes,
    )
    return [
        {
            **each,
            "default_version": compatible["defaultVersion"],
            "newer": numbers(each["addonVersion"]) > numbers(item["addonVersion"]),
        }
        for each in offered
        for compatible in each["compatibilities"]
        if compatible["clusterVersion"] == kubernetes
    ]


def network_policy(item, where):
    """The switch for network policies in an add-on's configuration."""
    found = json.loads(item.get("configurationValues") or "{}").get("enableNetworkPolicy")
    return found if found is None else str(found).lower() == "true"


HEALTH = "health.issues || `[]`"

KINDS = {
    "eks.cluster": Kind(
        clusters,
        id="name",
        arn="arn",
        facts={
            "version_support": version_support,
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
            "access_entries": access_entries,
            "identity_provider_configs": identity_provider_configs,
            "pod_identity_associations": pod_identity_associations,
            "insights": insights,
        },
    ),
    "eks.nodegroup": Kind(
        children("list-nodegroups", "nodegroups", "describe-nodegroup", "nodegroup", "nodegroup-name"),
        id="nodegroupName",
        arn="nodegroupArn",
        key="arn",
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
        key="arn",
        facts={
            "selectors": lambda item, where: [{"labels": {}, **each} for each in item["selectors"]],
            "health_issues": HEALTH,
        },
    ),
    "eks.addon": Kind(
        children("list-addons", "addons", "describe-addon", "addon", "addon-name"),
        id="addonName",
        arn="addonArn",
        key="arn",
        facts={
            "enable_network_policy": network_policy,
            "versions": versions,
            "health_issues": HEALTH,
        },
    ),
}
