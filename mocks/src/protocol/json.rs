//! Values as JSON, for the json and rest-json protocols, both ways.

use serde_json::{Map, Value};

use super::time::Moment;
use crate::model::{Bound, Kind, Ref, Service};

/// A value in the form on the wire.
pub(crate) fn write(service: &Service, bound: Bound<'_>, value: &Value) -> Value {
    if bound.shape.document {
        return value.clone();
    }
    match (bound.kind(), value) {
        (Kind::Structure, Value::Object(_)) => Value::Object(members(service, bound, value)),
        (Kind::List, Value::Array(items)) => match &bound.shape.member {
            Some(member) => {
                let inner = service.resolve(member);
                items
                    .iter()
                    .map(|item| write(service, inner, item))
                    .collect()
            }
            None => value.clone(),
        },
        (Kind::Map, Value::Object(entries)) => match &bound.shape.value {
            Some(at) => {
                let inner = service.resolve(at);
                entries
                    .iter()
                    .map(|(k, v)| (k.clone(), write(service, inner, v)))
                    .collect()
            }
            None => value.clone(),
        },
        (Kind::Timestamp, _) => match (Moment::read(value), bound.timestamp_format()) {
            (Some(moment), Some("iso8601")) => moment.iso().into(),
            (Some(moment), Some("rfc822")) => moment.http_date().into(),
            (Some(moment), _) => moment.number(),
            (None, _) => value.clone(),
        },
        // A document that the file spells as an object is text on the wire.
        (Kind::String, Value::Object(_) | Value::Array(_)) => value.to_string().into(),
        _ => value.clone(),
    }
}

/// The members of a structure that go into the body.
pub(crate) fn members(service: &Service, bound: Bound<'_>, value: &Value) -> Map<String, Value> {
    let mut out = Map::new();
    for (member, at) in &bound.shape.members {
        if at.location.is_some() {
            continue;
        }
        if let Some(value) = value.get(member).filter(|v| !v.is_null()) {
            let inner = service.resolve(at);
            out.insert(
                wire_name(member, at).to_owned(),
                write(service, inner, value),
            );
        }
    }
    out
}

/// A value from the wire, its members in the model's words.
pub(crate) fn read(service: &Service, bound: Bound<'_>, value: Value) -> Value {
    if bound.shape.document {
        return value;
    }
    match (bound.kind(), value) {
        (Kind::Structure, Value::Object(mut fields)) => {
            let mut out = Map::new();
            for (member, at) in &bound.shape.members {
                let found = fields
                    .remove(wire_name(member, at))
                    .filter(|v| !v.is_null());
                if let Some(value) = found {
                    out.insert(member.clone(), read(service, service.resolve(at), value));
                }
            }
            Value::Object(out)
        }
        (Kind::List, Value::Array(items)) => match &bound.shape.member {
            Some(at) => {
                let inner = service.resolve(at);
                items
                    .into_iter()
                    .map(|item| read(service, inner, item))
                    .collect()
            }
            None => items.into(),
        },
        (Kind::Map, Value::Object(entries)) => match &bound.shape.value {
            Some(at) => {
                let inner = service.resolve(at);
                entries
                    .into_iter()
                    .map(|(k, v)| (k, read(service, inner, v)))
                    .collect()
            }
            None => entries.into(),
        },
        (_, value) => value,
    }
}

fn wire_name<'a>(member: &'a str, at: &'a Ref) -> &'a str {
    at.location_name.as_deref().unwrap_or(member)
}
