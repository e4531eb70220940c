//! The container of evidence: a zip file that is the same for the same files, read with the
//! suspicion that a file of others deserves, and the signature of its manifest.

mod archive;
mod signature;

pub use archive::{ArchiveError, pack, unpack};
pub use signature::{Algorithm, KeyError, PublicKey, SigningKey};
