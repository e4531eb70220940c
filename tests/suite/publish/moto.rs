//! Against moto's server: what was published is what the `aws` command line reads.

use crate::harness::told;
use crate::live::{Moto, credentials, run_in};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

const REGIONS: [&str; 2] = ["us-east-1", "eu-west-1"];

fn aws(moto: &Moto, region: &str, arguments: &[&str]) -> Value {
    let mut command = Command::new(moto.bin.join("aws"));
    command
        .args(["securityhub", "--region", region, "--output", "json"])
        .args(["--endpoint-url", &moto.endpoint])
        .args(arguments);
    let (code, said, complaint) = told(credentials(&mut command).output().unwrap());
    assert_eq!(code, 0, "{complaint}");
    serde_json::from_str(said.trim()).unwrap_or(Value::Null)
}

fn findings(moto: &Moto) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for region in REGIONS {
        let reply = aws(moto, region, &["get-findings"]);
        for finding in reply["Findings"].as_array().unwrap() {
            let product = finding["ProductArn"].as_str().unwrap();
            assert!(
                product.contains(&format!(":{region}:")),
                "{product} in {region}"
            );
            let id = finding["Id"].as_str().unwrap().to_owned();
            assert!(all.insert(id, finding.clone()).is_none(), "twice");
        }
    }
    all
}

/// A day after a time.
fn later(time: &Value) -> String {
    let time = time
        .as_str()
        .unwrap()
        .parse::<chrono::DateTime<chrono::Utc>>();
    let later = time.unwrap() + chrono::TimeDelta::days(1);
    later.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

#[test]
fn what_is_published_is_what_the_aws_command_line_reads() {
    let moto = Moto::start();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let ids = at("ids.json");
    let (code, said, complaint) =
        moto.python(&["mocks/scenarios/account.py", &moto.endpoint, "--ids", &ids]);
    assert_eq!(code, 0, "{said}{complaint}");
    let (json, asff) = (
        format!("json={}", at("a.json")),
        format!("asff={}", at("a.asff")),
    );
    let audit = [
        "audit",
        "-q",
        "--publish",
        "security-hub",
        "-o",
        &json,
        "-o",
        &asff,
    ];
    let some = ["--service", "ec2", "--service", "s3"];
    let regions = ["--region", "us-east-1,eu-west-1"];
    let audit = [&audit[..], &some, &regions].concat();

    let (code, _, complaint) = run_in(&moto, &audit);
    assert_eq!(code, 4, "{complaint}");
    assert!(
        complaint.contains("Security Hub is not enabled"),
        "{complaint}"
    );

    for region in REGIONS {
        aws(&moto, region, &["enable-security-hub"]);
    }
    let (code, _, complaint) = run_in(&moto, &audit);
    assert_eq!(code, 0, "{complaint}");
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(at(name)).unwrap()).unwrap()
    };
    let published = findings(&moto);
    let rendered = read("a.asff");
    let mut compared = 0;
    for expected in rendered.as_array().unwrap() {
        let found = published.get(expected["Id"].as_str().unwrap());
        let Some(found) = found else {
            assert_eq!(
                expected["ProductFields"]["waterline/Verdict"],
                "not_applicable"
            );
            continue;
        };
        for (key, value) in expected.as_object().unwrap() {
            if key == "ProductFields" {
                for (key, value) in value.as_object().unwrap() {
                    assert_eq!(&found["ProductFields"][key], value);
                }
            } else {
                assert_eq!(&found[key], value, "{key}");
            }
        }
        compared += 1;
    }
    assert_eq!(
        compared,
        published.len(),
        "every finding is one of the report's"
    );
    assert!(compared > 300, "{compared}");

    // The next run finds all of it again, and a kept assessment says the same.
    let (code, said, complaint) = run_in(&moto, &["publish", &at("a.json"), "--dry-run"]);
    assert_eq!(code, 0, "{complaint}");
    assert!(
        said.contains(&format!(
            "leave   {:>6}",
            rendered.as_array().unwrap().len()
        )),
        "{said}"
    );
    println!("{compared} findings read back by the aws command line");

    // A day later a bucket is gone and a failure is mended: what the `aws` command line reads then.
    let mut document = read("a.json");
    document["run"]["started"] = later(&document["run"]["started"]).into();
    let results = document["results"].as_array_mut().unwrap();
    let bucket = results.iter().find(|r| r["kind"] == "s3.bucket").unwrap()["arn"].clone();
    results.retain(|result| result["arn"] != bucket);
    let mended = results
        .iter_mut()
        .find(|result| result["verdict"] == "fail");
    let mended = mended.unwrap();
    mended["verdict"] = "pass".into();
    let word = |key: &str| mended[key].as_str().unwrap().to_owned();
    let mended = format!("waterline/{}/{}", word("check"), word("id"));
    std::fs::write(at("b.json"), document.to_string()).unwrap();
    let (code, said, complaint) = run_in(&moto, &["publish", &at("b.json")]);
    assert_eq!(code, 0, "{complaint}");
    assert!(
        said.contains("1 passes now") && said.contains("the resource is gone"),
        "{said}"
    );
    let now = findings(&moto);
    assert_eq!(now.len(), published.len(), "nothing is there twice");
    let mut gone = 0;
    for (id, old) in &published {
        let new = &now[id];
        for kept in ["FirstObservedAt", "CreatedAt"] {
            assert_eq!(new[kept], old[kept], "{kept}");
        }
        let is_gone = old["Resources"][0]["Id"] == bucket;
        gone += usize::from(is_gone);
        let state = if is_gone { "ARCHIVED" } else { "ACTIVE" };
        assert_eq!(new["RecordState"], state, "{id}");
        let changed = is_gone || *id == mended;
        assert_eq!(new["UpdatedAt"] != old["UpdatedAt"], changed, "{id}");
        assert_eq!(new["Resources"], old["Resources"], "{id}");
    }
    assert!(gone > 5, "{gone}");
    assert_eq!(published[&mended]["Compliance"]["Status"], "FAILED");
    assert_eq!(now[&mended]["Compliance"]["Status"], "PASSED");
}
