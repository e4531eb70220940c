//! The one place where all parts meet: what each command does, from its options to its exit
//! code.

#[cfg(feature = "aws")]
mod aws;
mod checks;
#[cfg(feature = "aws")]
mod demo;
mod diff;
mod error;
mod evidence;
pub mod exceptions;
pub mod exit;
mod explain;
mod files;
pub mod frameworks;
#[cfg(feature = "aws")]
mod interrupt;
mod judge;
#[cfg(feature = "aws")]
mod opening;
mod organization;
mod output;
mod policy;
#[cfg(feature = "aws")]
mod preflight;
#[cfg(feature = "aws")]
mod progress;
#[cfg(feature = "aws")]
mod publish;
mod settings;
mod signer;
mod verify;

pub use crate::plan::policy::Format as PolicyFormat;
#[cfg(feature = "aws")]
pub use aws::{Account, audit, collect, demo};
pub use checks::{functions, lint, list, schema, show, test};
pub use diff::{Diff, FailOn, diff};
pub use error::{Error, caught};
pub use evidence::{Evidence, evidence};
pub use explain::explain;
pub use judge::{Judging, Threshold, assess};
pub use organization::{Combine, combine};
#[cfg(feature = "aws")]
pub use organization::{Organization, audit as audit_organization};
pub use output::{Digest, Output, Screen};
pub use policy::{Policy, policy};
#[cfg(feature = "aws")]
pub use preflight::{Preflight, preflight};
#[cfg(feature = "aws")]
pub use publish::{Publishing, publish};
pub use settings::Config;
pub use signer::SignBy;
pub use verify::{Verify, verify};

// The parts of an audit, for the handler that makes one in several runs.
#[cfg(feature = "lambda")]
pub(crate) use {
    aws::{options, runtime},
    organization::{listed as directory, render as render_organization, unread},
    policy::plan,
    publish::Voice,
    settings::Loaded,
};
