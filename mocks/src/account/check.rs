//! Comparing an account's replies with the service models, so that a misspelt member is found
//! when it is written and not when a client fails to see it.

use serde_json::Value;

use super::Reply;
use crate::model::{self, Kind, Ref, Service};
use crate::protocol::time::Moment;

/// What is wrong with a reply to `service:Operation`.
pub(super) fn reply(key: &str, reply: &Reply) -> Vec<String> {
    let Reply::Output(output) = reply else {
        return Vec::new();
    };
    with_shape(key, |operation| operation.output.as_ref(), output)
}

/// What is wrong with the input of an entry.
pub(super) fn input(key: &str, input: Option<&Value>) -> Vec<String> {
    let Some(input) = input else {
        return Vec::new();
    };
    with_shape(key, |operation| operation.input.as_ref(), input)
}

fn with_shape(
    key: &str,
    which: impl Fn(&model::Operation) -> Option<&Ref>,
    value: &Value,
) -> Vec<String> {
    let (service, operation) = key.split_once(':').unwrap_or((key, ""));
    let Some(service) = model::by_name(service) else {
        return vec![format!("the service {service} is not served")];
    };
    let Some(operation) = service.operations.get(operation) else {
        return vec![format!("{key} is not served; see models/operations.txt")];
    };
    let mut problems = Vec::new();
    match which(operation) {
        Some(at) => Checker {
            service: &service,
            problems: &mut problems,
        }
        .value(at, value, ""),
        None if value.as_object().is_some_and(|o| !o.is_empty()) => {
            problems.push("the model has no members here".to_owned());
        }
        None => {}
    }
    problems
}

struct Checker<'a> {
    service: &'a Service,
    problems: &'a mut Vec<String>,
}

impl Checker<'_> {
    fn value(&mut self, at: &Ref, value: &Value, path: &str) {
        let shape = self.service.shape(&at.shape);
        if value.is_null() || shape.document {
            return;
        }
        match (shape.kind, value) {
            (Kind::Structure, Value::Object(fields)) => {
                for (name, value) in fields {
                    let inner = format!("{path}.{name}");
                    match shape.members.get(name) {
                        Some(at) => self.value(at, value, &inner),
                        // boto3 adds this to every reply.
                        None if name == "ResponseMetadata" && path.is_empty() => {}
                        None => self.say(&inner, "the model has no such member"),
                    }
                }
            }
            (Kind::List, Value::Array(items)) => {
                for (i, item) in items.iter().enumerate() {
                    if let Some(at) = &shape.member {
                        self.value(at, item, &format!("{path}[{i}]"));
                    }
                }
            }
            (Kind::Map, Value::Object(entries)) => {
                for (key, value) in entries {
                    if let Some(at) = &shape.value {
                        self.value(at, value, &format!("{path}.{key}"));
                    }
                }
            }
            (Kind::Timestamp, _) => {
                if Moment::read(value).is_none() {
                    self.say(path, "is not a time");
                }
            }
            // A document may be spelt as the object that it holds.
            (Kind::String, Value::String(_) | Value::Object(_) | Value::Array(_))
            | (Kind::Character | Kind::Blob, Value::String(_))
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Float | Kind::Double, Value::Number(_)) => {}
            (Kind::Integer | Kind::Long, Value::Number(n)) if n.is_i64() || n.is_u64() => {}
            (kind, _) => self.say(path, &format!("is not a {kind:?}")),
        }
    }

    fn say(&mut self, path: &str, what: &str) {
        let path = path.strip_prefix('.').unwrap_or(path);
        self.problems.push(format!("{path}: {what}"));
    }
}
