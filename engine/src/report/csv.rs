//! Comma-separated values: a row for each result.

use super::Report;
use super::words::Index;
use crate::assess::Accepted;
use ::csv::{Error, ErrorKind, Writer};
use std::io::{self, Write};

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

pub(super) fn render(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    rows(report, out).map_err(|error| match error.into_kind() {
        ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    })
}

fn rows(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let index = Index::of(report);
    let mut out = Writer::from_writer(out);
    out.write_record(COLUMNS)?;
    for finding in &report.assessment.findings {
        let check = index.check(finding);
        let controls: Vec<String> = (check.controls.iter())
            .flat_map(|(framework, ids)| ids.iter().map(move |id| format!("{framework} {id}")))
            .collect();
        let mut gaps = index.gaps(finding);
        gaps.sort();
        gaps.dedup();
        let missing: Vec<&str> = gaps.iter().map(|gap| &*gap.operation).collect();
        let [exception, owner, expires, reason, ticket] = accepted(index.exception(finding));
        out.write_record([
            &*finding.id.hex(),
            &finding.check,
            &check.title,
            finding.verdict.word(),
            finding.severity.word(),
            &finding.about.account,
            &finding.about.region,
            finding.about.kind,
            finding.about.resource_id.as_deref().unwrap_or_default(),
            finding.about.arn.as_deref().unwrap_or_default(),
            finding.owner.party.word(),
            &harmless(finding.message()),
            &missing.join("; "),
            &controls.join("; "),
            &exception,
            &owner,
            &expires,
            &reason,
            &ticket,
        ])?;
    }
    out.flush()?;
    Ok(())
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
