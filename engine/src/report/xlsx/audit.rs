//! What the sheets share: the rows of each framework, what each check reads, and when.

use super::book::Cell;
use super::sample::{self, Sample};
use crate::assess::{Finding, Verdict};
use crate::catalog::{Check, Framework};
use crate::derive;
use crate::model::GLOBAL;
use crate::plan::Plan;
use crate::report::Report;
use crate::report::controls::{ByCheck, Row};
use crate::report::summary::count;
use crate::report::words::{Index, acceptance, gap_saying, name, saying};
use chrono::SecondsFormat;
use std::collections::{BTreeMap, BTreeSet};

/// How many of a kind are named before the rest is counted.
const NAMED: usize = 4;

/// A framework with what the run says of its controls.
pub(super) struct Standard<'r> {
    pub(super) framework: &'r Framework,
    /// Its controls, in its own order, each with its population.
    pub(super) rows: Vec<Row<'r>>,
    /// The sample of each of them.
    pub(super) samples: Vec<Sample<'r>>,
}

impl Standard<'_> {
    /// How many rows the populations of all of its controls have.
    pub(super) fn population(&self) -> usize {
        self.rows.iter().map(Row::population).sum()
    }
}

/// A report as auditors read it.
pub(super) struct Audit<'r> {
    pub(super) report: &'r Report<'r>,
    pub(super) index: Index<'r>,
    /// The frameworks of which a check of this run answers a control.
    pub(super) standards: Vec<Standard<'r>>,
    /// When the reading began, UTC.
    pub(super) began: String,
    /// The operations behind the facts of each check.
    reads: BTreeMap<&'r str, Reads>,
}

impl<'r> Audit<'r> {
    pub(super) fn of(report: &'r Report<'r>) -> Audit<'r> {
        let by_check = ByCheck::of(report);
        let (hash, account) = (&*report.catalog.hash, &*report.header.account);
        let frameworks = report.catalog.frameworks.values();
        let standards = frameworks
            .map(|framework| {
                let rows = by_check.rows(report, framework);
                let samples = rows.iter().map(|row| {
                    let control = [hash, account, &*framework.id, &*row.control.id];
                    sample::draw(control, row.findings())
                });
                Standard {
                    samples: samples.collect(),
                    framework,
                    rows,
                }
            })
            .filter(|standard| standard.rows.iter().any(|row| !row.checks.is_empty()))
            .collect();
        Audit {
            report,
            index: Index::of(report),
            standards,
            began: report
                .header
                .started
                .to_rfc3339_opts(SecondsFormat::Secs, true),
            reads: reads(report),
        }
    }

    /// How many rows the workbook has for findings, once for themselves and once for each control.
    pub(super) fn rows(&self) -> usize {
        let populations = self.standards.iter().map(Standard::population);
        populations.sum::<usize>() + self.report.assessment.findings.len()
    }

    /// The operations that a check's verdict rests on, all of them.
    pub(super) fn all_reads(&self, check: &str) -> &str {
        self.reads.get(check).map_or("", |reads| &reads.all)
    }

    /// The same for a row among many of the check: where there are many operations, the first few
    /// and how many more. The sheet of the checks has all.
    pub(super) fn reads(&self, check: &str) -> &str {
        self.reads.get(check).map_or("", |reads| &reads.some)
    }

    /// What was seen, in words.
    pub(super) fn seen(&self, finding: &Finding) -> String {
        saying(finding, self.index.check(finding))
    }

    /// What was seen, with each item that broke the assertion and each read that is missing.
    pub(super) fn evidence(&self, finding: &Finding) -> String {
        let mut text = self.seen(finding);
        for item in finding.evidence() {
            text.push_str("\n• ");
            text.push_str(item);
        }
        for gap in self.index.gaps(finding) {
            text.push_str("\nmissing: ");
            text.push_str(&gap_saying(gap));
        }
        if let Some(exception) = self.index.exception(finding) {
            let (id, accepted) = (&exception.id, acceptance(exception));
            text.push_str(&format!(
                "\n{accepted}; the exception {id}, see the sheet Exceptions"
            ));
        }
        text
    }

    /// Whether every list that a control's population comes from was read, in a statement that
    /// stands by itself; none when the control has no population.
    pub(super) fn completeness(&self, row: &Row<'_>) -> Option<(bool, String)> {
        if row.checks.is_empty() {
            return None;
        }
        let header = self.report.header;
        let scope = format!(
            "account {}, global resources and {} of this run",
            header.account,
            count(header.regions.len(), "Region")
        );
        let unread: Vec<&Finding> = row
            .findings()
            .filter(|finding| finding.about.arn.is_none())
            .collect();
        let known = row.population() - unread.len();
        let mut text = if unread.is_empty() {
            format!("Complete: every list was read ({scope}).")
        } else {
            let lists = unread.iter().map(|finding| place(finding)).collect();
            format!(
                "Not complete ({scope}): {} could not be read: {}. At least {known} rows, how many more is not known.",
                count(unread.len(), "list"),
                named(lists)
            )
        };
        let unsure = row.count(Verdict::NotAssessed) - unread.len();
        if unsure > 0 {
            text.push_str(&format!(
                " {} in the list could not be assessed, for want of facts.",
                count(unsure, "row")
            ));
        }
        let open = row.findings().filter(|f| f.verdict == Verdict::NotAssessed);
        let reads: BTreeSet<String> = open
            .flat_map(|finding| self.index.gaps(finding))
            .map(|gap| format!("{} {}", gap.operation, gap.reason.word().replace('_', " ")))
            .collect();
        if !reads.is_empty() {
            text.push_str(&format!(" Missing: {}; see the sheet Gaps.", named(reads)));
        }
        Some((unread.is_empty(), text))
    }
}

/// What a row of evidence says of a finding, wherever it stands.
pub(super) fn seen<'a>(audit: &'a Audit<'_>, finding: &'a Finding) -> [Cell<'a>; 9] {
    [
        name(finding).into(),
        finding.about.kind.into(),
        (&*finding.about.account).into(),
        (&*finding.about.region).into(),
        audit.evidence(finding).into(),
        audit.reads(&finding.check).into(),
        audit.began.as_str().into(),
        (&*finding.check).into(),
        finding.id.to_string().into(),
    ]
}

/// What a list is a list of, and where.
fn place(finding: &Finding) -> String {
    if &*finding.about.region == GLOBAL {
        finding.about.kind.to_owned()
    } else {
        format!("{} in {}", finding.about.kind, finding.about.region)
    }
}

/// The first few, and how many more.
fn named(things: BTreeSet<String>) -> String {
    let more = things.len().saturating_sub(NAMED);
    let first: Vec<String> = things.into_iter().take(NAMED).collect();
    let first = first.join(", ");
    if more > 0 {
        format!("{first} and {more} more")
    } else {
        first
    }
}

/// The operations that a check's verdict rests on.
struct Reads {
    all: String,
    /// The first few, and how many more.
    some: String,
}

fn reads<'r>(report: &Report<'r>) -> BTreeMap<&'r str, Reads> {
    let derivations = derive::derivations();
    let of = |check: &Check| {
        let plan = Plan::of(report.catalog.facts([check]), &derivations);
        let operations: Vec<&str> = plan.operations().map(|read| read.operation).collect();
        let all = operations.join(", ");
        let some = match operations.len().saturating_sub(NAMED) {
            0 | 1 => all.clone(),
            more => {
                let first = operations[..NAMED].join(", ");
                format!("{first} and {more} more, see Checks")
            }
        };
        Reads { all, some }
    };
    let checks = report.catalog.checks.iter();
    checks.map(|check| (check.id.as_str(), of(check))).collect()
}
