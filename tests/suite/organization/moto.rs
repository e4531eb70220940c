//! An organization in moto's server, where each account has a state of its own: what is listed is
//! compared with what the `aws` command line lists.

use super::{read, states};
use crate::harness::told;
use crate::live::{Moto, credentials, run_in};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

/// An organization of three accounts in two units, and a bucket in one of the members, made with
/// boto3 by credentials of the role there.
const SCENARIO: &str = r#"
import json, sys, boto3
at = dict(endpoint_url=sys.argv[1], region_name="us-east-1")
org = boto3.client("organizations", **at)
org.create_organization(FeatureSet="ALL")
root = org.list_roots()["Roots"][0]["Id"]
unit = org.create_organizational_unit(ParentId=root, Name="Workloads")["OrganizationalUnit"]["Id"]
ids = {}
for name in ("payments", "sandbox"):
    made = org.create_account(AccountName=name, Email=name + "@example.com")["CreateAccountStatus"]
    ids[name] = made["AccountId"]
org.move_account(AccountId=ids["payments"], SourceParentId=root, DestinationParentId=unit)
sts = boto3.client("sts", **at)
for name, id in ids.items():
    got = sts.assume_role(RoleArn=f"arn:aws:iam::{id}:role/OrganizationAccountAccessRole", RoleSessionName="make")["Credentials"]
    s3 = boto3.client("s3", aws_access_key_id=got["AccessKeyId"], aws_secret_access_key=got["SecretAccessKey"], aws_session_token=got["SessionToken"], **at)
    s3.create_bucket(Bucket="data-of-" + name)
print(json.dumps(ids))
"#;

#[test]
fn moto_s_organization_is_listed_as_the_aws_command_line_lists_it() {
    let moto = Moto::start();
    let folder = tempfile::tempdir().unwrap();
    let (code, said, complaint) = moto.python(&["-c", SCENARIO, &moto.endpoint]);
    assert_eq!(code, 0, "{complaint}");
    let ids: Value = serde_json::from_str(&said).unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (json, each) = (
        format!("json={}", at("all.json")),
        format!("json={}/", at("each")),
    );
    let role = [
        "--organization",
        "--role-name",
        "OrganizationAccountAccessRole",
    ];
    let choice = [
        "-q",
        "--region",
        "us-east-1",
        "--check",
        "s3-bucket-insecure-transport-allowed",
    ];
    let outputs = ["-o", json.as_str(), "-o", each.as_str()];
    let (code, _, complaint) = run_in(&moto, &[&["audit"], &role[..], &choice, &outputs].concat());
    assert_eq!(code, 0, "{complaint}");
    let document = read(&folder.path().join("all.json"));

    let mut aws = Command::new(moto.bin.join("aws"));
    let listed = [
        "organizations",
        "list-accounts",
        "--output",
        "json",
        "--endpoint-url",
    ];
    let output = credentials(&mut aws)
        .args(listed)
        .arg(&moto.endpoint)
        .output();
    let (code, said, complaint) = told(output.unwrap());
    assert_eq!(code, 0, "{complaint}");
    let listed: Value = serde_json::from_str(&said).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let listed: BTreeSet<(String, String)> = listed["Accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| (text(&account["Id"]), text(&account["Name"])))
        .collect();
    let accounts = document["accounts"].as_array().unwrap();
    let found: BTreeSet<(String, String)> = accounts
        .iter()
        .map(|account| (text(&account["id"]), text(&account["name"])))
        .collect();
    assert_eq!(found.len(), 3);
    assert_eq!(found, listed);
    assert!(
        states(&document).iter().all(|(_, state)| *state == "read"),
        "{:?}",
        states(&document)
    );

    // Each account's bucket is in its own assessment, and in no other.
    for name in ["payments", "sandbox"] {
        let id = ids[name].as_str().unwrap();
        let own = read(&folder.path().join(format!("each/{id}.json")));
        let results = own["results"].as_array().unwrap().iter();
        let buckets: Vec<&Value> = results.map(|result| &result["resource_id"]).collect();
        assert_eq!(buckets, [format!("data-of-{name}").as_str()]);
    }
    let unit = |path: &str| {
        let mut units = document["units"].as_array().unwrap().iter();
        units.find(|unit| unit["path"] == path).unwrap()["accounts"].as_u64()
    };
    assert_eq!((unit("Root"), unit("Root/Workloads")), (Some(3), Some(1)));
}
