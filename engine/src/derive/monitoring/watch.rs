//! Which of the events that an account should watch raise an alarm that somebody hears.

use super::alarms::{Hearing, foreign_topics, is_heard};
use super::pattern::Pattern;
use super::samples::{TOPICS, Topic};
use super::{both, complete, complete_somewhere, either, joined, nothing_more, trails};
use crate::model::cloudtrail::{Account, Trail, TrailFilter};
use crate::model::cloudwatch::Alarm;
use crate::model::logs::MetricFilter;
use crate::model::{Facet, Gap, GapId, Kind, Meta, Reason, Snapshot};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was found of one account.
struct Watched {
    account: Arc<str>,
    filters: Facet<Vec<TrailFilter>>,
    /// By the facet of a topic, the events that are watched.
    topics: Vec<(&'static str, Facet<Vec<String>>)>,
    /// The gaps among them that no read has left.
    gaps: Vec<Gap>,
}

/// A metric filter on the log group of a trail.
struct Watcher {
    pattern: Result<Pattern, GapId>,
    /// Whether the log group receives all management events, and an alarm on the filter's
    /// metric is heard.
    works: Facet<bool>,
}

/// Fills in the facts of accounts about what is watched.
pub(super) fn of_accounts(snapshot: &mut Snapshot) {
    let found: Vec<Watched> = snapshot
        .of::<Account>()
        .map(|(meta, _)| of_account(snapshot, &meta.account))
        .collect();
    for watched in found {
        tell(snapshot, watched.gaps);
        for (meta, facts) in snapshot.of_mut::<Account>() {
            if meta.account != watched.account {
                continue;
            }
            facts.trail_filters = watched.filters.clone();
            for (name, events) in &watched.topics {
                if let Some(facet) = facet(facts, name) {
                    *facet = events.clone();
                }
            }
        }
    }
}

fn of_account(snapshot: &Snapshot, account: &Arc<str>) -> Watched {
    let hearing = Hearing::of(snapshot);
    // By Region and name, whether a log group receives all management events.
    let mut groups: BTreeMap<(&str, &str), Facet<bool>> = BTreeMap::new();
    for (_, trail) in trails::of(snapshot, account) {
        let Some((region, owner, name)) = trails::log_group(trail) else {
            continue;
        };
        let fed = trails::logs_management(trail);
        if owner == &**account && fed != Facet::Known(false) {
            let group = groups.entry((region, name)).or_insert(Facet::Known(false));
            *group = either(group.clone(), fed);
        }
    }
    let mut gaps = foreign_topics(snapshot, account);
    let mut watchers = Vec::new();
    let mut filters = Vec::new();
    // Whether there may be a watcher that was not seen.
    let mut unseen = nothing_more(complete_somewhere(snapshot, Trail::NAME, account));
    // Whether what is told of the filters is all that there is to tell.
    let mut untold = unseen.clone();
    for ((region, name), fed) in groups {
        let list = nothing_more(complete(snapshot, MetricFilter::NAME, account, region));
        let alarms = nothing_more(complete(snapshot, Alarm::NAME, account, region));
        untold = either(untold, either(list.clone(), alarms.clone()));
        unseen = either(unseen, both(fed.clone(), list));
        for (meta, filter) in snapshot.of::<MetricFilter>() {
            let here = meta.account == *account && *meta.region == *region;
            if !here || filter.log_group_name != name {
                continue;
            }
            let alarms_on = alarms_on(snapshot, meta, filter);
            let heard = heard(&hearing, filter, &alarms_on, alarms.clone());
            let pattern = Pattern::parse(&filter.filter_pattern).map_err(|message| {
                let gap = not_understood(meta, &message);
                let id = gap.id.clone();
                gaps.push(gap);
                id
            });
            filters.push(told(meta, filter, &alarms_on, heard.known().copied()));
            watchers.push(Watcher {
                pattern,
                works: both(fed.clone(), heard),
            });
        }
    }
    filters.sort();
    let topics: Vec<(&str, Facet<Vec<String>>)> = TOPICS
        .iter()
        .map(|topic| (topic.facet, events(topic, account, &watchers, &unseen)))
        .collect();
    // Only what some fact hangs on is worth telling.
    gaps.retain(|gap| {
        topics.iter().any(|(_, events)| match events {
            Facet::Unread(ids) => ids.contains(&gap.id),
            Facet::Known(_) => false,
        })
    });
    Watched {
        account: account.clone(),
        filters: match untold {
            Facet::Unread(gaps) => Facet::Unread(gaps),
            Facet::Known(_) => Facet::Known(filters),
        },
        topics,
        gaps,
    }
}

/// The alarms on the metric of a filter. Dimensions make a metric of their own, so an alarm on
/// the filter's metric has none, and a filter whose metric has dimensions feeds no such alarm.
fn alarms_on<'s>(
    snapshot: &'s Snapshot,
    meta: &Meta,
    filter: &MetricFilter,
) -> Vec<(&'s Meta, &'s Alarm)> {
    let fed: Vec<(&str, &str)> = filter
        .metric_transformations
        .iter()
        .filter(|t| t.dimensions.is_empty() && filter.emit_system_field_dimensions.is_empty())
        .map(|t| (t.metric_namespace.as_str(), t.metric_name.as_str()))
        .collect();
    snapshot
        .of::<Alarm>()
        .filter(|(other, _)| other.account == meta.account && other.region == meta.region)
        .filter(|(other, alarm)| {
            alarm.metrics.iter().any(|metric| {
                let own = metric
                    .account_id
                    .as_deref()
                    .is_none_or(|id| id == &*other.account);
                let name = (metric.namespace.as_str(), metric.metric_name.as_str());
                own && metric.dimensions.is_empty() && fed.contains(&name)
            })
        })
        .collect()
}

/// Whether a match of the filter is told to somebody. `unlisted` says whether there may be
/// alarms that were not read.
fn heard(
    hearing: &Hearing,
    filter: &MetricFilter,
    alarms: &[(&Meta, &Alarm)],
    unlisted: Facet<bool>,
) -> Facet<bool> {
    if filter.field_selection_criteria.is_some() {
        // It sees only some of the events: those of one Region or account.
        return Facet::Known(false);
    }
    let heard = alarms.iter().fold(unlisted, |heard, (meta, alarm)| {
        either(heard, is_heard(hearing, meta, alarm))
    });
    if filter.apply_on_transformed_logs {
        // What the transformer made of the events is not known.
        return both(Facet::not_asked(), heard);
    }
    heard
}

fn told(
    meta: &Meta,
    filter: &MetricFilter,
    alarms: &[(&Meta, &Alarm)],
    notified: Option<bool>,
) -> TrailFilter {
    let metrics = filter.metric_transformations.iter();
    let mut metrics: Vec<String> = metrics
        .map(|t| format!("{}/{}", t.metric_namespace, t.metric_name))
        .collect();
    metrics.sort();
    let mut alarms: Vec<String> = alarms
        .iter()
        .map(|(_, alarm)| alarm.alarm_name.clone())
        .collect();
    alarms.sort();
    TrailFilter {
        log_group: filter.log_group_name.clone(),
        region: meta.region.to_string(),
        filter: filter.filter_name.clone(),
        pattern: filter.filter_pattern.clone(),
        metrics,
        alarms,
        notified,
    }
}

/// The events of a topic that are watched; unread when one that is not proven to be may be.
fn events(
    topic: &Topic,
    account: &str,
    watchers: &[Watcher],
    unseen: &Facet<bool>,
) -> Facet<Vec<String>> {
    let mut watched = Vec::new();
    let mut lost = false;
    let mut gaps: Vec<GapId> = Vec::new();
    for event in topic.events {
        let variants = (topic.variants)(event, account);
        let mut sure = unseen.clone();
        for watcher in watchers {
            let matched = match &watcher.pattern {
                Ok(pattern) => Facet::Known(variants.iter().all(|v| pattern.matches(v))),
                Err(gap) => Facet::Unread(vec![gap.clone()]),
            };
            sure = either(sure, both(watcher.works.clone(), matched));
        }
        match sure {
            Facet::Known(true) => watched.push((*event).to_owned()),
            Facet::Known(false) => {}
            Facet::Unread(why) => {
                lost = true;
                gaps = joined(gaps, why);
            }
        }
    }
    if lost {
        Facet::Unread(gaps)
    } else {
        Facet::Known(watched)
    }
}

/// Writes down gaps, each once.
fn tell(snapshot: &mut Snapshot, gaps: Vec<Gap>) {
    if gaps.is_empty() {
        return;
    }
    snapshot.gaps.extend(gaps);
    snapshot.gaps.sort();
    snapshot.gaps.dedup_by(|a, b| a.id == b.id);
}

/// What is written down when a filter's pattern cannot be read.
fn not_understood(meta: &Meta, message: &str) -> Gap {
    let operation = "logs:DescribeMetricFilters";
    let arn = &meta.arn;
    Gap {
        id: Gap::id_of(
            &meta.account,
            &meta.region,
            operation,
            Some(arn),
            Reason::Failed,
        ),
        account: meta.account.clone(),
        region: meta.region.clone(),
        operation: operation.into(),
        actions: Vec::new(),
        reason: Reason::Failed,
        resource: Some(arn.clone()),
        code: None,
        message: format!("the filter's pattern was not understood: {message}"),
    }
}

/// The facet of this name.
fn facet<'a>(facts: &'a mut Account, name: &str) -> Option<&'a mut Facet<Vec<String>>> {
    Some(match name {
        "watched_bucket_policy_changes" => &mut facts.watched_bucket_policy_changes,
        "watched_config_changes" => &mut facts.watched_config_changes,
        "watched_gateway_changes" => &mut facts.watched_gateway_changes,
        "watched_iam_policy_changes" => &mut facts.watched_iam_policy_changes,
        "watched_kms_key_removals" => &mut facts.watched_kms_key_removals,
        "watched_network_acl_changes" => &mut facts.watched_network_acl_changes,
        "watched_organization_changes" => &mut facts.watched_organization_changes,
        "watched_root_use" => &mut facts.watched_root_use,
        "watched_route_table_changes" => &mut facts.watched_route_table_changes,
        "watched_security_group_changes" => &mut facts.watched_security_group_changes,
        "watched_sign_in_failures" => &mut facts.watched_sign_in_failures,
        "watched_sign_in_without_mfa" => &mut facts.watched_sign_in_without_mfa,
        "watched_trail_changes" => &mut facts.watched_trail_changes,
        "watched_unauthorized_calls" => &mut facts.watched_unauthorized_calls,
        "watched_vpc_changes" => &mut facts.watched_vpc_changes,
        _ => return None,
    })
}
