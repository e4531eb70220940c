//! What is kept of an account, and the means over several of them.

use super::directory::{Member, Unit};
use super::document::{Account, Check, State, Unit as UnitScore};
use crate::assess::Verdict;
use crate::catalog::{DOMAINS, Severity};
use crate::model::INTERRUPTED;
use crate::report::v1::{self, Coverage, Domain, Interval};
use std::collections::{BTreeMap, BTreeSet};

/// The widest interval: nothing is known.
const ANYTHING: Interval = Interval {
    proven: 0.0,
    possible: 100.0,
};

/// A share whose percentage is not computed yet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Share {
    pub(super) assessed: usize,
    pub(super) total: usize,
}

impl Share {
    pub(super) fn share(self) -> Coverage {
        let percent = self.assessed as f64 * 100.0 / self.total as f64;
        Coverage {
            assessed: self.assessed,
            total: self.total,
            percent: (self.total > 0).then(|| tenth(percent)),
        }
    }
}

/// Rounded to a tenth, as in the accounts' own assessments.
fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// What is kept of an account.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) name: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) state: State,
    why: String,
    whole: Option<Interval>,
    domains: Vec<Domain>,
    coverage: Share,
    counts: BTreeMap<String, usize>,
    failures: BTreeMap<Severity, usize>,
    regions: Vec<String>,
    started: Option<String>,
}

impl Held {
    /// Of an account that was assessed.
    pub(super) fn of(document: &v1::Document) -> Held {
        let mut failures = BTreeMap::new();
        for result in &document.results {
            if result.verdict == Verdict::Fail {
                *failures.entry(result.severity).or_default() += 1;
            }
        }
        let coverage = Share {
            assessed: document.coverage.assessed,
            total: document.coverage.total,
        };
        let stopped = |gap: &v1::Gap| gap.code.as_deref() == Some(INTERRUPTED);
        let state = if coverage.assessed == 0 && coverage.total > 0 {
            State::NotRead
        } else if document.gaps.iter().any(stopped) {
            State::Interrupted
        } else {
            State::Read
        };
        Held {
            name: None,
            unit: None,
            state,
            why: match state {
                State::NotRead => heaviest(document),
                State::Interrupted => "the run was stopped while it was read".to_owned(),
                State::Read | State::Missing | State::LeftOut => String::new(),
            },
            whole: document.score.whole,
            domains: document
                .score
                .domains
                .iter()
                .map(|domain| Domain {
                    domain: domain.domain.clone(),
                    title: domain.title.clone(),
                    ..*domain
                })
                .collect(),
            coverage,
            counts: document.counts.clone(),
            failures,
            regions: document.run.regions.clone(),
            started: Some(document.run.started.clone()),
        }
    }

    /// Of an account that nothing came from, and why, if that is known.
    pub(super) fn absent(member: &Member, lost: Option<&str>) -> Held {
        Held {
            name: None,
            unit: None,
            state: match member.left_out {
                Some(_) => State::LeftOut,
                None => State::Missing,
            },
            why: match &member.left_out {
                Some(why) => why.clone(),
                None => lost.unwrap_or("there is no assessment of it").to_owned(),
            },
            whole: None,
            domains: Vec::new(),
            coverage: Share::default(),
            counts: BTreeMap::new(),
            failures: BTreeMap::new(),
            regions: Vec::new(),
            started: None,
        }
    }

    /// Whether it is among those whose mean is taken.
    pub(super) fn counts(&self) -> bool {
        self.state != State::LeftOut
    }

    /// Its score as it counts: anything, when nothing is known of it.
    pub(super) fn whole(&self) -> Option<Interval> {
        match self.state.is_unknown() {
            true => Some(ANYTHING),
            false => self.whole,
        }
    }

    /// Its score in a domain as it counts. `judged`: whether there are checks of the domain, as far
    /// as that is known.
    fn domain(&self, id: &str, judged: bool) -> Option<Interval> {
        let own = self.domains.iter().find(|domain| domain.domain == id);
        match self.state.is_unknown() {
            true => judged.then_some(ANYTHING),
            false => own.and_then(|domain| domain.score),
        }
    }

    /// Its share; of an account that nothing came from, one pair for each check.
    fn share(&self, checks: usize) -> Share {
        match self.state {
            State::Missing => Share {
                assessed: 0,
                total: checks,
            },
            _ => self.coverage,
        }
    }

    pub(super) fn account(&self, id: &str, checks: usize) -> Account {
        Account {
            id: id.to_owned(),
            name: self.name.clone(),
            unit: self.unit.clone(),
            state: self.state,
            why: self.why.clone(),
            score: match self.state {
                State::LeftOut => None,
                _ => self.whole(),
            },
            coverage: self.share(checks).share(),
            counts: self.counts.clone(),
            failures: self.failures.clone(),
            regions: self.regions.clone(),
            started: self.started.clone(),
        }
    }
}

/// The gap that most verdicts hang on, in words.
fn heaviest(document: &v1::Document) -> String {
    let mut weights: BTreeMap<&str, usize> = BTreeMap::new();
    for gap in document.results.iter().flat_map(|result| &result.gaps) {
        *weights.entry(gap).or_default() += 1;
    }
    let gap = document.gaps.iter().max_by(|a, b| {
        let weight = |gap: &v1::Gap| weights.get(gap.id.as_str()).copied().unwrap_or_default();
        // Of two that weigh the same, the first by operation and Region.
        (weight(a).cmp(&weight(b)))
            .then_with(|| (&b.operation, &b.region).cmp(&(&a.operation, &a.region)))
    });
    gap.map_or_else(
        || "nothing of it could be assessed".to_owned(),
        |gap| {
            let message = gap.message.lines().next().unwrap_or_default();
            format!("{} {}: {message}", gap.operation, gap.reason)
        },
    )
}

/// The mean of those that there are.
pub(super) fn mean(intervals: impl Iterator<Item = Option<Interval>>) -> Option<Interval> {
    let (mut proven, mut possible, mut count) = (0.0, 0.0, 0_u32);
    for interval in intervals.flatten() {
        proven += interval.proven;
        possible += interval.possible;
        count += 1;
    }
    (count > 0).then(|| Interval {
        proven: tenth(proven / f64::from(count)),
        possible: tenth(possible / f64::from(count)),
    })
}

/// The means of the accounts' domains, in the order of AWS's diagram. `judged` are the domains of
/// the checks that ran.
pub(super) fn domains(accounts: &[&Held], judged: &BTreeSet<&str>) -> Vec<Domain> {
    // Without any assessment no check is known, and anything may be.
    let has_checks = |id: &str| judged.is_empty() || judged.contains(id);
    let mut titles: BTreeMap<&str, &str> = BTreeMap::new();
    for domain in accounts.iter().flat_map(|held| &held.domains) {
        titles.entry(&domain.domain).or_insert(&domain.title);
    }
    let known = DOMAINS.iter().map(|(id, title)| (*id, *title));
    let named: BTreeSet<&str> = known.clone().map(|(id, _)| id).collect();
    let others = titles.into_iter().filter(|(id, _)| !named.contains(id));
    known
        .chain(others)
        .map(|(id, title)| {
            let mut coverage = Share::default();
            let own = accounts.iter().flat_map(|held| &held.domains);
            for domain in own.filter(|domain| domain.domain == id) {
                coverage.assessed += domain.coverage.assessed;
                coverage.total += domain.coverage.total;
            }
            Domain {
                domain: id.to_owned(),
                title: title.to_owned(),
                score: mean(accounts.iter().map(|held| held.domain(id, has_checks(id)))),
                coverage: coverage.share(),
            }
        })
        .collect()
}

/// A unit, with the accounts in it and below it.
pub(super) fn unit(unit: &Unit, path: String, accounts: &[&Held], checks: usize) -> UnitScore {
    let mut coverage = Share::default();
    let mut failures = BTreeMap::new();
    for held in accounts {
        let own = held.share(checks);
        coverage.assessed += own.assessed;
        coverage.total += own.total;
        for (severity, count) in &held.failures {
            *failures.entry(*severity).or_default() += count;
        }
    }
    UnitScore {
        id: unit.id.clone(),
        name: unit.name.clone(),
        path,
        parent: unit.parent.clone(),
        accounts: accounts.len(),
        not_read: accounts.iter().filter(|h| h.state.is_unknown()).count(),
        score: mean(accounts.iter().map(|held| held.whole())),
        coverage: coverage.share(),
        failures,
    }
}

/// The checks with the worst failures first: by severity, then by accounts, then by resources.
pub(super) fn order(a: &Check, b: &Check) -> std::cmp::Ordering {
    let fails = |check: &Check| check.failing.values().sum::<usize>();
    let key = |check: &Check| {
        let severity = (!check.failing.is_empty()).then_some(check.severity);
        (severity, check.failing.len(), fails(check))
    };
    key(b).cmp(&key(a)).then_with(|| a.id.cmp(&b.id))
}
