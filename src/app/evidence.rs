//! The bundle for auditors: everything that is needed to come to the same verdicts again.

use super::judge::Judging;
use super::output::screen;
use super::settings::Loaded;
use super::signer::{SignBy, Signer};
use super::{Error, exit, files};
use crate::bundle;
use crate::evidence::{self, Content, SIGNATURE, Used};
use crate::report::{Format, Judged};
use crate::sink::FileSink;
use std::fmt::Write as _;
use std::path::PathBuf;

/// What goes into a bundle, and where it goes.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The snapshot.
    pub snapshot: PathBuf,
    /// The bundle.
    pub output: PathBuf,
    /// How the snapshot is judged.
    pub judging: Judging,
    /// The reports besides the assessment.
    pub formats: Vec<Format>,
    /// The key that signs.
    pub sign_by: Option<SignBy>,
}

/// Judges a snapshot and writes the bundle.
pub fn evidence(wanted: &Evidence) -> Result<u8, Error> {
    let judging = &wanted.judging;
    let Loaded {
        catalog,
        settings,
        text,
        whole,
    } = judging.load()?;
    if catalog.checks.is_empty() {
        return Err(Error::Usage("no check is left by this choice".into()));
    }
    // All that can be wrong is looked at before the work.
    let key = wanted.sign_by.as_ref();
    let key = key.map(|key| Signer::open(key, &settings)).transpose()?;
    let output = FileSink::open(&wanted.output)?;
    let raw = files::bytes(&wanted.snapshot)?;
    let snapshot = files::decode(&wanted.snapshot, raw.as_slice())?;
    let judged = Judged::new(snapshot, &catalog, &settings);
    let report = judged.report();
    let signer = key.as_ref().map(|key| evidence::Signer {
        algorithm: key.public().algorithm().to_string(),
        key: key.public().fingerprint(),
    });
    let mut formats = wanted.formats.clone();
    formats.sort();
    formats.dedup();
    let (mut files, manifest) = evidence::content(Content {
        snapshot: raw,
        report: &report,
        chosen: !whole,
        formats: &formats,
        settings: Used {
            file: text,
            parameters: judging.parameters.clone(),
            severities: judging.severities.clone(),
        },
        signer,
    })
    .map_err(|error| Error::Usage(error.to_string()))?;
    if let Some(key) = key {
        files.insert(SIGNATURE.to_owned(), key.sign(&manifest.to_bytes())?);
    }
    let bytes = bundle::pack(&files).map_err(|error| Error::Bug(error.to_string()))?;
    output.finish(|out| out.write_all(&bytes))?;
    let mut said = String::new();
    let (path, count, size) = (wanted.output.display(), files.len(), bytes.len() / 1024);
    let _ = writeln!(said, "{path}: {count} files, {size} KiB");
    let signed = match &manifest.signer {
        None => "not signed".to_owned(),
        Some(signer) => format!("signed by {} {}", signer.algorithm, signer.key),
    };
    let _ = writeln!(said, "{signed}");
    if !judging.screen.quiet {
        screen(said.as_bytes())?;
    }
    Ok(exit::DONE)
}
