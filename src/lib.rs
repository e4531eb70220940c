//! waterline: an AWS security posture tool whose verdicts rest only on what was really read.

pub mod expr;
pub mod model;
