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

use bench::Bench;
use disturbed::Disturbed;
use modes::Mode;
use std::collections::BTreeMap;
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
fn hold(bench: Bench, jobs: Vec<Disturbed>) {
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
    for (job, outcome) in bench.run_all(jobs) {
        let sum = sums.entry(job.kind()).or_default();

        sum.runs += 1;
        sum.verdicts += outcome.compared;
        sum.opened += outcome.opened;
        sum.vanished += outcome.vanished;
        sum.hit += usize::from(outcome.hit);
        wrong.extend(
            outcome
                .wrong
                .into_iter()
                .map(|what| format!("{job}: {what}")),
        );
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
}

/// Set, every operation is disturbed in every way: some 1,200 runs, a quarter of an hour. Else
/// each is denied, and disturbed in one of the other ways, the next operation in the next; and
/// only what hangs on them is read, as in the combinations, but for one run in so many.
const WHOLE: &str = "WATERLINE_WHOLE_MATRIX";

/// One denial in so many reads the whole account in any case.
const WHOLE_DENIALS: usize = 4;

#[test]
fn no_disturbed_operation_turns_a_verdict() {
    let bench = Bench::open();
    let mut jobs = Vec::new();
    let whole = std::env::var_os(WHOLE).is_some();
    let others = Mode::EACH.len() - 1;
    for (number, mode) in Mode::EACH.iter().enumerate() {
        for (turn, operation) in bench.operations(*mode).iter().enumerate() {
            let job = Disturbed::one(*mode, operation);
            let denied = *mode == Mode::Denied;
            if whole || denied && turn % WHOLE_DENIALS == 0 {
                jobs.push(job);
            } else if denied || turn % others + 1 == number {
                jobs.push(job.narrow());
            }
        }
    }
    // Runs that wait for an answer among those that keep a core busy.
    fastrand::Rng::with_seed(1).shuffle(&mut jobs);
    hold(bench, jobs);
}

/// How many random combinations are tried.
const COMBINATIONS: u64 = 300;

#[test]
fn no_combination_turns_a_verdict() {
    let bench = Bench::open();
    let jobs = (0..COMBINATIONS)
        .map(|seed| match std::env::var_os(WHOLE) {
            Some(_) => Disturbed::random(seed, &bench),
            None => Disturbed::random(seed, &bench).narrow(),
        })
        .collect();
    hold(bench, jobs);
}
