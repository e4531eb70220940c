//! The part of SARIF 2.1.0 that is written, in the standard's own words.

use crate::assess::FindingId;
use crate::report::each::Each;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(super) struct Log<'a> {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    pub(super) version: &'static str,
    pub(super) runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<'a> {
    pub(super) tool: Tool<'a>,
    pub(super) automation_details: AutomationDetails,
    pub(super) invocations: [Invocation<'a>; 1],
    pub(super) column_kind: &'static str,
    pub(super) properties: RunProperties<'a>,
    pub(super) results: Each<'a, Outcome<'a>>,
}

#[derive(Serialize)]
pub(super) struct Tool<'a> {
    pub(super) driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver<'a> {
    pub(super) name: &'static str,
    pub(super) semantic_version: &'static str,
    pub(super) notifications: Vec<Notice>,
    pub(super) rules: Each<'a, Rule<'a>>,
}

/// A kind of notification.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notice {
    pub(super) id: &'static str,
    pub(super) short_description: Message<&'static str>,
    pub(super) full_description: Message<&'static str>,
    pub(super) help: Message<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule<'a> {
    pub(super) id: &'a str,
    pub(super) short_description: Message<String>,
    pub(super) full_description: Message<String>,
    pub(super) help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) help_uri: Option<&'a str>,
    pub(super) default_configuration: Configuration,
    pub(super) properties: RuleProperties<'a>,
}

#[derive(Serialize)]
pub(super) struct Message<T> {
    pub(super) text: T,
}

#[derive(Serialize)]
pub(super) struct Help {
    pub(super) text: String,
    pub(super) markdown: String,
}

#[derive(Serialize)]
pub(super) struct Configuration {
    pub(super) level: &'static str,
}

#[derive(Serialize)]
pub(super) struct RuleProperties<'a> {
    pub(super) tags: Vec<String>,
    pub(super) precision: &'static str,
    #[serde(rename = "security-severity")]
    pub(super) security_severity: &'static str,
    pub(super) severity: &'static str,
    pub(super) kind: &'static str,
    pub(super) domain: &'a str,
    pub(super) control: &'a str,
    pub(super) controls: &'a BTreeMap<String, Vec<String>>,
}

#[derive(Serialize)]
pub(super) struct AutomationDetails {
    pub(super) id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation<'a> {
    pub(super) execution_successful: bool,
    pub(super) start_time_utc: String,
    pub(super) tool_execution_notifications: Each<'a, Notification<'a>>,
    pub(super) properties: InvocationProperties,
}

#[derive(Serialize)]
pub(super) struct InvocationProperties {
    pub(super) gaps: usize,
}

#[derive(Serialize)]
pub(super) struct Notification<'a> {
    pub(super) descriptor: Descriptor,
    pub(super) level: &'static str,
    pub(super) message: Message<String>,
    pub(super) properties: GapProperties<'a>,
}

#[derive(Serialize)]
pub(super) struct Descriptor {
    pub(super) id: &'static str,
    pub(super) index: usize,
}

#[derive(Serialize)]
pub(super) struct GapProperties<'a> {
    pub(super) gap: &'a str,
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    pub(super) operation: &'a str,
    pub(super) actions: Vec<&'a str>,
}

#[derive(Serialize)]
pub(super) struct RunProperties<'a> {
    pub(super) account: &'a str,
    pub(super) caller: &'a str,
    pub(super) partition: &'a str,
    pub(super) regions: &'a [String],
    pub(super) catalog: &'a str,
    pub(super) counts: BTreeMap<&'static str, usize>,
    pub(super) coverage: Coverage,
    pub(super) score: Option<Interval>,
}

#[derive(Serialize)]
pub(super) struct Coverage {
    pub(super) assessed: usize,
    pub(super) total: usize,
    pub(super) percent: Option<f64>,
}

#[derive(Serialize)]
pub(super) struct Interval {
    pub(super) proven: f64,
    pub(super) possible: f64,
}

/// The standard's `result`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome<'a> {
    pub(super) rule_id: &'a str,
    pub(super) rule_index: usize,
    pub(super) kind: &'static str,
    pub(super) level: &'static str,
    pub(super) message: Message<String>,
    pub(super) locations: [Location; 1],
    pub(super) partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) suppressions: Vec<Suppression<'a>>,
    pub(super) properties: OutcomeProperties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    pub(super) physical_location: PhysicalLocation,
    pub(super) logical_locations: [LogicalLocation; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: ArtifactLocation,
    pub(super) region: Region,
}

#[derive(Serialize)]
pub(super) struct ArtifactLocation {
    pub(super) uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: u32,
    pub(super) start_column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogicalLocation {
    pub(super) name: String,
    pub(super) fully_qualified_name: String,
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
pub(super) struct Fingerprints {
    /// The only one that GitHub reads.
    #[serde(rename = "primaryLocationLineHash")]
    pub(super) line: String,
    #[serde(rename = "waterlineFinding/v1")]
    pub(super) finding: FindingId,
}

#[derive(Serialize)]
pub(super) struct Suppression<'a> {
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
    pub(super) justification: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) properties: Option<SuppressionProperties<'a>>,
}

/// The exception behind a suppression.
#[derive(Serialize)]
pub(super) struct SuppressionProperties<'a> {
    pub(super) exception: &'a str,
    pub(super) owner: &'a str,
    pub(super) reason: &'a str,
    pub(super) expires: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ticket: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct OutcomeProperties<'a> {
    pub(super) id: FindingId,
    pub(super) verdict: &'static str,
    pub(super) severity: &'static str,
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    pub(super) resource_kind: &'static str,
    pub(super) arn: Option<&'a str>,
    pub(super) owner: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(super) evidence: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) gaps: Vec<&'a str>,
}
