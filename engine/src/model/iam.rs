//! AWS Identity and Access Management: users, groups, roles, policies, certificates, identity providers.

mod policy;
mod provider;
mod report;
mod role;
mod user;

pub use policy::Policy;
pub use provider::{OidcProvider, OidcSettings, SamlProvider, ServerCertificate};
pub use report::CredentialReport;
pub use role::{Role, RoleLastUsed, Trust, TrustCondition};
pub use user::{AccessKey, Credentials, Group, SigningCertificate, User};

use super::policy::PolicyDocument;
use super::{KindInfo, Read, Scope, Service};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "iam",
    kinds: &[
        KindInfo::of::<User>(),
        KindInfo::of::<Group>(),
        KindInfo::of::<Role>(),
        KindInfo::of::<Policy>(),
        KindInfo::of::<ServerCertificate>(),
        KindInfo::of::<SamlProvider>(),
        KindInfo::of::<OidcProvider>(),
    ],
    reads: &[
        read(
            "iam:GetAccountAuthorizationDetails",
            &["iam:GetAccountAuthorizationDetails"],
            &[
                "iam.user",
                "iam.user.inline_policies",
                "iam.group",
                "iam.group.inline_policies",
                "iam.role",
                "iam.role.inline_policies",
                "iam.role.trust_policy",
                "iam.policy",
                "iam.policy.document",
            ],
            &[],
        ),
        read(
            "iam:GenerateCredentialReport",
            &["iam:GenerateCredentialReport"],
            CREDENTIAL_REPORT,
            &[],
        ),
        read(
            "iam:GetCredentialReport",
            &["iam:GetCredentialReport"],
            CREDENTIAL_REPORT,
            &[],
        ),
        read(
            "iam:ListRoles",
            &["iam:ListRoles"],
            &["iam.role.max_session_duration"],
            &[],
        ),
        read(
            "iam:ListPolicyTags",
            &["iam:ListPolicyTags"],
            &["iam.policy.tags"],
            &["iam.policy"],
        ),
        read(
            "iam:ListServerCertificates",
            &["iam:ListServerCertificates"],
            &["iam.server_certificate"],
            &[],
        ),
        read(
            "iam:ListServerCertificateTags",
            &["iam:ListServerCertificateTags"],
            &["iam.server_certificate.tags"],
            &["iam.server_certificate"],
        ),
        read(
            "iam:ListSAMLProviders",
            &["iam:ListSAMLProviders"],
            &["iam.saml_provider"],
            &[],
        ),
        read(
            "iam:ListSAMLProviderTags",
            &["iam:ListSAMLProviderTags"],
            &["iam.saml_provider.tags"],
            &["iam.saml_provider"],
        ),
        read(
            "iam:ListOpenIDConnectProviders",
            &["iam:ListOpenIDConnectProviders"],
            &["iam.oidc_provider"],
            &[],
        ),
        read(
            "iam:GetOpenIDConnectProvider",
            &["iam:GetOpenIDConnectProvider"],
            &["iam.oidc_provider.settings", "iam.oidc_provider.tags"],
            &["iam.oidc_provider"],
        ),
    ],
};

/// One report holds the credentials of every user and of the root user.
const CREDENTIAL_REPORT: &[&str] = &["iam.user.credentials", "account.root_user"];

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
        scope: Scope::Global,
    }
}

/// A policy that is written into a user, group or role and belongs to it alone.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct InlinePolicy {
    /// The policy's name.
    pub policy_name: String,
    /// What it says.
    pub document: PolicyDocument,
}

/// A managed policy that is attached to a user, group or role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct AttachedPolicy {
    /// The policy's name.
    pub policy_name: String,
    /// The policy's ARN; `arn:aws:iam::aws:policy/…` when AWS manages it.
    pub policy_arn: String,
}

/// A policy that a user, group or role holds, and how.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct HeldPolicy {
    /// The group through which a user holds it; `null` when the user, group or role has it
    /// itself.
    pub group: Option<String>,
    /// The policy's name.
    pub policy_name: String,
    /// The policy's ARN; `null` for an inline policy.
    pub policy_arn: Option<String>,
}
