//! Reads AWS CloudTrail: trails.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
