//! Reading the user's files.

use super::Error;
use crate::catalog::{Catalog, MAX_BYTES, Source, beside};
use crate::model::Snapshot;
use crate::report::v1;
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The built-in catalogue with the user's own checks.
pub(super) fn catalog(own: &[PathBuf]) -> Result<Catalog, Error> {
    let mut sources = Vec::new();
    for folder in own {
        sources.extend(check_files(folder)?);
    }
    Catalog::with(sources).map_err(Error::Checks)
}

/// The check files below a folder, or the one file.
pub(super) fn check_files(path: &Path) -> Result<Vec<Source>, Error> {
    let mut files = Vec::new();
    find(path, &mut files).map_err(unread(path))?;
    if files.is_empty() {
        let path = path.display();
        return Err(Error::Usage(format!(
            "{path} holds no check files (*.yaml)"
        )));
    }
    files.sort();
    files.into_iter().map(source).collect()
}

fn find(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        // A file that is named is read whatever it is called; it must exist.
        std::fs::metadata(path)?;
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        let entry = entry?.path();
        let other = |name: &OsStr| beside().iter().any(|folder| name == *folder);
        if entry.is_dir() && entry.file_name().is_some_and(|name| !other(name)) {
            find(&entry, files)?;
        } else if entry.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            files.push(entry);
        }
    }
    Ok(())
}

/// A check file.
fn source(path: PathBuf) -> Result<Source, Error> {
    let text = text(&path, MAX_BYTES)?;
    Ok(Source::new(path.display().to_string(), text))
}

/// A text; one that is too large is read only so far that its reader can say so.
pub(super) fn text(path: &Path, most: usize) -> Result<String, Error> {
    let mut text = Vec::new();
    let read = open(path)?.take(most as u64 + 1).read_to_end(&mut text);
    read.map_err(unread(path))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// All of a file.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(unread(path))
}

/// A snapshot.
pub(super) fn snapshot(path: &Path) -> Result<Snapshot, Error> {
    decode(path, open(path)?)
}

/// The snapshot that a file holds. The path is for errors.
pub(super) fn decode(path: &Path, content: impl Read) -> Result<Snapshot, Error> {
    Snapshot::decode(content).map_err(|source| Error::Snapshot {
        path: path.to_owned(),
        source,
    })
}

/// An assessment that was kept, `waterline.assessment/v1`.
#[cfg(feature = "aws")]
pub(super) fn assessment(path: &Path) -> Result<v1::Document, Error> {
    let wanted = "an assessment is what `waterline assess -o json=FILE` writes";
    document(path, &bytes(path)?, wanted)
}

/// The assessment that a file holds. The path and what was wanted are for errors.
pub(super) fn document(path: &Path, content: &[u8], wanted: &str) -> Result<v1::Document, Error> {
    v1::Document::read(content).map_err(|error| {
        let path = path.display();
        Error::Usage(format!("{path}: {error}; {wanted}"))
    })
}

fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(unread(path))
}

fn unread(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Read { path, source }
}
