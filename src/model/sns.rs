//! Amazon SNS: topics and who subscribes to them.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "sns",
    kinds: &[],
    reads: &[],
};
