//! The snapshot's file: gzip over JSON lines. A header first, then resources, lists and gaps,
//! and a last line that says how many there were, so that a file that was cut off is told
//! from a whole one.

use super::facet::UNREAD;
use super::snapshot::SCHEMA;
use super::{Gap, Header, Listing, Meta, Resource, Snapshot};
use flate2::bufread::MultiGzDecoder;
use flate2::{Compression, GzBuilder};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

/// The longest line that is read, in bytes: no resource of AWS's comes near it.
const MAX_LINE: u64 = 64 << 20;

/// Why a snapshot could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not a snapshot at all.
    #[error(
        "not a waterline snapshot: {0}; give the file that `waterline collect`, or `--snapshot`, wrote"
    )]
    NotASnapshot(String),
    /// Written by a newer version.
    #[error("the snapshot has format {found}, this version reads up to {SCHEMA}: update waterline")]
    Newer {
        /// The format of the file.
        found: u64,
    },
    /// Holds what only another version knows.
    #[error(
        "line {line} of the snapshot holds a resource of the kind `{kind}`, which this version of \
waterline does not know: it was written by waterline {tool}, update this one"
    )]
    UnknownKind {
        /// The line, from 1.
        line: usize,
        /// The kind.
        kind: String,
        /// The version that wrote the snapshot.
        tool: String,
    },
    /// Ends too early.
    #[error(
        "the snapshot is cut off {}: {what}; collect again, or copy the file again",
        after(*line)
    )]
    CutOff {
        /// The last line that was whole; 0 when none is.
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

fn after(line: usize) -> String {
    match line {
        0 => "within its first line".to_owned(),
        line => format!("after line {line}"),
    }
}

/// What gzip begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

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
    let lines = BufReader::new(MultiGzDecoder::new(BufReader::new(input))).lines();
    lines.map(|line| Ok(serde_json::from_str(&line?)?))
}

impl Snapshot {
    /// Writes the snapshot; equal snapshots give equal bytes.
    pub fn encode(&self, out: impl Write) -> io::Result<()> {
        self.encode_without([], out)
    }

    /// The same, but for these facts, `kind.fact` each: they are written as if nobody had asked for
    /// them. What is derived is not kept, and so need not be taken away first.
    pub fn encode_without<'f>(
        &self,
        facts: impl IntoIterator<Item = &'f str>,
        out: impl Write,
    ) -> io::Result<()> {
        let mut without: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (kind, fact) in facts.into_iter().filter_map(|fact| fact.rsplit_once('.')) {
            without.entry(kind).or_default().push(fact);
        }
        write(out, |line| {
            line(&json!({ "header": self.header }))?;
            for resource in &self.resources {
                let mut kept = resource.kept();
                for fact in without.get(resource.kind()).into_iter().flatten() {
                    kept[*fact] = json!({ UNREAD: [] });
                }
                line(&json!({ "resource": kept }))?;
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
        let mut input = BufReader::new(input);
        let begin = input
            .fill_buf()
            .map_err(|e| DecodeError::NotASnapshot(e.to_string()))?;
        // What is too short to tell is cut off.
        if begin.iter().zip(GZIP).any(|(is, must)| *is != must) {
            let what = "it is not compressed by gzip";
            return Err(DecodeError::NotASnapshot(what.into()));
        }
        if begin.is_empty() {
            return Err(DecodeError::NotASnapshot("the file is empty".into()));
        }
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
            .ok_or_else(|| DecodeError::NotASnapshot("there is nothing in it".into()))?;
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
                "resource" => {
                    let tool = &snapshot.header.tool;
                    snapshot.resources.push(resource(value, number, tool)?);
                }
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
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => self.cut_off("the compressed data ends"),
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

/// `tool` is the version that wrote the snapshot.
fn resource(value: Value, line: usize, tool: &str) -> Result<Resource, DecodeError> {
    let kind = value.get("kind").and_then(Value::as_str);
    if let Some(kind) = kind.filter(|kind| super::kind(kind).is_none())
        && tool != env!("CARGO_PKG_VERSION")
    {
        return Err(DecodeError::UnknownKind {
            line,
            kind: kind.to_owned(),
            tool: tool.to_owned(),
        });
    }
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
