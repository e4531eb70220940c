//! Amazon CloudWatch Logs: log groups and metric filters.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "logs",
    kinds: &[],
    reads: &[],
};
