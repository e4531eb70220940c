//! A framework, control by control: what the run says, of how many resources, and whether that is
//! all of them.

use super::audit::{Audit, Standard};
use super::book::{Book, Cell, Sheet, long, number, short};
use super::looks;
use super::sample::in_scope;
use crate::assess::Verdict;
use crate::catalog::Said;
use crate::report::controls::{Row, Status};
use rust_xlsxwriter::XlsxError;

pub(super) fn sheet(
    book: &mut Book,
    audit: &Audit<'_>,
    standard: &Standard<'_>,
) -> Result<(), XlsxError> {
    let framework = standard.framework;
    let note = format!(
        "{} Source: {}. A control is as bad as its worst row. Population: every row that its checks \
judged, one for each check and resource; in scope: without what is inherited or not applicable. \
The rows, with their evidence, are in the next sheet.",
        framework.about.trim(),
        framework.source
    );
    let sheet = Sheet {
        name: book.name(&framework.id, ""),
        title: &framework.title,
        note: &note,
        empty: "The framework has no controls.",
        fixed: 3,
        tab: Some(looks::NAVY),
    };
    let columns = [
        short("Control", 14.0),
        long("What it asks for", 46.0),
        short("Status", 14.0),
        number("Population", 11.0),
        number("In scope", 8.0),
        number("Failed", 8.0),
        number("Not assessed", 9.0),
        number("Accepted risk", 9.0),
        number("Passed", 8.0),
        number("Inherited", 10.0),
        number("Not appl.", 8.0),
        number("Sample", 8.0),
        short("Complete", 10.0),
        long("Completeness of the population", 54.0),
        long("Evidence beyond the checks", 54.0),
        long("Checks", 44.0),
        long("Part", 40.0),
    ];
    let controls = standard.rows.iter().zip(&standard.samples);
    let rows = controls.map(|(row, sample)| {
        let counted = |number: usize| match row.checks.is_empty() {
            true => Cell::None,
            false => number.into(),
        };
        let of = |verdict| counted(row.count(verdict));
        let (complete, statement) = match audit.completeness(row) {
            Some((true, statement)) => ("yes", statement),
            Some((false, statement)) => ("no", statement),
            None => (
                "",
                "No population: no check of this run answers the control.".to_owned(),
            ),
        };
        let checks: Vec<&str> = row.checks.iter().map(|check| check.id.as_str()).collect();
        let scope = row.findings().filter(|f| in_scope(f.verdict)).count();
        vec![
            row.control.id.as_str().into(),
            row.control.title.as_str().into(),
            Cell::Status(row.status),
            counted(row.population()),
            counted(scope),
            of(Verdict::Fail),
            of(Verdict::NotAssessed),
            of(Verdict::Excepted),
            of(Verdict::Pass),
            of(Verdict::Inherited),
            of(Verdict::NotApplicable),
            counted(sample.drawn.len()),
            complete.into(),
            statement.into(),
            beyond(audit, row).into(),
            checks.join("\n").into(),
            row.group.title.as_str().into(),
        ]
    });
    book.table(&sheet, &columns, rows)
}

/// What is to be asked for, or where the proof of AWS's part lies.
fn beyond(audit: &Audit<'_>, row: &Row<'_>) -> String {
    match &row.control.said {
        Some(Said::Manual(ask)) => format!("Ask for: {}", ask.trim()),
        Some(Said::Inherited(part)) => {
            let evidence = &audit.report.catalog.responsibility.evidence;
            let (title, link) = (&evidence.title, &evidence.link);
            format!("AWS answers: {} ({title}, {link})", part.trim())
        }
        Some(Said::Uncovered(why)) if row.checks.is_empty() => {
            format!("Not covered: {}", why.trim())
        }
        Some(Said::Uncovered(_)) => String::new(),
        None if row.status == Status::NotRun => {
            "The checks that answer it were not chosen for this run.".to_owned()
        }
        None => String::new(),
    }
}
