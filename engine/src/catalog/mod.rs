//! The catalogue: check files and frameworks, read, validated and compiled before anything
//! runs. Built-in checks and users' own go through the same door.

mod check;
mod compile;
mod embedded;
mod examples;
pub(crate) mod fields;
mod framework;
mod read;
mod responsibility;
mod sources;

pub use check::{CATEGORIES, CONTROLS, Check, DOMAINS, Param, Remedy, Responsibility, Severity};
pub use examples::{Example, Examples};
pub use framework::{Control, Coverage, Framework, Group, Said};
pub use responsibility::{Cell, LAYERS, Layer, Mode, Model, Page, Party, Standing};
pub use sources::{Source, Sources};
pub use waterline_yaml::{MAX_BYTES, MAX_SETTINGS_BYTES, Place, Problem, Problems};

use crate::expr::{Engine, Type, for_each_on_deep_stacks, on_deep_stack};
pub use crate::expr::{did_you_mean, nearest};
use compile::Compiler;
use std::collections::{BTreeMap, BTreeSet};

/// The checks that may run, with what is needed to run them.
#[derive(Clone)]
pub struct Catalog {
    /// The checks, sorted by id.
    pub checks: Vec<Check>,
    /// The frameworks, by id.
    pub frameworks: BTreeMap<String, Framework>,
    /// Who owns what.
    pub responsibility: Model,
    /// The types of the resources, by kind.
    pub types: BTreeMap<&'static str, Type>,
    /// The engine that the expressions were compiled by.
    pub engine: Engine,
    /// The files that it was compiled from, all of them: a selection leaves them as they are.
    pub sources: Sources,
    /// A hash of the sources, in hex: it names the catalogue in reports.
    pub hash: String,
}

/// The built-in checks, compiled once for all tests.
#[cfg(test)]
pub(crate) static BUILTIN: std::sync::LazyLock<Catalog> =
    std::sync::LazyLock::new(|| Catalog::builtin().unwrap_or_else(|problems| panic!("{problems}")));

/// The folders of the catalogue that lie beside those of the checks, and hold none.
pub fn beside() -> &'static [&'static str] {
    embedded::BESIDE
}

impl Catalog {
    /// The built-in checks.
    pub fn builtin() -> Result<Catalog, Problems> {
        Catalog::with(Vec::new())
    }

    /// The built-in checks and these.
    pub fn with(own: Vec<Source>) -> Result<Catalog, Problems> {
        let sources = Sources {
            own,
            ..Sources::builtin()
        };
        on_deep_stack(move || Catalog::compile(sources, true))
    }

    /// Only these checks, with the built-in frameworks.
    pub fn of(own: Vec<Source>) -> Result<Catalog, Problems> {
        Catalog::from_texts(Sources {
            own,
            ..Sources::frame()
        })
    }

    /// These files and nothing that is in the program: a catalogue that was kept.
    pub fn from_texts(sources: Sources) -> Result<Catalog, Problems> {
        // The compiler of expressions recurses.
        on_deep_stack(move || Catalog::compile(sources, false))
    }

    /// `whole` says that the built-in checks are among the sources: only then can be told
    /// whether every control of the frameworks is answered.
    fn compile(sources: Sources, whole: bool) -> Result<Catalog, Problems> {
        let mut problems = Vec::new();
        let mut frameworks = BTreeMap::new();
        for framework in for_each_on_deep_stacks(&sources.frameworks, Framework::read) {
            match framework {
                Ok(framework) => {
                    frameworks.insert(framework.id.clone(), framework);
                }
                Err(found) => problems.extend(found),
            }
        }
        let engine = Engine::new();
        let compiler = Compiler::new(engine.clone());
        let mut checks: Vec<Check> = Vec::new();
        let mut responsibility = None;
        for source in &sources.responsibility {
            match Model::read(&compiler, source) {
                Ok(model) => responsibility = Some(model),
                Err(found) => problems.extend(found),
            }
        }
        let files: Vec<&Source> = sources.all_checks().collect();
        let read = |file: &&Source| read::check(&compiler, &frameworks, file);
        for check in for_each_on_deep_stacks(&files, read) {
            match check {
                Ok(check) => checks.push(check),
                Err(found) => problems.extend(found),
            }
        }
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for check in &checks {
            for name in [&check.id].into_iter().chain(&check.aliases) {
                if let Some(other) = names.insert(name.clone(), check.file.clone()) {
                    let message = format!("the id `{name}` is taken by {other}");
                    problems.push(Problem::new(Place::START, message).in_file(&check.file));
                }
            }
        }
        // A check that could not be read would leave its controls unanswered: that is told once.
        if whole && problems.is_empty() {
            let frameworks = frameworks.values();
            problems.extend(frameworks.flat_map(|framework| framework.disagreements(&checks)));
        }
        let responsibility = match responsibility {
            Some(model) if problems.is_empty() => model,
            _ => {
                if problems.is_empty() {
                    let message = "there is no table of who owns what";
                    problems.push(Problem::new(Place::START, message));
                }
                problems.sort();
                return Err(Problems(problems));
            }
        };
        for check in &mut checks {
            let place = &mut check.responsibility;
            if place.layer.is_empty() {
                place.layer = responsibility
                    .layer_of(place)
                    .unwrap_or_default()
                    .to_owned();
            }
        }
        // No two have the same id.
        checks.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        Ok(Catalog {
            checks,
            frameworks,
            responsibility,
            types: compiler.types(),
            engine,
            hash: sources.hash(),
            sources,
        })
    }

    /// The check of this id, or that once had it.
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks
            .iter()
            .find(|check| check.id == id || check.aliases.iter().any(|alias| alias == id))
    }

    /// The check of this id, or that once had it; else what to tell the user.
    pub fn known(&self, id: &str) -> Result<&Check, String> {
        let names = self.checks.iter().map(|check| check.id.as_str());
        self.check(id).ok_or_else(|| unknown("check", id, names))
    }

    /// The framework of this id; else what to tell the user.
    pub fn framework(&self, id: &str) -> Result<&Framework, String> {
        let names = self.frameworks.keys().map(String::as_str);
        self.frameworks
            .get(id)
            .ok_or_else(|| unknown("framework", id, names))
    }

    /// The kinds and facets that these checks read.
    pub fn facts<'a>(&self, checks: impl IntoIterator<Item = &'a Check>) -> BTreeSet<String> {
        checks
            .into_iter()
            .flat_map(|check| check.facts.iter().cloned())
            .collect()
    }

    /// Keeps the checks that a selection names.
    pub fn select(&mut self, selection: &Selection) -> Result<(), String> {
        let mut chosen: BTreeSet<String> = BTreeSet::new();
        for id in &selection.checks {
            chosen.insert(self.known(id)?.id.clone());
        }
        let except: BTreeSet<String> = selection
            .except
            .iter()
            .map(|id| Ok(self.known(id)?.id.clone()))
            .collect::<Result<_, String>>()?;
        for service in &selection.services {
            let of: Vec<_> = self
                .checks
                .iter()
                .filter(|c| c.service() == service)
                .collect();
            if of.is_empty() {
                let services: BTreeSet<_> = self.checks.iter().map(Check::service).collect();
                return Err(unknown("service with checks", service, services));
            }
            chosen.extend(of.into_iter().map(|check| check.id.clone()));
        }
        for name in &selection.frameworks {
            self.framework(name)?;
            let of = self.checks.iter().filter(|c| c.controls.contains_key(name));
            chosen.extend(of.map(|check| check.id.clone()));
        }
        if !selection.is_everything() {
            self.checks.retain(|check| chosen.contains(&check.id));
        }
        self.checks.retain(|check| !except.contains(&check.id));
        self.checks.retain(|check| {
            selection
                .least_severity
                .is_none_or(|least| check.severity >= least)
        });
        Ok(())
    }
}

/// Which checks of a catalogue run; all of them when nothing is named.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// By id.
    pub checks: Vec<String>,
    /// By service.
    pub services: Vec<String>,
    /// By framework.
    pub frameworks: Vec<String>,
    /// Not these, by id, whatever else chooses them.
    pub except: Vec<String>,
    /// Only those at least so severe.
    pub least_severity: Option<Severity>,
}

impl Selection {
    /// Whether it leaves anything out.
    pub fn is_narrower(&self) -> bool {
        !self.is_everything() || self.least_severity.is_some()
    }

    fn is_everything(&self) -> bool {
        self.checks.is_empty() && self.services.is_empty() && self.frameworks.is_empty()
    }
}

fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(name, known) {
        Some(near) => format!("there is no {what} `{name}`; did you mean `{near}`?"),
        None => format!("there is no {what} `{name}`"),
    }
}
