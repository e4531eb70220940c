//! What was asked.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// One request, as it was understood.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogEntry {
    /// Service, by its directory name in botocore's data (`ec2`, `logs`); empty if the request
    /// does not tell.
    pub service: String,
    /// Operation (`DescribeVolumes`); for one that is not served, what is known of it.
    pub operation: String,
    /// The account that answered.
    pub account: String,
    /// Region of the request's signature.
    pub region: String,
    /// The request's input, members in AWS's words.
    pub input: serde_json::Value,
    /// How it ended.
    pub outcome: Outcome,
    /// When the request came, in milliseconds since the emulator started.
    pub at_ms: u64,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// A reply.
    Ok {},
    /// An error, by its code.
    Error {
        /// The error's code.
        code: String,
        /// HTTP status.
        status: u16,
    },
    /// No whole reply, by a rule.
    Broken {
        /// `reset`, `hang` or `truncate`.
        how: String,
    },
}

/// All requests, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: Mutex<Vec<LogEntry>>,
}

impl Log {
    fn entries(&self) -> MutexGuard<'_, Vec<LogEntry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, entry: LogEntry) {
        self.entries().push(entry);
    }

    pub(crate) fn all(&self) -> Vec<LogEntry> {
        self.entries().clone()
    }

    pub(crate) fn count(&self, operation: &str) -> usize {
        let entries = self.entries();
        let of = entries.iter().filter(|entry| entry.operation == operation);
        of.count()
    }

    pub(crate) fn clear(&self) {
        self.entries().clear();
    }
}
