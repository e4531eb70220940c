//! The AWS Security Finding Format: a JSON array of findings as Security Hub's
//! `BatchImportFindings` takes them, at most 100 a call.
//!
//! | verdict | `Compliance.Status` | severity's label | reason code |
//! |---|---|---|---|
//! | pass | `PASSED` | `INFORMATIONAL` | – |
//! | fail | `FAILED` | the finding's | – |
//! | not assessed | `WARNING`: some information is missing | the finding's | one for each gap |
//! | excepted | `FAILED`: it does not hold | `INFORMATIONAL` | `WATERLINE_EXCEPTED` |
//! | inherited | `NOT_AVAILABLE` | `INFORMATIONAL` | `WATERLINE_INHERITED` |
//! | not applicable | `NOT_AVAILABLE` | `INFORMATIONAL` | `WATERLINE_NOT_APPLICABLE` |
//!
//! Lengths are those of the API's reference. The finding on a list that could not be read is
//! about the account.

mod finding;
mod types;

pub use finding::{
    AssociatedStandard, AwsSecurityFinding, Compliance, Details, FindingProviderFields,
    Recommendation, Remediation, Resource, Severity, StatusReason,
};

use super::Report;
use super::lines::spread;
use super::words::{Index, TOOL, cut, gap_saying, requirements, saying, security_control};
use crate::assess::{Finding, Verdict};
use crate::catalog::{Catalog, Check, Severity as Badness};
use crate::model::{GLOBAL, Gap, Header};
use chrono::SecondsFormat;
use std::collections::BTreeMap;

const TITLE: usize = 256;
const DESCRIPTION: usize = 1024;
const RECOMMENDATION: usize = 512;
const FIELD: usize = 2048;
const REQUIREMENTS: usize = 32;
/// Of one finding; it may hang on the same call in many places, and has a limit of its size.
const REASONS: usize = 20;

/// What the findings of a run have in common.
#[derive(Clone)]
pub struct Context<'a> {
    /// The frameworks, for the titles of controls.
    pub catalog: &'a Catalog,
    /// The partition that was read.
    pub partition: &'a str,
    /// The Region that findings on global resources are sent to.
    pub home: String,
    /// When the account was read. RFC 3339, UTC.
    pub time: String,
}

impl<'a> Context<'a> {
    /// The context of a run. Findings on global resources go to the Region of the partition's
    /// global services if it was read, else to the first that was.
    pub fn of(header: &'a Header, catalog: &'a Catalog) -> Context<'a> {
        let home = types::home(&header.partition);
        let read = header.regions.iter().any(|region| region == home);
        let first = header.regions.first().filter(|_| !read);
        Context {
            catalog,
            partition: &header.partition,
            home: first.map_or(home, String::as_str).to_owned(),
            time: header.started.to_rfc3339_opts(SecondsFormat::Millis, true),
        }
    }
}

pub(super) fn render(report: &Report<'_>) -> Vec<u8> {
    let index = Index::of(report);
    let context = Context::of(report.header, report.catalog);
    let findings: Vec<AwsSecurityFinding> = (report.assessment.findings.iter())
        .map(|finding| {
            map(
                finding,
                index.check(finding),
                &index.gaps(finding),
                &context,
            )
        })
        .collect();
    spread(&findings, 1)
}

/// One finding, with its check and the gaps that it hangs on, in AWS's format.
pub fn map(
    finding: &Finding,
    check: &Check,
    gaps: &[&Gap],
    context: &Context<'_>,
) -> AwsSecurityFinding {
    let (partition, account) = (context.partition, &finding.account);
    let region = match &*finding.region {
        GLOBAL => &context.home,
        region => region,
    };
    AwsSecurityFinding {
        schema_version: "2018-10-08",
        id: format!("{TOOL}/{}/{}", check.id, finding.id),
        product_arn: format!(
            "arn:{partition}:securityhub:{region}:{account}:product/{account}/default"
        ),
        product_name: TOOL,
        generator_id: format!("{TOOL}/{}", check.id),
        account: account.to_string(),
        created_at: context.time.clone(),
        updated_at: context.time.clone(),
        first_observed_at: context.time.clone(),
        last_observed_at: context.time.clone(),
        title: cut(&check.title, TITLE),
        description: cut(
            &format!(
                "{}. {}",
                saying(finding, check).trim_end_matches('.'),
                check.risk.trim()
            ),
            DESCRIPTION,
        ),
        finding_provider_fields: FindingProviderFields {
            severity: Severity {
                label: label(finding),
                original: finding.severity.word(),
            },
            types: kinds(check),
        },
        remediation: Remediation {
            recommendation: Recommendation {
                text: cut(check.remedy.text.trim(), RECOMMENDATION),
                url: check.remedy.links.first().cloned(),
            },
        },
        compliance: compliance(finding, check, gaps, context.catalog),
        record_state: "ACTIVE",
        resources: vec![resource(finding, region, partition)],
        product_fields: fields(finding, check, gaps, context.catalog),
    }
}

/// What needs nobody's attention is informational, as with AWS's own controls.
fn label(finding: &Finding) -> &'static str {
    match finding.verdict {
        Verdict::Fail | Verdict::NotAssessed => match finding.severity {
            Badness::Info => "INFORMATIONAL",
            Badness::Low => "LOW",
            Badness::Medium => "MEDIUM",
            Badness::High => "HIGH",
            Badness::Critical => "CRITICAL",
        },
        Verdict::Pass | Verdict::Excepted | Verdict::Inherited | Verdict::NotApplicable => {
            "INFORMATIONAL"
        }
    }
}

fn kinds(check: &Check) -> Vec<String> {
    let mut kinds =
        vec!["Software and Configuration Checks/AWS Security Best Practices".to_owned()];
    if !check.controls.is_empty() {
        kinds
            .push("Software and Configuration Checks/Industry and Regulatory Standards".to_owned());
    }
    kinds
}

fn compliance(finding: &Finding, check: &Check, gaps: &[&Gap], catalog: &Catalog) -> Compliance {
    let status = match finding.verdict {
        Verdict::Pass => "PASSED",
        Verdict::Fail | Verdict::Excepted => "FAILED",
        Verdict::NotAssessed => "WARNING",
        Verdict::Inherited | Verdict::NotApplicable => "NOT_AVAILABLE",
    };
    let own = || StatusReason {
        reason_code: code(finding.verdict.word()),
        description: cut(&saying(finding, check), FIELD),
    };
    let mut status_reasons: Vec<StatusReason> = match finding.verdict {
        Verdict::Pass | Verdict::Fail => Vec::new(),
        Verdict::NotAssessed => gaps.iter().map(|gap| reason(gap)).collect(),
        Verdict::Excepted | Verdict::Inherited | Verdict::NotApplicable => vec![own()],
    };
    // A check that could not be evaluated hangs on no gap.
    if finding.verdict == Verdict::NotAssessed && status_reasons.is_empty() {
        status_reasons.push(own());
    }
    status_reasons.truncate(REASONS);
    let mut related_requirements = requirements(check, catalog);
    related_requirements.truncate(REQUIREMENTS);
    let frameworks = check.controls.keys();
    Compliance {
        status,
        status_reasons,
        security_control_id: security_control(check).map(str::to_owned),
        associated_standards: frameworks
            .filter_map(|framework| types::standard(framework))
            .map(|standards_id| AssociatedStandard { standards_id })
            .collect(),
        related_requirements,
    }
}

fn reason(gap: &Gap) -> StatusReason {
    StatusReason {
        reason_code: code(gap.reason.word()),
        description: cut(&gap_saying(gap), FIELD),
    }
}

/// Codes of ours are told from AWS's by their prefix.
fn code(word: &str) -> String {
    format!("{TOOL}_{word}").to_uppercase()
}

fn resource(finding: &Finding, region: &str, partition: &str) -> Resource {
    let kind = match finding.arn {
        Some(_) => types::resource(finding.kind),
        None => "AwsAccount",
    };
    let id = match finding.arn.as_deref() {
        Some(arn) if kind != "AwsAccount" => arn.to_owned(),
        _ => format!("AWS::::Account:{}", finding.account),
    };
    let mut other = BTreeMap::from([("Kind".to_owned(), finding.kind.to_owned())]);
    if let Some(id) = &finding.resource_id {
        other.insert("ResourceId".to_owned(), cut(id, FIELD));
    } else {
        other.insert("List".to_owned(), "could not be read".to_owned());
    }
    Resource {
        kind,
        id,
        partition: types::is_partition(partition).then(|| partition.to_owned()),
        region: region.to_owned(),
        details: Details { other },
    }
}

fn fields(
    finding: &Finding,
    check: &Check,
    gaps: &[&Gap],
    catalog: &Catalog,
) -> BTreeMap<String, String> {
    let operations: Vec<&str> = gaps.iter().map(|gap| &*gap.operation).collect();
    [
        ("FindingId", finding.id.clone()),
        ("Verdict", finding.verdict.word().to_owned()),
        ("Region", finding.region.to_string()),
        ("Owner", finding.owner.party.word().to_owned()),
        ("Domain", check.responsibility.domain.clone()),
        ("Category", check.responsibility.category.clone()),
        ("Version", env!("CARGO_PKG_VERSION").to_owned()),
        ("Catalog", catalog.hash.clone()),
        ("Evidence", finding.evidence.join("\n")),
        ("Unread", operations.join(", ")),
    ]
    .into_iter()
    .filter(|(_, value)| !value.trim().is_empty())
    .map(|(key, value)| (format!("{TOOL}/{key}"), cut(&value, FIELD)))
    .collect()
}
