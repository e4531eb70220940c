//! From an assessment to bytes: one file for each format, each with structs of its own. Every
//! format holds every finding; none of them decides anything. A report is written as it is made:
//! it is never in memory as a whole.

pub mod asff;
mod controls;
mod csv;
mod each;
pub mod explain;
mod html;
mod json;
mod judged;
mod junit;
mod limits;
mod lines;
mod markdown;
mod missing;
mod ocsf;
mod oscal;
mod ownership;
mod page;
mod resources;
mod sarif;
mod summary;
mod table;
#[cfg(test)]
mod tests;
pub mod v1;
mod words;
mod xlsx;

pub use judged::Judged;
pub use limits::limit;
pub(crate) use markdown::escape as escape_markdown;
pub(crate) use page::Page;
pub use page::Style;
pub use resources::Described;
pub use summary::attention;
pub(crate) use table::severity_style;

use crate::assess::Assessment;
use crate::catalog::Catalog;
use crate::model::Header;
use crate::score::Score;
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

/// All that a report is made from.
pub struct Report<'a> {
    /// Who read what, when.
    pub header: &'a Header,
    /// The checks that ran.
    pub catalog: &'a Catalog,
    /// What they say.
    pub assessment: &'a Assessment,
    /// The score of that.
    pub score: &'a Score,
    /// What is known of the resources that were judged, sorted; none where nothing is told of them.
    pub resources: &'a [Described],
}

/// A format of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// For people, on a terminal.
    Table,
    /// The assessment, `waterline.assessment/v1`.
    Json,
    /// The assessment's results, one JSON object a line.
    Ndjson,
    /// The results as comma-separated values.
    Csv,
    /// For a pull request or a ticket.
    Markdown,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for CI systems.
    Junit,
    /// OCSF Compliance Findings, a JSON array.
    Ocsf,
    /// AWS Security Finding Format, a JSON array.
    Asff,
    /// For people, in a browser and on paper: one file that holds everything.
    Html,
    /// A workbook for auditors.
    Xlsx,
    /// OSCAL assessment results, in JSON.
    Oscal,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 12] = [
        Format::Table,
        Format::Json,
        Format::Ndjson,
        Format::Csv,
        Format::Markdown,
        Format::Sarif,
        Format::Junit,
        Format::Ocsf,
        Format::Asff,
        Format::Html,
        Format::Xlsx,
        Format::Oscal,
    ];

    /// The word on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::Json => "json",
            Format::Ndjson => "ndjson",
            Format::Csv => "csv",
            Format::Markdown => "markdown",
            Format::Sarif => "sarif",
            Format::Junit => "junit",
            Format::Ocsf => "ocsf",
            Format::Asff => "asff",
            Format::Html => "html",
            Format::Xlsx => "xlsx",
            Format::Oscal => "oscal",
        }
    }

    /// How the names of its files end.
    pub const fn extension(self) -> &'static str {
        match self {
            Format::Table => "txt",
            Format::Markdown => "md",
            Format::Junit => "junit.xml",
            Format::Ocsf => "ocsf.json",
            Format::Asff => "asff.json",
            Format::Oscal => "oscal.json",
            other => other.word(),
        }
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Table => "text/plain; charset=utf-8",
            Format::Ndjson => "application/x-ndjson",
            Format::Csv => "text/csv; charset=utf-8",
            Format::Markdown => "text/markdown; charset=utf-8",
            Format::Junit => "application/xml",
            Format::Html => "text/html; charset=utf-8",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Json | Format::Sarif | Format::Ocsf | Format::Asff | Format::Oscal => {
                "application/json"
            }
        }
    }

    /// Whether it is something else than text.
    pub const fn binary(self) -> bool {
        matches!(self, Format::Xlsx)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Format, String> {
        Format::ALL
            .into_iter()
            .find(|format| format.word() == text)
            .ok_or_else(|| {
                let known = Format::ALL.map(Format::word).join(", ");
                format!("`{text}` is not a format: {known}")
            })
    }
}

/// The assessment as other programs read it: what [`Format::Json`] writes.
pub fn document(report: &Report<'_>) -> v1::Document {
    json::of(report)
}

/// Writes a report. `style` is how wide and how colourful a table may be. Writers of reports write
/// a few bytes at a time: `out` should be buffered. All errors are those of `out`, and of the
/// temporary files of a large workbook.
pub fn render(
    report: &Report<'_>,
    format: Format,
    style: Style,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    match format {
        Format::Table => table::render(report, style, out),
        Format::Json => json::document(report, out),
        Format::Ndjson => json::lines(report, out),
        Format::Csv => csv::render(report, out),
        Format::Markdown => markdown::render(report, out),
        Format::Sarif => sarif::render(report, out),
        Format::Junit => junit::render(report, out),
        Format::Ocsf => ocsf::render(report, out),
        Format::Asff => asff::render(report, out),
        Format::Html => html::render(report, out),
        Format::Xlsx => xlsx::render(report, out),
        Format::Oscal => oscal::render(report, out),
    }
}
