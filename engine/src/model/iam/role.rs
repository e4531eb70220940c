//! Roles, and whom they trust.

use super::{AttachedPolicy, HeldPolicy, InlinePolicy};
use crate::model::policy::PolicyDocument;
use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An IAM role (`iam:GetAccountAuthorizationDetails`). `managed_by` is `aws` for service-linked
/// roles (path `/aws-service-role/`) and `sso` for the roles of IAM Identity Center's
/// permission sets (path `/aws-reserved/sso.amazonaws.com/`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// The path, `/` when none was chosen.
    pub path: String,
    /// The unique id, such as `AROACKCEVSQ6C2EXAMPLE`.
    pub role_id: String,
    /// When it was created.
    pub create_date: Option<DateTime<Utc>>,
    /// The managed policies attached to the role; sorted.
    pub attached_policies: Vec<AttachedPolicy>,
    /// The policies written into the role.
    pub inline_policies: Facet<Vec<InlinePolicy>>,
    /// Who may assume the role, and under which conditions.
    pub trust_policy: Facet<PolicyDocument>,
    /// The ARN of the policy that bounds its permissions; `null` when none.
    pub permissions_boundary: Option<String>,
    /// When and where it last made a request; `null` when not within the 400 days that IAM
    /// keeps track of.
    pub last_used: Option<RoleLastUsed>,
    /// The instance profiles that hold the role, by name; sorted.
    pub instance_profiles: Vec<String>,
    /// The longest session, in seconds, that can be asked for (`iam:ListRoles`).
    pub max_session_duration: Facet<i64>,
    /// Whom the trust policy admits, an entry for each principal of each statement that allows.
    /// Statements that deny are not taken into account. Derived.
    pub trusts: Facet<Vec<Trust>>,
    /// The account that manages the organization of the role's account; `null` when there is
    /// no organization. Derived.
    pub management_account_id: Facet<Option<String>>,
    /// The role's policies that allow everything (`*` on `*`). Derived.
    pub administrative_policies: Facet<Vec<HeldPolicy>>,
}

impl Kind for Role {
    const NAME: &'static str = "iam.role";
}

/// The last request made with a role.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RoleLastUsed {
    /// When it was made.
    pub last_used_date: DateTime<Utc>,
    /// The Region in which it was made.
    pub region: Option<String>,
}

/// A principal that a trust policy admits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Trust {
    /// `anyone` (`*`, or everybody but those of `NotPrincipal`), `account` (all identities of
    /// an account that may call `sts:AssumeRole`), `identity` (a single user, role or session),
    /// `service` (an AWS service), `oidc` (an OpenID Connect provider, Amazon Cognito and the
    /// public ones included), `saml` (a SAML provider) or `other`.
    pub kind: String,
    /// The principal as the policy has it.
    pub principal: String,
    /// The principal's account, for `account` and `identity`; `null` when the policy holds the
    /// unique id of an identity that was deleted.
    pub account_id: Option<String>,
    /// The issuer of an OpenID Connect provider, in lower case, without `https://`, such as
    /// `token.actions.githubusercontent.com`: what its condition keys begin with. `null` for
    /// other principals.
    pub issuer: Option<String>,
    /// The statement's conditions that narrow: those that a request can only meet by having
    /// the key with one of some values. Left out are negated operators, those with `IfExists`,
    /// `Null` and `ForAllValues`, which a request without the key meets, and those with a value
    /// that every text matches, such as `*`.
    pub conditions: Vec<TrustCondition>,
}

/// A condition that narrows whom a trust policy admits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct TrustCondition {
    /// The condition key, in lower case, such as `sts:externalid`.
    pub key: String,
    /// The operator, such as `StringEquals`.
    pub operator: String,
    /// The values, of which one must match.
    pub values: Vec<String>,
}
