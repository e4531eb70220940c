//! The part of an OCSF Compliance Finding that is written, in the schema's own words.

use crate::assess::FindingId;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Event<'a> {
    pub(super) metadata: Metadata<'a>,
    pub(super) category_uid: u32,
    pub(super) category_name: &'static str,
    pub(super) class_uid: u32,
    pub(super) class_name: &'static str,
    pub(super) activity_id: u32,
    pub(super) activity_name: &'static str,
    pub(super) type_uid: u32,
    pub(super) type_name: &'static str,
    /// Milliseconds since 1970.
    pub(super) time: i64,
    pub(super) severity_id: u32,
    pub(super) severity: &'static str,
    #[serde(flatten)]
    pub(super) status: Option<Status>,
    pub(super) message: String,
    pub(super) finding_info: FindingInfo<'a>,
    pub(super) compliance: Compliance<'a>,
    pub(super) resources: [Resource<'a>; 1],
    pub(super) remediation: Remediation<'a>,
    pub(super) cloud: Cloud<'a>,
    pub(super) unmapped: Unmapped<'a>,
}

#[derive(Serialize)]
pub(super) struct Metadata<'a> {
    pub(super) version: &'static str,
    pub(super) uid: FindingId,
    pub(super) event_code: &'a str,
    pub(super) profiles: [&'static str; 1],
    pub(super) product: Product,
}

#[derive(Serialize)]
pub(super) struct Product {
    pub(super) name: &'static str,
    pub(super) vendor_name: &'static str,
    pub(super) version: &'static str,
}

/// Where the finding stands in its life, as far as it has one.
#[derive(Serialize)]
pub(super) struct Status {
    pub(super) status_id: u32,
    pub(super) status: &'static str,
}

#[derive(Serialize)]
pub(super) struct FindingInfo<'a> {
    pub(super) uid: FindingId,
    pub(super) title: &'a str,
    pub(super) desc: &'a str,
    pub(super) types: [&'a str; 1],
    pub(super) analytic: Analytic<'a>,
    pub(super) created_time: i64,
    pub(super) last_seen_time: i64,
}

#[derive(Serialize)]
pub(super) struct Analytic<'a> {
    pub(super) uid: &'a str,
    pub(super) name: &'a str,
    pub(super) type_id: u32,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) version: &'a str,
}

#[derive(Serialize)]
pub(super) struct Compliance<'a> {
    pub(super) status_id: u32,
    pub(super) status: &'static str,
    pub(super) status_details: Vec<String>,
    pub(super) control: String,
    pub(super) category: &'a str,
    pub(super) standards: Vec<String>,
    pub(super) requirements: Vec<String>,
    pub(super) checks: [Checked<'a>; 1],
}

#[derive(Serialize)]
pub(super) struct Checked<'a> {
    pub(super) uid: &'a str,
    pub(super) name: &'a str,
    pub(super) status_id: u32,
    pub(super) status: &'static str,
    pub(super) severity_id: u32,
    pub(super) severity: &'static str,
}

#[derive(Serialize)]
pub(super) struct Resource<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uid: Option<&'a str>,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) region: &'a str,
    pub(super) cloud_partition: &'a str,
    pub(super) owner: Owner<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Data<'a>>,
}

#[derive(Serialize)]
pub(super) struct Data<'a> {
    pub(super) evidence: &'a [String],
}

#[derive(Serialize)]
pub(super) struct Owner<'a> {
    pub(super) uid: &'a str,
    pub(super) name: &'a str,
    pub(super) type_id: u32,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) account: Account<'a>,
}

#[derive(Clone, Copy, Serialize)]
pub(super) struct Account<'a> {
    pub(super) uid: &'a str,
    pub(super) name: &'a str,
    pub(super) type_id: u32,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
pub(super) struct Remediation<'a> {
    pub(super) desc: &'a str,
    pub(super) references: &'a [String],
}

#[derive(Serialize)]
pub(super) struct Cloud<'a> {
    pub(super) provider: &'static str,
    pub(super) region: &'a str,
    pub(super) account: Account<'a>,
}

/// What the schema has no place for.
#[derive(Serialize)]
pub(super) struct Unmapped<'a> {
    pub(super) verdict: &'static str,
    pub(super) domain: &'a str,
    pub(super) gaps: Vec<Gap<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exception: Option<Exception<'a>>,
}

/// What accepts a failure.
#[derive(Serialize)]
pub(super) struct Exception<'a> {
    pub(super) uid: &'a str,
    pub(super) owner: &'a str,
    pub(super) reason: &'a str,
    pub(super) expires: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ticket: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Gap<'a> {
    pub(super) uid: &'a str,
    pub(super) operation: &'a str,
    pub(super) reason: &'static str,
    pub(super) actions: Vec<&'a str>,
}
