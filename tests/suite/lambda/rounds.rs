//! An account that one invocation cannot read: it is read in several, and what comes out is what
//! one long run gives, byte for byte.

use super::{BUCKET, Function, NOW, event, keys, moto, object, places};
use crate::account::{emulator, runtime};
use serde_json::{Value, json};
use waterline_mocks::{Account, Controls, Effect, Emulator, Mix, Rule, Spec};

/// The time limit of the function, in seconds.
const LIMIT: u64 = 20;

/// Four hundred topics a Region, and each is asked about for four seconds: the client begins with a
/// hundred calls at once, and goes on in rounds.
fn slow() -> (Account, Controls) {
    let spec = Spec {
        mix: Mix {
            topics: 400,
            ..Mix::default()
        },
        ..Spec::default()
    };
    let controls = Controls::default();
    controls.add(Rule::new(
        "sns:GetTopicAttributes",
        Effect::Latency { ms: 4_000 },
    ));
    (Account::generated(&spec), controls)
}

fn wanted(prefix: &str) -> Value {
    event(json!({
        "run": "r",
        "checks": [
            "sns-topic-unencrypted",
            "sns-topic-policy-public",
            "sns-topic-policy-service-unguarded",
            "kms-key-rotation-off",
            "iam-user-access-key-old",
        ],
        "deliver": {"bucket": BUCKET, "prefix": prefix, "formats": ["html", "csv"]},
    }))
}

#[test]
fn a_slow_account_is_read_in_rounds_and_gives_the_bytes_of_one_long_run() {
    let moto = moto();
    runtime().block_on(async {
        let (account, controls) = slow();
        let emulator = Emulator::start(vec![account], controls).await.unwrap();
        let endpoint = emulator.endpoint();
        let work = tokio::task::spawn_blocking(move || {
            let places = [
                ("AWS_ENDPOINT_URL", &*endpoint),
                ("AWS_ENDPOINT_URL_S3", &*moto.endpoint),
            ];
            let long = Function::start(900, NOW, &places);
            let whole = long.invoke(&wanted("long"));
            assert_eq!(whole["status"], "done", "{whole}");
            drop(long);

            let first = Function::start(LIMIT, NOW, &places);
            let begun = first.invoke(&wanted("short"));
            assert_eq!(begun["status"], "continue", "{begun}");
            assert_eq!(begun["event"]["continue"], begun["checkpoint"]);
            drop(first);

            // Another process, two hours later: the run's time is the first one's.
            let later = Function::start(LIMIT, NOW + 7_200, &places);
            let mut other = begun["event"].clone();
            other["checks"] = json!(["kms-key-rotation-off"]);
            let (sort, message) = later.refuses(&other);
            assert_eq!(sort, "WaterlineCheckpoint");
            assert!(
                message.contains("does not belong to this run: its choice of checks"),
                "{message}"
            );
            let mut other = begun["event"].clone();
            other["run"] = "r2".into();
            let (sort, message) = later.refuses(&other);
            assert_eq!(sort, "WaterlineCheckpoint");
            assert!(
                message.contains("its run is `r`, and here it is `r2`"),
                "{message}"
            );

            let answers = later.until_done(&begun["event"]);
            let units: Vec<&Value> = std::iter::once(&begun)
                .chain(&answers)
                .map(|answer| &answer["units"])
                .collect();
            println!("{} invocations, units done: {units:?}", answers.len() + 1);
            assert!(
                answers.len() >= 2,
                "it needs three invocations at the least"
            );
            let done = answers.last().unwrap();
            for key in ["account", "started", "score", "coverage", "counts"] {
                assert_eq!(done[key], whole[key], "{key}");
            }
            let (one, other) = (&whole["reports"], &done["reports"]);
            assert_eq!(one.as_array().unwrap().len(), 4);
            for (one, other) in std::iter::zip(one.as_array().unwrap(), other.as_array().unwrap()) {
                let same = object(&moto, one) == object(&moto, other);
                assert!(same, "{one} and {other} differ");
            }
            let kept = keys(&moto);
            let checkpoints = kept.iter().filter(|key| key.contains("/checkpoint-"));
            assert_eq!(checkpoints.count(), answers.len(), "{kept:?}");
        });
        work.await.unwrap();
        emulator.stop().await;
    });
}

#[test]
fn a_function_that_has_not_the_time_for_anything_gives_up() {
    let moto = moto();
    runtime().block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new("kms:ListKeys", Effect::Hang {}));
        let emulator = emulator(controls).await;
        let endpoint = emulator.endpoint();
        let work = tokio::task::spawn_blocking(move || {
            // Ten seconds for reading, and all the rest for what comes after.
            let mut variables = places(&endpoint, &moto);
            variables.push(("WATERLINE_RESERVE_SECONDS", "50"));
            let function = Function::start(60, NOW, &variables);
            let event = event(json!({"checks": ["kms-key-rotation-off"], "run": "r"}));
            let first = function.invoke(&event);
            assert_eq!(
                (&first["status"], &first["units"]),
                (&json!("continue"), &json!(0))
            );
            let (sort, message) = function.refuses(&first["event"]);
            assert_eq!(sort, "WaterlineStalled");
            assert!(
                message.contains("the last 2 invocations finished nothing"),
                "{message}"
            );
        });
        work.await.unwrap();
        emulator.stop().await;
    });
}
