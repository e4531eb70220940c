//! Reads AWS Key Management Service: keys.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
