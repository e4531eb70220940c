//! `waterline.comparison/v1`: what a comparison says, as other programs read it.

use crate::assess::Verdict;
use crate::catalog::Severity;
use crate::report::v1::{Coverage, Interval};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The value of `schema`.
pub const SCHEMA: &str = "waterline.comparison/v1";

/// What changed from one assessment to another.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// `waterline.comparison/v1`.
    pub schema: String,
    /// The first assessment.
    pub before: Side,
    /// The second assessment.
    pub after: Side,
    /// What can be said of the score.
    pub score: Trend,
    /// How many changes there are of each sort.
    pub counts: Counts,
    /// What limits the comparison, each in a sentence.
    pub notes: Vec<String>,
    /// The changes, sorted by cause, check, account, Region and ARN.
    pub changes: Vec<Change>,
}

/// One of the two assessments.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// The account that was read.
    pub account: String,
    /// When the reading began; RFC 3339, UTC.
    pub started: String,
    /// The version of waterline that judged.
    pub tool: String,
    /// The hash of the catalogue.
    pub catalog: String,
    /// The whole score; `null` when nothing was judged.
    pub score: Option<Interval>,
    /// The share that was assessed.
    pub coverage: Coverage,
}

/// What two intervals prove of the change between them.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, PartialOrd, Ord,
)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// The least that the second could be is above the best that the first could be.
    Higher,
    /// The best that the second could be is below the least that the first could be.
    Lower,
    /// Both are the same, and without width.
    Same,
    /// The intervals overlap: what was not read decides.
    Open,
    /// One of them has no score.
    None,
}

/// How many changes there are of each sort.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Failures that the first does not show.
    pub new_failures: usize,
    /// Failures of the first that are mended.
    pub mended: usize,
    /// Failures of the first that ended otherwise.
    pub ended: usize,
    /// Verdicts of the first that the second could not come to, since it did not read enough.
    pub lost: usize,
    /// Everything else.
    pub other: usize,
}

/// Why a verdict is another one.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The resource, or what its derived facts rest on, is another one than it was.
    Resource,
    /// The resource is new.
    New,
    /// The resource is gone: its list was read to the end, and it was not on it.
    Gone,
    /// Nothing but the time: judged at the first one's time, the verdict is the first one's.
    /// Told only when both are snapshots.
    Time,
    /// The check, its parameters, its severity, or the table of owners; or the check ran in one
    /// of them only.
    Check,
    /// The same failure was accepted, or is no longer.
    Exception,
    /// It was read in one of them only.
    Coverage,
}

impl Cause {
    /// Every cause, in the order of reports.
    pub const ALL: [Cause; 7] = [
        Cause::Resource,
        Cause::New,
        Cause::Gone,
        Cause::Time,
        Cause::Check,
        Cause::Exception,
        Cause::Coverage,
    ];

    /// The cause as a heading.
    pub const fn title(self) -> &'static str {
        match self {
            Cause::Resource => "The resource changed",
            Cause::New => "The resource is new",
            Cause::Gone => "The resource is gone",
            Cause::Time => "Time passed",
            Cause::Check => "The check or its parameters changed",
            Cause::Exception => "An exception came or went",
            Cause::Coverage => "More or less was read",
        }
    }
}

/// What a change means to whoever keeps the account.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It fails, and the first assessment does not show that.
    NewFailure,
    /// It failed, and passes because the resource changed.
    Mended,
    /// It failed, and does no more for another reason: it is gone, accepted, or judged otherwise.
    Ended,
    /// There was a verdict, and now too little was read for one.
    Lost,
    /// Anything else.
    Other,
}

/// A verdict that is another one, or is in one of the assessments only.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The id of the results.
    pub id: String,
    /// The check.
    pub check: String,
    /// Its title.
    pub title: String,
    /// How bad a failure is, by the second assessment where it has the result.
    pub severity: Severity,
    /// The account.
    pub account: String,
    /// The Region, or `global`.
    pub region: String,
    /// The kind of the resource.
    pub kind: String,
    /// The resource; `null` for a list that could not be read.
    pub arn: Option<String>,
    /// The resource's own id.
    pub resource_id: Option<String>,
    /// The first verdict; `null` when there was none.
    pub before: Option<Verdict>,
    /// The second verdict; `null` when there is none.
    pub after: Option<Verdict>,
    /// Why.
    pub cause: Cause,
    /// What it means.
    pub effect: Effect,
    /// The cause in words; empty when there is no more to say.
    pub why: String,
    /// What was seen, by the second assessment where it has the result.
    pub message: String,
}

impl Change {
    /// Whether it is a new failure, and at least so severe.
    pub fn is_new_failure(&self, least: Severity) -> bool {
        self.effect == Effect::NewFailure && self.severity >= least
    }
}
