//! AWS Identity and Access Management: users, groups, roles, policies, certificates, identity providers.

use super::Service;

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "iam",
    kinds: &[],
    reads: &[],
};
