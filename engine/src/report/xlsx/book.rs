//! A workbook in the making: sheets that each hold one table, and what the contents say of them.

use super::looks::Looks;
use super::text;
use crate::assess::Verdict;
use crate::catalog::Severity;
use crate::model::Header;
use crate::report::controls::Status;
use crate::report::words::TOOL;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, IgnoreError, Workbook, Worksheet, XlsxError,
};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Write;
use std::iter::Peekable;

/// How many rows a sheet holds: Excel's limit.
pub(super) const ROWS: u32 = 1_048_576;

/// The row of a table's header, from 0: above it are the title and a note.
pub(super) const HEADER: u32 = 2;

/// How wide the note above a table may be, in characters.
const NOTE: f64 = 130.0;

/// How much of a table's width goes onto a page of paper, in characters.
const PAGE: f64 = 230.0;

/// How many lines of a row are shown at the most; the cells hold all of them.
const LINES: usize = 12;

/// What stands below a table that its sheet does not hold as a whole.
const MORE: &str = "The sheet is full: the table goes on in the next one.";

/// How much room a workbook has.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// How many rows a sheet may have; what is left goes on in a further sheet.
    pub(super) rows: u32,
    /// Whether rows are kept in temporary files.
    pub(super) spill: bool,
}

/// A sheet with a table.
pub(super) struct Sheet<'a> {
    /// Its name, as [`Book::name`] gave it.
    pub(super) name: String,
    /// The title above the table.
    pub(super) title: &'a str,
    /// What the reader should know of it.
    pub(super) note: &'a str,
    /// What is said when it has no rows.
    pub(super) empty: &'a str,
    /// How many columns stay when it is scrolled.
    pub(super) fixed: u16,
    /// The colour of its tab.
    pub(super) tab: Option<u32>,
}

/// A column of a table.
pub(super) struct Column {
    /// Its header.
    pub(super) title: &'static str,
    /// How wide it is, in characters.
    pub(super) width: f64,
    kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Text in one line.
    Short,
    /// Text that may take several lines.
    Long,
    /// Numbers.
    Number,
}

/// A column of short text.
pub(super) const fn short(title: &'static str, width: f64) -> Column {
    let kind = Kind::Short;
    Column { title, width, kind }
}

/// A column of text that may be long.
pub(super) const fn long(title: &'static str, width: f64) -> Column {
    let kind = Kind::Long;
    Column { title, width, kind }
}

/// A column of numbers.
pub(super) const fn number(title: &'static str, width: f64) -> Column {
    let kind = Kind::Number;
    Column { title, width, kind }
}

/// What a cell holds.
pub(super) enum Cell<'a> {
    /// Text; never taken for anything else.
    Text(Cow<'a, str>),
    /// How many there are.
    Count(u64),
    /// A verdict, in its colour.
    Verdict(Verdict),
    /// A severity, in its colour.
    Severity(Severity),
    /// What a run says of a control, in its colour.
    Status(Status),
    /// A place for the auditor to write in.
    Blank,
    /// Nothing.
    None,
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Cell<'a> {
        Cell::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Cell<'static> {
        Cell::Text(Cow::Owned(text))
    }
}

impl From<usize> for Cell<'_> {
    fn from(number: usize) -> Cell<'static> {
        Cell::Count(number as u64)
    }
}

impl From<u64> for Cell<'_> {
    fn from(number: u64) -> Cell<'static> {
        Cell::Count(number)
    }
}

/// What the contents say of a sheet.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) title: String,
    /// How many rows its table has, the header not counted.
    pub(super) rows: usize,
}

/// A workbook in the making.
pub(super) struct Book {
    workbook: Workbook,
    pub(super) looks: Looks,
    pub(super) contents: Vec<Entry>,
    names: BTreeSet<String>,
    room: Room,
}

impl Book {
    /// A workbook with an empty first sheet, `Summary`. Its times are the snapshot's.
    pub(super) fn new(header: &Header, room: Room) -> Result<Book, XlsxError> {
        let mut workbook = Workbook::new();
        let mut properties = DocProperties::new()
            .set_title(format!(
                "AWS account {}: workbook for auditors",
                header.account
            ))
            .set_author(TOOL)
            .set_subject("Controls, populations, samples and evidence");
        // Without it the library would ask the clock. Excel's dates begin in 1900.
        let began = ExcelDateTime::from_timestamp(header.started.timestamp().max(0))?;
        properties = properties.set_creation_datetime(&began);
        workbook.set_properties(&properties);
        workbook.add_worksheet().set_name(SUMMARY)?;
        Ok(Book {
            workbook,
            looks: Looks::new(),
            contents: Vec::new(),
            // Excel keeps this name for itself.
            names: ["history", "summary"].map(str::to_owned).into(),
            room,
        })
    }

    /// A name that no sheet has yet, and none will get: Excel tells names apart without case.
    pub(super) fn name(&mut self, wanted: &str, suffix: &str) -> String {
        let mut name = text::name(wanted, suffix);
        let mut number = 2;
        while !self.names.insert(name.to_lowercase()) {
            name = text::name(wanted, &format!("{suffix} ({number})"));
            number += 1;
        }
        name
    }

    /// Writes a table, onto as many sheets as its rows need.
    pub(super) fn table<'c>(
        &mut self,
        sheet: &Sheet<'_>,
        columns: &[Column],
        rows: impl Iterator<Item = Vec<Cell<'c>>>,
    ) -> Result<(), XlsxError> {
        let mut rows = rows.peekable();
        let mut number = 1;
        loop {
            let (name, title) = if number == 1 {
                (sheet.name.clone(), sheet.title.to_owned())
            } else {
                let name = self.name(&sheet.name, &format!(" {number}"));
                (name, format!("{}, part {number}", sheet.title))
            };
            let held = self.part(sheet, (&name, &title), columns, &mut rows)?;
            self.contents.push(Entry {
                name,
                title,
                rows: held,
            });
            if rows.peek().is_none() {
                return Ok(());
            }
            number += 1;
        }
    }

    /// Writes what fits onto one sheet.
    fn part<'c>(
        &mut self,
        sheet: &Sheet<'_>,
        (name, title): (&str, &str),
        columns: &[Column],
        rows: &mut Peekable<impl Iterator<Item = Vec<Cell<'c>>>>,
    ) -> Result<usize, XlsxError> {
        let room = self.room;
        let looks = &self.looks;
        let worksheet = if room.spill {
            self.workbook.add_worksheet_with_low_memory()?
        } else {
            self.workbook.add_worksheet()
        };
        worksheet.set_name(name)?;
        for (at, column) in (0..).zip(columns) {
            worksheet.set_column_width(at, column.width)?;
            let look = match column.kind {
                Kind::Short | Kind::Number => &looks.plain,
                Kind::Long => &looks.wrap,
            };
            worksheet.set_column_format(at, look)?;
        }
        worksheet.set_row_height(0, 24)?;
        worksheet.write_string_with_format(0, 0, text::cell(title), &looks.title)?;
        let note = match rows.peek() {
            Some(_) => sheet.note.to_owned(),
            None => format!("{} {}", sheet.empty, sheet.note),
        };
        write_note(worksheet, columns, note.trim(), &looks.note)?;
        // Kept in a file, the last row of a sheet is written twice if its height is set
        // (rust_xlsxwriter 0.102), and Excel takes the workbook for damaged.
        if !room.spill || rows.peek().is_some() {
            worksheet.set_row_height(HEADER, 40)?;
        }
        for (at, column) in (0..).zip(columns) {
            let look = match column.kind {
                Kind::Short | Kind::Long => &looks.header,
                Kind::Number => &looks.header_right,
            };
            worksheet.write_string_with_format(HEADER, at, column.title, look)?;
        }
        let mut row = HEADER;
        // The last row is kept free, to say that the table goes on.
        while row + 2 < room.rows {
            let Some(cells) = rows.next() else { break };
            row += 1;
            // Excel finds out itself how high a row must be; not every reader does. Rows whose
            // height is set stay in memory, with half a kilobyte each.
            if !room.spill {
                worksheet.set_row_height(row, height(&cells, columns))?;
            }
            for (at, cell) in (0..).zip(cells) {
                write(worksheet, (row, at), &cell, looks)?;
            }
        }
        if rows.peek().is_some() {
            worksheet.write_string_with_format(row + 1, 0, MORE, &looks.plain)?;
        }
        let last = (columns.len() as u16).saturating_sub(1);
        worksheet.autofilter(HEADER, 0, row, last)?;
        worksheet.ignore_error_range(HEADER, 0, row, last, IgnoreError::NumberStoredAsText)?;
        worksheet.set_freeze_panes(HEADER + 1, sheet.fixed)?;
        // The title is cut where a page begins with columns of its own, so it stands above each.
        worksheet.set_repeat_rows(HEADER, HEADER)?;
        if let Some(colour) = sheet.tab {
            worksheet.set_tab_color(Color::RGB(colour));
        }
        let width: f64 = columns.iter().map(|column| column.width).sum();
        print(worksheet, title, (width / PAGE).ceil() as u16);
        worksheet.set_repeat_columns(0, sheet.fixed.saturating_sub(1))?;
        Ok((row - HEADER) as usize)
    }

    /// The first sheet.
    pub(super) fn summary(&mut self) -> Result<(&mut Worksheet, &Looks, &[Entry]), XlsxError> {
        let worksheet = self.workbook.worksheet_from_name(SUMMARY)?;
        Ok((worksheet, &self.looks, &self.contents))
    }

    /// Writes the workbook.
    pub(super) fn finish(mut self, out: &mut (dyn Write + Send)) -> Result<(), XlsxError> {
        self.workbook.save_to_writer(out)
    }
}

const SUMMARY: &str = "Summary";

/// Landscape, as wide as so many pages, with the title above and the number of the page below.
pub(super) fn print(worksheet: &mut Worksheet, title: &str, pages: u16) {
    const A4: u8 = 9;
    /// A header holds 255 characters in all.
    const TITLE: usize = 100;
    worksheet.set_landscape();
    worksheet.set_paper_size(A4);
    worksheet.set_print_fit_to_pages(pages.max(1), 0);
    // What belongs to the same rows comes one after the other.
    worksheet.set_page_order(true);
    worksheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
    // In a header, an ampersand stands before a code.
    let title: String = text::cell(title).chars().take(TITLE).collect();
    worksheet.set_header(format!("&L&8 {}", title.replace('&', "&&")));
    worksheet.set_footer("&L&8&A&R&8Page &P of &N");
}

/// How high a row must be for its longest text, in points.
fn height(cells: &[Cell<'_>], columns: &[Column]) -> f64 {
    let lines = cells.iter().zip(columns).map(|(cell, column)| match cell {
        Cell::Text(text) if column.kind == Kind::Long => super::page::lines(text, column.width),
        _ => 1,
    });
    13.5 * lines.max().unwrap_or(1).min(LINES) as f64 + 1.5
}

/// The note stands over the first columns, as high as it needs to be.
fn write_note(
    worksheet: &mut Worksheet,
    columns: &[Column],
    note: &str,
    look: &Format,
) -> Result<(), XlsxError> {
    let (mut last, mut width) = (0, 0.0);
    for (at, column) in (0..).zip(columns) {
        if at < 2 || width + column.width <= NOTE {
            (last, width) = (at, width + column.width);
        }
    }
    let lines = super::page::lines(note, width);
    worksheet.set_row_height(1, 13.5 * lines as f64 + 4.0)?;
    worksheet.merge_range(1, 0, 1, last, &text::cell(note), look)?;
    Ok(())
}

/// Writes a cell. What has no colour of its own looks as its column does.
fn write(
    worksheet: &mut Worksheet,
    (row, at): (u32, u16),
    cell: &Cell<'_>,
    looks: &Looks,
) -> Result<(), XlsxError> {
    match cell {
        Cell::None => {}
        Cell::Text(text) if text.is_empty() => {}
        Cell::Text(text) => {
            worksheet.write_string(row, at, text::cell(text))?;
        }
        Cell::Count(number) => {
            worksheet.write_number_with_format(row, at, *number as f64, &looks.count)?;
        }
        Cell::Verdict(verdict) => {
            let look = looks.verdict(*verdict);
            worksheet.write_string_with_format(row, at, spaced(*verdict), look)?;
        }
        Cell::Severity(severity) => {
            let look = looks.severity(*severity);
            worksheet.write_string_with_format(row, at, severity.word(), look)?;
        }
        Cell::Status(status) => {
            let look = looks.status(*status);
            worksheet.write_string_with_format(row, at, status.word(), look)?;
        }
        Cell::Blank => {
            worksheet.write_blank(row, at, &looks.blank)?;
        }
    }
    Ok(())
}

/// A verdict's word as people write it.
pub(super) fn spaced(verdict: Verdict) -> String {
    verdict.word().replace('_', " ")
}
