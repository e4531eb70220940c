//! AWS CloudTrail: trails.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "cloudtrail",
    kinds: &[],
    reads: &[],
};
