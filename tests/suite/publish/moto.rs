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
}
