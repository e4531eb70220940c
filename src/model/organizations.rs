//! AWS Organizations: the organization that the account belongs to.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "organizations",
    kinds: &[],
    reads: &[],
};
