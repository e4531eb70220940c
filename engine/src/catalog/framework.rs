//! Frameworks: standards and benchmarks, control by control, each with what answers it.
//!
//! Which checks answer a control is said in the check files alone. What no check can answer, the
//! framework file says: `manual` (what to ask for), `inherited` (what AWS answers for, and where
//! the proof lies) or `uncovered` (it could be checked, and is not). A control about which
//! nobody says anything is a problem of the catalogue.

use super::check::Check;
use super::fields::{Fields, Found};
use super::problem::{Place, Problem};
use super::yaml::{self, Value, Yaml};
use std::collections::BTreeMap;
use std::fmt;

/// A standard or benchmark.
#[derive(Debug)]
pub struct Framework {
    /// The name that checks cite, such as `cis-aws-7.0`.
    pub id: String,
    /// The full name.
    pub title: String,
    /// Who publishes it, and where.
    pub source: String,
    /// What is listed and what is not, and in whose words.
    pub about: String,
    /// Its parts, in its own order.
    pub groups: Vec<Group>,
    file: String,
}

/// A part of a framework: a chapter, a family of requirements.
#[derive(Debug)]
pub struct Group {
    /// The part's name.
    pub title: String,
    /// Its controls, in the framework's order.
    pub controls: Vec<Control>,
}

/// One thing that a framework asks for.
#[derive(Debug)]
pub struct Control {
    /// The framework's own id.
    pub id: String,
    /// What is asked, in a phrase.
    pub title: String,
    /// What answers it besides checks, or in their stead.
    pub said: Option<Said>,
    own: bool,
    place: Place,
}

/// What answers a control besides checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// People do: the evidence that an auditor would ask for.
    Manual(String),
    /// AWS does: what it answers for, and where the proof lies.
    Inherited(String),
    /// Nothing does: an API could tell, and this catalogue does not ask it.
    Uncovered(String),
}

impl Said {
    /// The words of framework files.
    pub const WORDS: [&'static str; 3] = ["manual", "inherited", "uncovered"];

    /// The word in framework files.
    pub fn word(&self) -> &'static str {
        match self {
            Said::Manual(_) => "manual",
            Said::Inherited(_) => "inherited",
            Said::Uncovered(_) => "uncovered",
        }
    }

    /// The text that follows the word.
    pub fn text(&self) -> &str {
        match self {
            Said::Manual(text) | Said::Inherited(text) | Said::Uncovered(text) => text,
        }
    }

    fn read(fields: &Fields, found: &mut Found) -> Option<Said> {
        let mut said = None;
        for word in Said::WORDS {
            let Some(node) = fields.get(word) else {
                continue;
            };
            let Some(text) = fields.text(word, found) else {
                continue;
            };
            let text = text.trim().to_owned();
            let next = match word {
                "manual" => Said::Manual(text),
                "inherited" => Said::Inherited(text),
                _ => Said::Uncovered(text),
            };
            if let Some(said) = &said {
                let message = format!("`{}` was said already: one answer", Said::word(said));
                found.add(Problem::new(node.place, message));
            }
            said = said.or(Some(next));
        }
        said
    }
}

/// How many controls of a framework are answered by what. A control that checks answer counts
/// with them, even if something is left to ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// All controls.
    pub controls: usize,
    /// Those that at least one check answers.
    pub checks: usize,
    /// Those that only evidence from people answers.
    pub manual: usize,
    /// Those that AWS answers.
    pub inherited: usize,
    /// Those that nothing answers, though an API could.
    pub uncovered: usize,
}

impl fmt::Display for Coverage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} controls: {} by checks, {} by evidence from people, {} by AWS, {} not covered",
            self.controls, self.checks, self.manual, self.inherited, self.uncovered
        )
    }
}

impl Framework {
    /// The control of this id.
    pub fn control(&self, id: &str) -> Option<&Control> {
        self.controls().find(|control| control.id == id)
    }

    /// Whether the framework has a control of this id.
    pub fn has(&self, id: &str) -> bool {
        self.control(id).is_some()
    }

    /// All controls, in the framework's order.
    pub fn controls(&self) -> impl Iterator<Item = &Control> {
        self.groups.iter().flat_map(|group| &group.controls)
    }

    /// The ids of all controls, in the framework's order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.controls().map(|control| control.id.as_str())
    }

    /// Which of some checks answer which control; controls without any are left out.
    pub fn answers<'c>(
        &self,
        checks: impl IntoIterator<Item = &'c Check>,
    ) -> BTreeMap<&'c str, Vec<&'c Check>> {
        let mut answers: BTreeMap<&str, Vec<&Check>> = BTreeMap::new();
        for check in checks {
            for control in check.controls.get(&self.id).into_iter().flatten() {
                answers.entry(control).or_default().push(check);
            }
        }
        answers
    }

    /// How far some checks, and what the framework says itself, answer it.
    pub fn coverage<'c>(&self, checks: impl IntoIterator<Item = &'c Check>) -> Coverage {
        let answers = self.answers(checks);
        let mut coverage = Coverage::default();
        for control in self.controls() {
            coverage.controls += 1;
            match &control.said {
                _ if answers.contains_key(control.id.as_str()) => coverage.checks += 1,
                Some(Said::Manual(_)) => coverage.manual += 1,
                Some(Said::Inherited(_)) => coverage.inherited += 1,
                Some(Said::Uncovered(_)) | None => coverage.uncovered += 1,
            }
        }
        coverage
    }

    /// What does not agree between a framework and the checks: controls about which nobody says
    /// anything, and controls said to be uncovered that a check answers.
    pub(super) fn disagreements(&self, checks: &[Check]) -> Vec<Problem> {
        let answers = self.answers(checks);
        let framework = &self.id;
        self.controls()
            .filter_map(|control| {
                let id = &control.id;
                let problem = match (answers.get(id.as_str()), &control.said) {
                    (None, None) => Problem::new(
                        control.place,
                        format!(
                            "control {id} of {framework} has no check and says neither manual \
                             nor inherited"
                        ),
                    )
                    .help(
                        "name it in a check's `controls`, or say `manual: what to ask for`, \
                         `inherited: what AWS provides`, or `uncovered: what is not read`",
                    ),
                    (Some(checks), Some(Said::Uncovered(_))) if control.own => Problem::new(
                        control.place,
                        format!(
                            "control {id} of {framework} says uncovered, but {} answers it",
                            checks[0].id
                        ),
                    ),
                    _ => return None,
                };
                Some(problem.in_file(&self.file))
            })
            .collect()
    }

    /// Reads a framework file.
    pub(super) fn read(file: &str, source: &str) -> Result<Framework, Vec<Problem>> {
        let mut found = Found::default();
        let framework = yaml::parse(source)
            .map_err(|problem| found.add(problem))
            .ok()
            .and_then(|root| {
                let keys = ["id", "title", "source", "about", "groups"];
                let fields = Fields::of(&root, &keys, &mut found)?;
                let groups = items(fields.require("groups", &mut found), &mut found);
                let mut known = BTreeMap::new();
                let groups = groups
                    .iter()
                    .filter_map(|node| group(node, &mut known, &mut found))
                    .collect();
                Some(Framework {
                    id: fields.text("id", &mut found)?,
                    title: fields.text("title", &mut found)?,
                    source: fields.text("source", &mut found)?,
                    about: fields.text("about", &mut found)?,
                    groups,
                    file: file.to_owned(),
                })
            });
        match framework {
            Some(framework) if found.0.is_empty() => Ok(framework),
            _ => Err(found
                .0
                .into_iter()
                .map(|problem| problem.in_file(file))
                .collect()),
        }
    }
}

/// Reads a group. What it says itself holds for each of its controls that says nothing of its
/// own.
fn group(node: &Yaml, known: &mut BTreeMap<String, Place>, found: &mut Found) -> Option<Group> {
    let keys = ["title", "manual", "inherited", "uncovered", "controls"];
    let fields = Fields::of(node, &keys, found)?;
    let title = fields.text("title", found);
    let rest = Said::read(&fields, found);
    let nodes = items(fields.require("controls", found), found);
    let controls = nodes
        .iter()
        .filter_map(|node| control(node, rest.as_ref(), known, found))
        .collect();
    Some(Group {
        title: title?,
        controls,
    })
}

fn control(
    node: &Yaml,
    rest: Option<&Said>,
    known: &mut BTreeMap<String, Place>,
    found: &mut Found,
) -> Option<Control> {
    let keys = ["id", "title", "manual", "inherited", "uncovered"];
    let fields = Fields::of(node, &keys, found)?;
    let id = fields.text("id", found);
    let title = fields.text("title", found);
    let said = Said::read(&fields, found);
    let (id, title) = (id?, title?);
    if let Some(first) = known.insert(id.clone(), node.place) {
        let message = format!("control `{id}` was listed in line {} already", first.line);
        found.add(Problem::new(node.place, message));
    }
    Some(Control {
        id,
        title,
        own: said.is_some(),
        said: said.or_else(|| rest.cloned()),
        place: node.place,
    })
}

/// The items of a list; none, and a problem, when it is something else.
fn items<'y>(node: Option<&'y Yaml>, found: &mut Found) -> &'y [Yaml] {
    match node.map(|node| (node, &node.value)) {
        Some((_, Value::List(items))) => items,
        Some((node, _)) => {
            let message = format!("expected a list, found {}", node.what());
            found.add(Problem::new(node.place, message));
            &[]
        }
        None => &[],
    }
}
