//! Users and groups, and the credentials of users.

use super::{AttachedPolicy, HeldPolicy, InlinePolicy};
use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An IAM user (`iam:GetAccountAuthorizationDetails`). The root user is none: it is at
/// `account.root_user`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// The path, `/` when none was chosen.
    pub path: String,
    /// The unique id, such as `AIDACKCEVSQ6C2EXAMPLE`.
    pub user_id: String,
    /// When it was created.
    pub create_date: Option<DateTime<Utc>>,
    /// The groups that it is in, by name; sorted.
    pub groups: Vec<String>,
    /// The managed policies attached to the user itself; sorted.
    pub attached_policies: Vec<AttachedPolicy>,
    /// The policies written into the user itself.
    pub inline_policies: Facet<Vec<InlinePolicy>>,
    /// The ARN of the policy that bounds its permissions; `null` when none.
    pub permissions_boundary: Option<String>,
    /// Password, MFA and keys, from the credential report (`iam:GetCredentialReport`), up to
    /// four hours old.
    pub credentials: Facet<Credentials>,
    /// The policies that let the user do everything (`*` on `*`), its own and its groups'.
    /// Derived.
    pub administrative_policies: Facet<Vec<HeldPolicy>>,
}

impl Kind for User {
    const NAME: &'static str = "iam.user";
}

/// A group of IAM users (`iam:GetAccountAuthorizationDetails`). IAM has no tags on groups.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// The path, `/` when none was chosen.
    pub path: String,
    /// The unique id, such as `AGPACKCEVSQ6C2EXAMPLE`.
    pub group_id: String,
    /// When it was created.
    pub create_date: Option<DateTime<Utc>>,
    /// The managed policies attached to the group; sorted.
    pub attached_policies: Vec<AttachedPolicy>,
    /// The policies written into the group.
    pub inline_policies: Facet<Vec<InlinePolicy>>,
    /// The users in the group, by name; sorted. Derived.
    pub users: Facet<Vec<String>>,
    /// The group's policies that allow everything (`*` on `*`). Derived.
    pub administrative_policies: Facet<Vec<HeldPolicy>>,
}

impl Kind for Group {
    const NAME: &'static str = "iam.group";
}

/// A user's row of the credential report. Service-specific credentials (CodeCommit, Keyspaces,
/// Bedrock) are not in it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Credentials {
    /// Whether the user has a password for the console.
    pub password_enabled: bool,
    /// When the password was last used to sign in; `null` when never, or not since October
    /// 2014.
    pub password_last_used: Option<DateTime<Utc>>,
    /// When the password was last set; `null` when there is none.
    pub password_last_changed: Option<DateTime<Utc>>,
    /// When the password must be changed; `null` when passwords do not expire.
    pub password_next_rotation: Option<DateTime<Utc>>,
    /// Whether the user has an MFA device.
    pub mfa_active: bool,
    /// The user's access keys, the inactive ones included.
    pub access_keys: Vec<AccessKey>,
    /// The user's X.509 signing certificates, the inactive ones included.
    pub signing_certificates: Vec<SigningCertificate>,
}

/// An access key. The report does not tell its id.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AccessKey {
    /// The report's column: 1 or 2.
    pub number: i64,
    /// Whether it can be used.
    pub active: bool,
    /// When it was created, or last made active or inactive.
    pub last_rotated: Option<DateTime<Utc>>,
    /// When it last signed a request, to the quarter of an hour; `null` when never, or not
    /// since April 2015.
    pub last_used_date: Option<DateTime<Utc>>,
    /// The Region of that request; `null` when never used, or when the service has no Regions.
    pub last_used_region: Option<String>,
    /// The service of that request, such as `s3`; `null` when never used.
    pub last_used_service: Option<String>,
}

/// An X.509 signing certificate, for what is left of the SOAP APIs.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SigningCertificate {
    /// The report's column: 1 or 2.
    pub number: i64,
    /// Whether it can be used.
    pub active: bool,
    /// When it was uploaded, or last made active or inactive.
    pub last_rotated: Option<DateTime<Utc>>,
}
