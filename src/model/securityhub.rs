//! AWS Security Hub: the hub of a Region.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "securityhub",
    kinds: &[],
    reads: &[],
};
