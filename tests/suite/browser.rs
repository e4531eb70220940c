//! The HTML report in a real browser: headless Chromium filters, sorts, opens a finding and
//! prints; and a page of many findings stays small and quick.

use crate::harness::{catalogue, root, run, stand_ins, told};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use waterline::assess::{Assessment, Finding, FindingId, assess};
use waterline::catalog::Catalog;
use waterline::model::Snapshot;
use waterline::report::{Format, Report, Style, render};
use waterline::score::score;

/// How many findings a report must bear.
const MANY: usize = 20_000;

/// How many bytes a finding may take in the page, all else included.
const BYTES: usize = 1024;

/// Runs the browser's part; gives what it said.
fn browse(arguments: &[&Path]) -> String {
    let mut command = Command::new(stand_ins().join("python"));
    command.arg(root().join("tests/browser/report.py"));
    let (code, said, complaint) = told(command.args(arguments).output().unwrap());
    assert_eq!(code, 0, "{said}{complaint}");
    said
}

#[test]
fn a_browser_filters_sorts_opens_and_prints() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = root().join("tests/data/small.jsonl.gz");
    let (page, json) = (folder.path().join("x.html"), folder.path().join("x.json"));
    let (code, _, complaint) = run(&[
        "assess",
        &snapshot.display().to_string(),
        "-q",
        "-o",
        &format!("html={}", page.display()),
        "-o",
        &format!("json={}", json.display()),
    ]);
    assert_eq!(code, 0, "{complaint}");
    let said = browse(&[&page, &json]);
    assert!(said.contains(" 0 problems"), "{said}");
}

/// The findings of an account again and again, each time of other resources.
fn many(assessment: &Assessment, catalog: &Catalog) -> Vec<Finding> {
    let mut findings = Vec::with_capacity(MANY);
    for copy in 0.. {
        for finding in &assessment.findings {
            if findings.len() == MANY {
                findings.sort_by(|a: &Finding, b: &Finding| a.order().cmp(&b.order()));
                return findings;
            }
            let mut finding = finding.clone();
            let other = |text: &Arc<str>| Arc::<str>::from(format!("{text}-{copy:04}"));
            let about = Arc::make_mut(&mut finding.about);
            about.arn = Some(other(about.arn.as_ref().unwrap_or(&"list".into())));
            about.resource_id = about.resource_id.as_ref().map(other);
            let check = catalog.check(&finding.check).unwrap();
            let arn = about.arn.as_deref();
            finding.id = FindingId::of(check, &about.account, &about.region, arn);
            if !finding.message().is_empty() {
                let detail = finding.detail_mut();
                detail.message.push_str(&format!(" ({copy:04})"));
            }
            findings.push(finding);
        }
    }
    findings
}

#[test]
fn twenty_thousand_findings_open_and_filter() {
    let folder = tempfile::tempdir().unwrap();
    let file = std::fs::File::open(root().join("tests/data/small.jsonl.gz")).unwrap();
    let mut snapshot = Snapshot::decode(file).unwrap();
    waterline::derive::derive(&mut snapshot);
    let catalog = catalogue();
    let mut assessment = assess(&snapshot, catalog, snapshot.header.started);
    assessment.findings = many(&assessment, catalog);
    let score = score(&assessment.findings, catalog);
    let report = Report {
        header: &snapshot.header,
        catalog,
        assessment: &assessment,
        score: &score,
        resources: &[],
    };
    let style = Style {
        width: 80,
        colour: false,
        all: false,
    };
    let mut bytes = Vec::new();
    render(&report, Format::Html, style, &mut bytes).unwrap();
    assert!(bytes.len() < MANY * BYTES, "{} bytes", bytes.len());
    let page = folder.path().join("large.html");
    std::fs::write(&page, bytes).unwrap();
    println!("{}", browse(&[Path::new("--large"), &page]));
}
