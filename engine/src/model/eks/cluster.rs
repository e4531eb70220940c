//! The cluster: its control plane, and who may enter it.

use super::HealthIssue;
use crate::model::{Facet, Kind, Tags};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What one description of a cluster gives.
pub(super) const DESCRIBED: &[&str] = &[
    "eks.cluster.authentication_mode",
    "eks.cluster.bootstrap_cluster_creator_admin_permissions",
    "eks.cluster.cluster_security_group_id",
    "eks.cluster.compute_config",
    "eks.cluster.control_plane_egress_mode",
    "eks.cluster.created_at",
    "eks.cluster.deletion_protection",
    "eks.cluster.encryption_config",
    "eks.cluster.endpoint",
    "eks.cluster.endpoint_private_access",
    "eks.cluster.endpoint_public_access",
    "eks.cluster.health_issues",
    "eks.cluster.ip_family",
    "eks.cluster.log_types",
    "eks.cluster.oidc_issuer",
    "eks.cluster.outpost_arns",
    "eks.cluster.platform_version",
    "eks.cluster.public_access_cidrs",
    "eks.cluster.role_arn",
    "eks.cluster.security_group_ids",
    "eks.cluster.status",
    "eks.cluster.subnet_ids",
    "eks.cluster.support_type",
    "eks.cluster.tags",
    "eks.cluster.version",
    "eks.cluster.vpc_id",
];

/// A cluster (`eks:ListClusters`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Cluster {
    /// The cluster's name.
    pub name: String,
    /// `CREATING`, `ACTIVE`, `UPDATING`, `PENDING`, `DELETING` or `FAILED`
    /// (`eks:DescribeCluster`).
    pub status: Facet<String>,
    /// When it was created (`eks:DescribeCluster`).
    pub created_at: Facet<Option<DateTime<Utc>>>,
    /// The Kubernetes minor version of the control plane, such as `1.33`
    /// (`eks:DescribeCluster`).
    pub version: Facet<String>,
    /// EKS's own build of that version, such as `eks.14`; AWS rolls it
    /// (`eks:DescribeCluster`).
    pub platform_version: Facet<Option<String>>,
    /// What AWS says of the support of the cluster's version
    /// (`eks:DescribeClusterVersions`).
    pub version_support: Facet<VersionSupport>,
    /// What happens when standard support ends: `EXTENDED` (the version stays, for a fee) or
    /// `STANDARD` (EKS upgrades the control plane by itself); `null` when AWS told none
    /// (`eks:DescribeCluster`, `upgradePolicy.supportType`).
    pub support_type: Facet<Option<String>>,
    /// The URL of the Kubernetes API server; `null` while it is being made
    /// (`eks:DescribeCluster`).
    pub endpoint: Facet<Option<String>>,
    /// Whether the API server is reachable from the Internet, for the addresses in
    /// `public_access_cidrs` (`eks:DescribeCluster`).
    pub endpoint_public_access: Facet<bool>,
    /// Whether the API server is reachable inside the VPC without leaving it
    /// (`eks:DescribeCluster`).
    pub endpoint_private_access: Facet<bool>,
    /// The addresses that the public endpoint admits, as CIDRs; of no effect when
    /// `endpoint_public_access` is false (`eks:DescribeCluster`).
    pub public_access_cidrs: Facet<Vec<String>>,
    /// Which way the control plane takes to other addresses: `AWS_MANAGED`,
    /// `CUSTOMER_ISOLATED` or `CUSTOMER_ROUTED`; `null` when AWS told none
    /// (`eks:DescribeCluster`).
    pub control_plane_egress_mode: Facet<Option<String>>,
    /// The VPC of the control plane's network interfaces (`eks:DescribeCluster`).
    pub vpc_id: Facet<Option<String>>,
    /// The subnets of those interfaces, sorted (`eks:DescribeCluster`).
    pub subnet_ids: Facet<Vec<String>>,
    /// Further security groups of those interfaces, sorted (`eks:DescribeCluster`).
    pub security_group_ids: Facet<Vec<String>>,
    /// The security group that EKS made for the control plane and the managed nodes
    /// (`eks:DescribeCluster`).
    pub cluster_security_group_id: Facet<Option<String>>,
    /// `ipv4` or `ipv6`: the addresses of pods and services (`eks:DescribeCluster`).
    pub ip_family: Facet<Option<String>>,
    /// The control plane's logs that go to CloudWatch Logs, sorted: `api`, `audit`,
    /// `authenticator`, `controllerManager`, `scheduler`; empty when none
    /// (`eks:DescribeCluster`, `logging.clusterLogging`).
    pub log_types: Facet<Vec<String>>,
    /// The customer's KMS keys that encrypt Kubernetes objects; empty when the customer chose
    /// none. From Kubernetes 1.28 on, EKS then encrypts them with a key of its own
    /// (`eks:DescribeCluster`).
    pub encryption_config: Facet<Vec<EncryptionConfig>>,
    /// Where IAM principals are admitted: `API` (access entries), `CONFIG_MAP` (the `aws-auth`
    /// ConfigMap in the cluster) or `API_AND_CONFIG_MAP` (`eks:DescribeCluster`).
    pub authentication_mode: Facet<String>,
    /// Whether who created the cluster was made its administrator; `null` when AWS told none
    /// (`eks:DescribeCluster`).
    pub bootstrap_cluster_creator_admin_permissions: Facet<Option<bool>>,
    /// The access entries, sorted by principal; empty in the mode `CONFIG_MAP`, in which they
    /// do not exist (`eks:ListAccessEntries`, `eks:DescribeAccessEntry`,
    /// `eks:ListAssociatedAccessPolicies`).
    pub access_entries: Facet<Vec<AccessEntry>>,
    /// The OpenID Connect issuer of the cluster's service accounts, for IAM roles
    /// (`eks:DescribeCluster`).
    pub oidc_issuer: Facet<Option<String>>,
    /// The OpenID Connect providers that sign users into the cluster, sorted by name
    /// (`eks:ListIdentityProviderConfigs`, `eks:DescribeIdentityProviderConfig`).
    pub identity_provider_configs: Facet<Vec<IdentityProviderConfig>>,
    /// The IAM roles that EKS Pod Identity gives to service accounts, sorted by namespace and
    /// service account (`eks:ListPodIdentityAssociations`,
    /// `eks:DescribePodIdentityAssociation`).
    pub pod_identity_associations: Facet<Vec<PodIdentityAssociation>>,
    /// The role with which EKS acts in the account (`eks:DescribeCluster`).
    pub role_arn: Facet<Option<String>>,
    /// EKS Auto Mode: whether EKS makes and owns the nodes; `null` when it was never set
    /// (`eks:DescribeCluster`).
    pub compute_config: Facet<Option<ComputeConfig>>,
    /// The Outposts that carry a local cluster; empty for a cluster in the Region
    /// (`eks:DescribeCluster`).
    pub outpost_arns: Facet<Vec<String>>,
    /// Whether the cluster refuses to be deleted; `null` when it was never set
    /// (`eks:DescribeCluster`).
    pub deletion_protection: Facet<Option<bool>>,
    /// What EKS reports to be wrong with the cluster (`eks:DescribeCluster`).
    pub health_issues: Facet<Vec<HealthIssue>>,
    /// EKS's own checks of the cluster: readiness for the next version, and misconfiguration;
    /// sorted by category and name (`eks:ListInsights`).
    pub insights: Facet<Vec<Insight>>,
}

impl Kind for Cluster {
    const NAME: &'static str = "eks.cluster";
}

/// The support of a Kubernetes version on EKS.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VersionSupport {
    /// `STANDARD_SUPPORT`, `EXTENDED_SUPPORT` (for a fee) or `UNSUPPORTED`.
    pub status: String,
    /// When EKS first offered the version.
    pub release_date: Option<DateTime<Utc>>,
    /// When standard support ends, or ended.
    pub end_of_standard_support_date: Option<DateTime<Utc>>,
    /// When extended support ends, or ended.
    pub end_of_extended_support_date: Option<DateTime<Utc>>,
}

/// A customer's key for Kubernetes objects: for secrets, and from Kubernetes 1.28 on for
/// everything that the API server stores.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct EncryptionConfig {
    /// The KMS key's ARN.
    pub key_arn: Option<String>,
}

/// An IAM principal that the cluster admits.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AccessEntry {
    /// The ARN of the IAM role or user, or of an account's root user; of any account when
    /// `type` is `STANDARD`.
    pub principal_arn: String,
    /// The account in that ARN; `null` when the ARN has none.
    pub principal_account: Option<String>,
    /// `STANDARD` for people and programs; `EC2_LINUX`, `EC2_WINDOWS`, `FARGATE_LINUX`, `EC2`,
    /// `HYBRID_LINUX` … for nodes.
    #[serde(rename = "type")]
    pub entry_type: Option<String>,
    /// The name that the principal has in the cluster.
    pub username: Option<String>,
    /// The Kubernetes groups that the principal is put into, sorted.
    pub kubernetes_groups: Vec<String>,
    /// The access policies of EKS that the principal has, sorted by ARN.
    pub access_policies: Vec<AccessPolicy>,
}

/// An access policy with the part of the cluster in which it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct AccessPolicy {
    /// The policy's ARN.
    pub policy_arn: String,
    /// The policy's name, the end of the ARN, such as `AmazonEKSClusterAdminPolicy`.
    pub name: String,
    /// `cluster` or `namespace`.
    pub scope: Option<String>,
    /// The namespaces, for the scope `namespace`; they may end in `*`.
    pub namespaces: Vec<String>,
}

/// An OpenID Connect provider that signs users in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct IdentityProviderConfig {
    /// The name of the configuration.
    pub name: String,
    /// The issuer's URL.
    pub issuer_url: Option<String>,
    /// The client id that tokens must be made out to.
    pub client_id: Option<String>,
    /// The claim that names the user; `null`: `sub`.
    pub username_claim: Option<String>,
    /// What is put before the user's name; `-`: nothing; `null`: the issuer's URL, except for
    /// the claim `email`.
    pub username_prefix: Option<String>,
    /// The claim that names the user's groups; `null`: no groups.
    pub groups_claim: Option<String>,
    /// What is put before each group; `null`: nothing.
    pub groups_prefix: Option<String>,
    /// The claims that a token must have, as `claim=value`, sorted.
    pub required_claims: Vec<String>,
    /// `CREATING`, `ACTIVE` or `DELETING`.
    pub status: Option<String>,
    /// The configuration's tags.
    pub tags: Tags,
}

/// An IAM role for the pods of a service account.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PodIdentityAssociation {
    /// The association's ARN.
    pub association_arn: Option<String>,
    /// The namespace.
    pub namespace: String,
    /// The service account.
    pub service_account: String,
    /// The IAM role that the pods get.
    pub role_arn: Option<String>,
    /// A role of another account that is then assumed; `null`: none.
    pub target_role_arn: Option<String>,
    /// Whether the session goes without the tags that name cluster, namespace and pod.
    pub disable_session_tags: Option<bool>,
    /// The add-on that made the association, by ARN; `null`: the customer.
    pub owner_arn: Option<String>,
}

/// EKS Auto Mode.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ComputeConfig {
    /// Whether EKS makes and owns the nodes.
    pub enabled: bool,
    /// The built-in node pools that are on, sorted: `general-purpose`, `system`.
    pub node_pools: Vec<String>,
    /// The role of the nodes.
    pub node_role_arn: Option<String>,
}

/// One of EKS's own checks of the cluster.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Insight {
    /// What is checked.
    pub name: String,
    /// `UPGRADE_READINESS` or `MISCONFIGURATION`.
    pub category: Option<String>,
    /// The Kubernetes version that an upgrade would go to.
    pub kubernetes_version: Option<String>,
    /// `PASSING`, `WARNING`, `ERROR` or `UNKNOWN`.
    pub status: Option<String>,
    /// Why it has that status.
    pub reason: Option<String>,
    /// When EKS last looked.
    pub last_refresh_time: Option<DateTime<Utc>>,
}
