//! What changed between two snapshots, or two assessments.

use super::judge::Judging;
use super::output::{Digest, Output, Outputs, Screen};
use super::settings::Loaded;
use super::{Error, exit, files};
use crate::catalog::Severity;
use crate::compare::{self, Comparison};
use crate::model::{Header, Snapshot};
use crate::report::{Judged, Style, v1};
use chrono::{DateTime, Utc};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// How gzip files begin: a snapshot is one.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// What makes the exit code 1: new failures at least so severe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailOn(pub Severity);

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<FailOn, String> {
        match text.split_once(':') {
            None if text == "new" => Ok(FailOn(Severity::Info)),
            Some(("new", severity)) => severity.parse().map(FailOn),
            _ => Err(format!("`{text}` is neither `new` nor `new:SEVERITY`")),
        }
    }
}

/// What to compare, and what to do with the result.
#[derive(Clone, Debug)]
pub struct Diff {
    /// The first: a snapshot, or an assessment as JSON.
    pub before: PathBuf,
    /// The second.
    pub after: PathBuf,
    /// How snapshots are judged.
    pub judging: Judging,
    /// The reports.
    pub outputs: Vec<Output<Digest>>,
    /// What the screen shows.
    pub screen: Screen,
    /// What makes the exit code 1.
    pub fail_on: Option<FailOn>,
}

/// Compares, reports, and gives the exit code.
pub fn diff(wanted: &Diff) -> Result<u8, Error> {
    let outputs = Outputs::open(&wanted.outputs, Digest::Table, wanted.screen)?;
    let mut before = Read::open(&wanted.before)?;
    let mut after = Read::open(&wanted.after)?;
    let judged = [&before, &after].iter().any(|side| side.snapshot.is_some());
    let narrowed = !wanted.judging.own_checks.is_empty() || wanted.judging.selection.is_narrower();
    if narrowed && !judged {
        let message = "both files are assessments, which were judged already: a choice of checks \
is for snapshots";
        return Err(Error::Usage(message.into()));
    }
    let loaded = match judged {
        false => None,
        true => Some(wanted.judging.load()?),
    };
    let mut then = None;
    if let Some(loaded) = &loaded {
        let both = before.snapshot.is_some() && after.snapshot.is_some();
        let earlier = before.started();
        before.judge(loaded, None);
        // The second one at the time of the first one: what differs then is no matter of time.
        if let Some(at) = earlier.filter(|at| both && Some(*at) != after.started()) {
            after.judge(loaded, Some(at));
            then = after.document.take();
        }
        after.judge(loaded, None);
    }
    let (Some(a), Some(b)) = (&before.document, &after.document) else {
        return Err(Error::Bug("a side was not judged".into()));
    };
    let comparison = compare::compare(a, b, then.as_ref()).map_err(|error| {
        let (a, b) = (wanted.before.display(), wanted.after.display());
        Error::Usage(format!("{a} and {b}: {error}"))
    })?;
    outputs.write(|format, style, out| render(&comparison, format, style, out))?;
    let least = wanted.fail_on.map(|FailOn(severity)| severity);
    let failed = least.is_some_and(|least| {
        let mut changes = comparison.changes.iter();
        changes.any(|change| change.is_new_failure(least))
    });
    Ok(if failed { exit::FINDINGS } else { exit::DONE })
}

fn render(
    comparison: &Comparison,
    format: Digest,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Digest::Table => compare::table(comparison, style, out),
        Digest::Markdown => compare::markdown(comparison, out),
        Digest::Json => compare::json(comparison, out),
    }
}

/// One of the two files.
struct Read {
    snapshot: Option<Snapshot>,
    document: Option<v1::Document>,
}

impl Read {
    /// A snapshot is told from an assessment by its first bytes.
    fn open(path: &Path) -> Result<Read, Error> {
        let bytes = files::bytes(path)?;
        if bytes.starts_with(GZIP) {
            return Ok(Read {
                snapshot: Some(files::decode(path, bytes.as_slice())?),
                document: None,
            });
        }
        let wanted = "a snapshot, or what `waterline assess -o json=FILE` writes, can be compared";
        let document = files::document(path, &bytes, wanted)?;
        Ok(Read {
            snapshot: None,
            document: Some(document),
        })
    }

    fn started(&self) -> Option<DateTime<Utc>> {
        let header: Option<&Header> = self.snapshot.as_ref().map(|snapshot| &snapshot.header);
        header.map(|header| header.started)
    }

    /// Judges the snapshot, if it is one, at its own time or at another.
    fn judge(&mut self, loaded: &Loaded, at: Option<DateTime<Utc>>) {
        let Some(snapshot) = &mut self.snapshot else {
            return;
        };
        let now = at.unwrap_or(snapshot.header.started);
        let Loaded {
            catalog, settings, ..
        } = loaded;
        let judged = Judged::at(snapshot, catalog, settings, now);
        self.document = Some(judged.document());
    }
}
