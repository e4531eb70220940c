//! AWS Backup: plans, vaults, recovery points, Region settings.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "backup",
    kinds: &[],
    reads: &[],
};
