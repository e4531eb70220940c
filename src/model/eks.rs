//! Amazon EKS: clusters and what belongs to them.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "eks",
    kinds: &[],
    reads: &[],
};
