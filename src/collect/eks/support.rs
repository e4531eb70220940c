//! What EKS says of a cluster's version, and of its readiness for the next.

use super::super::Cx;
use super::super::convert::time;
use super::cluster::Of;
use crate::model::eks::{Insight, VersionSupport};
use crate::model::{Facet, GapId};
use aws_sdk_eks::types as sdk;
use std::collections::BTreeMap;

/// What AWS says of the support of the cluster's version.
pub(super) async fn version_support(of: &Of<'_>) -> Facet<VersionSupport> {
    if !of.cx.wants("eks.cluster.version_support") {
        return Facet::not_asked();
    }
    let version = match of.version().await {
        Facet::Known(version) => version,
        Facet::Unread(gaps) => return Facet::Unread(gaps),
    };
    match of.shared.versions.get_or_init(|| versions(of.cx)).await {
        Err(gap) => Facet::Unread(vec![gap.clone()]),
        Ok(versions) => versions
            .get(&version)
            .cloned()
            .ok_or_else(|| {
                let message = format!("the reply does not name Kubernetes {version}");
                of.cx
                    .malformed("eks:DescribeClusterVersions", Some(&of.arn), message)
            })
            .into(),
    }
}

async fn versions(cx: &Cx) -> Result<BTreeMap<String, VersionSupport>, GapId> {
    let clients = cx.clients();
    let mut versions = BTreeMap::new();
    cx.pages(
        "eks:DescribeClusterVersions",
        None,
        |token| {
            clients
                .eks()
                .describe_cluster_versions()
                .include_all(true)
                .max_results(100)
                .set_next_token(token)
                .send()
        },
        |page| {
            for item in page.cluster_versions.unwrap_or_default() {
                if let (Some(version), Some(status)) = (item.cluster_version, item.version_status) {
                    let support = VersionSupport {
                        status: status.as_str().to_owned(),
                        release_date: item.release_date.as_ref().and_then(time),
                        end_of_standard_support_date: item
                            .end_of_standard_support_date
                            .as_ref()
                            .and_then(time),
                        end_of_extended_support_date: item
                            .end_of_extended_support_date
                            .as_ref()
                            .and_then(time),
                    };
                    versions.insert(version, support);
                }
            }
            page.next_token
        },
    )
    .await?;
    Ok(versions)
}

/// EKS's own checks of the cluster.
pub(super) async fn insights(of: &Of<'_>) -> Facet<Vec<Insight>> {
    if !of.cx.wants("eks.cluster.insights") {
        return Facet::not_asked();
    }
    let clients = of.cx.clients();
    let mut insights: Vec<Insight> = Vec::new();
    let result = of
        .cx
        .pages(
            "eks:ListInsights",
            Some(&of.arn),
            |token| {
                clients
                    .eks()
                    .list_insights()
                    .cluster_name(&of.name)
                    .max_results(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                insights.extend(page.insights.unwrap_or_default().into_iter().map(insight));
                page.next_token
            },
        )
        .await;
    insights.sort_by(|a, b| (&a.category, &a.name).cmp(&(&b.category, &b.name)));
    result.map(|()| insights).into()
}

fn insight(item: sdk::InsightSummary) -> Insight {
    let status = item.insight_status;
    Insight {
        name: item.name.or(item.id).unwrap_or_default(),
        category: item.category.map(|category| category.as_str().to_owned()),
        kubernetes_version: item.kubernetes_version,
        status: status
            .as_ref()
            .and_then(|status| status.status.as_ref())
            .map(|status| status.as_str().to_owned()),
        reason: status.and_then(|status| status.reason),
        last_refresh_time: item.last_refresh_time.as_ref().and_then(time),
    }
}
