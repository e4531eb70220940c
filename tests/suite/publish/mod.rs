//! Publishing to Security Hub: whole runs of the program against the emulator, and against
//! moto's server.

mod customer;
mod lifecycle;
mod moto;
mod ready;
mod whole;

use crate::account::runtime;
use crate::harness::{told, waterline};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use waterline::aws::{Options, Session};
use waterline::report::asff::{self, AwsSecurityFinding};
use waterline::sink::security_hub::SecurityHub;
use waterline_mocks::{Account, Controls, Emulator, Running};

pub(crate) const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];
const ACCOUNT: &str = "111122223333";

/// The demo account with Security Hub on in these Regions.
pub(crate) async fn emulator(regions: &[&str], controls: Controls) -> Running {
    let mut account = Account::demo().unwrap();
    for region in regions {
        let hub = json!({
            "HubArn": format!("arn:aws:securityhub:{region}:{ACCOUNT}:hub/default"),
            "SubscribedAt": "2026-01-01T00:00:00Z",
            "AutoEnableControls": true,
        });
        account.reply(region, "securityhub", "DescribeHub", hub);
    }
    Emulator::start(vec![account], controls).await.unwrap()
}

/// The program at work against an emulator, on a day of November 2026.
fn command(emulator: &Running, day: u64, arguments: &[&str]) -> Command {
    let mut command = waterline();
    command
        .args(arguments)
        .args(["--endpoint-url", &emulator.endpoint()])
        .env(
            "SOURCE_DATE_EPOCH",
            (1_793_491_200 + day * 86_400).to_string(),
        )
        .env("AWS_ACCESS_KEY_ID", "x")
        .env("AWS_SECRET_ACCESS_KEY", "x");
    command
}

async fn ask(emulator: &Running, day: u64, arguments: &[&str]) -> (i32, String, String) {
    let mut command = command(emulator, day, arguments);
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    told(output.unwrap().unwrap())
}

/// What Security Hub has of ours, by Region and id.
pub(crate) async fn held(emulator: &Running) -> BTreeMap<(String, String), AwsSecurityFinding> {
    let mut all = Vec::new();
    for region in REGIONS {
        all.extend(held_in(emulator, region).await);
    }
    let count = all.len();
    let held: BTreeMap<_, _> = all
        .into_iter()
        .map(|finding| ((finding.product_arn.clone(), finding.id.clone()), finding))
        .collect();
    assert_eq!(held.len(), count, "a finding is there twice");
    held
}

/// What Security Hub has of ours in a Region.
async fn held_in(emulator: &Running, region: &str) -> Vec<AwsSecurityFinding> {
    let options = Options {
        endpoint_url: Some(emulator.endpoint()),
        credentials: Some(("x".to_owned(), "x".to_owned())),
        unpaced: true,
        ..Options::default()
    };
    let session = Session::open(&options).await.unwrap();
    let hub = SecurityHub::new(&session, &[region.to_owned()].into());
    let held = hub
        .held(|region| asff::product("aws", ACCOUNT, region))
        .await;
    held.unwrap_or_else(|(region, failure)| panic!("{region}: {failure:?}"))
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The results that are published, by id, with their verdicts.
pub(crate) fn expected(document: &Value) -> BTreeMap<String, String> {
    let word = |result: &Value, key: &str| result[key].as_str().unwrap().to_owned();
    let results = document["results"].as_array().unwrap().iter();
    results
        .filter(|result| result["verdict"] != "not_applicable")
        .map(|result| {
            let id = format!("waterline/{}/{}", word(result, "check"), word(result, "id"));
            (id, word(result, "verdict"))
        })
        .collect()
}

/// The active findings, by id, with the verdicts that they carry.
pub(crate) fn active(
    held: &BTreeMap<(String, String), AwsSecurityFinding>,
) -> BTreeMap<String, String> {
    let active = held
        .values()
        .filter(|finding| finding.record_state == "ACTIVE");
    active
        .map(|finding| {
            let verdict = finding.product_fields["waterline/Verdict"].clone();
            (finding.id.clone(), verdict)
        })
        .collect()
}
