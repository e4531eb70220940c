//! What an invocation answers.

use super::store::severities;
use crate::assess::Verdict;
use crate::report::v1;
use crate::sink::s3::Address;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What an invocation answers. Keys that mean nothing yet are left out.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    /// `done`, or `continue`.
    pub(super) status: &'static str,
    pub(super) run: String,
    pub(super) account: String,
    #[serde(flatten)]
    pub(super) outcome: Outcome,
}

/// How far it has come.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Outcome {
    /// The account was read, judged and reported.
    Done(Box<Done>),
    /// There is more to read: `event` is to be sent.
    Continue {
        /// Where what was read so far is.
        checkpoint: String,
        /// How many lists and resources were read to the end.
        units: usize,
        /// The event that goes on.
        event: Value,
    },
    /// Everything was read and kept, and there is more to publish: `event` is to be sent.
    Publishing {
        /// Where what was read is.
        snapshot: String,
        /// The event that goes on.
        event: Value,
    },
}

/// A run that is done.
#[derive(Debug, Serialize)]
pub(super) struct Done {
    /// When the reading began.
    pub(super) started: String,
    /// The whole score; `null` when nothing was judged.
    pub(super) score: Option<v1::Interval>,
    pub(super) coverage: v1::Coverage,
    pub(super) counts: Counts,
    /// What was kept, by address.
    pub(super) reports: Vec<String>,
    #[serde(flatten)]
    pub(super) compared: Compared,
}

/// What came of comparing a run with the one before. It is kept last of all that is kept, as the
/// mark that whoever wants to know was told: later runs are compared with such a run only.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Compared {
    /// The run that it was compared with; `null` for the first one of the account.
    pub(super) compared_with: Option<String>,
    /// New failures at or above the severity.
    pub(super) new_findings: usize,
    /// Whether the topic was told.
    pub(super) notified: bool,
}

/// How many results there are.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    /// Of each verdict.
    pub(super) verdicts: BTreeMap<String, usize>,
    /// Failures of each severity.
    pub(super) failures: BTreeMap<&'static str, usize>,
}

impl Counts {
    pub(super) fn of(document: &v1::Document) -> Counts {
        let failed = document.results.iter();
        let mut failures: BTreeMap<_, _> =
            severities().map(|severity| (severity.word(), 0)).collect();
        for failure in failed.filter(|result| result.verdict == Verdict::Fail) {
            *failures.entry(failure.severity.word()).or_default() += 1;
        }
        Counts {
            verdicts: document.counts.clone(),
            failures,
        }
    }
}

/// The addresses as texts.
pub(super) fn texts(addresses: &[Address]) -> Vec<String> {
    addresses.iter().map(ToString::to_string).collect()
}
