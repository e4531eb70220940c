//! The integration tests: one binary, since each one links every AWS client.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[cfg(feature = "aws")]
mod account;
mod architecture;
mod browser;
mod catalogue;
mod cli;
mod consumers;
#[cfg(feature = "aws")]
mod credentials;
#[cfg(feature = "aws")]
mod deploy;
mod diff;
mod evidence;
mod explain;
mod frameworks;
mod generated;
mod harness;
#[cfg(feature = "lambda")]
mod lambda;
#[cfg(feature = "aws")]
mod live;
#[cfg(feature = "aws")]
mod matrix;
#[cfg(feature = "aws")]
mod organization;
#[cfg(feature = "aws")]
mod pacing;
mod permissions;
#[cfg(feature = "aws")]
mod planner;
#[cfg(feature = "aws")]
mod progress;
#[cfg(feature = "aws")]
mod publish;
#[cfg(feature = "aws")]
mod reading;
mod reads;
mod secrets;
mod settings;
mod small;
mod source;
