//! From a snapshot to reports and an exit code: the second half of an audit, and all of
//! `assess`.

use super::output::{Output, Outputs, Screen};
use super::{Error, exit, files};
use crate::assess::{self, Assessment, Verdict};
use crate::catalog::{Catalog, Selection, Severity};
use crate::derive;
use crate::model::Snapshot;
use crate::report::Report;
use crate::score::{self, Score};
use std::path::{Path, PathBuf};

/// How to judge, and what to do with the result.
#[derive(Clone, Debug, Default)]
pub struct Judging {
    /// Folders of the user's own checks.
    pub own_checks: Vec<PathBuf>,
    /// Which checks run.
    pub selection: Selection,
    /// The reports.
    pub outputs: Vec<Output>,
    /// What the screen shows.
    pub screen: Screen,
    /// Failures at least so severe make the exit code 1.
    pub fail_on: Option<Severity>,
    /// Coverage below this many percent makes the exit code 3.
    pub min_coverage: Option<f64>,
}

/// Judging that is ready to begin: everything that can be wrong beforehand was looked at.
pub(super) struct Ready {
    pub(super) catalog: Catalog,
    outputs: Outputs,
    fail_on: Option<Severity>,
    min_coverage: Option<f64>,
}

impl Judging {
    pub(super) fn ready(&self) -> Result<Ready, Error> {
        let catalog = files::catalog(&self.own_checks, &self.selection)?;
        if catalog.checks.is_empty() {
            return Err(Error::Usage("no check is left by this choice".into()));
        }
        Ok(Ready {
            catalog,
            outputs: Outputs::open(&self.outputs, self.screen)?,
            fail_on: self.fail_on,
            min_coverage: self.min_coverage,
        })
    }
}

impl Ready {
    /// Judges, reports, and gives the exit code.
    pub(super) fn judge(self, snapshot: Snapshot) -> Result<u8, Error> {
        self.judge_and(snapshot, |_| Ok(exit::DONE))
    }

    /// Judges, reports, and does something with the report; its exit code, unless that is
    /// [`exit::DONE`], goes before that of the assessment.
    pub(super) fn judge_and(
        self,
        mut snapshot: Snapshot,
        then: impl FnOnce(&Report<'_>) -> Result<u8, Error>,
    ) -> Result<u8, Error> {
        derive::derive(&mut snapshot);
        let assessment = assess::assess(&snapshot, &self.catalog, snapshot.header.started);
        let score = score::score(&assessment.findings, &self.catalog);
        let report = Report {
            header: &snapshot.header,
            catalog: &self.catalog,
            assessment: &assessment,
            score: &score,
        };
        self.outputs.deliver(&report)?;
        match then(&report)? {
            exit::DONE => Ok(code(&assessment, &score, self.fail_on, self.min_coverage)),
            other => Ok(other),
        }
    }
}

/// The exit code of an assessment: it depends on nothing but what was assessed.
fn code(
    assessment: &Assessment,
    score: &Score,
    fail_on: Option<Severity>,
    min_coverage: Option<f64>,
) -> u8 {
    let failed = fail_on.is_some_and(|least| {
        let mut findings = assessment.findings.iter();
        findings.any(|f| f.verdict == Verdict::Fail && f.severity >= least)
    });
    let covered = score.coverage.percent().unwrap_or(0.0);
    if failed {
        exit::FINDINGS
    } else if min_coverage.is_some_and(|least| covered < least) {
        exit::COVERAGE
    } else {
        exit::DONE
    }
}

/// Judges a snapshot.
pub fn assess(path: &Path, judging: &Judging) -> Result<u8, Error> {
    let ready = judging.ready()?;
    ready.judge(files::snapshot(path)?)
}
