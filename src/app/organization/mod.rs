//! Several accounts: read in one run, or joined from assessments that were kept.

#[cfg(feature = "aws")]
mod accounts;
#[cfg(feature = "aws")]
mod analyzers;
mod combine;
#[cfg(feature = "aws")]
mod member;
#[cfg(feature = "aws")]
mod places;
#[cfg(feature = "aws")]
mod run;

#[cfg(feature = "lambda")]
pub(crate) use accounts::listed;
pub use combine::{Combine, combine};
#[cfg(feature = "lambda")]
pub(crate) use member::unread;
#[cfg(feature = "aws")]
pub use run::audit;

use super::exit;
use super::output::Digest;
use crate::catalog::Severity;
#[cfg(feature = "aws")]
use crate::organization::Choice;
use crate::organization::{self, Document};
use crate::report::Style;
use std::io::{self, Write};
#[cfg(feature = "aws")]
use std::path::PathBuf;

/// Which accounts a run reads, and by which role.
#[cfg(feature = "aws")]
#[derive(Clone, Debug, Default)]
pub struct Organization {
    /// The file that names the accounts; those of the caller's organization when none.
    pub accounts_file: Option<PathBuf>,
    /// The name of the role to assume in each account, with its path if it has one.
    pub role_name: Option<String>,
    /// What the roles' trust policies ask for.
    pub external_id: Option<String>,
    /// Which of the accounts are read.
    pub choice: Choice,
    /// How many accounts are read at the same time.
    pub in_flight: Option<usize>,
}

/// Writes what was joined, in a format.
pub(crate) fn render(
    document: &Document,
    format: Digest,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Digest::Table => organization::table(document, style, out),
        Digest::Markdown => organization::markdown(document, out),
        Digest::Json => organization::json(document, out),
    }
}

/// The exit code of what was joined, by the same rules as that of one account.
fn code(document: &Document, fail_on: Option<Severity>, min_coverage: Option<f64>) -> u8 {
    let failed = fail_on.is_some_and(|least| {
        let mut failures = document.failures.iter();
        failures.any(|(severity, count)| *severity >= least && *count > 0)
    });
    let coverage = document.coverage;
    let covered = match coverage.total {
        0 => 0.0,
        total => coverage.assessed as f64 * 100.0 / total as f64,
    };
    exit::of(failed, covered, min_coverage)
}
