//! Flow logs.

use crate::model::Kind;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A flow log (`ec2:DescribeFlowLogs`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FlowLog {
    /// What it watches: a VPC, a subnet, a network interface or a transit gateway, by id.
    pub resource_id: Option<String>,
    /// `ACTIVE`; AWS has no other.
    pub flow_log_status: Option<String>,
    /// `ACCEPT`, `REJECT` or `ALL`; `null` for a transit gateway, whose flow logs have all.
    pub traffic_type: Option<String>,
    /// `SUCCESS` or `FAILED`; `null` before the first delivery.
    pub deliver_logs_status: Option<String>,
    /// What keeps the records from being delivered: `Rate limited`, `Access error`,
    /// `Unknown error`; `null` when nothing does.
    pub deliver_logs_error_message: Option<String>,
    /// `cloud-watch-logs`, `s3` or `kinesis-data-firehose`.
    pub log_destination_type: Option<String>,
    /// The destination's ARN; may be `null` for a log group.
    pub log_destination: Option<String>,
    /// The log group's name; `null` for another destination.
    pub log_group_name: Option<String>,
    /// The longest time, in seconds, that is put together into one record: 60 or 600.
    pub max_aggregation_interval: Option<i64>,
    /// The fields of a record.
    pub log_format: Option<String>,
    /// When it was made.
    pub creation_time: Option<DateTime<Utc>>,
}

impl Kind for FlowLog {
    const NAME: &'static str = "ec2.flow_log";
}

/// A flow log, as what it watches sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct CoveringFlowLog {
    /// The flow log's id.
    pub flow_log_id: String,
    /// What it was made for: a VPC or a subnet, by id.
    pub resource_id: String,
    /// `ACTIVE`; AWS has no other.
    pub flow_log_status: Option<String>,
    /// `ACCEPT`, `REJECT` or `ALL`.
    pub traffic_type: Option<String>,
    /// `SUCCESS` or `FAILED`; `null` before the first delivery.
    pub deliver_logs_status: Option<String>,
    /// `cloud-watch-logs`, `s3` or `kinesis-data-firehose`.
    pub log_destination_type: Option<String>,
}
