//! Evidence: the files of a bundle, the manifest that names them, what was changed since, and
//! whether the snapshot gives the same assessment again. Only bytes: what packs and signs them
//! lies outside.

mod again;
mod bundle;
mod manifest;
#[cfg(test)]
mod tests;

pub use again::{Again, Outcome, again};
pub use bundle::{Content, ContentError, Fault, Files, MANIFEST, SIGNATURE, Used, content, faults};
pub use manifest::{File, Manifest, ManifestError, ReportFile, Run, SCHEMA, Signer};
