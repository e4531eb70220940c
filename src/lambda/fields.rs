//! Reading an event key by key: unknown keys are told with the nearest known one, values of the
//! wrong sort with what they should be. `null` and the empty text are as good as absent: templates
//! leave them where nothing was chosen.

use super::error::Failure;
use crate::catalog::did_you_mean;
use serde_json::{Map, Value};

/// An object of the event.
pub(super) struct Fields<'a> {
    object: Option<&'a Map<String, Value>>,
    /// The object's own name, with a dot behind it; empty for the event itself.
    path: String,
}

impl<'a> Fields<'a> {
    /// The event, all of whose keys must be known.
    pub(super) fn of(event: &'a Value, known: &[&str]) -> Result<Fields<'a>, Failure> {
        let Value::Object(object) = event else {
            let sort = sort(event);
            return Err(Failure::event(format!(
                "the event must be a JSON object, and is {sort}"
            )));
        };
        let fields = Fields {
            object: Some(object),
            path: String::new(),
        };
        fields.all_known(known)?;
        Ok(fields)
    }

    /// The object below a key; an empty one if there is none.
    pub(super) fn object(&self, key: &str, known: &[&str]) -> Result<Fields<'a>, Failure> {
        let object = match self.get(key) {
            None => None,
            Some(Value::Object(object)) => Some(object),
            Some(other) => return Err(self.wrong(key, "an object", other)),
        };
        let path = format!("{}{key}.", self.path);
        let fields = Fields { object, path };
        fields.all_known(known)?;
        Ok(fields)
    }

    /// A text.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>, Failure> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(self.wrong(key, "a text", other)),
        }
    }

    /// A list of texts, or one text.
    pub(super) fn texts(&self, key: &str) -> Result<Option<Vec<String>>, Failure> {
        let list = match self.get(key) {
            None => return Ok(None),
            Some(Value::Array(list)) => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        let text = |value: &Value| match value {
            Value::String(text) if !text.is_empty() => Ok(text.clone()),
            other => Err(self.wrong(key, "a list of texts", other)),
        };
        list.iter().map(text).collect::<Result<_, _>>().map(Some)
    }

    /// True or false.
    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, Failure> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(self.wrong(key, "true or false", other)),
        }
    }

    /// The whole name of a key.
    pub(super) fn name(&self, key: &str) -> String {
        format!("{}{key}", self.path)
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        let value = self.object?.get(key);
        value.filter(|value| !value.is_null() && *value != "")
    }

    fn all_known(&self, known: &[&str]) -> Result<(), Failure> {
        for key in self.object.into_iter().flat_map(Map::keys) {
            if !known.contains(&key.as_str()) {
                let hint = did_you_mean(key, known.iter().copied());
                let hint = hint.unwrap_or_else(|| format!("known are {}", known.join(", ")));
                return Err(Failure::event(format!(
                    "the event has an unknown key `{}`; {hint}",
                    self.name(key)
                )));
            }
        }
        Ok(())
    }

    fn wrong(&self, key: &str, wanted: &str, is: &Value) -> Failure {
        let (name, is) = (self.name(key), sort(is));
        Failure::event(format!(
            "`{name}` of the event must be {wanted}, and is {is}"
        ))
    }
}

fn sort(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(text) if text.is_empty() => "an empty text",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
