//! AWS Config: what is recorded in each Region, and where it is delivered.

use super::{Facet, Kind, KindInfo, Read, Scope, Service};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "config",
    kinds: &[KindInfo::of::<Region>()],
    reads: &[
        Read {
            operation: "config:DescribeConfigurationRecorders",
            actions: &["config:DescribeConfigurationRecorders"],
            gives: &["config.region.recorders"],
            needs: &["config.region"],
            scope: Scope::Regional,
        },
        Read {
            operation: "config:DescribeConfigurationRecorderStatus",
            actions: &["config:DescribeConfigurationRecorderStatus"],
            gives: &["config.region.recorder_statuses"],
            needs: &["config.region"],
            scope: Scope::Regional,
        },
        Read {
            operation: "config:DescribeDeliveryChannels",
            actions: &["config:DescribeDeliveryChannels"],
            gives: &["config.region.delivery_channels"],
            needs: &["config.region"],
            scope: Scope::Regional,
        },
        Read {
            operation: "config:DescribeDeliveryChannelStatus",
            actions: &["config:DescribeDeliveryChannelStatus"],
            gives: &["config.region.delivery_channel_statuses"],
            needs: &["config.region"],
            scope: Scope::Regional,
        },
    ],
};

/// AWS Config in one Region. There is one for every Region that was audited, whether AWS
/// Config is set up there or not.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// The customer's recorder, of which a Region has one at most
    /// (`config:DescribeConfigurationRecorders`); empty when none. Recorders that AWS services
    /// run for themselves are not listed.
    pub recorders: Facet<Vec<Recorder>>,
    /// How the recorders do, by name (`config:DescribeConfigurationRecorderStatus`).
    pub recorder_statuses: Facet<Vec<RecorderStatus>>,
    /// Where the records go (`config:DescribeDeliveryChannels`); empty when nowhere.
    pub delivery_channels: Facet<Vec<DeliveryChannel>>,
    /// How the deliveries go, by name (`config:DescribeDeliveryChannelStatus`).
    pub delivery_channel_statuses: Facet<Vec<DeliveryChannelStatus>>,
    /// The Regions of the account, among those that were audited, whose running recorder
    /// records IAM users, groups, roles and customer managed policies: one is enough for the
    /// account. Sorted. Derived.
    pub global_resources_recorded_in: Facet<Vec<String>>,
}

impl Kind for Region {
    const NAME: &'static str = "config.region";
}

/// A configuration recorder.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Recorder {
    /// The recorder's name.
    pub name: String,
    /// The IAM role that AWS Config uses.
    pub role_arn: Option<String>,
    /// What it records.
    pub recording_group: Option<RecordingGroup>,
    /// `CONTINUOUS` or `DAILY`, unless a resource type is told otherwise; `null` when not set,
    /// which is continuous.
    pub recording_frequency: Option<String>,
}

/// What a recorder records.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RecordingGroup {
    /// Whether it records all resource types that AWS Config supports, now and later. The
    /// global IAM types are apart: see `include_global_resource_types`.
    pub all_supported: bool,
    /// Whether IAM users, groups, roles and customer managed policies are recorded too.
    pub include_global_resource_types: bool,
    /// The types that are recorded, when they are named one by one; sorted.
    pub resource_types: Vec<String>,
    /// The types that are left out, when all but these are recorded; sorted.
    pub excluded_resource_types: Vec<String>,
    /// `ALL_SUPPORTED_RESOURCE_TYPES`, `INCLUSION_BY_RESOURCE_TYPES` or
    /// `EXCLUSION_BY_RESOURCE_TYPES`; `null` from recorders older than the choice.
    pub recording_strategy: Option<String>,
}

/// How a recorder does.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RecorderStatus {
    /// The recorder's name.
    pub name: String,
    /// Whether it is recording.
    pub recording: bool,
    /// How the last record went: `Success`, `Failure`, `Pending` or `NotApplicable`.
    pub last_status: Option<String>,
    /// The code of the last error; `null` when none.
    pub last_error_code: Option<String>,
    /// When it was last started.
    pub last_start_time: Option<DateTime<Utc>>,
    /// When it was last stopped; `null`: never.
    pub last_stop_time: Option<DateTime<Utc>>,
    /// When `last_status` last changed.
    pub last_status_change_time: Option<DateTime<Utc>>,
}

/// Where records are delivered.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryChannel {
    /// The channel's name.
    pub name: String,
    /// The bucket that receives snapshots and history.
    pub s3_bucket_name: Option<String>,
    /// The prefix of their keys; `null` when none.
    pub s3_key_prefix: Option<String>,
    /// The KMS key that the files are encrypted with; `null`: the bucket's default.
    pub s3_kms_key_arn: Option<String>,
    /// The topic that is told of changes; `null` when none.
    pub sns_topic_arn: Option<String>,
    /// How often snapshots are delivered, such as `TwentyFour_Hours`; `null`: never by itself.
    pub delivery_frequency: Option<String>,
}

/// How the deliveries of a channel go.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryChannelStatus {
    /// The channel's name.
    pub name: String,
    /// The history files; `null` when none was due yet.
    pub history: Option<Delivery>,
    /// The snapshots; `null` when none was asked for.
    pub snapshot: Option<Delivery>,
    /// The notifications to the topic; `null` when none was sent.
    pub stream: Option<Delivery>,
}

/// The last delivery of one sort.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Delivery {
    /// `Success`, `Failure` or `Not_Applicable`; `null` when there was none.
    pub last_status: Option<String>,
    /// The code of the last error; `null` when none.
    pub last_error_code: Option<String>,
}
