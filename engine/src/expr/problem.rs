//! What is wrong with an expression, in plain words.

use std::fmt;

/// One thing that is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where, in characters from the start of the source.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
    /// What may have been meant, or what to do.
    pub help: Option<String>,
}

impl Problem {
    pub(super) fn new(offset: usize, message: impl Into<String>) -> Problem {
        Problem {
            offset,
            message: message.into(),
            help: None,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.offset + 1, self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

/// The nearest of some names, whatever their case, if one is near.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    known
        .into_iter()
        .map(|k| (strsim::jaro_winkler(&lower, &k.to_lowercase()), k))
        .filter(|(score, _)| *score >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| k)
}

/// `did you mean …`, if a name is near.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, known).map(|near| format!("did you mean `{near}`?"))
}

/// The problems that the parser found, in our words. What follows from the first is left out: the
/// parser says it of the state that the first left it in.
pub(super) fn from_parser(source: &str, errors: &cel::ParseErrors) -> Vec<Problem> {
    let mut problems = Vec::new();
    for error in &errors.errors {
        let unreadable = error.msg.contains("token recognition error");
        if problems.is_empty() || unreadable {
            let offset = offset(source, error.pos);
            problems.push(reworded(source, offset, &error.msg));
        }
    }
    problems.dedup();
    problems
}

fn reworded(source: &str, offset: usize, message: &str) -> Problem {
    let message = message.trim_start_matches("Syntax error: ");
    if message.contains("Recursion limit") {
        let limit = super::engine::MAX_DEPTH;
        return Problem::new(offset, format!("nested deeper than {limit} levels"));
    }
    if let Some(word) = message.strip_prefix("reserved identifier: ") {
        let problem = Problem::new(offset, format!("`{word}` is a reserved word"));
        return match word {
            "if" | "else" => problem.help("a choice is written `condition ? this : that`"),
            _ => problem.help(format!(
                "as the name of a field, write it between backticks: x.`{word}`"
            )),
        };
    }
    if message.starts_with("unsupported syntax") {
        let problem = Problem::new(offset, "`?` cannot be used so");
        return problem.help("to ask whether AWS said \"none\", compare with `null`");
    }
    let quoted = |start: &str| {
        let rest = &message[message.find(start)? + start.len()..];
        let end = rest.find("' expecting").or_else(|| rest.rfind('\''))?;
        Some(&rest[..end])
    };
    if let Some(text) = quoted("token recognition error at: '") {
        return unreadable(offset, text);
    }
    if let Some((missing, at)) = quoted("missing '").and_then(|m| m.split_once("' at '")) {
        let message = match at {
            "<EOF>" => format!("`{missing}` is missing at the end"),
            at => format!("`{missing}` is missing before `{at}`"),
        };
        return Problem::new(offset, message);
    }
    match quoted("input '") {
        Some("<EOF>") => Problem::new(offset, "the expression ends too early"),
        Some(token) => {
            let problem = Problem::new(offset, format!("`{token}` is not expected here"));
            let before: String = source.chars().take(offset).collect();
            match (before.split_whitespace().last(), token) {
                (_, "and") => problem.help("use `&&`"),
                (_, "or") => problem.help("use `||`"),
                (_, "is") => problem.help("use `==`"),
                (_, "not") | (Some("not"), _) => problem.help("use `!`"),
                _ => problem,
            }
        }
        None => Problem::new(offset, message),
    }
}

/// Characters that no word of the language is made of.
fn unreadable(offset: usize, text: &str) -> Problem {
    let text = text.trim();
    match text.chars().next() {
        Some('=') => Problem::new(offset, "`=` is not an operator").help("to compare, use `==`"),
        Some('&') => Problem::new(offset, "`&` is not an operator").help("use `&&`"),
        Some('|') => Problem::new(offset, "`|` is not an operator").help("use `||`"),
        Some('"' | '\'') => Problem::new(offset, "the text is not closed"),
        Some(quote @ ('“' | '”' | '‘' | '’')) => {
            Problem::new(offset, format!("`{quote}` does not quote")).help("use `'` or `\"`")
        }
        _ => Problem::new(offset, format!("`{text}` is not expected here")),
    }
}

/// From a line and a column, both from 1, to a number of characters.
fn offset(source: &str, (line, column): (isize, isize)) -> usize {
    let before = usize::try_from(line - 1).unwrap_or_default();
    let start: usize = source
        .split_inclusive('\n')
        .take(before)
        .map(|l| l.chars().count())
        .sum();
    let offset = start + usize::try_from(column - 1).unwrap_or_default();
    offset.min(source.chars().count())
}

/// For each byte of the source (and its end), the number of characters before it.
pub(super) fn offsets(source: &str) -> Vec<usize> {
    let mut offsets = Vec::with_capacity(source.len() + 1);
    for (count, c) in source.chars().enumerate() {
        offsets.extend(std::iter::repeat_n(count, c.len_utf8()));
    }
    offsets.push(source.chars().count());
    offsets
}
