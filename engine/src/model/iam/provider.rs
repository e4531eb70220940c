//! Server certificates and identity providers.

use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A TLS certificate that is kept in IAM (`iam:ListServerCertificates`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ServerCertificate {
    /// The path; `/cloudfront/` for those that CloudFront uses.
    pub path: String,
    /// The unique id, such as `ASCACKCEVSQ6C2EXAMPLE`.
    pub server_certificate_id: String,
    /// When it was uploaded.
    pub upload_date: Option<DateTime<Utc>>,
    /// When it expires.
    pub expiration: Option<DateTime<Utc>>,
}

impl Kind for ServerCertificate {
    const NAME: &'static str = "iam.server_certificate";
}

/// A SAML identity provider (`iam:ListSAMLProviders`). `managed_by` is `sso` for the one that
/// IAM Identity Center made.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SamlProvider {
    /// When it was created.
    pub create_date: Option<DateTime<Utc>>,
    /// When its metadata expires; `null` when the metadata does not say.
    pub valid_until: Option<DateTime<Utc>>,
}

impl Kind for SamlProvider {
    const NAME: &'static str = "iam.saml_provider";
}

/// An OpenID Connect identity provider (`iam:ListOpenIDConnectProviders`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct OidcProvider {
    /// The issuer, without `https://`, such as `token.actions.githubusercontent.com`.
    pub url: String,
    /// What was registered of it (`iam:GetOpenIDConnectProvider`).
    pub settings: Facet<OidcSettings>,
    /// The roles whose trust policy admits it, by ARN; sorted. Derived.
    pub trusted_by: Facet<Vec<String>>,
}

impl Kind for OidcProvider {
    const NAME: &'static str = "iam.oidc_provider";
}

/// What was registered of an OpenID Connect provider.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct OidcSettings {
    /// When it was created.
    pub create_date: Option<DateTime<Utc>>,
    /// The audiences (client ids) that tokens may be for; sorted.
    pub client_id_list: Vec<String>,
    /// The thumbprints of the server certificates that are trusted; sorted.
    pub thumbprint_list: Vec<String>,
}
