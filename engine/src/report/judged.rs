//! A snapshot that was judged: the way from what was read to what can be reported, in one place.

use super::resources::{Described, describe};
use super::{Report, document, v1};
use crate::assess::{Assessment, assess_by};
use crate::catalog::Catalog;
use crate::derive::derive;
use crate::model::{Header, Snapshot};
use crate::score::{Score, score};
use crate::settings::Settings;
use chrono::{DateTime, Utc};
use std::panic::resume_unwind;
use std::thread;

/// What a snapshot says by a catalogue and the user's settings.
pub struct Judged<'a> {
    /// Who read what, when.
    pub header: Header,
    /// The checks that ran.
    pub catalog: &'a Catalog,
    /// What they say.
    pub assessment: Assessment,
    /// The score of that.
    pub score: Score,
    /// What reports tell of the resources.
    resources: Vec<Described>,
}

impl<'a> Judged<'a> {
    /// Judges at the time at which the snapshot was begun. The resources are let go: of what
    /// they are most of the memory, reports need a small part.
    pub fn new(mut snapshot: Snapshot, catalog: &'a Catalog, settings: &Settings) -> Judged<'a> {
        let now = snapshot.header.started;
        Judged::at(&mut snapshot, catalog, settings, now)
    }

    /// The same, and does something else with the snapshot meanwhile, on a thread of its own. By
    /// then the snapshot has its derived facts.
    pub fn beside<T: Send>(
        mut snapshot: Snapshot,
        catalog: &'a Catalog,
        settings: &Settings,
        other: impl FnOnce(&Snapshot) -> T + Send,
    ) -> (Judged<'a>, T) {
        derive(&mut snapshot);
        let snapshot = &snapshot;
        thread::scope(|threads| {
            let other = threads.spawn(move || other(snapshot));
            let judged = Judged::of(snapshot, catalog, settings, snapshot.header.started);
            let other = other.join().unwrap_or_else(|panic| resume_unwind(panic));
            (judged, other)
        })
    }

    /// Judges as if it were `now`, and leaves the snapshot, with its derived facts.
    pub fn at(
        snapshot: &mut Snapshot,
        catalog: &'a Catalog,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Judged<'a> {
        derive(snapshot);
        Judged::of(snapshot, catalog, settings, now)
    }

    fn of(
        snapshot: &Snapshot,
        catalog: &'a Catalog,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Judged<'a> {
        let assessment = assess_by(snapshot, catalog, settings, now);
        Judged {
            header: snapshot.header.clone(),
            catalog,
            score: score(&assessment.findings, catalog),
            assessment,
            resources: describe(snapshot, catalog),
        }
    }

    /// What every format is made from.
    pub fn report(&self) -> Report<'_> {
        Report {
            header: &self.header,
            catalog: self.catalog,
            assessment: &self.assessment,
            score: &self.score,
            resources: &self.resources,
        }
    }

    /// The assessment as other programs read it.
    pub fn document(&self) -> v1::Document {
        document(&self.report())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::BUILTIN;
    use crate::derive::derivations;

    fn small() -> Snapshot {
        let file = include_bytes!("../../../tests/data/small.jsonl.gz");
        Snapshot::decode(file.as_slice()).unwrap()
    }

    fn encoded(snapshot: &Snapshot, without: &[&str]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let without = without.iter().copied();
        snapshot.encode_without(without, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn what_is_written_beside_the_judging_is_what_was_read() {
        let (before, settings) = (encoded(&small(), &[]), Settings::default());
        let derived: Vec<&str> = derivations().iter().map(|one| one.gives).collect();
        let (judged, [read, all]) = Judged::beside(small(), &BUILTIN, &settings, |snapshot| {
            [encoded(snapshot, &derived), encoded(snapshot, &[])]
        });
        assert!(read == before, "a derived fact was kept");
        assert!(all != before, "nothing was derived");
        let alone = Judged::new(small(), &BUILTIN, &settings);
        let told = |judged: &Judged<'_>| serde_json::to_string(&judged.document()).unwrap();
        assert_eq!(told(&judged), told(&alone));
    }
}
