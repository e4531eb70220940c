//! Which resources a backup plan covers, and which snapshots are public.

use super::Derived;

pub(super) static DERIVED: &[Derived] = &[];
