//! What goes wrong, and when: latency, rate limits, faults and denials by operation.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// The rules in force. Cheap to clone; all clones share one list, so that a running emulator can
/// be changed from outside.
#[derive(Clone, Debug, Default)]
pub struct Controls {
    rules: Arc<Mutex<Vec<Rule>>>,
}

impl Controls {
    /// Adds a rule; it is in force from the next request on.
    pub fn add(&self, rule: Rule) {
        self.rules
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(rule);
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.rules
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

/// One rule: which requests it is for, and what it does to them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// `service:Operation`, with `*` for any text (`ec2:Describe*`, `*`).
    pub operation: String,
    /// Only in Regions that match this pattern.
    pub region: Option<String>,
    /// Only for accounts that match this pattern.
    pub account: Option<String>,
    /// Only when this text occurs in the request's input.
    pub resource: Option<String>,
    /// What is done.
    pub effect: Effect,
}

impl Rule {
    /// A rule for every request whose `service:Operation` matches the pattern.
    #[must_use]
    pub fn new(operation: &str, effect: Effect) -> Self {
        Self {
            operation: operation.to_owned(),
            region: None,
            account: None,
            resource: None,
            effect,
        }
    }
}

/// What a rule does to a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Effect {
    /// The reply comes this many milliseconds later.
    Latency {
        /// Milliseconds.
        ms: u64,
    },
    /// A token bucket for each account × Region × service; when it is empty, the service's
    /// throttling error.
    RateLimit {
        /// Tokens a second.
        refill: f64,
        /// The most tokens that the bucket holds.
        burst: f64,
    },
    /// Every matching request is throttled.
    Throttle {},
    /// An error of the service's making.
    Error {
        /// HTTP status.
        status: u16,
        /// Error code; by default the protocol's word for an internal failure.
        code: Option<String>,
        /// Message.
        message: Option<String>,
    },
    /// The connection is reset before a byte of the reply.
    Reset {},
    /// The request is never answered.
    Hang {},
    /// The body trickles.
    SlowBody {
        /// Bytes in each piece.
        bytes: usize,
        /// Milliseconds between pieces.
        ms: u64,
    },
    /// The connection ends in the middle of the body.
    Truncate {},
    /// The page of this number (the first is 1) of a paged list fails with an internal failure.
    LostPage {
        /// Number of the page.
        page: usize,
    },
    /// The caller lacks the permission.
    Deny {},
    /// The operation is not implemented.
    NotImplemented {},
    /// The operation exists, but not in this Region.
    NotSupported {},
}
