//! What identities hold, over policies, groups and roles.

use super::Derived;

pub(super) static DERIVED: &[Derived] = &[];
