//! Zip: what everyone can open. Written without times, in the order of the paths; read with
//! every entry looked at twice, since a zip file can show different things to different readers.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The most files of a bundle: many times what a catalogue has.
const MAX_FILES: usize = 50_000;
/// The most bytes of all files together, unpacked.
const MAX_BYTES: u64 = 4 << 30;
/// How many bytes a byte of the file may be unpacked to; reports come to some 30.
const MAX_RATIO: u64 = 200;
/// So much may be unpacked however small the file is.
const FLOOR: u64 = 1 << 20;
/// The longest path.
const MAX_PATH: usize = 300;

/// Why a bundle cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Not a zip file, or not a whole one.
    #[error("it is no zip file, or was cut off or damaged: {0}")]
    Damaged(String),
    /// It would show one thing to one program and something else to another.
    #[error("{0}")]
    Hostile(String),
}

impl From<ZipError> for ArchiveError {
    fn from(error: ZipError) -> ArchiveError {
        ArchiveError::Damaged(match error {
            ZipError::InvalidArchive(what) => what.into_owned(),
            ZipError::Io(error) => error.to_string(),
            other => other.to_string(),
        })
    }
}

/// Packs files; equal files give equal bytes.
pub fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, ArchiveError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        // What is packed already only grows.
        let method = match path.ends_with(".gz") || path.ends_with(".xlsx") {
            true => CompressionMethod::Stored,
            false => CompressionMethod::Deflated,
        };
        // The default has no time but the first that zip knows.
        let options = SimpleFileOptions::DEFAULT
            .compression_method(method)
            .compression_level((method == CompressionMethod::Deflated).then_some(6))
            .unix_permissions(0o644)
            .large_file(bytes.len() as u64 >= u64::from(u32::MAX));
        zip.start_file(path, options)?;
        zip.write_all(bytes).map_err(ZipError::Io)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Unpacks a bundle into memory. Nothing is written anywhere, so that no path of it can reach
/// out; paths that would are refused all the same, since the next reader may unpack it.
pub fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, ArchiveError> {
    let hostile = |what: String| Err(ArchiveError::Hostile(what));
    let mut zip = ZipArchive::new(Cursor::new(bytes))?;
    if zip.has_duplicate_names() {
        return hostile("two files of it have the same name".into());
    }
    if zip.len() > MAX_FILES {
        return hostile(format!(
            "it holds {} files, more than {MAX_FILES}",
            zip.len()
        ));
    }
    if zip.offset() != 0 {
        // A report in the bundle may be a zip file, too: it is found where the bundle's own end
        // is missing.
        return hostile(format!(
            "{} bytes stand before the zip file, or it was cut off",
            zip.offset()
        ));
    }
    zip.validate_header_consistency()?;
    let limit = (bytes.len() as u64)
        .saturating_mul(MAX_RATIO)
        .saturating_add(FLOOR)
        .min(MAX_BYTES);
    let mut left = limit;
    let mut files = BTreeMap::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index)?;
        let path = entry.name()?.into_owned();
        if entry.is_dir() {
            // Whoever packs the folder anew may add one; it holds nothing.
            continue;
        }
        if let Some(wrong) = wrong_path(&path) {
            return hostile(format!("the path {path:?} {wrong}"));
        }
        if entry.is_symlink() || entry.encrypted() {
            return hostile(format!("{path} is a link, or encrypted"));
        }
        // Not what it says of its size: what comes out.
        let mut content = Vec::new();
        let read = (&mut entry)
            .take(left + 1)
            .read_to_end(&mut content)
            .map_err(|error| ArchiveError::Damaged(format!("{path}: {error}")))?;
        if read as u64 > left {
            let length = bytes.len();
            return hostile(format!(
                "its {length} bytes unpack to more than {limit}: that is no evidence, but an \
attempt to fill the memory"
            ));
        }
        left -= read as u64;
        files.insert(path, content);
    }
    Ok(files)
}

/// What is wrong with a path; none when it stays within the folder on every system.
fn wrong_path(path: &str) -> Option<&'static str> {
    if path.is_empty() || path.len() > MAX_PATH {
        return Some("is empty, or too long");
    }
    if path.starts_with('/') || path.contains([':', '\\']) {
        return Some("does not stay within the bundle");
    }
    if path.chars().any(char::is_control) {
        return Some("has control characters");
    }
    let odd = |part: &str| part.is_empty() || part == "." || part == "..";
    path.split('/')
        .any(odd)
        .then_some("does not stay within the bundle")
}
