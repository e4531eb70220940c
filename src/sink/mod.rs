//! Where bytes go. A place is opened before anything is read from AWS, so that a bad path is
//! told at once, and it is filled in one step, so that nothing is left half-written. An object in a
//! bucket is new, or it is not written. Security Hub is asked beforehand, too, and filled in many steps, each of which can be the last.

mod file;
#[cfg(feature = "aws")]
pub mod s3;
#[cfg(feature = "aws")]
pub mod security_hub;
#[cfg(feature = "aws")]
pub mod sns;

pub use file::{FileSink, SinkError};
