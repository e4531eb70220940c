//! The account itself: root user, contacts, password policy, public access block.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "account",
    kinds: &[],
    reads: &[],
};
