//! Exceptions as an assessment tells them: what was accepted, by whom, until when, and what
//! that did in this run.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What an exception did in a run.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// At least one failure is accepted by it.
    InForce,
    /// It is past its date: its failures are failures again.
    Expired,
    /// It was bound to a value that was seen, and that value has changed since.
    Lapsed,
    /// Nothing that it covers fails.
    Unused,
}

impl Standing {
    /// The word used in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Standing::InForce => "in_force",
            Standing::Expired => "expired",
            Standing::Lapsed => "lapsed",
            Standing::Unused => "unused",
        }
    }
}

/// An exception of the user's, and what it did in this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its id: findings name it.
    pub id: Arc<str>,
    /// What it covers, in words: `s3-bucket-logging-off in account 111122223333, tag env=dev`.
    pub scope: String,
    /// Who answers for the risk.
    pub owner: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it holds, UTC.
    pub expires: NaiveDate,
    /// What it did in this run.
    pub standing: Standing,
    /// How many failures it made *excepted*, or would have, had it not expired or lapsed.
    pub findings: usize,
    /// What is doubtful about it, each in a sentence: it covers too much, say.
    pub doubts: Vec<String>,
    /// Whether all that it covers was judged in this run. Where it was not (the check did not run,
    /// the account was not read, a read failed), that it is unused says nothing.
    pub judged: bool,
    /// Where the decision is written down.
    pub ticket: Option<String>,
}

impl Accepted {
    /// Whether somebody should look at it: it is expired, lapsed, certainly unused, or doubtful.
    pub fn needs_attention(&self) -> bool {
        match self.standing {
            Standing::Expired | Standing::Lapsed => true,
            Standing::Unused => self.judged || !self.doubts.is_empty(),
            Standing::InForce => !self.doubts.is_empty(),
        }
    }
}
