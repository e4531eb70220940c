//! Reads Amazon CloudWatch Logs: log groups and metric filters.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
