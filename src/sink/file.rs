//! A file: written beside its place, then renamed into it.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}", path.display())]
pub struct SinkError {
    path: PathBuf,
    source: io::Error,
}

impl SinkError {
    /// What could not be written, and why.
    pub fn new(path: &Path, source: io::Error) -> SinkError {
        SinkError {
            path: path.to_owned(),
            source,
        }
    }
}

/// A file that is about to be written. Until it is finished, what stood there stays.
#[derive(Debug)]
pub struct FileSink {
    path: PathBuf,
    beside: NamedTempFile,
}

impl FileSink {
    /// Makes sure that the file can be written.
    pub fn open(path: &Path) -> Result<FileSink, SinkError> {
        let fail = |source| SinkError {
            path: path.to_owned(),
            source,
        };
        if path.is_dir() {
            return Err(fail(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let beside = tempfile::Builder::new()
            .prefix(".waterline-")
            .tempfile_in(folder)
            .map_err(plain)
            .map_err(fail)?;
        Ok(FileSink {
            path: path.to_owned(),
            beside,
        })
    }

    /// Writes the file, with a buffer before it, and puts it into its place.
    pub fn finish(
        mut self,
        write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    ) -> Result<(), SinkError> {
        let path = self.path;
        let mut out = BufWriter::new(&mut self.beside);
        let result = write(&mut out)
            .and_then(|()| out.flush())
            .map(|()| drop(out))
            .and_then(|()| readable(self.beside.path()))
            .and_then(|()| self.beside.persist(&path).map_err(|error| error.error));
        match result {
            Ok(_) => Ok(()),
            Err(source) => Err(SinkError { path, source }),
        }
    }
}

/// The error without the name of the temporary file, which tells the user nothing.
fn plain(error: io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(_) => error,
        None => io::Error::from(error.kind()),
    }
}

/// A temporary file is its owner's alone; a report is as readable as any new file of theirs
/// would be without write access for others. Findings are not for everyone: group may read.
#[cfg(unix)]
fn readable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o640))
}

#[cfg(not(unix))]
fn readable(_: &Path) -> io::Result<()> {
    Ok(())
}
