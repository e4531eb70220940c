//! Frameworks: the controls that checks may cite.

use super::fields::{Fields, Found};
use super::problem::Problem;
use super::yaml;
use regex::Regex;
use std::collections::BTreeSet;

/// A standard or benchmark, with the ids of its controls.
#[derive(Debug)]
pub struct Framework {
    /// The name that checks cite, such as `cis-aws-7.0`.
    pub id: String,
    /// The full name.
    pub title: String,
    /// Who publishes it, and where.
    pub source: String,
    controls: BTreeSet<String>,
    pattern: Option<Regex>,
}

impl Framework {
    /// Whether the framework has a control of this id.
    pub fn has(&self, control: &str) -> bool {
        self.controls.contains(control)
            || self
                .pattern
                .as_ref()
                .is_some_and(|pattern| pattern.is_match(control))
    }

    /// The ids that are listed.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.controls.iter().map(String::as_str)
    }

    /// Reads a framework file.
    pub(super) fn read(file: &str, source: &str) -> Result<Framework, Vec<Problem>> {
        let mut found = Found::default();
        let framework = yaml::parse(source)
            .map_err(|problem| found.add(problem))
            .ok()
            .and_then(|root| {
                let keys = ["id", "title", "source", "controls", "pattern"];
                let fields = Fields::of(&root, &keys, &mut found)?;
                let controls = fields.texts("controls", &mut found);
                let pattern = fields.optional_text("pattern", &mut found);
                let pattern = pattern.and_then(|text| match Regex::new(&text) {
                    Ok(regex) => Some(regex),
                    Err(error) => {
                        let place = fields.get("pattern").map_or(root.place, |node| node.place);
                        found.add(Problem::new(place, format!("not a pattern: {error}")));
                        None
                    }
                });
                Some(Framework {
                    id: fields.text("id", &mut found)?,
                    title: fields.text("title", &mut found)?,
                    source: fields.text("source", &mut found)?,
                    controls: controls.into_iter().map(|(_, id)| id).collect(),
                    pattern,
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
