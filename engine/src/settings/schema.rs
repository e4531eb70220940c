//! The JSON Schema of `waterline.yaml`: editors complete the file by it. Its texts are the
//! documentation of the keys; a test keeps its keys those that are read.

use crate::catalog::{Catalog, Param, Severity};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// One text, or a list of texts of which one must match.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only the schema is generated from it")]
enum Texts {
    /// One.
    One(String),
    /// One of these.
    Some(Vec<String>),
}

/// An account: twelve digits, best between quotes, since some begin with 0.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only the schema is generated from it")]
enum Accounts {
    /// One.
    One(#[schemars(regex(pattern = r"^[0-9]{12}$"))] String),
    /// Without quotes.
    Number(u64),
    /// One of these.
    Some(#[schemars(inner(regex(pattern = r"^[0-9]{12}$")))] Vec<String>),
}

/// The settings of waterline. A flag on the command line overrides its key.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "waterline.yaml")]
#[expect(dead_code, reason = "only the schema is generated from it")]
struct File {
    /// Where this schema is, for editors.
    #[serde(rename = "$schema")]
    schema: Option<String>,
    /// The named profile of the shared AWS configuration. Flag: --profile.
    profile: Option<String>,
    /// The Regions to read; all enabled ones when not given. Flag: --region (`--region all` for
    /// all enabled ones).
    regions: Option<Texts>,
    /// How `waterline audit --organization` reads the accounts of an organization.
    organization: Option<Organization>,
    /// Which checks run, and where further ones are.
    checks: Option<Checks>,
    /// Only the checks that answer a control of one of these frameworks. Flag: --framework.
    frameworks: Option<Texts>,
    /// Parameters of checks that hold everywhere, by check and name. Flag:
    /// --parameter CHECK.NAME=VALUE.
    parameters: Option<BTreeMap<String, BTreeMap<String, Value>>>,
    /// Severities of checks that hold everywhere. Flag: --set-severity CHECK=SEVERITY.
    severities: Option<BTreeMap<String, Severity>>,
    /// Parameters and severities for some resources; where several say something of the same,
    /// the last one wins.
    overrides: Option<Vec<Override>>,
    /// Failures that somebody answers for, and accepts for a time. They are shown and counted as
    /// accepted risk, and never become a pass.
    exceptions: Option<Vec<Exception>>,
    /// Reports, each FORMAT or FORMAT=FILE. Flag: --output.
    outputs: Option<Texts>,
    /// Exit with 1 when a failure is at least so severe; `none` for never. Flag: --fail-on.
    fail_on: Option<FailOn>,
    /// Exit with 3 when less than this share, in percent, was assessed. Flag: --min-coverage.
    #[schemars(range(min = 0, max = 100))]
    min_coverage: Option<f64>,
}

/// Which accounts of an organization are read, and by which role. What `units` and `accounts` name
/// adds up; all accounts are read when none of them is given.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only the schema is generated from it")]
struct Organization {
    /// The name of the role to assume in each account, with its path if it has one. Flag:
    /// --role-name.
    role_name: Option<String>,
    /// What the roles' trust policies ask for. Flag: --external-id.
    external_id: Option<String>,
    /// Only the accounts of these organizational units and of those below them: by id, path or
    /// name. Flag: --ou.
    units: Option<Texts>,
    /// Only these accounts. Flag: --account.
    accounts: Option<Accounts>,
    /// Not these accounts and units. Flag: --exclude.
    exclude: Option<Texts>,
    /// How many accounts are read at the same time. Flag: --accounts-in-flight.
    #[schemars(range(min = 1, max = 100))]
    accounts_in_flight: Option<usize>,
}

/// A severity, or none.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only the schema is generated from it")]
enum FailOn {
    None,
    Info,
    Low,
    Medium,
    High,
    Critical,
}

/// Which checks run. What `only`, `services` and `frameworks` name is added up; all run when none
/// of them is given.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only the schema is generated from it")]
struct Checks {
    /// Folders of your own checks, relative to this file. Flag: --checks.
    folders: Option<Texts>,
    /// Only these checks. Flag: --check.
    only: Option<Texts>,
    /// Not these checks. Flag: --except.
    except: Option<Texts>,
    /// Only the checks of these services. Flag: --service.
    services: Option<Texts>,
    /// Only checks at least so severe. Flag: --severity.
    severity: Option<Severity>,
}

/// Parameters and severities for some resources. All conditions that are given must hold.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only the schema is generated from it")]
struct Override {
    /// Resources of this account.
    account: Option<Accounts>,
    /// Resources of this Region, or `global`; `*` and `?` are wildcards.
    region: Option<Texts>,
    /// Resources whose ARN matches; `*` and `?` are wildcards.
    arn: Option<Texts>,
    /// Resources with this tag: `key` or `key=value`; `*` and `?` are wildcards.
    tag: Option<Texts>,
    /// Parameters, by check and name.
    parameters: Option<BTreeMap<String, BTreeMap<String, Value>>>,
    /// Severities, by check.
    severities: Option<BTreeMap<String, Severity>>,
}

/// Failures that somebody accepts. All conditions that are given must hold, and one of check,
/// account, region, arn and tag must be given.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only the schema is generated from it")]
struct Exception {
    /// Its name in reports; derived from what it covers when not given.
    #[schemars(regex(pattern = r"^[A-Za-z0-9._-]{1,64}$"))]
    id: Option<String>,
    /// Failures of this check: an id, present or former, or a pattern with `*` and `?`.
    check: Option<Texts>,
    /// Failures in this account.
    account: Option<Accounts>,
    /// Failures in this Region, or `global`; `*` and `?` are wildcards.
    region: Option<Texts>,
    /// Failures of resources whose ARN matches; `*` and `?` are wildcards.
    arn: Option<Texts>,
    /// Failures of resources with this tag: `key` or `key=value`; `*` and `?` are wildcards. Tags
    /// that were not read accept nothing.
    tag: Option<Texts>,
    /// Who answers for the risk.
    owner: String,
    /// Why it is accepted.
    reason: String,
    /// The last day on which it holds, UTC, as in 2027-03-31.
    #[schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    expires: String,
    /// What was seen when it was accepted: the exception lapses when that changes. Written by
    /// `waterline exceptions add --bind`.
    #[schemars(regex(pattern = r"^sha256:[0-9a-f]{64}$"))]
    value: Option<String>,
    /// Where the decision is written down: a ticket, a link.
    ticket: Option<String>,
}

/// The schema, with the checks, parameters, services, frameworks and formats that are known here.
pub fn schema(catalog: &Catalog, formats: &[&str]) -> Value {
    let mut schema = schemars::schema_for!(File).to_value();
    let ids: Vec<&str> = catalog
        .checks
        .iter()
        .map(|check| check.id.as_str())
        .collect();
    let services: std::collections::BTreeSet<&str> =
        catalog.checks.iter().map(|check| check.service()).collect();
    let frameworks: Vec<&String> = catalog.frameworks.keys().collect();
    let outputs: Vec<String> = formats.iter().map(|format| (*format).to_owned()).collect();
    // Any text is right: own checks, patterns and files are known to nobody. Editors propose these.
    let texts = |known: Value| {
        let one = json!({"anyOf": [{"enum": known}, {"type": "string"}]});
        json!({"anyOf": [one, {"type": "array", "items": one}]})
    };
    let severities: Map<String, Value> = ids
        .iter()
        .map(|id| ((*id).to_owned(), json!({"$ref": "#/$defs/Severity"})))
        .collect();
    let parameters: Map<String, Value> = catalog
        .checks
        .iter()
        .filter(|check| !check.params.is_empty())
        .map(|check| {
            let values = check.params.iter();
            let values: Map<String, Value> = values
                .map(|(name, param)| (name.clone(), parameter(param)))
                .collect();
            let of = json!({
                "type": "object",
                "description": check.title,
                "properties": values,
                "additionalProperties": false,
            });
            (check.id.clone(), of)
        })
        .collect();
    let defs = json!({
        "CheckIds": texts(json!(ids)),
        "Services": texts(json!(services)),
        "Frameworks": texts(json!(frameworks)),
        "Outputs": texts(json!(outputs)),
        "Parameters": {
            "type": "object",
            "properties": parameters,
            "additionalProperties": {"type": "object"},
        },
        "Severities": {
            "type": "object",
            "properties": severities,
            "additionalProperties": {"$ref": "#/$defs/Severity"},
        },
    });
    if let (Some(all), Some(more)) = (schema["$defs"].as_object_mut(), defs.as_object()) {
        all.extend(more.clone());
    }
    for (place, target) in [
        ("/properties/frameworks", "Frameworks"),
        ("/properties/parameters", "Parameters"),
        ("/properties/severities", "Severities"),
        ("/properties/outputs", "Outputs"),
        ("/$defs/Checks/properties/only", "CheckIds"),
        ("/$defs/Checks/properties/except", "CheckIds"),
        ("/$defs/Checks/properties/services", "Services"),
        ("/$defs/Override/properties/parameters", "Parameters"),
        ("/$defs/Override/properties/severities", "Severities"),
        ("/$defs/Exception/properties/check", "CheckIds"),
    ] {
        if let Some(node) = schema.pointer_mut(place) {
            let about = node["description"].clone();
            *node = json!({"description": about, "$ref": format!("#/$defs/{target}")});
        }
    }
    schema
}

fn parameter(param: &Param) -> Value {
    let mut schema = json!({"description": param.about.trim(), "default": param.default});
    let kind = if param.kind == "list" {
        "array"
    } else {
        &param.kind
    };
    schema["type"] = json!(kind);
    if param.kind == "list" {
        schema["items"] = json!({"type": ["string", "number"]});
    }
    for (key, bound) in [("minimum", param.min), ("maximum", param.max)] {
        if let Some(bound) = bound {
            schema[key] = json!(bound);
        }
    }
    schema
}
