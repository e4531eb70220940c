//! What can go wrong, with the exit code of each.

use super::exit;
use crate::catalog::Problems;
use crate::model::codec::DecodeError;
use crate::sink::SinkError;
use std::io;
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
