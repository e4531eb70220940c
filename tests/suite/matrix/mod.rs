//! The denial matrix: whatever goes wrong while an account is read, no verdict turns. What can no
//! longer be known becomes *not assessed*, and the run says that it is incomplete.
//!
//! Every operation of the plan is disturbed, one at a time, and then several at once, at random.
//! Each run is the real one: real clients, and an emulator over HTTP.

mod bench;
mod disturbed;
mod held;
mod modes;
mod regions;
mod summary;
mod worker;

use bench::Bench;
use disturbed::Disturbed;
use held::Outcome;
use modes::Mode;
use std::collections::{BTreeMap, BTreeSet};
use waterline::assess::Verdict;

/// What came of all runs of one way to disturb.
#[derive(Default)]
struct Sum {
    runs: usize,
    verdicts: usize,
    opened: usize,
    vanished: usize,
    hit: usize,
}

/// Makes the runs, several at once, and holds each against the undisturbed one.
fn hold(bench: &Bench, mut jobs: Vec<Disturbed>) -> Vec<Outcome> {
    if std::env::var_os(WHOLE).is_none() {
        jobs = jobs.into_iter().map(Disturbed::narrow).collect();
    }
    let began = std::time::Instant::now();
    let verdicts = bench.whole().verdicts();
    for verdict in [
        Verdict::Fail,
        Verdict::Pass,
        Verdict::NotAssessed,
        Verdict::Inherited,
    ] {
        let count = bench.whole().count(verdict);
        println!("undisturbed: {count} {}", verdict.word());
    }
    let count = jobs.len();
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut outcomes = Vec::new();
    for (job, mut outcome) in bench.run_all(jobs) {
        let sum = sums.entry(job.kind()).or_default();
        sum.runs += 1;
        sum.verdicts += outcome.compared;
        sum.opened += outcome.opened;
        sum.vanished += outcome.vanished;
        sum.hit += usize::from(!outcome.struck.is_empty());
        wrong.extend(outcome.wrong.drain(..).map(|what| format!("{job}: {what}")));
        outcomes.push(outcome);
    }
    for (kind, sum) in &sums {
        println!(
            "{kind:>22}: {:>4} runs, {:>4} of them disturbed; {} verdicts compared, {} became not assessed, {} went with their list",
            sum.runs, sum.hit, sum.verdicts, sum.opened, sum.vanished
        );
    }
    println!(
        "{count} runs, of {verdicts} verdicts as many as hang on what was read, {} turned, {:.0} s",
        wrong.len(),
        began.elapsed().as_secs_f64()
    );
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(200)].join("\n")
    );
    outcomes
}

/// Set, every run reads the whole account and judges everything. Else only what hangs on what is
/// disturbed is read, but for one run in so many.
const WHOLE: &str = "WATERLINE_WHOLE_MATRIX";

/// Every operation of the plan, by itself, in each of the five ways, and in a sixth one: without its
/// second page or not known to the Region, by turns.
fn each_alone(bench: &Bench) -> Vec<Disturbed> {
    let pages: BTreeSet<String> = bench.operations(Mode::LostPage).into_iter().collect();
    let mut jobs = Vec::new();
    for (turn, operation) in bench.operations(Mode::Denied).iter().enumerate() {
        let last = match turn % 2 == 0 && pages.contains(operation) {
            true => Mode::LostPage,
            false => Mode::NotSupported,
        };
        let modes = Mode::EACH.iter().copied().chain([last]);
        jobs.extend(modes.map(|mode| Disturbed::one(mode, operation)));
    }
    jobs
}

#[test]
fn no_disturbed_operation_turns_a_verdict() {
    let bench = Bench::shared();
    let operations = bench.operations(Mode::Denied);
    let outcomes = hold(bench, each_alone(bench));
    let mut got: BTreeMap<&str, BTreeSet<Mode>> = BTreeMap::new();
    for (operation, mode) in outcomes.iter().flat_map(|outcome| &outcome.struck) {
        got.entry(operation).or_default().insert(*mode);
    }
    let mut spared = Vec::new();
    for operation in &operations {
        let got = got.get(operation.as_str());
        for mode in Mode::EACH {
            if !got.is_some_and(|got| got.contains(mode)) {
                spared.push(format!("{operation} was not {mode:?}"));
            }
        }
    }
    assert!(spared.is_empty(), "{}", spared.join("\n"));
    let ways: BTreeSet<Mode> = got.values().flatten().copied().collect();
    assert!(
        ways.contains(&Mode::LostPage) && ways.contains(&Mode::NotSupported),
        "{ways:?}"
    );
    println!(
        "{} operations, each one {:?}; nothing to ask about in this account for {:?}",
        operations.len(),
        Mode::EACH,
        bench.idle()
    );
}

/// How many random combinations are tried.
const COMBINATIONS: u64 = 300;

#[test]
fn no_combination_turns_a_verdict() {
    let bench = Bench::shared();
    let jobs = (0..COMBINATIONS).map(|seed| Disturbed::random(seed, bench));
    hold(bench, jobs.collect());
}
