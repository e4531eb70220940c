//! Reads Amazon CloudWatch Logs: log groups, metric filters and resource policies.

use super::convert::{policy, tags};
use super::{Collector, Cx};
use crate::model::logs::{LogGroup, MetricFilter, MetricTransformation, ResourcePolicy};
use crate::model::{Facet, Scope};
use aws_sdk_cloudwatchlogs::types as sdk;
use chrono::{DateTime, Utc};

pub(super) static COLLECTORS: &[Collector] = &[
    Collector {
        gives: &["logs.log_group"],
        scope: Scope::Regional,
        run: |cx| Box::pin(log_groups(cx)),
    },
    Collector {
        gives: &["logs.metric_filter"],
        scope: Scope::Regional,
        run: |cx| Box::pin(metric_filters(cx)),
    },
    Collector {
        gives: &["logs.resource_policy"],
        scope: Scope::Regional,
        run: |cx| Box::pin(resource_policies(cx)),
    },
];

/// A moment as CloudWatch Logs tells it: milliseconds since 1970.
fn moment(milliseconds: Option<i64>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(milliseconds?)
}

async fn log_groups(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "logs:DescribeLogGroups",
            None,
            |token| {
                clients
                    .logs()
                    .describe_log_groups()
                    .limit(50)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for item in page.log_groups.unwrap_or_default() {
                    let name = item.log_group_name.clone().unwrap_or_default();
                    cx.part("logs.log_group", &name, |task| log_group(task, item));
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["logs.log_group"], &result);
}

async fn log_group(cx: Cx, item: sdk::LogGroup) {
    let Some(name) = cx.named(
        "logs.log_group",
        "logs:DescribeLogGroups",
        item.log_group_name,
    ) else {
        return;
    };
    // `arn` ends in `:*`; `log_group_arn`, which does not, is newer.
    let arn = item
        .log_group_arn
        .or_else(|| item.arn.map(|arn| arn.trim_end_matches(":*").to_owned()))
        .unwrap_or_else(|| cx.arn("logs", &format!("log-group:{name}")));
    let clients = cx.clients();
    let client = clients.logs();
    let group_tags = cx
        .facet(
            "logs:ListTagsForResource",
            &arn,
            || client.list_tags_for_resource().resource_arn(&arn).send(),
            |reply| Ok(tags(reply.tags.unwrap_or_default())),
        )
        .await;
    let inherited = item.inherited_properties.unwrap_or_default();
    let mut inherited_properties: Vec<String> = inherited
        .iter()
        .map(|property| property.as_str().to_owned())
        .collect();
    inherited_properties.sort();
    let facts = LogGroup {
        log_group_name: name.clone(),
        creation_time: moment(item.creation_time),
        retention_in_days: item.retention_in_days.map(i64::from),
        metric_filter_count: item.metric_filter_count.map(i64::from),
        stored_bytes: item.stored_bytes,
        kms_key_id: item.kms_key_id.filter(|key| !key.is_empty()),
        data_protection_status: item
            .data_protection_status
            .map(|status| status.as_str().to_owned()),
        inherited_properties,
        log_group_class: item.log_group_class.map(|class| class.as_str().to_owned()),
        deletion_protection_enabled: item.deletion_protection_enabled,
        log_destination_of: Facet::not_asked(),
    };
    cx.emit(cx.meta(arn, name, group_tags), facts);
}

async fn metric_filters(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "logs:DescribeMetricFilters",
            None,
            |token| {
                clients
                    .logs()
                    .describe_metric_filters()
                    .limit(50)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for item in page.metric_filters.unwrap_or_default() {
                    metric_filter(&cx, item);
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["logs.metric_filter"], &result);
}

fn metric_filter(cx: &Cx, item: sdk::MetricFilter) {
    let Some((name, group)) = cx.named(
        "logs.metric_filter",
        "logs:DescribeMetricFilters",
        item.filter_name.zip(item.log_group_name),
    ) else {
        return;
    };
    let transformations = item.metric_transformations.unwrap_or_default();
    let mut system_fields = item.emit_system_field_dimensions.unwrap_or_default();
    system_fields.sort();
    let facts = MetricFilter {
        filter_name: name.clone(),
        filter_pattern: item.filter_pattern.unwrap_or_default(),
        log_group_name: group.clone(),
        metric_transformations: transformations.into_iter().map(transformation).collect(),
        apply_on_transformed_logs: item.apply_on_transformed_logs,
        field_selection_criteria: item
            .field_selection_criteria
            .filter(|criteria| !criteria.trim().is_empty()),
        emit_system_field_dimensions: system_fields,
        creation_time: moment(item.creation_time),
    };
    // AWS gives filters no ARN; the name is unique within the log group.
    let arn = cx.arn("logs", &format!("log-group:{group}:metric-filter:{name}"));
    cx.emit(cx.meta(arn, name, Facet::Known(Default::default())), facts);
}

fn transformation(item: sdk::MetricTransformation) -> MetricTransformation {
    let mut dimensions: Vec<String> = item.dimensions.unwrap_or_default().into_keys().collect();
    dimensions.sort();
    MetricTransformation {
        metric_name: item.metric_name,
        metric_namespace: item.metric_namespace,
        metric_value: item.metric_value,
        dimensions,
    }
}

async fn resource_policies(cx: Cx) {
    let clients = cx.clients();
    let operation = "logs:DescribeResourcePolicies";
    let result = cx
        .pages(
            operation,
            None,
            |token| {
                clients
                    .logs()
                    .describe_resource_policies()
                    .limit(50)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for item in page.resource_policies.unwrap_or_default() {
                    let Some(name) = item.policy_name else {
                        continue;
                    };
                    let arn = cx.arn("logs", &format!("resource-policy:{name}"));
                    let document = policy(item.policy_document.as_deref().unwrap_or_default())
                        .map_err(|message| cx.malformed(operation, Some(&arn), message));
                    let facts = ResourcePolicy {
                        policy_name: name.clone(),
                        policy_document: document.into(),
                        last_updated_time: moment(item.last_updated_time),
                    };
                    cx.emit(cx.meta(arn, name, Facet::Known(Default::default())), facts);
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["logs.resource_policy"], &result);
}
