//! The changes that mend most: failures that one change would clear are put together, and each
//! such change is worth the score that it would bring.
//!
//! Failures belong together in one of two ways, and in no other:
//!
//! * Their checks say so: each gives the same single `root_cause` (one policy that many
//!   identities hold, one setting of an account or a Region). A failure with several causes
//!   belongs to none of them, as mending one would not clear it.
//! * They are of one resource, and their checks judge the same settings of it and nothing else:
//!   one rule of a security group fails a dozen checks of ports.

use super::{Interval, breakdown, score, weight};
use crate::assess::{Assessment, Finding, Verdict};
use crate::catalog::{Catalog, Check, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is to be changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// What failures of several resources have in common, in the words of their checks.
    Cause(String),
    /// Settings of one resource.
    Settings {
        /// The kind of the resource.
        kind: &'static str,
        /// Its ARN.
        arn: Arc<str>,
        /// Its own id.
        id: Arc<str>,
        /// The settings: fields of the model, sorted.
        settings: Vec<String>,
    },
}

/// A change, with what it would clear.
#[derive(Debug)]
pub struct Change<'f> {
    /// What is to be changed.
    pub what: What,
    /// The account.
    pub account: Arc<str>,
    /// The Region, `global`, or none when it is of several.
    pub region: Option<Arc<str>>,
    /// The failures that it would clear, the worst first.
    pub clears: Vec<&'f Finding>,
    /// The whole score with these as passes and all else as it is.
    pub score: Option<Interval>,
    /// By how many points it rises, both ends alike.
    pub gain: f64,
}

impl Change<'_> {
    /// How much it mends: the failures that it would clear, each with its severity's weight.
    pub fn mended(&self) -> f64 {
        self.clears.iter().map(|f| weight(f.severity)).sum()
    }

    /// How many failures of each severity it would clear, the worst first.
    pub fn by_severity(&self) -> Vec<(Severity, usize)> {
        let count = |severity| {
            self.clears
                .iter()
                .filter(|f| f.severity == severity)
                .count()
        };
        let severities = Severity::ALL.into_iter().rev();
        let counted = severities.map(|severity| (severity, count(severity)));
        counted.filter(|(_, count)| *count > 0).collect()
    }
}

/// Every change that would clear a failure, the one that mends most first: by the weight of the
/// failures that it clears, then by what it brings to the score. Each failure is cleared by
/// exactly one of them.
pub fn changes<'f>(assessment: &'f Assessment, catalog: &Catalog) -> Vec<Change<'f>> {
    let settings: BTreeMap<&str, Vec<String>> = catalog
        .checks
        .iter()
        .map(|check| (check.id.as_str(), settings(check)))
        .collect();
    let mut groups: BTreeMap<(Arc<str>, What), Vec<&Finding>> = BTreeMap::new();
    let failures = assessment.findings.iter();
    for finding in failures.filter(|finding| finding.verdict == Verdict::Fail) {
        let causes = assessment.causes.get(&finding.id).map(Vec::as_slice);
        let what = match (causes, &finding.about.arn) {
            (Some([cause]), _) => What::Cause(cause.clone()),
            (_, Some(arn)) => What::Settings {
                kind: finding.about.kind,
                arn: arn.clone(),
                id: finding
                    .about
                    .resource_id
                    .clone()
                    .unwrap_or_else(|| arn.clone()),
                settings: settings.get(&*finding.check).cloned().unwrap_or_default(),
            },
            // A list that could not be read fails nothing.
            (_, None) => continue,
        };
        let group = groups
            .entry((finding.about.account.clone(), what))
            .or_default();
        group.push(finding);
    }
    let now = score(&assessment.findings, catalog).whole;
    let worth = worth(assessment, catalog);
    let mut changes: Vec<Change> = groups
        .into_iter()
        .map(|((account, what), mut clears)| {
            clears.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.order().cmp(&b.order())));
            let worth = |finding: &&Finding| worth.get(&*finding.check).copied();
            let gain = clears.iter().filter_map(worth).sum();
            Change {
                what,
                account,
                region: common_region(&clears),
                score: now.map(|now| Interval {
                    proven: now.proven + gain,
                    possible: now.possible + gain,
                }),
                gain,
                clears,
            }
        })
        .collect();
    changes.sort_by(|a, b| {
        let mended = b.mended().total_cmp(&a.mended());
        let gained = b.gain.total_cmp(&a.gain);
        mended
            .then(gained)
            .then_with(|| (&a.account, &a.what).cmp(&(&b.account, &b.what)))
    });
    changes
}

fn common_region(findings: &[&Finding]) -> Option<Arc<str>> {
    let regions: BTreeSet<&Arc<str>> = findings
        .iter()
        .map(|finding| &finding.about.region)
        .collect();
    match regions.len() {
        1 => regions.first().map(|region| Arc::clone(region)),
        _ => None,
    }
}

/// How many points of the whole a failure of each check takes. Mending one changes neither how
/// many resources a check judged nor what weighs how much, so points of several add up.
fn worth<'c>(assessment: &Assessment, catalog: &'c Catalog) -> BTreeMap<&'c str, f64> {
    breakdown(&assessment.findings, catalog)
        .into_iter()
        .flat_map(|domain| domain.checks)
        .map(|part| {
            let judged = (part.passes + part.fails + part.unknown) as f64;
            (part.check.id.as_str(), part.share * 100.0 / judged)
        })
        .collect()
}

/// What a check's verdict on a resource hangs on: the fields that its assertion reads. What only
/// names the resource is left out, unless there is nothing else.
fn settings(check: &Check) -> Vec<String> {
    const NAMES: &[&str] = &["account", "arn", "id", "managed_by", "region"];
    let list = check.each.iter().map(|(_, list)| list);
    let mut fields: BTreeSet<String> = list
        .chain([&check.assert])
        .flat_map(|expression| check.fields(expression))
        .map(str::to_owned)
        .collect();
    if fields.iter().any(|field| !NAMES.contains(&field.as_str())) {
        fields.retain(|field| !NAMES.contains(&field.as_str()));
    }
    if fields.is_empty() {
        // It reads all of the resource or nothing: no other check hangs on the same.
        fields.insert(check.id.clone());
    }
    fields.into_iter().collect()
}

#[cfg(test)]
mod tests;
