//! `waterline.evidence/v1`: the list of what is in a bundle, and how its assessment came about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The value of `schema`.
pub const SCHEMA: &str = "waterline.evidence/v1";

/// What is in a bundle, and how its assessment came about. It names every file but itself and
/// its signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `waterline.evidence/v1`.
    pub schema: String,
    /// The version of waterline that judged and wrote the bundle.
    pub tool: String,
    /// What was read.
    pub run: Run,
    /// The hash of the catalogue, as the assessment has it.
    pub catalog: String,
    /// The checks that were chosen, by id, sorted; `null` when all of the catalogue ran.
    pub checks: Option<Vec<String>>,
    /// The path of the file of settings (exceptions, parameters) that was used; `null` when none was.
    pub settings: Option<String>,
    /// Parameters that flags set, each `CHECK.NAME=VALUE`, in their order.
    pub parameters: Vec<String>,
    /// Severities that flags set, each `CHECK=SEVERITY`, in their order.
    pub severities: Vec<String>,
    /// The path of the snapshot.
    pub snapshot: String,
    /// The path of the assessment, `waterline.assessment/v1`.
    pub assessment: String,
    /// The other reports.
    pub reports: Vec<ReportFile>,
    /// Whose signature belongs to it; `null` when it was written without one.
    pub signer: Option<Signer>,
    /// Every file of the bundle but this one and its signature, sorted by path.
    pub files: Vec<File>,
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The account.
    pub account: String,
    /// The caller's ARN.
    pub caller: String,
    /// The Regions.
    pub regions: Vec<String>,
    /// When the reading began; RFC 3339, UTC. Ages are measured to it.
    pub started: String,
    /// The version of waterline that collected.
    pub collector: String,
}

/// A report of the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportFile {
    /// The format, as `waterline assess -o` spells it.
    pub format: String,
    /// The path.
    pub path: String,
}

/// The key of a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// `ed25519`.
    pub algorithm: String,
    /// SHA-256 of the public key (its SubjectPublicKeyInfo in DER), in hex.
    pub key: String,
}

/// A file of the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its path, with `/` between folders.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its content, in hex.
    pub sha256: String,
}

/// Why a manifest could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ManifestError {
    /// Another version wrote it.
    #[error("the bundle's format is `{0}`, and this version reads `{SCHEMA}`")]
    Other(String),
    /// It cannot be understood.
    #[error("manifest.json is no manifest: {0}")]
    Damaged(String),
}

impl Manifest {
    /// The manifest as it stands in the bundle.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = match serde_json::to_vec_pretty(self) {
            Ok(bytes) => bytes,
            // Structs of text and numbers, into memory: nothing that can fail.
            Err(error) => unreachable!("{error}"),
        };
        bytes.push(b'\n');
        bytes
    }

    /// Reads a manifest.
    pub fn read(bytes: &[u8]) -> Result<Manifest, ManifestError> {
        #[derive(Deserialize)]
        struct Named {
            schema: String,
        }
        let damaged = |error: serde_json::Error| ManifestError::Damaged(error.to_string());
        let named: Named = serde_json::from_slice(bytes).map_err(damaged)?;
        if named.schema != SCHEMA {
            return Err(ManifestError::Other(named.schema));
        }
        serde_json::from_slice(bytes).map_err(damaged)
    }
}
