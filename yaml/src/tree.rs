//! The tree: every node knows its line and column.

use crate::problem::Place;
use serde::{Deserialize, Serialize};

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Yaml {
    /// Where it begins.
    pub place: Place,
    /// What it holds.
    pub value: Value,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Style {
    /// Without quotes: then `true`, `7`, `null` are not text.
    Plain,
    /// `'text'`.
    SingleQuoted,
    /// `"text"`.
    DoubleQuoted,
    /// A block after `|`.
    Literal,
    /// A block after `>`.
    Folded,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A single value.
    Scalar {
        /// Its text, without quotes and escapes.
        text: String,
        /// How it is written.
        style: Style,
    },
    /// A list.
    List(Vec<Yaml>),
    /// A mapping, in the file's order; each key is a scalar, and no key is there twice.
    Map(Vec<(Yaml, Yaml)>),
}

impl Yaml {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether nothing stands here: `key:` with no value, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, style: Style::Plain } if is_null(text))
    }

    /// The node as JSON: plain scalars become numbers, booleans and null as in YAML 1.2.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Scalar { text, style } if *style == Style::Plain => match text.as_str() {
                text if is_null(text) => Json::Null,
                "true" => Json::Bool(true),
                "false" => Json::Bool(false),
                other => match (other.parse::<i64>(), other.parse::<f64>()) {
                    (Ok(integer), _) => integer.into(),
                    (_, Ok(float)) if looks_like_number(other) => float.into(),
                    _ => other.into(),
                },
            },
            Value::Scalar { text, .. } => text.as_str().into(),
            Value::List(items) => items.iter().map(Yaml::to_json).collect(),
            Value::Map(entries) => Json::Object(
                entries
                    .iter()
                    .map(|(key, value)| {
                        (key.text().unwrap_or_default().to_owned(), value.to_json())
                    })
                    .collect(),
            ),
        }
    }

    /// What the node is, for messages.
    pub fn what(&self) -> &'static str {
        match &self.value {
            Value::Scalar { .. } => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null")
}

fn looks_like_number(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
        && text.ends_with(|last: char| last.is_ascii_digit())
}
