//! Every input that comes from outside, as a property test: a modest number of cases each, the
//! same ones in every run. A long run, of new ones, is
//! `cargo bench -p waterline-engine --bench fuzz -- 600`.

mod harness;

use harness::{Entropy, TARGETS};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRng, TestRunner};

/// As many cases as the target says, or as `PROPTEST_CASES` does.
fn cases(own: u32) -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or(own)
}

fn try_out(name: &str, own: u32) {
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.unwrap_or_else(|| panic!("there is no target {name}"));
    let config = Config {
        cases: cases(own),
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..Config::default()
    };
    let seed = TestRng::deterministic_rng(config.rng_algorithm);
    let mut runner = TestRunner::new_with_rng(config, seed);
    let taken = std::cell::Cell::new(0);
    let bytes = prop::collection::vec(any::<u8>(), 0..400);
    let outcome = runner.run(&bytes, |bytes| {
        match (target.run)(&mut Entropy::new(&bytes)) {
            Ok(true) => taken.set(taken.get() + 1),
            Ok(false) => {}
            Err(broken) => return Err(TestCaseError::fail(broken)),
        }
        Ok(())
    });
    match outcome {
        Ok(()) => assert!(taken.get() > 0, "{name}: every input was refused"),
        Err(TestError::Fail(why, bytes)) => panic!("{name}: {why}\nof the bytes {bytes:?}"),
        Err(other) => panic!("{name}: {other}"),
    }
}

#[test]
fn policies() {
    try_out("policies", 1500);
}

#[test]
fn check_files() {
    try_out("checks", 12);
}

#[test]
fn expressions() {
    try_out("expressions", 250);
}

#[test]
fn snapshots() {
    try_out("snapshots", 120);
}

#[test]
fn damaged_snapshots() {
    try_out("snapshot-bytes", 250);
}

#[test]
fn judging() {
    try_out("judge", 12);
}

#[test]
fn address_ranges() {
    try_out("addresses", 1000);
}

#[test]
fn every_target_is_tried() {
    let own = include_str!("main.rs");
    for target in TARGETS {
        let call = format!("try_out(\"{}\", ", target.name);
        assert!(own.contains(&call), "{} has no test", target.name);
    }
}
