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

#[test]
fn every_topic_is_a_facet_and_its_events_are_sorted() {
    let gives: Vec<&str> = DERIVED.iter().map(|derived| derived.fact.gives).collect();
    for topic in TOPICS {
        let facet = format!("cloudtrail.account.{}", topic.facet);
        assert!(gives.contains(&facet.as_str()), "{facet}");
        assert!(topic.events.is_sorted(), "{facet}");
    }
}

#[test]
fn a_list_of_event_names_watches_them() {
    for topic in TOPICS {
        if !topic.facet.ends_with("_changes") && !topic.facet.ends_with("_removals") {
            continue;
        }
        let tests: Vec<String> = topic
            .events
            .iter()
            .rev()
            .map(|event| format!("($.eventName={event})"))
            .collect();
        let account = derived(watching(&format!("{{ {} }}", tests.join(" || "))));
        assert_eq!(watched(&account, topic.facet), names(topic.events));
        // An event source narrows nothing, when it is the right one.
        let source = (topic.variants)(topic.events[0], ACCOUNT)[0]["eventSource"].clone();
        let pattern = format!("{{ ($.eventSource = {source}) && ({}) }}", tests.join("||"));
        let account = derived(watching(&pattern));
        assert_eq!(watched(&account, topic.facet), names(topic.events));
        let pattern = format!(
            "{{ ($.eventSource = x.amazonaws.com) && ({}) }}",
            tests.join("||")
        );
        let account = derived(watching(&pattern));
        assert_eq!(watched(&account, topic.facet), names(&[]));
    }
}

#[test]
fn the_patterns_of_the_security_hub_guide_watch_their_topics() {
    for (pattern, facet, events) in [
        (
            r#"{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}"#,
            "watched_root_use",
            &["ApiCall", "ConsoleLogin"][..],
        ),
        (
            r#"{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}"#,
            "watched_unauthorized_calls",
            &[
                "AccessDenied",
                "AccessDeniedException",
                "Client.UnauthorizedOperation",
            ],
        ),
        (
            r#"{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }"#,
            "watched_sign_in_without_mfa",
            &["ConsoleLogin"],
        ),
        (
            r#"{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}"#,
            "watched_sign_in_failures",
            &["ConsoleLogin"],
        ),
    ] {
        let account = derived(watching(pattern));
        assert_eq!(watched(&account, facet), names(events), "{pattern}");
    }
}

#[test]
fn a_filter_that_sees_only_some_of_the_events_watches_none() {
    for narrowing in [
        "$.awsRegion = us-east-1",
        "$.userIdentity.type = IAMUser",
        "$.userIdentity.userName = jo",
        "$.sourceIPAddress = 203.0.113.*",
        "$.errorCode = *",
        // Absent from the events of users, and so never different from anything.
        "$.userIdentity.sessionContext.sessionIssuer.userName != Deployment",
    ] {
        let pattern = format!("{{ ($.eventName = DisableKey) && ({narrowing}) }}");
        let account = derived(watching(&pattern));
        assert_eq!(account.watched_kms_key_removals, names(&[]), "{pattern}");
    }
    let pattern = "{ ($.eventName = DisableKey) && ($.userIdentity.arn != *Deployment) }";
    let account = derived(watching(pattern));
    assert_eq!(account.watched_kms_key_removals, names(&["DisableKey"]));
}

#[test]
fn a_broken_link_of_the_chain_watches_nothing() {
    let breaks: [fn(&mut Snapshot); 11] = [
        |s| change::<Trail>(s, |t| t.is_multi_region_trail = false),
        |s| change::<Trail>(s, |t| t.event_selectors = selectors(Vec::new())),
        |s| change::<Trail>(s, |t| t.cloud_watch_logs_log_group_arn = None),
        |s| change::<MetricFilter>(s, |f| f.log_group_name = "others".into()),
        |s| change::<MetricFilter>(s, |f| f.field_selection_criteria = Some("x".into())),
        |s| {
            change::<MetricFilter>(s, |f| {
                f.metric_transformations[0].dimensions.push("user".into());
            });
        },
        |s| change::<Alarm>(s, |a| a.metrics[0].metric_name = "Other".into()),
        |s| change::<Alarm>(s, |a| a.metrics[0].dimensions.push("user=jo".into())),
        |s| change::<Alarm>(s, |a| a.actions_enabled = false),
        |s| change::<Alarm>(s, |a| a.alarm_actions.clear()),
        |s| change::<Topic>(s, |t| t.subscriptions_confirmed = Facet::Known(Some(0))),
    ];
    let pattern = "{ $.eventName = DisableKey }";
    assert_eq!(
        derived(watching(pattern)).watched_kms_key_removals,
        names(&["DisableKey"])
    );
    for (place, broken) in breaks.iter().enumerate() {
        let mut snapshot = watching(pattern);
        broken(&mut snapshot);
        let account = derived(snapshot);
        assert_eq!(account.watched_kms_key_removals, names(&[]), "{place}");
    }
}

#[test]
fn what_was_not_read_keeps_the_answer_open() {
    let pattern = "{ ($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion) }";
    let losses: [fn(&mut Snapshot); 5] = [
        |s| change::<Trail>(s, |t| t.status = Facet::Unread(vec!["g".into()])),
        |s| change::<Trail>(s, |t| t.event_selectors = Facet::Unread(vec!["g".into()])),
        |s| {
            change::<Topic>(s, |t| {
                t.subscriptions_confirmed = Facet::Unread(vec!["g".into()]);
            });
        },
        |s| {
            s.resources.retain(|r| r.kind() != Alarm::NAME);
            list(s, Alarm::NAME, &["g"]);
        },
        |s| {
            s.resources.retain(|r| r.kind() != MetricFilter::NAME);
            list(s, MetricFilter::NAME, &["g"]);
        },
    ];
    for (place, lost) in losses.iter().enumerate() {
        let mut snapshot = watching(pattern);
        lost(&mut snapshot);
        let account = derived(snapshot);
        let open = Facet::Unread(vec!["g".into()]);
        assert_eq!(account.watched_kms_key_removals, open, "{place}");
    }
    // A list that lacks something does not take back what is proven.
    let mut snapshot = watching(pattern);
    list(&mut snapshot, Alarm::NAME, &["g"]);
    list(&mut snapshot, MetricFilter::NAME, &["g"]);
    list(&mut snapshot, Trail::NAME, &["g"]);
    let account = derived(snapshot);
    let both = names(&["DisableKey", "ScheduleKeyDeletion"]);
    assert_eq!(account.watched_kms_key_removals, both);
    assert_eq!(
        account.watched_config_changes,
        Facet::Unread(vec!["g".into()])
    );
}

#[test]
fn a_topic_of_another_account_leaves_a_gap_that_is_told() {
    let mut snapshot = watching("{ $.eventName = DisableKey }");
    change::<Alarm>(&mut snapshot, |alarm| {
        alarm.alarm_actions = vec![format!("arn:aws:sns:{REGION}:{OTHER}:alerts")];
    });
    derive_all(&mut snapshot);
    let account = account_of(&snapshot);
    let gap = snapshot.gaps[0].id.clone();
    assert_eq!(snapshot.gaps.len(), 1);
    assert_eq!(account.watched_kms_key_removals, Facet::Unread(vec![gap]));
    assert_eq!(account.watched_config_changes, names(&[]));
    // A subscription of this account to it can be seen.
    put(
        &mut snapshot,
        "subscription",
        Subscription {
            topic_arn: format!("arn:aws:sns:{REGION}:{OTHER}:alerts"),
            protocol: "email".into(),
            confirmed: true,
        },
    );
    let account = derived(snapshot);
    assert_eq!(account.watched_kms_key_removals, names(&["DisableKey"]));
}

#[test]
fn a_pattern_that_is_not_understood_leaves_a_gap_that_is_told() {
    let mut snapshot = watching("{ $.eventName ~ DisableKey }");
    derive_all(&mut snapshot);
    assert_eq!(snapshot.gaps.len(), 1);
    let account = account_of(&snapshot);
    assert!(account.watched_kms_key_removals.known().is_none());
}

#[test]
fn a_composite_alarm_speaks_for_a_silent_one() {
    let mut snapshot = watching("{ $.eventName = DisableKey }");
    change::<Alarm>(&mut snapshot, |alarm| alarm.alarm_actions.clear());
    let mut composite = alarm(ACCOUNT);
    composite.alarm_name = "any".into();
    composite.alarm_rule = Some("ALARM(other) OR ALARM(watched)".into());
    composite.metrics.clear();
    put(&mut snapshot, "composite", composite);
    let account = derived(snapshot);
    assert_eq!(account.watched_kms_key_removals, names(&["DisableKey"]));
}

#[test]
fn an_organizations_trail_is_watched_where_its_log_group_is() {
    let mut snapshot = empty();
    add_trail(&mut snapshot, trail(OTHER));
    let account = derived(snapshot);
    assert_eq!(account.monitored_elsewhere, Facet::Known(true));
    assert_eq!(account.management_trails.known().unwrap().len(), 1);
    let mut snapshot = empty();
    add_trail(&mut snapshot, trail(OTHER));
    add_trail(&mut snapshot, trail(ACCOUNT));
    assert_eq!(derived(snapshot).monitored_elsewhere, Facet::Known(false));
    assert_eq!(derived(empty()).monitored_elsewhere, Facet::Known(false));
}

#[test]
fn all_management_events_may_be_split_over_selectors() {
    let part = |read: bool, write: bool, excluded: &[&str], only: &[&str]| ManagementSelector {
        read,
        write,
        excluded_sources: excluded.iter().map(|s| (*s).to_owned()).collect(),
        only_sources: only.iter().map(|s| (*s).to_owned()).collect(),
        filters: Vec::new(),
    };
    let kms = &["kms.amazonaws.com"];
    for (parts, expected) in [
        (vec![part(true, true, &[], &[])], true),
        (
            vec![part(true, false, &[], &[]), part(false, true, &[], &[])],
            true,
        ),
        (vec![part(false, true, &[], &[])], false),
        (vec![part(true, true, kms, &[])], false),
        (
            vec![part(true, true, kms, &[]), part(true, true, &[], kms)],
            true,
        ),
        (
            vec![part(true, true, kms, &[]), part(false, true, &[], kms)],
            false,
        ),
        (vec![part(true, true, &[], kms)], false),
        (vec![], false),
    ] {
        let mut snapshot = empty();
        let mut trail = trail(ACCOUNT);
        trail.event_selectors = selectors(parts.clone());
        add_trail(&mut snapshot, trail);
        let found = derived(snapshot).management_trails;
        assert_eq!(
            found.known().map(|t| !t.is_empty()),
            Some(expected),
            "{parts:?}"
        );
    }
}

#[test]
fn object_events_count_when_all_buckets_are_taken() {
    let data = |write: bool, all: bool| DataSelector {
        resource_type: "AWS::S3::Object".into(),
        read: !write,
        write,
        all_resources: all,
        resources: Vec::new(),
        excluded_resources: Vec::new(),
        filters: Vec::new(),
    };
    let mut snapshot = empty();
    let mut trail = trail(ACCOUNT);
    trail.event_selectors = Facet::Known(EventSelectors {
        advanced: true,
        management: Vec::new(),
        data: vec![data(true, true), data(false, false)],
        network_activity_sources: Vec::new(),
    });
    add_trail(&mut snapshot, trail);
    let account = derived(snapshot);
    assert_eq!(account.s3_write_trails.known().unwrap().len(), 1);
    assert_eq!(account.s3_read_trails, names(&[]));
}

#[test]
fn the_trails_of_a_log_group_are_told() {
    let mut snapshot = watching("");
    put(
        &mut snapshot,
        "group",
        LogGroup {
            log_group_name: "trails".into(),
            creation_time: None,
            retention_in_days: None,
            metric_filter_count: None,
            stored_bytes: None,
            kms_key_id: None,
            data_protection_status: None,
            inherited_properties: Vec::new(),
            log_group_class: None,
            deletion_protection_enabled: None,
            log_destination_of: Facet::not_asked(),
        },
    );
    derive_all(&mut snapshot);
    let trails = snapshot
        .of::<LogGroup>()
        .next()
        .unwrap()
        .1
        .log_destination_of
        .clone();
    let arn = format!("arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/main");
    assert_eq!(trails, names(&[&arn]));
}
