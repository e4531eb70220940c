//! A run that came to no end: the same event, sent again, does what is left, and what comes out is what
//! one invocation without an end in between gives.

use super::hub::{KEPT, assessment, names, publishing};
use super::{BUCKET, Function, NOW, aws, moto, object, places};
use crate::account::runtime;
use crate::publish::{REGIONS, active, emulator, expected, held};
use serde_json::{Value, json};
use waterline_mocks::{Controls, Effect, Rule};

#[test]
fn a_run_that_was_killed_while_it_reported_is_ended_by_the_same_event() {
    let moto = moto();
    runtime().block_on(async {
        let controls = Controls::default();
        let emulator = emulator(&REGIONS, controls.clone()).await;
        let endpoint = emulator.endpoint();
        let work = tokio::task::spawn_blocking(move || {
            let places = places(&endpoint, &moto);
            let first = Function::start(20, NOW, &places);
            let mut whole = publishing("whole");
            whole["deliver"]["security_hub"] = false.into();
            let whole = first.invoke(&whole);
            assert_eq!(whole["status"], "done", "{whole}");

            // Security Hub does not answer, until Lambda ends the function.
            controls.add(Rule::new("securityhub:GetFindings", Effect::Hang {}));
            let killed = first.attempt(&publishing("r"));
            assert!(killed.contains("timed out"), "{killed}");
            assert_eq!(names(&moto, "r"), KEPT);
            drop(first);
            controls.clear();

            // As if it had been ended before it had put these; and another process, an hour later.
            for name in ["assessment.json", "compared.json"] {
                let key = format!("p/111122223333/r/{name}");
                let delete = ["s3api", "delete-object", "--bucket", BUCKET, "--key", &key];
                aws(&moto, &delete);
            }
            let later = Function::start(60, NOW + 3_600, &places);
            let mut other = publishing("r");
            other["checks"] = json!(["kms-key-rotation-off"]);
            let (sort, message) = later.refuses(&other);
            assert_eq!(sort, "WaterlineDelivery");
            assert!(
                message.contains("its choice of checks is another one: another run had this id"),
                "{message}"
            );
            let done = later.invoke(&publishing("r"));
            assert_eq!(done["status"], "done", "{done}");
            assert_eq!(names(&moto, "r"), KEPT);
            assert_eq!(done["compared_with"], "whole");
            for key in ["account", "started", "score", "coverage", "counts"] {
                assert_eq!(done[key], whole[key], "{key}");
            }
            let addresses = |answer: &Value| answer["reports"].as_array().unwrap().clone();
            let pairs = addresses(&whole).into_iter().zip(addresses(&done));
            for (one, other) in pairs {
                let same = object(&moto, &one) == object(&moto, &other);
                assert!(same, "{one} and {other} differ");
            }
            // A run that is done says once more what it said.
            assert_eq!(later.invoke(&publishing("r")), done);
            drop(later);
            let tomorrow = Function::start(60, NOW + 86_400, &places);
            let (sort, message) = tomorrow.refuses(&publishing("r"));
            assert_eq!(sort, "WaterlineDelivery");
            assert!(message.contains("it was read at "), "{message}");
            assert!(message.contains("another run had this id"), "{message}");
            assessment(&moto, "r")
        });
        let document = work.await.unwrap();
        assert_eq!(active(&held(&emulator).await), expected(&document));
        emulator.stop().await;
    });
}

#[test]
fn publishing_that_takes_too_long_goes_on_once_and_gives_up_then() {
    let moto = moto();
    runtime().block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new("securityhub:*", Effect::Latency { ms: 6_000 }));
        let emulator = emulator(&REGIONS, controls.clone()).await;
        let endpoint = emulator.endpoint();
        let work = tokio::task::spawn_blocking(move || {
            // Ten seconds for reading and for publishing: the third question to Security Hub is late.
            let mut variables = places(&endpoint, &moto);
            variables.push(("WATERLINE_RESERVE_SECONDS", "50"));
            let function = Function::start(60, NOW, &variables);
            let first = function.invoke(&publishing("r"));
            assert_eq!(first["status"], "continue", "{first}");
            let snapshot = format!("s3://{BUCKET}/p/111122223333/r/snapshot.wl");
            assert_eq!(first["snapshot"], json!(snapshot));
            assert_eq!(first["event"], publishing("r"));
            assert_eq!(names(&moto, "r"), KEPT);

            let (sort, message) = function.refuses(&first["event"]);
            assert_eq!(sort, "WaterlineStalled");
            assert!(
                message.contains("Publishing to Security Hub took all of the time"),
                "{message}"
            );
            controls.clear();
            let done = function.invoke(&first["event"]);
            assert_eq!(done["status"], "done", "{done}");
            assessment(&moto, "r")
        });
        let document = work.await.unwrap();
        assert_eq!(active(&held(&emulator).await), expected(&document));
        emulator.stop().await;
    });
}
