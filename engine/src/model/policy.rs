//! IAM policy documents, normalised: single values become lists, principals are told by kind,
//! conditions are a flat list. What a document means is asked in the submodules.

mod access;
mod condition;
mod parse;
mod pattern;
mod perimeter;
mod principal;
#[cfg(test)]
mod tests;
mod trust;

pub use parse::{MAX_NAME, MAX_SIZE, PolicyError};
pub use pattern::{covers, glob, overlaps};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A policy document of IAM: of an identity, of a resource, or a trust policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-whole" = true))]
pub struct PolicyDocument {
    /// The version of the policy language, `2012-10-17` or `2008-10-17`; `null` when not given.
    #[serde(default)]
    pub version: Option<String>,
    /// The identifier of the document; `null` when not given.
    #[serde(default)]
    pub id: Option<String>,
    /// The statements.
    #[serde(default)]
    pub statements: Vec<Statement>,
}

/// A statement of a policy document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-whole" = true))]
pub struct Statement {
    /// The identifier of the statement; `null` when not given.
    #[serde(default)]
    pub sid: Option<String>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Whom it is about; `null` when not given, as in the policies of identities.
    #[serde(default)]
    pub principals: Option<Vec<Principal>>,
    /// Whom it is not about: it is about everyone else; `null` when not given.
    #[serde(default)]
    pub not_principals: Option<Vec<Principal>>,
    /// The actions, with wildcards; `null` when not given.
    #[serde(default)]
    pub actions: Option<Vec<String>>,
    /// The actions that it is not about: it is about all others; `null` when not given.
    #[serde(default)]
    pub not_actions: Option<Vec<String>>,
    /// The ARNs of the resources, with wildcards; `null` when not given, as in trust policies.
    #[serde(default)]
    pub resources: Option<Vec<String>>,
    /// The resources that it is not about: it is about all others; `null` when not given.
    #[serde(default)]
    pub not_resources: Option<Vec<String>>,
    /// The conditions, all of which must hold.
    #[serde(default)]
    pub conditions: Vec<Condition>,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies, whatever other statements allow.
    Deny,
}

/// One that a statement is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Principal {
    /// What kind of principal it is.
    pub kind: PrincipalKind,
    /// An account's number, an ARN, the name of a service or of an identity provider, or `*`.
    pub value: String,
}

/// The kinds of principal.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum PrincipalKind {
    /// An account, a user, a role, or a session of one.
    #[serde(rename = "AWS")]
    Aws,
    /// An AWS service.
    Service,
    /// An identity provider.
    Federated,
    /// An account, by its canonical user id of S3.
    CanonicalUser,
    /// Everyone, signed in or not.
    #[serde(rename = "*")]
    Anyone,
}

/// A condition of a statement: it holds when the operator is true of one of the values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-whole" = true))]
pub struct Condition {
    /// The operator, such as `StringEquals` or `ForAnyValue:StringLike`, as it is written.
    pub operator: String,
    /// The key that it looks at, such as `aws:SourceArn`, as it is written.
    pub key: String,
    /// The values, as text.
    #[serde(default)]
    pub values: Vec<String>,
}

impl PolicyDocument {
    fn allows_of(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|s| s.effect == Effect::Allow)
    }

    fn denies_of(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|s| s.effect == Effect::Deny)
    }
}
