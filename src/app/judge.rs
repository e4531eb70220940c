//! From a snapshot to reports and an exit code: the second half of an audit, and all of
//! `assess`.

use super::output::{Output, Outputs, Screen};
use super::settings::{Config, Loaded};
use super::{Error, exit, files};
use crate::assess::{Assessment, Verdict};
use crate::catalog::{Selection, Severity};
use crate::derive::derivations;
use crate::model::Snapshot;
use crate::report::{Judged, Report};
use crate::score::Score;
use crate::settings::Settings;
use crate::sink::FileSink;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

/// The severity from which on failures count; none for never.
#[derive(Clone, Copy, Debug)]
pub struct Threshold(pub Option<Severity>);

impl std::str::FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Threshold, String> {
        match text {
            "none" => Ok(Threshold(None)),
            text => text.parse().map(|severity| Threshold(Some(severity))),
        }
    }
}

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
    pub fail_on: Option<Threshold>,
    /// Coverage below this many percent makes the exit code 3.
    pub min_coverage: Option<f64>,
    /// Where the settings are.
    pub config: Config,
    /// Parameters, each `CHECK.NAME=VALUE`.
    pub parameters: Vec<String>,
    /// Severities of checks, each `CHECK=SEVERITY`.
    pub severities: Vec<String>,
}

/// Judging that is ready to begin: everything that can be wrong beforehand was looked at.
pub(super) struct Ready {
    pub(super) loaded: Loaded,
    outputs: Outputs,
    fail_on: Option<Severity>,
    min_coverage: Option<f64>,
}

impl Judging {
    pub(super) fn ready(&self) -> Result<Ready, Error> {
        let loaded = self.chosen()?;
        let settings = &loaded.settings;
        let (fail_on, min_coverage) = self.limits(settings);
        Ok(Ready {
            outputs: Outputs::of_reports(&self.reports(settings)?, self.screen)?,
            fail_on,
            min_coverage,
            loaded,
        })
    }

    /// The checks that run, at least one, and the settings.
    pub(super) fn chosen(&self) -> Result<Loaded, Error> {
        let loaded = self.load()?;
        match loaded.catalog.checks.is_empty() {
            true => Err(Error::Usage("no check is left by this choice".into())),
            false => Ok(loaded),
        }
    }

    /// The reports that are asked for, by flags, else by the settings.
    pub(super) fn reports(&self, settings: &Settings) -> Result<Vec<Output>, Error> {
        if !self.outputs.is_empty() {
            return Ok(self.outputs.clone());
        }
        let outputs = settings.outputs.iter();
        outputs
            .map(|text| text.parse().map_err(Error::Usage))
            .collect()
    }

    /// What makes the exit code 1, and what makes it 3: by flags, else by the settings.
    pub(super) fn limits(&self, settings: &Settings) -> (Option<Severity>, Option<f64>) {
        let fail_on = match self.fail_on {
            Some(Threshold(severity)) => severity,
            None => settings.fail_on,
        };
        (fail_on, self.min_coverage.or(settings.min_coverage))
    }
}

impl Ready {
    /// Judges, reports, and gives the exit code.
    pub(super) fn judge(self, snapshot: Snapshot) -> Result<u8, Error> {
        self.judge_and(snapshot, None, |_| Ok(exit::DONE))
    }

    /// Keeps the snapshot, if that is wanted, and judges it meanwhile; reports, and does something
    /// with the report; its exit code, unless that is [`exit::DONE`], goes before that of the
    /// assessment.
    ///
    /// The program ends after that: giving the catalogue and the facts back piece by piece would
    /// only take time.
    pub(super) fn judge_and(
        self,
        snapshot: Snapshot,
        keep: Option<FileSink>,
        then: impl FnOnce(&Report<'_>) -> Result<u8, Error>,
    ) -> Result<u8, Error> {
        let loaded = ManuallyDrop::new(self.loaded);
        let Loaded {
            catalog, settings, ..
        } = &*loaded;
        let judged = match keep {
            None => Judged::new(snapshot, catalog, settings),
            Some(keep) => {
                let derived = derivations();
                let derived = derived.iter().map(|one| one.gives);
                let (judged, kept) = Judged::beside(snapshot, catalog, settings, |snapshot| {
                    keep.finish(|out| snapshot.encode_without(derived, out))
                });
                kept?;
                judged
            }
        };
        let judged = ManuallyDrop::new(judged);
        let report = judged.report();
        self.outputs.deliver(&report)?;
        match then(&report)? {
            exit::DONE => Ok(code(
                &judged.assessment,
                &judged.score,
                self.fail_on,
                self.min_coverage,
            )),
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
    exit::of(failed, covered, min_coverage)
}

/// Judges a snapshot.
pub fn assess(path: &Path, judging: &Judging) -> Result<u8, Error> {
    let ready = judging.ready()?;
    ready.judge(files::snapshot(path)?)
}
