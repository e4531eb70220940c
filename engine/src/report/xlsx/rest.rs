//! What the evidence rests on: gaps, exceptions, AWS's part, the calls and the hashes.

use super::audit::Audit;
use super::book::{Book, Cell, Sheet, long, number, short};
use super::looks;
use crate::assess::{Standing, Verdict};
use crate::report::each::sha256;
use crate::report::json;
use crate::report::ownership::{inherited, source};
use rust_xlsxwriter::XlsxError;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn sheets(book: &mut Book, audit: &Audit<'_>) -> Result<(), XlsxError> {
    gaps(book, audit)?;
    exceptions(book, audit)?;
    aws(book, audit)?;
    calls(book, audit)?;
    hashes(book, audit)
}

fn gaps(book: &mut Book, audit: &Audit<'_>) -> Result<(), XlsxError> {
    let mut hangs: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for finding in &audit.report.assessment.findings {
        for gap in finding.gaps() {
            let entry = hangs.entry(gap).or_default();
            entry.0 += 1;
            entry.1.insert(&finding.check);
        }
    }
    let sheet = Sheet {
        name: book.name("Gaps", ""),
        title: "Gaps: what could not be read, and what hangs on it",
        note: "A verdict that hangs on a gap is not assessed; it is never a pass.",
        empty: "None: everything that was asked for was read.",
        fixed: 1,
        tab: Some(looks::AMBER),
    };
    let columns = [
        short("Operation", 36.0),
        short("Reason", 14.0),
        long("IAM actions that it needs", 36.0),
        short("Account", 14.0),
        short("Region", 14.0),
        long("Resource", 40.0),
        short("Code", 24.0),
        long("What AWS said", 60.0),
        number("Findings that hang on it", 15.0),
        long("Checks that hang on it", 44.0),
        short("Gap", 20.0),
    ];
    let rows = audit.report.assessment.gaps.iter().map(|gap| {
        let (findings, checks) = hangs.remove(&*gap.id).unwrap_or_default();
        let checks: Vec<&str> = checks.into_iter().collect();
        vec![
            (&*gap.operation).into(),
            gap.reason.word().replace('_', " ").into(),
            gap.actions.join("\n").into(),
            (&*gap.account).into(),
            (&*gap.region).into(),
            gap.resource.as_deref().unwrap_or_default().into(),
            gap.code.as_deref().unwrap_or_default().into(),
            gap.message.trim().into(),
            findings.into(),
            checks.join("\n").into(),
            (&*gap.id).into(),
        ]
    });
    book.table(&sheet, &columns, rows)
}

fn exceptions(book: &mut Book, audit: &Audit<'_>) -> Result<(), XlsxError> {
    let sheet = Sheet {
        name: book.name("Exceptions", ""),
        title: "Exceptions: risks that somebody has accepted",
        note: "What an exception accepts is shown as accepted risk, never as a pass. One that has expired or \
lapsed accepts nothing.",
        empty: "None: no risk was accepted.",
        fixed: 1,
        tab: None,
    };
    let columns = [
        long("Exception", 20.0),
        short("Standing", 11.0),
        long("What it covers", 48.0),
        long("Owner", 20.0),
        long("Reason", 48.0),
        long("Ticket", 20.0),
        short("Expires", 12.0),
        number("Findings", 10.0),
        long("Doubts", 40.0),
    ];
    let rows = audit.report.assessment.exceptions.iter().map(|exception| {
        let standing = exception.standing.word().replace('_', " ");
        vec![
            (&*exception.id).into(),
            match exception.standing {
                Standing::InForce => standing.into(),
                Standing::Expired | Standing::Lapsed | Standing::Unused => {
                    standing.to_uppercase().into()
                }
            },
            exception.scope.as_str().into(),
            exception.owner.as_str().into(),
            exception.reason.as_str().into(),
            exception.ticket.as_deref().unwrap_or_default().into(),
            exception.expires.to_string().into(),
            exception.findings.into(),
            exception.doubts.join("\n").into(),
        ]
    });
    book.table(&sheet, &columns, rows)
}

/// What AWS answers for.
fn aws(book: &mut Book, audit: &Audit<'_>) -> Result<(), XlsxError> {
    let evidence = &audit.report.catalog.responsibility.evidence;
    let note = format!(
        "Resources whose judged part is AWS's: they count nowhere. Evidence for AWS's part: {}, {}. The \
controls that AWS answers for as a whole are in the sheets of the frameworks, with the status inherited.",
        evidence.title, evidence.link
    );
    let sheet = Sheet {
        name: book.name("Inherited", ""),
        title: "Inherited: what AWS answers for",
        note: &note,
        empty: "None: all that was judged is the customer's.",
        fixed: 1,
        tab: None,
    };
    let columns = [
        short("Kind", 24.0),
        long("Managed by", 18.0),
        long("Operating mode", 30.0),
        long("AWS's part", 44.0),
        long("Where it says so", 44.0),
        number("Resources", 11.0),
        number("Verdicts", 10.0),
        long("Which", 50.0),
    ];
    let rows = inherited(audit.report).into_iter().map(|group| {
        let which: Vec<&str> = group.resources.iter().copied().collect();
        vec![
            group.kind.into(),
            group.managed_by.into(),
            group.mode.into(),
            group.part.trim().to_owned().into(),
            source(group.page).into(),
            group.resources.len().into(),
            group.verdicts.into(),
            which.join("\n").into(),
        ]
    });
    book.table(&sheet, &columns, rows)
}

/// The calls that were made.
fn calls(book: &mut Book, audit: &Audit<'_>) -> Result<(), XlsxError> {
    let note = format!(
        "Every call that the reading made, as its one interceptor counted them, retries included; reading \
began {} (UTC). Each of them only reads.",
        audit.began
    );
    let sheet = Sheet {
        name: book.name("Calls", ""),
        title: "Calls: what AWS was asked",
        note: &note,
        empty: "None are recorded in the snapshot.",
        fixed: 1,
        tab: None,
    };
    let columns = [
        short("Operation", 48.0),
        short("Account", 14.0),
        short("Region", 16.0),
        number("Calls", 10.0),
        number("Errors", 10.0),
        number("Throttles", 10.0),
    ];
    let rows = audit.report.header.ledger.iter().map(|line| {
        vec![
            line.operation.as_str().into(),
            line.account.as_str().into(),
            line.region.as_str().into(),
            line.calls.into(),
            line.errors.into(),
            line.throttles.into(),
        ]
    });
    book.table(&sheet, &columns, rows)
}

/// What the workbook can be held against.
fn hashes(book: &mut Book, audit: &Audit<'_>) -> Result<(), XlsxError> {
    let report = audit.report;
    let mut lines: Vec<(String, String, String)> = vec![
        (
            "The catalogue of checks".to_owned(),
            report.catalog.hash.clone(),
            "run.catalog in the JSON report of this version".to_owned(),
        ),
        (
            "The assessment, -o json".to_owned(),
            sha256(|out| json::document(report, out))?,
            "sha256sum of that file, of the same snapshot and choice of checks".to_owned(),
        ),
        (
            "The results, -o ndjson".to_owned(),
            sha256(|out| json::lines(report, out))?,
            "sha256sum of that file".to_owned(),
        ),
    ];
    for standard in &audit.standards {
        let hash = sha256(|out| {
            for row in &standard.rows {
                let control = &row.control.id;
                for finding in row.findings() {
                    writeln!(out, "{control}\t{}\t{}", finding.id, finding.verdict.word())?;
                }
            }
            Ok(())
        })?;
        lines.push((
            format!("The populations of {}", standard.framework.id),
            hash,
            "SHA-256 over its evidence, row by row: control, finding and verdict (as the JSON spells it), \
separated by tabs, each row ended by a line feed"
                .to_owned(),
        ));
    }
    let sheet = Sheet {
        name: book.name("Hashes", ""),
        title: "Hashes: what this workbook can be held against",
        note: "SHA-256. The same snapshot, checks and version give the same reports, byte for byte, and this \
workbook too.",
        empty: "",
        fixed: 1,
        tab: None,
    };
    let columns = [
        short("Of what", 52.0),
        short("SHA-256", 70.0),
        long("How to compute it", 80.0),
    ];
    let rows = lines
        .into_iter()
        .map(|(what, hash, how)| vec![Cell::from(what), hash.into(), how.into()]);
    book.table(&sheet, &columns, rows)
}

/// What a verdict means.
pub(super) const fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail => "It does not hold.",
        Verdict::NotAssessed => "It hangs on something that could not be read; it may hold or not.",
        Verdict::Excepted => "It does not hold, and somebody has accepted the risk until a date.",
        Verdict::Pass => "It holds, by what was read.",
        Verdict::Inherited => "What is judged is AWS's part.",
        Verdict::NotApplicable => "The check does not apply to the resource.",
    }
}
