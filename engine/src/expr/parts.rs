//! The parts of a condition, for showing which of them failed: the operands of `&&` and `||`, and
//! what is below `!`, down to what is no longer a condition made of conditions.

use super::engine::{Engine, Expression};

/// How the parts of a condition are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// `&&`: all must hold.
    All,
    /// `||`: one must hold.
    Any,
    /// `!`: the one part must not hold.
    Not,
}

/// A condition, or a part of one.
#[derive(Debug)]
pub struct Part {
    /// Its source.
    pub source: String,
    /// The same, compiled. A part is checked only within the whole, whose guards it may need:
    /// by itself it can give an error.
    pub expression: Expression,
    /// What it is made of, and how that is joined; none when it is not made of conditions.
    pub parts: Option<(Join, Vec<Part>)>,
}

impl Engine {
    /// Takes a condition apart that was compiled before; none when its source is not one.
    pub fn parts(&self, source: &str) -> Option<Part> {
        let source = source.trim();
        let expression = self.unchecked(source)?;
        let parts = split(source).and_then(|(join, sources)| {
            // A part that is no expression was not one in the first place.
            let parts: Option<Vec<Part>> = sources.into_iter().map(|p| self.parts(p)).collect();
            Some((join, parts?))
        });
        Some(Part {
            source: source.to_owned(),
            expression,
            parts,
        })
    }
}

/// The sources of the parts; none when there are none.
fn split(source: &str) -> Option<(Join, Vec<&str>)> {
    let inner = unwrapped(source);
    if inner.len() < source.len() {
        return split(inner);
    }
    if operator(source, "?").len() > 1 {
        return None;
    }
    for (sign, join) in [("||", Join::Any), ("&&", Join::All)] {
        let operands = operator(source, sign);
        if operands.len() > 1 {
            return Some((join, operands));
        }
    }
    // Only when the `!` is before all of the rest, as in `!(a && b)`.
    let rest = source.strip_prefix('!')?;
    let inner = unwrapped(rest);
    (inner.len() < rest.trim().len()).then(|| (Join::Not, vec![inner]))
}

/// The source without the brackets around all of it.
fn unwrapped(source: &str) -> &str {
    let source = source.trim();
    let Some(inner) = source.strip_prefix('(').and_then(|s| s.strip_suffix(')')) else {
        return source;
    };
    let mut least = 0;
    let mut depth = 0;
    for (_, c) in plain(inner) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        least = least.min(depth);
    }
    if least < 0 { source } else { unwrapped(inner) }
}

/// The operands of a sign that stands outside of all brackets and quotes.
fn operator<'s>(source: &'s str, sign: &str) -> Vec<&'s str> {
    let mut operands = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in plain(source) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ if depth == 0 && at >= start && source[at..].starts_with(sign) => {
                operands.push(source[start..at].trim());
                start = at + sign.len();
            }
            _ => {}
        }
    }
    operands.push(source[start..].trim());
    operands
}

/// The characters that are not in quotes, with their places.
fn plain(source: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    let mut escaped = false;
    source.char_indices().filter(move |(_, c)| {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if *c == '\\' => escaped = true,
            Some(open) if *c == open => quote = None,
            Some(_) => {}
            None if *c == '\'' || *c == '"' => quote = Some(*c),
            None => return true,
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts_of(source: &str) -> (Join, Vec<&str>) {
        split(source).unwrap()
    }

    #[test]
    fn conditions_are_taken_apart_at_their_outermost_signs() {
        assert_eq!(parts_of("a && b || c"), (Join::Any, vec!["a && b", "c"]));
        assert_eq!(
            parts_of("(a || b) && c"),
            (Join::All, vec!["(a || b)", "c"])
        );
        assert_eq!(parts_of("((a && b))"), (Join::All, vec!["a", "b"]));
        assert_eq!(parts_of("!(a && b)"), (Join::Not, vec!["a && b"]));
        let nested = "!a.all(x, x || y) && b";
        assert_eq!(parts_of(nested).1, ["!a.all(x, x || y)", "b"]);
    }

    #[test]
    fn what_is_no_condition_of_conditions_stays_whole() {
        for source in [
            "a.exists(x, x && y)",
            "a ? b && c : d",
            "!a",
            "'x && y' == z",
            r#"a == "b \" || c""#,
            "(a) == (b)",
        ] {
            assert!(split(source).is_none(), "{source}: {:?}", split(source));
        }
    }

    #[test]
    fn every_part_is_an_expression() {
        let engine = Engine::new();
        let part = engine.parts("!(a == 1 && (b || !c))").unwrap();
        let (join, inner) = part.parts.unwrap();
        assert_eq!(
            (join, inner[0].source.as_str()),
            (Join::Not, "a == 1 && (b || !c)")
        );
        let (_, and) = inner[0].parts.as_ref().unwrap();
        let (_, or) = and[1].parts.as_ref().unwrap();
        assert_eq!(or[1].source, "!c");
        assert!(engine.parts("a &&").is_none());
    }
}
