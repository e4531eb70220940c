//! A framework's controls with what this run says of each: what auditors ask for first. The
//! reports that go control by control (HTML, workbook, OSCAL) take their rows from here, so
//! that they cannot disagree.

use super::Report;
use crate::assess::{Finding, Verdict};
use crate::catalog::{Check, Control, Framework, Group, Said};
use std::collections::BTreeMap;

/// What a run says of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// At least one resource fails.
    Failed,
    /// Nothing fails, but something could not be read.
    NotAssessed,
    /// Nothing fails but what somebody has accepted.
    Accepted,
    /// Every resource that was judged passes.
    Passed,
    /// Its checks ran, and found nothing of the customer's to judge.
    NotApplicable,
    /// Checks answer it, and none of them was chosen for this run.
    NotRun,
    /// People answer it: evidence is to be asked for.
    Manual,
    /// AWS answers it.
    Inherited,
    /// Nothing answers it, though an API could.
    Uncovered,
}

impl Status {
    /// The word in reports.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Status::Failed => "failed",
            Status::NotAssessed => "not assessed",
            Status::Accepted => "accepted risk",
            Status::Passed => "passed",
            Status::NotApplicable => "not applicable",
            Status::NotRun => "not run",
            Status::Manual => "manual",
            Status::Inherited => "inherited",
            Status::Uncovered => "not covered",
        }
    }
}

/// A control, with the checks that answer it and what they found.
pub(super) struct Row<'r> {
    /// The part of the framework that it is in.
    pub(super) group: &'r Group,
    /// The control.
    pub(super) control: &'r Control,
    /// The checks of this run that answer it.
    pub(super) checks: Vec<&'r Check>,
    /// What each of them found.
    findings: Vec<&'r [Finding]>,
    /// What that comes to.
    pub(super) status: Status,
}

impl<'r> Row<'r> {
    /// What its checks found, check by check, sorted as all findings are: the population, resource
    /// by resource.
    pub(super) fn findings(&self) -> impl Iterator<Item = &'r Finding> + use<'r, '_> {
        self.findings.iter().copied().flatten()
    }

    /// How many findings it has.
    pub(super) fn population(&self) -> usize {
        self.findings.iter().map(|findings| findings.len()).sum()
    }

    /// How many of its findings have a verdict.
    pub(super) fn count(&self, verdict: Verdict) -> usize {
        self.findings().filter(|f| f.verdict == verdict).count()
    }
}

/// The findings of each check: parts of the assessment, so that the controls of a dozen
/// frameworks need no lists of their own.
pub(super) struct ByCheck<'r>(BTreeMap<&'r str, Vec<&'r [Finding]>>);

impl<'r> ByCheck<'r> {
    /// Sorts a report's findings by check, once for all frameworks.
    pub(super) fn of(report: &Report<'r>) -> ByCheck<'r> {
        let mut by_check: BTreeMap<&str, Vec<&[Finding]>> = BTreeMap::new();
        // Sorted by check, as they are, each check has one part.
        let parts = report
            .assessment
            .findings
            .chunk_by(|a, b| a.check == b.check);
        for findings in parts {
            by_check
                .entry(&findings[0].check)
                .or_default()
                .push(findings);
        }
        ByCheck(by_check)
    }

    /// The controls of a framework, in its own order, each with what the run says of it.
    pub(super) fn rows(&self, report: &Report<'r>, framework: &'r Framework) -> Vec<Row<'r>> {
        let answers = framework.answers(&report.catalog.checks);
        let mut rows = Vec::new();
        for group in &framework.groups {
            for control in &group.controls {
                let checks = answers.get(control.id.as_str());
                let checks = checks.cloned().unwrap_or_default();
                let findings: Vec<&[Finding]> = checks
                    .iter()
                    .filter_map(|check| self.0.get(check.id.as_str()))
                    .flatten()
                    .copied()
                    .collect();
                rows.push(Row {
                    status: status(control, &checks, &findings),
                    group,
                    control,
                    checks,
                    findings,
                });
            }
        }
        rows
    }
}

fn status(control: &Control, checks: &[&Check], findings: &[&[Finding]]) -> Status {
    if checks.is_empty() {
        return match control.said {
            Some(Said::Manual(_)) => Status::Manual,
            Some(Said::Inherited(_)) => Status::Inherited,
            Some(Said::Uncovered(_)) => Status::Uncovered,
            None => Status::NotRun,
        };
    }
    let any = |verdict| {
        let mut findings = findings.iter().copied().flatten();
        findings.any(|finding| finding.verdict == verdict)
    };
    [
        (Verdict::Fail, Status::Failed),
        (Verdict::NotAssessed, Status::NotAssessed),
        (Verdict::Excepted, Status::Accepted),
        (Verdict::Pass, Status::Passed),
    ]
    .into_iter()
    .find(|(verdict, _)| any(*verdict))
    .map_or(Status::NotApplicable, |(_, status)| status)
}

#[cfg(test)]
mod tests {
    use super::super::tests::run::Run;
    use super::*;

    /// Each check gives every verdict: what the run says follows the worst of those that are left.
    #[test]
    fn a_control_is_as_bad_as_its_worst_finding() {
        let mut run = Run::new(&["s3-bucket-access-logging-off"]);
        for (gone, status) in [
            (None, Status::Failed),
            (Some(Verdict::Fail), Status::NotAssessed),
            (Some(Verdict::NotAssessed), Status::Accepted),
            (Some(Verdict::Excepted), Status::Passed),
            (Some(Verdict::Pass), Status::NotApplicable),
        ] {
            run.assessment
                .findings
                .retain(|finding| Some(finding.verdict) != gone);
            let report = run.report();
            let framework = &report.catalog.frameworks["aws-fsbp"];
            let rows = ByCheck::of(&report).rows(&report, framework);
            assert_eq!(rows.len(), framework.controls().count());
            let answered: Vec<&Row> = rows.iter().filter(|row| !row.checks.is_empty()).collect();
            assert_eq!(answered.len(), 1);
            assert_eq!(answered[0].status, status);
            assert_eq!(
                answered[0].population(),
                report.assessment.findings.len(),
                "a control's population is all that its checks judged"
            );
        }
    }
}
