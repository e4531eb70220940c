//! From the text of the file to a [`Model`], with all of its problems at once.

use super::{Cell, Fit, LAYERS, Layer, LayerRule, Mode, Model, Page, Party};
use crate::catalog::check::{CATEGORIES, CONTROLS, DOMAINS, Responsibility};
use crate::catalog::compile::Compiler;
use crate::catalog::did_you_mean;
use crate::catalog::fields::{Fields, Found, scalar, texts};
use crate::catalog::sources::Source;
use crate::model;
use std::collections::{BTreeMap, BTreeSet};
use waterline_yaml::{Place, Problem, Value, Yaml};

/// What stands for a page where no page says it.
const INFERRED: &str = "inferred";

const KEYS: &[&str] = &["sources", "evidence", "layers", "layer_of", "modes"];

/// What is read with.
struct Reader<'c> {
    compiler: &'c Compiler,
    source: &'c str,
    pages: BTreeMap<String, Page>,
    /// The pages that some cell names.
    named: BTreeSet<String>,
    found: Found,
}

impl Model {
    /// Reads and checks the file.
    pub(in crate::catalog) fn read(
        compiler: &Compiler,
        source: &Source,
    ) -> Result<Model, Vec<Problem>> {
        let (file, yaml) = (source.file(), source.yaml());
        let mut reader = Reader {
            compiler,
            source: source.text(),
            pages: BTreeMap::new(),
            named: BTreeSet::new(),
            found: Found::default(),
        };
        let model = match yaml {
            Ok(root) => reader.model(&root),
            Err(problem) => {
                reader.found.add(problem);
                None
            }
        };
        match model {
            Some(model) if reader.found.0.is_empty() => Ok(model),
            _ => {
                let problems = reader.found.0.into_iter();
                let mut problems: Vec<_> = problems.map(|p| p.in_file(file)).collect();
                problems.sort();
                problems.dedup();
                Err(problems)
            }
        }
    }
}

impl Reader<'_> {
    fn wrong(&mut self, place: Place, message: impl Into<String>) {
        self.found.add(Problem::new(place, message));
    }

    fn model(&mut self, root: &Yaml) -> Option<Model> {
        let fields = Fields::of(root, KEYS, &mut self.found)?;
        self.sources(&fields);
        let evidence = self.evidence(&fields);
        let layers = self.layers(&fields);
        let layer_of = self.layer_of(&fields);
        let modes = self.modes(&fields);
        let (evidence, evidence_about) = evidence?;
        let model = Model {
            sources: self.pages.clone(),
            evidence,
            evidence_about,
            layers,
            modes,
            layer_of,
        };
        self.whole(&model, root.place);
        Some(model)
    }

    fn sources(&mut self, fields: &Fields) {
        let Some(open) = self.open(fields, "sources") else {
            return;
        };
        for (key, name, node) in open.entries() {
            let Some(part) = Fields::of(node, &["title", "link"], &mut self.found) else {
                continue;
            };
            if let Some(page) = self.page(&part, node) {
                self.pages.insert(name.to_owned(), page);
            }
            if name == INFERRED {
                self.wrong(key.place, format!("`{INFERRED}` is no page"));
            }
        }
    }

    fn page(&mut self, part: &Fields, node: &Yaml) -> Option<Page> {
        let title = part.text("title", &mut self.found)?;
        let link = part.text("link", &mut self.found)?;
        let aws = ["https://docs.aws.amazon.com/", "https://aws.amazon.com/"];
        if !aws.iter().any(|start| link.starts_with(start)) {
            self.wrong(node.place, format!("`{link}` is not a page of AWS's"));
        }
        Some(Page { title, link })
    }

    fn evidence(&mut self, fields: &Fields) -> Option<(Page, String)> {
        let node = fields.require("evidence", &mut self.found)?;
        let part = Fields::of(node, &["title", "link", "about"], &mut self.found)?;
        let page = self.page(&part, node)?;
        let about = part.text("about", &mut self.found)?;
        Some((page, about.trim().to_owned()))
    }

    fn layers(&mut self, fields: &Fields) -> Vec<Layer> {
        let Some(open) = self.open(fields, "layers") else {
            return Vec::new();
        };
        let mut layers = Vec::new();
        for (key, id, node) in open.entries() {
            self.layer_word(key.place, id);
            let Some(part) = Fields::of(node, &["title", "everywhere"], &mut self.found) else {
                continue;
            };
            let title = part.text("title", &mut self.found);
            let cell = part.require("everywhere", &mut self.found);
            let cell = cell.and_then(|node| self.cell(node, true));
            if let (Some(title), Some(everywhere)) = (title, cell) {
                layers.push(Layer {
                    id: id.to_owned(),
                    title,
                    everywhere,
                });
            }
        }
        layers
    }

    fn layer_of(&mut self, fields: &Fields) -> Vec<LayerRule> {
        let mut rules = Vec::new();
        for node in self.list(fields, "layer_of") {
            let keys = ["layer", "domain", "control", "category"];
            let Some(part) = Fields::of(node, &keys, &mut self.found) else {
                continue;
            };
            let domains: Vec<&str> = DOMAINS.iter().map(|(name, _)| *name).collect();
            let layer = part.word("layer", LAYERS, &mut self.found);
            let rule = LayerRule {
                layer: layer.unwrap_or_default(),
                domains: self.words(&part, "domain", &domains),
                controls: self.words(&part, "control", CONTROLS),
                categories: self.words(&part, "category", CATEGORIES),
            };
            rules.push(rule);
        }
        rules
    }

    fn modes(&mut self, fields: &Fields) -> Vec<Mode> {
        let Some(open) = self.open(fields, "modes") else {
            return Vec::new();
        };
        let mut modes: Vec<Mode> = Vec::new();
        let mut like: Vec<(usize, Place, String)> = Vec::new();
        for (_, id, node) in open.entries() {
            let keys = ["title", "of", "like", "all", "cells"];
            let Some(part) = Fields::of(node, &keys, &mut self.found) else {
                continue;
            };
            let title = part.text("title", &mut self.found).unwrap_or_default();
            let of = self.fits(&part);
            let sourced = !of.is_empty() && of.iter().all(|(_, cites)| *cites);
            let all = part.get("all").and_then(|node| self.cell(node, !sourced));
            let mut cells = BTreeMap::new();
            if let Some(open) = part.get("cells") {
                for (key, layer, node) in Fields::open(open, &mut self.found)
                    .iter()
                    .flat_map(Fields::entries)
                {
                    self.layer_word(key.place, layer);
                    if let Some(cell) = self.cell(node, true) {
                        cells.insert(layer.to_owned(), cell);
                    }
                }
            }
            if let Some(other) = part.optional_text("like", &mut self.found) {
                like.push((modes.len(), node.place, other));
            }
            modes.push(Mode {
                id: id.to_owned(),
                title,
                of: of.into_iter().map(|(fit, _)| fit).collect(),
                all,
                cells,
            });
        }
        for (at, place, other) in like {
            let cells = modes
                .iter()
                .find(|mode| mode.id == other && mode.id != modes[at].id);
            let Some(cells) = cells.map(|mode| mode.cells.clone()) else {
                let mut problem = Problem::new(place, format!("there is no mode `{other}`"));
                problem.help = did_you_mean(&other, modes.iter().map(|mode| mode.id.as_str()));
                self.found.add(problem);
                continue;
            };
            for (layer, cell) in cells {
                modes[at].cells.entry(layer).or_insert(cell);
            }
        }
        modes
    }

    /// Each fit, and whether it names a page of its own.
    fn fits(&mut self, part: &Fields) -> Vec<(Fit, bool)> {
        let mut fits = Vec::new();
        for node in self.list(part, "of") {
            let keys = ["kind", "managed_by", "when", "source"];
            let Some(fields) = Fields::of(node, &keys, &mut self.found) else {
                continue;
            };
            let Some(kind) = fields.text("kind", &mut self.found) else {
                continue;
            };
            let start = kind.strip_suffix('*');
            let known = model::kinds().any(|info| match start {
                Some(start) => info.name.starts_with(start),
                None => info.name == kind,
            });
            // A service that the model is yet to learn may be in the table already.
            if !known && start.is_none() {
                let mut problem = Problem::new(node.place, format!("unknown kind `{kind}`"));
                problem.help = did_you_mean(&kind, model::kinds().map(|info| info.name));
                self.found.add(problem);
            }
            let when = self.condition(&fields, &kind);
            let managed_by = fields.texts("managed_by", &mut self.found).into_iter();
            let managed_by = managed_by.map(|(_, by)| by).collect();
            let source = fields.get("source").map(|node| self.cited(node));
            fits.push((
                Fit {
                    kind,
                    managed_by,
                    when,
                    source: source.clone().flatten(),
                },
                source.is_some(),
            ));
        }
        fits
    }

    fn condition(&mut self, fields: &Fields, kind: &str) -> Option<crate::expr::Expression> {
        let node = fields.get("when")?;
        let Some(info) = model::kind(kind) else {
            self.wrong(node.place, "a condition needs one kind, without `*`");
            return None;
        };
        let scope = self.compiler.scope(info, &BTreeMap::new());
        let (compiler, source) = (self.compiler, self.source);
        let when = compiler.bool(fields, "when", &scope, source, &mut self.found)?;
        for facet in when.paths().iter().filter_map(|p| compiler.facet(info, p)) {
            // Whose something is must cost no call of its own.
            if model::reads().any(|read| read.gives.contains(&facet.as_str())) {
                self.wrong(node.place, format!("`{facet}` needs a call of its own"));
            }
        }
        Some(when)
    }

    /// A cell. `needs_source`: it must say where it comes from.
    fn cell(&mut self, node: &Yaml, needs_source: bool) -> Option<Cell> {
        let keys = ["owner", "customer", "aws", "source"];
        let part = Fields::of(node, &keys, &mut self.found)?;
        let words = Party::ALL.map(Party::word);
        let owner = part.word("owner", &words, &mut self.found)?;
        let owner = Party::ALL.into_iter().find(|party| party.word() == owner)?;
        let customer = part.optional_text("customer", &mut self.found);
        let aws = part.optional_text("aws", &mut self.found);
        let parts = (customer.is_some(), aws.is_some());
        let wanted = match owner {
            Party::Customer => (true, false),
            Party::Shared => (true, true),
            Party::Aws => (false, true),
        };
        if parts != wanted {
            let message = match owner {
                Party::Customer => "what is the customer's has the part `customer` only",
                Party::Shared => "what is shared has both parts, `customer` and `aws`",
                Party::Aws => "what is AWS's has the part `aws` only",
            };
            self.wrong(node.place, message);
        }
        let source = match part.get("source") {
            Some(node) => self.cited(node),
            None => {
                if needs_source {
                    let message = format!("`source` is missing: a page's key, or `{INFERRED}`");
                    self.wrong(node.place, message);
                }
                None
            }
        };
        Some(Cell {
            owner,
            customer,
            aws,
            source,
        })
    }

    /// The key of a page; none for what is inferred.
    fn cited(&mut self, node: &Yaml) -> Option<String> {
        let key = scalar(node, &mut self.found)?;
        if key == INFERRED {
            return None;
        }
        self.named.insert(key.clone());
        if !self.pages.contains_key(&key) {
            let mut problem = Problem::new(node.place, format!("there is no source `{key}`"));
            problem.help = did_you_mean(&key, self.pages.keys().map(String::as_str));
            self.found.add(problem);
        }
        Some(key)
    }

    /// What only shows when all of it is read.
    fn whole(&mut self, model: &Model, place: Place) {
        for layer in LAYERS {
            if model.layer(layer).is_none() {
                self.wrong(place, format!("the layer `{layer}` is missing"));
            }
        }
        for info in model::kinds() {
            let placed = |managed_by| model.place(info.name, managed_by, |_| false).is_some();
            if !placed(super::CUSTOMER) || !placed("aws") {
                let message = format!("{} has no mode that always fits", info.name);
                self.wrong(place, message);
            }
        }
        for (domain, _) in DOMAINS {
            for control in CONTROLS {
                for category in CATEGORIES {
                    let at = Responsibility {
                        domain: (*domain).to_owned(),
                        control: (*control).to_owned(),
                        category: (*category).to_owned(),
                        layer: String::new(),
                    };
                    if model.layer_of(&at).is_none() {
                        let message = format!("{domain}, {control}, {category} has no layer");
                        self.wrong(place, message);
                    }
                }
            }
        }
        let idle: Vec<String> = self
            .pages
            .keys()
            .filter(|key| !self.named.contains(*key))
            .cloned()
            .collect();
        for key in idle {
            self.wrong(place, format!("no cell names the source `{key}`"));
        }
    }

    fn layer_word(&mut self, place: Place, layer: &str) {
        if !LAYERS.contains(&layer) {
            let mut problem = Problem::new(place, format!("`{layer}` is no layer"));
            problem.help = did_you_mean(layer, LAYERS.iter().copied());
            self.found.add(problem);
        }
    }

    fn words(&mut self, part: &Fields, name: &str, known: &[&str]) -> Vec<String> {
        let Some(node) = part.get(name) else {
            return Vec::new();
        };
        let mut words = Vec::new();
        for (item, word) in texts(node, &mut self.found) {
            if !known.contains(&word.as_str()) {
                let mut problem = Problem::new(item.place, format!("`{word}` is not a {name}"));
                problem.help = did_you_mean(&word, known.iter().copied());
                self.found.add(problem);
            }
            words.push(word);
        }
        words
    }

    fn open<'y>(&mut self, fields: &Fields<'y>, name: &str) -> Option<Fields<'y>> {
        let node = fields.require(name, &mut self.found)?;
        Fields::open(node, &mut self.found)
    }

    fn list<'y>(&mut self, fields: &Fields<'y>, name: &str) -> &'y [Yaml] {
        match fields
            .require(name, &mut self.found)
            .map(|node| (&node.value, node))
        {
            Some((Value::List(items), _)) => items,
            Some((_, node)) => {
                let message = format!("expected a list, found {}", node.what());
                self.wrong(node.place, message);
                &[]
            }
            None => &[],
        }
    }
}
