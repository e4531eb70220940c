//! From the text to the tree. Hostile files are refused by their size, depth and number of
//! nodes; aliases are refused altogether.

use crate::problem::{Place, Problem};
use crate::tree::{Style, Value, Yaml};
use granit_parser::{Event, Marker, Parser, ScalarStyle};
use std::collections::BTreeSet;

/// The largest check file that is read, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;
/// The largest file of settings that is read, in bytes: one may hold many exceptions.
pub const MAX_SETTINGS_BYTES: usize = 1024 * 1024;
/// How deep a file may be nested.
const MAX_DEPTH: usize = 24;

/// How large a file may be, and what it is called when it is larger.
#[derive(Clone, Copy)]
pub struct Limits {
    what: &'static str,
    bytes: usize,
    nodes: usize,
}

/// The limits of what belongs to the catalogue.
const CHECK: Limits = Limits {
    what: "a check file",
    bytes: MAX_BYTES,
    nodes: 20_000,
};

/// The limits of settings.
pub const SETTINGS: Limits = Limits {
    what: "a file of settings",
    bytes: MAX_SETTINGS_BYTES,
    nodes: 100_000,
};

/// The limits of a file that names accounts: an organization may have ten thousand.
pub const ACCOUNTS: Limits = Limits {
    what: "a file of accounts",
    bytes: MAX_SETTINGS_BYTES,
    nodes: 200_000,
};

/// Reads one document of the catalogue.
pub fn parse(source: &str) -> Result<Yaml, Problem> {
    parse_within(source, CHECK)?.ok_or_else(|| Problem::new(Place::START, "the file is empty"))
}

/// Reads one document; none when there is nothing in it.
pub fn parse_within(source: &str, limits: Limits) -> Result<Option<Yaml>, Problem> {
    if source.len() > limits.bytes {
        // How long it is nobody knows: no more of it was read.
        let (most, what) = (limits.bytes / 1024, limits.what);
        let message = format!("longer than {most} KiB, which is the most for {what}");
        return Err(Problem::new(Place::START, message));
    }
    let mut builder = Builder {
        open: Vec::new(),
        root: None,
        nodes: 0,
        most: limits.nodes,
        documents: 0,
    };
    for step in Parser::new_from_str(source) {
        let (event, span) = step.map_err(|error| {
            Problem::new(place(error.marker()), format!("not YAML: {}", error.info()))
        })?;
        builder.take(event, place(&span.start))?;
    }
    Ok(builder.root)
}

fn place(marker: &Marker) -> Place {
    Place {
        line: marker.line(),
        column: marker.col() + 1,
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

/// A collection that is being read.
enum Open {
    List(Place, Vec<Yaml>),
    Map(Place, Vec<(Yaml, Yaml)>, Option<Yaml>, BTreeSet<String>),
}

struct Builder {
    open: Vec<Open>,
    root: Option<Yaml>,
    nodes: usize,
    most: usize,
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
                    style: style_of(style),
                };
                self.add(Yaml { place, value })
            }
            Event::SequenceStart(..) => self.push(place, Open::List(place, Vec::new())),
            Event::MappingStart(..) => {
                let map = Open::Map(place, Vec::new(), None, BTreeSet::new());
                self.push(place, map)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let node = match self.open.pop() {
                    Some(Open::List(place, items)) => Yaml {
                        place,
                        value: Value::List(items),
                    },
                    Some(Open::Map(place, entries, ..)) => Yaml {
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
                    return Err(Problem::new(place, "a second document: one a file"));
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
        if self.nodes > self.most {
            return Err(Problem::new(
                node.place,
                format!("more than {} values", self.most),
            ));
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, key, names)) => match key.take() {
                None if node.text().is_none() => {
                    return Err(Problem::new(node.place, "a key must be a single word"));
                }
                None => *key = Some(node),
                Some(name) => {
                    let word = name.text().unwrap_or_default();
                    if !names.insert(word.to_owned()) {
                        let message = format!("`{word}` is given twice");
                        return Err(Problem::new(name.place, message));
                    }
                    entries.push((name, node));
                }
            },
        }
        Ok(())
    }
}
