//! Which alarms somebody hears.

use super::{both, complete, either, nothing_more};
use crate::model::cloudwatch::Alarm;
use crate::model::sns::{Subscription, Topic};
use crate::model::{Facet, Gap, GapId, Kind, Meta, Reason, Snapshot};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Who hears which topic; looked up once, for there may be very many alarms.
pub(super) struct Hearing<'s> {
    snapshot: &'s Snapshot,
    /// By account, the topics that a confirmed subscription of the account hears.
    subscribed: BTreeSet<(&'s str, &'s str)>,
    /// By account, the topics of the account, with the number of their confirmed
    /// subscriptions.
    topics: BTreeMap<(&'s str, &'s str), &'s Facet<Option<i64>>>,
}

impl<'s> Hearing<'s> {
    pub(super) fn of(snapshot: &'s Snapshot) -> Hearing<'s> {
        Hearing {
            snapshot,
            subscribed: snapshot
                .of::<Subscription>()
                .filter(|(_, subscription)| subscription.confirmed)
                .map(|(meta, subscription)| (&*meta.account, subscription.topic_arn.as_str()))
                .collect(),
            topics: snapshot
                .of::<Topic>()
                .map(|(meta, topic)| ((&*meta.account, &*meta.arn), &topic.subscriptions_confirmed))
                .collect(),
        }
    }
}

/// Whether an alarm, or a composite alarm that fires with it, tells a confirmed subscriber.
pub(super) fn is_heard(hearing: &Hearing, meta: &Meta, alarm: &Alarm) -> Facet<bool> {
    let here = hearing
        .snapshot
        .of::<Alarm>()
        .filter(|(other, _)| other.account == meta.account && other.region == meta.region);
    let mut heard = own_actions_heard(hearing, meta, alarm);
    for (_, other) in here {
        let fires = other
            .alarm_rule
            .as_deref()
            .is_some_and(|rule| fires_with(rule, &alarm.alarm_name, &meta.arn));
        if fires {
            heard = either(heard, own_actions_heard(hearing, meta, other));
        }
    }
    heard
}

fn own_actions_heard(hearing: &Hearing, meta: &Meta, alarm: &Alarm) -> Facet<bool> {
    topics(alarm).fold(Facet::Known(false), |heard, topic| {
        let told = topic_heard(hearing, &meta.account, topic);
        either(heard, both(Facet::Known(alarm.actions_enabled), told))
    })
}

/// The SNS topics among the actions of an alarm.
fn topics(alarm: &Alarm) -> impl Iterator<Item = &str> {
    alarm
        .alarm_actions
        .iter()
        .map(String::as_str)
        .filter(|action| action.split(':').nth(2) == Some("sns"))
}

/// Whether a composite alarm is sure to fire when the named alarm does: a rule of nothing but
/// `OR` and `ALARM(…)`, with that alarm in it.
fn fires_with(rule: &str, name: &str, arn: &str) -> bool {
    let words = rule.split(|c: char| c.is_whitespace() || c == '(' || c == ')');
    let mut conjunctions = words.map(str::to_ascii_uppercase);
    if conjunctions.any(|word| matches!(word.as_str(), "AND" | "NOT" | "AT_LEAST")) {
        return false;
    }
    rule.split("ALARM(").skip(1).any(|rest| {
        let operand = rest.split(')').next().unwrap_or_default();
        let operand = operand.trim().trim_matches(['"', '\'']);
        operand == name || operand == arn
    })
}

/// Whether a topic has a confirmed subscription, as far as this account can see.
fn topic_heard(hearing: &Hearing, account: &str, topic: &str) -> Facet<bool> {
    if hearing.subscribed.contains(&(account, topic)) {
        return Facet::Known(true);
    }
    let mut parts = topic.split(':').skip(3);
    let region = parts.next().unwrap_or_default();
    if parts.next() != Some(account) {
        return Facet::Unread(vec![foreign_topic(account, region, topic).id]);
    }
    let listed = |kind| nothing_more(complete(hearing.snapshot, kind, account, region));
    match hearing.topics.get(&(account, topic)) {
        Some(Facet::Known(Some(count))) => Facet::Known(*count > 0),
        Some(Facet::Known(None)) => listed(Subscription::NAME),
        Some(Facet::Unread(gaps)) => Facet::Unread(gaps.clone()),
        // A topic that is not there any more is heard by nobody.
        None => listed(Topic::NAME),
    }
}

/// What is written down when an alarm tells a topic of another account.
fn foreign_topic(account: &str, region: &str, topic: &str) -> Gap {
    let operation = "sns:ListSubscriptionsByTopic";
    Gap {
        id: Gap::id_of(
            account,
            region,
            operation,
            Some(topic),
            Reason::NotCollected,
        ),
        account: account.into(),
        region: region.into(),
        operation: operation.into(),
        actions: Vec::new(),
        reason: Reason::NotCollected,
        resource: Some(topic.into()),
        code: None,
        message: "the topic belongs to another account, which alone can see its subscriptions"
            .to_owned(),
    }
}

/// The gaps that the facts above may name and that no read has left: of the topics of other
/// accounts that the alarms of this one tell.
pub(super) fn foreign_topics(snapshot: &Snapshot, account: &str) -> Vec<Gap> {
    snapshot
        .of::<Alarm>()
        .filter(|(meta, _)| *meta.account == *account)
        .flat_map(|(_, alarm)| topics(alarm))
        .filter_map(|topic| {
            let mut parts = topic.split(':').skip(3);
            let region = parts.next()?;
            let foreign = parts.next() != Some(account);
            foreign.then(|| foreign_topic(account, region, topic))
        })
        .collect()
}

/// Fills in which topics of an alarm nobody hears.
pub(super) fn unheard_topics(snapshot: &mut Snapshot) {
    let hearing = Hearing::of(snapshot);
    let found: Vec<Facet<Vec<String>>> = snapshot
        .of::<Alarm>()
        .map(|(meta, alarm)| unheard(&hearing, &meta.account, alarm))
        .collect();
    for ((_, alarm), topics) in snapshot.of_mut::<Alarm>().zip(found) {
        alarm.unheard_topics = topics;
    }
}

fn unheard(hearing: &Hearing, account: &Arc<str>, alarm: &Alarm) -> Facet<Vec<String>> {
    let mut unheard = Vec::new();
    let mut unread: Vec<GapId> = Vec::new();
    let mut lost = false;
    let own = topics(alarm).filter(|topic| topic.split(':').nth(4) == Some(account));
    for topic in own {
        match topic_heard(hearing, account, topic) {
            Facet::Known(true) => {}
            Facet::Known(false) => unheard.push(topic.to_owned()),
            Facet::Unread(gaps) => {
                lost = true;
                unread.extend(gaps);
            }
        }
    }
    if lost {
        Facet::Unread(unread)
    } else {
        Facet::Known(unheard)
    }
}

#[cfg(test)]
mod tests {
    use super::fires_with;

    #[test]
    fn a_composite_alarm_of_alternatives_fires_with_each() {
        let arn = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:root";
        let by_arn = format!("ALARM(\"{arn}\")");
        for rule in [
            "ALARM(root)",
            "ALARM(\"root\") OR ALARM(iam)",
            "(ALARM(iam) OR ALARM('root'))",
            &by_arn,
        ] {
            assert!(fires_with(rule, "root", arn), "{rule}");
        }
        for rule in [
            "ALARM(root) AND ALARM(iam)",
            "NOT ALARM(root)",
            "OK(root)",
            "ALARM(rooted)",
            "TRUE",
        ] {
            assert!(!fires_with(rule, "root", arn), "{rule}");
        }
    }
}
