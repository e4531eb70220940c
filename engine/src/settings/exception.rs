//! A failure that somebody answers for, and accepts for a time.

use super::{Scope, hex};
use crate::model::policy::glob;
use chrono::NaiveDate;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// An exception. It is about failures only: nothing else does it change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exception {
    /// Its id: findings name it. Where the file gives none, a hash of checks and scope, so that it
    /// stays when owner, reason or date change.
    pub id: String,
    /// The checks, by their present ids or by patterns with `*` and `?`; every one when empty.
    pub checks: Vec<String>,
    /// The resources.
    pub scope: Scope,
    /// Who answers for the risk.
    pub owner: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it holds, UTC.
    pub expires: NaiveDate,
    /// What was seen when it was accepted; it lapses when that changes.
    pub value: Option<String>,
    /// Where the decision is written down.
    pub ticket: Option<String>,
}

impl Exception {
    /// Whether it is about a check.
    pub fn names(&self, check: &str) -> bool {
        self.checks.is_empty() || self.checks.iter().any(|pattern| glob(pattern, check))
    }

    /// The id of an exception that is given none.
    pub fn derived_id(checks: &[String], scope: &Scope, value: Option<&str>) -> String {
        let text = serde_json::to_string(&(checks, scope, value)).unwrap_or_default();
        let digest = Sha256::digest(text.as_bytes());
        format!("x-{}", hex(digest.get(..6).unwrap_or_default()))
    }

    /// What it covers, in words.
    pub fn words(&self) -> String {
        let checks = match self.checks.as_slice() {
            [] => "any check".to_owned(),
            checks => checks.join(" or "),
        };
        if self.scope.is_empty() {
            return format!("{checks}, anywhere");
        }
        format!("{checks} in {}", self.scope)
    }
}
