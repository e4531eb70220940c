//! Amazon CloudWatch Logs: log groups, metric filters and resource policies.

use super::policy::PolicyDocument;
use super::{Facet, Kind, KindInfo, Read, Scope, Service};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "logs",
    kinds: &[
        KindInfo::of::<LogGroup>(),
        KindInfo::of::<MetricFilter>(),
        KindInfo::of::<ResourcePolicy>(),
    ],
    reads: &[
        Read {
            operation: "logs:DescribeLogGroups",
            actions: &["logs:DescribeLogGroups"],
            gives: &["logs.log_group"],
            needs: &[],
            scope: Scope::Regional,
        },
        Read {
            operation: "logs:ListTagsForResource",
            actions: &["logs:ListTagsForResource"],
            gives: &["logs.log_group.tags"],
            needs: &["logs.log_group"],
            scope: Scope::Regional,
        },
        Read {
            operation: "logs:DescribeMetricFilters",
            actions: &["logs:DescribeMetricFilters"],
            gives: &["logs.metric_filter"],
            needs: &[],
            scope: Scope::Regional,
        },
        Read {
            operation: "logs:DescribeResourcePolicies",
            actions: &["logs:DescribeResourcePolicies"],
            gives: &[
                "logs.resource_policy",
                "logs.resource_policy.policy_document",
            ],
            needs: &[],
            scope: Scope::Regional,
        },
    ],
};

/// A log group (`logs:DescribeLogGroups`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LogGroup {
    /// The log group's name.
    pub log_group_name: String,
    /// When it was made.
    pub creation_time: Option<DateTime<Utc>>,
    /// How long events are kept, in days; `null`: for ever.
    pub retention_in_days: Option<i64>,
    /// How many metric filters are on it.
    pub metric_filter_count: Option<i64>,
    /// How much it holds, in bytes.
    pub stored_bytes: Option<i64>,
    /// The ARN of the KMS key that encrypts it; `null`: a key that AWS owns.
    pub kms_key_id: Option<String>,
    /// Whether sensitive data in it is found and masked: `ACTIVATED`, `DELETED`, `ARCHIVED` or
    /// `DISABLED`; `null`: it never had a data protection policy of its own.
    pub data_protection_status: Option<String>,
    /// What it has from the account's policies, such as `ACCOUNT_DATA_PROTECTION`.
    pub inherited_properties: Vec<String>,
    /// `STANDARD`, `INFREQUENT_ACCESS` or `DELIVERY` (kept for a day, whatever the retention).
    pub log_group_class: Option<String>,
    /// Whether it cannot be deleted until this is switched off; `null` where AWS does not tell.
    pub deletion_protection_enabled: Option<bool>,
    /// The trails that write their events here, by ARN. Derived.
    pub log_destination_of: Facet<Vec<String>>,
}

impl Kind for LogGroup {
    const NAME: &'static str = "logs.log_group";
}

/// A metric filter (`logs:DescribeMetricFilters`): a metric that counts the log events which
/// match a pattern.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MetricFilter {
    /// The filter's name.
    pub filter_name: String,
    /// The pattern; empty: it matches every event.
    pub filter_pattern: String,
    /// The log group that it is on.
    pub log_group_name: String,
    /// The metrics that it counts on.
    pub metric_transformations: Vec<MetricTransformation>,
    /// Whether it reads the events as a transformer left them, not as they came.
    pub apply_on_transformed_logs: bool,
    /// A condition on system fields, such as `@aws.region`, that an event must meet as well;
    /// `null` when none.
    pub field_selection_criteria: Option<String>,
    /// System fields that become dimensions of the metric.
    pub emit_system_field_dimensions: Vec<String>,
    /// When it was made.
    pub creation_time: Option<DateTime<Utc>>,
}

impl Kind for MetricFilter {
    const NAME: &'static str = "logs.metric_filter";
}

/// The metric that a filter counts on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MetricTransformation {
    /// The metric's name.
    pub metric_name: String,
    /// The metric's namespace.
    pub metric_namespace: String,
    /// What is added for each match: a number, or the name of a field that holds one.
    pub metric_value: String,
    /// The names of the metric's dimensions; with any, there is no metric without dimensions.
    pub dimensions: Vec<String>,
}

/// A resource policy of the account (`logs:DescribeResourcePolicies`): who else may write to
/// or read log groups.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ResourcePolicy {
    /// The policy's name.
    pub policy_name: String,
    /// The policy.
    pub policy_document: Facet<PolicyDocument>,
    /// When it was last changed.
    pub last_updated_time: Option<DateTime<Utc>>,
}

impl Kind for ResourcePolicy {
    const NAME: &'static str = "logs.resource_policy";
}
