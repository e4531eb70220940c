//! Units of reading: a list with what is read for all of it, or one thing of a list with what hangs
//! on it. A unit keeps what it found and what it asked to itself, so that a run that is stopped can
//! keep the units that were done, whole, and read the others again.

use crate::aws::guard::Ledger;
use crate::model::{Gap, LedgerLine, Listing, Resource};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) resources: Vec<Resource>,
    pub(super) listings: Vec<Listing>,
    pub(super) gaps: Vec<Gap>,
}

impl Found {
    fn is_empty(&self) -> bool {
        self.resources.is_empty() && self.listings.is_empty() && self.gaps.is_empty()
    }
}

/// A unit at work.
#[derive(Debug)]
pub(super) struct Unit {
    name: String,
    ledger: Arc<Ledger>,
    found: Mutex<Found>,
    /// The units that it began, and how often each name came.
    parts: Mutex<BTreeMap<String, usize>>,
}

impl Unit {
    pub(super) fn new(name: String) -> Unit {
        Unit {
            name,
            ledger: Arc::default(),
            found: Mutex::default(),
            parts: Mutex::default(),
        }
    }

    /// Where its requests are written down.
    pub(super) fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }

    /// What it found so far.
    pub(super) fn found(&self) -> MutexGuard<'_, Found> {
        lock(&self.found)
    }

    /// Names a further unit that it begins. A list that names a thing twice has two units of it.
    pub(super) fn part(&self, sort: &str, name: &str) -> String {
        let name = format!("{}/{sort}:{name}", self.name);
        let mut parts = lock(&self.parts);
        let times = parts.entry(name.clone()).or_default();
        *times += 1;
        numbered(name, *times)
    }

    fn done(&self) -> Done {
        Done {
            parts: lock(&self.parts)
                .iter()
                .flat_map(|(name, times)| (1..=*times).map(|time| numbered(name.clone(), time)))
                .collect(),
            ledger: self.ledger.lines(),
            found: self.take_found(),
        }
    }

    fn take_found(&self) -> Found {
        let mut found = std::mem::take(&mut *self.found());
        // Most have one thing, and a list makes room for four.
        found.resources.shrink_to_fit();
        found.listings.shrink_to_fit();
        found.gaps.shrink_to_fit();
        found
    }
}

fn numbered(name: String, time: usize) -> String {
    match time {
        1 => name,
        time => format!("{name}#{time}"),
    }
}

/// A unit that came to its end.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// The units that it began.
    pub(super) parts: Vec<String>,
    /// What it asked.
    pub(super) ledger: Vec<LedgerLine>,
    /// What it found.
    pub(super) found: Found,
}

/// The units of a run, by name. Unless it may be gone on with, what each began and asked is not
/// kept: in a large account that would be more than what is found.
#[derive(Debug, Default)]
pub(super) struct Units {
    state: Mutex<State>,
    /// Of a run that nobody goes on with: what all of its units asked.
    asked: Option<Ledger>,
}

#[derive(Debug, Default)]
struct State {
    /// Done in an earlier run, and not taken up in this one.
    earlier: BTreeMap<String, Done>,
    /// Done, and part of the result.
    done: BTreeMap<String, Done>,
    /// Ended because the run was stopped: they may lack anything.
    cut: Vec<Done>,
    /// How many units were done that no earlier run had done, and that asked something.
    gained: usize,
}

/// What became of the units of a run.
#[derive(Debug, Default)]
pub(super) struct Ended {
    /// Those that were done; of a run that was stopped, those of earlier runs, too.
    pub(super) done: BTreeMap<String, Done>,
    /// Those that the stop cut short.
    pub(super) cut: Vec<Done>,
    /// How many of those that were done had not been done in an earlier run.
    pub(super) gained: usize,
}

impl Units {
    /// Those of a run that nobody goes on with.
    pub(super) fn of_one_run() -> Units {
        Units {
            asked: Some(Ledger::default()),
            ..Units::default()
        }
    }

    /// The units that an earlier run has done.
    pub(super) fn after(earlier: BTreeMap<String, Done>) -> Units {
        let state = State {
            earlier,
            ..State::default()
        };
        Units {
            state: Mutex::new(state),
            asked: None,
        }
    }

    /// Takes over a unit of an earlier run, if it was done with all that it began. Else it is to
    /// be read again: what it began needs what its list says.
    pub(super) fn take(&self, name: &str) -> bool {
        let mut state = lock(&self.state);
        let mut names = vec![name.to_owned()];
        let mut next = 0;
        while let Some(name) = names.get(next) {
            let Some(done) = state.earlier.get(name) else {
                return false;
            };
            let parts = done.parts.clone();
            names.extend(parts);
            next += 1;
        }
        for name in names {
            if let Some(done) = state.earlier.remove(&name) {
                state.done.insert(name, done);
            }
        }
        true
    }

    /// A unit has ended. One that ended after the stop may have been cut short, or may rest on
    /// what another one was cut short of.
    pub(super) fn ended(&self, unit: &Unit, stopped: bool) {
        if let Some(asked) = &self.asked {
            unit.ledger.lines().iter().for_each(|line| asked.add(line));
            let found = unit.take_found();
            if !found.is_empty() {
                // By their names, so that the order in which they ended decides nothing.
                let done = Done {
                    found,
                    ..Done::default()
                };
                lock(&self.state).done.insert(unit.name.clone(), done);
            }
            return;
        }
        let done = unit.done();
        let mut state = lock(&self.state);
        if stopped {
            state.cut.push(done);
            return;
        }
        // A list that nobody wants is done at once, and is no step forward.
        let asked = !done.ledger.is_empty();
        if state.earlier.remove(&unit.name).is_none() && asked {
            state.gained += 1;
        }
        state.done.insert(unit.name.clone(), done);
    }

    /// What became of them. Of a run that came to its end, what an earlier run had done and
    /// nothing led to any more is gone; one that was stopped may still come to it.
    pub(super) fn all(&self) -> Ended {
        let State {
            earlier,
            mut done,
            cut,
            gained,
        } = std::mem::take(&mut *lock(&self.state));
        if let Some(asked) = &self.asked {
            // No unit has this name: they have those of the collectors.
            let all = done.entry(String::new()).or_default();
            all.ledger = asked.lines();
        }
        if !cut.is_empty() {
            done.extend(earlier);
        }
        Ended { done, cut, gained }
    }
}

/// A panic while the lock was held leaves whole entries behind: nothing to poison.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    fn end(units: &Units, name: &str, parts: &[&str], stopped: bool) {
        let unit = Unit::new(name.to_owned());
        for part in parts {
            unit.part("s", part);
        }
        unit.ledger().add(&LedgerLine::default());
        units.ended(&unit, stopped);
    }

    #[test]
    fn what_was_done_with_all_its_parts_is_not_read_again() {
        let units = Units::after(BTreeMap::new());
        end(&units, "a", &["1", "2"], false);
        end(&units, "a/s:1", &[], false);
        end(&units, "a/s:2", &[], true);
        end(&units, "b", &["1"], false);
        end(&units, "b/s:1", &[], false);
        let first = units.all();
        assert_eq!((first.done.len(), first.cut.len(), first.gained), (4, 1, 4));

        let units = Units::after(first.done);
        assert!(units.take("b"));
        assert!(!units.take("a"), "one of its parts was cut short");
        assert!(!units.take("c"));
        assert!(units.take("a/s:1"));
        assert!(!units.take("a/s:2"));
        // The list is read again, and has another thing now.
        end(&units, "a", &["1", "2"], false);
        end(&units, "a/s:2", &[], false);
        let second = units.all();
        let names: Vec<&str> = second.done.keys().map(String::as_str).collect();
        assert_eq!(names, ["a", "a/s:1", "a/s:2", "b", "b/s:1"]);
        assert_eq!((second.cut.len(), second.gained), (0, 1));
    }

    #[test]
    fn what_a_list_does_not_name_any_more_is_no_part_of_the_whole() {
        let units = Units::after(BTreeMap::new());
        end(&units, "a", &["1", "2"], true);
        end(&units, "a/s:1", &[], false);
        let units = Units::after(units.all().done);
        end(&units, "a", &[], true);
        let stopped = units.all();
        assert!(stopped.done.contains_key("a/s:1"), "it may come back");
        assert_eq!(stopped.gained, 0);
        let units = Units::after(stopped.done);
        end(&units, "a", &[], false);
        let names: Vec<String> = units.all().done.into_keys().collect();
        assert_eq!(names, ["a"]);
    }

    #[test]
    fn of_a_run_that_nobody_goes_on_with_only_what_was_found_and_asked_is_kept() {
        let units = Units::of_one_run();
        let line = LedgerLine {
            operation: "s".to_owned(),
            calls: 1,
            ..LedgerLine::default()
        };
        for (name, stopped) in [("b", false), ("c", false), ("a", true)] {
            let unit = Unit::new(name.to_owned());
            unit.part("s", "1");
            unit.ledger().add(&line);
            if name != "c" {
                unit.found().listings.push(Listing {
                    kind: name.into(),
                    account: "1".into(),
                    region: "r".into(),
                    gaps: Vec::new(),
                });
            }
            units.ended(&unit, stopped);
        }
        let ended = units.all();
        let kept: Vec<(&str, usize)> = ended
            .done
            .iter()
            .map(|(name, done)| (name.as_str(), done.found.listings.len()))
            .collect();
        assert_eq!(kept, [("", 0), ("a", 1), ("b", 1)]);
        assert!(ended.done.values().all(|done| done.parts.is_empty()));
        let asked: Vec<&LedgerLine> = ended.done.values().flat_map(|d| &d.ledger).collect();
        assert_eq!(asked, [&LedgerLine { calls: 3, ..line }]);
    }

    #[test]
    fn a_thing_that_a_list_names_twice_is_two_units() {
        let unit = Unit::new("a".to_owned());
        let names = ["x", "x", "y", "x"].map(|name| unit.part("s", name));
        assert_eq!(names, ["a/s:x", "a/s:x#2", "a/s:y", "a/s:x#3"]);
    }
}
