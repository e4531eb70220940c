//! Reads AWS Identity and Access Management: users, groups, roles, policies, certificates, identity providers.

mod identities;
mod providers;
mod report;

pub(super) use identities::identities;
pub(super) use report::{SharedReport, report};

use super::Collector;
use crate::model::Scope;

// Users, groups, roles and policies are read with the account: they share the credential report.
pub(super) static COLLECTORS: &[Collector] = &[
    Collector {
        gives: &["iam.server_certificate"],
        scope: Scope::Global,
        run: |cx| Box::pin(providers::server_certificates(cx)),
    },
    Collector {
        gives: &["iam.saml_provider"],
        scope: Scope::Global,
        run: |cx| Box::pin(providers::saml_providers(cx)),
    },
    Collector {
        gives: &["iam.oidc_provider"],
        scope: Scope::Global,
        run: |cx| Box::pin(providers::oidc_providers(cx)),
    },
];

/// The largest page of IAM's lists.
const PAGE: i32 = 1000;

/// Tags as the SDK has them.
fn tags(tags: Vec<aws_sdk_iam::types::Tag>) -> crate::model::Tags {
    super::convert::tags(tags.into_iter().map(|tag| (tag.key, tag.value)))
}

/// The tags of one page, which is all there can be: IAM allows fifty.
fn all_tags(
    page: Vec<aws_sdk_iam::types::Tag>,
    is_truncated: bool,
) -> Result<crate::model::Tags, String> {
    if is_truncated {
        return Err("there are more tags than one page holds".to_owned());
    }
    Ok(tags(page))
}
