//! How fast a whole account is read and judged: the shipped program against the emulator in a
//! process of its own, over generated accounts.
//!
//! `cargo bench --bench account` prints the machine and a table of all scenarios; with words, only
//! those whose name has one of them (`cargo bench --bench account -- latency`). With `--write`, all
//! scenarios go into `docs/performance.md`, too.
//!
//! The floor of a scenario is the shortest time that its calls could have taken: the longest
//! chain of calls that need each other's answers times the latency, or the fullest bucket's
//! calls by its rate.

#![allow(
    clippy::expect_used,
    reason = "a benchmark that cannot go on has failed"
)]

mod emulator;
mod floor;
mod kinds;
mod organization;
#[path = "../page/mod.rs"]
mod page;
mod process;

use emulator::{Asked, Emulator, Scenario};
use process::Measured;
use waterline_mocks::{DEFAULT_REGIONS, Effect, Mix, Rule};

/// The latency of a call, in milliseconds.
const LATENCY: u64 = 60;
/// The scenario whose calls are told by kind.
const KINDS: &str = "latency 10x";
/// Calls a second and calls at once of the bucket of each Region and service.
const BUCKET: (f64, f64) = (20.0, 100.0);

const HEAD: &str = "\
| scenario | resources | calls | throttled | wall | floor | ratio | CPU | CPU of the emulator | peak memory | of it data | verdicts |
|---|---|---|---|---|---|---|---|---|---|---|---|";

fn scenarios() -> Vec<Scenario> {
    let two = ["us-east-1", "eu-west-1"].map(str::to_owned).to_vec();
    let latency = Rule::new("*", Effect::Latency { ms: LATENCY });
    let bucket = Rule::new(
        "*",
        Effect::RateLimit {
            refill: BUCKET.0,
            burst: BUCKET.1,
        },
    );
    let mut all = Vec::new();
    for factor in [1, 10, 100] {
        all.push(Scenario {
            name: format!("latency {factor}x"),
            regions: two.clone(),
            factor,
            accounts: 1,
            rules: vec![latency.clone()],
        });
    }
    for factor in [1, 10] {
        all.push(Scenario {
            name: format!("bucket {factor}x"),
            regions: two.clone(),
            factor,
            accounts: 1,
            rules: vec![latency.clone(), bucket.clone()],
        });
    }
    all.push(Scenario {
        name: "empty, 17 Regions".to_owned(),
        regions: DEFAULT_REGIONS.map(str::to_owned).to_vec(),
        factor: 0,
        accounts: 1,
        rules: vec![latency.clone()],
    });
    // The second may take longer than the first, but hardly more memory: what is held is that of the
    // accounts that are read at the same time.
    for accounts in [20, 200] {
        all.push(Scenario {
            name: format!("organization of {accounts}"),
            regions: two.clone(),
            factor: 1,
            accounts,
            rules: vec![latency.clone()],
        });
    }
    all
}

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    if let Ok(scenario) = std::env::var(emulator::ROLE) {
        return emulator::serve(&scenario);
    }
    assert!(
        words.is_empty() || !page::asked(),
        "--write wants all scenarios, not those of {words:?}"
    );
    let mut table = format!("{}\n\n{HEAD}\n", process::machine());
    print!("{table}");
    let mut costs = None;
    for scenario in scenarios() {
        if !words.is_empty()
            && !words
                .iter()
                .any(|word| scenario.name.contains(word.as_str()))
        {
            continue;
        }
        let emulator = Emulator::start(&scenario);
        let measured = process::audit(&emulator.endpoint, scenario.accounts);
        let (asked, answering) = emulator.finish();
        let line = line(&scenario, &measured, &asked, answering);
        println!("{line}");
        table = table + &line + "\n";
        if scenario.name == KINDS {
            costs = Some(kinds::table(&measured, &asked));
        }
    }
    page::write("account", &table);
    if let Some(costs) = costs {
        println!("\n{costs}");
        page::write("kinds", &costs);
    }
}

fn line(scenario: &Scenario, measured: &Measured, asked: &Asked, answering: f64) -> String {
    // Of several accounts, the floor depends on how many are read at the same time.
    let (floor, ratio) = match scenario.accounts {
        1 => {
            let floor = floor::of(scenario, asked, LATENCY, BUCKET);
            let ratio = measured.wall / floor;
            (format!("{floor:.2} s"), format!("{ratio:.2}"))
        }
        _ => ("–".to_owned(), "–".to_owned()),
    };
    format!(
        "| {} | {} | {} | {} | {:.2} s | {floor} | {ratio} | {:.2} s | {answering:.2} s | {:.0} MB | {:.0} MB | {} |",
        scenario.name,
        measured.resources(),
        asked.calls(),
        asked.throttled(),
        measured.wall,
        measured.cpu,
        measured.peak_mb,
        measured.data_mb,
        measured.verdicts,
    )
}

/// The mix of an account of so many times the default's size.
fn mix(factor: usize) -> Mix {
    Mix::default().times(factor)
}
