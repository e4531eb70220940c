//! waterline: an AWS security posture tool whose verdicts rest only on what was really read.

pub mod app;
pub mod assess;
#[cfg(feature = "aws")]
pub mod aws;
pub mod catalog;
pub mod cli;
#[cfg(feature = "aws")]
pub mod collect;
pub mod derive;
pub mod expr;
pub mod model;
pub mod plan;
pub mod report;
pub mod score;
pub mod sink;
