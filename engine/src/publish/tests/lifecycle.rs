//! What must hold whatever happens, and the cases that are worth a name.

use super::hub::Hub;
use super::world::{CHECKS, Sight, World, document, sights, worlds};
use super::*;
use proptest::prelude::*;

pub(super) fn planned(hub: &Hub, document: &v1::Document) -> Plan {
    plan(document, &hub.held(), &settings(document)).unwrap()
}

pub(super) fn published(hub: &mut Hub, document: &v1::Document) -> Plan {
    let plan = planned(hub, document);
    hub.apply(&plan, usize::MAX);
    plan
}

/// The check and Region of a finding, as the worlds number them.
fn place(finding: &AwsSecurityFinding) -> (usize, &str) {
    let check = finding.generator_id.strip_prefix("waterline/").unwrap();
    let check = CHECKS.iter().position(|(id, _)| *id == check).unwrap();
    (check, &finding.product_fields["waterline/Region"])
}

fn runs() -> impl Strategy<Value = Vec<(World, Sight)>> {
    proptest::collection::vec((worlds(), sights()), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_is_closed_but_what_the_run_saw_all_of(runs in runs()) {
        let mut hub = Hub::default();
        for (day, (world, sight)) in (0..).zip(&runs) {
            let document = document(world, sight, day);
            let before = hub.clone();
            let plan = published(&mut hub, &document);
            for step in &plan.steps {
                let Some(sent) = &step.finding else { continue };
                let (check, region) = place(sent);
                prop_assert!(sight.checks.contains(&check), "its check did not run");
                prop_assert!(region == "global" || sight.regions.contains(region));
                if step.action() == Action::Resolve {
                    let seen = step.reason == Reason::NotApplicable;
                    prop_assert!(seen || sight.is_whole(check, region), "{:?}", step.reason);
                }
            }
            // What a run does not see stays as it was, a failure above all.
            for (key, old) in &before.findings {
                let (check, region) = place(old);
                if !sight.is_whole(check, region) && old.record_state == "ACTIVE" {
                    let new = &hub.findings[key];
                    let told = document.results.iter().find(|r| asff::id(r) == old.id);
                    let told = told.map(|result| result.verdict);
                    let decided = told.is_some_and(|v| v != Verdict::NotAssessed);
                    prop_assert!(decided || new.record_state == "ACTIVE");
                    if old.compliance.status == "FAILED" && said(old) == Some("fail") {
                        prop_assert!(decided || new.compliance.status == "FAILED");
                    }
                }
            }
        }
    }

    #[test]
    fn publishing_twice_sends_nothing_the_second_time(runs in runs()) {
        let mut hub = Hub::default();
        for (day, (world, sight)) in (0..).zip(&runs) {
            published(&mut hub, &document(world, sight, day));
            let again = planned(&hub, &document(world, sight, day));
            prop_assert_eq!(again.sent(), 0, "{}", again.listed());
            // A later run that sees the same, by another catalogue and with other messages of
            // AWS's, neither.
            let later = planned(&hub, &document(world, sight, day + 1));
            prop_assert_eq!(later.sent(), 0, "{}", later.listed());
        }
    }

    #[test]
    fn whoever_is_killed_is_completed_by_the_next(runs in runs(), killed in 0..20_usize) {
        let mut hub = Hub::default();
        for (day, (world, sight)) in (0..).zip(&runs) {
            let document = document(world, sight, day);
            let plan = planned(&hub, &document);
            let mut whole = hub.clone();
            whole.apply(&plan, usize::MAX);
            hub.apply_some(&plan, killed);
            published(&mut hub, &document);
            prop_assert_eq!(&hub, &whole);
        }
    }

    #[test]
    fn when_it_was_first_seen_never_changes(runs in runs()) {
        let mut hub = Hub::default();
        for (day, (world, sight)) in (0..).zip(&runs) {
            let before = hub.clone();
            let plan = published(&mut hub, &document(world, sight, day));
            let sent: BTreeSet<(&str, &str)> = (plan.steps.iter())
                .filter_map(|step| step.finding.as_ref())
                .map(|finding| (&*finding.product_arn, &*finding.id))
                .collect();
            for (key, old) in &before.findings {
                let new = &hub.findings[key];
                prop_assert_eq!(&new.first_observed_at, &old.first_observed_at);
                prop_assert_eq!(&new.created_at, &old.created_at);
                let moved = new.updated_at > old.updated_at;
                prop_assert_eq!(moved, sent.contains(&(&*key.0, &*key.1)));
            }
        }
    }

    #[test]
    fn a_whole_run_leaves_security_hub_as_the_world_is(runs in runs(), last in worlds()) {
        let mut hub = Hub::default();
        for (day, (world, sight)) in (0..).zip(&runs) {
            published(&mut hub, &document(world, sight, day));
        }
        let document = document(&last, &Sight::whole(), 20);
        published(&mut hub, &document);
        let results = document.results.iter();
        let expected: BTreeMap<String, &str> = results
            .filter(|result| result.verdict != Verdict::NotApplicable)
            .map(|result| (asff::id(result), result.verdict.word()))
            .collect();
        let active = hub.findings.values().filter(|held| held.record_state == "ACTIVE");
        let active: Vec<(String, &str)> =
            active.map(|held| (held.id.clone(), said(held).unwrap())).collect();
        prop_assert_eq!(active.len(), expected.len());
        prop_assert_eq!(active.into_iter().collect::<BTreeMap<_, _>>(), expected);
    }
}

/// A world of one bucket in Europe.
pub(super) fn bucket(verdict: Verdict) -> World {
    [((0, "eu-west-1", 1), verdict)].into()
}

pub(super) fn only(hub: &Hub) -> &AwsSecurityFinding {
    assert_eq!(hub.findings.len(), 1);
    hub.findings.values().next().unwrap()
}

pub(super) fn reasons(plan: &Plan) -> Vec<Reason> {
    plan.steps.iter().map(|step| step.reason).collect()
}

#[test]
fn a_failure_that_cannot_be_read_again_stays_one_and_says_so() {
    let mut hub = Hub::default();
    let whole = Sight::whole();
    published(&mut hub, &document(&bucket(Verdict::Fail), &whole, 0));
    let first = only(&hub).clone();
    let blind = Sight {
        unread: [(0, "eu-west-1", 1)].into(),
        ..Sight::whole()
    };
    let denied = document(&bucket(Verdict::Fail), &blind, 1);
    let plan = published(&mut hub, &denied);
    assert_eq!(reasons(&plan), [Reason::Now(Verdict::NotAssessed)]);
    let kept = only(&hub);
    assert_eq!(kept.compliance.status, "FAILED");
    assert_eq!(kept.description, first.description);
    assert_eq!(kept.last_observed_at, first.last_observed_at);
    let codes: Vec<&str> = (kept.compliance.status_reasons.iter())
        .map(|reason| &*reason.reason_code)
        .collect();
    assert_eq!(codes, ["WATERLINE_NOT_ASSESSED", "WATERLINE_DENIED"]);
    // A pass that cannot be read again is none.
    let mut hub = Hub::default();
    published(&mut hub, &document(&bucket(Verdict::Pass), &whole, 0));
    published(&mut hub, &document(&bucket(Verdict::Pass), &blind, 1));
    assert_eq!(only(&hub).compliance.status, "WARNING");
}

#[test]
fn what_was_gone_comes_back_with_its_history() {
    let mut hub = Hub::default();
    let whole = Sight::whole();
    let day = |verdict, day| document(&bucket(verdict), &whole, day);
    published(&mut hub, &day(Verdict::Fail, 0));
    let gone = published(&mut hub, &document(&World::new(), &whole, 1));
    assert_eq!(reasons(&gone), [Reason::Gone]);
    assert_eq!(only(&hub).record_state, "ARCHIVED");
    let still = published(&mut hub, &document(&World::new(), &whole, 2));
    assert_eq!(reasons(&still), [Reason::Archived]);
    let back = published(&mut hub, &day(Verdict::Fail, 3));
    assert_eq!(reasons(&back), [Reason::Back]);
    assert_eq!(only(&hub).record_state, "ACTIVE");
    assert_eq!(only(&hub).first_observed_at, "2026-01-01T00:00:00.000Z");
    let silent = published(&mut hub, &day(Verdict::NotApplicable, 4));
    assert_eq!(reasons(&silent), [Reason::NotApplicable]);
}

#[test]
fn an_unchanged_finding_is_sent_again_before_it_expires() {
    let mut hub = Hub::default();
    let day = |day| document(&bucket(Verdict::Fail), &Sight::whole(), day);
    published(&mut hub, &day(0));
    assert_eq!(reasons(&published(&mut hub, &day(20))), [Reason::Unchanged]);
    assert_eq!(only(&hub).updated_at, "2026-01-01T00:00:00.000Z");
    // Day 31 of these worlds is the fourth of February.
    assert_eq!(reasons(&published(&mut hub, &day(31))), [Reason::Refresh]);
    assert_eq!(only(&hub).updated_at, "2026-02-04T00:00:00.000Z");
    assert_eq!(only(&hub).first_observed_at, "2026-01-01T00:00:00.000Z");
    assert_eq!(reasons(&published(&mut hub, &day(31))), [Reason::Unchanged]);
}

#[test]
fn an_assessment_older_than_what_is_there_changes_nothing() {
    let mut hub = Hub::default();
    published(
        &mut hub,
        &document(&bucket(Verdict::Pass), &Sight::whole(), 5),
    );
    let old = document(&bucket(Verdict::Fail), &Sight::whole(), 2);
    assert_eq!(reasons(&published(&mut hub, &old)), [Reason::LaterRun]);
    let old = document(&World::new(), &Sight::whole(), 2);
    assert_eq!(reasons(&published(&mut hub, &old)), [Reason::LaterRun]);
}

#[test]
fn an_assessment_that_names_no_complete_list_closes_nothing() {
    let mut hub = Hub::default();
    published(
        &mut hub,
        &document(&bucket(Verdict::Fail), &Sight::whole(), 0),
    );
    let mut early = document(&World::new(), &Sight::whole(), 1);
    early.lists.clear();
    assert_eq!(reasons(&planned(&hub, &early)), [Reason::ListIncomplete]);
}

#[test]
fn regions_without_security_hub_are_left_out_and_one_region_can_have_all() {
    let mut world = bucket(Verdict::Fail);
    world.insert((2, "global", 1), Verdict::Fail);
    let document = document(&world, &Sight::whole(), 0);
    let mut settings = settings(&document);
    settings.left_out.insert("eu-west-1".to_owned());
    let plan = super::plan(&document, &[], &settings).unwrap();
    assert_eq!(reasons(&plan), [Reason::HubOff, Reason::New]);
    settings.left_out.clear();
    settings.context.hub = Some("eu-central-1".to_owned());
    assert_eq!(settings.targets(), ["eu-central-1".to_owned()].into());
    let plan = super::plan(&document, &[], &settings).unwrap();
    let sent: Vec<&AwsSecurityFinding> = plan
        .steps
        .iter()
        .filter_map(|step| step.finding.as_ref())
        .collect();
    assert_eq!(sent.len(), 2);
    assert!(
        sent.iter()
            .all(|finding| finding.product_arn.contains(":eu-central-1:"))
    );
    let regions: BTreeSet<&str> = sent.iter().map(|f| &*f.resources[0].region).collect();
    assert_eq!(regions, ["eu-west-1", "us-east-1"].into());
}

/// What others import, what is of another account, and the copies that a home Region keeps of
/// other Regions' findings are not ours to touch.
#[test]
fn only_our_own_findings_are_looked_at() {
    let mut hub = Hub::default();
    published(
        &mut hub,
        &document(&bucket(Verdict::Fail), &Sight::whole(), 0),
    );
    let ours = only(&hub).clone();
    let gone = document(&World::new(), &Sight::whole(), 1);
    let changed = |change: fn(&mut AwsSecurityFinding)| {
        let mut other = ours.clone();
        change(&mut other);
        plan(&gone, &[other], &settings(&gone)).unwrap().steps.len()
    };
    assert_eq!(changed(|_| ()), 1);
    assert_eq!(changed(|f| f.account = "999988887777".to_owned()), 0);
    assert_eq!(changed(|f| f.generator_id = "prowler-x".to_owned()), 0);
    assert_eq!(
        changed(|f| f.product_arn = f.product_arn.replace("eu-west-1", "eu-west-2")),
        0
    );
    assert_eq!(changed(|f| f.id = "another".to_owned()), 0);
}

#[test]
fn batches_keep_the_limits_of_count_and_size() {
    let mut world = World::new();
    world.extend((0..250).map(|name| ((0, "eu-west-1", name), Verdict::Fail)));
    world.extend((0..3).map(|name| ((2, "global", name), Verdict::Fail)));
    let document = document(&world, &Sight::whole(), 0);
    let mut plan = plan(&document, &[], &settings(&document)).unwrap();
    let sizes = |plan: &Plan| -> Vec<(String, usize)> {
        let batches = batches(plan).into_iter();
        batches
            .map(|batch| (batch.region.clone(), batch.findings.len()))
            .collect()
    };
    let of = |region: &str, size| (region.to_owned(), size);
    let (eu, us) = ("eu-west-1", "us-east-1");
    assert_eq!(
        sizes(&plan),
        [of(eu, 100), of(eu, 100), of(eu, 50), of(us, 3)]
    );
    for step in &mut plan.steps {
        let finding = step.finding.as_mut().unwrap();
        finding.description = "x".repeat(200_000);
    }
    for batch in batches(&plan) {
        assert!(batch.body().len() <= LARGEST_BATCH);
        assert!(batch.findings.len() <= 30);
    }
}

/// Every text at its limit, in a script of four bytes a character.
#[test]
fn a_finding_that_would_be_too_large_loses_reasons_and_not_itself() {
    let mut document = document(&bucket(Verdict::NotAssessed), &Sight::whole(), 0);
    let gap = serde_json::to_value(&document.gaps[0]).unwrap();
    for number in 0..40 {
        let mut gap: v1::Gap = serde_json::from_value(gap.clone()).unwrap();
        gap.id = format!("x{number}");
        gap.message = "\u{10348}".repeat(5000);
        document.results[0].gaps.push(gap.id.clone());
        document.gaps.push(gap);
    }
    document.results[0].evidence = vec!["\u{10348}".repeat(5000); 3];
    let plan = plan(&document, &[], &settings(&document)).unwrap();
    let sent = plan.steps[0].finding.as_ref().unwrap();
    let size = serde_json::to_vec(sent).unwrap().len();
    assert!(size <= LARGEST_FINDING, "{size}");
    assert!(!sent.compliance.status_reasons.is_empty());
}
