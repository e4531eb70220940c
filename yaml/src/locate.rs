//! Where a character of a value stands in the file.

use crate::problem::Place;
use crate::tree::{Style, Value, Yaml};

impl Yaml {
    /// The place of a character of a scalar's text in the file: the text's characters are
    /// counted along the file's lines.
    pub fn place_at(&self, offset: usize, source: &str) -> Place {
        let Value::Scalar { style, .. } = &self.value else {
            return self.place;
        };
        let found = match style {
            Style::Literal | Style::Folded => self.in_block(offset, source),
            _ => self.in_flow(offset, source, *style),
        };
        found.unwrap_or(self.place)
    }

    /// In a scalar that begins where its key ends, with or without quotes: a line's end and the
    /// indent of the next are one space, each empty line between is a line's end.
    fn in_flow(&self, offset: usize, source: &str, style: Style) -> Option<Place> {
        let mut left = offset;
        let mut lines = lines(source).enumerate().skip(self.place.line - 1);
        let (mut number, mut line) = lines.next()?;
        let quote = usize::from(style != Style::Plain);
        let mut column = self.place.column - 1 + quote;
        loop {
            let text: Vec<char> = line.trim_end().chars().collect();
            let joined = style == Style::DoubleQuoted && escapes_its_end(&text);
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
fn written(rest: &[char], style: Style) -> usize {
    match (style, rest) {
        (Style::DoubleQuoted, ['\\', kind, ..]) => match kind {
            'x' => 4,
            'u' => 6,
            'U' => 10,
            _ => 2,
        },
        (Style::SingleQuoted, ['\'', '\'', ..]) => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

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
