//! Reads Amazon CloudWatch: alarms.

use super::convert::{tags, time};
use super::{Collector, Cx};
use crate::model::cloudwatch::{Alarm, AlarmMetric};
use crate::model::{Facet, Scope};
use aws_sdk_cloudwatch::types as sdk;

pub(super) static COLLECTORS: &[Collector] = &[Collector {
    gives: &["cloudwatch.alarm"],
    scope: Scope::Regional,
    run: |cx| Box::pin(alarms(cx)),
}];

async fn alarms(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "cloudwatch:DescribeAlarms",
            None,
            |token| {
                clients
                    .cloudwatch()
                    .describe_alarms()
                    // Without it, AWS tells no composite alarms.
                    .alarm_types(sdk::AlarmType::MetricAlarm)
                    .alarm_types(sdk::AlarmType::CompositeAlarm)
                    .max_records(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                let metric = page.metric_alarms.unwrap_or_default();
                let composite = page.composite_alarms.unwrap_or_default();
                let metric = metric.into_iter().map(metric_alarm);
                let composite = composite.into_iter().map(composite_alarm);
                for item in metric.chain(composite) {
                    let item = cx.named("cloudwatch.alarm", "cloudwatch:DescribeAlarms", item);
                    let Some((arn, facts)) = item else { continue };
                    let name = arn.clone();
                    cx.part("cloudwatch.alarm", &name, |task| alarm(task, arn, facts));
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["cloudwatch.alarm"], &result);
}

async fn alarm(cx: Cx, arn: String, facts: Alarm) {
    let clients = cx.clients();
    let client = clients.cloudwatch();
    let alarm_tags = cx
        .facet(
            "cloudwatch:ListTagsForResource",
            &arn,
            || client.list_tags_for_resource().resource_arn(&arn).send(),
            |reply| {
                let list = reply.tags.unwrap_or_default();
                Ok(tags(list.into_iter().map(|tag| (tag.key, tag.value))))
            },
        )
        .await;
    let mut meta = cx.meta(arn, facts.alarm_name.clone(), alarm_tags);
    if by_scaling_policy(&facts) {
        meta.managed_by = "autoscaling".into();
    }
    cx.emit(meta, facts);
}

/// Target tracking makes, changes and deletes its own alarms; AWS asks to leave them alone.
fn by_scaling_policy(alarm: &Alarm) -> bool {
    alarm.alarm_name.starts_with("TargetTracking-")
        && !alarm.alarm_actions.is_empty()
        && alarm
            .alarm_actions
            .iter()
            .all(|action| action.split(':').nth(2) == Some("autoscaling"))
}

fn sorted(actions: Option<Vec<String>>) -> Vec<String> {
    let mut actions = actions.unwrap_or_default();
    actions.sort();
    actions
}

fn metric_alarm(item: sdk::MetricAlarm) -> Option<(String, Alarm)> {
    let queries = item.metrics.unwrap_or_default();
    let mut metrics: Vec<AlarmMetric> = queries.into_iter().filter_map(query).collect();
    if let (Some(namespace), Some(metric_name)) = (item.namespace, item.metric_name) {
        metrics.push(AlarmMetric {
            namespace,
            metric_name,
            dimensions: dimensions(item.dimensions),
            account_id: None,
        });
    }
    metrics.sort();
    let facts = Alarm {
        alarm_name: item.alarm_name?,
        alarm_type: "MetricAlarm".to_owned(),
        metrics,
        alarm_rule: None,
        actions_enabled: item.actions_enabled.unwrap_or(false),
        alarm_actions: sorted(item.alarm_actions),
        ok_actions: sorted(item.ok_actions),
        insufficient_data_actions: sorted(item.insufficient_data_actions),
        state_value: item.state_value.map(|state| state.as_str().to_owned()),
        state_updated_timestamp: item.state_updated_timestamp.as_ref().and_then(time),
        comparison_operator: item.comparison_operator.map(|op| op.as_str().to_owned()),
        threshold: item.threshold,
        evaluation_periods: item.evaluation_periods.map(i64::from),
        treat_missing_data: item.treat_missing_data,
        unheard_topics: Facet::not_asked(),
    };
    Some((item.alarm_arn?, facts))
}

/// The metric of a query; none for an expression over other queries.
fn query(query: sdk::MetricDataQuery) -> Option<AlarmMetric> {
    let metric = query.metric_stat?.metric?;
    Some(AlarmMetric {
        namespace: metric.namespace?,
        metric_name: metric.metric_name?,
        dimensions: dimensions(metric.dimensions),
        account_id: query.account_id,
    })
}

fn dimensions(list: Option<Vec<sdk::Dimension>>) -> Vec<String> {
    let mut texts: Vec<String> = list
        .unwrap_or_default()
        .into_iter()
        .map(|dimension| {
            let name = dimension.name.unwrap_or_default();
            format!("{name}={}", dimension.value.unwrap_or_default())
        })
        .collect();
    texts.sort();
    texts
}

fn composite_alarm(item: sdk::CompositeAlarm) -> Option<(String, Alarm)> {
    let facts = Alarm {
        alarm_name: item.alarm_name?,
        alarm_type: "CompositeAlarm".to_owned(),
        metrics: Vec::new(),
        alarm_rule: item.alarm_rule,
        actions_enabled: item.actions_enabled.unwrap_or(false),
        alarm_actions: sorted(item.alarm_actions),
        ok_actions: sorted(item.ok_actions),
        insufficient_data_actions: sorted(item.insufficient_data_actions),
        state_value: item.state_value.map(|state| state.as_str().to_owned()),
        state_updated_timestamp: item.state_updated_timestamp.as_ref().and_then(time),
        comparison_operator: None,
        threshold: None,
        evaluation_periods: None,
        treat_missing_data: None,
        unheard_topics: Facet::not_asked(),
    };
    Some((item.alarm_arn?, facts))
}
