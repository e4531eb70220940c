//! `waterline.organization/v1`: the assessments of several accounts as one, for other programs.

use crate::assess::Verdict;
use crate::catalog::Severity;
use crate::report::v1::{Call, Coverage, Domain, Interval};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The value of `schema`.
pub const SCHEMA: &str = "waterline.organization/v1";

/// The assessments of several accounts as one.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// `waterline.organization/v1`.
    pub schema: String,
    /// What was read, when and by which measure.
    pub run: Run,
    /// The mean of the accounts' scores; an account that was not read counts from 0 to 100.
    pub score: Score,
    /// The share of (check, resource) pairs that could be assessed. An account without an
    /// assessment adds one pair for each check, not assessed.
    pub coverage: Coverage,
    /// How many results have each verdict, over all accounts.
    pub counts: BTreeMap<String, usize>,
    /// How many failures have each severity, over all accounts.
    pub failures: BTreeMap<Severity, usize>,
    /// What limits what is said here, each in a sentence.
    pub notes: Vec<String>,
    /// The root and the organizational units, sorted by path; empty where they are not known.
    pub units: Vec<Unit>,
    /// The accounts, sorted by id.
    pub accounts: Vec<Account>,
    /// The checks that ran, those with the worst failures first.
    pub checks: Vec<Check>,
    /// What could not be read, what most verdicts hang on first.
    pub gaps: Vec<Gaps>,
    /// Resources of one account that other accounts see, too, sorted by check and ARN. Each is
    /// counted once.
    pub shared: Vec<Shared>,
    /// The API calls that listed the accounts, assumed their roles, and asked their administrators for
    /// what is the whole organization's, sorted. Those that read an account are in its assessment.
    pub ledger: Vec<Call>,
}

/// What was read, when and by which measure.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// The organization's id; `null` where accounts were named one by one.
    pub organization: Option<String>,
    /// The account that manages the organization; `null` where that is not known.
    pub management_account: Option<String>,
    /// The account that listed the others: the management account, or a delegated administrator.
    /// `null` where accounts were named one by one.
    pub listed_by: Option<String>,
    /// When the reading of the first account began; RFC 3339, UTC. `null` when there is none.
    pub started: Option<String>,
    /// When the reading of the last account began.
    pub last_started: Option<String>,
    /// Whether the run was stopped before all accounts were read.
    pub interrupted: bool,
    /// The version of waterline that joined the assessments.
    pub tool: String,
    /// The versions of waterline that judged.
    pub judged_by: Vec<String>,
    /// The hashes of the catalogues that the accounts were judged by: one, if they can be compared.
    pub catalogs: Vec<String>,
    /// The hashes of the settings that the accounts were judged by.
    pub settings: Vec<String>,
}

/// The score.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// The mean of the accounts' whole scores; `null` when nothing was judged.
    pub whole: Option<Interval>,
    /// The means of the accounts' domains.
    pub domains: Vec<Domain>,
}

/// The root of an organization, or an organizational unit, with all that lies below it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Unit {
    /// The id: `r-…` or `ou-…`.
    pub id: String,
    /// The name.
    pub name: String,
    /// The names from the root on, with `/` between them.
    pub path: String,
    /// The id of the unit that it lies in; `null` for the root.
    pub parent: Option<String>,
    /// How many of its accounts count, those of the units below it included.
    pub accounts: usize,
    /// How many of these were not read.
    pub not_read: usize,
    /// The mean of their scores; `null` when nothing was judged.
    pub score: Option<Interval>,
    /// The share that was assessed.
    pub coverage: Coverage,
    /// How many failures have each severity.
    pub failures: BTreeMap<Severity, usize>,
}

/// What became of an account.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It was read.
    Read,
    /// The run was stopped while it was read.
    Interrupted,
    /// There is an assessment of it, and nothing could be assessed.
    NotRead,
    /// It was to be read, and there is no assessment of it.
    Missing,
    /// It was not to be read; it counts nowhere.
    LeftOut,
}

impl State {
    /// Whether it counts, and nothing is known of it.
    pub const fn is_unknown(self) -> bool {
        matches!(self, State::NotRead | State::Missing)
    }
}

/// An account.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// The account's number.
    pub id: String,
    /// Its name; `null` where that is not known.
    pub name: Option<String>,
    /// The id of the unit that it lies in; `null` where that is not known.
    pub unit: Option<String>,
    /// What became of it.
    pub state: State,
    /// Why it was not read, or left out; empty when it was read.
    pub why: String,
    /// Its score, that of its own assessment; `null` when nothing was judged.
    pub score: Option<Interval>,
    /// The share that was assessed.
    pub coverage: Coverage,
    /// How many results have each verdict.
    pub counts: BTreeMap<String, usize>,
    /// How many failures have each severity.
    pub failures: BTreeMap<Severity, usize>,
    /// The Regions that were read.
    pub regions: Vec<String>,
    /// When the reading began; RFC 3339, UTC.
    pub started: Option<String>,
}

/// A check, over all accounts.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// The id.
    pub id: String,
    /// The state that is wanted.
    pub title: String,
    /// The kind of resource.
    pub kind: String,
    /// The worst severity among its failures; without any, the check's own.
    pub severity: Severity,
    /// The domain of the shared responsibility model.
    pub domain: String,
    /// What an attacker gains.
    pub risk: String,
    /// How to mend a failure, in words.
    pub remedy: String,
    /// How many resources have each verdict.
    pub counts: BTreeMap<String, usize>,
    /// How many resources fail, by account.
    pub failing: BTreeMap<String, usize>,
    /// The first of its failures by account, Region and ARN; the others are in the accounts'
    /// assessments.
    pub examples: Vec<Failure>,
}

/// A failure.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The id of the result.
    pub id: String,
    /// The account.
    pub account: String,
    /// The Region, or `global`.
    pub region: String,
    /// The resource.
    pub arn: Option<String>,
    /// The resource's own id.
    pub resource_id: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// What was seen.
    pub message: String,
}

/// Reads that gave nothing for the same reason.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Gaps {
    /// `service:Operation`.
    pub operation: String,
    /// The IAM actions that it needs.
    pub actions: Vec<String>,
    /// `denied`, `throttled`, `unsupported`, `disabled`, `failed` or `not_collected`.
    pub reason: String,
    /// The accounts where it failed, sorted.
    pub accounts: Vec<String>,
    /// How many verdicts hang on it.
    pub verdicts: usize,
    /// What AWS said, in the first of the accounts.
    pub message: String,
}

/// A resource of one account that others see.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Shared {
    /// The check.
    pub check: String,
    /// The resource.
    pub arn: String,
    /// The account that owns it, by the ARN.
    pub owner: String,
    /// The other accounts whose assessments have a verdict on it, sorted.
    pub seen_by: Vec<String>,
    /// The worst of their verdicts, which counts; `null` where the owner's own does.
    pub verdict: Option<Verdict>,
}
