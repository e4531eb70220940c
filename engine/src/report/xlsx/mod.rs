//! A workbook for auditors: for each framework its controls, for each control the whole
//! population with the evidence for each row, a sample that anybody can draw again, and what
//! could not be read. `docs/formats.md` tells how it is laid out and why.

mod audit;
mod book;
mod evidence;
mod findings;
mod framework;
mod looks;
mod page;
mod rest;
mod sample;
mod summary;
mod text;

#[cfg(test)]
pub(super) mod tests;

use super::Report;
use audit::Audit;
use book::{Book, ROWS, Room};
use rust_xlsxwriter::XlsxError;

/// Up to how many rows of evidence the workbook is put together in memory: some 250 MB, as 173,000
/// rows were measured to take 820. Beyond, the library keeps rows in unnamed temporary files until
/// they are packed.
const IN_MEMORY: usize = 50_000;

pub(super) fn render(report: &Report<'_>) -> Vec<u8> {
    let audit = Audit::of(report);
    let room = |spill| Room { rows: ROWS, spill };
    if audit.rows() > IN_MEMORY
        && let Ok(bytes) = workbook(&audit, room(true))
    {
        return bytes;
    }
    match workbook(&audit, room(false)) {
        Ok(bytes) => bytes,
        // Texts are cut to what a cell holds, names and rows are kept within Excel's limits, and
        // all goes into memory: nothing is left that can fail.
        Err(error) => unreachable!("{error}"),
    }
}

fn workbook(audit: &Audit<'_>, room: Room) -> Result<Vec<u8>, XlsxError> {
    let mut book = Book::new(audit.report.header, room)?;
    findings::sheet(&mut book, audit)?;
    findings::checks(&mut book, audit)?;
    for standard in &audit.standards {
        framework::sheet(&mut book, audit, standard)?;
        evidence::sheet(&mut book, audit, standard)?;
    }
    sample::sheet(&mut book, audit)?;
    rest::sheets(&mut book, audit)?;
    summary::fill(&mut book, audit)?;
    book.finish()
}
