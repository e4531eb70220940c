//! A finding in the AWS Security Finding Format, in AWS's own words and spelling. Only what
//! waterline fills; what belongs to the customer (`Workflow`, `Note`, `UserDefinedFields`,
//! `VerificationState`) has no field here, so it cannot be overwritten.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One of the format's own words; owned only where it was read from Security Hub.
pub type Word = Cow<'static, str>;

/// `AwsSecurityFinding`, as `BatchImportFindings` takes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AwsSecurityFinding {
    /// `2018-10-08`.
    pub schema_version: Word,
    /// The same in every run; at most 512 characters.
    pub id: String,
    /// The account's own product, in the Region that the finding is sent to.
    pub product_arn: String,
    /// The name to filter by in Security Hub.
    pub product_name: Word,
    /// The check, as `waterline/<check>`.
    pub generator_id: String,
    /// The account.
    #[serde(rename = "AwsAccountId")]
    pub account: String,
    /// When the finding was first made. RFC 3339, UTC; whoever publishes keeps the first.
    pub created_at: String,
    /// When the account was read.
    pub updated_at: String,
    /// When the finding was first seen; whoever publishes keeps the first.
    pub first_observed_at: String,
    /// When the account was read.
    pub last_observed_at: String,
    /// The check's title, at most 256 characters.
    pub title: String,
    /// What was seen and what it means, at most 1024 characters.
    pub description: String,
    /// The provider's own severity and types. AWS asks providers to set these and not
    /// `Severity` and `Types`, which it fills from them and which are the customer's to change.
    pub finding_provider_fields: FindingProviderFields,
    /// How to mend it.
    pub remediation: Remediation,
    /// The verdict.
    pub compliance: Compliance,
    /// `ACTIVE`; whoever publishes archives what is gone.
    pub record_state: Word,
    /// The resource: exactly one.
    pub resources: Vec<Resource>,
    /// What the format has no place for; at most 50, each at most 2048 characters.
    pub product_fields: BTreeMap<String, String>,
}

/// What a provider says of a finding, apart from what customers make of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FindingProviderFields {
    /// How bad it is.
    pub severity: Severity,
    /// `namespace/category/classifier`.
    pub types: Vec<String>,
}

/// How bad a finding is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Severity {
    /// `INFORMATIONAL` to `CRITICAL`.
    pub label: Word,
    /// The check's severity, whatever the verdict.
    pub original: Word,
}

/// How to mend a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Remediation {
    /// The advice.
    pub recommendation: Recommendation,
}

/// Advice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Recommendation {
    /// In words, at most 512 characters.
    pub text: String,
    /// AWS's documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The verdict, and what it answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Compliance {
    /// `PASSED`, `FAILED`, `WARNING` or `NOT_AVAILABLE`.
    pub status: Word,
    /// Why the status is neither passed nor failed for what was seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status_reasons: Vec<StatusReason>,
    /// The Security Hub control that asks the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_control_id: Option<String>,
    /// Security Hub's standards that the check answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub associated_standards: Vec<AssociatedStandard>,
    /// The controls of every framework, at most 32.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related_requirements: Vec<String>,
}

/// A reason for a status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StatusReason {
    /// Ours, in capitals.
    pub reason_code: String,
    /// In words.
    pub description: String,
}

/// A standard of Security Hub.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AssociatedStandard {
    /// The resource part of the standard's ARN.
    pub standards_id: Word,
}

/// The resource that was judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Resource {
    /// One of AWS's names of types, or `Other`.
    #[serde(rename = "Type")]
    pub kind: Word,
    /// Its ARN; of an account, AWS's own form.
    pub id: String,
    /// The partition, where it is one that the format knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
    /// The Region; for what is global, the one that the finding is sent to.
    pub region: String,
    /// Its tags; none when they were not read.
    #[serde(default, skip_serializing_if = "is_bare")]
    pub tags: Option<BTreeMap<String, String>>,
    /// More about it.
    pub details: Details,
}

/// Whether no tag is to be told of.
fn is_bare(tags: &Option<BTreeMap<String, String>>) -> bool {
    tags.as_ref().is_none_or(BTreeMap::is_empty)
}

/// More about a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Details {
    /// What the format has fields for: by the type of the resource, then by the field.
    #[serde(flatten)]
    pub typed: BTreeMap<String, Map<String, Value>>,
    /// The rest, by name.
    #[serde(rename = "Other")]
    pub other: BTreeMap<String, String>,
}
