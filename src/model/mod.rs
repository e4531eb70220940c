//! What is known of an account: resources, their facts, and the gaps between them.

pub mod addresses;
pub mod policy;
