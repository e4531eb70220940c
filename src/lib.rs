//! waterline: an AWS security posture tool whose verdicts rest only on what was really read.

#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "aws")]
pub mod collect;
pub mod catalog;
pub mod derive;
pub mod expr;
pub mod model;
pub mod plan;
