//! Reads Amazon EKS: clusters and what belongs to them.

mod access;
mod addon;
mod cluster;
mod node;
mod support;

use super::convert::tags;
use super::{Collector, Cx};
use crate::model::eks::{HealthIssue, VersionSupport};
use crate::model::{GapId, Scope, Tags};
use futures_util::future::join_all;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

pub(super) static COLLECTORS: &[Collector] = &[Collector {
    gives: &[
        "eks.cluster",
        "eks.nodegroup",
        "eks.fargate_profile",
        "eks.addon",
    ],
    scope: Scope::Regional,
    run: |cx| Box::pin(region(cx)),
}];

/// What is on offer, asked once by whoever needs it first.
type Offer = Arc<OnceCell<addon::Offers>>;

/// The result of one of a cluster's lists.
type ListOf = fn(&Children) -> &Result<(), GapId>;

/// What the clusters of a Region ask for together, each asked once.
#[derive(Default)]
struct Shared {
    /// The support of each Kubernetes version.
    versions: OnceCell<Result<BTreeMap<String, VersionSupport>, GapId>>,
    /// The versions on offer, by add-on and Kubernetes version.
    offers: Mutex<BTreeMap<(String, String), Offer>>,
}

impl Shared {
    fn offers(&self, addon: &str, version: &str) -> Arc<OnceCell<addon::Offers>> {
        // A panic while the lock was held leaves whole entries behind.
        let mut offers = self.offers.lock().unwrap_or_else(PoisonError::into_inner);
        offers
            .entry((addon.to_owned(), version.to_owned()))
            .or_default()
            .clone()
    }
}

/// Whether the lists of one cluster were read to their end.
struct Children {
    nodegroups: Result<(), GapId>,
    fargate_profiles: Result<(), GapId>,
    addons: Result<(), GapId>,
}

async fn region(cx: Cx) {
    let clients = cx.clients();
    let mut names = Vec::new();
    let result = cx
        .pages(
            "eks:ListClusters",
            None,
            |token| {
                clients
                    .eks()
                    .list_clusters()
                    .max_results(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                names.extend(page.clusters.unwrap_or_default());
                page.next_token
            },
        )
        .await;
    cx.listed(&["eks.cluster"], &result);
    let shared = Shared::default();
    let children = join_all(
        names
            .into_iter()
            .map(|name| cluster::read(&cx, &shared, name)),
    )
    .await;
    // A list that one cluster did not give is a list that is not complete.
    let lists: [(&str, ListOf); 3] = [
        ("eks.nodegroup", |of| &of.nodegroups),
        ("eks.fargate_profile", |of| &of.fargate_profiles),
        ("eks.addon", |of| &of.addons),
    ];
    for (kind, list) in lists {
        if cx.wants(kind) {
            let all = std::iter::once(&result).chain(children.iter().map(list));
            cx.listed(&[kind], &all.cloned().collect());
        }
    }
}

/// Tags, which EKS tells with every description.
fn described_tags(map: Option<HashMap<String, String>>) -> Tags {
    tags(
        map.unwrap_or_default()
            .into_iter()
            .map(|(key, value)| (Some(key), Some(value))),
    )
}

/// A list whose order EKS does not promise.
fn sorted(list: Option<Vec<String>>) -> Vec<String> {
    let mut list = list.unwrap_or_default();
    list.sort();
    list
}

/// Something that EKS reports to be wrong; each kind has codes of its own.
fn health_issue(
    code: Option<&str>,
    message: Option<String>,
    resource_ids: Option<Vec<String>>,
) -> HealthIssue {
    HealthIssue {
        code: code.map(str::to_owned),
        message,
        resource_ids: sorted(resource_ids),
    }
}
