//! The snapshot's file: gzip over JSON lines. A header first, then resources, lists and gaps,
//! and a last line that says how many there were, so that a file that was cut off is told
//! from a whole one.

use super::snapshot::SCHEMA;
use super::{Gap, Header, Listing, Meta, Resource, Snapshot};
use flate2::read::MultiGzDecoder;
use flate2::{Compression, GzBuilder};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

/// The longest line that is read, in bytes: no resource of AWS's comes near it.
const MAX_LINE: u64 = 64 << 20;

/// Why a snapshot could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not a snapshot at all.
    #[error("not a waterline snapshot: {0}")]
    NotASnapshot(String),
    /// Written by a newer version.
    #[error("the snapshot has format {found}, this version reads up to {SCHEMA}: update waterline")]
    Newer {
        /// The format of the file.
        found: u64,
    },
    /// Ends too early.
    #[error(
        "the snapshot is cut off after line {line}: {what}; collect again, or copy the file again"
    )]
    CutOff {
        /// The last line that was whole.
        line: usize,
        /// What is missing.
        what: String,
    },
    /// A line that cannot be understood.
    #[error("line {line} of the snapshot is damaged: {message}")]
    Damaged {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

#[derive(Serialize, Deserialize, PartialEq, Eq, Default, Debug)]
#[serde(deny_unknown_fields)]
struct End {
    resources: usize,
    listings: usize,
    gaps: usize,
}

/// Writes a file of JSON lines in gzip; the same lines give the same bytes.
pub fn write(
    out: impl Write,
    lines: impl FnOnce(&mut dyn FnMut(&Value) -> io::Result<()>) -> io::Result<()>,
) -> io::Result<()> {
    // No name and no time in gzip's header: they would differ from run to run.
    let gzip = GzBuilder::new().mtime(0).write(out, Compression::new(6));
    let mut out = BufWriter::new(gzip);
    lines(&mut |value| {
        serde_json::to_writer(&mut out, value)?;
        out.write_all(b"\n")
    })?;
    let gzip = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    gzip.finish()?.flush()
}

/// The lines of such a file. Gzip's checksum is compared when the last one was read.
pub fn read(input: impl Read) -> impl Iterator<Item = io::Result<Value>> {
    let lines = BufReader::new(MultiGzDecoder::new(input)).lines();
    lines.map(|line| Ok(serde_json::from_str(&line?)?))
}

impl Snapshot {
    /// Writes the snapshot; equal snapshots give equal bytes.
    pub fn encode(&self, out: impl Write) -> io::Result<()> {
        write(out, |line| {
            line(&json!({ "header": self.header }))?;
            for resource in &self.resources {
                line(&json!({ "resource": resource.kept() }))?;
            }
            for listing in &self.listings {
                line(&json!({ "listing": listing }))?;
            }
            for gap in &self.gaps {
                line(&json!({ "gap": gap }))?;
            }
            line(&json!({ "end": End {
                resources: self.resources.len(),
                listings: self.listings.len(),
                gaps: self.gaps.len(),
            }}))
        })
    }

    /// Reads a snapshot, line by line.
    pub fn decode(input: impl Read) -> Result<Snapshot, DecodeError> {
        Snapshot::decode_at_most(input, u64::MAX)
    }

    /// Reads a snapshot that holds no more than so many bytes when it is unpacked: for files of
    /// others, who may want to fill the memory.
    pub fn decode_at_most(input: impl Read, limit: u64) -> Result<Snapshot, DecodeError> {
        let mut lines = Lines {
            input: BufReader::new(MultiGzDecoder::new(input).take(limit)),
            number: 0,
        };
        let mut first = lines
            .next()
            .map_err(|error| match error {
                DecodeError::Damaged { message, .. } => DecodeError::NotASnapshot(message),
                other => other,
            })?
            .ok_or_else(|| DecodeError::NotASnapshot("the file is empty".into()))?;
        // Not `first["header"]`: to take from what is no object would panic.
        let header = first.get_mut("header").map(Value::take);
        let header = header.unwrap_or_default();
        match header["schema"].as_u64() {
            None => {
                return Err(DecodeError::NotASnapshot(
                    "its first line is no header".into(),
                ));
            }
            Some(found) if found > u64::from(SCHEMA) => return Err(DecodeError::Newer { found }),
            Some(_) => {}
        }
        let mut snapshot = Snapshot {
            header: from::<Header>(header, 1)?,
            resources: Vec::new(),
            listings: Vec::new(),
            gaps: Vec::new(),
        };
        loop {
            let Some(line) = lines.next()? else {
                return Err(lines.cut_off("its last line is missing"));
            };
            let number = lines.number;
            let Value::Object(line) = line else {
                return Err(damaged(number, "not an object"));
            };
            let mut entries = line.into_iter();
            let (Some((sort, value)), None) = (entries.next(), entries.next()) else {
                return Err(damaged(number, "not an object with one key"));
            };
            match sort.as_str() {
                "resource" => snapshot.resources.push(resource(value, number)?),
                "listing" => snapshot.listings.push(from::<Listing>(value, number)?),
                "gap" => snapshot.gaps.push(from::<Gap>(value, number)?),
                "end" => {
                    let told = from::<End>(value, number)?;
                    let counted = End {
                        resources: snapshot.resources.len(),
                        listings: snapshot.listings.len(),
                        gaps: snapshot.gaps.len(),
                    };
                    if told != counted {
                        let message = "it does not hold as many lines as it says";
                        return Err(damaged(number, message));
                    }
                    // Gzip's checksum is compared at the end of the data, so that must be read:
                    // a bit that flipped within a text shows nowhere else.
                    if lines.next()?.is_some() {
                        return Err(damaged(lines.number, "it comes after the last line"));
                    }
                    return Ok(snapshot);
                }
                other => return Err(damaged(number, format!("unknown sort of line `{other}`"))),
            }
        }
    }
}

struct Lines<R> {
    input: R,
    number: usize,
}

impl<R: BufRead> Lines<R> {
    fn next(&mut self) -> Result<Option<Value>, DecodeError> {
        let mut line = Vec::new();
        let read = (&mut self.input)
            .take(MAX_LINE)
            .read_until(b'\n', &mut line)
            .map_err(|error| match (error.kind(), self.number) {
                (io::ErrorKind::UnexpectedEof, 1..) => self.cut_off("the compressed data ends"),
                (_, 0) => DecodeError::NotASnapshot(error.to_string()),
                _ => damaged(self.number + 1, error.to_string()),
            })?;
        if read == 0 {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') {
            return Err(self.cut_off("a line without an end"));
        }
        self.number += 1;
        serde_json::from_slice(&line)
            .map(Some)
            .map_err(|error| damaged(self.number, error.to_string()))
    }

    fn cut_off(&self, what: &str) -> DecodeError {
        DecodeError::CutOff {
            line: self.number,
            what: what.to_owned(),
        }
    }
}

fn damaged(line: usize, message: impl Into<String>) -> DecodeError {
    DecodeError::Damaged {
        line,
        message: message.into(),
    }
}

fn from<T: serde::de::DeserializeOwned>(value: Value, line: usize) -> Result<T, DecodeError> {
    serde_json::from_value(value).map_err(|error| damaged(line, error.to_string()))
}

fn resource(value: Value, line: usize) -> Result<Resource, DecodeError> {
    Resource::of_kept(value).map_err(|message| damaged(line, message))
}

impl Resource {
    /// The form that is kept in files: facts, fields of [`Meta`], and `kind`.
    pub fn kept(&self) -> Value {
        let mut object = self.to_json();
        object["kind"] = self.kind().into();
        object
    }

    /// Reads what [`Resource::kept`] gives; the error says what is wrong.
    pub fn of_kept(value: Value) -> Result<Resource, String> {
        let name = value.get("kind").and_then(Value::as_str);
        let name = name.unwrap_or_default().to_owned();
        let kind = super::kind(&name).ok_or_else(|| format!("unknown kind `{name}`"))?;
        let meta = serde_json::from_value::<Meta>(value.clone()).map_err(|e| e.to_string())?;
        let facts = (kind.decode)(value).map_err(|error| error.to_string())?;
        Ok(Resource { meta, facts })
    }
}

#[cfg(test)]
mod tests;
