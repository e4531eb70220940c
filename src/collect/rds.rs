//! Reads Amazon RDS: instances, clusters, snapshots.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
