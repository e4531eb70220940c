//! Reads AWS Config: recorders.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
