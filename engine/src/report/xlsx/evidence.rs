//! The populations of a framework's controls, row by row, with the evidence for each.

use super::audit::{Audit, Standard, seen};
use super::book::{Book, Cell, Sheet, long, number, short};
use super::looks;
use rust_xlsxwriter::XlsxError;
use std::collections::BTreeMap;

pub(super) fn sheet(
    book: &mut Book,
    audit: &Audit<'_>,
    standard: &Standard<'_>,
) -> Result<(), XlsxError> {
    let title = format!("{}: populations and evidence", standard.framework.title);
    let sheet = Sheet {
        name: book.name(&standard.framework.id, " evidence"),
        title: &title,
        note: "A row for each control and each resource that one of its checks judged: filter by control \
for its whole population. The sheet of the framework tells for each control whether the population is \
complete. Sample is the row's number in the control's sample. Findings has each finding once, with all \
that is known of it.",
        empty: "No resource was judged.",
        fixed: 2,
        tab: Some(looks::BLUE),
    };
    let columns = [
        short("Control", 13.0),
        number("No.", 7.0),
        number("Sample", 8.0),
        short("Verdict", 13.0),
        long("Resource", 34.0),
        short("Kind", 18.0),
        short("Account", 14.0),
        short("Region", 13.0),
        long("Evidence: what was seen", 58.0),
        long("Read by", 38.0),
        short("Reading began (UTC)", 20.0),
        long("Check", 30.0),
        short("Finding", 34.0),
    ];
    let controls = standard.rows.iter().zip(&standard.samples);
    let rows = controls.flat_map(|(row, sample)| {
        let drawn: BTreeMap<usize, usize> = sample
            .drawn
            .iter()
            .zip(1..)
            .map(|(drawn, number)| (drawn.place, number))
            .collect();
        row.findings().zip(1_usize..).map(move |(finding, number)| {
            let mut cells = vec![
                row.control.id.as_str().into(),
                number.into(),
                drawn.get(&number).map_or(Cell::None, |at| (*at).into()),
                Cell::Verdict(finding.verdict),
            ];
            cells.extend(seen(audit, finding));
            cells
        })
    });
    book.table(&sheet, &columns, rows)
}
