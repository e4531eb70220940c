//! Where bytes go. A place is opened before anything is read from AWS, so that a bad path is
//! told at once, and it is filled in one step, so that nothing is left half-written.

mod file;

pub use file::{FileSink, SinkError};
