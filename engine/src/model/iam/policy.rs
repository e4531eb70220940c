//! Managed policies.

use crate::model::policy::PolicyDocument;
use crate::model::{Facet, Kind};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A managed policy (`iam:GetAccountAuthorizationDetails`): each that the customer made, and
/// those of AWS (`managed_by` is `aws`) that something in the account uses.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Policy {
    /// The path, `/` when none was chosen.
    pub path: String,
    /// The unique id, such as `ANPACKCEVSQ6C2EXAMPLE`.
    pub policy_id: String,
    /// When it was created.
    pub create_date: Option<DateTime<Utc>>,
    /// When its newest version was created.
    pub update_date: Option<DateTime<Utc>>,
    /// The version in force, such as `v3`.
    pub default_version_id: Option<String>,
    /// To how many users, groups and roles it is attached.
    pub attachment_count: i64,
    /// Of how many users and roles it bounds the permissions.
    pub permissions_boundary_usage_count: i64,
    /// Whether it can be attached.
    pub is_attachable: bool,
    /// What the version in force says.
    pub document: Facet<PolicyDocument>,
    /// The users, groups and roles that it is attached to, by ARN; sorted. Derived.
    pub attached_to: Facet<Vec<String>>,
}

impl Kind for Policy {
    const NAME: &'static str = "iam.policy";
}
