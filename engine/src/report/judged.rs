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

    /// Judges as if it were `now`, and leaves the snapshot, with its derived facts.
    pub fn at(
        snapshot: &mut Snapshot,
        catalog: &'a Catalog,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Judged<'a> {
        derive(snapshot);
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
