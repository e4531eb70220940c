//! YAML with places: a tree whose every node knows its line and column, so that each problem
//! of a check file can be shown where it is. Hostile files are refused by their size, depth
//! and number of nodes; aliases are refused altogether.

use super::problem::{Place, Problem};
use granit_parser::{Event, Marker, Parser, ScalarStyle};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;
/// How deep a file may be nested.
const MAX_DEPTH: usize = 24;
/// How many nodes a file may have.
const MAX_NODES: usize = 20_000;

/// A node of the tree.
#[derive(Clone, Debug)]
pub(super) struct Yaml {
    pub(super) place: Place,
    pub(super) value: Value,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A scalar, and whether it stands without quotes (then `true`, `7`, `null` are not text).
    Scalar {
        text: String,
        style: ScalarStyle,
    },
    List(Vec<Yaml>),
    Map(Vec<(Yaml, Yaml)>),
}

impl Yaml {
    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The node as JSON: plain scalars become numbers, booleans and null as in YAML 1.2.
    pub(super) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Scalar { text, style } if *style == ScalarStyle::Plain => match text.as_str() {
                "" | "~" | "null" => Json::Null,
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
    pub(super) fn what(&self) -> &'static str {
        match &self.value {
            Value::Scalar { .. } => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The place of a character of a scalar's text in the file. For folded and block scalars
    /// the line is found by counting the text's characters along the file's lines.
    pub(super) fn place_at(&self, offset: usize, source: &str) -> Place {
        let Value::Scalar { style, .. } = &self.value else {
            return self.place;
        };
        match style {
            ScalarStyle::Plain => self.shifted(offset),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => self.shifted(offset + 1),
            ScalarStyle::Literal | ScalarStyle::Folded => self.in_block(offset, source),
        }
    }

    fn shifted(&self, by: usize) -> Place {
        Place {
            line: self.place.line,
            column: self.place.column + by,
        }
    }

    fn in_block(&self, offset: usize, source: &str) -> Place {
        let mut left = offset;
        let header = self.place.line.saturating_sub(1);
        let body = source.lines().enumerate().skip(header);
        // The place is the header's (`|`) or the first line's, as the parser tells it.
        let body = body.skip_while(|(_, line)| {
            let line = line.trim_end();
            line.ends_with(['|', '>', '-', '+'])
        });
        for (number, line) in body {
            let text = line.trim_start();
            let indent = line.chars().count() - text.chars().count();
            let length = text.chars().count();
            if left <= length {
                return Place {
                    line: number + 1,
                    column: indent + left + 1,
                };
            }
            left -= length + 1;
        }
        self.place
    }
}

fn looks_like_number(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
        && text.ends_with(|last: char| last.is_ascii_digit())
}

/// Reads one document.
pub(super) fn parse(source: &str) -> Result<Yaml, Problem> {
    if source.len() > MAX_BYTES {
        let size = source.len() / 1024;
        let message = format!(
            "{size} KiB long; a check file has at most {} KiB",
            MAX_BYTES / 1024
        );
        return Err(Problem::new(Place::START, message));
    }
    let mut builder = Builder {
        open: Vec::new(),
        root: None,
        nodes: 0,
        documents: 0,
    };
    for step in Parser::new_from_str(source) {
        let (event, span) = step.map_err(|error| {
            Problem::new(place(error.marker()), format!("not YAML: {}", error.info()))
        })?;
        builder.take(event, place(&span.start))?;
    }
    builder
        .root
        .ok_or_else(|| Problem::new(Place::START, "the file is empty"))
}

fn place(marker: &Marker) -> Place {
    Place {
        line: marker.line(),
        column: marker.col() + 1,
    }
}

/// A collection that is being read.
enum Open {
    List(Place, Vec<Yaml>),
    Map(Place, Vec<(Yaml, Yaml)>, Option<Yaml>),
}

struct Builder {
    open: Vec<Open>,
    root: Option<Yaml>,
    nodes: usize,
    documents: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, place: Place) -> Result<(), Problem> {
        match event {
            Event::Scalar(_, ScalarStyle::Plain, _, Some(_))
            | Event::SequenceStart(_, _, Some(_))
            | Event::MappingStart(_, _, Some(_)) => {
                let message = "a value that starts with `!` is a YAML tag";
                Err(Problem::new(place, message).help("put the value between quotes"))
            }
            Event::Scalar(text, style, ..) => {
                let value = Value::Scalar {
                    text: text.into_owned(),
                    style,
                };
                self.add(Yaml { place, value })
            }
            Event::SequenceStart(..) => self.push(place, Open::List(place, Vec::new())),
            Event::MappingStart(..) => self.push(place, Open::Map(place, Vec::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => {
                let node = match self.open.pop() {
                    Some(Open::List(place, items)) => Yaml {
                        place,
                        value: Value::List(items),
                    },
                    Some(Open::Map(place, entries, _)) => Yaml {
                        place,
                        value: Value::Map(entries),
                    },
                    None => return Ok(()),
                };
                self.add(node)
            }
            Event::Alias(_) => Err(Problem::new(place, "aliases (`*name`) are not allowed")
                .help("write the value out")),
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(Problem::new(place, "a second document: one check a file"));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn push(&mut self, place: Place, open: Open) -> Result<(), Problem> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Problem::new(
                place,
                format!("nested deeper than {MAX_DEPTH} levels"),
            ));
        }
        self.open.push(open);
        Ok(())
    }

    fn add(&mut self, node: Yaml) -> Result<(), Problem> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Problem::new(
                node.place,
                format!("more than {MAX_NODES} values"),
            ));
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, key)) => match key.take() {
                None if node.text().is_none() => {
                    return Err(Problem::new(node.place, "a key must be a single word"));
                }
                None => *key = Some(node),
                Some(name) => {
                    if entries.iter().any(|(known, _)| known.text() == name.text()) {
                        let message =
                            format!("`{}` is given twice", name.text().unwrap_or_default());
                        return Err(Problem::new(name.place, message));
                    }
                    entries.push((name, node));
                }
            },
        }
        Ok(())
    }
}
