//! Amazon EKS: clusters and what belongs to them.
//!
//! Clusters that are only registered with EKS (EKS Anywhere and other Kubernetes elsewhere)
//! are not listed: AWS runs nothing of them.

mod addon;
mod cluster;
mod node;

pub use addon::{Addon, AddonVersion};
pub use cluster::{
    AccessEntry, AccessPolicy, Cluster, ComputeConfig, EncryptionConfig, IdentityProviderConfig,
    Insight, PodIdentityAssociation, VersionSupport,
};
pub use node::{FargateProfile, FargateSelector, LaunchTemplate, Nodegroup, ScalingConfig};

use super::{KindInfo, Read, Scope, Service};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "eks",
    kinds: &[
        KindInfo::of::<Addon>(),
        KindInfo::of::<Cluster>(),
        KindInfo::of::<FargateProfile>(),
        KindInfo::of::<Nodegroup>(),
    ],
    reads: &[
        read(
            "eks:ListClusters",
            &["eks:ListClusters"],
            &["eks.cluster"],
            &[],
        ),
        read(
            "eks:DescribeCluster",
            &["eks:DescribeCluster"],
            cluster::DESCRIBED,
            &["eks.cluster"],
        ),
        read(
            "eks:DescribeClusterVersions",
            &["eks:DescribeClusterVersions"],
            &["eks.cluster.version_support"],
            &["eks.cluster.version"],
        ),
        read(
            "eks:ListAccessEntries",
            &["eks:ListAccessEntries"],
            &["eks.cluster.access_entries"],
            &["eks.cluster.authentication_mode"],
        ),
        read(
            "eks:DescribeAccessEntry",
            &["eks:DescribeAccessEntry"],
            &["eks.cluster.access_entries"],
            &["eks.cluster.access_entries"],
        ),
        read(
            "eks:ListAssociatedAccessPolicies",
            &["eks:ListAssociatedAccessPolicies"],
            &["eks.cluster.access_entries"],
            &["eks.cluster.access_entries"],
        ),
        read(
            "eks:ListIdentityProviderConfigs",
            &["eks:ListIdentityProviderConfigs"],
            &["eks.cluster.identity_provider_configs"],
            &["eks.cluster"],
        ),
        read(
            "eks:DescribeIdentityProviderConfig",
            &["eks:DescribeIdentityProviderConfig"],
            &["eks.cluster.identity_provider_configs"],
            &["eks.cluster.identity_provider_configs"],
        ),
        read(
            "eks:ListPodIdentityAssociations",
            &["eks:ListPodIdentityAssociations"],
            &["eks.cluster.pod_identity_associations"],
            &["eks.cluster"],
        ),
        read(
            "eks:DescribePodIdentityAssociation",
            &["eks:DescribePodIdentityAssociation"],
            &["eks.cluster.pod_identity_associations"],
            &["eks.cluster.pod_identity_associations"],
        ),
        read(
            "eks:ListInsights",
            &["eks:ListInsights"],
            &["eks.cluster.insights"],
            &["eks.cluster"],
        ),
        // What belongs to a cluster is named by AWS with a random part in its ARN, which only
        // the description tells: without it there is no resource to speak of, and the list
        // counts as incomplete. So both calls give the kind.
        read(
            "eks:ListNodegroups",
            &["eks:ListNodegroups"],
            &["eks.nodegroup"],
            &["eks.cluster"],
        ),
        read(
            "eks:DescribeNodegroup",
            &["eks:DescribeNodegroup"],
            &["eks.nodegroup"],
            &["eks.nodegroup"],
        ),
        read(
            "eks:ListFargateProfiles",
            &["eks:ListFargateProfiles"],
            &["eks.fargate_profile"],
            &["eks.cluster"],
        ),
        read(
            "eks:DescribeFargateProfile",
            &["eks:DescribeFargateProfile"],
            &["eks.fargate_profile"],
            &["eks.fargate_profile"],
        ),
        read(
            "eks:ListAddons",
            &["eks:ListAddons"],
            &["eks.addon"],
            &["eks.cluster"],
        ),
        read(
            "eks:DescribeAddon",
            &["eks:DescribeAddon"],
            &["eks.addon", "eks.addon.enable_network_policy"],
            &["eks.addon"],
        ),
        read(
            "eks:DescribeAddonVersions",
            &["eks:DescribeAddonVersions"],
            &["eks.addon.versions"],
            &["eks.addon", "eks.cluster.version"],
        ),
    ],
};

const fn read(
    operation: &'static str,
    actions: &'static [&'static str],
    gives: &'static [&'static str],
    needs: &'static [&'static str],
) -> Read {
    Read {
        operation,
        actions,
        gives,
        needs,
        scope: Scope::Regional,
    }
}

/// Something that EKS itself reports to be wrong.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct HealthIssue {
    /// EKS's code for it, such as `KmsKeyDisabled` or `AccessDenied`.
    pub code: Option<String>,
    /// EKS's explanation.
    pub message: Option<String>,
    /// The resources that it concerns.
    pub resource_ids: Vec<String>,
}
