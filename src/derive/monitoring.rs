//! Which trails, metric filters and alarms watch for what.

use super::Derived;

pub(super) static DERIVED: &[Derived] = &[];
