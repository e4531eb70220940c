//! What is watched, and what a break of the chain does.

use super::*;

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
