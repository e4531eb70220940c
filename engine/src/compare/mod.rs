//! What changed between two assessments, by cause. Nothing is called mended, or gone, that was
//! merely not read.

mod document;
mod markdown;
mod seen;
mod table;
#[cfg(test)]
mod tests;
mod words;

pub use document::{Cause, Change, Comparison, Counts, Effect, SCHEMA, Side, Trend};
pub use markdown::markdown;
pub use table::table;

use crate::assess::Verdict;
use crate::report::v1;
use seen::Seen;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Writes the comparison as JSON, [`SCHEMA`].
pub fn json(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, comparison)?;
    out.write_all(b"\n")
}

/// Compares two assessments. `then` is the second one judged at the time of the first one, if
/// that can be had: what the two say differently is a matter of time alone.
pub fn compare(
    before: &v1::Document,
    after: &v1::Document,
    then: Option<&v1::Document>,
) -> Result<Comparison, String> {
    let pair = Pair {
        a: Seen::of(before).map_err(|error| format!("the first: {error}"))?,
        b: Seen::of(after).map_err(|error| format!("the second: {error}"))?,
        then: then.map(Seen::of).transpose()?.map(|seen| seen.results),
    };
    let ids: BTreeSet<&str> = pair
        .a
        .results
        .keys()
        .chain(pair.b.results.keys())
        .copied()
        .collect();
    let mut changes: Vec<Change> = ids.into_iter().filter_map(|id| pair.change(id)).collect();
    changes.sort_by(|x, y| order(x).cmp(&order(y)));
    let mut counts = Counts::default();
    for change in &changes {
        *match change.effect {
            Effect::NewFailure => &mut counts.new_failures,
            Effect::Mended => &mut counts.mended,
            Effect::Ended => &mut counts.ended,
            Effect::Lost => &mut counts.lost,
            Effect::Other => &mut counts.other,
        } += 1;
    }
    Ok(Comparison {
        schema: SCHEMA.to_owned(),
        score: trend(before.score.whole, after.score.whole),
        before: side(before),
        after: side(after),
        counts,
        notes: pair.notes(),
        changes,
    })
}

fn order(change: &Change) -> (Cause, &str, &str, &str, &str, &str) {
    (
        change.cause,
        &change.check,
        &change.account,
        &change.region,
        change.arn.as_deref().unwrap_or_default(),
        &change.id,
    )
}

fn side(document: &v1::Document) -> Side {
    Side {
        account: document.run.account.clone(),
        started: document.run.started.clone(),
        tool: document.run.tool.clone(),
        catalog: document.run.catalog.clone(),
        score: document.score.whole,
        coverage: document.coverage,
    }
}

/// What two intervals prove.
fn trend(before: Option<v1::Interval>, after: Option<v1::Interval>) -> Trend {
    let (Some(before), Some(after)) = (before, after) else {
        return Trend::None;
    };
    if after.proven > before.possible {
        Trend::Higher
    } else if after.possible < before.proven {
        Trend::Lower
    } else if before == after && before.proven == before.possible {
        Trend::Same
    } else {
        Trend::Open
    }
}

struct Pair<'a> {
    a: Seen<'a>,
    b: Seen<'a>,
    then: Option<BTreeMap<&'a str, &'a v1::Result>>,
}

/// A failure is one whether it is accepted or not.
fn judged(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Excepted => Verdict::Fail,
        other => other,
    }
}

impl Pair<'_> {
    /// The change of one result; none when it is the same in both.
    fn change(&self, id: &str) -> Option<Change> {
        let (before, after) = (
            self.a.results.get(id).copied(),
            self.b.results.get(id).copied(),
        );
        let (cause, why) = match (before, after) {
            (Some(before), Some(after)) => self.other(before, after)?,
            (Some(before), None) => absent(&self.b, before, Cause::Gone),
            (None, Some(after)) => absent(&self.a, after, Cause::New),
            (None, None) => return None,
        };
        let shown = after.or(before)?;
        let of = [&self.b, &self.a];
        let check = of.iter().find_map(|seen| seen.checks.get(&*shown.check));
        let effect = effect(before.map(|r| r.verdict), after.map(|r| r.verdict), cause);
        Some(Change {
            id: id.to_owned(),
            check: shown.check.clone(),
            title: check.map_or(String::new(), |check| check.title.clone()),
            severity: shown.severity,
            account: shown.account.clone(),
            region: shown.region.clone(),
            kind: shown.kind.clone(),
            arn: shown.arn.clone(),
            resource_id: shown.resource_id.clone(),
            before: before.map(|result| result.verdict),
            after: after.map(|result| result.verdict),
            cause,
            effect,
            why,
            message: shown.message.clone(),
        })
    }

    /// Why both have a result, and not the same; none when they are the same.
    fn other(&self, before: &v1::Result, after: &v1::Result) -> Option<(Cause, String)> {
        let unread = |result: &v1::Result| result.verdict == Verdict::NotAssessed;
        if before.verdict == after.verdict {
            let louder =
                before.severity != after.severity && judged(after.verdict) == Verdict::Fail;
            let words = format!("its severity was {}", before.severity);
            return louder.then_some((Cause::Check, words));
        }
        if unread(before) || unread(after) {
            let why = if unread(after) {
                after.message.clone()
            } else {
                String::new()
            };
            return Some((Cause::Coverage, why));
        }
        if judged(before.verdict) == judged(after.verdict) {
            let why = match (&after.exception, &before.exception) {
                (Some(id), _) => format!("accepted by {id}"),
                (None, Some(id)) => self.ended(id),
                (None, None) => String::new(),
            };
            return Some((Cause::Exception, why));
        }
        if let Some(why) = self.check_changed(before, after) {
            return Some((Cause::Check, why));
        }
        let then = self.then.as_ref().and_then(|then| then.get(&*after.id));
        if then.is_some_and(|then| judged(then.verdict) == judged(before.verdict)) {
            return Some((Cause::Time, String::new()));
        }
        Some((Cause::Resource, String::new()))
    }

    /// What became of an exception that no longer accepts something.
    fn ended(&self, id: &str) -> String {
        let exceptions = &self.b.document.exceptions;
        match exceptions.iter().find(|exception| exception.id == id) {
            Some(exception) => format!(
                "{id} no longer accepts it ({})",
                exception.standing.word().replace('_', " ")
            ),
            None => format!("{id}, which accepted it, is no longer there"),
        }
    }

    /// Whether the two results were judged by different rules.
    fn check_changed(&self, before: &v1::Result, after: &v1::Result) -> Option<String> {
        let check = &*after.check;
        if let (Some(a), Some(b)) = (self.a.checks.get(check), self.b.checks.get(check))
            && a.hash != b.hash
            && !a.hash.is_empty()
            && !b.hash.is_empty()
        {
            return Some("the check is defined otherwise".to_owned());
        }
        let set = |seen: &Seen<'_>| seen.document.run.parameters.get(check).cloned();
        if set(&self.a) != set(&self.b) || before.parameters != after.parameters {
            return Some("its parameters are set otherwise".to_owned());
        }
        // AWS's part begins elsewhere, though the resource runs as it did.
        let of_aws = |result: &v1::Result| result.verdict == Verdict::Inherited;
        let same = before.mode == after.mode && before.managed_by == after.managed_by;
        (of_aws(before) != of_aws(after) && same)
            .then(|| "the table of owners says otherwise".to_owned())
    }

    fn notes(&self) -> Vec<String> {
        let (a, b) = (self.a.document, self.b.document);
        let mut notes = Vec::new();
        if a.run.account != b.run.account {
            let (a, b) = (&a.run.account, &b.run.account);
            notes.push(format!(
                "These are different accounts, {a} and {b}: nothing is the same resource."
            ));
        }
        if a.run.tool != b.run.tool {
            notes.push(format!(
                "waterline {} judged the first, {} the second: what is put down to a resource may be a better derivation. Compare the snapshots to rule that out.",
                a.run.tool, b.run.tool
            ));
        }
        let told = |seen: &Seen<'_>| seen.checks.values().all(|check| !check.hash.is_empty());
        if a.run.catalog != b.run.catalog && !(told(&self.a) && told(&self.b)) {
            notes.push("The catalogues differ, and one of the assessments does not tell the hashes of its checks: what is put down to a resource may be a changed check.".to_owned());
        }
        let ran = |seen: &Seen<'_>| {
            seen.checks
                .keys()
                .copied()
                .map(str::to_owned)
                .collect::<BTreeSet<_>>()
        };
        let (in_a, in_b) = (ran(&self.a), ran(&self.b));
        let only = |x: &BTreeSet<String>, y: &BTreeSet<String>| x.difference(y).count();
        let (dropped, added) = (only(&in_a, &in_b), only(&in_b, &in_a));
        if dropped + added > 0 {
            notes.push(format!(
                "Not the same checks ran: {dropped} only in the first, {added} only in the second. The scores are of different things."
            ));
        }
        notes
    }
}

/// Why one of them lacks a result that the other one has.
fn absent(lacks: &Seen<'_>, result: &v1::Result, otherwise: Cause) -> (Cause, String) {
    let (there, ran) = match otherwise {
        Cause::New => ("the second", "the check ran only in the second"),
        _ => ("the first", "the check ran only in the first"),
    };
    if !lacks.checks.contains_key(&*result.check) {
        return (Cause::Check, ran.to_owned());
    }
    match lacks.blind_to(result) {
        Some(_) if result.arn.is_none() => (
            Cause::Coverage,
            format!("a list that could not be read in {there}"),
        ),
        Some(why) => (Cause::Coverage, why),
        None => (otherwise, String::new()),
    }
}

/// What a change means.
fn effect(before: Option<Verdict>, after: Option<Verdict>, cause: Cause) -> Effect {
    let failed = before.map(judged) == Some(Verdict::Fail);
    let decided = before.is_some_and(|verdict| verdict != Verdict::NotAssessed);
    let unread = match after {
        Some(verdict) => verdict == Verdict::NotAssessed,
        None => cause == Cause::Coverage,
    };
    if after == Some(Verdict::Fail) && before != after {
        Effect::NewFailure
    } else if decided && unread {
        Effect::Lost
    } else if failed && after == Some(Verdict::Pass) && cause == Cause::Resource {
        Effect::Mended
    } else if failed && after.map(judged) != Some(Verdict::Fail)
        || before == Some(Verdict::Fail) && after == Some(Verdict::Excepted)
    {
        Effect::Ended
    } else {
        Effect::Other
    }
}
