//! Reads Amazon EFS: file systems.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
