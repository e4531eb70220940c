//! waterline: an AWS security posture tool whose verdicts rest only on what was really read.

pub mod app;
#[cfg(feature = "aws")]
pub mod aws;
pub mod bundle;
pub mod cli;
#[cfg(feature = "aws")]
pub mod collect;
#[cfg(feature = "lambda")]
pub mod lambda;
pub mod sink;

pub use waterline_engine::{
    assess, catalog, compare, derive, evidence, expr, model, organization, plan, publish, report,
    score, settings,
};
