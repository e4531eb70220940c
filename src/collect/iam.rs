//! Reads AWS Identity and Access Management: users, groups, roles, policies, certificates, identity providers.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
