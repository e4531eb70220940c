//! Amazon GuardDuty: detectors.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "guardduty",
    kinds: &[],
    reads: &[],
};
