//! Reads server certificates and identity providers.

use super::PAGE;
use crate::collect::Cx;
use crate::collect::convert::time;
use crate::model::iam::{OidcProvider, OidcSettings, SamlProvider, ServerCertificate};
use crate::model::{Facet, Tags};
use aws_sdk_iam::types as sdk;

pub(super) async fn server_certificates(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "iam:ListServerCertificates",
            None,
            |token| {
                let call = clients.iam().list_server_certificates();
                call.max_items(PAGE).set_marker(token).send()
            },
            |page| {
                for item in page.server_certificate_metadata_list {
                    let name = item.arn.clone();
                    cx.part("iam.server_certificate", &name, |task| {
                        server_certificate(task, item)
                    });
                }
                page.marker.filter(|_| page.is_truncated)
            },
        )
        .await;
    cx.listed(&["iam.server_certificate"], &result);
}

async fn server_certificate(cx: Cx, item: sdk::ServerCertificateMetadata) {
    let name = item.server_certificate_name;
    let clients = cx.clients();
    let tags: Facet<Tags> = cx
        .facet(
            "iam:ListServerCertificateTags",
            &item.arn,
            || {
                let call = clients.iam().list_server_certificate_tags();
                call.server_certificate_name(&name).max_items(PAGE).send()
            },
            |reply| super::all_tags(reply.tags, reply.is_truncated),
        )
        .await;
    let facts = ServerCertificate {
        path: item.path,
        server_certificate_id: item.server_certificate_id,
        upload_date: item.upload_date.as_ref().and_then(time),
        expiration: item.expiration.as_ref().and_then(time),
    };
    cx.emit(cx.meta(item.arn, name, tags), facts);
}

pub(super) async fn saml_providers(cx: Cx) {
    let clients = cx.clients();
    // The list has no pages.
    let result = cx
        .once("iam:ListSAMLProviders", None, || {
            clients.iam().list_saml_providers().send()
        })
        .await
        .map(|reply| {
            for item in reply.saml_provider_list.unwrap_or_default() {
                let name = item.arn.clone().unwrap_or_default();
                cx.part("iam.saml_provider", &name, |task| saml_provider(task, item));
            }
        });
    cx.listed(&["iam.saml_provider"], &result);
}

async fn saml_provider(cx: Cx, item: sdk::SamlProviderListEntry) {
    let Some(arn) = cx.named("iam.saml_provider", "iam:ListSAMLProviders", item.arn) else {
        return;
    };
    let clients = cx.clients();
    let tags: Facet<Tags> = cx
        .facet(
            "iam:ListSAMLProviderTags",
            &arn,
            || {
                let call = clients.iam().list_saml_provider_tags();
                call.saml_provider_arn(&arn).max_items(PAGE).send()
            },
            |reply| super::all_tags(reply.tags, reply.is_truncated),
        )
        .await;
    let facts = SamlProvider {
        create_date: item.create_date.as_ref().and_then(time),
        valid_until: item.valid_until.as_ref().and_then(time),
    };
    let name = after(&arn, ":saml-provider/").to_owned();
    let identity_center = name.starts_with("AWSSSO_");
    let mut meta = cx.meta(arn, name, tags);
    if identity_center {
        meta.managed_by = "sso".into();
    }
    cx.emit(meta, facts);
}

pub(super) async fn oidc_providers(cx: Cx) {
    let clients = cx.clients();
    // The list has no pages.
    let result = cx
        .once("iam:ListOpenIDConnectProviders", None, || {
            clients.iam().list_open_id_connect_providers().send()
        })
        .await
        .map(|reply| {
            for item in reply.open_id_connect_provider_list.unwrap_or_default() {
                let name = item.arn.clone().unwrap_or_default();
                cx.part("iam.oidc_provider", &name, |task| oidc_provider(task, item));
            }
        });
    cx.listed(&["iam.oidc_provider"], &result);
}

async fn oidc_provider(cx: Cx, item: sdk::OpenIdConnectProviderListEntry) {
    let Some(arn) = cx.named(
        "iam.oidc_provider",
        "iam:ListOpenIDConnectProviders",
        item.arn,
    ) else {
        return;
    };
    let clients = cx.clients();
    let both: Facet<(OidcSettings, Tags)> = cx
        .facet(
            "iam:GetOpenIDConnectProvider",
            &arn,
            || {
                let call = clients.iam().get_open_id_connect_provider();
                call.open_id_connect_provider_arn(&arn).send()
            },
            |reply| {
                let mut settings = OidcSettings {
                    create_date: reply.create_date.as_ref().and_then(time),
                    client_id_list: reply.client_id_list.unwrap_or_default(),
                    thumbprint_list: reply.thumbprint_list.unwrap_or_default(),
                };
                settings.client_id_list.sort();
                settings.thumbprint_list.sort();
                Ok((settings, super::tags(reply.tags.unwrap_or_default())))
            },
        )
        .await;
    let url = after(&arn, ":oidc-provider/").to_owned();
    let facts = OidcProvider {
        url: url.clone(),
        settings: both.map(|(settings, _)| settings.clone()),
        trusted_by: Facet::not_asked(),
    };
    cx.emit(cx.meta(arn, url, both.map(|(_, tags)| tags.clone())), facts);
}

/// What of an ARN follows its type of resource.
fn after<'a>(arn: &'a str, mark: &str) -> &'a str {
    arn.split_once(mark).map_or(arn, |(_, rest)| rest)
}
