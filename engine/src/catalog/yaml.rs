//! YAML with places: a tree whose every node knows its line and column, so that each problem
//! of a check file can be shown where it is. Hostile files are refused by their size, depth
//! and number of nodes; aliases are refused altogether.

use super::problem::{Place, Problem};
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
pub(crate) struct Limits {
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
pub(crate) const SETTINGS: Limits = Limits {
    what: "a file of settings",
    bytes: MAX_SETTINGS_BYTES,
    nodes: 100_000,
};

/// The limits of a file that names accounts: an organization may have ten thousand.
pub(crate) const ACCOUNTS: Limits = Limits {
    what: "a file of accounts",
    bytes: MAX_SETTINGS_BYTES,
    nodes: 200_000,
};

/// A node of the tree.
#[derive(Clone, Debug)]
pub(crate) struct Yaml {
    pub(crate) place: Place,
    pub(crate) value: Value,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(crate) enum Value {
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
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether nothing stands here: `key:` with no value, `~` or `null`.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.value, Value::Scalar { .. }) && self.to_json().is_null()
    }

    /// The node as JSON: plain scalars become numbers, booleans and null as in YAML 1.2.
    pub(crate) fn to_json(&self) -> serde_json::Value {
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
    pub(crate) fn what(&self) -> &'static str {
        match &self.value {
            Value::Scalar { .. } => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The place of a character of a scalar's text in the file: the text's characters are
    /// counted along the file's lines.
    pub(crate) fn place_at(&self, offset: usize, source: &str) -> Place {
        let Value::Scalar { style, .. } = &self.value else {
            return self.place;
        };
        let found = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => self.in_block(offset, source),
            _ => self.in_flow(offset, source, *style),
        };
        found.unwrap_or(self.place)
    }

    /// In a scalar that begins where its key ends, with or without quotes: a line's end and the
    /// indent of the next are one space, each empty line between is a line's end.
    fn in_flow(&self, offset: usize, source: &str, style: ScalarStyle) -> Option<Place> {
        let mut left = offset;
        let mut lines = lines(source).enumerate().skip(self.place.line - 1);
        let (mut number, mut line) = lines.next()?;
        let quote = usize::from(style != ScalarStyle::Plain);
        let mut column = self.place.column - 1 + quote;
        loop {
            let text: Vec<char> = line.trim_end().chars().collect();
            let joined = style == ScalarStyle::DoubleQuoted && escapes_its_end(&text);
            let end = text.len() - usize::from(joined);
            while column < end && left > 0 {
                column += written(&text[column..], style);
                left -= 1;
            }
            if left == 0 && (column < end || !joined) {
                let column = column.min(end) + 1;
                let line = number + 1;
                return Some(Place { line, column });
            }
            let next = lines.next()?;
            // The first end before empty lines is not counted: they are as many ends themselves.
            let folded = joined || (!text.is_empty() && next.1.trim().is_empty());
            left -= usize::from(!folded);
            (number, line) = next;
            column = line.chars().take_while(|c| c.is_whitespace()).count();
        }
    }

    fn in_block(&self, offset: usize, source: &str) -> Option<Place> {
        let mut left = offset;
        let header = self.place.line.saturating_sub(1);
        let body = lines(source).enumerate().skip(header);
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
                return Some(Place {
                    line: number + 1,
                    column: indent + left + 1,
                });
            }
            left -= length + 1;
        }
        None
    }
}

/// Lines as YAML parts them: at `\n`, `\r\n` and `\r`.
fn lines(source: &str) -> impl Iterator<Item = &str> {
    let ends = source.split('\n');
    ends.flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// Whether a line between double quotes goes on in the next one without a space.
fn escapes_its_end(line: &[char]) -> bool {
    let escapes = line.iter().rev().take_while(|c| **c == '\\').count();
    escapes % 2 == 1
}

/// How many characters of a file the next character of a scalar's text takes.
fn written(rest: &[char], style: ScalarStyle) -> usize {
    match (style, rest) {
        (ScalarStyle::DoubleQuoted, ['\\', kind, ..]) => match kind {
            'x' => 4,
            'u' => 6,
            'U' => 10,
            _ => 2,
        },
        (ScalarStyle::SingleQuoted, ['\'', '\'', ..]) => 2,
        _ => 1,
    }
}

fn looks_like_number(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
        && text.ends_with(|last: char| last.is_ascii_digit())
}

/// Reads one document of the catalogue.
pub(crate) fn parse(source: &str) -> Result<Yaml, Problem> {
    parse_within(source, CHECK)?.ok_or_else(|| Problem::new(Place::START, "the file is empty"))
}

/// Reads one document; none when there is nothing in it.
pub(crate) fn parse_within(source: &str, limits: Limits) -> Result<Option<Yaml>, Problem> {
    if source.len() > limits.bytes {
        let size = source.len() / 1024;
        let message = format!(
            "{size} KiB long; {} has at most {} KiB",
            limits.what,
            limits.bytes / 1024
        );
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
                    style,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Each letter of a scalar's text is found where the file has it.
    #[test]
    fn a_letter_is_found_where_it_stands() {
        let sources = [
            "plain one",
            "plain\n  over\n\n\n  lines ",
            "\"over\n\n    lines, with \\\"quotes\\\" \\x41nd \\u00e9s\"",
            "\"without a \\\n    space \\\n    é\n  end\"",
            "'it''s\n  one''s own\n\n  word'",
            "|\n  a block\n  of lines",
            ">-\n  a folded\n  block",
        ];
        for source in sources {
            for (line_end, indent) in [("\n", ""), ("\r\n", " "), ("\r", "")] {
                let file = format!("key: {source}\nnext: 1").replace('\n', line_end);
                let file = format!("{indent}{file}").replace("next", &format!("{indent}next"));
                let Value::Map(entries) = parse(&file).unwrap().value else {
                    panic!("{file:?} is no mapping");
                };
                let node = &entries[0].1;
                let text: Vec<char> = node.text().unwrap().chars().collect();
                for (offset, letter) in text.iter().enumerate() {
                    if !letter.is_ascii_lowercase() {
                        continue;
                    }
                    let place = node.place_at(offset, &file);
                    let line = lines(&file).nth(place.line - 1).unwrap();
                    let there = line.chars().nth(place.column - 1);
                    assert_eq!(there, Some(*letter), "{offset} of {file:?}, at {place:?}");
                }
            }
        }
    }
}
