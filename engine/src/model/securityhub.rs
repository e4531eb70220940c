//! AWS Security Hub CSPM: the hub of each Region and its standards.

use super::{Facet, Kind, KindInfo, Read, Scope, Service};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "securityhub",
    kinds: &[KindInfo::of::<Region>()],
    reads: &[
        Read {
            operation: "securityhub:DescribeHub",
            actions: &["securityhub:DescribeHub"],
            gives: &["securityhub.region.hub"],
            needs: &["securityhub.region"],
            scope: Scope::Regional,
        },
        Read {
            operation: "securityhub:GetEnabledStandards",
            actions: &["securityhub:GetEnabledStandards"],
            gives: &["securityhub.region.enabled_standards"],
            needs: &["securityhub.region"],
            scope: Scope::Regional,
        },
    ],
};

/// Security Hub CSPM in one Region. There is one for every Region that was audited, whether
/// Security Hub CSPM is on there or not.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// The hub (`securityhub:DescribeHub`); `null` when Security Hub CSPM is off.
    pub hub: Facet<Option<Hub>>,
    /// The standards that are switched on, sorted by ARN (`securityhub:GetEnabledStandards`);
    /// empty when Security Hub CSPM is off.
    pub enabled_standards: Facet<Vec<EnabledStandard>>,
}

impl Kind for Region {
    const NAME: &'static str = "securityhub.region";
}

/// The hub of a Region.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Hub {
    /// The hub's ARN.
    pub hub_arn: Option<String>,
    /// When Security Hub CSPM was switched on, as AWS writes it.
    pub subscribed_at: Option<String>,
    /// Whether controls that AWS adds to a standard are switched on by themselves.
    pub auto_enable_controls: Option<bool>,
    /// `SECURITY_CONTROL`: one finding for a control whatever the number of standards;
    /// `STANDARD_CONTROL`: one for each standard.
    pub control_finding_generator: Option<String>,
}

/// A standard that is switched on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct EnabledStandard {
    /// The standard's ARN.
    pub standards_arn: String,
    /// `READY`, `PENDING`, `INCOMPLETE` (some controls could not be switched on), `DELETING`
    /// or `FAILED`.
    pub standards_status: Option<String>,
    /// Why the status is what it is, such as `NO_AVAILABLE_CONFIGURATION_RECORDER`; `null`
    /// when AWS gives no reason.
    pub status_reason_code: Option<String>,
}
