//! The ways in which a read is disturbed.

use std::time::Duration;
use waterline::model::Reason;
use waterline_mocks::{Effect, Outcome, Rule};

/// A way to disturb an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    /// The caller lacks the permission.
    Denied,
    /// AWS throttles every attempt.
    Throttled,
    /// The service fails, every time.
    Fault,
    /// The body breaks off in the middle.
    Truncated,
    /// The second page of a list fails, every time.
    LostPage,
    /// The connection is reset.
    Reset,
    /// No answer at all.
    Silent,
    /// The answer comes too slowly.
    Slow,
    /// The endpoint does not know the operation.
    NotImplemented,
    /// The operation does not exist in the Region.
    NotSupported,
}

impl Mode {
    /// What every operation of the plan is disturbed by, one at a time: each of these, every time.
    /// To a collector, the others are as one of these: a failure without a code.
    pub(super) const EACH: &[Mode] = &[
        Mode::Denied,
        Mode::Throttled,
        Mode::Fault,
        Mode::Truncated,
        Mode::Silent,
    ];

    pub(super) const ALL: &[Mode] = &[
        Mode::Denied,
        Mode::Throttled,
        Mode::Fault,
        Mode::Truncated,
        Mode::LostPage,
        Mode::Reset,
        Mode::Silent,
        Mode::Slow,
        Mode::NotImplemented,
        Mode::NotSupported,
    ];

    /// The rules that disturb an operation so.
    pub(super) fn rules(self, operation: &str) -> Vec<Rule> {
        let effects = match self {
            Mode::Denied => vec![Effect::Deny {}],
            Mode::Throttled => vec![Effect::Throttle {}],
            Mode::Fault => vec![Effect::Error {
                status: 500,
                code: None,
                message: None,
            }],
            Mode::Truncated => vec![Effect::Truncate {}],
            Mode::LostPage => vec![
                Effect::SmallPages { items: 1 },
                Effect::LostPage { page: 2 },
            ],
            Mode::Reset => vec![Effect::Reset {}],
            Mode::Silent => vec![Effect::Hang {}],
            Mode::Slow => vec![Effect::SlowBody {
                bytes: 1,
                ms: 60_000,
            }],
            Mode::NotImplemented => vec![Effect::NotImplemented {}],
            Mode::NotSupported => vec![Effect::NotSupported {}],
        };
        let rule = |effect| Rule::new(operation, effect);
        effects.into_iter().map(rule).collect()
    }

    /// Whether a request ended as this disturbs it. AWS has errors that are answers ("there is
    /// none"), so that not every error is one of these.
    pub(super) fn struck(self, outcome: &Outcome) -> bool {
        let code = |words: &[&str]| match outcome {
            Outcome::Error { code, .. } => words.iter().any(|word| code.contains(word)),
            _ => false,
        };
        let status = |wanted| matches!(outcome, Outcome::Error { status, .. } if *status == wanted);
        let broken = |wanted| matches!(outcome, Outcome::Broken { how } if how == wanted);
        match self {
            Mode::Denied => code(&[
                "AccessDenied",
                "UnauthorizedOperation",
                "AuthorizationError",
            ]),
            Mode::Throttled => code(&[
                "Throttl",
                "SlowDown",
                "RequestLimitExceeded",
                "TooManyRequests",
            ]),
            Mode::Fault | Mode::LostPage => status(500),
            Mode::Truncated => broken("truncate"),
            Mode::Reset => broken("reset"),
            Mode::Silent => broken("hang"),
            // To the emulator, an answer that comes slowly is an answer.
            Mode::Slow => true,
            Mode::NotImplemented => status(501),
            Mode::NotSupported => code(&[
                "UnsupportedOperation",
                "InvalidAction",
                "MethodNotAllowed",
                "UnknownOperationException",
            ]),
        }
    }

    /// What the gap may say that comes of it.
    pub(super) fn reasons(self) -> &'static [Reason] {
        match self {
            Mode::Denied => &[Reason::Denied],
            Mode::Throttled => &[Reason::Throttled],
            Mode::NotImplemented | Mode::NotSupported => &[Reason::Unsupported],
            // Where the answer is an error, its status or its header has arrived.
            Mode::Truncated => &[Reason::Failed, Reason::Denied, Reason::Unsupported],
            _ => &[Reason::Failed],
        }
    }

    /// Whether the client has to wait for its own patience to end.
    pub(super) fn waits(self) -> bool {
        matches!(self, Mode::Silent | Mode::Slow)
    }
}

/// How long one attempt may take when something is slow on purpose. What is not disturbed must
/// be well within it on a busy machine, or it would be a gap as well: honest, but not the point.
/// Where the disturbed operation was not even asked, it is tried again with more patience.
pub(super) const IMPATIENT: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(10)];
/// How long one attempt may take otherwise.
pub(super) const PATIENT: Duration = Duration::from_secs(60);
