//! Reads The account itself: root user, contacts, password policy, public access block.

use super::Collector;

pub(super) static COLLECTORS: &[Collector] = &[];
