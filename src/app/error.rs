//! What can go wrong, with the exit code of each.

use super::exit;
use crate::catalog::Problems;
use crate::model::codec::DecodeError;
use crate::sink::SinkError;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

/// A command that could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line asks for something that is not there.
    #[error("{0}")]
    Usage(String),
    /// Check files, or the settings, are not right.
    #[error("{0}")]
    Checks(Problems),
    /// A file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A snapshot could not be read.
    #[error("{}: {source}", path.display())]
    Snapshot {
        /// The file.
        path: PathBuf,
        /// Why.
        source: DecodeError,
    },
    /// A session with AWS could not begin.
    #[cfg(feature = "aws")]
    #[error(transparent)]
    Session(#[from] crate::aws::SessionError),
    /// The accounts of an organization could not be listed.
    #[cfg(feature = "aws")]
    #[error(transparent)]
    Accounts(#[from] crate::aws::NotListed),
    /// KMS did not sign.
    #[cfg(feature = "aws")]
    #[error(transparent)]
    Sign(#[from] crate::aws::SignError),
    /// A file could not be written.
    #[error(transparent)]
    Delivery(#[from] SinkError),
    /// Security Hub is not ready to take findings.
    #[cfg(feature = "aws")]
    #[error(transparent)]
    Hub(#[from] crate::sink::security_hub::HubError),
    /// Nothing could be published.
    #[cfg(feature = "aws")]
    #[error("{0}")]
    Publish(String),
    /// The terminal, or the pipe, could not be written to.
    #[error("cannot write the report: {0}")]
    Screen(io::Error),
    /// A bug of ours.
    #[error("{0}\nThis is a bug in waterline; please report it with the command that you ran.")]
    Bug(String),
}

/// Does some work of which a panic is a bug like any other: it is told, and has the exit code of one.
pub fn caught(work: impl FnOnce() -> Result<u8, Error>) -> Result<u8, Error> {
    // After a panic, nothing that the work had in hand is looked at any more.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Err(Error::Bug(format!("stopped in the middle: {said}")))
    })
}

impl Error {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Error::Usage(_) | Error::Checks(_) | Error::Read { .. } | Error::Snapshot { .. } => {
                exit::USAGE
            }
            #[cfg(feature = "aws")]
            Error::Session(crate::aws::SessionError::Interrupted) => exit::INTERRUPTED,
            #[cfg(feature = "aws")]
            Error::Session(_) | Error::Accounts(_) | Error::Sign(_) => exit::USAGE,
            #[cfg(feature = "aws")]
            Error::Hub(_) | Error::Publish(_) => exit::DELIVERY,
            Error::Delivery(_) | Error::Screen(_) => exit::DELIVERY,
            Error::Bug(_) => exit::BUG,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;
    use crate::expr::on_deep_stacks;

    #[test]
    fn a_panic_is_told_as_a_bug_and_has_its_exit_code() {
        let here = || -> Result<u8, Error> { panic!("no {}", "way") };
        let judging = || Ok(on_deep_stacks(2, |at| [7u8][at])[0]);
        for (error, said) in [
            (caught(here).unwrap_err(), "no way"),
            (caught(judging).unwrap_err(), "index out of bounds"),
        ] {
            assert_eq!(error.code(), exit::BUG);
            let told = error.to_string();
            assert!(told.starts_with("stopped in the middle: "), "{told}");
            assert!(told.contains(said) && told.contains("report it"), "{told}");
        }
    }

    #[test]
    fn what_does_not_panic_is_as_it_is() {
        assert_eq!(caught(|| Ok(exit::FINDINGS)).unwrap(), exit::FINDINGS);
        let usage = caught(|| Err(Error::Usage("x".to_owned()))).unwrap_err();
        assert_eq!((usage.code(), usage.to_string()), (exit::USAGE, "x".into()));
    }
}
