//! Filter patterns of CloudWatch Logs: parsed, and tried on an event.
//!
//! The syntax is that of AWS's guide, "Filter pattern syntax for metric filters, subscription
//! filters, filter log events, and Live Tail". Three things in it are easily got wrong: a
//! comparison with a field that is not there never matches, not even `!=`; `*` is a wildcard
//! at the beginning and at the end of a value, and itself in the middle; `&&` binds before
//! `||`.

mod parse;

use regex::Regex;
use serde_json::Value;

/// A pattern.
#[derive(Debug)]
pub(super) enum Pattern {
    /// The empty pattern: every event.
    Everything,
    /// `{ … }`: a condition on the fields of an event in JSON.
    Fields(Condition),
    /// Words of the event's text.
    Terms {
        /// All of these.
        all: Vec<String>,
        /// One of these, unless there are some of `all`.
        any: Vec<String>,
        /// None of these.
        none: Vec<String>,
    },
    /// `%…%`: a regular expression over the event's text.
    Text(Regex),
    /// `[ … ]`: columns of an event that is no JSON.
    Columns,
}

/// A condition on the fields of an event.
#[derive(Debug)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Field(Vec<Step>, Test),
}

/// A step from an object or a list to what is in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
    /// `*`: any of them.
    Every,
}

/// What is asked of a field.
#[derive(Debug)]
pub(super) enum Test {
    Is(Text),
    IsNot(Text),
    Less(f64),
    LessOrEqual(f64),
    Greater(f64),
    GreaterOrEqual(f64),
    Null,
    Bool(bool),
    Missing,
}

/// What a text is compared with.
#[derive(Debug)]
pub(super) enum Text {
    /// A text, with what of it is fixed.
    Plain {
        text: String,
        any_start: bool,
        any_end: bool,
    },
    Regex(Regex),
}

impl Pattern {
    /// Whether an event matches.
    pub(super) fn matches(&self, event: &Value) -> bool {
        match self {
            Pattern::Everything => true,
            Pattern::Fields(condition) => condition.holds(event),
            Pattern::Columns => false,
            Pattern::Text(regex) => regex.is_match(&event.to_string()),
            Pattern::Terms { all, any, none } => {
                let text = event.to_string();
                let has = |term: &String| text.contains(term.as_str());
                !none.iter().any(has)
                    && all.iter().all(has)
                    && (!all.is_empty() || any.is_empty() || any.iter().any(has))
            }
        }
    }
}

impl Condition {
    fn holds(&self, event: &Value) -> bool {
        match self {
            Condition::All(parts) => parts.iter().all(|part| part.holds(event)),
            Condition::Any(parts) => parts.iter().any(|part| part.holds(event)),
            Condition::Field(steps, test) => {
                let mut found = Vec::new();
                walk(event, steps, &mut found);
                match test {
                    Test::Missing => found.is_empty(),
                    test => found.iter().any(|value| test.holds(value)),
                }
            }
        }
    }
}

fn walk<'e>(value: &'e Value, steps: &[Step], found: &mut Vec<&'e Value>) {
    let Some((step, rest)) = steps.split_first() else {
        found.push(value);
        return;
    };
    match (step, value) {
        (Step::Key(key), Value::Object(fields)) => {
            if let Some(inner) = fields.get(key) {
                walk(inner, rest, found);
            }
        }
        (Step::Index(index), Value::Array(items)) => {
            if let Some(inner) = items.get(*index) {
                walk(inner, rest, found);
            }
        }
        (Step::Every, Value::Array(items)) => {
            items.iter().for_each(|inner| walk(inner, rest, found));
        }
        (Step::Every, Value::Object(fields)) => {
            fields.values().for_each(|inner| walk(inner, rest, found));
        }
        _ => {}
    }
}

impl Test {
    /// Whether a field that is there meets the test.
    fn holds(&self, value: &Value) -> bool {
        let number = |compare: fn(&f64, &f64) -> bool, limit: &f64| {
            value.as_f64().is_some_and(|value| compare(&value, limit))
        };
        match self {
            Test::Is(text) => text.equals(value) == Some(true),
            Test::IsNot(text) => text.equals(value) == Some(false),
            Test::Less(limit) => number(f64::lt, limit),
            Test::LessOrEqual(limit) => number(f64::le, limit),
            Test::Greater(limit) => number(f64::gt, limit),
            Test::GreaterOrEqual(limit) => number(f64::ge, limit),
            Test::Null => value.is_null(),
            Test::Bool(wanted) => value.as_bool() == Some(*wanted),
            Test::Missing => false,
        }
    }
}

impl Text {
    /// A text as it stands in a pattern, its wildcards taken off.
    fn plain(text: &str) -> Text {
        let (any_start, text) = match text.strip_prefix('*') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (any_end, text) = match text.strip_suffix('*') {
            Some(rest) => (true, rest),
            // A single star was taken off as the first one.
            None => (any_start && text.is_empty(), text),
        };
        Text::Plain {
            text: text.to_owned(),
            any_start,
            any_end,
        }
    }

    /// Whether a value is this text; none for what is no text and no number: AWS says that
    /// then neither `=` nor `!=` matches.
    fn equals(&self, value: &Value) -> Option<bool> {
        let shown = match value {
            Value::String(shown) => shown.clone(),
            Value::Number(number) => {
                if let (Text::Plain { text, .. }, Some(number)) = (self, number.as_f64())
                    && let Ok(wanted) = text.parse::<f64>()
                {
                    return Some(wanted == number);
                }
                number.to_string()
            }
            _ => return None,
        };
        Some(match self {
            Text::Regex(regex) => regex.is_match(&shown),
            Text::Plain {
                text,
                any_start,
                any_end,
            } => match (any_start, any_end) {
                (false, false) => shown == *text,
                (true, false) => shown.ends_with(text),
                (false, true) => shown.starts_with(text),
                (true, true) => shown.contains(text),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn matches(pattern: &str, event: &Value) -> bool {
        Pattern::parse(pattern).unwrap().matches(event)
    }

    /// The examples of AWS's guide.
    #[test]
    fn matches_as_the_guide_says() {
        let event = json!({
            "eventType": "UpdateTrail",
            "sourceIPAddress": "111.111.111.111",
            "arrayKey": ["value", "another value"],
            "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
            "SomeObject": null,
            "ThisFlag": true,
        });
        for pattern in [
            r#"{ $.eventType = "UpdateTrail" }"#,
            "{ $.sourceIPAddress != 123.123.* }",
            r#"{ $.arrayKey[0] = "value" }"#,
            "{ $.objectList[1].id = 2 }",
            "{ $.SomeObject IS NULL }",
            "{ $.SomeOtherObject NOT EXISTS }",
            "{ $.ThisFlag IS TRUE }",
            "{ $.eventType = %Trail% }",
            "{ $.arrayKey[*] = value }",
            r#"{ $.["eventType"] = "UpdateTrail" }"#,
            "",
        ] {
            assert!(matches(pattern, &event), "{pattern}");
        }
        let event = json!({
            "user": {"id": 1, "email": "John.Stiles@example.com"},
            "users": [
                {"id": 2, "email": "John.Doe@example.com"},
                {"id": 3, "email": "Jane.Doe@example.com"},
            ],
            "actions": ["GET", "PUT", "DELETE"],
            "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
        });
        for (pattern, expected) in [
            (
                r#"{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }"#,
                true,
            ),
            (
                r#"{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }"#,
                false,
            ),
            (
                r#"{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }"#,
                true,
            ),
            (
                r#"{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch }"#,
                false,
            ),
            ("{ $.users = 1 }", false),
            ("{ $.users != 1 }", false),
            ("{ $.user.id < 10e3 }", true),
            ("{ $.user.id >= +1.0 }", true),
        ] {
            assert_eq!(matches(pattern, &event), expected, "{pattern}");
        }
    }

    #[test]
    fn layout_and_quotes_do_not_matter() {
        let event = json!({"eventName": "DeleteTrail"});
        for pattern in [
            "{$.eventName=DeleteTrail}",
            "  {  ( ( $.eventName   =   \"DeleteTrail\" ) )  }  ",
            "{($.eventName=CreateTrail)||($.eventName=DeleteTrail)}",
            "{ ($.eventName = \"Delete*\") && ($.errorCode NOT EXISTS) }",
            "{\n  $.eventName = *Trail\n}",
        ] {
            assert!(matches(pattern, &event), "{pattern}");
        }
    }

    #[test]
    fn a_missing_field_is_neither_equal_nor_different() {
        let event = json!({"a": null});
        for pattern in [
            "{ $.b = x }",
            "{ $.b != x }",
            "{ $.a != x }",
            "{ $.b IS NULL }",
        ] {
            assert!(!matches(pattern, &event), "{pattern}");
        }
        assert!(matches("{ ($.b != x) || ($.b NOT EXISTS) }", &event));
    }

    #[test]
    fn a_star_in_the_middle_is_a_star() {
        assert!(!matches("{ $.a = \"Ev*ent\" }", &json!({"a": "Event"})));
        assert!(matches("{ $.a = \"Ev*ent\" }", &json!({"a": "Ev*ent"})));
        assert!(matches("{ $.a = * }", &json!({"a": 12})));
    }

    #[test]
    fn words_are_looked_for_in_the_text() {
        let event = json!({"eventName": "DeleteTrail", "by": "root"});
        for (pattern, expected) in [
            ("DeleteTrail", true),
            ("DeleteTrail root", true),
            ("DeleteTrail -root", false),
            ("?StopLogging ?DeleteTrail", true),
            ("?StopLogging ?CreateTrail", false),
            ("\"eventName\\\":\\\"DeleteTrail\"", true),
            ("%(?:)Delete[A-Z]%", true),
            ("[a, b, ...]", false),
        ] {
            assert_eq!(matches(pattern, &event), expected, "{pattern}");
        }
    }

    #[test]
    fn nonsense_is_told_apart_from_no_match() {
        for pattern in [
            "{ $.a }",
            "{ $.a = }",
            "{ $.a = \"x }",
            "{ ($.a = x }",
            "{ a = x }",
            "{ $.a = x ) }",
            "{ $.a == x }",
            "{ $.a = %[% }",
            "{ $.a < x }",
            "{ $.a[x] = 1 }",
            "{",
        ] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}
