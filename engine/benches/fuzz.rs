//! The long run of the fuzz targets, of which the tests try some cases each.
//!
//! `cargo bench -p waterline-engine --bench fuzz -- 600` gives every target 600 seconds, `… -- 60
//! policies checks` only those; `… -- 600 --seed 7` begins elsewhere. It prints executions, how
//! many of the inputs were taken, the slowest, and each failure with its seed; a seed is run again
//! with `… -- 0 policies --seed N`.

#[path = "../tests/fuzz/harness/mod.rs"]
mod harness;

use harness::{Entropy, TARGETS, Target};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The bytes of a seed (SplitMix64): as many as 1,500, mostly few.
fn bytes(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let length = if next() % 4 == 0 { 1500 } else { 200 };
    let length = next() % length;
    (0..length.div_ceil(8))
        .flat_map(|_| next().to_le_bytes())
        .collect()
}

#[derive(Default)]
struct Tally {
    runs: u64,
    taken: u64,
    slowest: (Duration, u64),
    /// By what failed: the first seed, and how often.
    failures: BTreeMap<String, (u64, u64)>,
}

fn once(target: &Target, seed: u64, tally: &mut Tally) {
    let bytes = bytes(seed);
    let began = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(&mut Entropy::new(&bytes))));
    tally.slowest = tally.slowest.max((began.elapsed(), seed));
    tally.runs += 1;
    let failure = match outcome {
        Ok(Ok(taken)) => {
            tally.taken += u64::from(taken);
            return;
        }
        Ok(Err(broken)) => broken,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
            format!("panic: {}", text.unwrap_or_default())
        }
    };
    // What is broken comes first, what was seen after it.
    let what = failure.split(": ").next().unwrap_or_default().to_owned();
    let entry = tally.failures.entry(what).or_insert_with(|| {
        let shown: String = failure.chars().take(3000).collect();
        eprintln!("{} --seed {seed}: {shown}", target.name);
        (seed, 0)
    });
    entry.1 += 1;
}

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    let (mut seconds, mut seed, mut names) = (10, 0_u64, Vec::new());
    while let Some(word) = words.next() {
        if word == "--seed" {
            seed = words.next().and_then(|n| n.parse().ok()).unwrap_or(seed);
        } else if let Ok(number) = word.parse() {
            seconds = number;
        } else {
            names.push(word);
        }
    }
    let mut failed = false;
    for target in TARGETS {
        if !names.is_empty() && !names.iter().any(|name| name == target.name) {
            continue;
        }
        let mut tally = Tally::default();
        let began = Instant::now();
        loop {
            once(target, seed.wrapping_add(tally.runs), &mut tally);
            if began.elapsed() >= Duration::from_secs(seconds) {
                break;
            }
        }
        let (took, at) = tally.slowest;
        println!(
            "{:<15} {:>10} runs in {:>4} s, {:>3} % taken, slowest {:>7.1} ms (seed {at}), {} kinds of failure",
            target.name,
            tally.runs,
            began.elapsed().as_secs(),
            tally.taken * 100 / tally.runs.max(1),
            took.as_secs_f64() * 1000.0,
            tally.failures.len(),
        );
        for (what, (first, times)) in &tally.failures {
            failed = true;
            println!("    {what}: {times} times, first with seed {first}");
        }
    }
    ExitCode::from(u8::from(failed))
}
