//! The examples of a check. Those of a file in the program are read when somebody asks for them.

use super::fields::{Fields, Found, scalar};
use super::read::KEYS;
use super::sources::Source;
use serde_json::Value as Json;
use std::sync::OnceLock;
use waterline_yaml::{Problem, Value, Yaml};

const VERDICTS: &[&str] = &["pass", "fail", "not_assessed", "not_applicable"];

/// An example: a test of the check and its documentation.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The verdict that the facts must give: `pass`, `fail`, `not_assessed` or
    /// `not_applicable`.
    pub verdict: String,
    /// The facts.
    pub given: Json,
    /// The message that a failure must give.
    pub message: Option<String>,
    /// Parameters other than the defaults.
    pub params: Option<Json>,
    /// The line of the file.
    pub line: usize,
}

/// The examples of one check.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    /// The file that they are read from when somebody asks for them.
    later: Option<Source>,
    read: OnceLock<Vec<Example>>,
}

impl Examples {
    /// The examples in the tree of a check's file, with all that is wrong with them. Only of a file
    /// in the program the tree has none: a test reads those.
    pub(super) fn read(source: &Source, fields: &Fields, found: &mut Found) -> Examples {
        if source.is_built_in() && fields.get("examples").is_none() {
            return Examples {
                later: Some(source.clone()),
                read: OnceLock::new(),
            };
        }
        Examples {
            later: None,
            read: examples(fields, found).into(),
        }
    }

    /// All of them.
    pub fn all(&self) -> &[Example] {
        let read = || match &self.later {
            Some(source) => of(source, &mut Found::default()),
            None => Vec::new(),
        };
        self.read.get_or_init(read)
    }
}

fn of(source: &Source, found: &mut Found) -> Vec<Example> {
    let root = match source.whole() {
        Ok(root) => root,
        Err(problem) => {
            found.add(problem);
            return Vec::new();
        }
    };
    let fields = Fields::of(&root, KEYS, found);
    fields.map_or_else(Vec::new, |fields| examples(&fields, found))
}

fn examples(fields: &Fields, found: &mut Found) -> Vec<Example> {
    let Some(node) = fields.require("examples", found) else {
        return Vec::new();
    };
    let Value::List(items) = &node.value else {
        found.add(Problem::new(
            node.place,
            format!("expected a list, found {}", node.what()),
        ));
        return Vec::new();
    };
    let mut examples = Vec::new();
    for item in items {
        let keys = ["name", "verdict", "given", "message", "params"];
        let Some(part) = Fields::of(item, &keys, found) else {
            continue;
        };
        let name = part.text("name", found);
        let verdict = part.word("verdict", VERDICTS, found);
        let given = part.require("given", found);
        if let Some(given) = given {
            // A mapping is needed; anything else is told here.
            Fields::open(given, found);
        }
        let message = part.get("message").and_then(|node| scalar(node, found));
        let (Some(name), Some(verdict), Some(given)) = (name, verdict, given) else {
            continue;
        };
        examples.push(Example {
            name,
            verdict,
            given: given.to_json(),
            message,
            params: part.get("params").map(Yaml::to_json),
            line: item.place.line,
        });
    }
    for needed in ["pass", "fail"] {
        if !examples.iter().any(|example| example.verdict == needed) {
            let message = format!("no example whose verdict is `{needed}`");
            let help = "without one, nothing shows that the check can tell good from bad";
            found.add(Problem::new(node.place, message).help(help));
        }
    }
    examples
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Sources;

    #[test]
    fn those_in_the_program_have_no_problems() {
        for source in Sources::builtin().checks {
            let mut found = Found::default();
            let read = of(&source, &mut found);
            assert!(found.0.is_empty(), "{}: {:?}", source.file(), found.0);
            assert!(read.len() > 1, "{}", source.file());
        }
    }
}
