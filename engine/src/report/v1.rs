//! `waterline.assessment/v1`: the JSON that other programs build on. Its structs are its own,
//! so that changes inside the tool do not change it.

use crate::assess::{Standing, Verdict};
use crate::catalog::{Party, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The value of `schema`.
pub const SCHEMA: &str = "waterline.assessment/v1";

/// An assessment. Its results, resources and gaps are lists, or what is written as such.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Document", description = "An assessment.")]
#[schemars(bound = "R: JsonSchema, G: JsonSchema, S: JsonSchema + Default + Serialize")]
pub struct Document<R = Vec<Result>, G = Vec<Gap>, S = Vec<Resource>> {
    /// `waterline.assessment/v1`.
    pub schema: String,
    /// Who ran what, when and where.
    pub run: Run,
    /// The score; see `run.tool` for the version that computed it.
    pub score: Score,
    /// The share of (check, resource) pairs that could be assessed.
    pub coverage: Coverage,
    /// How many results have each verdict.
    pub counts: BTreeMap<String, usize>,
    /// The changes that would mend most, by the weight of the failures that each clears; 20 at
    /// most.
    pub changes: Vec<Change>,
    /// Who owns what, for the modes and layers that results name, sorted.
    pub responsibility: Vec<Cell>,
    /// The checks that ran, sorted by id.
    pub checks: Vec<Check>,
    /// One for each check and resource, sorted by check, account, Region and ARN.
    pub results: R,
    /// What is known of the resources that were judged, each once, sorted by kind, account, Region
    /// and ARN. Documents of early versions have none.
    #[serde(default)]
    pub resources: S,
    /// Where all resources of a kind are known, sorted. What is not named here may have
    /// resources that nobody saw; documents of early versions name nothing.
    #[serde(default)]
    pub lists: Vec<List>,
    /// What could not be read, sorted.
    pub gaps: G,
    /// The user's exceptions, sorted by id, with what each did in this run.
    pub exceptions: Vec<Exception>,
    /// The API calls that were made, sorted.
    pub ledger: Vec<Call>,
}

impl Document {
    /// Reads an assessment. The error says what the text is instead.
    pub fn read(bytes: &[u8]) -> std::result::Result<Document, String> {
        #[derive(Deserialize)]
        struct Named {
            schema: Option<String>,
        }
        let named: Named =
            serde_json::from_slice(bytes).map_err(|error| format!("not an assessment: {error}"))?;
        match named.schema.as_deref() {
            Some(SCHEMA) => serde_json::from_slice(bytes)
                .map_err(|error| format!("not an assessment as it should be: {error}")),
            Some(other) => Err(format!("its schema is `{other}`, not `{SCHEMA}`")),
            None => Err(format!("it has no `schema`, which would be `{SCHEMA}`")),
        }
    }
}

/// Who ran what, when and where.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// The account that was read.
    pub account: String,
    /// The caller's ARN.
    pub caller: String,
    /// The partition.
    pub partition: String,
    /// The Regions that were read.
    pub regions: Vec<String>,
    /// When the reading began; ages are measured to it. RFC 3339, UTC.
    pub started: String,
    /// The version of waterline that judged.
    pub tool: String,
    /// The version of waterline that collected.
    pub collector: String,
    /// SHA-256 over the files of the catalogue: checks, frameworks, and who owns what.
    pub catalog: String,
    /// The parameters of checks that were set by the user, by check.
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// The severities of checks that were set by the user.
    pub severities: BTreeMap<String, Severity>,
    /// SHA-256 over all settings that decide a verdict: parameters, severities and exceptions;
    /// `null` when none is set. The same snapshot, catalogue and settings give the same results.
    pub settings: Option<String>,
}

/// From 0 to 100, rounded to a tenth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// What is proven: what could not be assessed counts as not passed.
    pub proven: f64,
    /// The best that it could be: what could not be assessed counts as passed.
    pub possible: f64,
}

/// The score.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// The whole; `null` when nothing was judged.
    pub whole: Option<Interval>,
    /// The domains of the shared responsibility model.
    pub domains: Vec<Domain>,
}

/// A domain's score.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Domain {
    /// The domain's id.
    pub domain: String,
    /// Its name in AWS's diagram.
    pub title: String,
    /// `null` when nothing was judged.
    pub score: Option<Interval>,
    /// The share that was assessed.
    pub coverage: Coverage,
}

/// A share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Pairs that were assessed.
    pub assessed: usize,
    /// Pairs that were to be assessed.
    pub total: usize,
    /// The share in percent, rounded to a tenth; `null` when there was nothing to assess.
    pub percent: Option<f64>,
}

/// A check that ran.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// The id.
    pub id: String,
    /// The state that is wanted.
    pub title: String,
    /// The kind of resource.
    pub kind: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// What an attacker gains.
    pub risk: String,
    /// How to mend it.
    pub remedy: Remedy,
    /// Whose part it judges.
    pub responsibility: Responsibility,
    /// A hash of all that decides its verdicts: kind, severity, expressions, message, parameters
    /// and responsibility. Empty in assessments of before it was told.
    #[serde(default)]
    pub hash: String,
    /// Controls by framework.
    pub controls: BTreeMap<String, Vec<String>>,
    /// The ids that it once had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

/// How to mend a failure.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Remedy {
    /// In words.
    pub text: String,
    /// By the `aws` command line.
    pub cli: Option<String>,
    /// In Terraform.
    pub terraform: Option<String>,
    /// AWS's documentation.
    pub links: Vec<String>,
}

/// A place in the shared responsibility model.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Responsibility {
    /// The customer's box.
    pub domain: String,
    /// The kind of control.
    pub control: String,
    /// Security Hub's category.
    pub category: String,
    /// The layer that is judged.
    pub layer: String,
}

/// Who owns a layer in an operating mode.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// The operating mode that results name.
    pub mode: String,
    /// The layer that checks name.
    pub layer: String,
    /// Whose it is.
    pub owner: Party,
    /// The customer's part; `null` when it is AWS's alone.
    pub customer: Option<String>,
    /// AWS's part; `null` when it is the customer's alone.
    pub aws: Option<String>,
    /// AWS's pages that say so, by address; empty when it is inferred.
    pub sources: Vec<String>,
}

/// A change that would clear failures.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// What is to be changed, in words.
    pub title: String,
    /// The account.
    pub account: String,
    /// The Region, or `global`; `null` when it is of several.
    pub region: Option<String>,
    /// The resource whose settings are to be changed; `null` when failures of several resources
    /// have the same cause.
    pub arn: Option<String>,
    /// The settings of that resource: fields of the model.
    pub settings: Vec<String>,
    /// The ids of the results that it would clear.
    pub clears: Vec<String>,
    /// How many of each severity.
    pub severities: BTreeMap<String, usize>,
    /// The whole score with these as passes and all else as it is.
    pub score: Option<Interval>,
    /// By how many points it rises, both ends alike; rounded to a hundredth.
    pub gain: f64,
}

/// What a check says of a resource.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Result {
    /// The same in every run.
    pub id: String,
    /// The check.
    pub check: String,
    /// What it says.
    pub verdict: Verdict,
    /// How bad a failure is.
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
    /// Whose what is judged is.
    pub owner: Party,
    /// Who made the resource and owns its settings: `customer`, or an AWS service.
    pub managed_by: String,
    /// The operating mode of the resource: with the check's layer, it names the cell in
    /// `responsibility`.
    pub mode: String,
    /// What was seen, or why it was not assessed.
    pub message: String,
    /// The items that broke the assertion.
    pub evidence: Vec<String>,
    /// The ids of the gaps that it hangs on.
    pub gaps: Vec<String>,
    /// The id of the exception that accepts it; `null` unless the verdict is `excepted`.
    pub exception: Option<String>,
    /// The check's parameters, where those that held for the resource differ from the check's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<BTreeMap<String, serde_json::Value>>,
}

/// A resource that was judged: its tags, and the facts that are asked about first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resource {
    /// The kind.
    pub kind: String,
    /// The account.
    pub account: String,
    /// The Region, or `global`.
    pub region: String,
    /// The ARN, which results name.
    pub arn: String,
    /// Its tags; `null` when they were not read.
    pub tags: Option<BTreeMap<String, String>>,
    /// Facts by their name in the model, as `waterline checks schema` describes them. `null` is
    /// AWS's "none"; what was not read is not there.
    pub details: BTreeMap<String, serde_json::Value>,
}

/// A failure that somebody answers for, and accepts for a time.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Exception {
    /// The id that results name.
    pub id: String,
    /// What it covers, in words.
    pub scope: String,
    /// Who answers for the risk.
    pub owner: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it holds, UTC: `2027-03-31`.
    pub expires: String,
    /// What it did in this run.
    pub standing: Standing,
    /// How many failures it accepts, or would, had it not expired or lapsed.
    pub findings: usize,
    /// What is doubtful about it, each in a sentence.
    pub doubts: Vec<String>,
    /// Whether all that it covers was judged in this run; if not, that it is unused says nothing.
    pub judged: bool,
    /// Where the decision is written down.
    pub ticket: Option<String>,
}

/// Where all resources of a kind are known.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct List {
    /// The kind.
    pub kind: String,
    /// The account.
    pub account: String,
    /// The Regions whose list is complete, or `global`; sorted.
    pub complete: Vec<String>,
}

/// A read that gave nothing.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// The id that results name.
    pub id: String,
    /// The account.
    pub account: String,
    /// The Region, or `global`.
    pub region: String,
    /// `service:Operation`.
    pub operation: String,
    /// The IAM actions that it needs.
    pub actions: Vec<String>,
    /// `denied`, `throttled`, `unsupported`, `disabled`, `failed` or `not_collected`.
    pub reason: String,
    /// The resource that was asked about; `null` for a list.
    pub resource: Option<String>,
    /// AWS's error code.
    pub code: Option<String>,
    /// AWS's message.
    pub message: String,
}

/// How often an operation was called.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    /// `service:Operation`.
    pub operation: String,
    /// The account.
    pub account: String,
    /// The Region, or `global`.
    pub region: String,
    /// Requests sent.
    pub calls: u64,
    /// Requests that failed.
    pub errors: u64,
    /// Requests that were throttled.
    pub throttles: u64,
}
