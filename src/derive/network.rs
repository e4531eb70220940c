//! What security groups let in and where they are attached; flow log cover.

use super::Derived;

pub(super) static DERIVED: &[Derived] = &[];
