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

/// The calls of a session: who the caller is, and which Regions there are. Neither needs the other.
const SESSION: usize = 1;

/// In calls: those of the session, then the lists, page by page, and what each list's resources
/// need, by what the table of reads declares. Where reads could be asked in several ways, the
/// quickest counts.
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
    let deepest = model::reads().map(|read| chain(read, &pages)).max();
    SESSION + deepest.unwrap_or(0)
}

/// The calls until a read is done, its own pages among them; none if it was not asked.
fn chain(read: &Read, pages: &BTreeMap<&str, usize>) -> usize {
    let own = pages.get(read.operation).copied().unwrap_or(0);
    if own == 0 {
        return 0;
    }
    let before = |need: &&str| {
        let givers = model::reads().filter(|giver| {
            // Of two that give one fact, the second needs it: only the first can be waited for,
            // so that there is no circle.
            giver.gives.contains(need) && !giver.needs.contains(need)
        });
        givers
            .map(|giver| chain(giver, pages))
            .filter(|length| *length > 0)
            .min()
    };
    own + read.needs.iter().filter_map(before).max().unwrap_or(0)
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
