//! AWS Config: recorders.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "config",
    kinds: &[],
    reads: &[],
};
