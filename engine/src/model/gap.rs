//! What could not be read, and why.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The stable name of a gap: a hash of what was asked, where, and why it failed.
pub type GapId = Arc<str>;

/// The code of a gap whose call was never made, or not waited for, because the run was stopped.
pub const INTERRUPTED: &str = "Interrupted";

/// The codes by which AWS says that the caller's session has expired. Those of EC2 are its own.
pub const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "RequestExpired"];

/// Why a read gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// AWS refused: a permission, a policy or an opt-in is missing.
    Denied,
    /// AWS kept throttling until the retries ran out.
    Throttled,
    /// The operation or the service does not exist in this Region or at this endpoint.
    Unsupported,
    /// The service is switched off in this account and Region.
    Disabled,
    /// Anything else: a fault, a timeout, a reply that could not be understood.
    Failed,
    /// The snapshot does not hold it: whoever collected did not ask.
    NotCollected,
}

impl Reason {
    /// The word used in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Reason::Denied => "denied",
            Reason::Throttled => "throttled",
            Reason::Unsupported => "unsupported",
            Reason::Disabled => "disabled",
            Reason::Failed => "failed",
            Reason::NotCollected => "not_collected",
        }
    }
}

/// A read that gave nothing: verdicts that hang on it are *not assessed*.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The gap's stable name.
    pub id: GapId,
    /// The account that was read.
    pub account: Arc<str>,
    /// The Region that was asked, or `global`.
    pub region: Arc<str>,
    /// The API operation, `service:Operation`.
    pub operation: Arc<str>,
    /// The IAM actions that the operation needs.
    pub actions: Vec<Arc<str>>,
    /// Why it gave nothing.
    pub reason: Reason,
    /// The resource that was asked about; `null` for a list.
    pub resource: Option<Arc<str>>,
    /// AWS's error code, as it was sent.
    pub code: Option<String>,
    /// AWS's own message, or what went wrong on the way.
    pub message: String,
}

impl Gap {
    /// The id of a gap: 16 hex digits over everything that names it, but not over the
    /// message, which may hold a request id.
    pub fn id_of(
        account: &str,
        region: &str,
        operation: &str,
        resource: Option<&str>,
        reason: Reason,
    ) -> GapId {
        let mut hash = Sha256::new();
        for part in [
            account,
            region,
            operation,
            resource.unwrap_or(""),
            reason.word(),
        ] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let digest = hash.finalize();
        digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
            .into()
    }
}
