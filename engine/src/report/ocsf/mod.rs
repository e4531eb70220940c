//! OCSF Compliance Findings (class 2003), a JSON array with an event on each line: for security
//! lakes and SIEMs.
//!
//! | verdict | `compliance.status_id` | `severity_id` | `status_id` |
//! |---|---|---|---|
//! | pass | 1 Pass | 1 Informational | – |
//! | fail | 3 Fail | the check's | 1 New |
//! | not assessed | 2 Warning: no result for want of information | the check's | 1 New |
//! | excepted | 99 Other, `excepted` | 1 Informational | 3 Suppressed |
//! | inherited, not applicable | 99 Other, the verdict's word | 1 Informational | – |

mod event;

use super::Report;
use super::each::Each;
use super::lines::spread;
use super::words::{
    Index, TOOL, accounted, gap_saying, name, requirements, security_control, sentence, standards,
};
use crate::assess::{Accepted, Finding, Verdict};
use crate::catalog::{Catalog, Check, Severity};
use crate::model::{CUSTOMER, Gap, Header};
use event::{
    Account, Analytic, Checked, Cloud, Compliance, Data, Event, FindingInfo, Metadata, Owner,
    Product, Remediation, Resource, Status, Unmapped,
};
use std::io::{self, Write};

/// The version of the schema.
const SCHEMA: &str = "1.9.0";
const CLASS: u32 = 2003;
/// The activity: a finding was made.
const CREATE: u32 = 1;

pub(super) fn render(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let index = Index::of(report);
    let of = |finding| {
        event(
            finding,
            index.check(finding),
            &index.gaps(finding),
            index.exception(finding),
            report.header,
            report.catalog,
        )
    };
    let events = Each::of(|| report.assessment.findings.iter().map(of));
    spread(&events, 1, out)
}

fn event<'a>(
    finding: &'a Finding,
    check: &'a Check,
    gaps: &[&'a Gap],
    exception: Option<&'a Accepted>,
    header: &'a Header,
    catalog: &'a Catalog,
) -> Event<'a> {
    let time = header.started.timestamp_millis();
    let account = Account {
        uid: &finding.about.account,
        // The schema wants a name beside the number; the snapshot's header has none.
        name: &finding.about.account,
        type_id: 10,
        kind: "AWS Account",
    };
    let (severity_id, severity) = match finding.verdict {
        Verdict::Fail | Verdict::NotAssessed => severity(finding.severity),
        Verdict::Pass | Verdict::Excepted | Verdict::Inherited | Verdict::NotApplicable => {
            severity(Severity::Info)
        }
    };
    Event {
        metadata: Metadata {
            version: SCHEMA,
            uid: finding.id,
            event_code: &check.id,
            profiles: ["cloud"],
            product: Product {
                name: TOOL,
                vendor_name: TOOL,
                version: env!("CARGO_PKG_VERSION"),
            },
        },
        category_uid: 2,
        category_name: "Findings",
        class_uid: CLASS,
        class_name: "Compliance Finding",
        activity_id: CREATE,
        activity_name: "Create",
        type_uid: CLASS * 100 + CREATE,
        type_name: "Compliance Finding: Create",
        time,
        severity_id,
        severity,
        status: life(finding.verdict),
        message: sentence(finding, check),
        finding_info: FindingInfo {
            uid: finding.id,
            title: &check.title,
            desc: check.risk.trim(),
            types: [&check.responsibility.category],
            analytic: Analytic {
                uid: &check.id,
                name: &check.title,
                type_id: 1,
                kind: "Rule",
                version: &catalog.hash,
            },
            created_time: time,
            last_seen_time: time,
        },
        compliance: compliance(finding, check, gaps, exception, catalog),
        resources: [Resource {
            uid: finding.about.arn.as_deref(),
            name: name(finding),
            kind: finding.about.kind,
            region: &finding.about.region,
            cloud_partition: &header.partition,
            owner: owner(finding, account),
            data: (!finding.evidence().is_empty()).then_some(Data {
                evidence: finding.evidence(),
            }),
        }],
        remediation: Remediation {
            desc: check.remedy.text.trim(),
            references: &check.remedy.links,
        },
        cloud: Cloud {
            provider: "AWS",
            region: &finding.about.region,
            account,
        },
        unmapped: Unmapped {
            verdict: finding.verdict.word(),
            domain: &check.responsibility.domain,
            gaps: gaps.iter().map(|gap| unmapped(gap)).collect(),
            exception: exception.map(accepted),
        },
    }
}

/// The customer's account, or the AWS service that keeps the resource; neither is a user, so the
/// type is `Other`.
fn owner<'a>(finding: &'a Finding, account: Account<'a>) -> Owner<'a> {
    let customer = *finding.owner.managed_by == *CUSTOMER;
    let (uid, kind) = match customer {
        true => (&*finding.about.account, "AWS account"),
        false => (&*finding.owner.managed_by, "AWS service"),
    };
    Owner {
        uid,
        name: &finding.owner.managed_by,
        type_id: 99,
        kind,
        account,
    }
}

fn compliance<'a>(
    finding: &Finding,
    check: &'a Check,
    gaps: &[&Gap],
    exception: Option<&Accepted>,
    catalog: &Catalog,
) -> Compliance<'a> {
    let (status_id, status) = match finding.verdict {
        Verdict::Pass => (1, "Pass"),
        Verdict::NotAssessed => (2, "Warning"),
        Verdict::Fail => (3, "Fail"),
        // `Other` is told by the source's own word.
        Verdict::Excepted | Verdict::Inherited | Verdict::NotApplicable => {
            (99, finding.verdict.word())
        }
    };
    let mut status_details = vec![accounted(finding, check, exception)];
    status_details.extend(gaps.iter().map(|gap| gap_saying(gap)));
    let mut standards = standards(check, catalog);
    if standards.is_empty() {
        // Consumers of older versions of the schema require one.
        standards.push(format!("{TOOL} catalogue"));
    }
    let (severity_id, severity) = severity(check.severity);
    Compliance {
        status_id,
        status,
        status_details,
        control: security_control(&check.controls)
            .unwrap_or(&check.id)
            .to_owned(),
        category: &check.responsibility.category,
        standards,
        requirements: requirements(check, catalog),
        checks: [Checked {
            uid: &check.id,
            name: &check.title,
            status_id,
            status,
            severity_id,
            severity,
        }],
    }
}

fn severity(severity: Severity) -> (u32, &'static str) {
    match severity {
        Severity::Info => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}

fn life(verdict: Verdict) -> Option<Status> {
    match verdict {
        Verdict::Fail | Verdict::NotAssessed => Some(Status {
            status_id: 1,
            status: "New",
        }),
        Verdict::Excepted => Some(Status {
            status_id: 3,
            status: "Suppressed",
        }),
        Verdict::Pass | Verdict::Inherited | Verdict::NotApplicable => None,
    }
}

fn accepted(exception: &Accepted) -> event::Exception<'_> {
    event::Exception {
        uid: &exception.id,
        owner: &exception.owner,
        reason: &exception.reason,
        expires: exception.expires.to_string(),
        ticket: exception.ticket.as_deref(),
    }
}

fn unmapped<'a>(gap: &'a Gap) -> event::Gap<'a> {
    event::Gap {
        uid: &gap.id,
        operation: &gap.operation,
        reason: gap.reason.word(),
        actions: gap.actions.iter().map(|action| &**action).collect(),
    }
}
