//! Comma-separated values: a row for each result.

use super::Report;
use super::words::Index;
use crate::assess::Accepted;

const COLUMNS: &[&str] = &[
    "id",
    "check",
    "title",
    "verdict",
    "severity",
    "account",
    "region",
    "kind",
    "resource_id",
    "arn",
    "owner",
    "message",
    "missing",
    "controls",
    "exception",
    "exception_owner",
    "exception_expires",
    "exception_reason",
    "exception_ticket",
];

pub(super) fn render(report: &Report<'_>) -> Vec<u8> {
    let index = Index::of(report);
    let mut out = ::csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = out.write_record(COLUMNS);
    for finding in &report.assessment.findings {
        let check = report.catalog.check(&finding.check);
        let controls: Vec<String> = check
            .iter()
            .flat_map(|check| &check.controls)
            .flat_map(|(framework, ids)| ids.iter().map(move |id| format!("{framework} {id}")))
            .collect();
        let missing: Vec<&str> = report
            .assessment
            .gaps
            .iter()
            .filter(|gap| finding.gaps.contains(&gap.id))
            .map(|gap| &*gap.operation)
            .collect();
        let [exception, owner, expires, reason, ticket] = accepted(index.exception(finding));
        let _ = out.write_record([
            finding.id.as_str(),
            &finding.check,
            check.map_or("", |check| check.title.as_str()),
            finding.verdict.word(),
            finding.severity.word(),
            &finding.account,
            &finding.region,
            finding.kind,
            finding.resource_id.as_deref().unwrap_or_default(),
            finding.arn.as_deref().unwrap_or_default(),
            finding.owner.party.word(),
            &harmless(&finding.message),
            &missing.join("; "),
            &controls.join("; "),
            &exception,
            &owner,
            &expires,
            &reason,
            &ticket,
        ]);
    }
    out.into_inner().unwrap_or_default()
}

/// The exception's id, owner, last day, reason and ticket; empty where nothing is accepted.
fn accepted(exception: Option<&Accepted>) -> [String; 5] {
    exception.map_or_else(Default::default, |exception| {
        [
            harmless(&exception.id),
            harmless(&exception.owner),
            exception.expires.to_string(),
            harmless(&exception.reason),
            harmless(exception.ticket.as_deref().unwrap_or_default()),
        ]
    })
}

/// A spreadsheet must not take text from an account for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
