//! The shortest time that the calls of a run could have taken.

use super::emulator::{Asked, Count, Scenario};
use std::collections::BTreeMap;
use waterline::model::{self, Read};
use waterline_mocks::Effect;

/// In seconds: the longest chain of calls that need each other's answers, or the fullest bucket,
/// whichever takes longer.
pub(crate) fn of(scenario: &Scenario, asked: &Asked, latency_ms: u64, bucket: (f64, f64)) -> f64 {
    let limited = scenario
        .rules
        .iter()
        .any(|rule| matches!(rule.effect, Effect::RateLimit { .. }));
    let chain = longest_chain(asked) as f64 * latency_ms as f64 / 1000.0;
    if limited {
        chain.max(fullest_bucket(asked, bucket))
    } else {
        chain
    }
}

/// A session asks who it is and which Regions there are; then come the lists, page by page, and
/// what each list's resources need.
fn longest_chain(asked: &Asked) -> usize {
    let pages: BTreeMap<&str, usize> = asked
        .0
        .iter()
        .map(|(operation, regions)| {
            (
                operation.as_str(),
                regions.values().map(|count| count.pages).max().unwrap_or(0),
            )
        })
        .collect();
    let mut known = BTreeMap::new();
    let deepest = model::reads()
        .map(|read| chain(read, &pages, &mut known))
        .max()
        .unwrap_or(0);
    2 + deepest
}

fn chain(
    read: &'static Read,
    pages: &BTreeMap<&str, usize>,
    known: &mut BTreeMap<&'static str, usize>,
) -> usize {
    if let Some(length) = known.get(read.operation) {
        return *length;
    }
    let own = pages.get(read.operation).copied().unwrap_or(0);
    if own == 0 {
        return 0;
    }
    // Guards against a circle, which the table does not have.
    known.insert(read.operation, own);
    let before = read
        .needs
        .iter()
        // What a need hangs on is the quickest of the reads that give it.
        .filter_map(|need| {
            model::reads()
                .filter(|giver| giver.gives.contains(need) && pages.contains_key(giver.operation))
                .map(|giver| chain(giver, pages, known))
                .min()
        })
        .max()
        .unwrap_or(0);
    known.insert(read.operation, own + before);
    own + before
}

fn fullest_bucket(asked: &Asked, (rate, burst): (f64, f64)) -> f64 {
    let mut buckets: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (operation, regions) in &asked.0 {
        let service = operation.split(':').next().unwrap_or_default();
        for (
            region,
            Count {
                calls, throttled, ..
            },
        ) in regions
        {
            *buckets.entry((service, region)).or_default() += calls - throttled;
        }
    }
    let fullest = buckets.values().copied().max().unwrap_or(0) as f64;
    ((fullest - burst) / rate).max(0.0)
}
