//! What each kind of resource costs in calls.

use super::emulator::Asked;
use super::process::Measured;
use std::collections::BTreeMap;
use waterline::model;

/// A table of the kinds of an account: how many there are, and how many calls read them. A call
/// that gives several kinds counts at the first one. A kind that was looked for counts, too.
pub(crate) fn table(measured: &Measured, asked: &Asked) -> String {
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (kind, count) in &measured.kinds {
        kinds.entry(kind).or_default().0 = *count;
    }
    for (operation, regions) in &asked.0 {
        let calls: usize = regions.values().map(|count| count.calls).sum();
        let gives = model::read(operation).and_then(|read| read.gives.first());
        let kind = gives.map_or("(the session)", |what| kind_of(what));
        kinds.entry(kind).or_default().1 += calls;
    }
    let mut lines = vec![
        "| kind | resources | calls |".to_owned(),
        "|---|---|---|".to_owned(),
    ];
    let rows = kinds.iter().filter(|(_, (count, _))| *count > 0);
    lines.extend(rows.map(|(kind, (count, calls))| format!("| {kind} | {count} | {calls} |")));
    let none: Vec<&(usize, usize)> = kinds.values().filter(|(count, _)| *count == 0).collect();
    let calls: usize = none.iter().map(|(_, calls)| calls).sum();
    lines.push(format!(
        "| {} others, and the session | 0 | {calls} |",
        none.len()
    ));
    lines.join("\n")
}

/// The kind of a facet: its first two words.
fn kind_of(what: &str) -> &str {
    let mut dots = what.match_indices('.').map(|(at, _)| at);
    dots.nth(1).map_or(what, |end| &what[..end])
}
