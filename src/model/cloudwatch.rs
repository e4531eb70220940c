//! Amazon CloudWatch: alarms.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "cloudwatch",
    kinds: &[],
    reads: &[],
};
