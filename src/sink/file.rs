//! A file: written beside its place, then renamed into it. What is no file (a pipe, a device) is
//! written to as it is: renamed over, `/dev/null` would be gone.

use std::fs::File;
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
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// The file beside, and the one that it will be: of a link, what it points to.
    Beside(NamedTempFile, PathBuf),
    /// A pipe, a device: nothing of it can be lost.
    Stream(File),
}

impl FileSink {
    /// Makes sure that the file can be written.
    pub fn open(path: &Path) -> Result<FileSink, SinkError> {
        match place(path) {
            Ok(place) => Ok(FileSink {
                path: path.to_owned(),
                place,
            }),
            Err(source) => Err(SinkError::new(path, source)),
        }
    }

    /// Writes the file, with a buffer before it, and puts it into its place.
    pub fn finish(
        self,
        write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    ) -> Result<(), SinkError> {
        let result = match self.place {
            Place::Stream(mut stream) => buffered(&mut stream, write),
            Place::Beside(mut beside, path) => buffered(&mut beside, write)
                .and_then(|()| readable(beside.path()))
                .and_then(|()| match beside.persist(path) {
                    Ok(_) => Ok(()),
                    Err(error) => Err(error.error),
                }),
        };
        result.map_err(|source| SinkError {
            path: self.path,
            source,
        })
    }
}

fn place(path: &Path) -> io::Result<Place> {
    let path = match path.metadata() {
        Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(there) if !there.is_file() => {
            return File::options().write(true).open(path).map(Place::Stream);
        }
        // A link stays, and what it points to is written.
        Ok(_) => path.canonicalize()?,
        Err(_) => path.to_owned(),
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let beside = tempfile::Builder::new()
        .prefix(".waterline-")
        .tempfile_in(folder)
        .map_err(plain)?;
    Ok(Place::Beside(beside, path))
}

fn buffered(
    out: &mut (dyn Write + Send),
    write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    write(&mut out)?;
    out.flush()
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

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::FileSink;
    use std::os::unix::fs::FileTypeExt as _;
    use std::path::Path;

    fn write(path: &Path, text: &'static str) {
        let sink = FileSink::open(path).unwrap();
        sink.finish(|out| out.write_all(text.as_bytes())).unwrap();
    }

    #[test]
    fn a_link_stays_and_what_it_points_to_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (link, file) = (folder.path().join("link"), folder.path().join("file"));
        std::fs::write(&file, "before").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, "after");
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "after");
    }

    /// A pipe of its own stands for the devices: a test that fails must not cost the machine its own.
    #[test]
    fn what_is_no_file_is_written_to_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::read_to_string(pipe).unwrap()
        });
        write(&pipe, "a report");
        assert_eq!(reader.join().unwrap(), "a report");
        assert!(pipe.metadata().unwrap().file_type().is_fifo());
    }
}
