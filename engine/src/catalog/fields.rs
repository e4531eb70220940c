//! Reading a mapping field by field, with every problem written down: unknown keys with the
//! nearest known one, missing keys, values of the wrong sort.

use super::did_you_mean;
use waterline_yaml::{Problem, Value, Yaml};

/// The problems of one file, as they are found.
#[derive(Default)]
pub(crate) struct Found(pub(crate) Vec<Problem>);

impl Found {
    pub(crate) fn add(&mut self, problem: Problem) {
        self.0.push(problem);
    }
}

/// The entries of a mapping.
pub(crate) struct Fields<'y> {
    node: &'y Yaml,
    entries: &'y [(Yaml, Yaml)],
}

impl<'y> Fields<'y> {
    /// The entries of a mapping whose keys are all among `known`; else what is wrong is
    /// written down and the rest is read.
    pub(crate) fn of(node: &'y Yaml, known: &[&str], found: &mut Found) -> Option<Fields<'y>> {
        let fields = Fields::open(node, found)?;
        for (key, _) in fields.entries {
            let name = key.text().unwrap_or_default();
            if !known.contains(&name) {
                let mut problem = Problem::new(key.place, format!("unknown key `{name}`"));
                problem.help = did_you_mean(name, known.iter().copied())
                    .or_else(|| Some(format!("known are: {}", known.join(", "))));
                found.add(problem);
            }
        }
        Some(fields)
    }

    /// The entries of a mapping whose keys are free.
    pub(crate) fn open(node: &'y Yaml, found: &mut Found) -> Option<Fields<'y>> {
        match &node.value {
            Value::Map(entries) => Some(Fields { node, entries }),
            _ => {
                let message = format!("expected a mapping, found {}", node.what());
                found.add(Problem::new(node.place, message));
                None
            }
        }
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'y Yaml, &'y str, &'y Yaml)> + use<'y> {
        self.entries
            .iter()
            .map(|(key, value)| (key, key.text().unwrap_or_default(), value))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'y Yaml> {
        self.entries
            .iter()
            .find(|(key, _)| key.text() == Some(name))
            .map(|(_, value)| value)
    }

    pub(crate) fn require(&self, name: &str, found: &mut Found) -> Option<&'y Yaml> {
        let value = self.get(name);
        if value.is_none() {
            found.add(Problem::new(
                self.node.place,
                format!("`{name}` is missing"),
            ));
        }
        value
    }

    /// Text that must be there and not be empty.
    pub(crate) fn text(&self, name: &str, found: &mut Found) -> Option<String> {
        let node = self.require(name, found)?;
        let text = scalar(node, found)?;
        if text.trim().is_empty() {
            found.add(Problem::new(node.place, format!("`{name}` is empty")));
            return None;
        }
        Some(text)
    }

    /// Text that may be missing.
    pub(crate) fn optional_text(&self, name: &str, found: &mut Found) -> Option<String> {
        scalar(self.get(name)?, found)
    }

    /// One of a set of words.
    pub(crate) fn word(&self, name: &str, words: &[&str], found: &mut Found) -> Option<String> {
        let node = self.require(name, found)?;
        let text = scalar(node, found)?;
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        let mut problem = Problem::new(node.place, format!("`{text}` is not a {name}"));
        problem.help = did_you_mean(&text, words.iter().copied())
            .or_else(|| Some(format!("known are: {}", words.join(", "))));
        found.add(problem);
        None
    }

    /// A list of texts, each with its node; empty when missing.
    pub(crate) fn texts(&self, name: &str, found: &mut Found) -> Vec<(&'y Yaml, String)> {
        self.get(name).map_or(Vec::new(), |node| texts(node, found))
    }
}

/// The text of a scalar.
pub(crate) fn scalar(node: &Yaml, found: &mut Found) -> Option<String> {
    match node.text() {
        Some(text) => Some(text.to_owned()),
        None => {
            let message = format!("expected text, found {}", node.what());
            found.add(Problem::new(node.place, message));
            None
        }
    }
}

/// A list of texts.
pub(crate) fn texts<'y>(node: &'y Yaml, found: &mut Found) -> Vec<(&'y Yaml, String)> {
    match &node.value {
        Value::List(items) => items
            .iter()
            .filter_map(|item| Some((item, scalar(item, found)?)))
            .collect(),
        _ => {
            let message = format!("expected a list, found {}", node.what());
            found.add(Problem::new(node.place, message).help("write it as [a, b]"));
            Vec::new()
        }
    }
}
