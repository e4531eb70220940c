//! What the table and Markdown say in the same words.

use super::document::{Account, Check, Document, Failure, Gaps, State, Unit};
use crate::catalog::Severity;
use crate::report::v1::{Coverage, Interval};
use std::collections::BTreeMap;

/// An interval in whole points, both ends rounded down: `72–91`, or `84` without width.
pub(super) fn interval(interval: Option<Interval>) -> String {
    let whole = |value: f64| value.floor() as i64;
    match interval {
        None => "–".to_owned(),
        Some(Interval { proven, possible }) if whole(proven) == whole(possible) => {
            whole(proven).to_string()
        }
        Some(Interval { proven, possible }) => format!("{}–{}", whole(proven), whole(possible)),
    }
}

/// A share in percent; a dash when there was nothing to assess.
pub(super) fn percent(coverage: Coverage) -> String {
    let percent = coverage.assessed as f64 * 100.0 / coverage.total as f64;
    match coverage.total {
        0 => "–".to_owned(),
        // Rounded down: 99.96 % is not all of it.
        _ => format!("{:.1} %", (percent * 10.0).floor() / 10.0),
    }
}

/// How many failures of each severity that occurs, the worst first.
pub(super) fn severities(failures: &BTreeMap<Severity, usize>) -> String {
    let worst_first = failures.iter().rev().filter(|(_, count)| **count > 0);
    let words: Vec<String> = worst_first
        .map(|(severity, count)| format!("{count} {severity}"))
        .collect();
    words.join(", ")
}

/// `1 account`, `2 accounts`.
pub(super) fn count(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// The heading.
pub(super) fn title(document: &Document) -> String {
    match &document.run.organization {
        Some(id) => format!("Organization {id}"),
        None => format!("{} together", count(document.accounts.len(), "account")),
    }
}

/// When it was read, and how many accounts there are.
pub(super) fn about(document: &Document) -> String {
    let of = |state: fn(State) -> bool| {
        let accounts = document.accounts.iter();
        accounts.filter(|account| state(account.state)).count()
    };
    let mut parts = Vec::new();
    parts.extend(document.run.started.as_deref().map(minute));
    let read = of(|state| matches!(state, State::Read | State::Interrupted));
    parts.push(format!("{} read", count(read, "account")));
    for (number, words) in [
        (of(State::is_unknown), "not read"),
        (of(|state| state == State::LeftOut), "left out"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {words}"));
        }
    }
    parts.push(count(document.checks.len(), "check"));
    parts.join(" · ")
}

/// A time to the minute.
fn minute(time: &str) -> String {
    match chrono::DateTime::parse_from_rfc3339(time) {
        Ok(time) => time.to_utc().format("%Y-%m-%d %H:%M UTC").to_string(),
        Err(_) => time.to_owned(),
    }
}

/// The account's number, with its name where it has one.
pub(super) fn named(account: &Account) -> String {
    match &account.name {
        Some(name) => format!("{} {name}", account.id),
        None => account.id.clone(),
    }
}

/// The account of this number, with its name where it has one.
pub(super) fn account(document: &Document, id: &str) -> String {
    let accounts = &document.accounts;
    // They are sorted, and a report of many accounts asks often.
    let known = accounts.binary_search_by(|account| account.id.as_str().cmp(id));
    let known = known.ok().and_then(|at| accounts.get(at));
    known.map_or_else(|| id.to_owned(), named)
}

/// Who manages the organization, and who listed its accounts; none where nobody did.
pub(super) fn in_charge(document: &Document) -> Option<String> {
    let run = &document.run;
    let manager = run.management_account.as_deref()?;
    let name = account(document, manager);
    Some(match run.listed_by.as_deref() {
        None => format!("Managed by {name}."),
        Some(lister) if lister == manager => {
            format!("Managed by {name}, which listed the accounts.")
        }
        Some(lister) => {
            let lister = account(document, lister);
            format!("Managed by {name}; {lister}, a delegated administrator, listed the accounts.")
        }
    })
}

/// The path of a unit; a dash where it is not known.
pub(super) fn path<'d>(document: &'d Document, unit: Option<&str>) -> &'d str {
    let found = document
        .units
        .iter()
        .find(|known| Some(known.id.as_str()) == unit);
    found.map_or("–", |unit| unit.path.as_str())
}

/// The accounts that count, the worst first: by what is proven of them, then by number.
pub(super) fn worst_first(document: &Document) -> Vec<&Account> {
    let mut accounts: Vec<&Account> = document
        .accounts
        .iter()
        .filter(|account| account.state != State::LeftOut)
        .collect();
    accounts.sort_by(|a, b| {
        let proven = |account: &Account| account.score.map_or(100.0, |score| score.proven);
        (proven(a).total_cmp(&proven(b))).then_with(|| a.id.cmp(&b.id))
    });
    accounts
}

/// The accounts that were left out, by reason.
pub(super) fn left_out(document: &Document) -> BTreeMap<&str, Vec<&Account>> {
    let mut groups: BTreeMap<&str, Vec<&Account>> = BTreeMap::new();
    for account in &document.accounts {
        if account.state == State::LeftOut {
            groups.entry(&account.why).or_default().push(account);
        }
    }
    groups
}

/// How many resources of how many accounts fail, of how many.
pub(super) fn extent(check: &Check) -> String {
    let of = |verdict: &str| check.counts.get(verdict).copied().unwrap_or_default();
    let fails = of("fail");
    let judged = fails + of("pass") + of("not_assessed") + of("excepted");
    let accounts = count(check.failing.len(), "account");
    format!("{fails} of {judged} in {accounts}")
}

/// A failure in a line: where, and what was seen.
pub(super) fn failure(failure: &Failure) -> String {
    let place = match failure.region.as_str() {
        "global" => failure.account.clone(),
        region => format!("{} {region}", failure.account),
    };
    format!("{place}: {}", failure.message)
}

/// What could not be read, in a line.
pub(super) fn gap(gap: &Gaps) -> String {
    let what = match (gap.reason.as_str(), gap.actions.as_slice()) {
        ("denied", [_, ..]) => format!("{} is not allowed", gap.actions.join(", ")),
        (reason, _) => format!("{} {}", gap.operation, reason.replace('_', " ")),
    };
    let (accounts, verdicts) = (gap.accounts.len(), gap.verdicts);
    format!(
        "{what} in {}: {}",
        count(accounts, "account"),
        count(verdicts, "verdict")
    )
}

/// How many accounts of a unit count, and how many of them were not read.
pub(super) fn members(unit: &Unit) -> String {
    match unit.not_read {
        0 => unit.accounts.to_string(),
        not_read => format!("{}, {not_read} not read", unit.accounts),
    }
}
