//! The wire: from an HTTP request to an operation with its input, and from an output or an error
//! to an HTTP reply, in each of AWS's protocols.

mod cbor;
mod errors;
mod incoming;
mod json;
mod query;
mod read;
mod rest;
mod scalar;
pub(crate) mod time;
mod write;
mod xml;

pub(crate) use errors::write_fault;
pub(crate) use incoming::{Incoming, Scope};
pub(crate) use read::{Asked, ReadError, choose_service, missing, read};
pub(crate) use write::write;

/// A reply, ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

#[cfg(test)]
mod tests;
