//! Reads Amazon Macie: the session of a Region.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
