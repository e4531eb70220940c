//! AWS Key Management Service: keys.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "kms",
    kinds: &[],
    reads: &[],
};
