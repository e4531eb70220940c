//! `waterline.yaml`: what is judged, by which measure, and which failures are accepted.
//!
//! Pure: from the text of the file and a catalogue to [`Settings`], with all that is wrong with it
//! at once, each with its place. Who finds the file, and what flags override, is not known here.

mod edit;
mod exception;
mod organization;
mod read;
mod rules;
pub mod schema;
mod scope;
#[cfg(test)]
mod tests;

pub use edit::append;
pub use exception::Exception;
pub use organization::Organization;
pub use read::Draft;
pub use rules::{Override, Rules, Terms, Values};
pub use scope::{Hit, Place, Scope, Tag};

use crate::catalog::{Catalog, Selection, Severity};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// The name under which the file is looked for.
pub const FILE: &str = "waterline.yaml";

/// What a file of settings says. The default is an empty file.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The named profile of the shared AWS configuration.
    pub profile: Option<String>,
    /// The Regions to read; all enabled ones when empty.
    pub regions: Vec<String>,
    /// Folders of the user's own checks, as written: relative to the file's folder.
    pub folders: Vec<String>,
    /// Which accounts a run over an organization reads, and how.
    pub organization: Organization,
    /// Which checks run.
    pub selection: Selection,
    /// Parameters and severities.
    pub rules: Rules,
    /// The failures that are accepted, in the file's order.
    pub exceptions: Vec<Exception>,
    /// The reports, each `FORMAT` or `FORMAT=FILE`.
    pub outputs: Vec<String>,
    /// Failures at least so severe make the exit code 1.
    pub fail_on: Option<Severity>,
    /// Coverage below this many percent makes the exit code 3.
    pub min_coverage: Option<f64>,
}

impl Settings {
    /// SHA-256, in hex, over all that decides a verdict: parameters, severities and exceptions, in
    /// one canonical form whatever the file's layout. None when all is as it comes: the same
    /// snapshot, catalogue and settings give the same verdicts.
    pub fn hash(&self) -> Option<String> {
        #[derive(Serialize)]
        struct Deciding<'a> {
            rules: &'a Rules,
            exceptions: &'a [Exception],
        }
        if self.rules.is_empty() && self.exceptions.is_empty() {
            return None;
        }
        let deciding = Deciding {
            rules: &self.rules,
            exceptions: &self.exceptions,
        };
        // Texts, numbers and sorted maps: nothing that can fail to be written.
        let text = serde_json::to_string(&deciding).unwrap_or_default();
        Some(hex(&Sha256::digest(text.as_bytes())))
    }

    /// The severities that hold for a check everywhere, put into the catalogue: its score weighs
    /// the checks by them.
    pub fn apply(&self, catalog: &mut Catalog) {
        for check in &mut catalog.checks {
            if let Some(severity) = self.rules.severities.get(&check.id) {
                check.severity = *severity;
            }
        }
    }

    /// The facets that matching needs beyond what the checks read: the tags of the kinds that
    /// something with a tag is about.
    pub fn facts(&self, catalog: &Catalog) -> BTreeSet<String> {
        let tagged = |scope: &Scope| !scope.tags.is_empty();
        let about = |check: &str| {
            let exceptions = self.exceptions.iter().filter(|one| tagged(&one.scope));
            let overrides = self.rules.overrides.iter().filter(|one| tagged(&one.scope));
            exceptions
                .map(|one| one.names(check))
                .chain(overrides.map(|one| one.names(check)))
                .any(|about| about)
        };
        catalog
            .checks
            .iter()
            .filter(|check| about(&check.id))
            .map(|check| format!("{}.tags", check.kind.name))
            .collect()
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
