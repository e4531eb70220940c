#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::{Cause, Change, Comparison, Effect, Trend, compare, json, markdown, table};
use crate::assess::{Standing, Verdict};
use crate::catalog::{Party, Severity};
use crate::report::{Style, v1};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const ACCOUNT: &str = "111122223333";

fn check(id: &str) -> v1::Check {
    v1::Check {
        id: id.to_owned(),
        title: format!("Title of {id}"),
        kind: "s3.bucket".to_owned(),
        severity: Severity::High,
        risk: String::new(),
        remedy: v1::Remedy {
            text: String::new(),
            cli: None,
            terraform: None,
            links: Vec::new(),
        },
        responsibility: v1::Responsibility {
            domain: "customer-data".to_owned(),
            control: "customer-specific".to_owned(),
            category: "protect/data-protection".to_owned(),
            layer: "settings".to_owned(),
        },
        hash: format!("hash of {id}"),
        controls: BTreeMap::new(),
        aliases: Vec::new(),
    }
}

fn result(check: &str, region: &str, name: &str, verdict: Verdict) -> v1::Result {
    v1::Result {
        id: format!("{check}/{region}/{name}"),
        check: check.to_owned(),
        verdict,
        severity: Severity::High,
        account: ACCOUNT.to_owned(),
        region: region.to_owned(),
        kind: "s3.bucket".to_owned(),
        arn: Some(format!("arn:aws:s3:::{name}")),
        resource_id: Some(name.to_owned()),
        owner: Party::Customer,
        managed_by: "customer".to_owned(),
        mode: "service".to_owned(),
        message: format!("what {name} has | open"),
        evidence: Vec::new(),
        gaps: Vec::new(),
        exception: (verdict == Verdict::Excepted).then(|| "accepted".to_owned()),
        parameters: None,
    }
}

/// A list that could not be read.
fn list(check: &str, region: &str) -> v1::Result {
    v1::Result {
        id: format!("{check}/{region}"),
        arn: None,
        resource_id: None,
        message: "unknown how many there are".to_owned(),
        ..result(check, region, "", Verdict::NotAssessed)
    }
}

fn document(checks: &[&str], regions: &[&str], results: Vec<v1::Result>) -> v1::Document {
    let interval = v1::Interval {
        proven: 50.0,
        possible: 60.0,
    };
    v1::Document {
        schema: v1::SCHEMA.to_owned(),
        run: v1::Run {
            account: ACCOUNT.to_owned(),
            caller: String::new(),
            partition: "aws".to_owned(),
            regions: regions.iter().map(|region| (*region).to_owned()).collect(),
            started: "2026-11-01T10:00:00Z".to_owned(),
            tool: "1.0.0".to_owned(),
            collector: "1.0.0".to_owned(),
            catalog: "catalogue".to_owned(),
            parameters: BTreeMap::new(),
            severities: BTreeMap::new(),
            settings: None,
        },
        score: v1::Score {
            whole: Some(interval),
            domains: Vec::new(),
        },
        coverage: v1::Coverage {
            assessed: 9,
            total: 10,
            percent: Some(90.0),
        },
        counts: BTreeMap::new(),
        changes: Vec::new(),
        responsibility: Vec::new(),
        checks: checks.iter().map(|id| check(id)).collect(),
        results,
        gaps: Vec::new(),
        resources: Vec::new(),
        lists: Vec::new(),
        exceptions: Vec::new(),
        ledger: Vec::new(),
    }
}

const REGIONS: &[&str] = &["eu-west-1", "us-east-1"];

/// What one bucket's verdicts come to, after some change to the second document.
fn one(
    before: Verdict,
    after: Verdict,
    edit: impl FnOnce(&mut v1::Document),
) -> (Cause, Effect, String) {
    let a = document(&["c"], REGIONS, vec![result("c", "eu-west-1", "b", before)]);
    let mut b = document(&["c"], REGIONS, vec![result("c", "eu-west-1", "b", after)]);
    edit(&mut b);
    let comparison = compare(&a, &b, None).unwrap();
    let [change] = comparison.changes.as_slice() else {
        panic!("{comparison:?}");
    };
    (change.cause, change.effect, change.why.clone())
}

fn same(_: &mut v1::Document) {}

#[test]
fn each_change_has_its_cause() {
    use Verdict::{Excepted, Fail, Inherited, NotApplicable, NotAssessed, Pass};
    for (before, after, cause, effect) in [
        (Pass, Fail, Cause::Resource, Effect::NewFailure),
        (Fail, Pass, Cause::Resource, Effect::Mended),
        (Excepted, Pass, Cause::Resource, Effect::Mended),
        (Fail, NotApplicable, Cause::Resource, Effect::Ended),
        (Pass, NotApplicable, Cause::Resource, Effect::Other),
        (Pass, Excepted, Cause::Resource, Effect::Other),
        (Fail, Excepted, Cause::Exception, Effect::Ended),
        (Excepted, Fail, Cause::Exception, Effect::NewFailure),
        (Fail, NotAssessed, Cause::Coverage, Effect::Lost),
        (Pass, NotAssessed, Cause::Coverage, Effect::Lost),
        (Excepted, NotAssessed, Cause::Coverage, Effect::Lost),
        (NotAssessed, Fail, Cause::Coverage, Effect::NewFailure),
        (NotAssessed, Pass, Cause::Coverage, Effect::Other),
        // Owned by AWS although the resource runs as it did: the table of owners changed.
        (Fail, Inherited, Cause::Check, Effect::Ended),
    ] {
        let (found, meant, _) = one(before, after, same);
        assert_eq!((found, meant), (cause, effect), "{before:?} {after:?}");
    }
}

#[test]
fn a_check_that_changed_is_not_a_resource_that_did() {
    let (cause, effect, why) = one(Verdict::Fail, Verdict::Pass, |b| {
        b.checks[0].hash = "other".to_owned();
    });
    assert_eq!((cause, effect), (Cause::Check, Effect::Ended));
    assert_eq!(why, "the check is defined otherwise");
    let (cause, _, why) = one(Verdict::Fail, Verdict::Pass, |b| {
        let set = serde_json::json!({"port": 1});
        b.run.parameters.insert("c".to_owned(), set);
    });
    assert_eq!(cause, Cause::Check);
    assert_eq!(why, "its parameters are set otherwise");
    let (cause, effect, why) = one(Verdict::Fail, Verdict::Fail, |b| {
        b.results[0].severity = Severity::Critical;
    });
    assert_eq!((cause, effect), (Cause::Check, Effect::Other));
    assert_eq!(why, "its severity was high");
    let (cause, _, why) = one(Verdict::Fail, Verdict::Fail, |b| {
        b.checks.clear();
        b.results.clear();
    });
    assert_eq!(cause, Cause::Check);
    assert_eq!(why, "the check ran only in the first");
}

#[test]
fn what_is_absent_is_gone_only_when_it_would_have_been_seen() {
    let absent = |edit: fn(&mut v1::Document)| {
        one(Verdict::Fail, Verdict::Fail, |b| {
            b.results.clear();
            edit(b);
        })
    };
    let (cause, effect, _) = absent(same);
    assert_eq!((cause, effect), (Cause::Gone, Effect::Ended));
    let (cause, effect, why) = absent(|b| b.run.regions.clear());
    assert_eq!((cause, effect), (Cause::Coverage, Effect::Lost));
    assert_eq!(why, "eu-west-1 was not read");
    let (cause, effect, why) = absent(|b| b.run.account = "999988887777".to_owned());
    assert_eq!((cause, effect), (Cause::Coverage, Effect::Lost));
    assert_eq!(why, "account 111122223333 was not read");
    for region in ["eu-west-1", "global"] {
        let a = document(
            &["c"],
            REGIONS,
            vec![result("c", "eu-west-1", "b", Verdict::Fail)],
        );
        let b = document(&["c"], REGIONS, vec![list("c", region)]);
        let there = compare(&a, &b, None).unwrap();
        let gone = there
            .changes
            .iter()
            .find(|change| change.arn.is_some())
            .unwrap();
        assert_eq!((gone.cause, gone.effect), (Cause::Coverage, Effect::Lost));
        // And back: what was there before nobody can say.
        let back = compare(&b, &a, None).unwrap();
        let come = back
            .changes
            .iter()
            .find(|change| change.arn.is_some())
            .unwrap();
        assert_eq!(
            (come.cause, come.effect),
            (Cause::Coverage, Effect::NewFailure)
        );
    }
    // The list of another Region tells nothing of this one.
    let a = document(
        &["c"],
        REGIONS,
        vec![result("c", "eu-west-1", "b", Verdict::Fail)],
    );
    let b = document(&["c"], REGIONS, vec![list("c", "us-east-1")]);
    let comparison = compare(&a, &b, None).unwrap();
    assert!(
        comparison
            .changes
            .iter()
            .any(|change| change.cause == Cause::Gone)
    );
}

#[test]
fn time_alone_is_told_from_the_resource() {
    let a = document(
        &["c"],
        REGIONS,
        vec![result("c", "eu-west-1", "b", Verdict::Pass)],
    );
    let b = document(
        &["c"],
        REGIONS,
        vec![result("c", "eu-west-1", "b", Verdict::Fail)],
    );
    let cause = |then: &v1::Document| compare(&a, &b, Some(then)).unwrap().changes[0].cause;
    assert_eq!(cause(&a), Cause::Time);
    assert_eq!(cause(&b), Cause::Resource);
}

#[test]
fn an_exception_that_ended_says_how() {
    let (_, _, why) = one(Verdict::Excepted, Verdict::Fail, |b| {
        b.exceptions.push(v1::Exception {
            id: "accepted".to_owned(),
            scope: String::new(),
            owner: String::new(),
            reason: String::new(),
            expires: "2026-10-01".to_owned(),
            standing: Standing::Expired,
            findings: 1,
            doubts: Vec::new(),
            judged: true,
            ticket: None,
        });
    });
    assert_eq!(why, "accepted no longer accepts it (expired)");
    let (_, _, why) = one(Verdict::Excepted, Verdict::Fail, same);
    assert_eq!(why, "accepted, which accepted it, is no longer there");
}

#[test]
fn intervals_prove_only_what_they_prove() {
    let trend = |a: (f64, f64), b: (f64, f64)| {
        let of = |(proven, possible)| {
            let mut document = document(&["c"], REGIONS, Vec::new());
            document.score.whole = Some(v1::Interval { proven, possible });
            document
        };
        compare(&of(a), &of(b), None).unwrap().score
    };
    assert_eq!(trend((50.0, 60.0), (60.1, 61.0)), Trend::Higher);
    assert_eq!(trend((50.0, 60.0), (40.0, 49.9)), Trend::Lower);
    assert_eq!(trend((50.0, 60.0), (60.0, 70.0)), Trend::Open);
    assert_eq!(trend((50.0, 60.0), (50.0, 60.0)), Trend::Open);
    assert_eq!(trend((50.0, 50.0), (50.0, 50.0)), Trend::Same);
}

#[test]
fn what_limits_a_comparison_is_noted() {
    let a = document(&["c"], REGIONS, Vec::new());
    let mut b = document(&["c", "d"], REGIONS, Vec::new());
    assert_eq!(compare(&a, &a, None).unwrap().notes, Vec::<String>::new());
    b.run.tool = "2.0.0".to_owned();
    b.run.account = "999988887777".to_owned();
    b.run.catalog = "another".to_owned();
    b.checks[0].hash.clear();
    let notes = compare(&a, &b, None).unwrap().notes;
    for said in [
        "different accounts",
        "2.0.0 the second",
        "hashes",
        "1 only in the second",
    ] {
        assert!(
            notes.iter().any(|note| note.contains(said)),
            "{said}: {notes:?}"
        );
    }
    let twice = vec![result("c", "eu-west-1", "b", Verdict::Pass); 2];
    let error = compare(&document(&["c"], REGIONS, twice), &a, None).unwrap_err();
    assert_eq!(error, "the first: two results have the id c/eu-west-1/b");
}

/// Every sort of change, as people see it.
#[test]
fn the_table_and_markdown() {
    use Verdict::{Excepted, Fail, NotApplicable, NotAssessed, Pass};
    let of = |name: &str, verdict| result("bucket-open", "eu-west-1", name, verdict);
    let mut a = document(
        &["bucket-open", "bucket-old"],
        REGIONS,
        vec![
            of("logs", Pass),
            of("mended", Fail),
            of("accepted", Fail),
            of("gone", Fail),
            of("unread", Fail),
            result("bucket-old", "us-east-1", "dropped", Fail),
            result("bucket-open", "us-east-1", "far", Pass),
        ],
    );
    a.results
        .extend((0..8).map(|n| of(&format!("many-{n}"), Pass)));
    let mut b = document(
        &["bucket-open"],
        REGIONS,
        vec![
            of("logs", Fail),
            of("mended", Pass),
            of("accepted", Excepted),
            of("unread", NotAssessed),
            of("new", Fail),
            list("bucket-open", "us-east-1"),
        ],
    );
    b.results
        .extend((0..8).map(|n| of(&format!("many-{n}"), NotApplicable)));
    b.run.started = "2026-11-08T10:00:00Z".to_owned();
    let comparison = compare(&a, &b, None).unwrap();
    let style = Style {
        width: 80,
        colour: false,
        all: false,
    };
    let written = |write: &dyn Fn(&mut Vec<u8>) -> std::io::Result<()>| {
        let mut bytes = Vec::new();
        write(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let text = written(&|out| table(&comparison, style, out));
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    insta::assert_snapshot!("table", text);
    insta::assert_snapshot!("markdown", written(&|out| markdown(&comparison, out)));
    let read = written(&|out| json(&comparison, out));
    let read: Comparison = serde_json::from_str(&read).unwrap();
    assert_eq!(read.counts, comparison.counts);
    assert_eq!(read.changes.len(), comparison.changes.len());
}

const CHECKS: &[&str] = &["c0", "c1"];
const WHERE: &[&str] = &["eu-west-1", "us-east-1", "global"];

fn verdict() -> impl Strategy<Value = Verdict> {
    proptest::sample::select(&Verdict::ALL[..])
}

/// A document with a verdict, or none, for each of some places.
fn any_document() -> impl Strategy<Value = v1::Document> {
    let places = CHECKS.len() * WHERE.len() * 3;
    proptest::collection::vec(proptest::option::weighted(0.8, verdict()), places).prop_map(
        |verdicts| {
            let mut verdicts = verdicts.into_iter();
            let mut results = Vec::new();
            for check in CHECKS {
                for region in WHERE {
                    for name in ["x", "y", "z"] {
                        if let Some(verdict) = verdicts.next().flatten() {
                            results.push(result(check, region, name, verdict));
                        }
                    }
                }
            }
            document(CHECKS, REGIONS, results)
        },
    )
}

/// How something is read less.
#[derive(Clone, Debug)]
enum Loss {
    /// A result that a fact is missing for.
    Fact(usize),
    /// A list that ends early: some of its results are not there.
    List(usize, usize, u8),
    /// A Region that is not read at all.
    Region(usize),
}

fn loss() -> impl Strategy<Value = Loss> {
    prop_oneof![
        (0..18usize).prop_map(Loss::Fact),
        (0..CHECKS.len(), 0..WHERE.len(), any::<u8>()).prop_map(|(c, r, l)| Loss::List(c, r, l)),
        (0..REGIONS.len()).prop_map(Loss::Region),
    ]
}

/// The same account with less read of it.
fn lose(document: &mut v1::Document, loss: &Loss) {
    match loss {
        Loss::Fact(at) => {
            if let Some(result) = document.results.get_mut(*at) {
                result.verdict = Verdict::NotAssessed;
            }
        }
        Loss::List(check, region, left) => {
            let (check, region) = (CHECKS[*check], WHERE[*region]);
            let mut at = 0;
            document.results.retain(|result| {
                let of = result.check == check && result.region == region;
                at += usize::from(of);
                !of || left & (1 << (at % 8)) != 0
            });
            document
                .results
                .retain(|result| result.id != format!("{check}/{region}"));
            document.results.push(list(check, region));
        }
        Loss::Region(region) => {
            let region = REGIONS[*region];
            document.run.regions.retain(|other| other != region);
            document.results.retain(|result| result.region != region);
        }
    }
}

fn clone(document: &v1::Document) -> v1::Document {
    serde_json::from_value(serde_json::to_value(document).unwrap()).unwrap()
}

proptest! {
    /// Reading less is coverage: never mended, gone, accepted or new; and every verdict that is
    /// lost is told.
    #[test]
    fn what_was_not_read_is_neither_mended_nor_gone(
        a in any_document(),
        losses in proptest::collection::vec(loss(), 1..6),
    ) {
        let mut b = clone(&a);
        for loss in &losses {
            lose(&mut b, loss);
        }
        let there = compare(&a, &b, None).unwrap();
        for change in &there.changes {
            prop_assert_eq!(change.cause, Cause::Coverage, "{:?}", change);
            prop_assert!(
                matches!(change.effect, Effect::Lost | Effect::Other),
                "{:?}", change
            );
        }
        let decided = |document: &v1::Document| -> BTreeSet<String> {
            let results = document.results.iter();
            let decided = results.filter(|result| result.verdict != Verdict::NotAssessed);
            decided.map(|result| result.id.clone()).collect()
        };
        let lost = decided(&a).difference(&decided(&b)).count();
        prop_assert_eq!(there.counts.lost, lost);
        // Reading more is not a change of the account either: but a failure that shows now is
        // told.
        let back = compare(&b, &a, None).unwrap();
        for change in &back.changes {
            prop_assert_eq!(change.cause, Cause::Coverage, "{:?}", change);
            let fails = change.after == Some(Verdict::Fail);
            prop_assert_eq!(change.effect == Effect::NewFailure, fails, "{:?}", change);
        }
    }

    /// Any two: everything that differs is told once, and no word is said too much.
    #[test]
    fn no_change_is_lost_or_made_up(
        a in any_document(),
        mut b in any_document(),
        losses in proptest::collection::vec(loss(), 0..4),
    ) {
        for loss in &losses {
            lose(&mut b, loss);
        }
        let comparison = compare(&a, &b, None).unwrap();
        let of = |document: &v1::Document| -> BTreeMap<String, Verdict> {
            let results = document.results.iter();
            results.map(|result| (result.id.clone(), result.verdict)).collect()
        };
        let (then, now) = (of(&a), of(&b));
        let differ: BTreeSet<&String> = then
            .keys()
            .chain(now.keys())
            .filter(|id| then.get(*id) != now.get(*id))
            .collect();
        let told: Vec<&Change> = comparison.changes.iter().collect();
        prop_assert_eq!(told.len(), differ.len());
        for change in told {
            prop_assert!(differ.contains(&change.id));
            prop_assert_eq!(change.before, then.get(&change.id).copied());
            prop_assert_eq!(change.after, now.get(&change.id).copied());
            let failed = matches!(change.before, Some(Verdict::Fail | Verdict::Excepted));
            if change.effect == Effect::Mended {
                prop_assert!(failed && change.after == Some(Verdict::Pass));
            }
            if change.cause == Cause::Gone {
                let region = &change.region;
                let read = region == "global" || b.run.regions.contains(region);
                let whole = !b.results.iter().any(|result| {
                    result.arn.is_none() && result.check == change.check
                        && (result.region == *region || result.region == "global" || region == "global")
                });
                prop_assert!(change.after.is_none() && read && whole, "{:?}", change);
            }
            prop_assert_eq!(
                change.effect == Effect::NewFailure,
                change.after == Some(Verdict::Fail)
            );
        }
        prop_assert!(compare(&b, &b, None).unwrap().changes.is_empty());
    }
}
