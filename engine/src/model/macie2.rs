//! Amazon Macie: whether it is on in each Region, and whether it searches by itself.

use super::{Facet, Kind, KindInfo, Read, Scope, Service};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "macie2",
    kinds: &[KindInfo::of::<Region>()],
    reads: &[
        Read {
            operation: "macie2:GetMacieSession",
            actions: &["macie2:GetMacieSession"],
            gives: &["macie2.region.session"],
            needs: &["macie2.region"],
            scope: Scope::Regional,
        },
        Read {
            operation: "macie2:GetAutomatedDiscoveryConfiguration",
            actions: &["macie2:GetAutomatedDiscoveryConfiguration"],
            gives: &["macie2.region.automated_discovery"],
            needs: &["macie2.region"],
            scope: Scope::Regional,
        },
    ],
};

/// Macie in one Region. There is one for every Region that was audited, whether Macie is on
/// there or not.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// Macie's session (`macie2:GetMacieSession`); `null` when Macie is off.
    pub session: Facet<Option<Session>>,
    /// Automated sensitive data discovery (`macie2:GetAutomatedDiscoveryConfiguration`);
    /// `null` when Macie is off. Told to a standalone account and to the administrator of an
    /// organization, not to its members.
    pub automated_discovery: Facet<Option<AutomatedDiscovery>>,
    /// The names of the account's general purpose buckets in the Region, sorted. Derived.
    pub buckets: Facet<Vec<String>>,
}

impl Kind for Region {
    const NAME: &'static str = "macie2.region";
}

/// Macie's session.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    /// `ENABLED`, or `PAUSED` when Macie is suspended.
    pub status: Option<String>,
    /// How often an updated finding is sent on: `FIFTEEN_MINUTES`, `ONE_HOUR` or `SIX_HOURS`.
    pub finding_publishing_frequency: Option<String>,
}

/// Automated sensitive data discovery.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AutomatedDiscovery {
    /// `ENABLED` or `DISABLED`.
    pub status: Option<String>,
    /// Whether it is switched on for the organization's accounts: `ALL`, `NEW` or `NONE`;
    /// `null` outside an organization.
    pub auto_enable_organization_members: Option<String>,
}
