//! Reads AWS Organizations: the organization that the account belongs to.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
