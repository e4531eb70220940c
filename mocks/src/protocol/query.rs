//! Reading requests of the ec2 and query protocols: a form, its nesting spelt in its keys.

use std::collections::BTreeMap;
use std::ops::Bound;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Number, Value};

use crate::model::{Bound as Shaped, Kind, Protocol, Ref, Service};

/// The fields of a form.
pub(crate) type Form = BTreeMap<String, String>;

/// Reads `a=b&c=d`.
pub(crate) fn form(text: &str) -> Form {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(decode_pair)
        .collect()
}

fn decode_pair(pair: &str) -> (String, String) {
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    (decode(key), decode(value))
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// The value of a shape whose fields start with `prefix`; `None` if there are none.
pub(crate) fn read(
    service: &Service,
    protocol: Protocol,
    bound: Shaped<'_>,
    form: &Form,
    prefix: &str,
) -> Option<Value> {
    let reader = Reader {
        service,
        protocol,
        form,
    };
    reader.value(bound, prefix)
}

struct Reader<'a> {
    service: &'a Service,
    protocol: Protocol,
    form: &'a Form,
}

impl Reader<'_> {
    /// Descends only where the form has a field, so that shapes within themselves end.
    fn value(&self, bound: Shaped<'_>, prefix: &str) -> Option<Value> {
        if !prefix.is_empty() && !self.any(prefix) {
            return None;
        }
        match bound.kind() {
            Kind::Structure => self.structure(bound, prefix),
            Kind::List => self.list(bound, prefix),
            Kind::Map => self.map(bound, prefix),
            kind => self.form.get(prefix).map(|text| typed(kind, text)),
        }
    }

    /// Whether a field's key starts with the prefix.
    fn any(&self, prefix: &str) -> bool {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        self.form
            .range::<str, _>(from)
            .next()
            .is_some_and(|(key, _)| key.starts_with(prefix))
    }

    fn structure(&self, bound: Shaped<'_>, prefix: &str) -> Option<Value> {
        let mut out = Map::new();
        for (member, at) in &bound.shape.members {
            let inner = self.service.resolve(at);
            let key = join(prefix, &self.member_key(inner, at, member));
            if let Some(value) = self.value(inner, &key) {
                out.insert(member.clone(), value);
            }
        }
        (!out.is_empty() || prefix.is_empty()).then_some(Value::Object(out))
    }

    /// A member's word in the form's keys.
    fn member_key(&self, bound: Shaped<'_>, at: &Ref, member: &str) -> String {
        if self.protocol == Protocol::Ec2 {
            if let Some(name) = &at.query_name {
                return name.clone();
            }
            return at
                .location_name
                .as_deref()
                .map_or_else(|| member.to_owned(), capitalised);
        }
        let items = bound.shape.member.as_ref().filter(|_| bound.flattened());
        if let Some(name) = items.and_then(|items| items.location_name.clone()) {
            return name;
        }
        at.location_name
            .clone()
            .unwrap_or_else(|| member.to_owned())
    }

    fn list(&self, bound: Shaped<'_>, prefix: &str) -> Option<Value> {
        let member = bound.shape.member.as_ref()?;
        let inner = self.service.resolve(member);
        let stem = if self.protocol == Protocol::Ec2 || bound.flattened() {
            prefix.to_owned()
        } else {
            join(prefix, member.location_name.as_deref().unwrap_or("member"))
        };
        let items: Vec<Value> = (1..)
            .map_while(|i| self.value(inner, &format!("{stem}.{i}")))
            .collect();
        (!items.is_empty()).then_some(Value::Array(items))
    }

    fn map(&self, bound: Shaped<'_>, prefix: &str) -> Option<Value> {
        let (key_at, value_at) = (bound.shape.key.as_ref()?, bound.shape.value.as_ref()?);
        let stem = if bound.flattened() {
            prefix.to_owned()
        } else {
            join(prefix, "entry")
        };
        let key_name = key_at.location_name.as_deref().unwrap_or("key");
        let value_name = value_at.location_name.as_deref().unwrap_or("value");
        let inner = self.service.resolve(value_at);
        let mut out = Map::new();
        for i in 1.. {
            let Some(key) = self.form.get(&format!("{stem}.{i}.{key_name}")) else {
                break;
            };
            if let Some(value) = self.value(inner, &format!("{stem}.{i}.{value_name}")) {
                out.insert(key.clone(), value);
            }
        }
        (!out.is_empty()).then_some(Value::Object(out))
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// Text as a value of a simple kind; text that does not read as one stays text.
pub(crate) fn typed(kind: Kind, text: &str) -> Value {
    let value = match kind {
        Kind::Boolean => text.parse().ok().map(Value::Bool),
        Kind::Integer | Kind::Long => text.parse::<i64>().ok().map(Value::from),
        Kind::Float | Kind::Double => text
            .parse()
            .ok()
            .and_then(Number::from_f64)
            .map(Value::Number),
        _ => None,
    };
    value.unwrap_or_else(|| Value::String(text.to_owned()))
}
