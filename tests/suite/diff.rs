//! `waterline diff`: what changed between two snapshots, or two assessments, and why.

use crate::harness::{run, sync};
use crate::small::{OWN, edited, own_checks, small};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The small account after a while: a bucket mended, one gone, one that could not be read, one
/// newly public, and access points that could not be listed in one Region.
fn later(folder: &Path) -> String {
    edited(&folder.join("later.jsonl.gz"), |line| {
        if let Some(header) = line.get_mut("header") {
            header["started"] = json!("2026-11-29T12:00:00Z");
        }
        if let Some(listing) = line.get_mut("listing")
            && listing["kind"] == "s3.access_point"
            && listing["region"] == "us-east-1"
        {
            listing["gaps"] = json!(["6cf8fdb0685be9cd"]);
        }
        if line["resource"]["kind"] == "s3.access_point" {
            return false;
        }
        let public = json!([{
            "sid": null, "effect": "Allow", "actions": ["s3:GetObject"], "not_actions": null,
            "resources": ["*"], "not_resources": null, "conditions": [], "not_principals": null,
            "principals": [{"kind": "*", "value": "*"}]
        }]);
        let Some(bucket) = line.get_mut("resource") else {
            return true;
        };
        match bucket["id"].as_str().unwrap() {
            "meridian-website" => {
                bucket["policy"] = Value::Null;
                bucket["policy_status"] = Value::Null;
            }
            "meridian-terraform-state" => bucket["versioning"] = json!({"$unread": []}),
            "meridian-invoices" => {
                bucket["policy"] =
                    json!({"id": null, "version": "2012-10-17", "statements": public});
            }
            "meridian-partner-drop" => return false,
            _ => {}
        }
        true
    })
}

fn compared(before: &str, after: &str, more: &[&str]) -> (i32, Value) {
    let arguments = [&["diff", before, after, "-o", "json"], more].concat();
    let (code, said, complaint) = run(&arguments);
    assert!(code == 0 || code == 1, "{complaint}");
    (code, serde_json::from_str(&said).unwrap())
}

fn changes<'a>(comparison: &'a Value, check: &str, id: &str) -> Vec<&'a Value> {
    let changes = comparison["changes"].as_array().unwrap().iter();
    changes
        .filter(|change| {
            change["resource_id"] == id && (check.is_empty() || change["check"] == check)
        })
        .collect()
}

#[test]
fn snapshots_are_compared_by_cause() {
    let folder = tempfile::tempdir().unwrap();
    let (before, after) = (small(), later(folder.path()));
    let (code, comparison) = compared(&before, &after, &[]);
    assert_eq!(code, 0);
    let one = |check: &str, id: &str| {
        let found = changes(&comparison, check, id);
        assert_eq!(found.len(), 1, "{check} {id}");
        let word = |key: &str| found[0][key].as_str().unwrap_or("–").to_owned();
        (word("before"), word("after"), word("cause"), word("effect"))
    };
    let words = |a: &str, b: &str, cause: &str, effect: &str| {
        (
            a.to_owned(),
            b.to_owned(),
            cause.to_owned(),
            effect.to_owned(),
        )
    };
    assert_eq!(
        one("s3-bucket-policy-public", "meridian-website"),
        words("fail", "pass", "resource", "mended")
    );
    assert_eq!(
        one("s3-bucket-policy-public", "meridian-invoices"),
        words("pass", "fail", "resource", "new_failure")
    );
    let unread = one("s3-bucket-versioning-off", "meridian-terraform-state");
    assert_eq!(
        (&*unread.1, &*unread.2, &*unread.3),
        ("not_assessed", "coverage", "lost")
    );
    // Its list was read to the end: it is gone. The access point's was not: who knows.
    let gone = changes(&comparison, "", "meridian-partner-drop");
    assert!(gone.len() > 5);
    assert!(
        gone.iter()
            .all(|change| change["cause"] == "gone" && change["after"].is_null())
    );
    let unlisted = changes(&comparison, "", "shipments-analytics");
    assert!(!unlisted.is_empty());
    assert!(unlisted.iter().all(|change| change["cause"] == "coverage"));
    assert!(
        unlisted
            .iter()
            .all(|change| change["why"] == "the list of s3.access_point was not read to its end")
    );
    // Nothing but what was changed.
    let touched = [
        "meridian-website",
        "meridian-invoices",
        "meridian-terraform-state",
        "meridian-partner-drop",
        "shipments-analytics",
    ];
    for change in comparison["changes"].as_array().unwrap() {
        let id = &change["resource_id"];
        assert!(
            id.is_null() || touched.iter().any(|name| id == name),
            "{change}"
        );
    }
}

#[test]
fn assessments_are_compared_as_their_snapshots_are() {
    let folder = tempfile::tempdir().unwrap();
    let (before, after) = (small(), later(folder.path()));
    let assessed = |snapshot: &str, name: &str| {
        let file = folder.path().join(name).display().to_string();
        let (code, _, complaint) = run(&["assess", snapshot, "-q", "-o", &format!("json={file}")]);
        assert_eq!(code, 0, "{complaint}");
        file
    };
    let (a, b) = (assessed(&before, "a.json"), assessed(&after, "b.json"));
    let snapshots = compared(&before, &after, &[]).1;
    assert_eq!(compared(&a, &b, &[]).1, snapshots);
    assert_eq!(compared(&a, &after, &[]).1, snapshots);
    // The exit code hangs on new failures and their severity.
    let worst = snapshots["changes"]
        .as_array()
        .unwrap()
        .iter()
        .any(|change| change["effect"] == "new_failure" && change["severity"] == "critical");
    assert_eq!(compared(&a, &b, &["--fail-on", "new"]).0, 1);
    assert_eq!(
        compared(&a, &b, &["--fail-on", "new:critical"]).0,
        i32::from(worst)
    );
    assert_eq!(compared(&a, &a, &["--fail-on", "new"]).0, 0);
    // A choice of checks judges snapshots.
    let only = compared(&before, &after, &["--check", "s3-bucket-policy-public"]).1;
    let of = only["changes"].as_array().unwrap().iter();
    assert!(of.clone().count() > 0);
    for change in of {
        assert_eq!(change["check"], "s3-bucket-policy-public");
    }
    let (code, _, complaint) = run(&["diff", &a, &b, "--check", "s3-bucket-policy-public"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!("choice of assessments", complaint);
}

#[test]
fn a_rule_that_changed_and_time_that_passed_are_not_the_resource() {
    let folder = tempfile::tempdir().unwrap();
    let own = own_checks(folder.path(), OWN);
    let years = edited(&folder.path().join("years.jsonl.gz"), |line| {
        if let Some(header) = line.get_mut("header") {
            header["started"] = json!("2036-11-22T12:00:00Z");
        }
        true
    });
    let choice = ["--checks", &own, "--check", "s3-bucket-unrenewed"];
    let comparison = compared(&small(), &years, &choice).1;
    let all = comparison["changes"].as_array().unwrap();
    assert_eq!(all.len(), 10);
    assert!(
        all.iter()
            .all(|change| change["cause"] == "time" && change["effect"] == "new_failure")
    );
    // The same check with another number in it.
    let assessed = |name: &str| {
        let file = folder.path().join(name).display().to_string();
        let output = format!("json={file}");
        let (code, _, complaint) =
            run(&[&["assess", &small(), "-q", "-o", &output], &choice[..]].concat());
        assert_eq!(code, 0, "{complaint}");
        file
    };
    let before = assessed("before.json");
    own_checks(folder.path(), &OWN.replace("days(4000)", "days(4)"));
    let after = assessed("after.json");
    let comparison = compared(&before, &after, &[]).1;
    let all = comparison["changes"].as_array().unwrap();
    assert_eq!(all.len(), 10);
    assert!(
        all.iter().all(|change| change["cause"] == "check"),
        "{comparison}"
    );
    // Other words are no other rule.
    own_checks(folder.path(), &OWN.replace("risk: It", "risk: Well, it"));
    let comparison = compared(&before, &assessed("words.json"), &[]).1;
    assert_eq!(comparison["changes"], json!([]));
}

#[test]
fn what_cannot_be_compared_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    for (name, text) in [
        ("a list", "[]"),
        ("no json", "hello"),
        ("another schema", r#"{"schema": "waterline.comparison/v1"}"#),
        ("no schema", "{}"),
    ] {
        let (code, said, complaint) = run(&["diff", &file("a.json", text), &small()]);
        assert_eq!((code, said.as_str()), (2, ""), "{name}");
        let complaint = complaint.replace(&format!("{}/", folder.path().display()), "");
        insta::assert_snapshot!(format!("diff of {name}"), complaint);
    }
    for arguments in [["--fail-on", "old"], ["-o", "csv"]] {
        let (code, _, complaint) = run(&[&["diff", &small(), &small()], &arguments[..]].concat());
        assert_eq!(code, 2);
        insta::assert_snapshot!(format!("diff {}", arguments.join(" ")), complaint);
    }
}

#[test]
fn the_schema_of_comparisons() {
    let schema = schemars::schema_for!(waterline::compare::Comparison);
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    sync("reports/schemas/comparison-v1.schema.json", text.as_bytes());
}
