//! What was asked.

use serde::{Deserialize, Serialize};

/// One request, as it was understood.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogEntry {
    /// Service, by its directory name in botocore's data (`ec2`, `logs`).
    pub service: String,
    /// Operation (`DescribeVolumes`).
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
    },
    /// No whole reply: reset, hung or cut by a rule.
    Broken {},
}
