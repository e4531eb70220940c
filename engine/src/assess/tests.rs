//! Parameters and exceptions: what they may change, and what never.

use super::*;
use crate::catalog::{BUILTIN, Severity};
use crate::model::{Facet, Header, Listing, Meta, Tags};
use crate::settings::{Exception, Override, Rules, Scope, Tag, Values};
use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

const ACCOUNT: &str = "111122223333";
const CHECKS: [&str; 3] = [
    "ec2-image-old",
    "sns-topic-signature-sha1",
    "sns-topic-unencrypted",
];

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let mut catalog = BUILTIN.clone();
    let known = |check: &Check| CHECKS.contains(&check.id.as_str());
    catalog.checks.retain(known);
    catalog
});

fn now() -> DateTime<Utc> {
    "2026-06-01T10:00:00Z".parse().unwrap()
}

fn today() -> NaiveDate {
    now().date_naive()
}

fn resource(kind: &str, arn: String, region: &str, tags: Facet<Tags>, facts: Value) -> Resource {
    Resource {
        facts: (crate::model::kind(kind).unwrap().decode)(facts).unwrap(),
        meta: Meta {
            id: arn.rsplit([':', '/']).next().unwrap().into(),
            arn: arn.into(),
            account: ACCOUNT.into(),
            region: region.into(),
            tags,
            managed_by: "customer".into(),
        },
    }
}

fn topic(number: usize, region: &str, tags: Facet<Tags>, key: Value, signed: Value) -> Resource {
    let name = format!("t{number}");
    let arn = format!("arn:aws:sns:{region}:{ACCOUNT}:{name}");
    let unread = json!({"$unread": []});
    let facts = json!({
        "name": name, "kms_master_key_id": key, "policy": unread,
        "signature_version": signed, "subscriptions_confirmed": unread,
    });
    resource("sns.topic", arn, region, tags, facts)
}

/// An image that is so many days old.
fn image(days: i64, tags: Facet<Tags>) -> Resource {
    let made = now() - chrono::Duration::days(days);
    let facts = json!({
        "name": null, "state": "available", "public": false, "image_type": "machine",
        "creation_date": made, "deprecation_time": null, "last_launched_time": null,
        "platform_details": null, "virtualization_type": null, "root_device_type": null,
        "imds_support": null, "source_image_id": null, "deregistration_protection": null,
        "block_devices": [],
    });
    let arn = format!("arn:aws:ec2:eu-west-1:{ACCOUNT}:image/ami-1");
    resource("ec2.image", arn, "eu-west-1", tags, facts)
}

fn snapshot(mut resources: Vec<Resource>) -> Snapshot {
    let header = json!({
        "schema": 1, "tool": "0", "account": ACCOUNT, "caller": "", "partition": "aws",
        "regions": ["eu-west-1", "us-east-1"], "started": now(), "asked": [], "ledger": [],
    });
    let header: Header = serde_json::from_value(header).unwrap();
    let listing = |kind: &str| Listing {
        kind: kind.into(),
        account: ACCOUNT.into(),
        region: "eu-west-1".into(),
        gaps: Vec::new(),
    };
    resources.sort_by(|a, b| a.order().cmp(&b.order()));
    Snapshot {
        header,
        resources,
        listings: vec![listing("ec2.image"), listing("sns.topic")],
        gaps: Vec::new(),
    }
}

fn tags(of: &[(&str, &str)]) -> Facet<Tags> {
    let of = of.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    Facet::Known(of.collect())
}

/// A topic as drawn: Region, tags, key and signature, each known or not.
#[derive(Clone, Debug)]
struct Topic {
    region: &'static str,
    tags: Option<&'static str>,
    key: Value,
    signed: Value,
}

fn topics() -> impl Strategy<Value = Vec<Topic>> {
    let region = prop_oneof![Just("eu-west-1"), Just("us-east-1")];
    let env = prop_oneof![
        Just(None),
        Just(Some("")),
        Just(Some("dev")),
        Just(Some("prod"))
    ];
    let unread = json!({"$unread": []});
    let key = prop_oneof![
        Just(json!(null)),
        Just(json!("alias/x")),
        Just(unread.clone())
    ];
    let signed = prop_oneof![Just(json!("1")), Just(json!("2")), Just(unread)];
    let one = (region, env, key, signed).prop_map(|(region, tags, key, signed)| Topic {
        region,
        tags,
        key,
        signed,
    });
    prop::collection::vec(one, 1..8)
}

fn build(topics: &[Topic]) -> Snapshot {
    let topics = topics.iter().enumerate().map(|(number, one)| {
        let tags = match one.tags {
            None => Facet::not_asked(),
            Some("") => tags(&[]),
            Some(env) => tags(&[("env", env)]),
        };
        topic(
            number,
            one.region,
            tags,
            one.key.clone(),
            one.signed.clone(),
        )
    });
    snapshot(topics.collect())
}

/// An exception as drawn, in words that a second reading can take apart.
#[derive(Clone, Debug)]
struct Drawn {
    check: Option<&'static str>,
    account: Option<&'static str>,
    region: Option<&'static str>,
    /// The number of a topic.
    arn: Option<usize>,
    tag: Option<&'static str>,
    days: i64,
    /// Bound to what topic 0 showed, or to something else.
    value: Option<bool>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let some = |all: &'static [&'static str]| prop::option::of(prop::sample::select(all));
    (
        some(&[
            "sns-topic-unencrypted",
            "sns-topic-signature-sha1",
            "sns-*",
            "*",
            "ec2-image-old",
        ]),
        some(&[ACCOUNT, "999999999999"]),
        some(&["eu-west-1", "us-*", "global"]),
        prop::option::of(0..8_usize),
        some(&["env", "env=dev", "env=p*", "team"]),
        -2..3_i64,
        prop::option::of(any::<bool>()),
    )
        .prop_map(|(check, account, region, arn, tag, days, value)| Drawn {
            check,
            account,
            region,
            arn,
            tag,
            days,
            value,
        })
}

fn exception(number: usize, drawn: &Drawn, snapshot: &Snapshot) -> Exception {
    let texts = |text: Option<&str>| text.map(str::to_owned).into_iter().collect();
    let check = CATALOG.check("sns-topic-unencrypted").unwrap();
    Exception {
        id: format!("e{number}"),
        checks: texts(drawn.check),
        scope: Scope {
            accounts: texts(drawn.account),
            regions: texts(drawn.region),
            arns: texts(
                drawn
                    .arn
                    .map(|number| format!("arn:*:t{number}"))
                    .as_deref(),
            ),
            tags: drawn.tag.and_then(Tag::parse).into_iter().collect(),
        },
        owner: "somebody".to_owned(),
        reason: "because".to_owned(),
        expires: today() + chrono::Duration::days(drawn.days),
        value: drawn.value.map(|right| match right {
            true => observed(check, &snapshot.resources[0]),
            false => format!("sha256:{}", "0".repeat(64)),
        }),
        ticket: None,
    }
}

/// A second reading of the documentation: whether a failure is covered, and by one in force.
fn covers(drawn: &Drawn, finding: &Finding, topic: &Topic, number: usize, same: bool) -> bool {
    let check = match drawn.check {
        None | Some("*") => true,
        Some("sns-*") => finding.check.starts_with("sns-"),
        Some(check) => *finding.check == *check,
    };
    let region = match drawn.region {
        None => true,
        Some("us-*") => topic.region.starts_with("us-"),
        Some(region) => topic.region == region,
    };
    let tag = match (drawn.tag, topic.tags) {
        (None, _) => true,
        (Some("env"), Some(env)) => !env.is_empty(),
        (Some("env=dev"), Some(env)) => env == "dev",
        (Some("env=p*"), Some(env)) => env == "prod",
        _ => false,
    };
    check
        && region
        && tag
        && drawn.account.is_none_or(|account| account == ACCOUNT)
        && drawn.arn.is_none_or(|wanted| wanted == number)
        && drawn.days >= 0
        && (drawn.value.is_none() || same)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn exceptions_change_the_failures_that_they_cover_and_nothing_else(
        topics in topics(),
        drawn in prop::collection::vec(drawn(), 0..4),
    ) {
        let snapshot = build(&topics);
        let plain = assess(&snapshot, &CATALOG, now());
        let exceptions: Vec<Exception> = drawn
            .iter()
            .enumerate()
            .map(|(number, drawn)| exception(number, drawn, &snapshot))
            .collect();
        let settings = Settings { exceptions, ..Settings::default() };
        let after = assess_by(&snapshot, &CATALOG, &settings, now());
        prop_assert_eq!(plain.findings.len(), after.findings.len());
        for (before, after) in plain.findings.iter().zip(&after.findings) {
            prop_assert_eq!(&before.id, &after.id);
            let number = before.about.resource_id.as_deref().and_then(|id| id[1..].parse().ok());
            let covered = number.is_some_and(|number: usize| {
                let check = CATALOG.check(&before.check).unwrap();
                let at = snapshot.resources.iter().find(|r| Some(&r.meta.arn) == before.about.arn.as_ref());
                let seen = observed(check, at.unwrap());
                drawn.iter().zip(&settings.exceptions).any(|(one, exception)| {
                    let same = exception.value.as_ref() == Some(&seen);
                    covers(one, before, &topics[number], number, same)
                })
            });
            let expected = match before.verdict {
                Verdict::Fail if covered => Verdict::Excepted,
                verdict => verdict,
            };
            prop_assert_eq!(after.verdict, expected, "{:?}", after);
            prop_assert_eq!(after.exception().is_some(), after.verdict == Verdict::Excepted);
            prop_assert_eq!(before.message(), after.message());
        }
        // Each accepted failure is accepted by one, and told once.
        let told = after.exceptions.iter().filter(|one| one.standing == Standing::InForce);
        let told: usize = told.map(|one| one.findings).sum();
        prop_assert_eq!(told, after.count(Verdict::Excepted));
        prop_assert_eq!(after.exceptions.len(), drawn.len());
        for one in &after.exceptions {
            prop_assert_eq!(one.standing == Standing::Expired, one.expires < today());
        }
    }

    /// Whatever the tags turn out to be, what was decided without them stays.
    #[test]
    fn parameters_by_tag_decide_nothing_that_unread_tags_could_turn(
        days in 0..1500_i64,
        overrides in prop::collection::vec((0..3_usize, 1..1500_i64), 0..6),
    ) {
        let scopes = ["env=dev", "env=prod", "team"];
        let rules = Rules {
            overrides: overrides.iter().map(|(scope, days)| by_tag(scopes[*scope], *days)).collect(),
            ..Rules::default()
        };
        let settings = Settings { rules, ..Settings::default() };
        let verdict = |tags| {
            let snapshot = snapshot(vec![image(days, tags)]);
            let findings = assess_by(&snapshot, &CATALOG, &settings, now()).findings;
            findings.into_iter().find(|f| *f.check == *CHECKS[0]).unwrap().verdict
        };
        let unread = verdict(Facet::not_asked());
        prop_assume!(unread != Verdict::NotAssessed);
        for env in ["dev", "prod", "test"] {
            prop_assert_eq!(verdict(tags(&[("env", env)])), unread);
            prop_assert_eq!(verdict(tags(&[("env", env), ("team", "a")])), unread);
        }
        prop_assert_eq!(verdict(tags(&[])), unread);
    }
}

fn max_days(days: i64) -> std::collections::BTreeMap<String, Values> {
    let values: Values = [("max_days".to_owned(), json!(days))].into();
    [(CHECKS[0].to_owned(), values)].into()
}

fn by_tag(tag: &str, days: i64) -> Override {
    Override {
        scope: Scope {
            tags: vec![Tag::parse(tag).unwrap()],
            ..Scope::default()
        },
        parameters: max_days(days),
        ..Override::default()
    }
}

fn judged(resource: Resource, rules: Rules) -> (Finding, Assessment) {
    let settings = Settings {
        rules,
        ..Settings::default()
    };
    let assessment = assess_by(&snapshot(vec![resource]), &CATALOG, &settings, now());
    let mut findings = assessment.findings.iter();
    let finding = findings.find(|finding| finding.about.resource_id.is_some());
    (finding.unwrap().clone(), assessment)
}

#[test]
fn parameters_hold_everywhere_or_for_a_tag_and_are_recorded() {
    let rules = Rules {
        parameters: max_days(500),
        overrides: vec![by_tag("env=dev", 1000), by_tag("env=prod", 365)],
        ..Rules::default()
    };
    let dev = tags(&[("env", "dev")]);
    let (finding, assessment) = judged(image(800, dev), rules.clone());
    assert_eq!(finding.verdict, Verdict::Pass);
    assert_eq!(finding.parameters().unwrap()["max_days"], 1000);
    assert_eq!(assessment.measure.parameters, max_days(500));
    assert!(assessment.measure.settings.is_some());
    let (finding, _) = judged(image(800, tags(&[])), rules.clone());
    assert_eq!(finding.verdict, Verdict::Fail);
    assert_eq!(finding.parameters().unwrap()["max_days"], 500);
    // 365 is the check's own.
    let (finding, _) = judged(image(400, tags(&[("env", "prod")])), rules);
    assert_eq!(finding.verdict, Verdict::Fail);
    assert_eq!(finding.parameters(), None);
}

#[test]
fn where_tags_are_unread_the_verdict_hangs_on_them_only_if_it_does() {
    let rules = || Rules {
        overrides: vec![by_tag("env=dev", 1000)],
        ..Rules::default()
    };
    let unread = || Facet::Unread(vec!["g1".into()]);
    let (finding, _) = judged(image(800, unread()), rules());
    assert_eq!(finding.verdict, Verdict::NotAssessed);
    assert_eq!(finding.gaps(), ["g1".into()]);
    assert_eq!(
        judged(image(1200, unread()), rules()).0.verdict,
        Verdict::Fail
    );
    assert_eq!(
        judged(image(100, unread()), rules()).0.verdict,
        Verdict::Pass
    );
    // Nobody asked: that is a gap, too, and says so.
    let (finding, assessment) = judged(image(800, Facet::not_asked()), rules());
    assert_eq!(finding.verdict, Verdict::NotAssessed);
    assert!(
        assessment
            .gaps
            .iter()
            .any(|gap| finding.gaps().contains(&gap.id))
    );
}

#[test]
fn severities_hold_everywhere_or_for_a_tag_and_in_doubt_the_worst_does() {
    let severities = |severity| [(CHECKS[0].to_owned(), severity)].into();
    let rules = || Rules {
        severities: severities(Severity::Medium),
        overrides: vec![Override {
            severities: severities(Severity::High),
            ..by_tag("env=prod", 365)
        }],
        ..Rules::default()
    };
    let severity = |tags| judged(image(800, tags), rules()).0.severity;
    assert_eq!(severity(tags(&[])), Severity::Medium);
    assert_eq!(severity(tags(&[("env", "prod")])), Severity::High);
    assert_eq!(severity(Facet::not_asked()), Severity::High);
}

/// An exception of one check that is bound to what is seen of a topic.
fn bound(topic: &Resource) -> Exception {
    let check = CATALOG.check("sns-topic-unencrypted").unwrap();
    Exception {
        id: "bound".to_owned(),
        checks: vec![check.id.clone()],
        scope: Scope::default(),
        owner: "o".to_owned(),
        reason: "r".to_owned(),
        expires: today(),
        value: Some(observed(check, topic)),
        ticket: None,
    }
}

#[test]
fn a_bound_exception_lapses_when_what_was_seen_changes_and_only_then() {
    let plain = |tags| topic(0, "eu-west-1", tags, json!(null), json!("1"));
    let exception = bound(&plain(tags(&[])));
    let settings = Settings {
        exceptions: vec![exception.clone()],
        ..Settings::default()
    };
    let standing = |topic| {
        let assessment = assess_by(&snapshot(vec![topic]), &CATALOG, &settings, now());
        let told = &assessment.exceptions[0];
        (told.standing, told.findings)
    };
    // What the check does not read may change: tags, or how messages are signed.
    let other = topic(0, "eu-west-1", tags(&[("a", "b")]), json!(null), json!("2"));
    assert_eq!(standing(other), (Standing::InForce, 1));
    let check = CATALOG.check("sns-topic-unencrypted").unwrap();
    let keyed = topic(0, "eu-west-1", tags(&[]), json!("alias/x"), json!("1"));
    assert_ne!(observed(check, &keyed), exception.value.clone().unwrap());
    assert_eq!(standing(keyed), (Standing::Unused, 0));
    let mut stale = exception;
    stale.value = Some(format!("sha256:{}", "0".repeat(64)));
    let settings = Settings {
        exceptions: vec![stale],
        ..Settings::default()
    };
    let snapshot = snapshot(vec![plain(tags(&[]))]);
    let assessment = assess_by(&snapshot, &CATALOG, &settings, now());
    assert_eq!(assessment.exceptions[0].standing, Standing::Lapsed);
    assert_eq!(assessment.count(Verdict::Excepted), 0);
}

/// The doubts about one exception over topics that all fail, some checks aside.
fn doubts(topics: usize, change: impl Fn(&mut Exception)) -> (Accepted, String) {
    let topics = (0..topics).map(|at| topic(at, "eu-west-1", tags(&[]), json!(null), json!("2")));
    let topics: Vec<Resource> = topics.collect();
    let mut exception = bound(&topics[0]);
    exception.value = None;
    change(&mut exception);
    let settings = Settings {
        exceptions: vec![exception],
        ..Settings::default()
    };
    let told = assess_by(&snapshot(topics), &CATALOG, &settings, now());
    let told = told.exceptions.into_iter().next().unwrap();
    let doubts = told.doubts.join("; ");
    (told, doubts)
}

#[test]
fn what_is_broad_long_or_aimless_is_doubted() {
    let (told, said) = doubts(3, |_| {});
    assert!(said.is_empty() && !told.needs_attention(), "{said}");
    assert!(doubts(26, |_| {}).1.contains("26 failures, more than 25"));
    assert!(
        doubts(12, |_| {})
            .1
            .contains("12 of all 12 failures, more than half")
    );
    let (_, said) = doubts(3, |one| one.checks = vec!["*".to_owned(); 2]);
    assert!(!said.contains("checks"), "three checks are few: {said}");
    let (told, said) = doubts(3, |one| one.scope.tags = vec![Tag::parse("a").unwrap()]);
    assert!(told.judged && said.contains("nothing that was judged matches it"));
    let (_, said) = doubts(3, |one| one.checks.clear());
    assert!(said.contains("names no check"));
    let (_, said) = doubts(3, |one| one.expires = "2028-01-01".parse().unwrap());
    assert!(said.contains("longer than a year"));
    let (told, said) = doubts(3, |one| one.scope.arns = vec!["arn:aws:s3:::x".to_owned()]);
    assert!(
        said.contains("nothing that was judged matches it"),
        "{said}"
    );
    assert!(told.judged && told.standing == Standing::Unused);
    // Another account's exceptions say nothing here.
    let (told, said) = doubts(3, |one| {
        one.scope.accounts = vec!["999999999999".to_owned()]
    });
    assert!(said.is_empty() && !told.judged && !told.needs_attention());
    // One that is past is told as such, whatever else it was.
    let (told, said) = doubts(26, |one| one.expires = "2026-05-31".parse().unwrap());
    assert_eq!((told.standing, told.findings), (Standing::Expired, 26));
    assert!(said.is_empty() && told.needs_attention());
}

#[test]
fn unread_tags_accept_nothing_and_say_so() {
    let topic = topic(0, "eu-west-1", Facet::not_asked(), json!(null), json!("2"));
    let mut exception = bound(&topic);
    exception.value = None;
    exception.scope.tags = vec![Tag::parse("env=dev").unwrap()];
    let settings = Settings {
        exceptions: vec![exception],
        ..Settings::default()
    };
    let assessment = assess_by(&snapshot(vec![topic]), &CATALOG, &settings, now());
    let told = &assessment.exceptions[0];
    assert_eq!(assessment.count(Verdict::Excepted), 0);
    assert!(told.doubts[0].contains("whether it covers 1 failure is not known"));
    assert!(!told.judged && told.doubts.len() == 1);
}

#[test]
fn what_could_not_be_read_leaves_open_whether_an_exception_is_used() {
    let unread = json!({"$unread": []});
    let topic = topic(0, "eu-west-1", tags(&[]), unread, json!("2"));
    let mut exception = bound(&topic);
    exception.value = None;
    let settings = Settings {
        exceptions: vec![exception],
        ..Settings::default()
    };
    let assessment = assess_by(&snapshot(vec![topic]), &CATALOG, &settings, now());
    let told = &assessment.exceptions[0];
    assert_eq!(told.standing, Standing::Unused);
    assert!(!told.judged && !told.needs_attention());
}
