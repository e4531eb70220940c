//! Reports are read by programs that no one here wrote: sarif-tools, sarif-pydantic,
//! junitparser, py-ocsf-models, openpyxl, botocore's validator with AWS's own model of
//! `BatchImportFindings`, and compliance-trestle with NIST's schema for OSCAL.

use crate::harness::{root, run, stand_ins, told};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Who reads what: OSCAL and the workbook have readers of their own.
const READERS: [&str; 3] = ["check.py", "oscal.py", "xlsx.py"];

const FORMATS: [(&str, &str); 8] = [
    ("json", "json"),
    ("sarif", "sarif"),
    ("junit", "junit.xml"),
    ("ocsf", "ocsf.json"),
    ("asff", "asff.json"),
    ("oscal", "oscal.json"),
    ("ndjson", "ndjson"),
    ("xlsx", "xlsx"),
];

/// The exit code and the words of one who reads the reports in a folder.
fn read(reader: &str, folder: &Path, stem: &str) -> (i32, String) {
    let mut command = Command::new(stand_ins().join("python"));
    let script = root().join("tests/consumers").join(reader);
    let output = command.arg(script).arg(folder).arg(stem).output().unwrap();
    let (code, said, complaint) = told(output);
    (code, format!("{said}{complaint}"))
}

/// Checks that pass, fail, do not apply and are not assessed in the snapshot: enough to see that
/// what is wrong is found out.
const FEW: [&str; 4] = [
    "s3-bucket-mfa-delete-off",
    "s3-bucket-public-read",
    "s3-bucket-versioning-off",
    "kms-key-rotation-off",
];

/// The reports on a snapshot with passes, failures, unread facts and lists that could not be read,
/// by these checks; by all where none are named.
fn report(folder: &Path, checks: &[&str]) {
    let snapshot = root().join("tests/data/small.jsonl.gz");
    let mut arguments = vec!["assess".to_owned(), snapshot.display().to_string()];
    arguments.push("-q".to_owned());
    for check in checks {
        arguments.extend(["--check".to_owned(), (*check).to_owned()]);
    }
    for (format, suffix) in FORMATS {
        let file = folder.join(format!("report.{suffix}"));
        arguments.extend(["-o".to_owned(), format!("{format}={}", file.display())]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (code, _, complaint) = run(&arguments);
    assert_eq!(code, 0, "{complaint}");
}

#[test]
fn other_programs_read_every_finding_and_its_verdict() {
    let folder = tempfile::tempdir().unwrap();
    report(folder.path(), &[]);
    for reader in READERS {
        let (code, said) = read(reader, folder.path(), "report");
        assert_eq!(code, 0, "{said}");
        assert!(said.contains(" 0 problems"), "{said}");
    }
}

/// Whoever reads the workbook holds it against the JSON: sheets, counts, every finding, every
/// population, every sample drawn again.
#[test]
fn a_workbook_that_is_not_of_the_assessment_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    report(folder.path(), &FEW);
    // Against the assessment of another choice of checks, it is found out.
    let json = folder.path().join("report.json");
    let before = fs::read_to_string(&json).unwrap();
    for (right, wrong, what) in [
        (
            "\"verdict\": \"not_assessed\"",
            "\"verdict\": \"pass\"",
            "population",
        ),
        ("\"catalog\": \"", "\"catalog\": \"0", "drawn again"),
        (
            "\"results\": [",
            "\"results\": [], \"were\": [",
            "times, expected 0",
        ),
    ] {
        assert!(before.contains(right), "{right}");
        fs::write(&json, before.replacen(right, wrong, 1)).unwrap();
        let (code, said) = read("xlsx.py", folder.path(), "report");
        assert_eq!(code, 1, "{said}");
        assert!(said.contains(what), "{said}");
    }
}

#[test]
fn other_programs_read_the_samples() {
    for reader in READERS {
        let (code, said) = read(reader, &root().join("reports/samples"), "demo");
        assert_eq!(code, 0, "{said}");
    }
}

/// What an unread verdict must never become, and a result that is lost.
#[test]
fn a_report_that_is_wrong_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    report(folder.path(), &FEW);
    for (format, suffix, right, wrong) in [
        ("sarif", "sarif", "\"kind\":\"open\"", "\"kind\":\"pass\""),
        ("junit", "junit.xml", "<skipped ", "<error "),
        ("ocsf", "ocsf.json", "\"status_id\":2", "\"status_id\":1"),
        (
            "asff",
            "asff.json",
            "\"Status\":\"WARNING\"",
            "\"Status\":\"PASSED\"",
        ),
        ("asff", "asff.json", "\"GeneratorId\"", "\"Generator\""),
        (
            "oscal",
            "oscal.json",
            "\"state\":\"not-satisfied\",\"reason\":\"other\"",
            "\"state\":\"satisfied\",\"reason\":\"pass\"",
        ),
        ("oscal", "oscal.json", "\"methods\":", "\"method\":"),
    ] {
        let file = folder.path().join(format!("report.{suffix}"));
        let before = fs::read_to_string(&file).unwrap();
        assert!(before.contains(right), "{format} has no {right}");
        fs::write(&file, before.replacen(right, wrong, 1)).unwrap();
        let reader = READERS[usize::from(format == "oscal")];
        let (code, said) = read(reader, folder.path(), "report");
        assert_eq!(code, 1, "{format}: {said}");
        assert!(said.contains(&format!("{format}: ")), "{said}");
        fs::write(&file, before).unwrap();
    }
}
