//! Reads Amazon GuardDuty: detectors.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
