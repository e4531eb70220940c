//! Amazon GuardDuty: the detector of each Region and what it watches.

use super::{Facet, Kind, KindInfo, Read, Scope, Service};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "guardduty",
    kinds: &[KindInfo::of::<Region>()],
    reads: &[
        Read {
            operation: "guardduty:ListDetectors",
            actions: &["guardduty:ListDetectors"],
            gives: &["guardduty.region.detectors"],
            needs: &["guardduty.region"],
            scope: Scope::Regional,
        },
        Read {
            operation: "guardduty:GetDetector",
            actions: &["guardduty:GetDetector"],
            gives: &["guardduty.region.detectors"],
            needs: &["guardduty.region.detectors"],
            scope: Scope::Regional,
        },
    ],
};

/// GuardDuty in one Region. There is one for every Region that was audited, whether GuardDuty
/// is on there or not.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// The detector, of which a Region has one at most (`guardduty:ListDetectors`,
    /// `guardduty:GetDetector`); empty when GuardDuty was never switched on.
    pub detectors: Facet<Vec<Detector>>,
}

impl Kind for Region {
    const NAME: &'static str = "guardduty.region";
}

/// A detector.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Detector {
    /// The detector's id.
    pub detector_id: String,
    /// `ENABLED`, or `DISABLED` when GuardDuty is suspended.
    pub status: Option<String>,
    /// How often an updated finding is sent on: `FIFTEEN_MINUTES`, `ONE_HOUR` or `SIX_HOURS`.
    /// New findings are sent within five minutes whatever is set.
    pub finding_publishing_frequency: Option<String>,
    /// What it watches, sorted by name. A protection that GuardDuty does not offer in the
    /// Region is not listed.
    pub features: Vec<Feature>,
}

/// A source or protection of GuardDuty.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Feature {
    /// `CLOUD_TRAIL`, `DNS_LOGS`, `FLOW_LOGS`, `S3_DATA_EVENTS`, `EKS_AUDIT_LOGS`,
    /// `EBS_MALWARE_PROTECTION`, `RDS_LOGIN_EVENTS`, `LAMBDA_NETWORK_LOGS`,
    /// `RUNTIME_MONITORING`, `EKS_RUNTIME_MONITORING` and what AWS adds.
    pub name: String,
    /// `ENABLED` or `DISABLED`.
    pub status: Option<String>,
    /// What can be set apart in it, sorted by name.
    pub additional_configuration: Vec<AdditionalConfiguration>,
}

/// A part of a feature.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AdditionalConfiguration {
    /// `EKS_ADDON_MANAGEMENT`, `ECS_FARGATE_AGENT_MANAGEMENT`, `EC2_AGENT_MANAGEMENT` and what
    /// AWS adds: whether GuardDuty installs and updates its agent there by itself.
    pub name: String,
    /// `ENABLED` or `DISABLED`.
    pub status: Option<String>,
}
