//! Where the reports of each account go, and which reports are on all of them.

use crate::app::Error;
use crate::app::output::{Digest, Output};
use crate::report::Format;
use crate::sink::{FileSink, SinkError};
use std::path::{Path, PathBuf};

/// What stands for the account's number in the name of a file.
const ACCOUNT: &str = "{account}";

/// The files of each account.
#[derive(Debug, Default)]
pub(super) struct Places {
    reports: Vec<(Format, String)>,
    snapshot: Option<String>,
}

/// Divides the reports into those of each account (a folder, or a name with `{account}`) and those
/// of all accounts together.
pub(super) fn split(
    outputs: &[Output],
    snapshot: Option<&Path>,
) -> Result<(Places, Vec<Output<Digest>>), Error> {
    let mut places = Places::default();
    let mut together = Vec::new();
    for output in outputs {
        let format = output.format;
        if let Some(file) = &output.file
            && let Some(pattern) = pattern(file, format.extension())
        {
            places.reports.push((format, pattern));
            continue;
        }
        let format = match format {
            Format::Table => Digest::Table,
            Format::Markdown => Digest::Markdown,
            Format::Json => Digest::Json,
            other => {
                let end = other.extension();
                return Err(Error::Usage(format!(
                    "{other} is written for each account: give it a folder, as in -o {other}=reports/, or a name as in -o {other}=reports/{ACCOUNT}.{end}. All accounts together are told as table, markdown or json."
                )));
            }
        };
        let file = output.file.clone();
        together.push(Output { format, file });
    }
    if let Some(file) = snapshot {
        places.snapshot = Some(pattern(file, "jsonl.gz").ok_or_else(|| {
            Error::Usage(format!(
                "there is a snapshot for each account: give --snapshot a folder, as in --snapshot snapshots/, or a name with {ACCOUNT}"
            ))
        })?);
    }
    Ok((places, together))
}

/// The name of each account's file; none when it names one file.
fn pattern(file: &Path, extension: &str) -> Option<String> {
    let text = file.to_str()?;
    if text.contains(ACCOUNT) {
        return Some(text.to_owned());
    }
    let folder = text.ends_with(std::path::is_separator) || file.is_dir();
    folder.then(|| {
        let inside = file.join(format!("{ACCOUNT}.{extension}"));
        inside.display().to_string()
    })
}

impl Places {
    /// Makes sure that files can be written, before anything is read.
    pub(super) fn check(&self) -> Result<(), Error> {
        let reports = self.reports.iter().map(|(_, pattern)| pattern);
        for pattern in reports.chain(&self.snapshot) {
            let fixed = pattern.split(ACCOUNT).next().unwrap_or_default();
            let folder = match fixed.rfind(std::path::is_separator) {
                Some(end) => Path::new(&fixed[..=end]),
                None => Path::new("."),
            };
            make(folder)?;
            FileSink::open(&folder.join("account"))?;
        }
        Ok(())
    }

    /// The reports of an account, as if they alone were asked for, or why there is no place for
    /// one of them.
    pub(super) fn reports(&self, account: &str) -> impl Iterator<Item = Result<Output, Error>> {
        self.reports.iter().map(move |(format, pattern)| {
            Ok(Output {
                format: *format,
                file: Some(place(pattern, account)?),
            })
        })
    }

    /// The file of an account's snapshot.
    pub(super) fn snapshot(&self, account: &str) -> Result<Option<PathBuf>, Error> {
        let pattern = self.snapshot.as_deref();
        pattern.map(|pattern| place(pattern, account)).transpose()
    }
}

fn place(pattern: &str, account: &str) -> Result<PathBuf, Error> {
    let path = PathBuf::from(pattern.replace(ACCOUNT, account));
    if let Some(folder) = path.parent() {
        make(folder)?;
    }
    Ok(path)
}

fn make(folder: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(|source| SinkError::new(folder, source))?;
    Ok(())
}
