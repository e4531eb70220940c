//! Amazon Macie: the session of a Region.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "macie2",
    kinds: &[],
    reads: &[],
};
