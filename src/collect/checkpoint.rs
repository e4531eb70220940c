//! A reading that was stopped: the units that were done, each whole, so that another run can go on.
//!
//! The file is gzip over JSON lines like a snapshot's: a first line that says whose reading it is,
//! for each unit a line and one for each of its resources, and a last line that counts them.

use super::unit::{Done, Ended};
use crate::aws::Session;
use crate::aws::guard::Ledger;
use crate::model::{Gap, Header, LedgerLine, Listing, Resource, Snapshot, codec, snapshot};
use crate::plan::Plan;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::io;

/// The version of the file's format; a reader refuses any other.
pub const SCHEMA: u32 = 1;

/// Whose reading it is, and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The version of the tool.
    pub tool: String,
    /// The run's id.
    pub run: String,
    /// What else decides what is read and how it is judged, by name: whoever goes on must have
    /// the same.
    pub fits: BTreeMap<String, String>,
    /// The account.
    pub account: String,
    /// The caller's ARN.
    pub caller: String,
    /// The partition.
    pub partition: String,
    /// The Regions, sorted.
    pub regions: Vec<String>,
    /// When the first of its runs began.
    pub started: DateTime<Utc>,
    /// What opening the first session asked.
    pub ledger: Vec<LedgerLine>,
    /// How many runs have worked on it.
    pub runs: u32,
    /// How many of the last runs have finished no unit.
    pub idle: u32,
}

/// A reading that can be gone on with.
#[derive(Debug)]
pub struct Checkpoint {
    /// Whose it is, and how far it has come.
    pub head: Head,
    done: BTreeMap<String, Done>,
    /// What a stop cut short; never kept.
    cut: Vec<Done>,
}

/// How far a run has come.
#[derive(Debug)]
pub struct Reading {
    /// What was read.
    pub checkpoint: Checkpoint,
    /// Whether that is all.
    pub whole: bool,
}

/// Why a checkpoint cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub enum CheckpointError {
    /// It is none, or it is damaged; what is wrong.
    Damaged(String),
    /// It is of another format.
    Schema(u64),
    /// It belongs to another reading: what differs, there and here.
    Other {
        /// What differs.
        what: String,
        /// As the checkpoint has it.
        there: String,
        /// As this run has it.
        here: String,
    },
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CheckpointError::Damaged(what) => write!(out, "not a usable checkpoint: {what}"),
            CheckpointError::Schema(found) => write!(
                out,
                "the checkpoint has format {found}, and this version of waterline reads {SCHEMA}: begin the run anew"
            ),
            CheckpointError::Other { what, there, here } => write!(
                out,
                "the checkpoint does not belong to this run: its {what} is `{there}`, and here it is `{here}`. Send the event of the last answer unchanged, or begin a new run"
            ),
        }
    }
}

impl std::error::Error for CheckpointError {}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    name: String,
    parts: Vec<String>,
    ledger: Vec<LedgerLine>,
    listings: Vec<Listing>,
    gaps: Vec<Gap>,
}

#[derive(Serialize, Deserialize, Default, PartialEq)]
#[serde(deny_unknown_fields)]
struct End {
    units: usize,
    resources: usize,
}

impl Checkpoint {
    /// A reading that begins now, by this session.
    pub fn begin(session: &Session, run: String, fits: BTreeMap<String, String>) -> Checkpoint {
        Checkpoint {
            head: Head {
                schema: SCHEMA,
                tool: env!("CARGO_PKG_VERSION").to_owned(),
                run,
                fits,
                account: session.account.to_string(),
                caller: session.caller.clone(),
                partition: session.partition.clone(),
                regions: session.regions.iter().map(ToString::to_string).collect(),
                started: super::now(),
                ledger: session.ledger.lines(),
                runs: 0,
                idle: 0,
            },
            done: BTreeMap::new(),
            cut: Vec::new(),
        }
    }

    /// How many units are done.
    pub fn units(&self) -> usize {
        self.done.len()
    }

    pub(super) fn take(&mut self) -> BTreeMap<String, Done> {
        std::mem::take(&mut self.done)
    }

    /// What a run has come to, with all that a stop cut short.
    pub(super) fn with(mut self, ended: Ended) -> Checkpoint {
        self.done = ended.done;
        self.cut = ended.cut;
        self
    }

    /// How far it has come after one more run.
    pub(super) fn next(mut self, ended: Ended) -> Checkpoint {
        self.head.runs += 1;
        self.head.idle = match ended.gained {
            0 => self.head.idle + 1,
            _ => 0,
        };
        self.done = ended.done;
        self
    }

    /// Whether a session and what it is to do are those of this reading.
    pub fn fits(
        &self,
        session: &Session,
        run: &str,
        fits: &BTreeMap<String, String>,
    ) -> Result<(), CheckpointError> {
        let none = || "nothing".to_owned();
        let own = [
            ("tool", &*self.head.tool, env!("CARGO_PKG_VERSION")),
            ("run", &*self.head.run, run),
            ("account", &*self.head.account, &*session.account),
            ("caller", &*self.head.caller, &*session.caller),
        ];
        for (what, there, here) in own {
            if there != here {
                return Err(CheckpointError::Other {
                    what: what.to_owned(),
                    there: there.to_owned(),
                    here: here.to_owned(),
                });
            }
        }
        for what in self.head.fits.keys().chain(fits.keys()) {
            let (there, here) = (self.head.fits.get(what), fits.get(what));
            if there != here {
                return Err(CheckpointError::Other {
                    what: what.clone(),
                    there: there.cloned().unwrap_or_else(none),
                    here: here.cloned().unwrap_or_else(none),
                });
            }
        }
        Ok(())
    }

    /// The snapshot of what was read.
    pub fn snapshot(self, plan: &Plan) -> Snapshot {
        let Checkpoint { head, done, cut } = self;
        let ledger = Ledger::default();
        head.ledger.iter().for_each(|line| ledger.add(line));
        let (mut resources, mut listings, mut gaps) = (Vec::new(), Vec::new(), Vec::new());
        for done in done.into_values().chain(cut) {
            done.ledger.iter().for_each(|line| ledger.add(line));
            resources.extend(done.found.resources);
            listings.extend(done.found.listings);
            gaps.extend(done.found.gaps);
        }
        let mut snapshot = Snapshot {
            header: Header {
                schema: snapshot::SCHEMA,
                tool: head.tool,
                account: head.account,
                caller: head.caller,
                partition: head.partition,
                regions: head.regions,
                started: head.started,
                asked: plan.facts().map(str::to_owned).collect(),
                ledger: ledger.lines(),
            },
            resources,
            listings,
            gaps,
        };
        snapshot.sort();
        snapshot
    }

    /// Writes the file.
    pub fn encode(&self, out: impl io::Write) -> io::Result<()> {
        codec::write(out, |line| {
            let mut end = End::default();
            line(&json!({ "checkpoint": self.head }))?;
            for (name, done) in &self.done {
                end.units += 1;
                end.resources += done.found.resources.len();
                line(&json!({ "unit": Line {
                    name: name.clone(),
                    parts: done.parts.clone(),
                    ledger: done.ledger.clone(),
                    listings: done.found.listings.clone(),
                    gaps: done.found.gaps.clone(),
                }}))?;
                for resource in &done.found.resources {
                    line(&json!({ "resource": resource.kept() }))?;
                }
            }
            line(&json!({ "end": end }))
        })
    }

    /// Reads the file.
    pub fn decode(input: impl io::Read) -> Result<Checkpoint, CheckpointError> {
        let mut lines = codec::read(input);
        let mut next = || lines.next().transpose().map_err(|error| damaged(&error));
        let mut first = next()?.unwrap_or_default();
        let head = first.get_mut("checkpoint").map(Value::take);
        let head = head.unwrap_or_default();
        match head.get("schema").and_then(Value::as_u64) {
            None => return Err(damaged(&"its first line is none of a checkpoint")),
            Some(found) if found != u64::from(SCHEMA) => {
                return Err(CheckpointError::Schema(found));
            }
            Some(_) => {}
        }
        let mut checkpoint = Checkpoint {
            head: from(head)?,
            done: BTreeMap::new(),
            cut: Vec::new(),
        };
        let mut counted = End::default();
        let mut unit: Option<(String, Done)> = None;
        while let Some(mut line) = next()? {
            if let Some(value) = line.get_mut("resource").map(Value::take) {
                let resource = Resource::of_kept(value).map_err(|error| damaged(&error))?;
                let Some((_, done)) = &mut unit else {
                    return Err(damaged(&"a resource of no unit"));
                };
                done.found.resources.push(resource);
                counted.resources += 1;
            } else if let Some(value) = line.get_mut("unit").map(Value::take) {
                checkpoint.done.extend(unit.take());
                let line: Line = from(value)?;
                let mut done = Done {
                    parts: line.parts,
                    ledger: line.ledger,
                    ..Done::default()
                };
                done.found.listings = line.listings;
                done.found.gaps = line.gaps;
                unit = Some((line.name, done));
                counted.units += 1;
            } else if let Some(value) = line.get_mut("end").map(Value::take) {
                checkpoint.done.extend(unit.take());
                // Gzip's checksum is compared at the end of the data.
                if from::<End>(value)? != counted || next()?.is_some() {
                    return Err(damaged(&"it does not hold as many lines as it says"));
                }
                return Ok(checkpoint);
            } else {
                return Err(damaged(&"a line of an unknown sort"));
            }
        }
        Err(damaged(&"its last line is missing"))
    }
}

fn damaged(what: &dyn fmt::Display) -> CheckpointError {
    CheckpointError::Damaged(what.to_string())
}

fn from<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, CheckpointError> {
    serde_json::from_value(value).map_err(|error| damaged(&error))
}
