//! A check gets another id: the findings under the old one must not stay beside the new ones.

use super::lifecycle::{bucket, published, reasons};
use super::*;
use super::{hub::Hub, world::Sight, world::World, world::document};

/// A run of before the check `bucket-a` had this id.
fn before(world: &World, day: u32) -> v1::Document {
    let mut document = document(world, &Sight::whole(), day);
    for check in &mut document.checks {
        if check.id == "bucket-a" {
            check.id = "bucket-z".to_owned();
        }
    }
    for result in &mut document.results {
        if result.check == "bucket-a" {
            result.check = "bucket-z".to_owned();
            result.id = format!("former-{}", result.id);
        }
    }
    document
}

/// A run of afterwards.
fn after(world: &World, sight: &Sight, day: u32) -> v1::Document {
    let mut document = document(world, sight, day);
    let checks = document.checks.iter_mut();
    for check in checks.filter(|check| check.id == "bucket-a") {
        check.aliases = vec!["bucket-y".to_owned(), "bucket-z".to_owned()];
    }
    document
}

fn active(hub: &Hub) -> Vec<&AwsSecurityFinding> {
    let findings = hub.findings.values();
    findings
        .filter(|one| one.record_state == "ACTIVE")
        .collect()
}

#[test]
fn a_finding_of_the_old_id_is_archived_and_its_history_goes_on() {
    let mut hub = Hub::default();
    let world = bucket(Verdict::Fail);
    published(&mut hub, &before(&world, 0));
    let plan = published(&mut hub, &after(&world, &Sight::whole(), 1));
    assert_eq!(reasons(&plan), [Reason::New, Reason::Renamed]);
    assert!(plan.told().contains("1 its check was renamed"));
    assert_eq!(hub.findings.len(), 2);
    let [one] = active(&hub)[..] else {
        panic!("a double, or nothing")
    };
    assert_eq!(one.generator_id, "waterline/bucket-a");
    assert_eq!(one.compliance.status, "FAILED");
    assert_eq!(one.first_observed_at, "2026-01-01T00:00:00.000Z");
    assert_eq!(one.updated_at, "2026-01-02T00:00:00.000Z");
    let again = published(&mut hub, &after(&world, &Sight::whole(), 2));
    assert_eq!(reasons(&again), [Reason::Unchanged, Reason::Archived]);
}

#[test]
fn a_failure_that_cannot_be_read_again_stays_one_under_the_new_id() {
    let mut hub = Hub::default();
    let world = bucket(Verdict::Fail);
    published(&mut hub, &before(&world, 0));
    let blind = Sight {
        unread: [(0, "eu-west-1", 1)].into(),
        ..Sight::whole()
    };
    published(&mut hub, &after(&world, &blind, 1));
    let [one] = active(&hub)[..] else {
        panic!("a double, or nothing")
    };
    assert_eq!(one.generator_id, "waterline/bucket-a");
    assert_eq!(one.compliance.status, "FAILED");
    assert_eq!(one.last_observed_at, "2026-01-01T00:00:00.000Z");
}

#[test]
fn what_the_run_cannot_know_of_stays_under_the_old_id() {
    let mut hub = Hub::default();
    published(&mut hub, &before(&bucket(Verdict::Fail), 0));
    let blind = Sight {
        lost: [(0, "global")].into(),
        ..Sight::whole()
    };
    let plan = published(&mut hub, &after(&World::new(), &blind, 1));
    assert!(reasons(&plan).contains(&Reason::ListIncomplete));
    assert!(!reasons(&plan).contains(&Reason::Renamed));
    // As soon as it does, also that the resource is gone, it goes.
    let plan = published(&mut hub, &after(&World::new(), &Sight::whole(), 2));
    assert!(reasons(&plan).contains(&Reason::Renamed));
    assert_eq!(active(&hub).len(), 0);
}

#[test]
fn an_older_run_leaves_what_a_later_one_wrote_under_the_old_id() {
    let mut hub = Hub::default();
    let world = bucket(Verdict::Fail);
    published(&mut hub, &before(&world, 5));
    let plan = published(&mut hub, &after(&world, &Sight::whole(), 2));
    assert_eq!(reasons(&plan), [Reason::New, Reason::LaterRun]);
}
