//! What of S3 Block Public Access is in force for a bucket.

use super::Derived;

pub(super) static DERIVED: &[Derived] = &[];
