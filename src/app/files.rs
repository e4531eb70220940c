//! Reading the user's files.

use super::Error;
use crate::catalog::{Catalog, MAX_BYTES, Source};
use crate::model::Snapshot;
#[cfg(feature = "aws")]
use crate::report::v1;
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
    find(path, &mut files).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
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
        // The frameworks of the built-in catalogue, and who owns what, lie beside its checks.
        let other = |name: &std::ffi::OsStr| name == "frameworks" || name == "responsibility";
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
    Ok(Source {
        file: path.display().to_string(),
        text: text(&path, MAX_BYTES)?,
    })
}

/// A text; one that is too large is read only so far that its reader can say so.
pub(super) fn text(path: &Path, most: usize) -> Result<String, Error> {
    let mut text = Vec::new();
    File::open(path)
        .and_then(|file| file.take(most as u64 + 1).read_to_end(&mut text))
        .map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// An assessment that was kept, `waterline.assessment/v1`.
#[cfg(feature = "aws")]
pub(super) fn assessment(path: &Path) -> Result<v1::Document, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    let wrong = |what: &dyn std::fmt::Display| {
        let path = path.display();
        let hint = "an assessment is what `-o json=FILE` writes";
        Error::Usage(format!("{path} is no assessment: {what}; {hint}"))
    };
    let document: v1::Document = serde_json::from_slice(&bytes).map_err(|error| wrong(&error))?;
    match document.schema.as_str() {
        v1::SCHEMA => Ok(document),
        other => Err(wrong(&format!("its schema is `{other}`"))),
    }
}

/// A snapshot.
pub(super) fn snapshot(path: &Path) -> Result<Snapshot, Error> {
    let file = File::open(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    Snapshot::decode(file).map_err(|source| Error::Snapshot {
        path: path.to_owned(),
        source,
    })
}

/// All of a file.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}
