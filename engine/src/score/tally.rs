//! How often each check passed and failed, and the score of that.

use super::{Coverage, DomainScore, Interval, Mean, Score, domain_weight, weight};
use crate::assess::{Finding, Verdict};
use crate::catalog::{Catalog, DOMAINS};
use std::collections::BTreeMap;

/// How often a check said what.
#[derive(Default, Clone, Copy)]
pub(super) struct Tally {
    pub(super) passes: usize,
    pub(super) fails: usize,
    pub(super) excepted: usize,
    pub(super) unknown: usize,
    /// Whether a list of resources was not read to its end: how many there are is not known.
    pub(super) open: bool,
}

impl Tally {
    fn add(&mut self, finding: &Finding) {
        match finding.verdict {
            Verdict::Pass => self.passes += 1,
            Verdict::Fail => self.fails += 1,
            Verdict::Excepted => self.excepted += 1,
            Verdict::NotAssessed => {
                self.unknown += 1;
                self.open |= finding.about.arn.is_none();
            }
            Verdict::Inherited | Verdict::NotApplicable => {}
        }
    }

    pub(super) fn interval(self) -> Option<Interval> {
        if self.open {
            // Any number of resources may lie in the part that was not read, and they may all
            // fail or all pass: nothing of the share is known.
            return Some(Interval {
                proven: 0.0,
                possible: 100.0,
            });
        }
        let judged = self.passes + self.fails + self.unknown;
        (judged > 0).then(|| Interval {
            proven: self.passes as f64 * 100.0 / judged as f64,
            possible: (self.passes + self.unknown) as f64 * 100.0 / judged as f64,
        })
    }

    fn coverage(self) -> Coverage {
        let assessed = self.passes + self.fails + self.excepted;
        Coverage {
            assessed,
            total: assessed + self.unknown,
        }
    }
}

/// The tallies of all checks, by id.
pub(super) struct Tallies<'f>(BTreeMap<&'f str, Tally>);

impl<'f> Tallies<'f> {
    pub(super) fn of(findings: &'f [Finding]) -> Tallies<'f> {
        let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
        for finding in findings {
            let tally = tallies.entry(&finding.check).or_default();
            tally.add(finding);
        }
        Tallies(tallies)
    }

    pub(super) fn get(&self, check: &str) -> Tally {
        self.0.get(check).copied().unwrap_or_default()
    }

    pub(super) fn score(&self, catalog: &Catalog) -> Score {
        let mut domains = Vec::new();
        for (domain, title) in DOMAINS {
            let mut mean = Mean::default();
            let mut coverage = Coverage::default();
            let of = catalog
                .checks
                .iter()
                .filter(|check| check.responsibility.domain == *domain);
            for check in of {
                let tally = self.get(&check.id);
                coverage.assessed += tally.coverage().assessed;
                coverage.total += tally.coverage().total;
                mean.add(tally.interval(), weight(check.severity));
            }
            domains.push(DomainScore {
                domain,
                title,
                score: mean.take(),
                coverage,
            });
        }
        let mut whole = Mean::default();
        let mut coverage = Coverage::default();
        for domain in &domains {
            whole.add(domain.score, domain_weight(domain.domain));
            coverage.assessed += domain.coverage.assessed;
            coverage.total += domain.coverage.total;
        }
        Score {
            whole: whole.take(),
            coverage,
            domains,
        }
    }
}
