//! Reading in parts, without Lambda: however often and whenever a reading is stopped, what comes
//! out is what comes out of a reading without a stop, ledger and all.

use crate::account::{emulator, runtime};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use waterline::aws::{Options, Session, Stop};
use waterline::catalog::Catalog;
use waterline::collect::checkpoint::{Checkpoint, CheckpointError};
use waterline::collect::{self, Unwatched};
use waterline::derive::derivations;
use waterline::model::Snapshot;
use waterline::plan::Plan;
use waterline_mocks::{Controls, Effect, Rule, Running};

fn plan() -> Arc<Plan> {
    let catalog = Catalog::builtin().unwrap();
    Arc::new(Plan::of(catalog.facts(&catalog.checks), &derivations()))
}

/// A session that stops by itself after some time, if any is given.
async fn session(emulator: &Running, stop: Option<Duration>) -> Arc<Session> {
    let options = Options {
        endpoint_url: Some(emulator.endpoint()),
        credentials: Some(("x".to_owned(), "x".to_owned())),
        unpaced: true,
        stop: Stop::default(),
        ..Options::default()
    };
    let session = Session::open(&options).await.unwrap();
    if let Some(after) = stop {
        let stop = session.stop.clone();
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            stop.stop();
        });
    }
    Arc::new(session)
}

fn fits() -> BTreeMap<String, String> {
    [("plan".to_owned(), "p".to_owned())].into()
}

fn bytes(mut snapshot: Snapshot, started: &Checkpoint) -> Vec<u8> {
    snapshot.header.started = started.head.started;
    let mut bytes = Vec::new();
    snapshot.encode(&mut bytes).unwrap();
    bytes
}

/// Through the file, as another process would have it.
fn kept(checkpoint: &Checkpoint) -> Checkpoint {
    let mut file = Vec::new();
    checkpoint.encode(&mut file).unwrap();
    Checkpoint::decode(file.as_slice()).unwrap()
}

#[test]
fn a_reading_in_parts_gives_the_bytes_of_one_without_a_stop() {
    let plan = plan();
    runtime().block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new("*", Effect::Latency { ms: 25 }));
        // What fails does so in every part, and is no reason to read again.
        controls.add(Rule::new("kms:GetKeyPolicy", Effect::Deny {}));
        controls.add(Rule::new("sns:ListTopics", Effect::Deny {}));
        let emulator = emulator(controls).await;
        let open = session(&emulator, None).await;
        let first = Checkpoint::begin(&open, "r".to_owned(), fits());
        let whole = collect::collect(open, plan.clone(), Arc::new(Unwatched));
        let whole = bytes(whole.await.unwrap(), &first);

        let mut parts = Vec::new();
        for seed in 0..3u64 {
            let mut checkpoint = kept(&first);
            let mut count = 0;
            loop {
                // From within the first replies on; later ones have longer, so that there is an end
                // on a slow machine, too.
                let pause = 60 + (seed * 37 + count * 53) % 170 + 40 * count * count;
                let pause = Some(Duration::from_millis(pause)).filter(|_| count < 12);
                let open = session(&emulator, pause).await;
                checkpoint.fits(&open, "r", &fits()).unwrap();
                let watch = Arc::new(Unwatched);
                let reading = collect::go_on(open, plan.clone(), watch, checkpoint);
                let reading = reading.await.unwrap();
                count += 1;
                checkpoint = kept(&reading.checkpoint);
                if reading.whole {
                    break;
                }
            }
            let snapshot = checkpoint.snapshot(&plan);
            assert!(
                bytes(snapshot, &first) == whole,
                "seed {seed}, {count} parts: not the same bytes"
            );
            parts.push(count);
        }
        println!("parts of each reading: {parts:?}");
        assert!(parts.iter().all(|count| *count > 2), "{parts:?}");
        emulator.stop().await;
    });
}

#[test]
fn what_finishes_nothing_is_counted() {
    let plan = plan();
    runtime().block_on(async {
        let controls = Controls::default();
        let emulator = emulator(controls.clone()).await;
        let open = session(&emulator, None).await;
        let mut checkpoint = Checkpoint::begin(&open, "r".to_owned(), fits());
        controls.add(Rule::new("*", Effect::Latency { ms: 700 }));
        for round in 1..=3 {
            let open = session(&emulator, Some(Duration::from_millis(300))).await;
            let reading = collect::go_on(open, plan.clone(), Arc::new(Unwatched), checkpoint);
            let reading = reading.await.unwrap();
            assert!(!reading.whole);
            checkpoint = kept(&reading.checkpoint);
            assert_eq!((checkpoint.head.runs, checkpoint.head.idle), (round, round));
        }
        controls.clear();
        let open = session(&emulator, None).await;
        let reading = collect::go_on(open, plan, Arc::new(Unwatched), checkpoint);
        let reading = reading.await.unwrap();
        assert!(reading.whole);
        assert_eq!(reading.checkpoint.head.idle, 0);
        emulator.stop().await;
    });
}

#[test]
fn a_checkpoint_of_another_reading_is_refused() {
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let open = session(&emulator, None).await;
        let begun = || Checkpoint::begin(&open, "r".to_owned(), fits());
        begun().fits(&open, "r", &fits()).unwrap();
        let told = |checkpoint: Checkpoint, run: &str, fits: BTreeMap<String, String>| {
            checkpoint.fits(&open, run, &fits).unwrap_err().to_string()
        };
        let other = told(begun(), "r2", fits());
        assert!(
            other.contains("its run is `r`, and here it is `r2`"),
            "{other}"
        );
        let plan = [("plan".to_owned(), "q".to_owned())];
        let other = told(begun(), "r", plan.into());
        assert!(
            other.contains("its plan is `p`, and here it is `q`"),
            "{other}"
        );
        let other = told(begun(), "r", BTreeMap::new());
        assert!(other.contains("here it is `nothing`"), "{other}");
        for (change, what) in [(0, "tool"), (1, "account"), (2, "caller")] {
            let mut checkpoint = begun();
            let field = match change {
                0 => &mut checkpoint.head.tool,
                1 => &mut checkpoint.head.account,
                _ => &mut checkpoint.head.caller,
            };
            "other".clone_into(field);
            let other = told(checkpoint, "r", fits());
            assert!(other.contains(&format!("its {what} is `other`")), "{other}");
        }
        let mut newer = begun();
        newer.head.schema = 99;
        let mut file = Vec::new();
        newer.encode(&mut file).unwrap();
        let refused = Checkpoint::decode(file.as_slice()).unwrap_err();
        assert_eq!(refused, CheckpointError::Schema(99));

        // A snapshot, half a file, a flipped bit, and nothing at all.
        let mut file = Vec::new();
        begun().encode(&mut file).unwrap();
        let mut flipped = file.clone();
        let at = flipped.len() - 6;
        flipped[at] ^= 1;
        let small = std::fs::read(crate::harness::root().join("tests/data/small.jsonl.gz"));
        for (what, bytes) in [
            ("a snapshot", small.unwrap()),
            ("half", file[..file.len() / 2].to_vec()),
            ("flipped", flipped),
            ("nothing", Vec::new()),
        ] {
            let refused = Checkpoint::decode(bytes.as_slice())
                .map(|_| ())
                .unwrap_err();
            assert!(
                matches!(refused, CheckpointError::Damaged(_)),
                "{what}: {refused}"
            );
        }
        emulator.stop().await;
    });
}
