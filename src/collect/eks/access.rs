//! Who may enter a cluster, and what its pods may do in AWS.

use super::cluster::{Of, authentication_mode};
use super::sorted;
use crate::collect::convert::tags;
use crate::model::eks::{
    AccessEntry, AccessPolicy, IdentityProviderConfig, PodIdentityAssociation,
};
use crate::model::{Facet, GapId};
use aws_sdk_eks::types as sdk;
use futures_util::future::{join_all, try_join_all};
use tokio::join;

/// The access entries. In the mode `CONFIG_MAP` there are none, and EKS refuses the question
/// with a code that also means other things: so it is not asked.
pub(super) async fn entries(of: &Of<'_>) -> Facet<Vec<AccessEntry>> {
    if !of.cx.wants("eks.cluster.access_entries") {
        return Facet::not_asked();
    }
    let mode = of.described().await.known().and_then(authentication_mode);
    if mode.as_deref() == Some("CONFIG_MAP") {
        return Facet::Known(Vec::new());
    }
    let clients = of.cx.clients();
    let mut principals = Vec::new();
    let listed = of
        .cx
        .pages(
            "eks:ListAccessEntries",
            Some(&of.arn),
            |token| {
                clients
                    .eks()
                    .list_access_entries()
                    .cluster_name(&of.name)
                    .max_results(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                principals.extend(page.access_entries.unwrap_or_default());
                page.next_token
            },
        )
        .await;
    if let Err(gap) = listed {
        return Facet::Unread(vec![gap]);
    }
    principals.sort();
    all(join_all(principals.into_iter().map(|principal| entry(of, principal))).await)
}

/// Every part, or what kept one of them from being read.
fn all<T>(parts: Vec<Result<T, GapId>>) -> Facet<Vec<T>> {
    let mut known = Vec::new();
    let mut gaps: Vec<GapId> = Vec::new();
    for part in parts {
        match part {
            Ok(part) => known.push(part),
            Err(gap) if gaps.contains(&gap) => {}
            Err(gap) => gaps.push(gap),
        }
    }
    if gaps.is_empty() {
        Facet::Known(known)
    } else {
        Facet::Unread(gaps)
    }
}

async fn entry(of: &Of<'_>, principal: String) -> Result<AccessEntry, GapId> {
    let clients = of.cx.clients();
    let eks = clients.eks();
    let mut access_policies = Vec::new();
    let described = of.cx.once("eks:DescribeAccessEntry", Some(&of.arn), || {
        eks.describe_access_entry()
            .cluster_name(&of.name)
            .principal_arn(&principal)
            .send()
    });
    let policies = of.cx.pages(
        "eks:ListAssociatedAccessPolicies",
        Some(&of.arn),
        |token| {
            eks.list_associated_access_policies()
                .cluster_name(&of.name)
                .principal_arn(&principal)
                .max_results(100)
                .set_next_token(token)
                .send()
        },
        |page| {
            let policies = page.associated_access_policies.unwrap_or_default();
            access_policies.extend(policies.into_iter().filter_map(access_policy));
            page.next_token
        },
    );
    let (described, policies) = join!(described, policies);
    policies?;
    let entry = described?.access_entry.ok_or_else(|| {
        let message = format!("the reply has no access entry for {principal}");
        of.cx
            .malformed("eks:DescribeAccessEntry", Some(&of.arn), message)
    })?;
    access_policies.sort();
    Ok(AccessEntry {
        principal_account: account(&principal),
        principal_arn: principal,
        entry_type: entry.r#type,
        username: entry.username,
        kubernetes_groups: sorted(entry.kubernetes_groups),
        access_policies,
    })
}

/// The account in an ARN.
fn account(arn: &str) -> Option<String> {
    let account = arn.split(':').nth(4)?;
    (!account.is_empty()).then(|| account.to_owned())
}

fn access_policy(policy: sdk::AssociatedAccessPolicy) -> Option<AccessPolicy> {
    let policy_arn = policy.policy_arn?;
    let scope = policy.access_scope;
    Some(AccessPolicy {
        name: policy_arn
            .rsplit('/')
            .next()
            .unwrap_or(&policy_arn)
            .to_owned(),
        scope: scope
            .as_ref()
            .and_then(|scope| scope.r#type.as_ref())
            .map(|scope| scope.as_str().to_owned()),
        namespaces: sorted(scope.and_then(|scope| scope.namespaces)),
        policy_arn,
    })
}

/// The OpenID Connect providers that sign users in.
pub(super) async fn identity_provider_configs(of: &Of<'_>) -> Facet<Vec<IdentityProviderConfig>> {
    if !of.cx.wants("eks.cluster.identity_provider_configs") {
        return Facet::not_asked();
    }
    let clients = of.cx.clients();
    let mut configs: Vec<sdk::IdentityProviderConfig> = Vec::new();
    let listed = of
        .cx
        .pages(
            "eks:ListIdentityProviderConfigs",
            Some(&of.arn),
            |token| {
                clients
                    .eks()
                    .list_identity_provider_configs()
                    .cluster_name(&of.name)
                    .max_results(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                configs.extend(page.identity_provider_configs.unwrap_or_default());
                page.next_token
            },
        )
        .await;
    if let Err(gap) = listed {
        return Facet::Unread(vec![gap]);
    }
    configs.sort_by(|a, b| a.name.cmp(&b.name));
    all(join_all(
        configs
            .into_iter()
            .map(|config| identity_provider_config(of, config)),
    )
    .await)
}

async fn identity_provider_config(
    of: &Of<'_>,
    config: sdk::IdentityProviderConfig,
) -> Result<IdentityProviderConfig, GapId> {
    let operation = "eks:DescribeIdentityProviderConfig";
    let clients = of.cx.clients();
    let reply = of
        .cx
        .once(operation, Some(&of.arn), || {
            clients
                .eks()
                .describe_identity_provider_config()
                .cluster_name(&of.name)
                .identity_provider_config(config.clone())
                .send()
        })
        .await?;
    let oidc = reply
        .identity_provider_config
        .and_then(|config| config.oidc)
        .ok_or_else(|| {
            let message = format!("the reply has no OpenID Connect provider {}", config.name);
            of.cx.malformed(operation, Some(&of.arn), message)
        })?;
    let mut required_claims: Vec<String> = oidc
        .required_claims
        .unwrap_or_default()
        .into_iter()
        .map(|(claim, value)| format!("{claim}={value}"))
        .collect();
    required_claims.sort();
    Ok(IdentityProviderConfig {
        name: config.name,
        issuer_url: oidc.issuer_url,
        client_id: oidc.client_id,
        username_claim: oidc.username_claim,
        username_prefix: oidc.username_prefix,
        groups_claim: oidc.groups_claim,
        groups_prefix: oidc.groups_prefix,
        required_claims,
        status: oidc.status.map(|status| status.as_str().to_owned()),
        tags: tags(oidc.tags.unwrap_or_default()),
    })
}

/// The IAM roles that EKS Pod Identity gives to service accounts.
pub(super) async fn pod_identity_associations(of: &Of<'_>) -> Facet<Vec<PodIdentityAssociation>> {
    if !of.cx.wants("eks.cluster.pod_identity_associations") {
        return Facet::not_asked();
    }
    let clients = of.cx.clients();
    let mut summaries = Vec::new();
    let listed = of
        .cx
        .pages(
            "eks:ListPodIdentityAssociations",
            Some(&of.arn),
            |token| {
                clients
                    .eks()
                    .list_pod_identity_associations()
                    .cluster_name(&of.name)
                    .max_results(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                summaries.extend(page.associations.unwrap_or_default());
                page.next_token
            },
        )
        .await;
    if let Err(gap) = listed {
        return Facet::Unread(vec![gap]);
    }
    let each = summaries
        .into_iter()
        .map(|summary| pod_identity_association(of, summary));
    match try_join_all(each).await {
        Err(gap) => Facet::Unread(vec![gap]),
        Ok(mut associations) => {
            associations.sort_by(|a, b| {
                (&a.namespace, &a.service_account).cmp(&(&b.namespace, &b.service_account))
            });
            Facet::Known(associations)
        }
    }
}

async fn pod_identity_association(
    of: &Of<'_>,
    summary: sdk::PodIdentityAssociationSummary,
) -> Result<PodIdentityAssociation, GapId> {
    let operation = "eks:DescribePodIdentityAssociation";
    let clients = of.cx.clients();
    let id = summary.association_id;
    let reply = of
        .cx
        .once(operation, Some(&of.arn), || {
            clients
                .eks()
                .describe_pod_identity_association()
                .cluster_name(&of.name)
                .set_association_id(id.clone())
                .send()
        })
        .await?;
    let malformed = || {
        let message = "the reply does not say which service account has which role".to_owned();
        of.cx.malformed(operation, Some(&of.arn), message)
    };
    let association = reply.association.ok_or_else(malformed)?;
    Ok(PodIdentityAssociation {
        association_arn: association.association_arn,
        namespace: association.namespace.ok_or_else(malformed)?,
        service_account: association.service_account.ok_or_else(malformed)?,
        role_arn: association.role_arn,
        target_role_arn: association.target_role_arn,
        disable_session_tags: association.disable_session_tags,
        owner_arn: association.owner_arn,
    })
}
