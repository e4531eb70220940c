//! A cluster: its description, and everything that hangs on its name.

use super::super::Cx;
use super::super::convert::time;
use super::{Children, Shared, access, addon, described_tags, health_issue, node, sorted, support};
use crate::model::eks::{Cluster, ComputeConfig, EncryptionConfig, HealthIssue};
use crate::model::{Facet, GapId};
use aws_sdk_eks::types as sdk;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::future::join_all;
use std::error::Error;
use std::future::Future;
use tokio::join;
use tokio::sync::OnceCell;

/// What the reads of one cluster share.
pub(super) struct Of<'a> {
    pub(super) cx: &'a Cx,
    pub(super) shared: &'a Shared,
    pub(super) name: String,
    pub(super) arn: String,
    description: OnceCell<Facet<sdk::Cluster>>,
}

impl Of<'_> {
    /// Lists the names of what belongs to the cluster and reads each; one that cannot be
    /// described leaves the list incomplete.
    pub(super) async fn each<O, E, F, G>(
        &self,
        operation: &'static str,
        list: impl Fn(Option<String>) -> F,
        page: impl Fn(O) -> (Option<Vec<String>>, Option<String>),
        read: impl Fn(String) -> G,
    ) -> Result<(), GapId>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
        G: Future<Output = Result<(), GapId>>,
    {
        let mut names = Vec::new();
        let each = |reply| {
            let (some, next) = page(reply);
            names.extend(some.unwrap_or_default());
            next
        };
        let listed = self.cx.pages(operation, Some(&self.arn), list, each).await;
        let all = join_all(names.into_iter().map(read)).await;
        listed.and(all.into_iter().collect())
    }

    /// The cluster's description, asked for once.
    pub(super) async fn described(&self) -> &Facet<sdk::Cluster> {
        let clients = self.cx.clients();
        let ask = async || {
            self.cx
                .facet(
                    "eks:DescribeCluster",
                    &self.arn,
                    || clients.eks().describe_cluster().name(&self.name).send(),
                    |reply| {
                        reply
                            .cluster
                            .ok_or_else(|| "the reply has no cluster".to_owned())
                    },
                )
                .await
        };
        self.description.get_or_init(ask).await
    }

    /// A member of the description that EKS always sends: a reply without it is not understood.
    async fn always<T>(
        &self,
        member: &str,
        take: impl FnOnce(&sdk::Cluster) -> Option<T>,
    ) -> Facet<T> {
        match self.described().await {
            Facet::Unread(gaps) => Facet::Unread(gaps.clone()),
            Facet::Known(cluster) => take(cluster)
                .ok_or_else(|| {
                    let message = format!("the reply has no {member}");
                    self.cx
                        .malformed("eks:DescribeCluster", Some(&self.arn), message)
                })
                .into(),
        }
    }

    /// A member of the description that EKS leaves out where there is none.
    async fn member<T>(&self, take: impl FnOnce(&sdk::Cluster) -> T) -> Facet<T> {
        self.described().await.map(take)
    }

    /// The Kubernetes version of the control plane.
    pub(super) async fn version(&self) -> Facet<String> {
        self.always("version", |cluster| cluster.version.clone())
            .await
    }
}

/// Reads a cluster and what belongs to it.
pub(super) async fn read(cx: &Cx, shared: &Shared, name: String) -> Children {
    let of = Of {
        cx,
        shared,
        arn: cx.arn("eks", &format!("cluster/{name}")),
        name,
        description: OnceCell::new(),
    };
    let ((), nodegroups, fargate_profiles, addons) = join!(
        Box::pin(cluster(&of)),
        Box::pin(node::nodegroups(&of)),
        Box::pin(node::fargate_profiles(&of)),
        Box::pin(addon::addons(&of)),
    );
    Children {
        nodegroups,
        fargate_profiles,
        addons,
    }
}

async fn cluster(of: &Of<'_>) {
    let (
        _,
        version_support,
        access_entries,
        identity_provider_configs,
        pod_identity_associations,
        insights,
    ) = join!(
        // At once, also when none of the others needs it.
        of.described(),
        support::version_support(of),
        access::entries(of),
        access::identity_provider_configs(of),
        access::pod_identity_associations(of),
        support::insights(of),
    );
    let endpoint = endpoint(of).await;
    let facts = Cluster {
        name: of.name.clone(),
        status: of
            .always("status", |c| Some(c.status.as_ref()?.as_str().to_owned()))
            .await,
        created_at: of.member(|c| c.created_at.as_ref().and_then(time)).await,
        version: of.version().await,
        platform_version: of.member(|c| c.platform_version.clone()).await,
        version_support,
        support_type: of
            .member(|c| {
                Some(
                    c.upgrade_policy
                        .as_ref()?
                        .support_type
                        .as_ref()?
                        .as_str()
                        .to_owned(),
                )
            })
            .await,
        endpoint: of.member(|c| c.endpoint.clone()).await,
        endpoint_public_access: endpoint.map(|e| e.public),
        endpoint_private_access: endpoint.map(|e| e.private),
        public_access_cidrs: public_access_cidrs(of, &endpoint).await,
        control_plane_egress_mode: of
            .member(|c| {
                Some(
                    vpc(c)?
                        .control_plane_egress_mode
                        .as_ref()?
                        .as_str()
                        .to_owned(),
                )
            })
            .await,
        vpc_id: of.member(|c| vpc(c)?.vpc_id.clone()).await,
        subnet_ids: of
            .member(|c| sorted(vpc(c).and_then(|v| v.subnet_ids.clone())))
            .await,
        security_group_ids: of
            .member(|c| sorted(vpc(c).and_then(|v| v.security_group_ids.clone())))
            .await,
        cluster_security_group_id: of
            .member(|c| vpc(c)?.cluster_security_group_id.clone())
            .await,
        ip_family: of
            .member(|c| {
                let network = c.kubernetes_network_config.as_ref()?;
                Some(network.ip_family.as_ref()?.as_str().to_owned())
            })
            .await,
        log_types: of.always("logging", log_types).await,
        encryption_config: of
            .member(|c| {
                c.encryption_config
                    .iter()
                    .flatten()
                    .map(encryption_config)
                    .collect()
            })
            .await,
        authentication_mode: of.always("accessConfig", authentication_mode).await,
        bootstrap_cluster_creator_admin_permissions: of
            .member(|c| {
                c.access_config
                    .as_ref()?
                    .bootstrap_cluster_creator_admin_permissions
            })
            .await,
        access_entries,
        oidc_issuer: of
            .member(|c| c.identity.as_ref()?.oidc.as_ref()?.issuer.clone())
            .await,
        identity_provider_configs,
        pod_identity_associations,
        role_arn: of.member(|c| c.role_arn.clone()).await,
        compute_config: of
            .member(|c| c.compute_config.as_ref().map(compute_config))
            .await,
        outpost_arns: of
            .member(|c| {
                c.outpost_config
                    .as_ref()
                    .map(|o| o.outpost_arns.clone())
                    .unwrap_or_default()
            })
            .await,
        deletion_protection: of.member(|c| c.deletion_protection).await,
        health_issues: of.member(health_issues).await,
        insights,
    };
    let tags = of.member(|c| described_tags(c.tags.clone())).await;
    let meta = of.cx.meta(of.arn.clone(), of.name.clone(), tags);
    of.cx.emit(meta, facts);
}

fn vpc(cluster: &sdk::Cluster) -> Option<&sdk::VpcConfigResponse> {
    cluster.resources_vpc_config.as_ref()
}

/// How the API server is reached.
struct Endpoint {
    public: bool,
    private: bool,
}

/// The SDK cannot tell a switch that is off from one that is missing. EKS refuses to switch
/// both off, so two that are off are two that are missing.
async fn endpoint(of: &Of<'_>) -> Facet<Endpoint> {
    of.always(
        "endpointPublicAccess and endpointPrivateAccess",
        |cluster| {
            let config = vpc(cluster)?;
            let endpoint = Endpoint {
                public: config.endpoint_public_access,
                private: config.endpoint_private_access,
            };
            (endpoint.public || endpoint.private).then_some(endpoint)
        },
    )
    .await
}

/// EKS tells the addresses of every public endpoint, be they all of them.
async fn public_access_cidrs(of: &Of<'_>, endpoint: &Facet<Endpoint>) -> Facet<Vec<String>> {
    if let Facet::Unread(gaps) = endpoint {
        return Facet::Unread(gaps.clone());
    }
    let public = endpoint.known().is_some_and(|endpoint| endpoint.public);
    of.always("publicAccessCidrs", |cluster| {
        let cidrs = sorted(vpc(cluster).and_then(|config| config.public_access_cidrs.clone()));
        (!cidrs.is_empty() || !public).then_some(cidrs)
    })
    .await
}

fn log_types(cluster: &sdk::Cluster) -> Option<Vec<String>> {
    let setups = cluster.logging.as_ref()?.cluster_logging.as_ref()?;
    let mut types: Vec<String> = setups
        .iter()
        .filter(|setup| setup.enabled == Some(true))
        .flat_map(|setup| setup.types.iter().flatten())
        .map(|kind| kind.as_str().to_owned())
        .collect();
    types.sort();
    Some(types)
}

fn encryption_config(config: &sdk::EncryptionConfig) -> EncryptionConfig {
    EncryptionConfig {
        key_arn: config
            .provider
            .as_ref()
            .and_then(|provider| provider.key_arn.clone()),
    }
}

pub(super) fn authentication_mode(cluster: &sdk::Cluster) -> Option<String> {
    let mode = cluster
        .access_config
        .as_ref()?
        .authentication_mode
        .as_ref()?;
    Some(mode.as_str().to_owned())
}

fn compute_config(config: &sdk::ComputeConfigResponse) -> ComputeConfig {
    ComputeConfig {
        enabled: config.enabled.unwrap_or(false),
        node_pools: sorted(config.node_pools.clone()),
        node_role_arn: config.node_role_arn.clone(),
    }
}

fn health_issues(cluster: &sdk::Cluster) -> Vec<HealthIssue> {
    let health = cluster.health.as_ref();
    health
        .and_then(|health| health.issues.as_ref())
        .into_iter()
        .flatten()
        .map(|issue| {
            let code = issue.code.as_ref().map(|code| code.as_str());
            health_issue(code, issue.message.clone(), issue.resource_ids.clone())
        })
        .collect()
}
