//! Reads Amazon CloudWatch: alarms.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
