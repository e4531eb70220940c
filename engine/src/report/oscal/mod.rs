//! OSCAL assessment results (NIST, version 1.1.3), in JSON: for auditors' and compliance tools.
//!
//! One run is one `result`, whatever the number of frameworks: a result is what one assessment
//! saw, and one observation answers controls of many frameworks. Its `reviewed-controls` have a
//! selection for each framework, of the controls for which checks ran and of no others.
//!
//! | here | OSCAL |
//! |---|---|
//! | a check that ran | an `activity` |
//! | a resource with findings | an `inventory-item` |
//! | the cell of the responsibility model | a `component` |
//! | the findings of a check with one verdict | an `observation`, each finding a subject of it |
//! | a control | a `finding` |
//! | a check that fails, an exception | a `risk` |
//! | a gap | an `observation` |
//! | a line of the ledger | an entry of the `assessment-log` |
//!
//! What is the same in two runs of an account has the same UUID in both. What is of one run alone
//! (observations, entries of logs) is named by the run's time, and the document and its result by
//! all that they hold.

mod findings;
mod frame;
mod ids;
mod model;
mod observations;
mod risks;
mod subjects;
#[cfg(test)]
mod tests;
mod text;

use super::Report;
use super::controls::{ByCheck, Row};
use super::each::{Each, digest};
use super::lines::spread;
use super::words::{Index, TOOL};
use crate::catalog::Framework;
use chrono::SecondsFormat;
use model::{AssessmentResults, Document, Log, Outcome, System};
use observations::Groups;
use std::io::{self, Write};
use subjects::Subjects;
use text::{prop, props};

/// The version of OSCAL.
const VERSION: &str = "1.1.3";
/// How deep the document is spread over lines: an observation, a finding has a line of its own.
const DEPTH: usize = 5;

pub(super) fn render(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let run = Run::of(report);
    let subjects = Subjects::of(&run);
    let groups = observations::groups(&run);
    let mut document = document(&run, &subjects, &groups);
    // Named by all that it holds, and so another one whenever anything in it is.
    let content = digest(ids::name(), |out| spread(&document, 0, out))?;
    let content = ids::uuid(&content);
    let results = &mut document.assessment_results;
    results.uuid = ids::id("document", &[&content]);
    results.results[0].uuid = ids::id("result", &[&content]);
    spread(&document, DEPTH, out)
}

/// What all parts of the document need.
struct Run<'r> {
    report: &'r Report<'r>,
    index: Index<'r>,
    /// The controls for which checks ran, by framework.
    reviewed: Vec<(&'r Framework, Vec<Row<'r>>)>,
    /// When the reading began.
    started: String,
}

impl<'r> Run<'r> {
    fn of(report: &'r Report<'r>) -> Run<'r> {
        let by_check = ByCheck::of(report);
        let mut reviewed = Vec::new();
        for framework in report.catalog.frameworks.values() {
            let mut rows = by_check.rows(report, framework);
            rows.retain(|row| !row.checks.is_empty());
            if !rows.is_empty() {
                reviewed.push((framework, rows));
            }
        }
        Run {
            report,
            index: Index::of(report),
            reviewed,
            started: report
                .header
                .started
                .to_rfc3339_opts(SecondsFormat::Millis, true),
        }
    }

    /// The UUID of what is the same in every run of the account.
    fn lasting(&self, kind: &str, parts: &[&str]) -> String {
        let header = self.report.header;
        let mut names = vec![header.partition.as_str(), &header.account];
        names.extend(parts);
        ids::id(kind, &names)
    }

    /// The UUID of what is of this run alone.
    fn passing(&self, kind: &str, parts: &[&str]) -> String {
        let mut names = vec![self.started.as_str(), &self.report.catalog.hash];
        names.extend(parts);
        self.lasting(kind, &names)
    }
}

fn document<'a>(
    run: &'a Run<'a>,
    subjects: &'a Subjects<'a>,
    groups: &'a Groups<'a>,
) -> Document<'a> {
    let report = run.report;
    let header = report.header;
    let entries = Each::of(|| frame::log(run));
    let result = Outcome {
        uuid: String::new(),
        title: format!("AWS account {}, {}", header.account, run.started),
        description: text::prose(&format!(
            "What {} checks say of {} resources, read through AWS's API in {}. Nothing was \
             changed. What could not be read is not assessed, and never satisfied.",
            report.catalog.checks.len(),
            subjects.count(),
            header.regions.join(", ")
        )),
        start: run.started.clone(),
        props: props([
            prop("findings", &report.assessment.findings.len().to_string()),
            report.score.whole.and_then(|score| {
                let of = super::json::tenth;
                let (low, high) = (of(score.proven), of(score.possible));
                prop("score", &format!("{low} to {high}"))
            }),
            (report.score.coverage.percent())
                .and_then(|percent| prop("coverage", &super::json::tenth(percent).to_string())),
        ]),
        reviewed_controls: frame::reviewed(run),
        local_definitions: System {
            components: subjects.components(run),
            inventory_items: Each::of(|| subjects.items(run)),
            assessment_assets: frame::assets(run),
        },
        assessment_log: (!entries.is_empty()).then_some(Log { entries }),
        observations: Each::of(|| {
            let seen = observations::of_findings(run, groups, subjects);
            seen.chain(observations::of_gaps(run, subjects))
        }),
        risks: Each::of(|| risks::risks(run, groups)),
        findings: Each::of(|| findings::findings(run, groups)),
    };
    Document {
        assessment_results: AssessmentResults {
            uuid: String::new(),
            metadata: frame::metadata(run),
            import_ap: frame::import_ap(run),
            local_definitions: frame::plan(run),
            results: [result],
            back_matter: frame::back_matter(run),
        },
    }
}
