//! What an assessment says: one finding for each check and resource.

use crate::catalog::{Check, Severity};
use crate::model::{Gap, GapId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What a check says of a resource.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It does not hold.
    Fail,
    /// It hangs on a fact that was not read.
    NotAssessed,
    /// It does not hold, and its owner has accepted that.
    Excepted,
    /// It holds.
    Pass,
    /// AWS owns what is judged.
    Inherited,
    /// The check does not apply to the resource.
    NotApplicable,
}

impl Verdict {
    /// The word used in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Verdict::Fail => "fail",
            Verdict::NotAssessed => "not_assessed",
            Verdict::Excepted => "excepted",
            Verdict::Pass => "pass",
            Verdict::Inherited => "inherited",
            Verdict::NotApplicable => "not_applicable",
        }
    }
}

/// What a check says of a resource, and why.
#[derive(Clone, Debug)]
pub struct Finding {
    /// A hash of check, account, Region and ARN: the same in every run.
    pub id: String,
    /// The check's id.
    pub check: String,
    /// What it says.
    pub verdict: Verdict,
    /// How bad a failure is.
    pub severity: Severity,
    /// The account.
    pub account: Arc<str>,
    /// The Region, or `global`.
    pub region: Arc<str>,
    /// The kind of the resource.
    pub kind: &'static str,
    /// The resource; none for a list that could not be read.
    pub arn: Option<Arc<str>>,
    /// The resource's own id.
    pub resource_id: Option<Arc<str>>,
    /// Who owns it: `customer`, or an AWS service.
    pub owner: Arc<str>,
    /// What was seen, or why it was not assessed; empty for a pass.
    pub message: String,
    /// The items that broke the assertion, each in words; empty unless several were judged.
    pub evidence: Vec<String>,
    /// The gaps that it hangs on.
    pub gaps: Vec<GapId>,
}

impl Finding {
    /// The identity of a finding.
    pub fn id_of(check: &Check, account: &str, region: &str, arn: Option<&str>) -> String {
        let mut hash = Sha256::new();
        for part in [&check.id, account, region, arn.unwrap_or(check.kind.name)] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let digest = hash.finalize();
        digest[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// What findings are sorted by.
    pub fn order(&self) -> (&str, &str, &str, &str) {
        let arn = self.arn.as_deref().unwrap_or_default();
        (&self.check, &self.account, &self.region, arn)
    }
}

/// The verdicts of a run, and the gaps that they name.
#[derive(Debug)]
pub struct Assessment {
    /// One for each check and resource, sorted.
    pub findings: Vec<Finding>,
    /// What could not be read, sorted.
    pub gaps: Vec<Gap>,
}

impl Assessment {
    /// How many findings have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.verdict == verdict)
            .count()
    }
}
