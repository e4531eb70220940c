//! What runs the pods: managed node groups and Fargate profiles.

use super::HealthIssue;
use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A managed node group (`eks:ListNodegroups`, `eks:DescribeNodegroup`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Nodegroup {
    /// The cluster that it belongs to.
    pub cluster_name: String,
    /// The node group's name.
    pub nodegroup_name: String,
    /// `CREATING`, `ACTIVE`, `UPDATING`, `DELETING`, `CREATE_FAILED`, `DELETE_FAILED` or
    /// `DEGRADED`.
    pub status: Option<String>,
    /// When it was created.
    pub created_at: Option<DateTime<Utc>>,
    /// The Kubernetes version of the nodes, such as `1.33`; `null` for an AMI of one's own
    /// whose version AWS does not know.
    pub version: Option<String>,
    /// The Kubernetes version of the cluster's control plane. Derived.
    pub cluster_version: Facet<String>,
    /// The release of the EKS-optimised AMI, such as `1.33.5-20251112`; the AMI's id for one's
    /// own.
    pub release_version: Option<String>,
    /// The date in `release_version`, at midnight; `null` when it has none, as those of
    /// Bottlerocket and of one's own AMIs.
    pub release_date: Option<DateTime<Utc>>,
    /// The family of the AMI: `AL2023_x86_64_STANDARD`, `BOTTLEROCKET_ARM_64`, …, or `CUSTOM`
    /// for an AMI that the launch template names.
    pub ami_type: Option<String>,
    /// `ON_DEMAND`, `SPOT` or `CAPACITY_BLOCK`.
    pub capacity_type: Option<String>,
    /// The instance types; empty when the launch template names it.
    pub instance_types: Vec<String>,
    /// The subnets of the nodes, sorted.
    pub subnets: Vec<String>,
    /// Those of the subnets whose route table leads to an Internet gateway, sorted. Derived.
    pub public_subnets: Facet<Vec<String>>,
    /// The EC2 key pair that opens the nodes to remote access; `null`: none, or a launch
    /// template decides (`remoteAccess.ec2SshKey`).
    pub ec2_ssh_key: Option<String>,
    /// The security groups that may use that access, sorted. Empty with a key: the whole
    /// Internet may (`remoteAccess.sourceSecurityGroups`).
    pub source_security_groups: Vec<String>,
    /// The security group that EKS made for that access; `null`: none.
    pub remote_access_security_group: Option<String>,
    /// The customer's launch template; `null`: EKS makes its own.
    pub launch_template: Option<LaunchTemplate>,
    /// The IAM role of the nodes.
    pub node_role: Option<String>,
    /// How many nodes there may be.
    pub scaling_config: Option<ScalingConfig>,
    /// The size of each node's root volume in GiB; `null` when the launch template decides.
    pub disk_size: Option<i64>,
    /// The Auto Scaling groups behind it, sorted.
    pub auto_scaling_groups: Vec<String>,
    /// Whether EKS replaces nodes that stop working; `null` when it was never set.
    pub node_repair_enabled: Option<bool>,
    /// What EKS reports to be wrong with the node group.
    pub health_issues: Vec<HealthIssue>,
}

impl Kind for Nodegroup {
    const NAME: &'static str = "eks.nodegroup";
}

/// A launch template of the customer's.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LaunchTemplate {
    /// The template's id.
    pub id: Option<String>,
    /// The template's name.
    pub name: Option<String>,
    /// The version in use.
    pub version: Option<String>,
}

/// How many nodes there may be.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ScalingConfig {
    /// The least.
    pub min_size: Option<i64>,
    /// The most.
    pub max_size: Option<i64>,
    /// As many as now wanted.
    pub desired_size: Option<i64>,
}

/// A Fargate profile: which pods run on Fargate (`eks:ListFargateProfiles`,
/// `eks:DescribeFargateProfile`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FargateProfile {
    /// The cluster that it belongs to.
    pub cluster_name: String,
    /// The profile's name.
    pub fargate_profile_name: String,
    /// `CREATING`, `ACTIVE`, `DELETING`, `CREATE_FAILED` or `DELETE_FAILED`.
    pub status: Option<String>,
    /// When it was created.
    pub created_at: Option<DateTime<Utc>>,
    /// The role with which Fargate pulls images and writes logs for the pods.
    pub pod_execution_role_arn: Option<String>,
    /// The private subnets of the pods, sorted.
    pub subnets: Vec<String>,
    /// The pods that it takes.
    pub selectors: Vec<FargateSelector>,
    /// What EKS reports to be wrong with the profile.
    pub health_issues: Vec<HealthIssue>,
}

impl Kind for FargateProfile {
    const NAME: &'static str = "eks.fargate_profile";
}

/// Which pods a Fargate profile takes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FargateSelector {
    /// The namespace; `*` and `?` match.
    pub namespace: Option<String>,
    /// The labels that a pod must have; empty: all pods of the namespace.
    pub labels: BTreeMap<String, String>,
}
