//! The sample of each control: drawn so that anybody who has the workbook can draw it again, and
//! nobody can choose what is in it.
//!
//! * What is drawn from: the rows of the population that are the customer's to answer for; what is
//!   inherited or not applicable is listed, and not drawn.
//! * How many: all of them up to [`SIZE`], else that many.
//! * Which: those with the lowest SHA-256 of `seed:finding`. The seed is a hash of what is fixed
//!   before anything is read: the catalogue, the account, the framework and the control. A
//!   verdict has no part in it.

use super::audit::{Audit, seen};
use super::book::{Book, Cell, Sheet, long, number, short};
use super::looks;
use crate::assess::{Finding, Verdict};
use crate::report::each::hex;
use rust_xlsxwriter::XlsxError;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// How many rows are drawn at the most: if none of 25 drawn from a large population deviates, then
/// with a confidence of 90 % fewer than 9 % of the population do (0.912^25 < 0.1).
pub(super) const SIZE: usize = 25;

/// The rows drawn from a control's population.
pub(super) struct Sample<'r> {
    /// 64 hexadecimal digits.
    pub(super) seed: String,
    /// How many rows there were to draw from.
    pub(super) scope: usize,
    /// Those drawn, in the order of their keys.
    pub(super) drawn: Vec<Drawn<'r>>,
}

/// A row that was drawn.
pub(super) struct Drawn<'r> {
    /// What the order comes from: 64 hexadecimal digits.
    pub(super) key: String,
    /// Its place in the population, from 1.
    pub(super) place: usize,
    pub(super) finding: &'r Finding,
}

/// Draws from a population. `control` is the catalogue's hash, the account, the framework and the
/// control.
pub(super) fn draw<'r>(
    control: [&str; 4],
    population: impl Iterator<Item = &'r Finding>,
) -> Sample<'r> {
    let seed = hex(&Sha256::digest(control.join("\n").as_bytes()));
    // The lowest keys so far: of a large population no more is kept.
    let mut keyed: BTreeMap<([u8; 32], usize), &Finding> = BTreeMap::new();
    let mut scope = 0;
    for (place, finding) in (1..).zip(population) {
        if !in_scope(finding.verdict) {
            continue;
        }
        scope += 1;
        let mut hash = Sha256::new();
        for part in [&seed, ":", &finding.id.hex()] {
            hash.update(part.as_bytes());
        }
        keyed.insert((hash.finalize().into(), place), finding);
        if keyed.len() > SIZE {
            keyed.pop_last();
        }
    }
    Sample {
        seed,
        scope,
        drawn: keyed
            .into_iter()
            .map(|((key, place), finding)| Drawn {
                key: hex(&key),
                place,
                finding,
            })
            .collect(),
    }
}

/// Whether what has this verdict is the customer's to answer for.
pub(super) const fn in_scope(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Fail | Verdict::NotAssessed | Verdict::Excepted | Verdict::Pass => true,
        Verdict::Inherited | Verdict::NotApplicable => false,
    }
}

/// The sheet of all samples, with room for what the auditor finds.
pub(super) fn sheet(book: &mut Book, audit: &Audit<'_>) -> Result<(), XlsxError> {
    let header = audit.report.header;
    let note = format!(
        "Drawn from the rows in scope of each control (all but inherited and not applicable): all \
up to {SIZE}, else {SIZE}. To draw it again: the seed is the SHA-256 of four lines joined by a line feed \
(catalogue {}, account {}, framework, control); the key of a row is the SHA-256 of seed:finding; the \
lowest keys are the sample. Verdicts have no part in it. For a seed of your own, sort the population by \
the SHA-256 of yourseed:finding. The last three columns are yours.",
        audit.report.catalog.hash, header.account
    );
    let sheet = Sheet {
        name: book.name("Sample", ""),
        title: "Samples: rows to test, drawn by a seed",
        note: &note,
        empty: "No control has a population.",
        fixed: 3,
        tab: Some(looks::NAVY),
    };
    let columns = [
        short("Framework", 22.0),
        short("Control", 14.0),
        number("No.", 5.0),
        number("Of", 7.0),
        number("In scope", 9.0),
        number("Place in population", 11.0),
        short("Verdict", 13.0),
        short("Severity", 9.0),
        long("Resource", 34.0),
        short("Kind", 20.0),
        short("Account", 14.0),
        short("Region", 13.0),
        long("What was seen", 60.0),
        long("Read by", 40.0),
        short("Reading began (UTC)", 20.0),
        long("Check", 34.0),
        short("Finding", 34.0),
        short("Key", 20.0),
        short("Seed", 20.0),
        short("Tested by, on", 18.0),
        short("Result", 14.0),
        long("Remark", 40.0),
    ];
    let rows = audit.standards.iter().flat_map(|standard| {
        let controls = standard.rows.iter().zip(&standard.samples);
        controls.flat_map(move |(row, sample)| {
            (1_usize..).zip(&sample.drawn).map(move |(number, drawn)| {
                let finding = drawn.finding;
                let mut cells = vec![
                    standard.framework.id.as_str().into(),
                    row.control.id.as_str().into(),
                    number.into(),
                    sample.drawn.len().into(),
                    sample.scope.into(),
                    drawn.place.into(),
                    Cell::Verdict(finding.verdict),
                    Cell::Severity(finding.severity),
                ];
                cells.extend(seen(audit, finding));
                cells.extend([drawn.key.as_str().into(), sample.seed.as_str().into()]);
                cells.extend([Cell::Blank, Cell::Blank, Cell::Blank]);
                cells
            })
        })
    });
    book.table(&sheet, &columns, rows)
}
