//! Publishing to Security Hub comes last: whatever it says, the account was read and its reports are
//! kept, and the same event sends what is missing.

use super::{BUCKET, Function, NOW, event, keys, moto, object, places};
use crate::account::runtime;
use crate::live::Moto;
use crate::publish::{REGIONS, active, emulator, expected, held};
use serde_json::{Value, json};
use waterline_mocks::{Controls, Effect, Rule};

/// What is kept of a run.
pub(super) const KEPT: [&str; 3] = ["assessment.json", "compared.json", "snapshot.wl"];

/// An audit with few checks that publishes what it finds.
pub(super) fn publishing(run: &str) -> Value {
    event(json!({
        "run": run,
        "checks": ["ec2-volume-unencrypted", "s3-bucket-policy-public"],
        "deliver": {"bucket": BUCKET, "prefix": "p", "security_hub": true},
    }))
}

/// The names of what is kept of a run.
pub(super) fn names(moto: &Moto, run: &str) -> Vec<String> {
    let below = format!("p/111122223333/{run}/");
    let keys = keys(moto).into_iter();
    keys.filter_map(|key| key.strip_prefix(&below).map(str::to_owned))
        .collect()
}

/// The assessment of a run.
pub(super) fn assessment(moto: &Moto, run: &str) -> Value {
    let address = format!("s3://{BUCKET}/p/111122223333/{run}/assessment.json");
    serde_json::from_slice(&object(moto, &json!(address))).unwrap()
}

#[test]
fn security_hub_gets_what_the_assessment_says_in_the_regions_of_choice() {
    let moto = moto();
    runtime().block_on(async {
        let emulator = emulator(&REGIONS, Controls::default()).await;
        let endpoint = emulator.endpoint();
        let work = tokio::task::spawn_blocking(move || {
            let function = Function::start(60, NOW, &places(&endpoint, &moto));
            let answer = function.invoke(&publishing("r"));
            assert_eq!(answer["status"], "done", "{answer}");
            assert_eq!(names(&moto, "r"), KEPT);
            assessment(&moto, "r")
        });
        let document = work.await.unwrap();
        let there = active(&held(&emulator).await);
        assert_eq!(there, expected(&document));
        assert!(there.len() > 1, "{there:?}");
        emulator.stop().await;
    });

    // One Region for all findings: the home Region of who has Security Hub nowhere else.
    let moto = super::moto();
    runtime().block_on(async {
        let emulator = emulator(&["us-east-1"], Controls::default()).await;
        let endpoint = emulator.endpoint();
        let work = tokio::task::spawn_blocking(move || {
            let mut variables = places(&endpoint, &moto);
            variables.push(("WATERLINE_HUB_REGION", "us-east-1"));
            let function = Function::start(60, NOW, &variables);
            let answer = function.invoke(&publishing("r"));
            assert_eq!(answer["status"], "done", "{answer}");
            assessment(&moto, "r")
        });
        let document = work.await.unwrap();
        let results = document["results"].as_array().unwrap();
        assert!(results.iter().any(|result| result["region"] == "eu-west-1"));
        let log = emulator.log().into_iter();
        let imports = log.filter(|entry| entry.operation == "BatchImportFindings");
        let regions: Vec<String> = imports.map(|entry| entry.region).collect();
        assert!(!regions.is_empty());
        assert!(regions.iter().all(|region| region == "us-east-1"));
        emulator.stop().await;
    });
}

#[test]
fn an_account_where_security_hub_is_off_is_read_and_reported_all_the_same() {
    let moto = moto();
    runtime().block_on(async {
        let emulator = emulator(&[], Controls::default()).await;
        let endpoint = emulator.endpoint();
        let work = tokio::task::spawn_blocking(move || {
            let function = Function::start(60, NOW, &places(&endpoint, &moto));
            let (sort, message) = function.refuses(&publishing("r"));
            assert_eq!(sort, "WaterlineDelivery");
            for told in [
                "the account was read, and its reports were kept",
                "eu-west-1: Security Hub is not enabled",
                "us-east-1: Security Hub is not enabled",
            ] {
                assert!(message.contains(told), "{message}");
            }
            assert_eq!(names(&moto, "r"), KEPT);
            let document = assessment(&moto, "r");
            assert!(document["coverage"]["assessed"].as_u64().unwrap() > 0);
            // The run after it is compared with it.
            let mut next = publishing("r2");
            next["deliver"]["security_hub"] = false.into();
            assert_eq!(function.invoke(&next)["compared_with"], "r");
        });
        work.await.unwrap();
        assert_eq!(emulator.asked("BatchImportFindings"), 0);
        emulator.stop().await;
    });
}

#[test]
fn findings_that_are_refused_are_an_error_and_the_same_event_sends_them_again() {
    let moto = moto();
    runtime().block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new(
            "securityhub:BatchImportFindings",
            Effect::RefuseFindings {
                text: "waterline/ec2-volume-unencrypted/".to_owned(),
                code: "InvalidInput".to_owned(),
                message: "no such finding is wanted".to_owned(),
                id: None,
            },
        ));
        let emulator = emulator(&REGIONS, controls.clone()).await;
        let endpoint = emulator.endpoint();
        let work = tokio::task::spawn_blocking(move || {
            let function = Function::start(60, NOW, &places(&endpoint, &moto));
            let (sort, message) = function.refuses(&publishing("r"));
            assert_eq!(sort, "WaterlineDelivery");
            assert!(
                message.contains("Security Hub did not take all findings"),
                "{message}"
            );
            assert_eq!(names(&moto, "r"), KEPT);
            controls.clear();
            let answer = function.invoke(&publishing("r"));
            assert_eq!(answer["status"], "done", "{answer}");
            assessment(&moto, "r")
        });
        let document = work.await.unwrap();
        assert_eq!(active(&held(&emulator).await), expected(&document));
        emulator.stop().await;
    });
}
