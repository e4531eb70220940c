//! The ways in which a read is disturbed.

use std::time::Duration;
use waterline_mocks::{Effect, Rule};

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
    /// What every operation is disturbed by, one at a time. To a collector, the others are as
    /// one of these: a failure without a code.
    pub(super) const EACH: &[Mode] = &[
        Mode::Denied,
        Mode::Throttled,
        Mode::Fault,
        Mode::Truncated,
        Mode::LostPage,
        Mode::Silent,
        Mode::NotSupported,
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

    /// Whether the client has to wait for its own patience to end.
    pub(super) fn waits(self) -> bool {
        matches!(self, Mode::Silent | Mode::Slow)
    }
}

/// How long one attempt may take when something is slow on purpose. What is not disturbed must
/// be well within it on a busy machine, or it would be a gap as well: honest, but not the point.
pub(super) const IMPATIENT: Duration = Duration::from_secs(3);
/// How long one attempt may take otherwise.
pub(super) const PATIENT: Duration = Duration::from_secs(60);
