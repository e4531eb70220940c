//! The bundle for auditors: everything that is needed to come to the same verdicts again.

use super::judge::Judging;
use super::output::screen;
use super::settings::Loaded;
use super::{Error, exit, files};
use crate::bundle::{self, SigningKey};
use crate::evidence::{self, Content, SIGNATURE, Signer, Used};
use crate::model::Snapshot;
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
    /// The private key that signs, in PEM.
    pub sign_key: Option<PathBuf>,
}

/// Judges a snapshot and writes the bundle.
pub fn evidence(wanted: &Evidence) -> Result<u8, Error> {
    let judging = &wanted.judging;
    // All that can be wrong is looked at before the work.
    let key = match &wanted.sign_key {
        None => None,
        Some(path) => {
            let key = SigningKey::from_pem(&files::bytes(path)?);
            Some(key.map_err(|error| Error::Usage(format!("{}: {error}", path.display())))?)
        }
    };
    let Loaded {
        catalog,
        settings,
        text,
        whole,
    } = judging.load()?;
    if catalog.checks.is_empty() {
        return Err(Error::Usage("no check is left by this choice".into()));
    }
    let output = FileSink::open(&wanted.output)?;
    let raw = files::bytes(&wanted.snapshot)?;
    let snapshot = Snapshot::decode(raw.as_slice()).map_err(|source| Error::Snapshot {
        path: wanted.snapshot.clone(),
        source,
    })?;
    let judged = Judged::new(snapshot, &catalog, &settings);
    let report = judged.report();
    let signer = key.as_ref().map(|key| Signer {
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
        files.insert(SIGNATURE.to_owned(), key.sign(&manifest.to_bytes()));
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
