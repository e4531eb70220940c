//! Values as CBOR, for the smithy-rpc-v2-cbor protocol, both ways.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ciborium::Value as Cbor;
use serde_json::{Map, Number, Value};

use super::time::Moment;
use crate::model::{Bound, Kind, Service};

/// CBOR's tag for seconds since 1970.
const EPOCH_TAG: u64 = 1;

/// Values may be nested this deep; deeper input is refused.
const MAX_DEPTH: usize = 64;

/// A value as CBOR.
pub(crate) fn write(service: &Service, bound: Bound<'_>, value: &Value) -> Cbor {
    match (bound.kind(), value) {
        (Kind::Structure, Value::Object(_)) => {
            let members = bound.shape.members.iter().filter_map(|(member, at)| {
                let value = value.get(member).filter(|v| !v.is_null())?;
                Some((
                    Cbor::from(member.as_str()),
                    write(service, service.resolve(at), value),
                ))
            });
            Cbor::Map(members.collect())
        }
        (Kind::List, Value::Array(items)) => match &bound.shape.member {
            Some(at) => {
                let inner = service.resolve(at);
                Cbor::Array(
                    items
                        .iter()
                        .map(|item| write(service, inner, item))
                        .collect(),
                )
            }
            None => Cbor::Null,
        },
        (Kind::Map, Value::Object(entries)) => match &bound.shape.value {
            Some(at) => {
                let inner = service.resolve(at);
                let entries = entries.iter();
                Cbor::Map(
                    entries
                        .map(|(k, v)| (Cbor::from(k.as_str()), write(service, inner, v)))
                        .collect(),
                )
            }
            None => Cbor::Null,
        },
        (Kind::Timestamp, _) => Moment::read(value).map_or(Cbor::Null, |m| {
            Cbor::Tag(EPOCH_TAG, Box::new(simple(&m.number())))
        }),
        (Kind::Blob, Value::String(text)) => BASE64
            .decode(text)
            .map_or_else(|_| Cbor::from(text.as_str()), Cbor::Bytes),
        (Kind::Float | Kind::Double, Value::Number(number)) => {
            number.as_f64().map_or(Cbor::Null, Cbor::Float)
        }
        _ => simple(value),
    }
}

fn simple(value: &Value) -> Cbor {
    match value {
        Value::Null => Cbor::Null,
        Value::Bool(flag) => Cbor::Bool(*flag),
        Value::Number(number) => number
            .as_i64()
            .map(Cbor::from)
            .or_else(|| number.as_u64().map(Cbor::from))
            .or_else(|| number.as_f64().map(Cbor::Float))
            .unwrap_or(Cbor::Null),
        Value::String(text) => Cbor::from(text.as_str()),
        Value::Array(_) | Value::Object(_) => Cbor::from(value.to_string()),
    }
}

/// The bytes of a value.
pub(crate) fn bytes(value: &Cbor) -> Vec<u8> {
    let mut out = Vec::new();
    // Writing to memory does not fail.
    let _ = ciborium::into_writer(value, &mut out);
    out
}

/// Reads a request's body: members are spelt as in the model, so no shape is needed.
pub(crate) fn read(body: &[u8]) -> Option<Value> {
    let value: Cbor = ciborium::de::from_reader_with_recursion_limit(body, MAX_DEPTH).ok()?;
    Some(plain(value))
}

fn plain(value: Cbor) -> Value {
    match value {
        Cbor::Bool(flag) => flag.into(),
        Cbor::Integer(number) => i64::try_from(number).map_or_else(|_| Value::Null, Value::from),
        Cbor::Float(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
        Cbor::Text(text) => text.into(),
        Cbor::Bytes(bytes) => BASE64.encode(bytes).into(),
        Cbor::Array(items) => items.into_iter().map(plain).collect(),
        Cbor::Map(entries) => {
            let entries = entries.into_iter().filter_map(|(key, value)| {
                let value = plain(value);
                (!value.is_null()).then_some((key.into_text().ok()?, value))
            });
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Cbor::Tag(_, inner) => plain(*inner),
        _ => Value::Null,
    }
}
