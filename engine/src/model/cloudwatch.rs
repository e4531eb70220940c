//! Amazon CloudWatch: alarms.

use super::{Facet, Kind, KindInfo, Read, Scope, Service};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "cloudwatch",
    kinds: &[KindInfo::of::<Alarm>()],
    reads: &[
        Read {
            operation: "cloudwatch:DescribeAlarms",
            actions: &["cloudwatch:DescribeAlarms"],
            gives: &["cloudwatch.alarm"],
            needs: &[],
            scope: Scope::Regional,
        },
        Read {
            operation: "cloudwatch:ListTagsForResource",
            actions: &["cloudwatch:ListTagsForResource"],
            gives: &["cloudwatch.alarm.tags"],
            needs: &["cloudwatch.alarm"],
            scope: Scope::Regional,
        },
    ],
};

/// An alarm on metrics, or on other alarms (`cloudwatch:DescribeAlarms`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Alarm {
    /// The alarm's name.
    pub alarm_name: String,
    /// `MetricAlarm`, or `CompositeAlarm` for one on other alarms.
    pub alarm_type: String,
    /// The metrics that it watches; empty for a composite alarm, and for one that asks with a
    /// query.
    pub metrics: Vec<AlarmMetric>,
    /// The rule over other alarms, such as `ALARM(a) OR ALARM(b)`; `null` for a metric alarm.
    pub alarm_rule: Option<String>,
    /// Whether its actions are carried out at all.
    pub actions_enabled: bool,
    /// What is done when it goes to `ALARM`: the ARNs of topics, functions and other actions.
    pub alarm_actions: Vec<String>,
    /// What is done when it goes back to `OK`.
    pub ok_actions: Vec<String>,
    /// What is done when it has no data.
    pub insufficient_data_actions: Vec<String>,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub state_value: Option<String>,
    /// Since when it is in this state.
    pub state_updated_timestamp: Option<DateTime<Utc>>,
    /// How the metric is compared with the threshold, such as
    /// `GreaterThanOrEqualToThreshold`; `null` for a composite alarm.
    pub comparison_operator: Option<String>,
    /// The threshold; `null` for a composite alarm or one on an anomaly.
    pub threshold: Option<f64>,
    /// Over how many periods it looks; `null` for a composite alarm.
    pub evaluation_periods: Option<i64>,
    /// What missing data counts as: `breaching`, `notBreaching`, `ignore` or `missing`; `null`
    /// is `missing`.
    pub treat_missing_data: Option<String>,
    /// The SNS topics of this account among `alarm_actions` that have no confirmed
    /// subscription: nobody hears them. Derived.
    pub unheard_topics: Facet<Vec<String>>,
}

impl Kind for Alarm {
    const NAME: &'static str = "cloudwatch.alarm";
}

/// A metric that an alarm watches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct AlarmMetric {
    /// The metric's namespace.
    pub namespace: String,
    /// The metric's name.
    pub metric_name: String,
    /// The dimensions that pick one series of the metric, as `name=value`.
    pub dimensions: Vec<String>,
    /// The account that the metric is in; `null`: this one.
    pub account_id: Option<String>,
}
