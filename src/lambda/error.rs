//! What a function answers when it fails: a type that callers can tell apart, and a message.

use crate::app;
use crate::aws::SessionError;
use crate::collect::Crash;
use crate::collect::checkpoint::CheckpointError;
use crate::sink::s3::{Address, BucketError};
use crate::sink::sns::TopicError;
use lambda_runtime::Diagnostic;
use std::fmt;

/// Why there is no answer. The types are part of the interface: state machines match them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The event, a variable of the environment, or the settings are not right.
    Event,
    /// A session in the account could not begin.
    Session,
    /// The checkpoint is none, or belongs to another run.
    Checkpoint,
    /// Nothing more is read in the time that the function has.
    Stalled,
    /// Something could not be kept, published or told.
    Delivery,
    /// A bug.
    Bug,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Kind::Event => "WaterlineEvent",
            Kind::Session => "WaterlineSession",
            Kind::Checkpoint => "WaterlineCheckpoint",
            Kind::Stalled => "WaterlineStalled",
            Kind::Delivery => "WaterlineDelivery",
            Kind::Bug => "WaterlineBug",
        }
    }
}

/// A failed invocation.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: Kind,
    pub(super) message: String,
}

impl Failure {
    pub(super) fn new(kind: Kind, message: impl Into<String>) -> Failure {
        Failure {
            kind,
            message: message.into(),
        }
    }

    pub(super) fn event(message: impl Into<String>) -> Failure {
        Failure::new(Kind::Event, message)
    }

    /// A checkpoint that cannot be used.
    pub(super) fn checkpoint(address: &Address, error: &CheckpointError) -> Failure {
        Failure::new(Kind::Checkpoint, format!("{address}: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.kind.word(), self.message)
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Diagnostic {
        Diagnostic {
            error_type: failure.kind.word().to_owned(),
            error_message: failure.message,
        }
    }
}

impl From<app::Error> for Failure {
    fn from(error: app::Error) -> Failure {
        let kind = match &error {
            app::Error::Session(_) => Kind::Session,
            app::Error::Bug(_) => Kind::Bug,
            error if error.code() == app::exit::DELIVERY => Kind::Delivery,
            _ => Kind::Event,
        };
        Failure::new(kind, error.to_string())
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Failure {
        let kind = match error {
            // The event names them.
            SessionError::Region { .. } => Kind::Event,
            _ => Kind::Session,
        };
        Failure::new(kind, error.to_string())
    }
}

impl From<BucketError> for Failure {
    fn from(error: BucketError) -> Failure {
        Failure::new(Kind::Delivery, error.to_string())
    }
}

impl From<TopicError> for Failure {
    fn from(error: TopicError) -> Failure {
        Failure::new(Kind::Delivery, error.to_string())
    }
}

impl From<Crash> for Failure {
    fn from(crash: Crash) -> Failure {
        app::Error::Bug(crash.to_string()).into()
    }
}
