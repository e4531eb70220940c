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

mod details;
mod finding;
mod resource;
mod types;

pub(super) use details::facts;
pub use resource::LIST;

pub use finding::{
    AssociatedStandard, AwsSecurityFinding, Compliance, Details, FindingProviderFields,
    Recommendation, Remediation, Resource, Severity, StatusReason, Word,
};

use super::each::Each;
use super::lines::spread;
use super::resources::Described;
use super::words::{
    Index, TOOL, acceptance_of, cut, gap_said, requirements_of, said, security_control,
};
use super::{Report, json, v1};
use crate::assess::Verdict;
use crate::catalog::{Catalog, Severity as Badness};
use crate::model::GLOBAL;
use resource::resource;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

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
    /// Who ran what, when and where.
    pub run: &'a v1::Run,
    /// The Region that findings on global resources are sent to.
    pub home: String,
    /// The Region that every finding is sent to; its resource's when there is none.
    pub hub: Option<String>,
}

impl<'a> Context<'a> {
    /// The context of a run for a report. Findings on global resources go to the Region of the
    /// partition's global services if it was read, else to the first that was.
    pub fn of(run: &'a v1::Run, catalog: &'a Catalog) -> Context<'a> {
        let home = types::home(&run.partition);
        let read = run.regions.iter().any(|region| region == home);
        let first = run.regions.first().filter(|_| !read);
        Context {
            home: first.map_or(home, String::as_str).to_owned(),
            ..Context::published(run, catalog)
        }
    }

    /// The context of a run that is published: the same whichever Regions were read, so that a
    /// finding on a global resource always goes to the same Region.
    pub fn published(run: &'a v1::Run, catalog: &'a Catalog) -> Context<'a> {
        Context {
            catalog,
            run,
            home: types::home(&run.partition).to_owned(),
            hub: None,
        }
    }

    /// The Region that a finding on a resource of this Region is sent to.
    pub fn target<'r>(&'r self, region: &'r str) -> &'r str {
        match (&self.hub, region) {
            (Some(hub), _) => hub,
            (None, GLOBAL) => &self.home,
            (None, region) => region,
        }
    }

    /// The account's own product in a Region: nobody has to accept it, it comes with Security
    /// Hub.
    pub fn product(&self, region: &str) -> String {
        product(&self.run.partition, &self.run.account, region)
    }
}

/// The ARN of an account's own product in a Region.
pub fn product(partition: &str, account: &str, region: &str) -> String {
    format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default")
}

/// The Regions that the findings of a run can go to: those that were read, and the one that
/// findings on global resources go to; or the one that all go to.
pub fn targets<'r>(
    partition: &str,
    regions: impl IntoIterator<Item = &'r str>,
    hub: Option<&str>,
) -> BTreeSet<String> {
    match hub {
        Some(hub) => [hub.to_owned()].into(),
        None => {
            let home = [types::home(partition)];
            let regions = regions.into_iter().chain(home);
            regions.map(str::to_owned).collect()
        }
    }
}

pub(super) fn render(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let run = json::run(report);
    let all = All::of(report, &run);
    spread(&Each::of(|| all.findings()), 1, out)
}

/// What the findings of a report are made from.
pub(super) struct All<'r> {
    report: &'r Report<'r>,
    context: Context<'r>,
    index: Index<'r>,
    checks: BTreeMap<&'r str, v1::Check>,
}

impl<'r> All<'r> {
    /// Prepares the findings of a report, whose run this is.
    pub(super) fn of(report: &'r Report<'r>, run: &'r v1::Run) -> All<'r> {
        let checks = report.catalog.checks.iter();
        All {
            report,
            context: Context::of(run, report.catalog),
            index: Index::of(report),
            checks: checks
                .map(|check| (&*check.id, json::check(check)))
                .collect(),
        }
    }

    /// Every finding, made one by one.
    pub(super) fn findings(&self) -> impl Iterator<Item = AwsSecurityFinding> {
        self.report.assessment.findings.iter().map(|finding| {
            // A report's findings come from judging with its own catalogue.
            let Some(check) = self.checks.get(&*finding.check) else {
                unreachable!("{} is not in the catalogue", finding.check)
            };
            let gaps = self.index.gaps(finding).into_iter();
            let gaps: Vec<v1::Gap> = gaps.map(json::gap).collect();
            let gaps: Vec<&v1::Gap> = gaps.iter().collect();
            let exception = self.index.exception(finding).map(json::exception);
            let result = json::result(finding);
            let resource = self.resource(&result).map(Described::v1);
            let about = About {
                check,
                gaps: &gaps,
                exception: exception.as_ref(),
                resource: resource.as_ref(),
            };
            map(&result, &about, &self.context)
        })
    }
}

impl All<'_> {
    /// What is known of the resource of a result.
    fn resource(&self, result: &v1::Result) -> Option<&Described> {
        let (account, region) = (&*result.account, &*result.region);
        let wanted = (&*result.kind, account, region, result.arn.as_deref()?);
        let resources = self.report.resources;
        let at = resources.binary_search_by(|one| one.order().cmp(&wanted));
        at.ok().map(|at| &resources[at])
    }
}

/// What a finding tells besides its result.
pub struct About<'a> {
    /// The check.
    pub check: &'a v1::Check,
    /// The gaps that the result hangs on.
    pub gaps: &'a [&'a v1::Gap],
    /// The exception that accepts it.
    pub exception: Option<&'a v1::Exception>,
    /// What is known of its resource.
    pub resource: Option<&'a v1::Resource>,
}

/// The id of a finding in Security Hub: never changes.
pub fn id(result: &v1::Result) -> String {
    format!("{TOOL}/{}/{}", result.check, result.id)
}

/// One result in AWS's format. The structs are those of the assessment as other programs read it, so
/// that a live run and a document that was kept give the same bytes.
pub fn map(result: &v1::Result, about: &About<'_>, context: &Context<'_>) -> AwsSecurityFinding {
    let About {
        check,
        gaps,
        exception,
        resource: known,
    } = *about;
    let time = &context.run.started;
    let told = said(result.verdict, &result.message, &check.title);
    let reason = match exception {
        // First who answers for it: what was seen may be long, and is cut.
        Some(exception) => format!("{}; {told}", acceptance_of(exception)),
        None => told.clone(),
    };
    AwsSecurityFinding {
        schema_version: "2018-10-08".into(),
        id: id(result),
        product_arn: context.product(context.target(&result.region)),
        product_name: TOOL.into(),
        generator_id: format!("{TOOL}/{}", check.id),
        account: result.account.clone(),
        created_at: time.clone(),
        updated_at: time.clone(),
        first_observed_at: time.clone(),
        last_observed_at: time.clone(),
        title: cut(&check.title, TITLE),
        description: cut(
            &format!("{}. {}", told.trim_end_matches('.'), check.risk.trim()),
            DESCRIPTION,
        ),
        finding_provider_fields: FindingProviderFields {
            severity: Severity {
                label: label(result).into(),
                original: result.severity.word().into(),
            },
            types: kinds(check),
        },
        remediation: Remediation {
            recommendation: Recommendation {
                text: cut(check.remedy.text.trim(), RECOMMENDATION),
                url: check.remedy.links.first().cloned(),
            },
        },
        compliance: compliance(result, check, gaps, &reason, context.catalog),
        record_state: "ACTIVE".into(),
        resources: vec![resource(result, known, context)],
        product_fields: fields(result, check, gaps, exception, context.run),
    }
}

/// What needs nobody's attention is informational, as with AWS's own controls.
fn label(result: &v1::Result) -> &'static str {
    match result.verdict {
        Verdict::Fail | Verdict::NotAssessed => match result.severity {
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

fn kinds(check: &v1::Check) -> Vec<String> {
    let mut kinds =
        vec!["Software and Configuration Checks/AWS Security Best Practices".to_owned()];
    if !check.controls.is_empty() {
        kinds
            .push("Software and Configuration Checks/Industry and Regulatory Standards".to_owned());
    }
    kinds
}

fn compliance(
    result: &v1::Result,
    check: &v1::Check,
    gaps: &[&v1::Gap],
    told: &str,
    catalog: &Catalog,
) -> Compliance {
    let status = match result.verdict {
        Verdict::Pass => "PASSED",
        Verdict::Fail | Verdict::Excepted => "FAILED",
        Verdict::NotAssessed => "WARNING",
        Verdict::Inherited | Verdict::NotApplicable => "NOT_AVAILABLE",
    };
    let own = || StatusReason {
        reason_code: code(result.verdict.word()),
        description: cut(told, FIELD),
    };
    let mut status_reasons: Vec<StatusReason> = match result.verdict {
        Verdict::Pass | Verdict::Fail => Vec::new(),
        Verdict::NotAssessed => gaps.iter().map(|gap| reason(gap)).collect(),
        Verdict::Excepted | Verdict::Inherited | Verdict::NotApplicable => vec![own()],
    };
    // A check that could not be evaluated hangs on no gap.
    if result.verdict == Verdict::NotAssessed && status_reasons.is_empty() {
        status_reasons.push(own());
    }
    status_reasons.truncate(REASONS);
    let mut related_requirements = requirements_of(&check.controls, catalog);
    related_requirements.truncate(REQUIREMENTS);
    let frameworks = check.controls.keys();
    Compliance {
        status: status.into(),
        status_reasons,
        security_control_id: security_control(&check.controls).map(str::to_owned),
        associated_standards: frameworks
            .filter_map(|framework| types::standard(framework))
            .map(|standard| AssociatedStandard {
                standards_id: standard.into(),
            })
            .collect(),
        related_requirements,
    }
}

fn reason(gap: &v1::Gap) -> StatusReason {
    StatusReason {
        reason_code: code(&gap.reason),
        description: cut(&gap_said(gap), FIELD),
    }
}

/// Codes of ours are told from AWS's by their prefix.
pub fn code(word: &str) -> String {
    format!("{TOOL}_{word}").to_uppercase()
}

fn fields(
    result: &v1::Result,
    check: &v1::Check,
    gaps: &[&v1::Gap],
    exception: Option<&v1::Exception>,
    run: &v1::Run,
) -> BTreeMap<String, String> {
    let operations: Vec<&str> = gaps.iter().map(|gap| &*gap.operation).collect();
    let of = |part: &dyn Fn(&v1::Exception) -> Option<String>| {
        exception.and_then(part).unwrap_or_default()
    };
    [
        ("FindingId", result.id.clone()),
        ("Verdict", result.verdict.word().to_owned()),
        ("Region", result.region.clone()),
        ("Owner", result.owner.word().to_owned()),
        ("Domain", check.responsibility.domain.clone()),
        ("Category", check.responsibility.category.clone()),
        ("Exception", result.exception.clone().unwrap_or_default()),
        ("ExceptionOwner", of(&|one| Some(one.owner.clone()))),
        ("ExceptionExpires", of(&|one| Some(one.expires.clone()))),
        ("ExceptionReason", of(&|one| Some(one.reason.clone()))),
        ("ExceptionTicket", of(&|one| one.ticket.clone())),
        ("Version", run.tool.clone()),
        ("Catalog", run.catalog.clone()),
        ("Evidence", result.evidence.join("\n")),
        ("Unread", operations.join(", ")),
    ]
    .into_iter()
    .filter(|(_, value)| !value.trim().is_empty())
    .map(|(key, value)| (field(key), cut(&value, FIELD)))
    .collect()
}

/// The name of one of our fields among the product's.
pub fn field(key: &str) -> String {
    format!("{TOOL}/{key}")
}
