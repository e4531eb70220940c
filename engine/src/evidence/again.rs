//! The assessment once more, from the snapshot and the catalogue of the bundle alone.

use super::bundle::{Files, STYLE, catalog};
use super::manifest::Manifest;
use crate::assess::Verdict;
use crate::compare;
use crate::model::Snapshot;
use crate::report::{Format, Judged, document, render, v1};
use std::collections::BTreeMap;

/// How large a snapshot may be unpacked, for each byte that it has packed; more is no account
/// but an attempt to fill the memory. JSON lines of resources come to some 20.
const RATIO: u64 = 200;
/// So much may be unpacked however small the file is.
const FLOOR: u64 = 1 << 20;

/// What came of judging the snapshot once more.
#[derive(Debug)]
pub struct Again {
    /// How many results there are now.
    pub results: usize,
    /// What that proves.
    pub outcome: Outcome,
}

/// What judging once more proves.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The assessment and these reports come out the same, byte for byte.
    Same {
        /// How many reports.
        reports: usize,
    },
    /// The verdicts are the same. Another version of waterline wrote the bundle, so that the
    /// bytes need not be.
    SameVerdicts,
    /// These do not come out the same: what, and how.
    Different(Vec<String>),
}

/// Judges the snapshot of a bundle by the catalogue of the bundle, and compares. The error says
/// what cannot be used; the files must be those of the manifest.
pub fn again(manifest: &Manifest, files: &Files) -> Result<Again, String> {
    let bytes = |path: &str| files.get(path).ok_or_else(|| format!("{path} is missing"));
    let (catalog, settings) = catalog(manifest, files)?;
    let packed = bytes(&manifest.snapshot)?;
    let limit = (packed.len() as u64)
        .saturating_mul(RATIO)
        .saturating_add(FLOOR);
    let snapshot = Snapshot::decode_at_most(packed.as_slice(), limit)
        .map_err(|error| format!("{}: {error}", manifest.snapshot))?;
    let judged = Judged::new(snapshot, &catalog, &settings);
    let report = judged.report();
    let told = bytes(&manifest.assessment)?;
    let results = judged.assessment.findings.len();
    let done = |outcome| Ok(Again { results, outcome });
    if manifest.tool != env!("CARGO_PKG_VERSION") {
        let then =
            compare::read(told).map_err(|error| format!("{}: {error}", manifest.assessment))?;
        let different = verdicts(&then, &document(&report));
        return done(match different.is_empty() {
            true => Outcome::SameVerdicts,
            false => Outcome::Different(different),
        });
    }
    let mut different = Vec::new();
    if render(&report, Format::Json, STYLE) != *told {
        different.push(format!("{} comes out otherwise", manifest.assessment));
        match compare::read(told) {
            Ok(then) => different.extend(verdicts(&then, &document(&report))),
            Err(error) => different.push(format!("{}: {error}", manifest.assessment)),
        }
    }
    if manifest.catalog != catalog.hash {
        let (then, now) = (&manifest.catalog, &catalog.hash);
        different.push(format!("the catalogue's hash is {now}, not {then}"));
    }
    for told in &manifest.reports {
        let format: Format = told.format.parse()?;
        if render(&report, format, STYLE) != *bytes(&told.path)? {
            different.push(format!("{} comes out otherwise", told.path));
        }
    }
    done(match different.is_empty() {
        true => Outcome::Same {
            reports: manifest.reports.len(),
        },
        false => Outcome::Different(different),
    })
}

/// How many verdicts are told at the most.
const TOLD: usize = 10;

/// The verdicts that are not the same, in words.
fn verdicts(then: &v1::Document, now: &v1::Document) -> Vec<String> {
    let of = |document: &'_ v1::Document| -> BTreeMap<String, (Verdict, String)> {
        let results = document.results.iter();
        results
            .map(|result| {
                let resource = result.resource_id.as_deref().unwrap_or(&result.kind);
                let name = format!("{} of {resource} ({})", result.check, result.region);
                (result.id.clone(), (result.verdict, name))
            })
            .collect()
    };
    let (then, now) = (of(then), of(now));
    let mut said = Vec::new();
    for (id, (verdict, name)) in &then {
        let now = now.get(id).map(|(verdict, _)| verdict.word());
        if now != Some(verdict.word()) {
            let now = now.unwrap_or("nothing");
            said.push(format!(
                "{name}: {} in the bundle, {now} now",
                verdict.word()
            ));
        }
    }
    for (id, (verdict, name)) in &now {
        if !then.contains_key(id) {
            said.push(format!(
                "{name}: nothing in the bundle, {} now",
                verdict.word()
            ));
        }
    }
    if said.len() > TOLD {
        let more = said.len() - TOLD;
        said.truncate(TOLD);
        said.push(format!("and {more} more verdicts"));
    }
    said
}
