//! Reads IAM Access Analyzer: analyzers.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
