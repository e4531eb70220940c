//! AWS CloudTrail: trails, event data stores, and what they record of the account.

mod account;
mod selectors;

pub use account::{Account, TrailFilter};
pub use selectors::{DataSelector, EventSelectors, ManagementSelector};

use super::{Facet, Kind, KindInfo, Read, Scope, Service};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "cloudtrail",
    kinds: &[
        KindInfo::of::<Account>(),
        KindInfo::of::<EventDataStore>(),
        KindInfo::of::<Trail>(),
    ],
    reads: &[
        regional(
            "cloudtrail:DescribeTrails",
            &["cloudtrail:DescribeTrails"],
            &["cloudtrail.trail"],
            &[],
        ),
        regional(
            "cloudtrail:GetTrailStatus",
            &["cloudtrail:GetTrailStatus"],
            &["cloudtrail.trail.status"],
            &["cloudtrail.trail"],
        ),
        regional(
            "cloudtrail:GetEventSelectors",
            &["cloudtrail:GetEventSelectors"],
            &["cloudtrail.trail.event_selectors"],
            &["cloudtrail.trail"],
        ),
        regional(
            "cloudtrail:GetInsightSelectors",
            &["cloudtrail:GetInsightSelectors"],
            &["cloudtrail.trail.insight_selectors"],
            &["cloudtrail.trail"],
        ),
        regional(
            "cloudtrail:ListTags",
            &["cloudtrail:ListTags"],
            &["cloudtrail.trail.tags"],
            &["cloudtrail.trail"],
        ),
        regional(
            "cloudtrail:ListEventDataStores",
            &["cloudtrail:ListEventDataStores"],
            &["cloudtrail.event_data_store"],
            &[],
        ),
        regional(
            "cloudtrail:GetEventDataStore",
            &["cloudtrail:GetEventDataStore"],
            &["cloudtrail.event_data_store.details"],
            &["cloudtrail.event_data_store"],
        ),
    ],
};

const fn regional(
    operation: &'static str,
    actions: &'static [&'static str],
    gives: &'static [&'static str],
    needs: &'static [&'static str],
) -> Read {
    Read {
        operation,
        actions,
        gives,
        needs,
        scope: Scope::Regional,
    }
}

/// A trail (`cloudtrail:DescribeTrails`, shadow trails included). A multi-Region trail is told
/// in every Region, and an organization's trail in every account: it is here once for each
/// account, in its home Region.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Trail {
    /// The trail's name.
    pub name: String,
    /// The account that owns the trail, from its ARN. An organization's trail belongs to the
    /// management account; the member accounts see it and cannot change it.
    pub owner_account: String,
    /// The Region in which the trail was made and can be changed.
    pub home_region: String,
    /// Whether it records the events of every Region.
    pub is_multi_region_trail: bool,
    /// Whether it records the events of every account of the organization.
    pub is_organization_trail: bool,
    /// Whether it records the events of global services such as IAM.
    pub include_global_service_events: bool,
    /// Whether signed digest files tell when a log file was changed or removed.
    pub log_file_validation_enabled: bool,
    /// The bucket that receives the log files.
    pub s3_bucket_name: String,
    /// The prefix of the log files' keys; `null` when none.
    pub s3_key_prefix: Option<String>,
    /// The topic that is told of each log file; `null` when none.
    pub sns_topic_arn: Option<String>,
    /// The log group of CloudWatch Logs that receives the events; `null` when none.
    pub cloud_watch_logs_log_group_arn: Option<String>,
    /// The role by which the events are written to the log group; `null` when none.
    pub cloud_watch_logs_role_arn: Option<String>,
    /// The ARN of the KMS key that encrypts the log files; `null`: they are encrypted with
    /// Amazon S3's own keys.
    pub kms_key_id: Option<String>,
    /// Whether it logs, and how its deliveries go (`cloudtrail:GetTrailStatus`).
    pub status: Facet<TrailStatus>,
    /// What it records (`cloudtrail:GetEventSelectors`), basic and advanced selectors in one
    /// form.
    pub event_selectors: Facet<EventSelectors>,
    /// What CloudTrail Insights looks for (`cloudtrail:GetInsightSelectors`); empty when
    /// Insights is off.
    pub insight_selectors: Facet<Vec<InsightSelector>>,
}

impl Kind for Trail {
    const NAME: &'static str = "cloudtrail.trail";
}

/// Whether a trail logs, and how its deliveries go.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TrailStatus {
    /// Whether it logs now.
    pub is_logging: bool,
    /// When logging was last started.
    pub start_logging_time: Option<DateTime<Utc>>,
    /// When logging was last stopped.
    pub stop_logging_time: Option<DateTime<Utc>>,
    /// When log files were last delivered to the bucket; `null`: never.
    pub latest_delivery_time: Option<DateTime<Utc>>,
    /// The error of Amazon S3 at the last delivery; `null` when none.
    pub latest_delivery_error: Option<String>,
    /// When a digest file was last delivered to the bucket; `null`: never.
    pub latest_digest_delivery_time: Option<DateTime<Utc>>,
    /// The error of Amazon S3 at the last delivery of a digest file; `null` when none.
    pub latest_digest_delivery_error: Option<String>,
    /// When events were last delivered to the log group; `null`: never.
    pub latest_cloud_watch_logs_delivery_time: Option<DateTime<Utc>>,
    /// The error of CloudWatch Logs at the last delivery; `null` when none.
    pub latest_cloud_watch_logs_delivery_error: Option<String>,
    /// When the topic was last told of a log file; `null`: never.
    pub latest_notification_time: Option<DateTime<Utc>>,
    /// The error of Amazon SNS at the last notification; `null` when none.
    pub latest_notification_error: Option<String>,
}

/// A sort of unusual activity that CloudTrail Insights looks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct InsightSelector {
    /// `ApiCallRateInsight` or `ApiErrorRateInsight`.
    pub insight_type: String,
    /// `Management` or `Data`; empty means management events.
    pub event_categories: Vec<String>,
}

/// An event data store of CloudTrail Lake (`cloudtrail:ListEventDataStores`, which tells no
/// more than the name).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct EventDataStore {
    /// The store's name.
    pub name: String,
    /// Its settings (`cloudtrail:GetEventDataStore`).
    pub details: Facet<EventDataStoreDetails>,
}

impl Kind for EventDataStore {
    const NAME: &'static str = "cloudtrail.event_data_store";
}

/// The settings of an event data store.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct EventDataStoreDetails {
    /// `CREATED`, `ENABLED`, `STARTING_INGESTION`, `STOPPING_INGESTION`, `STOPPED_INGESTION` or
    /// `PENDING_DELETION`.
    pub status: Option<String>,
    /// Whether it takes the events of every Region.
    pub multi_region_enabled: Option<bool>,
    /// Whether it takes the events of every account of the organization.
    pub organization_enabled: Option<bool>,
    /// How long events are kept, in days.
    pub retention_period: Option<i64>,
    /// Whether it cannot be deleted until this is switched off.
    pub termination_protection_enabled: Option<bool>,
    /// The ARN of the KMS key that encrypts the events; `null`: a key that AWS owns.
    pub kms_key_id: Option<String>,
    /// When it was made.
    pub created_timestamp: Option<DateTime<Utc>>,
}
