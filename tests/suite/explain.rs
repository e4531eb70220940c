//! How the program tells whose a finding is, how it came about, and how the score did.

use crate::harness::{root, run};
use serde_json::Value;
use std::collections::BTreeSet;

fn small() -> String {
    root()
        .join("tests/data/small.jsonl.gz")
        .display()
        .to_string()
}

/// Explains something of the small snapshot: the exit code, what was said, what was complained of.
fn explain(what: &str) -> (i32, String, String) {
    run(&["explain", what, &small()])
}

fn explained(what: &str) -> String {
    let (code, said, complaint) = explain(what);
    assert_eq!(code, 0, "{complaint}");
    said
}

fn document() -> Value {
    let (code, said, complaint) = run(&["assess", &small(), "-q", "-o", "json"]);
    assert_eq!(code, 0, "{complaint}");
    serde_json::from_str(&said).unwrap()
}

/// The number before some words.
fn number_before(text: &str, words: &str) -> f64 {
    let line = text.lines().find(|line| line.contains(words)).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn the_score_is_taken_apart_to_the_last_point() {
    let text = explained("score");
    let document = document();
    let whole = &document["score"]["whole"];
    let lost = number_before(&text, "points are lost to failures");
    let open = number_before(&text, "points are open");
    let near = |a: f64, b: f64| (a - b).abs() <= 0.11;
    assert!(
        near(100.0 - lost, whole["possible"].as_f64().unwrap()),
        "{text}"
    );
    assert!(
        near(100.0 - lost - open, whole["proven"].as_f64().unwrap()),
        "{text}"
    );
    // Every check that lost something or left it open has its line.
    let results = document["results"].as_array().unwrap();
    for result in results {
        if result["verdict"] == "fail" || result["verdict"] == "not_assessed" {
            let check = format!("  {}, ", result["check"].as_str().unwrap());
            assert!(text.contains(&check), "{check} is not in\n{text}");
        }
    }
}

#[test]
fn a_finding_tells_what_was_read_what_failed_and_whose_it_is() {
    let text = explained("s3-bucket-public-read/meridian-website");
    for said in [
        "bucket.policy = {",
        "by s3:GetPublicAccessBlock, s3:ListBuckets, s3control:GetPublicAccessBlock",
        "      false    not this:",
        "          true     bucket.policy != null\n",
        "--bucket meridian-website --public-access-block",
        "  owner     customer\n",
        "  source    AWS Risk and Compliance whitepaper",
    ] {
        assert!(text.contains(said), "no `{said}` in\n{text}");
    }
    // Prose is wrapped.
    let prose: Vec<&str> = text.split_whitespace().collect();
    let change =
        "would clear it and 6 other failures: S3 Block Public Access of account 111122223333.";
    assert!(prose.join(" ").contains(change), "{text}");
    let shared = explained("s3-bucket-not-encrypted-with-kms/meridian-website");
    assert!(shared.contains("  owner     shared\n"), "{shared}");
    assert!(
        shared.contains("  AWS       Encrypts every new object"),
        "{shared}"
    );
}

#[test]
fn a_finding_goes_by_its_id_and_by_the_beginning_of_it() {
    let document = document();
    let result = &document["results"][0];
    let id = result["id"].as_str().unwrap();
    let whole = explained(id);
    assert!(whole.contains(result["check"].as_str().unwrap()), "{whole}");
    assert_eq!(explained(&id[..16]), whole);
}

#[test]
fn what_is_not_assessed_names_the_gap() {
    let text = explained("account-root-without-mfa");
    assert!(text.contains("not assessed (critical)"), "{text}");
    assert!(text.contains("  missing   iam:"), "{text}");
}

#[test]
fn what_is_not_there_gets_the_nearest_and_what_is_not_clear_a_list() {
    let complaint = |what: &str| {
        let (code, said, complaint) = explain(what);
        assert_eq!((code, said.as_str()), (2, ""), "{what}");
        complaint
    };
    let said = complaint("s3-bucket-public-red");
    assert!(
        said.contains("did you mean `s3-bucket-public-read`?"),
        "{said}"
    );
    let said = complaint("s3-bucket-public-read");
    assert!(said.contains("means 10 findings"), "{said}");
    assert!(
        said.contains("s3-bucket-public-read/meridian-website"),
        "{said}"
    );
    let said = complaint("s3-bucket-public-read/nobody");
    assert!(said.contains("is no finding"), "{said}");
    let document = document();
    let id = document["results"][0]["id"].as_str().unwrap();
    // Sixteen digits of which only the first eight are right.
    let rest = if &id[8..9] == "0" { "1" } else { "0" };
    let other = format!("{}{}", &id[..8], rest.repeat(8));
    let said = complaint(&other);
    assert!(said.contains(&format!("the nearest is\n  {id}")), "{said}");
}

/// Every result names a cell of the table, and is inherited just when that cell is AWS's.
#[test]
fn results_and_the_table_of_owners_agree() {
    let document = document();
    let cells = document["responsibility"].as_array().unwrap();
    let layers: Vec<(&str, &str)> = document["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| {
            let layer = check["responsibility"]["layer"].as_str().unwrap();
            (check["id"].as_str().unwrap(), layer)
        })
        .collect();
    for result in document["results"].as_array().unwrap() {
        let check = result["check"].as_str().unwrap();
        let (_, layer) = layers.iter().find(|(id, _)| *id == check).unwrap();
        let cell = cells
            .iter()
            .find(|cell| cell["mode"] == result["mode"] && cell["layer"] == *layer)
            .unwrap_or_else(|| panic!("{result} has no cell"));
        assert_eq!(cell["owner"], result["owner"]);
        let (inherited, idle) = (
            result["verdict"] == "inherited",
            result["verdict"] == "not_applicable",
        );
        assert!(idle || inherited == (result["owner"] == "aws"), "{result}");
    }
}

#[test]
fn changes_clear_failures_and_none_twice() {
    let document = document();
    let failed: BTreeSet<&str> = document["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|result| result["verdict"] == "fail")
        .map(|result| result["id"].as_str().unwrap())
        .collect();
    let mut cleared = BTreeSet::new();
    let changes = document["changes"].as_array().unwrap();
    for change in changes {
        for id in change["clears"].as_array().unwrap() {
            let id = id.as_str().unwrap();
            assert!(failed.contains(id), "{id} did not fail");
            assert!(cleared.insert(id), "{id} is cleared twice");
        }
        let then = change["score"]["proven"].as_f64().unwrap();
        let now = document["score"]["whole"]["proven"].as_f64().unwrap();
        assert!(then >= now, "{change}");
    }
    assert_eq!(
        changes[0]["title"],
        "S3 Block Public Access of account 111122223333"
    );
    assert_eq!(changes[0]["clears"].as_array().unwrap().len(), 7);
}

#[test]
fn the_table_keeps_to_its_columns() {
    let (code, table, complaint) = run(&["assess", &small()]);
    assert_eq!(code, 0, "{complaint}");
    assert!(table.contains("What mends most, of "), "{table}");
    assert!(table.contains("shared, yours: "), "{table}");
    for line in table.lines() {
        // A word that is longer than a line cannot be broken.
        let words = line.split_whitespace().count();
        assert!(line.chars().count() <= 80 || words == 1, "{line}");
    }
}
