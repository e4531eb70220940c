//! Reads AWS Backup: plans, vaults, recovery points, Region settings.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
