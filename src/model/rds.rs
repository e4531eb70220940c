//! Amazon RDS: instances, clusters, snapshots.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "rds",
    kinds: &[],
    reads: &[],
};
