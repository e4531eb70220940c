//! Publishing against a model of Security Hub: worlds that change, runs that see parts of them.

mod hub;
mod lifecycle;
mod renamed;
mod resources;
mod world;

use super::*;
use crate::catalog::BUILTIN as CATALOG;

/// Settings by which every finding goes to the Region of its resource.
fn settings(document: &v1::Document) -> Settings<'_> {
    Settings {
        context: Context::published(&document.run, &CATALOG),
        left_out: BTreeSet::new(),
        now: time(&document.run.started).unwrap(),
    }
}
