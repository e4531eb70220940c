//! IAM Access Analyzer: the analyzers of each Region.

use super::{Facet, Kind, KindInfo, Read, Scope, Service, Tags};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "accessanalyzer",
    kinds: &[KindInfo::of::<Region>()],
    reads: &[Read {
        operation: "accessanalyzer:ListAnalyzers",
        actions: &["access-analyzer:ListAnalyzers"],
        gives: &[
            "accessanalyzer.region.analyzers",
            "accessanalyzer.region.management_analyzers",
            "accessanalyzer.region.delegated_analyzers",
        ],
        needs: &["accessanalyzer.region"],
        scope: Scope::Regional,
    }],
};

/// The facts that no account's own list gives, but that of its organization's administrators: read
/// in a run over the organization.
pub const ORGANIZATION_WIDE: [&str; 2] = [
    "accessanalyzer.region.management_analyzers",
    "accessanalyzer.region.delegated_analyzers",
];

/// IAM Access Analyzer in one Region. There is one for every Region that was audited, whether
/// it has an analyzer or not.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// The account's analyzers, sorted by name (`accessanalyzer:ListAnalyzers`); empty when
    /// none. An analyzer of the whole organization is listed only in the account that made it.
    pub analyzers: Facet<Vec<Analyzer>>,
    /// The analyzers of the whole organization that its management account made in this Region,
    /// sorted by name: they cover this account, too (`accessanalyzer:ListAnalyzers` in that
    /// account, in a run over the organization). Empty where an account was read without its
    /// organization.
    pub management_analyzers: Facet<Vec<Analyzer>>,
    /// Those that a delegated administrator of the service made: as `management_analyzers`.
    pub delegated_analyzers: Facet<Vec<Analyzer>>,
}

impl Kind for Region {
    const NAME: &'static str = "accessanalyzer.region";
}

/// An analyzer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Analyzer {
    /// The analyzer's name.
    pub name: String,
    /// What it looks for and where: `ACCOUNT` and `ORGANIZATION` find access from outside,
    /// `ACCOUNT_UNUSED_ACCESS` and `ORGANIZATION_UNUSED_ACCESS` find permissions that nobody
    /// uses, `ACCOUNT_INTERNAL_ACCESS` and `ORGANIZATION_INTERNAL_ACCESS` access from inside.
    #[serde(rename = "type")]
    pub kind: String,
    /// `ACTIVE`, `CREATING`, `DISABLED` or `FAILED`.
    pub status: String,
    /// Why the status is what it is; `null` when AWS gives no reason.
    pub status_reason: Option<String>,
    /// When it last looked at a resource; `null`: never yet.
    pub last_resource_analyzed_at: Option<DateTime<Utc>>,
    /// The analyzer's tags.
    pub tags: Tags,
}
