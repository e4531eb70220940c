//! SARIF 2.1.0: for GitHub code scanning and every viewer of static analysis.
//!
//! | verdict | `kind` | `level` |
//! |---|---|---|
//! | fail | `fail` | `error` (critical, high), `warning` (medium), `note` (low, info) |
//! | excepted | `fail`, suppressed; the suppression names who accepted it, until when and why | as a failure |
//! | not assessed | `open`: not enough is known to decide | `none` |
//! | pass | `pass` | `none` |
//! | not applicable, inherited | `notApplicable` | `none` |
//!
//! The standard allows no level but `none` beside a kind other than `fail`.

mod log;
mod rule;

use super::each::Each;
use super::lines::spread;
use super::words::{Index, TOOL, acceptance, gap_saying, name, saying, sentence};
use super::{Report, json};
use crate::assess::{Accepted, Finding, Verdict};
use crate::catalog::{Check, Severity};
use crate::model::{Gap, Reason};
use chrono::SecondsFormat;
use log::{
    ArtifactLocation, AutomationDetails, Coverage, Descriptor, Driver, Fingerprints, GapProperties,
    Interval, Invocation, InvocationProperties, Location, Log, LogicalLocation, Message, Notice,
    Notification, Outcome, OutcomeProperties, PhysicalLocation, Region, Run, RunProperties,
    Suppression, SuppressionProperties, Tool,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeMap;
use std::io::{self, Write};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// A result's own properties lie six levels deep: log, runs, run, results, result.
const DEPTH: usize = 5;
/// Characters that stand for themselves in a segment of a path (RFC 3986, `unreserved`).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Why a read gave nothing, as kinds of notification.
const NOTICES: [(Reason, &str, &str); 6] = [
    (Reason::Denied, "gap/denied", "AWS refused a read"),
    (
        Reason::Throttled,
        "gap/throttled",
        "AWS kept throttling a read",
    ),
    (
        Reason::Unsupported,
        "gap/unsupported",
        "The operation does not exist in the Region or at the endpoint",
    ),
    (
        Reason::Disabled,
        "gap/disabled",
        "The service is switched off in the account and Region",
    ),
    (Reason::Failed, "gap/failed", "A read failed"),
    (
        Reason::NotCollected,
        "gap/not_collected",
        "The snapshot does not hold what a check asks for",
    ),
];

/// What every kind of notification means; GitHub's rules ask for it.
const UNREAD: &str = "What could not be read could not be judged: results that hang on it are of \
    the kind `open`. The message tells the call, the error and the IAM actions that it needs.";

pub(super) fn render(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let index = Index::of(report);
    let header = report.header;
    let positions: BTreeMap<&str, usize> = (report.catalog.checks.iter().enumerate())
        .map(|(position, check)| (check.id.as_str(), position))
        .collect();
    let assessment = report.assessment;
    let of = |finding| {
        let check = index.check(finding);
        let position = positions.get(&*check.id).copied().unwrap_or_default();
        outcome(finding, check, position, index.exception(finding))
    };
    let coverage = report.score.coverage;
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: TOOL,
                semantic_version: env!("CARGO_PKG_VERSION"),
                notifications: NOTICES.map(notice).into(),
                rules: Each::of(|| {
                    let checks = report.catalog.checks.iter();
                    checks.map(|check| rule::rule(check, report.catalog))
                }),
            },
        },
        // What comes before the last slash is the category by which GitHub keeps accounts apart.
        automation_details: AutomationDetails {
            id: format!("{TOOL}/{}/", header.account),
        },
        invocations: [Invocation {
            // Gaps are told below; the run itself came to its end, else there were no snapshot.
            execution_successful: true,
            start_time_utc: header.started.to_rfc3339_opts(SecondsFormat::Millis, true),
            tool_execution_notifications: Each::of(|| assessment.gaps.iter().map(notification)),
            properties: InvocationProperties {
                gaps: assessment.gaps.len(),
            },
        }],
        column_kind: "unicodeCodePoints",
        properties: RunProperties {
            account: &header.account,
            caller: &header.caller,
            partition: &header.partition,
            regions: &header.regions,
            catalog: &report.catalog.hash,
            counts: json::counts(assessment),
            coverage: Coverage {
                assessed: coverage.assessed,
                total: coverage.total,
                percent: coverage.percent().map(json::tenth),
            },
            score: report.score.whole.map(|whole| Interval {
                proven: json::tenth(whole.proven),
                possible: json::tenth(whole.possible),
            }),
        },
        results: Each::of(|| assessment.findings.iter().map(of)),
    };
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [run],
    };
    spread(&log, DEPTH, out)
}

/// The level of a failure of this severity.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

fn outcome<'a>(
    finding: &'a Finding,
    check: &'a Check,
    position: usize,
    exception: Option<&'a Accepted>,
) -> Outcome<'a> {
    let (kind, level) = match finding.verdict {
        Verdict::Fail | Verdict::Excepted => ("fail", level(finding.severity)),
        Verdict::NotAssessed => ("open", "none"),
        Verdict::Pass => ("pass", "none"),
        Verdict::NotApplicable | Verdict::Inherited => ("notApplicable", "none"),
    };
    let suppressions = match finding.verdict {
        Verdict::Excepted => vec![Suppression {
            kind: "external",
            status: "accepted",
            justification: exception.map_or_else(|| saying(finding, check), acceptance),
            properties: exception.map(suppression),
        }],
        _ => Vec::new(),
    };
    Outcome {
        rule_id: &check.id,
        rule_index: position,
        kind,
        level,
        message: Message {
            // GitHub shows it as the alert's title: it must name the resource.
            text: sentence(finding, check),
        },
        locations: [location(finding)],
        partial_fingerprints: Fingerprints {
            line: format!("{}:1", finding.id),
            finding: finding.id,
        },
        suppressions,
        properties: OutcomeProperties {
            id: finding.id,
            verdict: finding.verdict.word(),
            severity: finding.severity.word(),
            account: &finding.about.account,
            region: &finding.about.region,
            resource_kind: finding.about.kind,
            arn: finding.about.arn.as_deref(),
            owner: finding.owner.party.word(),
            evidence: finding.evidence(),
            gaps: finding.gaps().iter().map(|gap| &**gap).collect(),
        },
    }
}

fn suppression(exception: &Accepted) -> SuppressionProperties<'_> {
    SuppressionProperties {
        exception: &exception.id,
        owner: &exception.owner,
        reason: &exception.reason,
        expires: exception.expires.to_string(),
        ticket: exception.ticket.as_deref(),
    }
}

/// A resource lies in no file; GitHub wants one. The path is artificial and says where the
/// resource is: `aws/111122223333/eu-west-1/s3.bucket/reports`. A list that could not be read
/// ends with its kind.
fn location(finding: &Finding) -> Location {
    let mut parts = vec![
        &*finding.about.account,
        &*finding.about.region,
        finding.about.kind,
    ];
    parts.extend(finding.about.resource_id.as_deref());
    let mut uri = "aws".to_owned();
    for part in &parts {
        uri.push('/');
        uri.extend(utf8_percent_encode(part, SEGMENT));
    }
    let logical = match finding.about.arn.as_deref() {
        Some(arn) => LogicalLocation {
            name: name(finding),
            fully_qualified_name: arn.to_owned(),
            kind: "resource",
        },
        None => LogicalLocation {
            name: name(finding),
            fully_qualified_name: parts.join("/"),
            kind: "type",
        },
    };
    Location {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri },
            region: Region {
                start_line: 1,
                start_column: 1,
                end_line: 1,
                end_column: 1,
            },
        },
        logical_locations: [logical],
    }
}

fn notice((_, id, text): (Reason, &'static str, &'static str)) -> Notice {
    Notice {
        id,
        short_description: Message { text },
        full_description: Message { text: UNREAD },
        help: Message { text: UNREAD },
    }
}

fn notification(gap: &Gap) -> Notification<'_> {
    let place = NOTICES
        .iter()
        .position(|(reason, _, _)| *reason == gap.reason);
    let index = place.unwrap_or_default();
    let level = match gap.reason {
        Reason::Denied | Reason::Throttled | Reason::Failed | Reason::NotCollected => "warning",
        Reason::Unsupported | Reason::Disabled => "note",
    };
    Notification {
        descriptor: Descriptor {
            id: NOTICES[index].1,
            index,
        },
        level,
        message: Message {
            text: gap_saying(gap),
        },
        properties: GapProperties {
            gap: &gap.id,
            account: &gap.account,
            region: &gap.region,
            operation: &gap.operation,
            actions: gap.actions.iter().map(|action| &**action).collect(),
        },
    }
}
