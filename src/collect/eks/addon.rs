//! The add-ons of a cluster.

use super::super::Cx;
use super::super::convert::time;
use super::cluster::Of;
use super::{described_tags, health_issue, sorted};
use crate::model::eks::{Addon, AddonVersion};
use crate::model::{Facet, GapId};
use aws_sdk_eks::types as sdk;
use serde_json::Value;
use std::cmp::Reverse;
use tokio::join;

/// The versions of an add-on on offer, before one is known to be installed.
pub(super) type Offers = Result<Vec<AddonVersion>, GapId>;

/// Reads the add-ons; one that cannot be described leaves the list incomplete.
pub(super) async fn addons(of: &Of<'_>) -> Result<(), GapId> {
    if !of.cx.wants("eks.addon") {
        return Ok(());
    }
    let clients = of.cx.clients();
    of.each(
        "eks:ListAddons",
        |token| {
            let request = clients.eks().list_addons().cluster_name(&of.name);
            request.max_results(100).set_next_token(token).send()
        },
        |page| (page.addons, page.next_token),
        |name| addon(of, name),
    )
    .await
}

async fn addon(of: &Of<'_>, name: String) -> Result<(), GapId> {
    let operation = "eks:DescribeAddon";
    let asked = of.cx.arn("eks", &format!("addon/{}/{name}", of.name));
    let clients = of.cx.clients();
    let described = of.cx.once(operation, Some(&asked), || {
        let request = clients.eks().describe_addon().cluster_name(&of.name);
        request.addon_name(&name).send()
    });
    // What is on offer hangs on the name alone.
    let (reply, offers) = join!(described, offered(of, &name));
    let reply = reply?;
    let malformed = || {
        let message = "the reply has no add-on with an ARN".to_owned();
        of.cx.malformed(operation, Some(&asked), message)
    };
    let addon = reply.addon.ok_or_else(malformed)?;
    let arn = addon.addon_arn.clone().ok_or_else(malformed)?;
    let enable_network_policy = enable_network_policy(addon.configuration_values.as_deref())
        .map_err(|message| of.cx.malformed(operation, Some(&arn), message))
        .into();
    let installed = addon.addon_version.as_deref();
    let versions = offers.map(|offers| versions(offers, installed));
    let tags = Facet::Known(described_tags(addon.tags));
    let facts = Addon {
        cluster_name: of.name.clone(),
        addon_name: name.clone(),
        addon_version: addon.addon_version,
        status: addon.status.map(|status| status.as_str().to_owned()),
        created_at: addon.created_at.as_ref().and_then(time),
        modified_at: addon.modified_at.as_ref().and_then(time),
        publisher: addon.publisher,
        owner: addon.owner,
        service_account_role_arn: addon.service_account_role_arn,
        pod_identity_associations: sorted(addon.pod_identity_associations),
        enable_network_policy,
        versions,
        health_issues: addon
            .health
            .and_then(|health| health.issues)
            .unwrap_or_default()
            .into_iter()
            .map(|issue| {
                let code = issue.code.as_ref().map(|code| code.as_str());
                health_issue(code, issue.message, issue.resource_ids)
            })
            .collect(),
    };
    of.cx.emit(of.cx.meta(arn, name, tags), facts);
    Ok(())
}

/// One switch of the add-on's configuration, which is JSON or YAML; the rest is dropped.
fn enable_network_policy(configuration: Option<&str>) -> Result<Option<bool>, String> {
    let Some(text) = configuration.filter(|text| !text.trim().is_empty()) else {
        return Ok(None);
    };
    // What is wrong with it is not repeated: it may quote a secret.
    let values: Value = serde_saphyr::from_str(text)
        .map_err(|_| "the add-on's configuration is neither JSON nor YAML".to_owned())?;
    match values.get("enableNetworkPolicy") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(on)) => Ok(Some(*on)),
        Some(Value::String(word)) if word.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(Value::String(word)) if word.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(_) => Err("enableNetworkPolicy is neither true nor false".to_owned()),
    }
}

/// What is on offer for the cluster's Kubernetes version.
async fn offered(of: &Of<'_>, addon: &str) -> Facet<Vec<AddonVersion>> {
    if !of.cx.wants("eks.addon.versions") {
        return Facet::not_asked();
    }
    let version = match of.version().await {
        Facet::Known(version) => version,
        Facet::Unread(gaps) => return Facet::Unread(gaps),
    };
    let cell = of.shared.offers(addon, &version);
    let offers = cell.get_or_init(|| offers(of.cx, addon, &version)).await;
    offers.clone().into()
}

/// What is on offer, each marked by whether it is newer than what is installed.
fn versions(offers: &[AddonVersion], installed: Option<&str>) -> Vec<AddonVersion> {
    let installed = installed.map(numbers);
    let newer = |offer: &AddonVersion| {
        installed
            .as_ref()
            .is_some_and(|installed| numbers(&offer.addon_version) > *installed)
    };
    offers
        .iter()
        .map(|offer| AddonVersion {
            newer: newer(offer),
            ..offer.clone()
        })
        .collect()
}

async fn offers(cx: &Cx, addon: &str, version: &str) -> Offers {
    let clients = cx.clients();
    let mut offers = Vec::new();
    cx.pages(
        "eks:DescribeAddonVersions",
        None,
        |token| {
            clients
                .eks()
                .describe_addon_versions()
                .addon_name(addon)
                .kubernetes_version(version)
                .max_results(100)
                .set_next_token(token)
                .send()
        },
        |page| {
            let infos = page.addons.unwrap_or_default();
            let all = infos
                .into_iter()
                .flat_map(|info| info.addon_versions.unwrap_or_default());
            offers.extend(all.filter_map(|info| offer(info, version)));
            page.next_token
        },
    )
    .await?;
    offers.sort_by_cached_key(|offer: &AddonVersion| Reverse(numbers(&offer.addon_version)));
    Ok(offers)
}

/// A version, if it is one for this Kubernetes version.
fn offer(info: sdk::AddonVersionInfo, version: &str) -> Option<AddonVersion> {
    let compatible = info
        .compatibilities
        .unwrap_or_default()
        .into_iter()
        .find(|compatible| compatible.cluster_version.as_deref() == Some(version))?;
    Some(AddonVersion {
        addon_version: info.addon_version?,
        default_version: compatible.default_version,
        newer: false,
        requires_iam_permissions: info.requires_iam_permissions,
    })
}

/// The numbers in a version, to be compared: `v1.20.4-eksbuild.1` is 1, 20, 4, 1.
fn numbers(version: &str) -> Vec<u64> {
    version
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{enable_network_policy, numbers};

    #[test]
    fn versions_compare_by_number() {
        assert!(numbers("v1.20.4-eksbuild.1") > numbers("v1.9.10-eksbuild.3"));
        assert!(numbers("v1.20.4-eksbuild.2") > numbers("v1.20.4-eksbuild.1"));
        assert_eq!(numbers("v1.20.4-eksbuild.1"), [1, 20, 4, 1]);
    }

    #[test]
    fn the_network_policy_switch() {
        let read = |text| enable_network_policy(Some(text));
        assert_eq!(enable_network_policy(None), Ok(None));
        assert_eq!(read(""), Ok(None));
        assert_eq!(read(r#"{"enableNetworkPolicy": "true"}"#), Ok(Some(true)));
        assert_eq!(
            read("enableNetworkPolicy: false\nenv: {A: b}"),
            Ok(Some(false))
        );
        assert_eq!(read(r#"{"env": {"TOKEN": "x"}}"#), Ok(None));
        assert!(read(r#"{"enableNetworkPolicy": 3}"#).is_err());
        let broken = read("{\"TOKEN\": \"hunter2\"");
        assert!(broken.is_err_and(|message| !message.contains("hunter2")));
    }
}
