//! `waterline.yaml` as people meet it: where it is found, what is said when it is not right, what
//! flags override, and what exceptions do.

use crate::harness::{root, told, waterline};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The folder in which the program runs, with a snapshot and, unless empty, a file of settings.
fn folder(settings: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = root().join("tests/data/small.jsonl.gz");
    fs::copy(snapshot, folder.path().join("s.wl")).unwrap();
    if !settings.is_empty() {
        fs::write(folder.path().join("waterline.yaml"), settings).unwrap();
    }
    folder
}

/// Runs the program there, on 22 November 2026, the day of the snapshot.
fn run_in(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = waterline();
    command.current_dir(folder).args(arguments);
    told(
        command
            .env("SOURCE_DATE_EPOCH", "1795348800")
            .output()
            .unwrap(),
    )
}

fn document(folder: &Path, more: &[&str]) -> Value {
    let arguments = [&["assess", "s.wl", "-q", "-o", "json"], more].concat();
    let (code, said, complaint) = run_in(folder, &arguments);
    assert_eq!(code, 0, "{complaint}");
    serde_json::from_str(&said).unwrap()
}

/// The result of a check on a resource.
fn result<'d>(document: &'d Value, check: &str, resource: &str) -> &'d Value {
    let results = document["results"].as_array().unwrap();
    let of = |result: &&Value| result["check"] == check && result["resource_id"] == resource;
    results.iter().find(of).unwrap()
}

const WRONG: &str = "\
region: [eu-west-1]
checks: {services: [s4], only: [s3-bucket-versionning-off], sevrity: low}
frameworks: [cis-aws-7]
parameters:
  ec2-image-old: {max_days: many, max_dais: 1}
  account-password-policy-too-short: {length: -1}
severities: {ec2-image-old: hihg}
overrides:
  - parameters: {ec2-image-old: {max_days: 40000}}
  - tag: env=dev
exceptions:
  - check: s3-bucket-publik-read
    expires: 31.12.2026
    reason: r
  - id: one
    tag: =dev
    account: 1234
    owner: o
    reason: ''
    expires: 2026-13-01
";

#[test]
fn everything_that_is_wrong_is_told_with_its_place() {
    let folder = folder(WRONG);
    let (code, said, complaint) = run_in(folder.path(), &["assess", "s.wl"]);
    assert_eq!((code, said.as_str()), (2, ""));
    insta::assert_snapshot!(complaint);
}

#[test]
fn ids_that_are_taken_and_scopes_that_are_none_are_told() {
    let rest = "owner: o, reason: r, expires: 2027-01-01";
    let text = format!(
        "exceptions:\n  - {{id: one, check: s3-*, {rest}}}\n  - {{id: one, check: iam-*, {rest}}}\n  \
- {{check: ec2-image-old, {rest}}}\n  - {{check: ec2-image-old, {rest}}}\n  - {{{rest}}}\n  \
- {{check: s5-*, value: abc, id: 'a b', {rest}}}\noutputs: [pdf]\nmin_coverage: 101\n"
    );
    let folder = folder(&text);
    let (code, _, complaint) = run_in(folder.path(), &["assess", "s.wl"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(complaint);
}

#[test]
fn a_file_that_is_no_mapping_and_one_that_is_not_there_are_told() {
    let folder = folder("- a\n- b\n");
    let (code, _, complaint) = run_in(folder.path(), &["assess", "s.wl"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!("no mapping", complaint);
    let arguments = ["assess", "s.wl", "--config", "other.yaml"];
    let (code, _, complaint) = run_in(folder.path(), &arguments);
    assert_eq!(code, 2);
    insta::assert_snapshot!("not there", complaint);
    // What is not asked for is not read.
    let (code, ..) = run_in(folder.path(), &["assess", "s.wl", "-q", "--no-config"]);
    assert_eq!(code, 0);
}

#[test]
fn the_file_is_found_and_said_once() {
    let folder = folder("checks: {only: s3-bucket-public-read}\n");
    let (_, said, complaint) = run_in(folder.path(), &["checks", "list"]);
    assert_eq!(said.lines().count(), 1);
    assert_eq!(complaint, "settings: waterline.yaml\n");
    let (_, _, complaint) = run_in(folder.path(), &["assess", "s.wl", "-q"]);
    assert_eq!(complaint, "");
    let (_, said, _) = run_in(folder.path(), &["checks", "list", "--no-config"]);
    assert!(said.lines().count() > 300);
}

#[test]
fn each_key_holds_until_a_flag_overrides_it() {
    let folder = folder(
        "checks: {services: [s3], except: [s3-bucket-public-read], severity: high}
frameworks: [cis-aws-7.0]
parameters: {s3-bucket-administered-by-other-accounts: {actions: ['s3:PutBucketAcl']}}
severities: {s3-bucket-versioning-off: critical}
outputs: [json=out.json]
fail_on: critical
min_coverage: 100
",
    );
    let folder = folder.path();
    let ran = |more: &[&str]| {
        let arguments = [&["assess", "s.wl", "-q"], more].concat();
        let (code, said, complaint) = run_in(folder, &arguments);
        let ids: Vec<String> = match fs::read(folder.join("out.json")) {
            Ok(bytes) => {
                fs::remove_file(folder.join("out.json")).unwrap();
                let document: Value = serde_json::from_slice(&bytes).unwrap();
                let checks = document["checks"].as_array().unwrap().iter();
                checks
                    .map(|check| check["id"].as_str().unwrap().to_owned())
                    .collect()
            }
            Err(_) => Vec::new(),
        };
        (code, ids, said, complaint)
    };
    let has = |ids: &[String], id: &str| ids.iter().any(|known| known == id);
    // As the file says: versioning is critical here, so that `severity: high` keeps it.
    let (code, ids, _, complaint) = ran(&[]);
    assert_eq!(code, 1, "{complaint}");
    assert!(has(&ids, "s3-bucket-versioning-off") && has(&ids, "account-root-without-mfa"));
    assert!(!has(&ids, "s3-bucket-public-read") && !has(&ids, "s3-bucket-access-logging-off"));
    let (code, _, _, _) = ran(&["--fail-on", "none"]);
    assert_eq!(code, 3, "min_coverage of the file");
    let (code, _, _, _) = ran(&["--fail-on", "none", "--min-coverage", "0"]);
    assert_eq!(code, 0);
    let (_, ids, _, _) = ran(&["--except", "s3-bucket-versioning-off"]);
    assert!(has(&ids, "s3-bucket-public-read") && !has(&ids, "s3-bucket-versioning-off"));
    let (_, ids, _, _) = ran(&["--severity", "info"]);
    assert!(has(&ids, "s3-bucket-access-logging-off"));
    // What chooses checks is one question: one flag of these answers it.
    let (_, ids, _, _) = ran(&["--service", "account"]);
    assert!(!ids.is_empty() && ids.iter().all(|id| id.starts_with("account-")));
    let (_, ids, _, _) = ran(&["--check", "s3-bucket-public-read"]);
    assert_eq!(ids, ["s3-bucket-public-read"]);
    let (_, ids, said, _) = ran(&["-o", "csv"]);
    assert!(ids.is_empty() && said.starts_with("id,check,"));
    let given = ["--set-severity", "s3-bucket-versioning-off=low"];
    let (_, ids, _, _) = ran(&given);
    assert!(!has(&ids, "s3-bucket-versioning-off"));
}

#[test]
fn what_was_set_is_in_the_report() {
    let settings =
        "parameters: {s3-bucket-administered-by-other-accounts: {actions: ['s3:PutBucketAcl']}}
overrides:
  - arn: arn:aws:s3:::meridian-web*
    severities: {s3-bucket-versioning-off: critical}
    parameters: {s3-bucket-administered-by-other-accounts: {actions: []}}
";
    let with = folder(settings);
    let found = document(with.path(), &[]);
    let check = "s3-bucket-administered-by-other-accounts";
    assert_eq!(
        found["run"]["parameters"][check]["actions"][0],
        "s3:PutBucketAcl"
    );
    let of = |resource| &result(&found, check, resource)["parameters"]["actions"];
    assert_eq!(of("meridian-website"), &serde_json::json!([]));
    assert_eq!(
        of("meridian-invoices"),
        &serde_json::json!(["s3:PutBucketAcl"])
    );
    let severity = |resource| &result(&found, "s3-bucket-versioning-off", resource)["severity"];
    assert_eq!(severity("meridian-website"), "critical");
    assert_ne!(severity("meridian-access-logs"), "critical");
    // The same again gives the same bytes; other settings have another hash, none have none.
    assert_eq!(found, document(with.path(), &[]));
    let flag = format!("{check}.actions=[]");
    let other = document(with.path(), &["--parameter", &flag]);
    assert_eq!(
        other["run"]["parameters"][check]["actions"],
        serde_json::json!([])
    );
    assert_ne!(other["run"]["settings"], found["run"]["settings"]);
    assert!(document(with.path(), &["--no-config"])["run"]["settings"].is_null());
    let explained = ["explain", &format!("{check}/meridian-invoices"), "s.wl"];
    let (code, said, _) = run_in(with.path(), &explained);
    assert_eq!(code, 0);
    assert!(
        said.contains("set       actions = [\"s3:PutBucketAcl\"]"),
        "{said}"
    );
}

#[test]
fn wrong_flags_are_told() {
    let folder = folder("");
    let complaint = |flag: &str, value: &str| {
        let (code, _, complaint) = run_in(folder.path(), &["checks", "list", flag, value]);
        assert_eq!(code, 2);
        complaint
    };
    let all = [
        ("--parameter", "ec2-image-old.max_days=soon"),
        ("--parameter", "ec2-image-old.max_days=-3"),
        ("--parameter", "ec2-image-old.max_dais=3"),
        ("--parameter", "ec2-image-old"),
        ("--set-severity", "ec2-image-old=hihg"),
        ("--set-severity", "ec2-image-olt=low"),
        ("--except", "ec2-image-olt"),
    ];
    let told: Vec<String> = all
        .into_iter()
        .map(|(flag, value)| format!("{flag} {value}\n{}", complaint(flag, value)))
        .collect();
    insta::assert_snapshot!(told.join(""));
}

#[test]
fn own_checks_are_found_beside_the_file() {
    let own = tempfile::tempdir().unwrap();
    fs::create_dir(own.path().join("mine")).unwrap();
    let text = fs::read_to_string(root().join("checks/s3/s3-bucket-versioning-off.yaml")).unwrap();
    let text = text.replace("id: s3-bucket-versioning-off", "id: s3-bucket-ours");
    fs::write(own.path().join("mine/s3-bucket-ours.yaml"), text).unwrap();
    let file = own.path().join("w.yaml");
    fs::write(&file, "checks: {folders: mine, only: s3-bucket-ours}\n").unwrap();
    let elsewhere = folder("");
    let arguments = ["checks", "list", "--config", file.to_str().unwrap()];
    let (code, said, complaint) = run_in(elsewhere.path(), &arguments);
    assert_eq!(code, 0, "{complaint}");
    assert!(said.starts_with("s3-bucket-ours "));
}

const ACCEPTED: &str = "\
exceptions:
  - id: website
    check: s3-bucket-*
    arn: arn:aws:s3:::meridian-website
    owner: web team
    reason: It is a public website.
    ticket: WEB-7
    expires: 2026-11-22
  - id: past
    check: s3-bucket-access-logging-off
    owner: platform
    reason: later
    expires: 2026-11-21
  - id: idle
    check: s3-bucket-public-read
    arn: arn:aws:s3:::meridian-invoices
    owner: platform
    reason: once
    expires: 2027-01-01
  - id: dev
    check: s3-bucket-versioning-off
    tag: env=dev
    owner: platform
    reason: development
    expires: 2027-01-01
  - id: elsewhere
    check: s3-bucket-public-read
    account: 999999999999
    owner: platform
    reason: another account
    expires: 2027-01-01
";

#[test]
fn accepted_failures_are_shown_and_never_pass() {
    let folder = folder(ACCEPTED);
    let (with, without) = (
        document(folder.path(), &[]),
        document(folder.path(), &["--no-config"]),
    );
    let verdict = |document: &Value, check, resource| {
        result(document, check, resource)["verdict"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let read = "s3-bucket-public-read";
    assert_eq!(verdict(&without, read, "meridian-website"), "fail");
    assert_eq!(verdict(&with, read, "meridian-website"), "excepted");
    assert_eq!(
        result(&with, read, "meridian-website")["exception"],
        "website"
    );
    assert_eq!(verdict(&with, read, "meridian-partner-drop"), "fail");
    let (before, after) = (&without["counts"], &with["counts"]);
    let number = |counts: &Value, verdict: &str| counts[verdict].as_u64().unwrap();
    let accepted = number(after, "excepted");
    assert!(accepted > 0);
    assert_eq!(number(before, "fail"), number(after, "fail") + accepted);
    for same in ["pass", "not_assessed", "not_applicable", "inherited"] {
        assert_eq!(before[same], after[same]);
    }
    let standing: Vec<(&str, &str)> = with["exceptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["id"].as_str().unwrap(),
                one["standing"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("dev", "unused"),
        ("elsewhere", "unused"),
        ("idle", "unused"),
        ("past", "expired"),
        ("website", "in_force"),
    ];
    assert_eq!(standing, expected);
    // On a terminal and in Markdown: who, until when, why, and what to look at.
    let (_, table, _) = run_in(folder.path(), &["assess", "s.wl", "--service", "s3"]);
    let section = |text: &str, from: &str, to: &str| {
        let start = text
            .find(from)
            .unwrap_or_else(|| panic!("no {from} in\n{text}"));
        let end = text[start..].find(to).map_or(text.len(), |at| start + at);
        text[start..end].to_owned()
    };
    insta::assert_snapshot!(
        "table",
        section(&table, "11 accepted risks, not", "\nInherited")
    );
    let arguments = ["assess", "s.wl", "-q", "-o", "markdown"];
    let (_, markdown, _) = run_in(folder.path(), &arguments);
    insta::assert_snapshot!(
        "markdown",
        section(&markdown, "## Accepted risk", "## All other")
    );
}

#[test]
fn exceptions_check_says_how_each_stands_and_exits_with_1() {
    let folder = folder(ACCEPTED);
    let (code, said, complaint) = run_in(folder.path(), &["exceptions", "check", "s.wl"]);
    assert_eq!(code, 1, "{complaint}");
    insta::assert_snapshot!("with a snapshot", said);
    let (code, said, _) = run_in(folder.path(), &["exceptions", "check"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!("without a snapshot", said);
    let end = ACCEPTED.find("  - id: past").unwrap();
    fs::write(folder.path().join("waterline.yaml"), &ACCEPTED[..end]).unwrap();
    let (code, said, _) = run_in(folder.path(), &["exceptions", "check", "s.wl"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn an_exception_is_added_and_holds_until_what_was_seen_changes() {
    let start = "# Ours.\nfail_on: none # for now\n";
    let folder = folder(start);
    let path = folder.path();
    let add = |finding: &str, more: &[&str]| {
        let fixed = [
            "exceptions",
            "add",
            finding,
            "s.wl",
            "--owner",
            "web",
            "--reason",
            "It: is so",
        ];
        run_in(path, &[&fixed, more].concat())
    };
    let finding = "s3-bucket-public-read/meridian-website";
    let (code, said, complaint) = add(finding, &["--expires", "2027-03-31", "--bind"]);
    assert_eq!(code, 0, "{complaint}");
    let id = said
        .split_whitespace()
        .nth(2)
        .unwrap()
        .trim_end_matches(',');
    let text = fs::read_to_string(path.join("waterline.yaml")).unwrap();
    assert!(text.starts_with(start));
    insta::assert_snapshot!("added", text);
    let found = document(path, &[]);
    let result = result(&found, "s3-bucket-public-read", "meridian-website");
    assert_eq!(result["exception"], id);
    assert_eq!(found["counts"]["excepted"], 1);
    let (_, explained, _) = run_in(path, &["explain", finding, "s.wl"]);
    assert!(
        explained.contains("accepted  by web until 2027-03-31"),
        "{explained}"
    );
    assert_eq!(
        fs::read_dir(path).unwrap().count(),
        2,
        "nothing half-written is left"
    );
    // Another value, as if the bucket had changed since.
    let at = text.find("sha256:").unwrap() + 7;
    let digit = if &text[at..=at] == "0" { "1" } else { "0" };
    let other = format!("{}{digit}{}", &text[..at], &text[at + 1..]);
    fs::write(path.join("waterline.yaml"), &other).unwrap();
    let (code, said, _) = run_in(path, &["exceptions", "check", "s.wl"]);
    assert_eq!(code, 1);
    assert!(said.contains("lapsed, 1 failure"), "{said}");
    assert_eq!(document(path, &[])["counts"]["excepted"], 0);
}

#[test]
fn only_what_fails_can_be_accepted_and_only_for_a_time() {
    let folder = folder("");
    let path = folder.path();
    let add = |finding: &str, expires: &str| {
        let (code, said, complaint) = run_in(
            path,
            &[
                "exceptions",
                "add",
                finding,
                "s.wl",
                "--owner",
                "o",
                "--reason",
                "r",
                "--expires",
                expires,
            ],
        );
        assert_eq!((code, said.as_str()), (2, ""));
        complaint
    };
    let all = [
        ("s3-bucket-public-read/meridian-invoices", "2027-01-01"),
        ("account-root-without-mfa", "2027-01-01"),
        ("s3-bucket-public-read/meridian-website", "2026-11-21"),
        ("s3-bucket-public-read/meridian-website", "soon"),
    ];
    let told: Vec<String> = all
        .into_iter()
        .map(|(finding, expires)| format!("{finding} {expires}\n{}", add(finding, expires)))
        .collect();
    insta::assert_snapshot!(told.join(""));
    assert!(!path.join("waterline.yaml").exists());
    // A list in another layout is not rewritten.
    let flow = "exceptions: [{check: s3-*, owner: o, reason: r, expires: 2020-01-01}]\n";
    fs::write(path.join("waterline.yaml"), flow).unwrap();
    insta::assert_snapshot!(
        "layout",
        add("s3-bucket-public-read/meridian-website", "2027-01-01")
    );
    assert_eq!(
        fs::read_to_string(path.join("waterline.yaml")).unwrap(),
        flow
    );
}
