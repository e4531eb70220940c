//! Everything between a snapshot and the bytes of a report: pure, synchronous, without any AWS
//! crate. A crate of its own so that it can be optimised while the code around the AWS SDK, which
//! only waits, is not: optimising that takes minutes and gains nothing.

pub mod assess;
pub mod catalog;
pub mod compare;
pub mod derive;
pub mod evidence;
pub mod expr;
pub mod model;
pub mod organization;
pub mod plan;
pub mod publish;
pub mod report;
pub mod score;
pub mod settings;
