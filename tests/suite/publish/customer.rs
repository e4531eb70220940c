//! What customers make of our findings, and what automation rules ask of them: written and read
//! by the `aws` command line.

use super::*;
use crate::harness::stand_ins;

/// The `aws` command line asks an emulator's Security Hub.
fn aws(emulator: &Running, region: &str, arguments: &[&str]) -> Value {
    let mut command = Command::new(stand_ins().join("aws"));
    command
        .args(["securityhub", "--region", region, "--output", "json"])
        .args(["--endpoint-url", &emulator.endpoint()])
        .args(arguments)
        .env("AWS_ACCESS_KEY_ID", "x")
        .env("AWS_SECRET_ACCESS_KEY", "x");
    let (code, said, complaint) = told(command.output().unwrap());
    assert_eq!(code, 0, "{complaint}");
    serde_json::from_str(&said).unwrap()
}

/// A finding as Security Hub has it.
fn finding(emulator: &Running, region: &str, id: &str) -> Value {
    let filters = json!({"Id": [{"Value": id, "Comparison": "EQUALS"}]}).to_string();
    let mut reply = aws(emulator, region, &["get-findings", "--filters", &filters]);
    let findings = reply["Findings"].as_array_mut().unwrap();
    assert_eq!(findings.len(), 1, "{id}");
    findings.remove(0)
}

const THEIRS: [&str; 4] = ["Workflow", "Note", "UserDefinedFields", "VerificationState"];

#[test]
fn what_customers_set_survives_the_next_run() {
    let runtime = runtime();
    let emulator = runtime.block_on(emulator(&REGIONS, Controls::default()));
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let ask = |day, arguments: &[&str]| runtime.block_on(ask(&emulator, day, arguments));
    let json = format!("json={}", at("a.json"));
    let some = ["--service", "s3", "--service", "ec2"];
    let audit = ["audit", "-q", "--publish", "security-hub", "-o", &json];
    let (code, _, complaint) = ask(0, &[&audit[..], &some].concat());
    assert_eq!(code, 0, "{complaint}");

    let mut document = read(Path::new(&at("a.json")));
    let results = document["results"].as_array_mut().unwrap();
    let failing = results
        .iter_mut()
        .find(|result| result["verdict"] == "fail");
    let result = failing.unwrap();
    let word = |key: &str| result[key].as_str().unwrap().to_owned();
    let (region, id) = (
        word("region"),
        format!("waterline/{}/{}", word("check"), word("id")),
    );
    assert!(REGIONS.contains(&&*region), "{region}");
    result["verdict"] = "pass".into();
    document["run"]["started"] = "2026-11-02T00:00:00.000Z".into();
    std::fs::write(at("b.json"), document.to_string()).unwrap();

    let theirs = finding(&emulator, &region, &id);
    assert_eq!(theirs["Compliance"]["Status"], "FAILED");
    let update = json!({
        "FindingIdentifiers": [{"Id": id, "ProductArn": theirs["ProductArn"]}],
        "Workflow": {"Status": "SUPPRESSED"},
        "Note": {"Text": "accepted until spring", "UpdatedBy": "alice"},
        "UserDefinedFields": {"team": "storage"},
        "VerificationState": "BENIGN_POSITIVE",
    });
    let update = [
        "batch-update-findings",
        "--cli-input-json",
        &update.to_string(),
    ];
    let reply = aws(&emulator, &region, &update);
    let processed = reply["ProcessedFindings"].as_array().unwrap().len();
    assert_eq!(processed, 1, "{reply}");
    let theirs = finding(&emulator, &region, &id);
    assert_eq!(theirs["Workflow"]["Status"], "SUPPRESSED");

    emulator.clear_log();
    let (code, said, complaint) = ask(1, &["publish", &at("b.json")]);
    assert_eq!(code, 0, "{complaint}");
    assert!(said.contains("1 passes now"), "{said}");
    let after = finding(&emulator, &region, &id);
    assert_eq!(after["Compliance"]["Status"], "PASSED");
    assert_eq!(after["FirstObservedAt"], theirs["FirstObservedAt"]);
    for key in THEIRS {
        assert_eq!(after[key], theirs[key], "{key}");
    }
    let log = emulator.log().into_iter();
    let imports = log.filter(|entry| entry.operation == "BatchImportFindings");
    let sent: Vec<Value> = imports
        .flat_map(|entry| entry.input["Findings"].as_array().unwrap().clone())
        .collect();
    assert_eq!(sent.len(), 1);
    for key in THEIRS {
        assert!(sent[0].get(key).is_none(), "{key} was sent");
    }
    runtime.block_on(emulator.stop());
}

/// What an automation rule may ask of a resource: its tags, and the fields of its type.
#[test]
fn findings_carry_the_tags_and_details_of_their_resource() {
    let runtime = runtime();
    let emulator = runtime.block_on(emulator(&REGIONS, Controls::default()));
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let json = format!("json={}", at("a.json"));
    let audit = ["audit", "-q", "--publish", "security-hub", "-o", &json];
    let some = ["--service", "ec2", "--service", "s3"];
    let (code, _, complaint) = runtime.block_on(ask(&emulator, 0, &[&audit[..], &some].concat()));
    assert_eq!(code, 0, "{complaint}");
    let document = read(Path::new(&at("a.json")));
    let resources = document["resources"].as_array().unwrap();
    let known: BTreeMap<&str, &Value> = resources
        .iter()
        .map(|one| (one["arn"].as_str().unwrap(), one))
        .collect();
    let (mut tagged, mut groups, mut buckets) = (0, 0, 0);
    for region in REGIONS {
        for held in aws(&emulator, region, &["get-findings"])["Findings"]
            .as_array()
            .unwrap()
        {
            let resource = &held["Resources"][0];
            let Some(known) = known.get(resource["Id"].as_str().unwrap()) else {
                continue;
            };
            let tags = known["tags"].as_object().into_iter().flatten();
            let tags: serde_json::Map<String, Value> = tags
                .filter(|(name, value)| !name.starts_with("aws:") && *value != "")
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            tagged += usize::from(!tags.is_empty());
            let told = resource["Tags"].as_object().cloned().unwrap_or_default();
            assert_eq!(told, tags, "{}", resource["Id"]);
            let details = &known["details"];
            if resource["Type"] == "AwsEc2SecurityGroup" {
                let fields = &resource["Details"]["AwsEc2SecurityGroup"];
                assert_eq!(fields["VpcId"], details["vpc_id"]);
                let rules = |value: &Value| value.as_array().map_or(0, Vec::len);
                assert_eq!(rules(&fields["IpPermissions"]), rules(&details["ingress"]));
                groups += 1;
            }
            if resource["Type"] == "AwsS3Bucket" {
                let fields = &resource["Details"]["AwsS3Bucket"];
                let block = &fields["PublicAccessBlockConfiguration"]["BlockPublicAcls"];
                assert_eq!(*block, details["public_access_block"]["block_public_acls"]);
                buckets += 1;
            }
        }
    }
    assert!(
        tagged > 50 && groups > 50 && buckets > 50,
        "{tagged} {groups} {buckets}"
    );
    runtime.block_on(emulator.stop());
}
