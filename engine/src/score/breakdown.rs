//! How the score comes about: what each check takes from the whole, and how much of the whole
//! hangs on what it could not assess. The parts add up to what is missing from 100.

use super::tally::Tallies;
use super::{DomainScore, Interval, domain_weight, weight};
use crate::assess::Finding;
use crate::catalog::{Catalog, Check, Severity};

/// A domain's part of the whole.
#[derive(Debug)]
pub struct DomainPart<'c> {
    /// The domain, with its score.
    pub domain: DomainScore,
    /// How much it weighs.
    pub weight: f64,
    /// Its share of the whole, from 0 to 1: its weight among the domains that have a score.
    pub share: f64,
    /// Its checks that judged something, those that take most from the whole first.
    pub checks: Vec<CheckPart<'c>>,
}

/// A check's part of the whole.
#[derive(Debug)]
pub struct CheckPart<'c> {
    /// The check.
    pub check: &'c Check,
    /// How much its severity weighs.
    pub weight: f64,
    /// Its share of the whole, from 0 to 1.
    pub share: f64,
    /// Resources that passed.
    pub passes: usize,
    /// Resources that failed.
    pub fails: usize,
    /// Resources, or lists of them, that could not be assessed.
    pub unknown: usize,
    /// Failures that their owner accepted; they count nowhere.
    pub excepted: usize,
    /// Its score.
    pub score: Interval,
    /// Points of the whole that its failures take, from both ends.
    pub lost: f64,
    /// Points of the whole that what it could not assess takes from the lower end.
    pub open: f64,
}

impl CheckPart<'_> {
    /// Points that are missing at the lower end.
    pub fn missing(&self) -> f64 {
        self.lost + self.open
    }

    /// The check's severity.
    pub fn severity(&self) -> Severity {
        self.check.severity
    }
}

impl DomainPart<'_> {
    /// Points of the whole that failures take.
    pub fn lost(&self) -> f64 {
        self.checks.iter().map(|part| part.lost).sum()
    }

    /// Points of the whole that are not known.
    pub fn open(&self) -> f64 {
        self.checks.iter().map(|part| part.open).sum()
    }
}

/// Takes the score of findings apart. Domains in which nothing was judged have no share.
pub fn breakdown<'c>(findings: &[Finding], catalog: &'c Catalog) -> Vec<DomainPart<'c>> {
    let tallies = Tallies::of(findings);
    let score = tallies.score(catalog);
    let scored = score.domains.iter().filter(|domain| domain.score.is_some());
    let all: f64 = scored.map(|domain| domain_weight(domain.domain)).sum();
    let mut parts: Vec<DomainPart> = score
        .domains
        .into_iter()
        .map(|domain| {
            let own = domain_weight(domain.domain);
            let share = match domain.score {
                Some(_) => own / all,
                None => 0.0,
            };
            DomainPart {
                checks: checks(&tallies, catalog, domain.domain, share),
                weight: own,
                share,
                domain,
            }
        })
        .collect();
    parts.sort_by(|a, b| (b.lost() + b.open()).total_cmp(&(a.lost() + a.open())));
    parts
}

fn checks<'c>(
    tallies: &Tallies<'_>,
    catalog: &'c Catalog,
    domain: &str,
    share: f64,
) -> Vec<CheckPart<'c>> {
    let judged: Vec<(&Check, Interval)> = catalog
        .checks
        .iter()
        .filter(|check| check.responsibility.domain == domain)
        .filter_map(|check| Some((check, tallies.get(&check.id).interval()?)))
        .collect();
    let all: f64 = judged.iter().map(|(check, _)| weight(check.severity)).sum();
    let mut parts: Vec<CheckPart> = judged
        .into_iter()
        .map(|(check, score)| {
            let tally = tallies.get(&check.id);
            let weight = weight(check.severity);
            let share = share * weight / all;
            CheckPart {
                check,
                weight,
                share,
                passes: tally.passes,
                fails: tally.fails,
                unknown: tally.unknown,
                excepted: tally.excepted,
                score,
                lost: share * (100.0 - score.possible),
                open: share * (score.possible - score.proven),
            }
        })
        .collect();
    parts.sort_by(|a, b| {
        let order = b.missing().total_cmp(&a.missing());
        order.then_with(|| a.check.id.cmp(&b.check.id))
    });
    parts
}
