//! A check, valid and compiled.

use super::examples::Examples;
use super::sources::hex;
use crate::expr::{Expression, Template};
use crate::model::KindInfo;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How bad a failure is.
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
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Hygiene.
    Low,
    /// Weakens a defence.
    Medium,
    /// A way in, or the loss of a defence that others rest on.
    High,
    /// Open now.
    Critical,
}

impl Severity {
    /// From the least to the worst.
    pub const ALL: [Severity; 5] = [
        Severity::Info,
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ];

    /// The word used in files and reports.
    pub const fn word(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.word())
    }
}

impl std::str::FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Severity, String> {
        Severity::ALL
            .into_iter()
            .find(|severity| severity.word() == text)
            .ok_or_else(|| format!("`{text}` is not a severity: critical, high, medium, low, info"))
    }
}

/// The boxes of the customer in AWS's diagram of the shared responsibility model.
pub const DOMAINS: &[(&str, &str)] = &[
    ("customer-data", "Customer data"),
    (
        "platform-iam",
        "Platform, applications, identity and access management",
    ),
    (
        "os-network",
        "Operating system, network and firewall configuration",
    ),
    (
        "client-side-encryption",
        "Client-side encryption and data integrity authentication",
    ),
    (
        "server-side-encryption",
        "Server-side encryption (file system and data)",
    ),
    (
        "network-traffic",
        "Networking traffic protection (encryption, integrity, identity)",
    ),
];

/// The kinds of control in the shared responsibility model.
pub const CONTROLS: &[&str] = &[
    "customer-specific",
    "shared/patch",
    "shared/configuration",
    "shared/awareness",
    "inherited",
];

/// The categories of Security Hub's controls.
pub const CATEGORIES: &[&str] = &[
    "identify/inventory",
    "identify/logging",
    "identify/resource-configuration",
    "identify/vulnerability-patch-and-version-management",
    "protect/secure-access-management",
    "protect/secure-network-configuration",
    "protect/data-protection",
    "protect/api-protection",
    "protect/protective-services",
    "protect/secure-development",
    "detect/detection-services",
    "respond/response-actions",
    "recover/resilience",
];

/// Whose part of the shared responsibility model a check judges.
#[derive(Clone, Debug)]
pub struct Responsibility {
    /// One of [`DOMAINS`].
    pub domain: String,
    /// One of [`CONTROLS`].
    pub control: String,
    /// One of [`CATEGORIES`].
    pub category: String,
    /// The layer that is judged, one of [`LAYERS`](super::LAYERS): the check's own word, else
    /// what its other words mean.
    pub layer: String,
}

/// How to mend a failure.
#[derive(Clone, Debug)]
pub struct Remedy {
    /// In words.
    pub text: String,
    /// By the `aws` command line.
    pub cli: Option<Template>,
    /// The source of [`Remedy::cli`], as it stands in the file.
    pub cli_source: Option<String>,
    /// In Terraform.
    pub terraform: Option<String>,
    /// AWS's documentation.
    pub links: Vec<String>,
}

/// A parameter that users may set.
#[derive(Clone, Debug)]
pub struct Param {
    /// `integer`, `number`, `string`, `boolean` or `list`.
    pub kind: String,
    /// The value when nobody sets one.
    pub default: Value,
    /// What it means.
    pub about: String,
    /// The least number that it may be.
    pub min: Option<f64>,
    /// The greatest number that it may be.
    pub max: Option<f64>,
}

impl Param {
    /// What is wrong with a value for it; nothing when it fits.
    pub fn objection(&self, value: &Value) -> Option<String> {
        let fits = match self.kind.as_str() {
            "integer" => value.is_i64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            _ => value
                .as_array()
                .is_some_and(|items| items.iter().all(Value::is_string)),
        };
        if !fits {
            let what = match self.kind.as_str() {
                "integer" => "an integer",
                "number" => "a number",
                "string" => "text",
                "boolean" => "`true` or `false`",
                _ => "a list of texts",
            };
            return Some(format!("{value} is not {what}"));
        }
        let number = value.as_f64()?;
        if let Some(min) = self.min.filter(|min| number < *min) {
            return Some(format!("{value} is less than {min}, the least allowed"));
        }
        let max = self.max.filter(|max| number > *max)?;
        Some(format!("{value} is more than {max}, the most allowed"))
    }
}

/// A check: what must hold of each resource of a kind, and all that a reader needs to know of
/// it.
#[derive(Clone, Debug)]
pub struct Check {
    /// The id: the file's name.
    pub id: String,
    /// The state that is wanted, in a sentence.
    pub title: String,
    /// The kind that is judged.
    pub kind: &'static KindInfo,
    /// How bad a failure is.
    pub severity: Severity,
    /// To which resources it applies; to all of the kind if none.
    pub when: Option<Expression>,
    /// The name and the list for which, one by one, the assertion must hold.
    pub each: Option<(String, Expression)>,
    /// What must hold.
    pub assert: Expression,
    /// The sources of the expressions, by key, for readers.
    pub sources: BTreeMap<&'static str, String>,
    /// What was seen, for a failure.
    pub message: Template,
    /// What an attacker gains.
    pub risk: String,
    /// How to mend it.
    pub remedy: Remedy,
    /// Whose part it judges.
    pub responsibility: Responsibility,
    /// What the failures of one change have in common, as text or a list of texts; none when
    /// each stands for itself.
    pub root_cause: Option<Expression>,
    /// The controls that it answers, by framework.
    pub controls: BTreeMap<String, Vec<String>>,
    /// Checks of other tools that ask nearly the same.
    pub similar: BTreeMap<String, Vec<String>>,
    /// Ids that it once had.
    pub aliases: Vec<String>,
    /// What users may set.
    pub params: BTreeMap<String, Param>,
    /// Its tests.
    pub examples: Examples,
    /// The file it comes from.
    pub file: String,
    /// The kinds and facets that it reads.
    pub facts: BTreeSet<String>,
}

impl Check {
    /// The service of the kind that is judged.
    pub fn service(&self) -> &str {
        self.kind.name.split('.').next().unwrap_or(self.kind.name)
    }

    /// The fields of the resource that one of its expressions reads; some more than once.
    pub fn fields<'e>(&self, expression: &'e Expression) -> impl Iterator<Item = &'e str> {
        let variable = self.kind.variable();
        expression.paths().iter().filter_map(move |path| {
            let mut words = path.split(['.', '[']);
            (words.next() == Some(variable)).then_some(())?;
            words.next()
        })
    }

    /// A hash, in hex, of all that decides its verdicts: kind, severity, expressions, message,
    /// parameters and place in the shared responsibility model. Other words do not change it.
    pub fn hash(&self) -> String {
        let part = &self.responsibility;
        let params: BTreeMap<&str, (&str, &Value)> = self
            .params
            .iter()
            .map(|(name, param)| (name.as_str(), (param.kind.as_str(), &param.default)))
            .collect();
        let decisive = serde_json::json!([
            self.kind.name,
            self.severity,
            self.sources,
            params,
            [&part.domain, &part.control, &part.category, &part.layer],
        ]);
        hex(&Sha256::digest(decisive.to_string().as_bytes()))
    }

    /// The parameters with their defaults.
    pub fn default_params(&self) -> Value {
        self.params
            .iter()
            .map(|(name, param)| (name.clone(), param.default.clone()))
            .collect()
    }
}
