//! What an assessment says: one finding for each check and resource.

use super::accepted::Accepted;
use super::id::FindingId;
use crate::catalog::{Party, Severity};
use crate::model::{CUSTOMER, Gap, GapId, Listing};
use crate::settings::Values;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
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
    /// Every verdict, what asks for action first.
    pub const ALL: [Verdict; 6] = [
        Verdict::Fail,
        Verdict::NotAssessed,
        Verdict::Excepted,
        Verdict::Pass,
        Verdict::Inherited,
        Verdict::NotApplicable,
    ];

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

/// Whose what a check judges is, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// The customer, AWS, or both.
    pub party: Party,
    /// Who made the resource and owns its settings: `customer`, or an AWS service.
    pub managed_by: Arc<str>,
    /// The operating mode of the resource.
    pub mode: Arc<str>,
    /// The layer that the check judges.
    pub layer: Arc<str>,
    /// The key of AWS's page that says so; none when it is inferred.
    pub source: Option<Arc<str>>,
}

impl fmt::Display for Owner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.party.fmt(out)
    }
}

/// An owner of whom only the name is known: `customer`, `shared`, or an AWS service.
impl From<&str> for Owner {
    fn from(name: &str) -> Owner {
        let party = match name {
            CUSTOMER => Party::Customer,
            "shared" => Party::Shared,
            _ => Party::Aws,
        };
        Owner {
            party,
            managed_by: match party {
                Party::Aws => name.into(),
                Party::Customer | Party::Shared => CUSTOMER.into(),
            },
            mode: "".into(),
            layer: "".into(),
            source: None,
        }
    }
}

/// What is judged: a resource, or a list that could not be read. All findings of a resource share
/// one.
#[derive(Clone, Debug)]
pub struct Subject {
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
}

/// What a check says of a resource, and why. In a large account there are hundreds of thousands, so
/// it is small: what several have in common they share, and what most have not is kept apart.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The same in every run.
    pub id: FindingId,
    /// The check's id.
    pub check: Arc<str>,
    /// What is judged.
    pub about: Arc<Subject>,
    /// Whose what is judged is. There are few owners, and many findings.
    pub owner: Arc<Owner>,
    /// What there is to say besides; none for most that pass or do not apply.
    pub detail: Option<Box<Detail>>,
    /// What it says.
    pub verdict: Verdict,
    /// How bad a failure is.
    pub severity: Severity,
}

const _: () = assert!(size_of::<Finding>() <= 64, "a finding is small");

/// What only some findings have.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// What was seen, or why it was not assessed; empty for a pass.
    pub message: String,
    /// The items that broke the assertion, each in words; empty unless several were judged.
    pub evidence: Vec<String>,
    /// The gaps that it hangs on.
    pub gaps: Vec<GapId>,
    /// The id of the exception that accepts it; none unless the verdict is *excepted*.
    pub exception: Option<Arc<str>>,
    /// The parameters that it was judged by, where they differ from the check's defaults.
    pub parameters: Option<Arc<Values>>,
}

impl Detail {
    /// As a finding keeps it: not at all when it says nothing.
    pub fn kept(self) -> Option<Box<Detail>> {
        let silent = self.message.is_empty()
            && self.evidence.is_empty()
            && self.gaps.is_empty()
            && self.exception.is_none()
            && self.parameters.is_none();
        (!silent).then(|| Box::new(self))
    }
}

impl Finding {
    /// What was seen, or why it was not assessed; empty for a pass.
    pub fn message(&self) -> &str {
        self.detail.as_ref().map_or("", |detail| &detail.message)
    }

    /// The items that broke the assertion, each in words; empty unless several were judged.
    pub fn evidence(&self) -> &[String] {
        self.detail.as_ref().map_or(&[], |detail| &detail.evidence)
    }

    /// The gaps that it hangs on.
    pub fn gaps(&self) -> &[GapId] {
        self.detail.as_ref().map_or(&[], |detail| &detail.gaps)
    }

    /// The id of the exception that accepts it; none unless the verdict is *excepted*.
    pub fn exception(&self) -> Option<&str> {
        self.detail.as_ref()?.exception.as_deref()
    }

    /// The parameters that it was judged by, where they differ from the check's defaults.
    pub fn parameters(&self) -> Option<&Values> {
        self.detail.as_ref()?.parameters.as_deref()
    }

    /// What there is to say besides, to be changed.
    pub fn detail_mut(&mut self) -> &mut Detail {
        self.detail.get_or_insert_default()
    }

    /// What findings are sorted by.
    pub fn order(&self) -> (&str, &str, &str, &str) {
        let about = &*self.about;
        let arn = about.arn.as_deref().unwrap_or_default();
        (&self.check, &about.account, &about.region, arn)
    }
}

/// The verdicts of a run, and the gaps that they name.
#[derive(Debug, Default)]
pub struct Assessment {
    /// One for each check and resource, sorted.
    pub findings: Vec<Finding>,
    /// What could not be read, sorted.
    pub gaps: Vec<Gap>,
    /// The lists that were made, and whether they are complete.
    pub lists: Vec<Listing>,
    /// What failures have in common with others, by the id of the finding: each of these must
    /// be mended for it to pass.
    pub causes: BTreeMap<FindingId, Vec<String>>,
    /// The user's exceptions, all of them, sorted by id, with what each did.
    pub exceptions: Vec<Accepted>,
    /// By which measure it was judged.
    pub measure: Measure,
}

/// What the user set, as far as it holds everywhere; what holds for some resources is in their
/// findings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measure {
    /// A hash of all settings that decide a verdict; none when all is as it comes.
    pub settings: Option<String>,
    /// Parameters, by check.
    pub parameters: BTreeMap<String, Values>,
    /// Severities, by check.
    pub severities: BTreeMap<String, Severity>,
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
