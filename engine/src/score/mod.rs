//! The score: an interval, from what is proven to the best that it could be. Its width is
//! what is not known.
//!
//! * A check scores `passes / (passes + fails + not assessed)` at the least, and at the most
//!   the same with the not assessed among the passes. Inherited and not applicable verdicts
//!   count nowhere, excepted ones neither: they are shown beside the score.
//!   A check with a list that was not read to its end scores from 0 to 100: any number of
//!   resources may lie there, so that any narrower interval could be wrong.
//! * A domain is the mean of its checks, weighted by severity.
//! * The whole is the mean of the domains, weighted as [`WEIGHTS`] says.
//! * What has nothing judged has no score.

mod breakdown;
mod changes;
mod tally;

pub use breakdown::{CheckPart, DomainPart, breakdown};
pub use changes::{Change, What, changes};

use crate::assess::Finding;
use crate::catalog::{Catalog, Severity};
use tally::Tallies;

/// How much a domain weighs in the whole.
pub const WEIGHTS: &[(&str, f64)] = &[
    ("customer-data", 2.0),
    ("platform-iam", 3.0),
    ("os-network", 3.0),
    ("client-side-encryption", 1.0),
    ("server-side-encryption", 2.0),
    ("network-traffic", 2.0),
];

/// How much a check weighs in its domain.
pub const fn weight(severity: Severity) -> f64 {
    match severity {
        Severity::Critical => 10.0,
        Severity::High => 7.0,
        Severity::Medium => 4.0,
        Severity::Low => 2.0,
        Severity::Info => 1.0,
    }
}

/// From 0 to 100: what is proven, and the best that it could be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// With what could not be assessed as not passed.
    pub proven: f64,
    /// With what could not be assessed as passed.
    pub possible: f64,
}

/// How many (check, resource) pairs there were, and how many of them could be assessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Pairs that passed or failed (or were excepted).
    pub assessed: usize,
    /// Those and the ones that were not assessed.
    pub total: usize,
}

impl Coverage {
    /// The share, from 0 to 100; none when there was nothing to assess.
    pub fn percent(self) -> Option<f64> {
        (self.total > 0).then(|| self.assessed as f64 * 100.0 / self.total as f64)
    }
}

/// A domain's part of the score.
#[derive(Clone, Debug)]
pub struct DomainScore {
    /// The domain's id.
    pub domain: &'static str,
    /// The domain's name in AWS's diagram.
    pub title: &'static str,
    /// The score; none when nothing was judged.
    pub score: Option<Interval>,
    /// The share that was assessed.
    pub coverage: Coverage,
}

/// The score of an assessment.
#[derive(Clone, Debug)]
pub struct Score {
    /// The whole; none when nothing was judged.
    pub whole: Option<Interval>,
    /// The share that was assessed.
    pub coverage: Coverage,
    /// The domains, in the diagram's order.
    pub domains: Vec<DomainScore>,
}

/// Scores the findings of a catalogue's checks.
pub fn score(findings: &[Finding], catalog: &Catalog) -> Score {
    Tallies::of(findings).score(catalog)
}

/// How much a domain weighs.
pub(crate) fn domain_weight(domain: &str) -> f64 {
    WEIGHTS
        .iter()
        .find(|(name, _)| *name == domain)
        .map_or(1.0, |(_, weight)| *weight)
}

/// A weighted mean of intervals.
#[derive(Default)]
struct Mean {
    proven: f64,
    possible: f64,
    weight: f64,
}

impl Mean {
    fn add(&mut self, interval: Option<Interval>, weight: f64) {
        if let Some(interval) = interval {
            self.proven += interval.proven * weight;
            self.possible += interval.possible * weight;
            self.weight += weight;
        }
    }

    fn take(self) -> Option<Interval> {
        (self.weight > 0.0).then(|| Interval {
            proven: self.proven / self.weight,
            possible: self.possible / self.weight,
        })
    }
}

#[cfg(test)]
mod tests;
