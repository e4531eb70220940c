mod trails;
mod watch;

use super::samples::TOPICS;
use super::*;
use crate::model::cloudtrail::{
    Account, DataSelector, EventSelectors, ManagementSelector, Trail, TrailStatus,
};
use crate::model::cloudwatch::{Alarm, AlarmMetric};
use crate::model::logs::{LogGroup, MetricFilter, MetricTransformation};
use crate::model::sns::{Subscription, Topic};
use crate::model::{Facts, Header, Kind, Listing, Meta, Resource};

const ACCOUNT: &str = "111122223333";
const OTHER: &str = "444455556666";
const REGION: &str = "eu-west-1";

fn meta(arn: &str) -> Meta {
    Meta {
        arn: arn.into(),
        id: arn.rsplit(['/', ':']).next().unwrap().into(),
        account: ACCOUNT.into(),
        region: REGION.into(),
        tags: Facet::not_asked(),
        managed_by: "customer".into(),
    }
}

fn put(snapshot: &mut Snapshot, arn: &str, facts: impl Facts + 'static) {
    snapshot.resources.push(Resource {
        meta: meta(arn),
        facts: Box::new(facts),
    });
}

fn list(snapshot: &mut Snapshot, kind: &str, gaps: &[&str]) {
    snapshot.listings.retain(|listing| *listing.kind != *kind);
    snapshot.listings.push(Listing {
        kind: kind.into(),
        account: ACCOUNT.into(),
        region: REGION.into(),
        gaps: gaps.iter().map(|gap| (*gap).into()).collect(),
    });
}

fn management() -> ManagementSelector {
    ManagementSelector {
        read: true,
        write: true,
        excluded_sources: Vec::new(),
        only_sources: Vec::new(),
        filters: Vec::new(),
    }
}

fn selectors(management: Vec<ManagementSelector>) -> Facet<EventSelectors> {
    Facet::Known(EventSelectors {
        advanced: true,
        management,
        data: Vec::new(),
        network_activity_sources: Vec::new(),
    })
}

fn trail(owner: &str) -> Trail {
    Trail {
        name: "main".into(),
        owner_account: owner.into(),
        home_region: REGION.into(),
        is_multi_region_trail: true,
        is_organization_trail: owner != ACCOUNT,
        include_global_service_events: true,
        log_file_validation_enabled: true,
        s3_bucket_name: "trail-logs".into(),
        s3_key_prefix: None,
        sns_topic_arn: None,
        cloud_watch_logs_log_group_arn: Some(format!(
            "arn:aws:logs:{REGION}:{owner}:log-group:trails:*"
        )),
        cloud_watch_logs_role_arn: None,
        kms_key_id: None,
        status: Facet::Known(TrailStatus {
            is_logging: true,
            start_logging_time: None,
            stop_logging_time: None,
            latest_delivery_time: None,
            latest_delivery_error: None,
            latest_digest_delivery_time: None,
            latest_digest_delivery_error: None,
            latest_cloud_watch_logs_delivery_time: None,
            latest_cloud_watch_logs_delivery_error: None,
            latest_notification_time: None,
            latest_notification_error: None,
        }),
        event_selectors: selectors(vec![management()]),
        insight_selectors: Facet::not_asked(),
    }
}

fn filter(pattern: &str) -> MetricFilter {
    MetricFilter {
        filter_name: "watch".into(),
        filter_pattern: pattern.into(),
        log_group_name: "trails".into(),
        metric_transformations: vec![MetricTransformation {
            metric_name: "Watched".into(),
            metric_namespace: "Security".into(),
            metric_value: "1".into(),
            dimensions: Vec::new(),
        }],
        apply_on_transformed_logs: false,
        field_selection_criteria: None,
        emit_system_field_dimensions: Vec::new(),
        creation_time: None,
    }
}

fn alarm(topic_owner: &str) -> Alarm {
    Alarm {
        alarm_name: "watched".into(),
        alarm_type: "MetricAlarm".into(),
        metrics: vec![AlarmMetric {
            namespace: "Security".into(),
            metric_name: "Watched".into(),
            dimensions: Vec::new(),
            account_id: None,
        }],
        alarm_rule: None,
        actions_enabled: true,
        alarm_actions: vec![format!("arn:aws:sns:{REGION}:{topic_owner}:alerts")],
        ok_actions: Vec::new(),
        insufficient_data_actions: Vec::new(),
        state_value: None,
        state_updated_timestamp: None,
        comparison_operator: None,
        threshold: None,
        evaluation_periods: None,
        treat_missing_data: None,
        unheard_topics: Facet::not_asked(),
    }
}

fn topic(confirmed: i64) -> Topic {
    Topic {
        name: "alerts".into(),
        kms_master_key_id: Facet::not_asked(),
        policy: Facet::not_asked(),
        signature_version: Facet::not_asked(),
        subscriptions_confirmed: Facet::Known(Some(confirmed)),
    }
}

fn empty() -> Snapshot {
    let mut snapshot = Snapshot {
        header: Header {
            schema: 1,
            tool: String::new(),
            account: ACCOUNT.into(),
            caller: String::new(),
            partition: "aws".into(),
            regions: vec![REGION.into()],
            started: Default::default(),
            asked: Vec::new(),
            ledger: Vec::new(),
        },
        resources: Vec::new(),
        listings: Vec::new(),
        gaps: Vec::new(),
    };
    put(&mut snapshot, "account", Account::default());
    for kind in [
        Trail::NAME,
        MetricFilter::NAME,
        Alarm::NAME,
        Topic::NAME,
        Subscription::NAME,
        LogGroup::NAME,
    ] {
        list(&mut snapshot, kind, &[]);
    }
    snapshot
}

fn add_trail(snapshot: &mut Snapshot, trail: Trail) {
    let arn = format!(
        "arn:aws:cloudtrail:{REGION}:{}:trail/{}",
        trail.owner_account, trail.name
    );
    put(snapshot, &arn, trail);
}

/// An account that is watched by one filter.
fn watching(pattern: &str) -> Snapshot {
    let mut snapshot = empty();
    add_trail(&mut snapshot, trail(ACCOUNT));
    put(&mut snapshot, "filter", filter(pattern));
    put(&mut snapshot, "alarm", alarm(ACCOUNT));
    let arn = format!("arn:aws:sns:{REGION}:{ACCOUNT}:alerts");
    put(&mut snapshot, &arn, topic(1));
    snapshot
}

fn derived(mut snapshot: Snapshot) -> Account {
    derive_all(&mut snapshot);
    account_of(&snapshot)
}

fn derive_all(snapshot: &mut Snapshot) {
    for derived in DERIVED {
        (derived.run)(snapshot);
    }
}

fn account_of(snapshot: &Snapshot) -> Account {
    snapshot.of::<Account>().next().unwrap().1.clone()
}

fn change<K: Kind>(snapshot: &mut Snapshot, change: impl Fn(&mut K)) {
    snapshot.of_mut::<K>().for_each(|(_, facts)| change(facts));
}

/// The watched events of a topic.
fn watched(account: &Account, facet: &str) -> Facet<Vec<String>> {
    let json = serde_json::to_value(account).unwrap();
    serde_json::from_value(json[facet].clone()).unwrap()
}

fn names(names: &[&str]) -> Facet<Vec<String>> {
    Facet::Known(names.iter().map(|name| (*name).to_owned()).collect())
}
