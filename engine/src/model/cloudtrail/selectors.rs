//! What a trail records: basic and advanced event selectors in one form.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a trail records. An event is recorded when any one selector takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventSelectors {
    /// Whether they were written as advanced event selectors.
    pub advanced: bool,
    /// What is recorded of management events; empty: none of them.
    pub management: Vec<ManagementSelector>,
    /// What is recorded of data events; empty: none of them.
    pub data: Vec<DataSelector>,
    /// The event sources whose network activity events are recorded.
    pub network_activity_sources: Vec<String>,
}

/// A selector of management events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManagementSelector {
    /// Whether it takes events that only read.
    pub read: bool,
    /// Whether it takes events that write.
    pub write: bool,
    /// The event sources that it leaves out, such as `kms.amazonaws.com`; `*` stands for any
    /// text at the beginning or end.
    pub excluded_sources: Vec<String>,
    /// The only event sources that it takes; empty: it takes them all.
    pub only_sources: Vec<String>,
    /// Further conditions, in words; empty when there are none.
    pub filters: Vec<String>,
}

impl ManagementSelector {
    /// Whether it leaves out nothing but, at most, all reads or all writes.
    pub fn unfiltered(&self) -> bool {
        self.excluded_sources.is_empty() && self.only_sources.is_empty() && self.filters.is_empty()
    }
}

/// A selector of data events, for one type of resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DataSelector {
    /// The type of resource, such as `AWS::S3::Object`.
    pub resource_type: String,
    /// Whether it takes events that only read.
    pub read: bool,
    /// Whether it takes events that write.
    pub write: bool,
    /// Whether it takes the events of every resource of this type.
    pub all_resources: bool,
    /// The resources whose events it takes, by ARN, `*` standing for any text at the beginning
    /// or end; empty when it takes all.
    pub resources: Vec<String>,
    /// The resources whose events it leaves out, in the same form.
    pub excluded_resources: Vec<String>,
    /// Further conditions, in words; empty when there are none.
    pub filters: Vec<String>,
}

impl DataSelector {
    /// Whether it leaves out nothing but, at most, all reads or all writes.
    pub fn unfiltered(&self) -> bool {
        self.all_resources && self.excluded_resources.is_empty() && self.filters.is_empty()
    }
}
