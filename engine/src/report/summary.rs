//! What several formats open with: failures by severity and by check.

use super::Report;
use crate::assess::{Accepted, Finding, Standing, Verdict};
use crate::catalog::{Check, Severity};
use crate::score::Interval;
use std::collections::BTreeMap;

/// The failures of one check.
pub(super) struct Failures<'a> {
    pub(super) check: &'a Check,
    pub(super) findings: Vec<&'a Finding>,
    /// How many resources the check judged.
    pub(super) judged: usize,
    /// The worst severity among the failures; the user may set it for some resources.
    pub(super) severity: Severity,
}

/// The checks that failed, the worst first, then those that failed most.
pub(super) fn failures<'a>(report: &Report<'a>) -> Vec<Failures<'a>> {
    let mut by_check: BTreeMap<&str, (Vec<&Finding>, usize)> = BTreeMap::new();
    for finding in &report.assessment.findings {
        let entry = by_check.entry(&finding.check).or_default();
        match finding.verdict {
            Verdict::Fail => {
                entry.0.push(finding);
                entry.1 += 1;
            }
            Verdict::Pass | Verdict::NotAssessed | Verdict::Excepted => entry.1 += 1,
            Verdict::Inherited | Verdict::NotApplicable => {}
        }
    }
    let mut failures: Vec<Failures> = report
        .catalog
        .checks
        .iter()
        .filter_map(|check| {
            let (findings, judged) = by_check.remove(check.id.as_str())?;
            let severity = findings.iter().map(|finding| finding.severity).max()?;
            Some(Failures {
                check,
                findings,
                judged,
                severity,
            })
        })
        .collect();
    failures.sort_by(|a, b| {
        let key = |f: &Failures| (f.severity, f.findings.len());
        key(b)
            .cmp(&key(a))
            .then_with(|| a.check.id.cmp(&b.check.id))
    });
    failures
}

/// How many failures there are of each severity, the worst first.
pub(super) fn by_severity(report: &Report<'_>) -> Vec<(Severity, usize)> {
    Severity::ALL
        .into_iter()
        .rev()
        .map(|severity| {
            let count = report
                .assessment
                .findings
                .iter()
                .filter(|f| f.verdict == Verdict::Fail && f.severity == severity)
                .count();
            (severity, count)
        })
        .collect()
}

/// Why somebody should look at an exception, in words; empty when nobody need.
pub fn attention(one: &Accepted) -> String {
    let failures = count(one.findings, "failure");
    let standing = match one.standing {
        Standing::Expired if one.findings == 0 => Some(format!("expired on {}", one.expires)),
        Standing::Expired => Some(format!("expired on {}: {failures} again", one.expires)),
        Standing::Lapsed => Some(format!(
            "lapsed, since what was accepted has changed: {failures} again"
        )),
        Standing::Unused if one.judged => Some("unused: nothing that it covers fails".to_owned()),
        Standing::Unused | Standing::InForce => None,
    };
    let parts: Vec<String> = standing.into_iter().chain(one.doubts.clone()).collect();
    parts.join("; ")
}

/// An interval in few characters: `72–91`, or `84` when both ends are the same.
pub(super) fn interval(interval: Option<Interval>) -> String {
    match interval {
        None => "–".to_owned(),
        Some(interval) => {
            let (low, high) = (
                interval.proven.floor() as i64,
                interval.possible.floor() as i64,
            );
            if low == high {
                low.to_string()
            } else {
                format!("{low}–{high}")
            }
        }
    }
}

/// An interval to a tenth, for changes that are smaller than a point.
pub(super) fn tenths(interval: Interval) -> String {
    let (low, high) = (
        format!("{:.1}", interval.proven),
        format!("{:.1}", interval.possible),
    );
    if low == high {
        low
    } else {
        format!("{low}–{high}")
    }
}

/// `1 verdict`, `2 verdicts`.
pub(super) fn count(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// Lines of at most so many characters, as far as words allow.
pub(crate) fn fill(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let length = lines.last().map_or(0, |line| line.chars().count());
        if length > 0 && length + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
