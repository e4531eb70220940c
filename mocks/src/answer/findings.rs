//! Security Hub's findings: those in the account's files, and those that clients import.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};

use super::filters::Lists;
use super::{Question, paging, path};
use crate::{Effect, Fault};

/// Findings by product and id.
type ById = BTreeMap<(String, String), Value>;

/// Imported findings by account and Region.
#[derive(Debug, Default)]
pub(super) struct Findings {
    held: Mutex<BTreeMap<(String, String), ById>>,
}

/// Members that Security Hub refuses a finding without.
const REQUIRED: [&str; 10] = [
    "SchemaVersion",
    "Id",
    "ProductArn",
    "GeneratorId",
    "AwsAccountId",
    "CreatedAt",
    "UpdatedAt",
    "Title",
    "Description",
    "Resources",
];

/// Members that belong to the customer: an import does not change them.
const CUSTOMERS: [&str; 4] = ["Note", "UserDefinedFields", "VerificationState", "Workflow"];

/// The most findings in one import.
const BATCH: usize = 100;

/// The largest finding, in bytes.
const LARGEST: usize = 240 * 1024;

impl Findings {
    pub(super) fn import(&self, question: &Question<'_>) -> Result<Value, Fault> {
        let given = question.input("Findings").and_then(Value::as_array);
        let given = given.map_or(&[][..], Vec::as_slice);
        if given.is_empty() || given.len() > BATCH {
            let message = format!("Findings: must have between 1 and {BATCH} items");
            return Err(Fault::new("InvalidInputException", &message, 400));
        }
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (
            question.account().id().to_owned(),
            question.region.to_owned(),
        );
        let held = held.entry(place).or_default();
        let mut failed = Vec::new();
        for finding in given {
            match refuse(question, finding) {
                Some(refusal) => failed.push(json!({
                    "Id": refusal.id.map_or_else(|| finding["Id"].clone(), Value::from),
                    "ErrorCode": refusal.code,
                    "ErrorMessage": refusal.message,
                })),
                None => {
                    let key = (
                        path::text(&finding["ProductArn"]),
                        path::text(&finding["Id"]),
                    );
                    let old = held.get(&key);
                    // An update that is not later than the finding is ignored, not refused.
                    if old.is_none_or(|old| is_later(finding, old)) {
                        let new = merged(finding, old);
                        held.insert(key, new);
                    }
                }
            }
        }
        Ok(json!({
            "FailedCount": failed.len(),
            "SuccessCount": given.len() - failed.len(),
            "FailedFindings": failed,
        }))
    }

    /// What customers set: an import does not change it afterwards.
    pub(super) fn update(&self, question: &Question<'_>) -> Value {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (
            question.account().id().to_owned(),
            question.region.to_owned(),
        );
        let held = held.entry(place).or_default();
        let (mut processed, mut unprocessed) = (Vec::new(), Vec::new());
        let named = question.input("FindingIdentifiers");
        for named in named.and_then(Value::as_array).into_iter().flatten() {
            let key = (path::text(&named["ProductArn"]), path::text(&named["Id"]));
            let Some(finding) = held.get_mut(&key) else {
                unprocessed.push(json!({
                    "FindingIdentifier": named,
                    "ErrorCode": "FindingNotFound",
                    "ErrorMessage": "Finding Not Found",
                }));
                continue;
            };
            for member in CUSTOMERS {
                if let Some(given) = question.input(member) {
                    finding[member] = given.clone();
                }
            }
            if question.input("Note").is_some() {
                finding["Note"]["UpdatedAt"] = finding["UpdatedAt"].clone();
            }
            processed.push(named.clone());
        }
        json!({"ProcessedFindings": processed, "UnprocessedFindings": unprocessed})
    }

    /// A page of the findings that the filters keep: each attribute must match one of its
    /// conditions that want equality or a prefix, and all that do not want them.
    pub(super) fn get(&self, question: &Question<'_>, stored: &Value) -> Result<Value, Fault> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (
            question.account().id().to_owned(),
            question.region.to_owned(),
        );
        let imported = held.get(&place).into_iter().flat_map(BTreeMap::values);
        let stored = stored["Findings"].as_array().into_iter().flatten();
        let filters = question.input("Filters").and_then(Value::as_object);
        let mut kept = Vec::new();
        for finding in stored.chain(imported) {
            if keeps(question, filters, finding)? {
                kept.push(finding);
            }
        }
        let lists = Lists::from([("Findings".to_owned(), kept)]);
        paging::page(question, &json!({}), Some(lists))
    }
}

/// Why a finding is not taken.
struct Refusal<'q> {
    code: &'q str,
    message: String,
    /// What the reply calls it; its own id when none.
    id: Option<&'q str>,
}

fn refuse<'q>(question: &Question<'q>, finding: &Value) -> Option<Refusal<'q>> {
    let invalid = |message: String| {
        Some(Refusal {
            code: "InvalidInput",
            message,
            id: None,
        })
    };
    let lacks = REQUIRED
        .iter()
        .find(|member| finding.get(**member).is_none());
    if let Some(member) = lacks {
        let message = format!(
            "Finding does not adhere to Amazon Finding Format. data should have required property '{member}'."
        );
        return invalid(message);
    }
    if finding.to_string().len() > LARGEST {
        let message = "Finding is too large: at most 240 KB".to_owned();
        return invalid(message);
    }
    for effect in question.refused {
        if let Effect::RefuseFindings {
            text,
            code,
            message,
            id,
        } = effect
            && finding.to_string().contains(text)
        {
            return Some(Refusal {
                code,
                message: message.clone(),
                id: id.as_deref(),
            });
        }
    }
    if finding["AwsAccountId"] != question.account().id() {
        let message = "The finding's AwsAccountId is not the account of the caller".to_owned();
        return invalid(message);
    }
    None
}

/// By `UpdatedAt`; times of the same form sort as text.
fn is_later(new: &Value, old: &Value) -> bool {
    new["UpdatedAt"].as_str() > old["UpdatedAt"].as_str()
}

fn merged(finding: &Value, old: Option<&Value>) -> Value {
    let mut new = finding.clone();
    for member in CUSTOMERS {
        if let Some(kept) = old.and_then(|old| old.get(member)) {
            new[member] = kept.clone();
        }
    }
    // What the provider says of severity and types is shown unless the customer said otherwise.
    for member in ["Severity", "Types"] {
        let given = &finding["FindingProviderFields"][member];
        if new.get(member).is_none() && !given.is_null() {
            new[member] = given.clone();
        }
    }
    if new.get("Workflow").is_none() {
        new["Workflow"] = json!({"Status": "NEW"});
    }
    if new.get("RecordState").is_none() {
        new["RecordState"] = json!("ACTIVE");
    }
    new
}

fn keeps(
    question: &Question<'_>,
    filters: Option<&Map<String, Value>>,
    finding: &Value,
) -> Result<bool, Fault> {
    for (attribute, conditions) in filters.into_iter().flatten() {
        let at = field(attribute).ok_or_else(|| {
            crate::faults::not_emulated(question.asked, &format!("Filters.{attribute}"))
        })?;
        let values: Vec<String> = path::values(finding, at)
            .into_iter()
            .map(path::text)
            .collect();
        let (mut wanted, mut found) = (false, false);
        for condition in conditions.as_array().into_iter().flatten() {
            let value = path::text(&condition["Value"]);
            let how = condition["Comparison"].as_str().unwrap_or_default();
            let any = |test: &dyn Fn(&str) -> bool| values.iter().any(|v| test(v));
            match how {
                "EQUALS" => (wanted, found) = (true, found || any(&|v| v == value)),
                "PREFIX" => (wanted, found) = (true, found || any(&|v| v.starts_with(&value))),
                "NOT_EQUALS" if any(&|v| v == value) => return Ok(false),
                "PREFIX_NOT_EQUALS" if any(&|v| v.starts_with(&value)) => return Ok(false),
                "NOT_EQUALS" | "PREFIX_NOT_EQUALS" => {}
                other => {
                    let what = format!("Comparison {other}");
                    return Err(crate::faults::not_emulated(question.asked, &what));
                }
            }
        }
        if wanted && !found {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Where in a finding a filter looks.
fn field(attribute: &str) -> Option<&'static str> {
    Some(match attribute {
        "Id" => "Id",
        "ProductArn" => "ProductArn",
        "ProductName" => "ProductName",
        "CompanyName" => "CompanyName",
        "GeneratorId" => "GeneratorId",
        "AwsAccountId" => "AwsAccountId",
        "Region" => "Region",
        "RecordState" => "RecordState",
        "WorkflowStatus" => "Workflow.Status",
        "SeverityLabel" => "Severity.Label",
        "ComplianceStatus" => "Compliance.Status",
        "ResourceId" => "Resources[].Id",
        "ResourceType" => "Resources[].Type",
        "Title" => "Title",
        "Type" => "Types[]",
        _ => return None,
    })
}
