//! Amazon EFS: file systems.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "efs",
    kinds: &[],
    reads: &[],
};
