//! What trails record, and where they write.

use super::*;

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
