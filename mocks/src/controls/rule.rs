//! Rules: latency, rate limits, faults and denials by operation.

use serde::{Deserialize, Serialize};

use super::Request;
use crate::glob;

/// One rule: which requests it is for, and what it does to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `service:Operation`, with `*` for any text and `?` for any character (`ec2:Describe*`).
    pub operation: String,
    /// Only in Regions that match this pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Only for accounts that match this pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Only when this text occurs in the request's input, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Lets this many of its requests through first.
    #[serde(default)]
    pub skip: u64,
    /// After that, is for this many requests and no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// What is done.
    pub effect: Effect,
}

impl Rule {
    /// A rule for every request whose `service:Operation` matches the pattern.
    #[must_use]
    pub fn new(operation: &str, effect: Effect) -> Self {
        let operation = operation.to_owned();
        Self {
            operation,
            region: None,
            account: None,
            resource: None,
            skip: 0,
            times: None,
            effect,
        }
    }

    /// Only in Regions that match the pattern.
    #[must_use]
    pub fn in_region(mut self, pattern: &str) -> Self {
        self.region = Some(pattern.to_owned());
        self
    }

    /// Only for accounts that match the pattern.
    #[must_use]
    pub fn of_account(mut self, pattern: &str) -> Self {
        self.account = Some(pattern.to_owned());
        self
    }

    /// Only when the text occurs in the request's input.
    #[must_use]
    pub fn about(mut self, text: &str) -> Self {
        self.resource = Some(text.to_owned());
        self
    }

    /// Lets the first requests through.
    #[must_use]
    pub fn after(mut self, requests: u64) -> Self {
        self.skip = requests;
        self
    }

    /// For this many requests only.
    #[must_use]
    pub fn times(mut self, requests: u64) -> Self {
        self.times = Some(requests);
        self
    }

    /// Whether the rule denies an operation whatever is asked, in every Region and at any time.
    pub(super) fn denies(&self, operation: &str, account: &str) -> bool {
        let always = self.region.is_none()
            && self.resource.is_none()
            && self.skip == 0
            && self.times.is_none();
        let here = self
            .account
            .as_ref()
            .is_none_or(|pattern| glob::matches(pattern, account));
        self.effect == Effect::Deny {}
            && always
            && here
            && glob::matches(&self.operation, operation)
    }

    pub(super) fn is_for(&self, request: &Request<'_>) -> bool {
        let fits = |pattern: &Option<String>, text: &str| {
            pattern
                .as_ref()
                .is_none_or(|pattern| glob::matches(pattern, text))
        };
        glob::matches(&self.operation, request.key)
            && fits(&self.region, request.region)
            && fits(&self.account, request.account)
            && self
                .resource
                .as_ref()
                .is_none_or(|text| (request.input)().contains(text))
    }
}

/// What a rule does to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Effect {
    /// The reply comes this many milliseconds later.
    Latency {
        /// Milliseconds.
        ms: u64,
    },
    /// A token bucket for each account × Region × service; when it is empty, the service's
    /// throttling error. Throttled requests take no token.
    RateLimit {
        /// Tokens a second.
        refill: f64,
        /// The most tokens that the bucket holds.
        burst: f64,
    },
    /// The service's throttling error.
    Throttle {},
    /// An error.
    Error {
        /// HTTP status.
        status: u16,
        /// Error code; by default the protocol's word for a fault of the service.
        #[serde(default)]
        code: Option<String>,
        /// Message.
        #[serde(default)]
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
    /// The page of this number (the first is 1) of a paged list fails with a fault of the
    /// service, as often as it is asked for.
    LostPage {
        /// Number of the page.
        page: usize,
    },
    /// A list comes in pages of so many items and no more, however many were asked for.
    SmallPages {
        /// The most items of a page.
        items: usize,
    },
    /// The third page of a list leads back to the second.
    CirclingPages {},
    /// The caller lacks the permission.
    Deny {},
    /// Of what a batch imports (securityhub `BatchImportFindings`), those findings fail whose
    /// JSON has this text in it; the others are taken.
    RefuseFindings {
        /// The text; every finding has the empty one.
        text: String,
        /// Error code.
        code: String,
        /// Message.
        message: String,
        /// The id that the reply calls them by; their own when there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// The operation is not implemented.
    NotImplemented {},
    /// The operation exists, but not in this Region.
    NotSupported {},
}
