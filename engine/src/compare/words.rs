//! What the table and Markdown say in the same words.

use super::document::{Change, Comparison, Counts, Side, Trend};
use crate::assess::Verdict;
use crate::catalog::Severity;
use crate::report::v1::Interval;

/// An interval to a tenth: `58.1–64.0`, or one number when it has no width.
pub(super) fn interval(interval: Option<Interval>) -> String {
    match interval {
        None => "–".to_owned(),
        Some(Interval { proven, possible }) if proven == possible => format!("{proven:.1}"),
        Some(Interval { proven, possible }) => format!("{proven:.1}–{possible:.1}"),
    }
}

/// A share in percent, never rounded up.
pub(super) fn coverage(side: &Side) -> String {
    match side.coverage.percent {
        None => "–".to_owned(),
        Some(percent) => format!("{percent:.1} %"),
    }
}

/// A time to the minute.
pub(super) fn time(side: &Side) -> String {
    match chrono::DateTime::parse_from_rfc3339(&side.started) {
        Ok(time) => time.to_utc().format("%Y-%m-%d %H:%M UTC").to_string(),
        Err(_) => side.started.clone(),
    }
}

/// What the intervals prove.
pub(super) const fn trend(trend: Trend) -> &'static str {
    match trend {
        Trend::Higher => "higher, whatever was not read",
        Trend::Lower => "lower, whatever was not read",
        Trend::Same => "the same",
        Trend::Open => "the intervals overlap: what was not read decides which one is higher",
        Trend::None => "one of them has no score",
    }
}

/// The sorts of change, those that there are.
pub(super) fn counts(comparison: &Comparison) -> String {
    let Counts {
        new_failures,
        mended,
        ended,
        lost,
        other,
    } = comparison.counts;
    let of = |number: usize, one: &str, more: &str| {
        let words = if number == 1 { one } else { more };
        (number > 0).then(|| format!("{number} {words}"))
    };
    let said: Vec<String> = [
        of(mended, "mended", "mended"),
        of(ended, "failure ended otherwise", "failures ended otherwise"),
        of(lost, "verdict lost", "verdicts lost"),
        of(other, "other change", "other changes"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let new = match new_failures {
        0 => "No new failures".to_owned(),
        1 => format!("1 new failure ({})", severities(comparison)),
        more => format!("{more} new failures ({})", severities(comparison)),
    };
    [vec![new], said].concat().join(" · ")
}

/// How many new failures of each severity.
fn severities(comparison: &Comparison) -> String {
    let of = |severity: Severity| {
        let changes = comparison.changes.iter();
        let number = changes
            .filter(|c| c.is_new_failure(severity) && c.severity == severity)
            .count();
        (number > 0).then(|| format!("{number} {severity}"))
    };
    let worst_first = Severity::ALL.into_iter().rev();
    worst_first.filter_map(of).collect::<Vec<_>>().join(", ")
}

/// `fail → pass`; a dash where there is no verdict.
pub(super) fn verdicts(change: &Change) -> String {
    let word = |verdict: Option<Verdict>| match verdict {
        None => "–".to_owned(),
        Some(verdict) => verdict.word().replace('_', " "),
    };
    format!("{} → {}", word(change.before), word(change.after))
}

/// The resource, or the list that stands for it.
pub(super) fn resource(change: &Change) -> String {
    match &change.resource_id {
        Some(id) => id.clone(),
        None => format!("list of {}", change.kind),
    }
}

/// The changes of one cause, by check; the checks with new failures first, the worst first.
pub(super) fn by_check(changes: &[&Change]) -> Vec<Vec<usize>> {
    let mut groups: std::collections::BTreeMap<&str, Vec<usize>> = Default::default();
    for (index, change) in changes.iter().enumerate() {
        groups.entry(&change.check).or_default().push(index);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    for group in &mut groups {
        group.sort_by_key(|index| changes.get(*index).map(|change| change.effect));
    }
    groups.sort_by_key(|group| {
        let first = group.first().and_then(|index| changes.get(*index));
        first.map(|change| (change.effect, std::cmp::Reverse(change.severity)))
    });
    groups
}
