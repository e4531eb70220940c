//! The frameworks: all there, complete, and in agreement with the checks.

use crate::harness::{catalogue, root, run};
use std::collections::BTreeSet;
use std::fs;
use waterline::catalog::{Framework, Said};

fn ids(framework: &Framework) -> Vec<&str> {
    framework.ids().collect()
}

/// The frameworks, each with how many controls its publisher lists, where that number is fixed.
const FRAMEWORKS: &[(&str, Option<usize>)] = &[
    ("aws-fsbp", None),
    ("aws-well-architected-security", Some(63)),
    ("cis-aws-5.0", Some(63)),
    ("cis-aws-6.0", Some(63)),
    ("cis-aws-7.0", Some(70)),
    ("hipaa-security-rule", None),
    ("iso-27001-2022", Some(93)),
    ("mitre-attack-iaas", None),
    ("nist-800-53-r5", None),
    ("nist-csf-2.0", Some(106)),
    ("pci-dss-4.0.1", None),
    ("securityhub", None),
    ("soc2-tsc-2017", Some(61)),
];

#[test]
fn every_framework_is_there_with_all_of_its_controls() {
    let catalog = catalogue();
    let there: Vec<&str> = catalog.frameworks.keys().map(String::as_str).collect();
    let wanted: Vec<&str> = FRAMEWORKS.iter().map(|(id, _)| *id).collect();
    assert_eq!(there, wanted);
    for (id, count) in FRAMEWORKS {
        let framework = &catalog.frameworks[*id];
        if let Some(count) = count {
            assert_eq!(framework.controls().count(), *count, "{id}");
        }
    }
}

/// Standards that number their controls without a gap are listed without one.
#[test]
fn no_number_is_left_out() {
    let catalog = catalogue();
    let annex: Vec<String> = [(5, 37), (6, 8), (7, 14), (8, 34)]
        .into_iter()
        .flat_map(|(clause, last)| (1..=last).map(move |n| format!("{clause}.{n}")))
        .collect();
    assert_eq!(ids(&catalog.frameworks["iso-27001-2022"]), annex);
    let practices: Vec<String> = [8, 6, 9, 4, 4, 5, 4, 4, 3, 8, 8]
        .into_iter()
        .zip(1..)
        .flat_map(|(last, question)| (1..=last).map(move |n| format!("SEC{question:02}-BP{n:02}")))
        .collect();
    let pillar = &catalog.frameworks["aws-well-architected-security"];
    assert_eq!(ids(pillar), practices);
}

#[test]
fn every_control_is_answered_and_every_answer_has_a_control() {
    let catalog = catalogue();
    let mut answered = BTreeSet::new();
    for check in &catalog.checks {
        for (name, controls) in &check.controls {
            let known: BTreeSet<&str> = catalog.frameworks[name].ids().collect();
            let mut seen = BTreeSet::new();
            for control in controls {
                assert!(known.contains(control.as_str()), "{}: {control}", check.id);
                assert!(seen.insert(control), "{}: {control} twice", check.id);
                answered.insert((name.as_str(), control.as_str()));
            }
        }
    }
    for (name, framework) in &catalog.frameworks {
        let coverage = framework.coverage(&catalog.checks);
        println!("{name}: {coverage}");
        for control in framework.controls() {
            let by_check = answered.contains(&(name.as_str(), control.id.as_str()));
            assert!(by_check || control.said.is_some(), "{name} {}", control.id);
        }
        let parts = coverage.checks + coverage.manual + coverage.inherited + coverage.uncovered;
        assert_eq!(parts, coverage.controls, "{name}");
        let by_checks = answered.iter().filter(|(of, _)| of == name).count();
        assert_eq!(coverage.checks, by_checks, "{name}");
    }
}

/// CIS's benchmark is answered by checks but for these, where people or other services must be
/// asked; the reasons stand in the framework's file.
#[test]
fn the_cis_benchmark_is_answered_where_an_api_can_answer_it() {
    let catalog = catalogue();
    let silent = |name: &str| -> Vec<String> {
        let framework = &catalog.frameworks[name];
        let answers = framework.answers(&catalog.checks);
        let silent = framework.ids().filter(|id| !answers.contains_key(id));
        silent.map(str::to_owned).collect()
    };
    assert_eq!(silent("cis-aws-5.0"), [""; 0]);
    assert_eq!(silent("cis-aws-6.0"), [""; 0]);
    assert_eq!(silent("cis-aws-7.0"), ["2.1.3", "2.1.4", "4.10"]);
}

/// What AWS answers for is proven by its reports; an answer that names none helps no auditor.
#[test]
fn what_aws_answers_names_its_proof() {
    for framework in catalogue().frameworks.values() {
        for control in framework.controls() {
            let Some(said) = &control.said else { continue };
            let told = format!("{} {}: {}", framework.id, control.id, said.text());
            assert!(said.text().ends_with('.'), "{told}");
            if let Said::Inherited(text) = said {
                assert!(text.contains("AWS Artifact"), "{told}");
            }
        }
    }
}

#[test]
fn frameworks_are_listed_and_shown() {
    let (code, list, _) = run(&["frameworks", "list"]);
    assert_eq!(code, 0);
    for (id, _) in FRAMEWORKS {
        assert!(list.contains(id), "{id}\n{list}");
    }
    let (code, shown, _) = run(&["frameworks", "show", "cis-aws-7.0"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(shown);
    let (code, _, complaint) = run(&["frameworks", "show", "iso-27001-2023"]);
    assert_eq!(code, 2);
    assert!(
        complaint.contains("did you mean `iso-27001-2022`?"),
        "{complaint}"
    );
}

#[test]
fn a_framework_selects_its_checks() {
    let catalog = catalogue();
    // Each run compiles the catalogue: three will do.
    for id in ["cis-aws-7.0", "mitre-attack-iaas", "soc2-tsc-2017"] {
        let (code, list, _) = run(&["checks", "list", "--framework", id]);
        assert_eq!(code, 0);
        let listed: Vec<&str> = list.lines().filter_map(|l| l.split(' ').next()).collect();
        let of = catalog
            .checks
            .iter()
            .filter(|c| c.controls.contains_key(id));
        let wanted: Vec<&str> = of.map(|check| check.id.as_str()).collect();
        assert_eq!(listed, wanted, "{id}");
        assert!(!listed.is_empty(), "{id}");
    }
    let (code, _, complaint) = run(&["checks", "list", "--framework", "soc2"]);
    assert_eq!(code, 2);
    assert!(
        complaint.contains("did you mean `soc2-tsc-2017`?"),
        "{complaint}"
    );
    let snapshot = root().join("tests/data/small.jsonl.gz");
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let output = format!("json={}", report.display());
    let snapshot = snapshot.to_str().unwrap();
    let chosen = ["--framework", "hipaa-security-rule", "-q", "-o", &output];
    let (code, _, _) = run(&[&["assess", snapshot], &chosen[..]].concat());
    assert_eq!(code, 0);
    let report: serde_json::Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    let checks = report["checks"].as_array().unwrap();
    assert!(!checks.is_empty());
    for check in checks {
        let controls = &check["controls"]["hipaa-security-rule"];
        assert!(controls.is_array(), "{check}");
    }
}
