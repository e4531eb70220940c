//! Pacing, end to end: against limits that are not told beforehand, all is read, nearly nothing is
//! throttled, and never too many calls are on their way.

use crate::account::{runtime, session};
use crate::harness::catalogue;
use std::sync::Arc;
use waterline::collect::{Unwatched, collect};
use waterline::derive::derivations;
use waterline::plan::Plan;
use waterline_mocks::{Account, Controls, Effect, Emulator, LogEntry, Outcome, Rule, Spec};

/// The most calls at once that a run makes.
const AT_ONCE: usize = 256;

fn throttled(request: &&LogEntry) -> bool {
    let codes = ["Throttl", "SlowDown", "RequestLimit", "TooManyRequests"];
    match &request.outcome {
        Outcome::Error { code, .. } => codes.iter().any(|word| code.contains(word)),
        _ => false,
    }
}

#[test]
fn an_account_behind_rate_limits_is_read_whole_and_without_a_crowd() {
    let catalog = catalogue();
    let plan = Plan::of(catalog.facts(&catalog.checks), &derivations());
    runtime().block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new("*", Effect::Latency { ms: 30 }));
        let (refill, burst) = (200.0, 100.0);
        controls.add(Rule::new("*", Effect::RateLimit { refill, burst }));
        let account = Account::generated(&Spec::default());
        let emulator = Emulator::start(vec![account], controls).await.unwrap();
        let session = session(&emulator).await;
        emulator.clear_log();
        let snapshot = collect(Arc::new(session), Arc::new(plan), Arc::new(Unwatched)).await;
        let snapshot = snapshot.unwrap();
        assert_eq!(snapshot.gaps, []);
        let log = emulator.log();
        let throttled = log.iter().filter(throttled).count();
        let most = emulator.most_at_once();
        println!("{} calls, {throttled} throttled, {most} at once", log.len());
        assert!(log.len() > 400, "{} calls", log.len());
        assert!(
            throttled * 50 <= log.len(),
            "{throttled} of {} calls were throttled",
            log.len()
        );
        assert!((8..=AT_ONCE).contains(&most), "{most} at once");
        emulator.stop().await;
    });
}
