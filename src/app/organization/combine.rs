//! Joins assessments that were kept, one account each.

use super::{code, render};
use crate::app::judge::Threshold;
use crate::app::output::{Digest, Output, Outputs, Screen};
use crate::app::{Error, files};
use crate::organization::Combination;
use crate::report::v1;
use std::path::{Path, PathBuf};

/// What is joined, and what is done with the result.
#[derive(Clone, Debug, Default)]
pub struct Combine {
    /// Assessments as `-o json=FILE` writes them, or folders of them.
    pub files: Vec<PathBuf>,
    /// The reports.
    pub outputs: Vec<Output<Digest>>,
    /// What the screen shows.
    pub screen: Screen,
    /// Failures at least so severe make the exit code 1.
    pub fail_on: Option<Threshold>,
    /// Coverage below this many percent makes the exit code 3.
    pub min_coverage: Option<f64>,
}

/// Joins, reports, and gives the exit code. One assessment is in memory at a time.
pub fn combine(wanted: &Combine) -> Result<u8, Error> {
    let outputs = Outputs::open(&wanted.outputs, Digest::Table, wanted.screen)?;
    let mut all = Combination::default();
    for file in assessments(&wanted.files)? {
        let said = |error: String| Error::Usage(format!("{}: {error}", file.display()));
        let document = v1::Document::read(&files::bytes(&file)?).map_err(|error| {
            said(format!(
                "{error}; what `-o json=FILE` of an account writes can be joined"
            ))
        })?;
        all.add(&document).map_err(said)?;
    }
    let document = all.finish();
    outputs.write(|format, style, out| render(&document, format, style, out))?;
    let least = wanted.fail_on.and_then(|Threshold(severity)| severity);
    Ok(code(&document, least, wanted.min_coverage))
}

/// The files; of a folder, those that end in `.json`, sorted.
fn assessments(named: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside = of_folder(path).map_err(|source| Error::Read {
            path: path.clone(),
            source,
        })?;
        if inside.is_empty() {
            let path = path.display();
            let message = format!("{path} holds no assessment (*.json)");
            return Err(Error::Usage(message));
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

fn of_folder(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file()
            && path
                .extension()
                .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    Ok(files)
}
