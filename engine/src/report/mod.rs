//! From an assessment to bytes: one file for each format, each with structs of its own. Every
//! format holds every finding; none of them decides anything.

pub mod asff;
mod controls;
mod csv;
pub mod explain;
mod html;
mod json;
mod judged;
mod junit;
mod lines;
mod markdown;
mod missing;
mod ocsf;
mod oscal;
mod ownership;
mod sarif;
mod summary;
mod table;
#[cfg(test)]
mod tests;
pub mod v1;
mod words;
mod xlsx;

pub(crate) use json::encode;
pub use judged::Judged;
pub(crate) use markdown::escape as escape_markdown;
pub use summary::attention;
pub(crate) use summary::fill;
pub use table::Style;
pub(crate) use table::severity_style;

use crate::assess::Assessment;
use crate::catalog::Catalog;
use crate::model::Header;
use crate::score::Score;
use std::fmt;
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

/// Renders a report. `style` is how wide and how colourful a table may be.
pub fn render(report: &Report<'_>, format: Format, style: Style) -> Vec<u8> {
    match format {
        Format::Table => table::render(report, style).into_bytes(),
        Format::Json => json::document(report),
        Format::Ndjson => json::lines(report),
        Format::Csv => csv::render(report),
        Format::Markdown => markdown::render(report).into_bytes(),
        Format::Sarif => sarif::render(report),
        Format::Junit => junit::render(report),
        Format::Ocsf => ocsf::render(report),
        Format::Asff => asff::render(report),
        Format::Html => html::render(report),
        Format::Xlsx => xlsx::render(report),
        Format::Oscal => oscal::render(report),
    }
}
