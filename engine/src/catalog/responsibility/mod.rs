//! Who owns what: the shared responsibility model, compiled from `checks/responsibility/`. A
//! check judges a layer, a resource runs in an operating mode; the cell of the two says whose
//! what is judged is.

mod read;
#[cfg(test)]
mod tests;

use super::check::Responsibility;
use crate::expr::Expression;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The layers that a check can judge, from the ground up. The file tells their titles and their
/// cells; a test keeps the two in step.
pub const LAYERS: &[&str] = &[
    "facilities",
    "guest-os",
    "platform",
    "network",
    "identity",
    "encryption-at-rest",
    "traffic-protection",
    "workload",
    "logging",
    "backup",
    "customer-data",
];

/// `managed_by` of what no AWS service made.
const CUSTOMER: &str = crate::model::CUSTOMER;

/// Who owns something.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The customer alone.
    Customer,
    /// Both, each with a part of its own.
    Shared,
    /// AWS alone.
    Aws,
}

impl Party {
    /// Every party.
    pub const ALL: [Party; 3] = [Party::Customer, Party::Shared, Party::Aws];

    /// The word used in files and reports.
    pub const fn word(self) -> &'static str {
        match self {
            Party::Customer => "customer",
            Party::Shared => "shared",
            Party::Aws => "aws",
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.word())
    }
}

/// A page of AWS's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The book and the page's title.
    pub title: String,
    /// Its address.
    pub link: String,
}

/// Who owns a layer in a mode, and what each does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Whose it is.
    pub owner: Party,
    /// The customer's part; none when it is AWS's alone.
    pub customer: Option<String>,
    /// AWS's part; none when it is the customer's alone.
    pub aws: Option<String>,
    /// The key of the page that says so; none when it is inferred.
    pub source: Option<String>,
}

/// A layer of the model.
#[derive(Clone, Debug)]
pub struct Layer {
    /// One of [`LAYERS`].
    pub id: String,
    /// What it is.
    pub title: String,
    /// The cell of every mode that has none of its own.
    pub everywhere: Cell,
}

/// Which checks judge a layer: those whose words are among these; no words fit all.
#[derive(Clone, Debug)]
struct LayerRule {
    layer: String,
    domains: Vec<String>,
    controls: Vec<String>,
    categories: Vec<String>,
}

/// Which resources run in a mode.
#[derive(Clone, Debug)]
struct Fit {
    /// A kind; `*` at the end stands for any.
    kind: String,
    /// By whom it must be managed: `*` is anyone but the customer; empty is anyone at all.
    managed_by: Vec<String>,
    /// What must hold of its facts, with its source.
    when: Option<Expression>,
    /// The key of the page that says so, in place of the cells'.
    source: Option<String>,
}

impl Fit {
    fn fits(&self, kind: &str, managed_by: &str) -> bool {
        let kind_fits = match self.kind.strip_suffix('*') {
            Some(start) => kind.starts_with(start),
            None => kind == self.kind,
        };
        kind_fits
            && (self.managed_by.is_empty()
                || self
                    .managed_by
                    .iter()
                    .any(|by| by == managed_by || (by == "*" && managed_by != CUSTOMER)))
    }
}

/// An operating mode.
#[derive(Clone, Debug)]
pub struct Mode {
    /// The id.
    pub id: String,
    /// What it is.
    pub title: String,
    of: Vec<Fit>,
    /// The cell of every layer, when the mode has only one.
    all: Option<Cell>,
    /// The cells that differ from the layers' own, by layer; `like` is worked in.
    cells: BTreeMap<String, Cell>,
}

/// Where a resource stands: the mode, and the page that puts it there.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'m> {
    /// The mode.
    pub mode: &'m Mode,
    source: Option<&'m str>,
}

/// The model.
#[derive(Clone, Debug)]
pub struct Model {
    /// The pages, by key.
    pub sources: BTreeMap<String, Page>,
    /// Where the evidence for AWS's part is to be had.
    pub evidence: Page,
    /// What that evidence is.
    pub evidence_about: String,
    /// The layers, from the ground up.
    pub layers: Vec<Layer>,
    /// The modes, in the order in which they are tried.
    pub modes: Vec<Mode>,
    layer_of: Vec<LayerRule>,
}

impl Model {
    /// The layer that a check of this place in AWS's diagram judges.
    ///
    /// Compiling makes sure that every combination of words has one.
    pub fn layer_of(&self, at: &Responsibility) -> Option<&str> {
        let has =
            |words: &[String], word: &str| words.is_empty() || words.iter().any(|w| w == word);
        let rule = self.layer_of.iter().find(|rule| {
            has(&rule.domains, &at.domain)
                && has(&rule.controls, &at.control)
                && has(&rule.categories, &at.category)
        })?;
        Some(&rule.layer)
    }

    /// The mode of a resource: the first that it fits. `holds` evaluates a condition on the
    /// resource's facts; one that is not certain does not hold.
    pub fn place(
        &self,
        kind: &str,
        managed_by: &str,
        holds: impl Fn(&Expression) -> bool,
    ) -> Option<Standing<'_>> {
        self.modes.iter().find_map(|mode| {
            let fit = mode
                .of
                .iter()
                .find(|fit| fit.fits(kind, managed_by) && fit.when.as_ref().is_none_or(&holds))?;
            Some(Standing {
                mode,
                source: fit.source.as_deref(),
            })
        })
    }

    /// Whether the mode of such a resource hangs on its facts.
    pub fn asks_facts(&self, kind: &str, managed_by: &str) -> bool {
        self.modes
            .iter()
            .flat_map(|mode| &mode.of)
            .any(|fit| fit.when.is_some() && fit.fits(kind, managed_by))
    }

    /// The mode of this id.
    pub fn mode(&self, id: &str) -> Option<&Mode> {
        self.modes.iter().find(|mode| mode.id == id)
    }

    /// The layer of this id.
    pub fn layer(&self, id: &str) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.id == id)
    }

    /// The cell of a mode and a layer.
    pub fn cell(&self, mode: &Mode, layer: &str) -> Option<Cell> {
        let own = mode.all.as_ref().or_else(|| mode.cells.get(layer));
        own.or_else(|| Some(&self.layer(layer)?.everywhere))
            .cloned()
    }

    /// The cell of a layer where a resource stands, with the page that holds for it.
    pub fn cell_at(&self, place: Standing<'_>, layer: &str) -> Option<Cell> {
        let mut cell = self.cell(place.mode, layer)?;
        if let Some(source) = place.source {
            cell.source = Some(source.to_owned());
        }
        Some(cell)
    }

    /// The page behind a cell; none when it is inferred.
    pub fn page(&self, cell: &Cell) -> Option<&Page> {
        self.sources.get(cell.source.as_deref()?)
    }
}
