//! Add-ons that EKS installs and updates.

use super::HealthIssue;
use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An add-on (`eks:ListAddons`, `eks:DescribeAddon`). One that was installed by other means
/// (`kubectl`, Helm) is not seen by AWS.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Addon {
    /// The cluster that it belongs to.
    pub cluster_name: String,
    /// The add-on's name: `vpc-cni`, `coredns`, `kube-proxy`, `aws-ebs-csi-driver`, …
    pub addon_name: String,
    /// The installed version, such as `v1.20.4-eksbuild.1`.
    pub addon_version: Option<String>,
    /// `CREATING`, `ACTIVE`, `CREATE_FAILED`, `UPDATING`, `UPDATE_FAILED`, `DELETING`,
    /// `DELETE_FAILED` or `DEGRADED`.
    pub status: Option<String>,
    /// When it was installed.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was last changed.
    pub modified_at: Option<DateTime<Utc>>,
    /// Who publishes it: `eks`, or a vendor of the Marketplace.
    pub publisher: Option<String>,
    /// Who owns it: `aws`, `aws-marketplace`, `community`.
    pub owner: Option<String>,
    /// The IAM role of its service account; `null`: none, so that its pods have the node's
    /// role unless a pod identity association gives them another.
    pub service_account_role_arn: Option<String>,
    /// The pod identity associations that it owns, by ARN, sorted.
    pub pod_identity_associations: Vec<String>,
    /// Whether Kubernetes network policies are enforced: `enableNetworkPolicy` in the
    /// configuration of the add-on `vpc-cni`; `null` when it is not set, which is off. The
    /// rest of the configuration, which may hold secrets, is not kept.
    pub enable_network_policy: Facet<Option<bool>>,
    /// The versions that EKS offers for the cluster's Kubernetes version, the newest first
    /// (`eks:DescribeAddonVersions`).
    pub versions: Facet<Vec<AddonVersion>>,
    /// What EKS reports to be wrong with the add-on.
    pub health_issues: Vec<HealthIssue>,
}

impl Kind for Addon {
    const NAME: &'static str = "eks.addon";
}

/// A version of an add-on that EKS offers.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AddonVersion {
    /// The version.
    pub addon_version: String,
    /// Whether EKS installs it when none is named.
    pub default_version: bool,
    /// Whether it is newer than the installed one, number by number.
    pub newer: bool,
    /// Whether its pods need IAM permissions.
    pub requires_iam_permissions: bool,
}
