//! Adding an exception to a file that people wrote: their comments, their order and their layout
//! stay. What comes out is read again, and must be what was there and the exception, else nothing
//! is changed.

use super::Exception;
use serde_json::{Value as Json, json};
use std::fmt::Write as _;
use waterline_yaml::{self as yaml, Value, Yaml};

/// The text with one more exception at the end of `exceptions`.
///
/// # Errors
/// In words, when the text is not YAML, or when it is laid out so that nothing can be added safely.
pub fn append(text: &str, exception: &Exception) -> Result<String, String> {
    let read = |text: &str| {
        yaml::parse_within(text.trim_start_matches('\u{feff}'), yaml::SETTINGS)
            .map_err(|problem| format!("line {}: {}", problem.place.line, problem.message))
    };
    let root = read(text)?;
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (at, indent, key) = place(root.as_ref(), &mut lines)?;
    let mut new = Vec::new();
    if let Some(key) = key {
        if at == lines.len() && lines.last().is_some_and(|line| !line.trim().is_empty()) {
            new.push(String::new());
        }
        new.push(key);
    }
    new.extend(write(exception, indent));
    lines.splice(at..at, new);
    let mut out = lines.join(newline);
    out.push_str(newline);
    // The proof that nothing else was changed.
    let mut expected = root.map_or_else(|| json!({}), |root| root.to_json());
    if let Some(root) = expected.as_object_mut() {
        let list = root.entry("exceptions").or_insert(Json::Null);
        if list.is_null() {
            *list = json!([]);
        }
        if let Some(list) = list.as_array_mut() {
            list.push(as_json(exception));
        }
    }
    let got = read(&out)?.map_or(Json::Null, |root| root.to_json());
    if got != expected {
        return Err(refusal());
    }
    Ok(out)
}

fn refusal() -> String {
    "the exceptions are laid out so that none can be added safely; write them as a list, each \
beginning with `- ` on a line of its own"
        .to_owned()
}

/// Before which line the exception goes, how far its dash is indented, and the line of the key
/// where there is none yet.
fn place(
    root: Option<&Yaml>,
    lines: &mut [String],
) -> Result<(usize, usize, Option<String>), String> {
    let key = || Some("exceptions:".to_owned());
    let Some(root) = root else {
        return Ok((lines.len(), 2, key()));
    };
    let Value::Map(entries) = &root.value else {
        return Err("it is not a mapping".to_owned());
    };
    let entry = entries
        .iter()
        .position(|(key, _)| key.text() == Some("exceptions"));
    let Some(entry) = entry else {
        return Ok((lines.len(), 2, key()));
    };
    let (name, node) = entries.get(entry).ok_or_else(refusal)?;
    let own = name.place.line.saturating_sub(1);
    match &node.value {
        Value::List(items) if !items.is_empty() => {
            let first = items.first().ok_or_else(refusal)?.place.line;
            // The dash stands before the first item, on its line or above.
            let dash = lines
                .get(own + 1..first)
                .and_then(|lines| {
                    lines
                        .iter()
                        .rfind(|line| line.trim_start().starts_with('-'))
                })
                .map(|line| line.len() - line.trim_start().len())
                .ok_or_else(refusal)?;
            let next = entries.get(entry + 1);
            let end = next.map_or(lines.len(), |(key, _)| key.place.line.saturating_sub(1));
            // What the list ends with may be followed by empty lines and by the comment of what
            // comes next.
            let belongs = |line: &String| {
                let indent = line.len() - line.trim_start().len();
                let comment = line.trim_start().starts_with('#');
                !line.trim().is_empty() && (!comment || indent > dash) && line.trim() != "..."
            };
            let last = lines
                .get(..end)
                .and_then(|lines| lines.iter().rposition(belongs));
            Ok((last.ok_or_else(refusal)? + 1, dash, None))
        }
        // `exceptions:` alone.
        _ if node.is_null() => Ok((own + 1, 2, None)),
        Value::List(_) => {
            let line = lines.get_mut(own).ok_or_else(refusal)?;
            *line = line.replacen("[]", "", 1).trim_end().to_owned();
            Ok((own + 1, 2, None))
        }
        _ => Err(refusal()),
    }
}

/// The lines of an exception.
fn write(exception: &Exception, indent: usize) -> Vec<String> {
    let space = " ".repeat(indent);
    let fields = fields(exception).into_iter().enumerate();
    fields
        .map(|(number, (key, value))| {
            let dash = if number == 0 { "- " } else { "  " };
            let mut line = format!("{space}{dash}{key}: ");
            match value {
                Json::Array(items) => {
                    let items: Vec<String> = items.iter().map(scalar).collect();
                    // Writing to a String does not fail.
                    let _ = write!(line, "[{}]", items.join(", "));
                }
                value => line.push_str(&scalar(&value)),
            }
            line
        })
        .collect()
}

/// The keys that are given, with one value or a list of them, in the order of the documentation.
fn fields(exception: &Exception) -> Vec<(&'static str, Json)> {
    let some = |texts: Vec<String>| match texts.len() {
        0 => None,
        1 => texts.into_iter().next().map(Json::from),
        _ => Some(Json::from(texts)),
    };
    let scope = &exception.scope;
    let tags = scope.tags.iter().map(ToString::to_string).collect();
    let derived = Exception::derived_id(&exception.checks, scope, exception.value.as_deref());
    let id = Some(exception.id.clone()).filter(|id| *id != derived);
    [
        ("id", id.map(Json::from)),
        ("check", some(exception.checks.clone())),
        ("account", some(scope.accounts.clone())),
        ("region", some(scope.regions.clone())),
        ("arn", some(scope.arns.clone())),
        ("tag", some(tags)),
        ("owner", Some(exception.owner.clone().into())),
        ("reason", Some(exception.reason.clone().into())),
        ("expires", Some(exception.expires.to_string().into())),
        ("value", exception.value.clone().map(Json::from)),
        ("ticket", exception.ticket.clone().map(Json::from)),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key, value?)))
    .collect()
}

fn as_json(exception: &Exception) -> Json {
    fields(exception)
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// A text as YAML reads it back: plain where that is certain, else in double quotes, whose escapes
/// are JSON's.
fn scalar(value: &Json) -> String {
    let text = value.as_str().unwrap_or_default();
    let first = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let date = text.len() == 10 && text.starts_with("20") && text.contains('-');
    let plain = |c: char| c.is_ascii_alphanumeric() || " -_./".contains(c);
    let colons = text.chars().all(|c| plain(c) || c == ':') && !text.contains(": ");
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let word = words.contains(&text.to_ascii_lowercase().as_str());
    let trimmed = text.trim() == text && !text.ends_with(':');
    if (first || date) && colons && trimmed && !word {
        return text.to_owned();
    }
    value.to_string()
}
