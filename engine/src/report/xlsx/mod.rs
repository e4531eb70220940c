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
use std::error::Error as _;
use std::io::{self, Write};

/// Up to how many rows of evidence the workbook is put together in memory: some 250 MB, as 173,000
/// rows were measured to take 820. Beyond, the library keeps rows in unnamed temporary files until
/// they are packed.
const IN_MEMORY: usize = 50_000;

pub(super) fn render(report: &Report<'_>, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let audit = Audit::of(report);
    let room = |spill| Room { rows: ROWS, spill };
    let spill = audit.rows() > IN_MEMORY;
    let book = match workbook(&audit, room(spill)) {
        // There may be no place for temporary files.
        Err(_) if spill => workbook(&audit, room(false)),
        book => book,
    };
    book.and_then(|book| book.finish(out)).map_err(failed)
}

/// Texts are cut to what a cell holds, names and rows are kept within Excel's limits: what is left
/// to fail is writing.
fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => {
            let cause = other.source().and_then(|cause| cause.downcast_ref());
            let kind = cause.map_or(io::ErrorKind::Other, io::Error::kind);
            io::Error::new(kind, other)
        }
    }
}

fn workbook(audit: &Audit<'_>, room: Room) -> Result<Book, XlsxError> {
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
    Ok(book)
}
