//! Properties of the joining, over assessments of built-in checks; and what it says.

use super::*;
use crate::assess::{Assessment, Detail, Finding, FindingId, Subject};
use crate::catalog::{BUILTIN, Catalog};
use crate::model::{Gap, Header, Reason};
use crate::report::v1::Interval;
use crate::report::{Report, Style, document};
use crate::score::score;
use chrono::DateTime;
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::{Arc, LazyLock};

/// Checks of several domains and severities.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let mut catalog = BUILTIN.clone();
    let wanted = [
        "account-root-without-mfa",
        "cloudtrail-trail-not-logging",
        "ec2-security-group-ssh-open-to-ipv4-world",
        "s3-bucket-policy-public",
        "s3-bucket-versioning-off",
    ];
    let known = |id: &str| wanted.contains(&id);
    catalog.checks.retain(|check| known(&check.id));
    assert_eq!(catalog.checks.len(), wanted.len());
    catalog
});

/// A verdict of a check on a resource.
#[derive(Clone, Debug)]
struct Said {
    check: usize,
    verdict: Verdict,
    /// The account in the ARN; none for the account's own.
    owner: Option<usize>,
    resource: u8,
}

fn number(account: usize) -> String {
    format!("{:012}", 111_111_111_111 + account)
}

fn finding(account: usize, said: &Said) -> Finding {
    let check = &CATALOG.checks[said.check % CATALOG.checks.len()];
    let (own, region) = (number(account), "eu-west-1");
    let owner = said.owner.map_or_else(|| own.clone(), number);
    let arn = format!("arn:aws:x:{region}:{owner}:thing/{}", said.resource);
    Finding {
        id: FindingId::of(check, &own, region, Some(&arn)),
        check: check.id.as_str().into(),
        about: Arc::new(Subject {
            account: own.into(),
            region: region.into(),
            kind: check.kind.name,
            arn: Some(arn.into()),
            resource_id: Some(format!("thing-{}", said.resource).into()),
        }),
        owner: Arc::new("customer".into()),
        detail: Some(Box::new(Detail {
            message: format!("thing-{} is not as it should be", said.resource),
            ..Detail::default()
        })),
        verdict: said.verdict,
        severity: check.severity,
    }
}

/// The same, said of the list and not of one resource.
fn of_list(mut finding: Finding) -> Finding {
    Arc::make_mut(&mut finding.about).arn = None;
    finding
}

fn assessed(account: usize, findings: Vec<Finding>, gaps: Vec<Gap>) -> v1::Document {
    let header = Header {
        schema: crate::model::snapshot::SCHEMA,
        tool: "0.1.0".to_owned(),
        account: number(account),
        caller: String::new(),
        partition: "aws".to_owned(),
        regions: vec!["eu-west-1".to_owned()],
        started: DateTime::from_timestamp(1_795_348_800 + account as i64, 0).unwrap(),
        asked: Vec::new(),
        ledger: Vec::new(),
    };
    let mut assessment = Assessment {
        findings,
        gaps,
        ..Assessment::default()
    };
    assessment
        .findings
        .sort_by(|a, b| a.order().cmp(&b.order()));
    let score = score(&assessment.findings, &CATALOG);
    document(&Report {
        header: &header,
        catalog: &CATALOG,
        assessment: &assessment,
        score: &score,
        resources: &[],
    })
}

/// What a report writes.
fn text(render: impl Fn(&mut dyn Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    render(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn read(account: usize, said: &[Said]) -> v1::Document {
    let findings = said.iter().map(|said| finding(account, said)).collect();
    assessed(account, findings, Vec::new())
}

/// The assessment of an account whose role could not be assumed.
fn unread(account: usize) -> v1::Document {
    let own = number(account);
    let id = Gap::id_of(&own, "global", "sts:AssumeRole", None, Reason::Denied);
    let gap = Gap {
        id: id.clone(),
        account: own.as_str().into(),
        region: "global".into(),
        operation: "sts:AssumeRole".into(),
        actions: vec!["sts:AssumeRole".into()],
        reason: Reason::Denied,
        resource: None,
        code: Some("AccessDenied".to_owned()),
        message: "not authorized to perform: sts:AssumeRole".to_owned(),
    };
    let findings = (0..CATALOG.checks.len()).map(|check| {
        let said = Said {
            check,
            verdict: Verdict::NotAssessed,
            owner: None,
            resource: 0,
        };
        let mut finding = of_list(finding(account, &said));
        Arc::make_mut(&mut finding.about).resource_id = None;
        finding.detail_mut().gaps = vec![id.clone()];
        finding
    });
    assessed(account, findings.collect(), vec![gap])
}

/// Accounts in two units, one of which lies in the other, below a root.
fn directory(accounts: usize) -> Directory {
    let unit = |id: &str, name: &str, parent: Option<&str>| Unit {
        id: id.to_owned(),
        name: name.to_owned(),
        parent: parent.map(str::to_owned),
    };
    let places = ["r-root", "ou-work", "ou-prod"];
    Directory {
        organization: Some("o-example1234".to_owned()),
        management_account: Some(number(0)),
        listed_by: Some(number(1)),
        units: vec![
            unit("r-root", "Root", None),
            unit("ou-work", "Workloads", Some("r-root")),
            unit("ou-prod", "Production", Some("ou-work")),
        ],
        accounts: (0..accounts)
            .map(|account| Member {
                id: number(account),
                name: Some(format!("account {account}")),
                unit: Some(places[account % places.len()].to_owned()),
                left_out: None,
            })
            .collect(),
        notes: Vec::new(),
    }
}

fn joined(directory: Directory, documents: &[v1::Document]) -> Document {
    let mut all = Combination::of(directory);
    for one in documents {
        all.add(one).unwrap();
    }
    all.finish()
}

fn said(accounts: usize) -> impl Strategy<Value = Said> {
    let owner = prop_oneof![4 => Just(None), 1 => (0..accounts + 2).prop_map(Some)];
    let verdict = select(&Verdict::ALL[..]);
    (0..6usize, verdict, owner, 0..4u8).prop_map(|(check, verdict, owner, resource)| Said {
        check,
        verdict,
        owner,
        resource,
    })
}

/// What each of some accounts is said of; ids of results are unique within an account.
fn accounts() -> impl Strategy<Value = Vec<Vec<Said>>> {
    prop::collection::vec(prop::collection::vec(said(6), 0..12), 1..7).prop_map(|mut all| {
        for (account, said) in all.iter_mut().enumerate() {
            let mut seen = BTreeSet::new();
            said.retain(|one| seen.insert(finding(account, one).id));
        }
        all
    })
}

fn documents(accounts: &[Vec<Said>]) -> Vec<v1::Document> {
    let all = accounts.iter().enumerate();
    all.map(|(account, said)| read(account, said)).collect()
}

/// All intervals: the whole, the domains, the units.
fn intervals(document: &Document) -> Vec<Option<Interval>> {
    let domains = document.score.domains.iter().map(|domain| domain.score);
    let units = document.units.iter().map(|unit| unit.score);
    domains.chain(units).chain([document.score.whole]).collect()
}

/// Whether nothing that was known is other than before, and nothing narrower.
fn only_widens(before: &Document, after: &Document) -> Result<(), TestCaseError> {
    for (before, after) in intervals(before).into_iter().zip(intervals(after)) {
        if let Some(before) = before {
            let after = after.unwrap();
            prop_assert!(after.proven <= before.proven, "{before:?} {after:?}");
            prop_assert!(after.possible >= before.possible, "{before:?} {after:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_account_that_could_not_be_read_only_widens(accounts in accounts(), lost in any::<usize>()) {
        let lost = lost % accounts.len();
        let mut documents = documents(&accounts);
        let before = joined(directory(accounts.len()), &documents);
        documents[lost] = unread(lost);
        let unassumed = joined(directory(accounts.len()), &documents);
        only_widens(&before, &unassumed)?;
        prop_assert_eq!(unassumed.accounts[lost].coverage.assessed, 0);
        // Nor does it when not even that came of it; and both count alike.
        documents.remove(lost);
        let missing = joined(directory(accounts.len()), &documents);
        only_widens(&before, &missing)?;
        let state = |document: &Document| document.accounts[lost].state;
        prop_assert_eq!(state(&unassumed), State::NotRead);
        prop_assert_eq!(state(&missing), State::Missing);
        let checks = CATALOG.checks.len();
        prop_assert_eq!(unassumed.accounts[lost].coverage.total, checks);
        if accounts.len() > 1 {
            prop_assert_eq!(intervals(&unassumed), intervals(&missing));
            prop_assert_eq!(unassumed.coverage, missing.coverage);
        }
    }

    #[test]
    fn losing_a_read_only_widens(accounts in accounts(), account in any::<usize>(), at in any::<usize>()) {
        let account = account % accounts.len();
        let count = accounts[account].len();
        let judged = [Verdict::Pass, Verdict::Fail];
        let mut after = accounts.clone();
        if let Some(one) = after[account].get_mut(at.checked_rem(count).unwrap_or(0))
            && judged.contains(&one.verdict)
        {
            one.verdict = Verdict::NotAssessed;
            let of = |all: &[Vec<Said>]| joined(directory(all.len()), &documents(all));
            only_widens(&of(&accounts), &of(&after))?;
        }
    }

    #[test]
    fn the_order_of_the_assessments_changes_nothing(accounts in accounts(), lost in any::<usize>(), turn in any::<usize>()) {
        let lost = lost % accounts.len();
        let mut documents = documents(&accounts);
        documents[lost] = unread(lost);
        let of = |documents: &[v1::Document]| {
            let all = joined(directory(accounts.len()), documents);
            text(|out| json(&all, out))
        };
        let before = of(&documents);
        documents.rotate_left(turn % accounts.len());
        documents.reverse();
        prop_assert_eq!(of(&documents), before);
    }

    #[test]
    fn accounts_that_are_left_out_count_nowhere(accounts in accounts()) {
        let documents = documents(&accounts);
        let mut directory = directory(accounts.len());
        let before = joined(directory.clone(), &documents);
        directory.accounts.push(Member {
            id: number(99),
            unit: Some("ou-prod".to_owned()),
            left_out: Some("suspended".to_owned()),
            ..Member::default()
        });
        let after = joined(directory, &documents);
        prop_assert_eq!(intervals(&before), intervals(&after));
        prop_assert_eq!(before.coverage, after.coverage);
        prop_assert_eq!(after.accounts.last().unwrap().state, State::LeftOut);
        prop_assert_eq!(after.accounts.last().unwrap().score, None);
    }

    /// Every verdict is counted once: those on an account's own things as they are, those on
    /// another's only where the owner has none.
    #[test]
    fn verdicts_are_counted_once(accounts in accounts()) {
        let all = joined(Directory::default(), &documents(&accounts));
        let (mut own, mut views) = (0, BTreeSet::new());
        for (account, said) in accounts.iter().enumerate() {
            for one in said {
                match one.owner.filter(|owner| *owner != account) {
                    None => own += 1,
                    // An account whose every verdict is unread is not known to list anything.
                    Some(owner) => {
                        let known = all.accounts.iter().any(|a| a.id == number(owner) && a.state == State::Read);
                        if !known {
                            views.insert((one.check % CATALOG.checks.len(), owner, one.resource));
                        }
                    }
                }
            }
        }
        prop_assert_eq!(all.counts.values().sum::<usize>(), own + views.len());
        let failures: usize = all.checks.iter().flat_map(|c| c.failing.values()).sum();
        prop_assert_eq!(all.counts["fail"], failures);
        prop_assert_eq!(all.failures.values().sum::<usize>(), failures);
    }
}

#[test]
fn one_assessment_alone_keeps_its_score() {
    let one = read(
        0,
        &[
            of(0, Verdict::Pass),
            of(1, Verdict::Fail),
            of(2, Verdict::NotAssessed),
        ],
    );
    let all = joined(Directory::default(), std::slice::from_ref(&one));
    assert_eq!(all.score.whole, one.score.whole);
    for (all, one) in all.score.domains.iter().zip(&one.score.domains) {
        assert_eq!((&all.domain, all.score), (&one.domain, one.score));
        assert_eq!(all.coverage, one.coverage);
    }
    assert_eq!(all.coverage, one.coverage);
    assert_eq!(all.counts, one.counts);
}

/// A verdict of a check on an account's own thing.
fn of(check: usize, verdict: Verdict) -> Said {
    Said {
        check,
        verdict,
        owner: None,
        resource: 0,
    }
}

/// What an account says of a thing of account 0.
fn view(verdict: Verdict) -> Said {
    Said {
        owner: Some(0),
        ..of(0, verdict)
    }
}

fn failing(document: &Document) -> BTreeMap<String, usize> {
    let check = &CATALOG.checks[0].id;
    let found = document.checks.iter().find(|known| known.id == *check);
    found.unwrap().failing.clone()
}

#[test]
fn what_several_accounts_see_is_its_owners() {
    let seen = [
        read(1, &[view(Verdict::Fail)]),
        read(2, &[view(Verdict::Fail)]),
    ];
    let owner = read(0, &[of(0, Verdict::Fail)]);
    let all = joined(
        Directory::default(),
        &[vec![owner], seen.iter().map(again).collect()].concat_documents(),
    );
    assert_eq!(failing(&all), BTreeMap::from([(number(0), 1)]));
    assert_eq!(all.counts["fail"], 1);
    let [shared] = &all.shared[..] else {
        panic!("{:?}", all.shared);
    };
    assert_eq!(shared.owner, number(0));
    assert_eq!(shared.seen_by, [number(1), number(2)]);
    assert_eq!(shared.verdict, None);
}

#[test]
fn what_its_owner_could_not_list_is_counted_once_by_the_worst() {
    let seen = [
        read(1, &[view(Verdict::Pass)]),
        read(2, &[view(Verdict::Fail)]),
    ];
    // The owner is not among the accounts; then it could not be read; then its list broke off.
    let broken = {
        let lost = of_list(finding(0, &of(0, Verdict::NotAssessed)));
        let pass = finding(0, &of(1, Verdict::Pass));
        assessed(0, vec![lost, pass], Vec::new())
    };
    for owner in [None, Some(unread(0)), Some(broken)] {
        let documents: Vec<v1::Document> =
            owner.into_iter().chain(seen.iter().map(again)).collect();
        let all = joined(Directory::default(), &documents);
        assert_eq!(failing(&all), BTreeMap::from([(number(2), 1)]));
        assert_eq!(all.shared[0].verdict, Some(Verdict::Fail));
    }
}

fn again(document: &v1::Document) -> v1::Document {
    serde_json::from_slice(&serde_json::to_vec(document).unwrap()).unwrap()
}

/// Documents cannot be cloned.
trait Concat {
    fn concat_documents(self) -> Vec<v1::Document>;
}

impl Concat for [Vec<v1::Document>; 2] {
    fn concat_documents(self) -> Vec<v1::Document> {
        self.into_iter().flatten().collect()
    }
}

#[test]
fn an_account_comes_once_and_not_when_it_is_left_out() {
    let mut all = Combination::of(Directory {
        accounts: vec![Member {
            id: number(1),
            left_out: Some("excluded".to_owned()),
            ..Member::default()
        }],
        ..Directory::default()
    });
    all.add(&read(0, &[])).unwrap();
    let twice = all.add(&read(0, &[])).unwrap_err();
    assert!(
        twice.contains("two assessments of account 111111111111"),
        "{twice}"
    );
    let left_out = all.add(&read(1, &[])).unwrap_err();
    assert!(left_out.contains("excluded"), "{left_out}");
    assert_eq!(all.finish().accounts.len(), 2);
}

#[test]
fn what_nothing_came_of_says_why() {
    let mut all = Combination::of(directory(3));
    all.add(&read(0, &[of(0, Verdict::Pass)])).unwrap();
    all.lost(&number(1), "its reading stopped");
    all.note("Second.".to_owned());
    all.note("First.".to_owned());
    let document = all.finish();
    let told: Vec<(State, &str)> = document
        .accounts
        .iter()
        .map(|account| (account.state, account.why.as_str()))
        .collect();
    let (stopped, unknown) = ("its reading stopped", "there is no assessment of it");
    let missing = State::Missing;
    assert_eq!(
        told,
        [(State::Read, ""), (missing, stopped), (missing, unknown)]
    );
    assert_eq!(document.score.whole.unwrap().possible, 100.0);
    assert_eq!(document.notes, ["First.", "Second."]);
}

/// A unit has the accounts of those below it, however many there are of both: the first of the units
/// is the root, and each other one lies in one of those before it.
#[test]
fn a_thousand_units_of_two_thousand_accounts() {
    let (units, accounts) = (1_000, 2_000);
    let parent = |unit: usize| (unit > 0).then(|| unit.saturating_sub(1) / 4);
    let id = |unit: usize| format!("ou-{unit:04}");
    let mut directory = Directory {
        units: (0..units)
            .map(|unit| Unit {
                id: id(unit),
                name: format!("u{unit}"),
                parent: parent(unit).map(id),
            })
            .collect(),
        accounts: (0..accounts)
            .map(|account| Member {
                id: number(account),
                unit: Some(id(account % units)),
                ..Member::default()
            })
            .collect(),
        ..Directory::default()
    };
    // Counted from below, the deepest unit first.
    let mut counted = vec![accounts / units; units];
    for unit in (1..units).rev() {
        counted[parent(unit).unwrap()] += counted[unit];
    }
    directory
        .choose(&Choice {
            units: vec!["u0/u1/u5".to_owned(), "u2".to_owned()],
            ..Choice::default()
        })
        .unwrap();
    let chosen = directory.accounts.iter().filter(|a| a.left_out.is_none());
    assert_eq!(chosen.count(), counted[5] + counted[2]);
    for account in &mut directory.accounts {
        account.left_out = None;
    }
    let all = joined(directory, &[read(0, &[of(0, Verdict::Pass)])]);
    assert_eq!(all.units[0].path, "u0");
    assert_eq!(all.units.len(), units);
    for unit in &all.units {
        let own: usize = unit.id.trim_start_matches("ou-").parse().unwrap();
        assert_eq!(unit.accounts, counted[own], "{}", unit.path);
        assert_eq!(unit.not_read, counted[own] - usize::from(own == 0));
        assert!(unit.path.ends_with(&unit.name), "{}", unit.path);
    }
}

#[test]
fn what_cannot_be_compared_is_said() {
    let mut other = read(1, &[]);
    other.run.catalog = "another".to_owned();
    other.run.settings = Some("set".to_owned());
    let all = joined(Directory::default(), &[read(0, &[]), other]);
    assert_eq!(all.run.catalogs.len(), 2);
    assert_eq!(all.notes.len(), 2, "{:?}", all.notes);
    assert!(all.notes[0].contains("2 catalogues"), "{:?}", all.notes);
}

#[test]
fn only_the_first_failures_are_kept() {
    let many = |account: usize| {
        let things = (0..9).map(|resource| Said {
            resource,
            ..of(0, Verdict::Fail)
        });
        read(account, &things.collect::<Vec<_>>())
    };
    let all = joined(Directory::default(), &[many(2), many(0), many(1)]);
    let examples = &all.checks[0].examples;
    assert_eq!(examples.len(), 10);
    assert!(examples.iter().take(9).all(|one| one.account == number(0)));
    assert_eq!(examples[9].account, number(1));
    assert_eq!(all.checks[0].failing.values().sum::<usize>(), 27);
}

#[test]
fn reports() {
    let fails = |check: usize, resource: u8| Said {
        resource,
        ..of(check, Verdict::Fail)
    };
    let mut directory = directory(5);
    directory.accounts[4].left_out = Some("suspended".to_owned());
    directory.notes.push("A note.".to_owned());
    let documents = [
        read(
            0,
            &[
                of(0, Verdict::Pass),
                fails(1, 1),
                fails(1, 2),
                of(3, Verdict::Pass),
            ],
        ),
        read(
            1,
            &[
                of(0, Verdict::Fail),
                fails(1, 1),
                of(2, Verdict::Pass),
                view(Verdict::Pass),
            ],
        ),
        unread(2),
    ];
    let all = joined(directory, &documents);
    let style = Style {
        width: 100,
        colour: false,
        all: false,
    };
    insta::assert_snapshot!("table", text(|out| table(&all, style, out)));
    insta::assert_snapshot!("markdown", text(|out| markdown(&all, out)));
}
