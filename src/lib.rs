//! waterline: an AWS security posture tool whose verdicts rest only on what was really read.

pub mod app;
#[cfg(feature = "aws")]
pub mod aws;
pub mod cli;
#[cfg(feature = "aws")]
pub mod collect;
pub mod sink;

pub use waterline_engine::{assess, catalog, derive, expr, model, plan, publish, report, score};
