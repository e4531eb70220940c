//! Reads AWS Security Hub: the hub of a Region.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
