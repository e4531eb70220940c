//! waterline: an AWS security posture tool whose verdicts rest only on what was really read.

#[cfg(feature = "aws")]
pub mod aws;
pub mod assess;
pub mod catalog;
#[cfg(feature = "aws")]
pub mod collect;
pub mod derive;
pub mod expr;
pub mod model;
pub mod plan;
pub mod score;
