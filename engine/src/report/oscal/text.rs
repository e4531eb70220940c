//! Texts as OSCAL's data types want them: lines for `string`, prose for `markup-line` and
//! `markup-multiline`, which are Markdown. What comes from an account may hold anything.

use super::model::Prop;

/// The namespace of the properties that are ours. A name under `.invalid` (RFC 2606) belongs to
/// nobody: it identifies, and leads nowhere.
pub(super) const NS: &str = "https://waterline.invalid/ns/oscal";

/// One line without blanks at its ends and without characters that XML cannot hold, since OSCAL
/// has the same content in XML. May be empty.
pub(super) fn line(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
            '\u{feff}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect();
    clean.trim().to_owned()
}

/// A line of Markdown that says just this text: what would be markup is escaped.
pub(super) fn prose(text: &str) -> String {
    let text = line(text);
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let inside = |c: char| c.is_alphanumeric();
        let markup = match c {
            '\\' | '`' | '*' | '~' | '^' | '<' | '[' | '{' | '&' => true,
            // Within a word it is only itself.
            '_' => !inside(before) || !rest.peek().copied().is_some_and(inside),
            '#' | '>' | '-' | '+' | '=' => out.is_empty(),
            _ => false,
        };
        if markup {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

/// Prose that is never empty.
pub(super) fn prose_or(text: &str, otherwise: &str) -> String {
    let text = prose(text);
    if text.is_empty() {
        prose(otherwise)
    } else {
        text
    }
}

/// A property of ours; none when it would be empty.
pub(super) fn prop(name: &'static str, value: &str) -> Option<Prop> {
    let value = line(value);
    (!value.is_empty()).then_some(Prop {
        name,
        ns: Some(NS),
        value,
    })
}

/// A property that OSCAL defines.
pub(super) fn standard(name: &'static str, value: &str) -> Option<Prop> {
    prop(name, value).map(|prop| Prop { ns: None, ..prop })
}

/// Those that are there.
pub(super) fn props<const N: usize>(props: [Option<Prop>; N]) -> Vec<Prop> {
    props.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_markup_is_text() {
        for (text, expected) in [
            ("a_b _c_", "a_b \\_c\\_"),
            ("arn:aws:iam::*:role/x", "arn:aws:iam::\\*:role/x"),
            ("# <b>x</b>\n[a](b)", "\\# \\<b>x\\</b> \\[a](b)"),
            ("- a - b", "\\- a - b"),
            (" \u{1}a\u{fffe} ", "\u{fffd}a\u{fffd}"),
        ] {
            assert_eq!(prose(text), expected);
        }
        assert!(prop("a", " \n").is_none());
        assert_eq!(prose_or("\t", "none"), "none");
    }
}
