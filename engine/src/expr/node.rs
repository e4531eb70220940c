//! Facts as values: a tree whose parts are shared, so that binding a fact copies nothing, and in
//! which a part may be *unread*.

use super::meter;
use super::schema::UNREAD;
use super::types::Type;
use cel::ExecutionError;
use cel::common::types::{
    CelBool, CelDouble, CelDuration, CelInt, CelList, CelNull, CelString, CelTimestamp,
};
use cel::common::value::Val;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// A value: `null`, a scalar, a time, a list, an object or map, or a part that was not read.
#[derive(Debug, Clone)]
pub struct Node(pub(super) Repr);

#[derive(Debug, Clone)]
pub(super) enum Repr {
    Null(CelNull),
    Bool(CelBool),
    Int(CelInt),
    Double(CelDouble),
    Text(CelString<'static>),
    Time(CelTimestamp),
    Span(CelDuration),
    List(Items),
    Object(Fields),
    Unread(Unread),
}

/// The elements of a list.
#[derive(Debug, Clone)]
pub(super) struct Items(pub(super) Arc<[Node]>);

/// The fields of an object, or the entries of a map, sorted by name.
#[derive(Debug, Clone)]
pub(super) struct Fields(pub(super) Arc<[(Arc<str>, Node)]>);

/// A part that was not read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unread {
    pub(super) path: Arc<str>,
    gaps: Arc<[String]>,
}

impl Unread {
    pub(super) fn gaps(&self) -> impl Iterator<Item = &str> {
        self.gaps.iter().map(String::as_str)
    }
}

impl Fields {
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        let at = self.0.binary_search_by(|(n, _)| (**n).cmp(name)).ok()?;
        Some(&self.0[at].1)
    }
}

impl Node {
    /// Reads a fact from JSON. `root` is the name under which paths to its unread parts are
    /// reported; `ty` says which texts are times, and which fields are missing (and so unread).
    /// JSON that does not fit its type is kept as it is: using it is an evaluation error.
    pub fn from_json(root: &str, json: &Json, ty: &Type) -> Node {
        read(json, ty, &mut root.to_owned())
    }

    /// A point in time.
    pub fn timestamp(at: DateTime<Utc>) -> Node {
        Node(Repr::Time(at.fixed_offset().into()))
    }

    /// Text.
    pub fn text(text: impl Into<String>) -> Node {
        Node(Repr::Text(text.into().into()))
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = Node>) -> Node {
        Node(Repr::List(Items(items.into_iter().collect())))
    }

    /// The JSON form, as [`Node::from_json`] reads it; a span of time is its seconds, as `"90s"`.
    pub fn to_json(&self) -> Json {
        match &self.0 {
            Repr::Null(_) => Json::Null,
            Repr::Bool(b) => Json::Bool(*b.inner()),
            Repr::Int(i) => Json::from(*i.inner()),
            Repr::Double(d) => Json::from(*d.inner()),
            Repr::Text(s) => Json::from(s.inner()),
            Repr::Time(t) => {
                let utc = t.inner().with_timezone(&Utc);
                Json::from(utc.to_rfc3339_opts(SecondsFormat::AutoSi, true))
            }
            Repr::Span(s) => Json::from(format!("{}s", s.inner().num_seconds())),
            Repr::List(items) => items.0.iter().map(Node::to_json).collect(),
            Repr::Object(fields) => {
                let entry = |(k, v): &(Arc<str>, Node)| (k.to_string(), v.to_json());
                Json::Object(fields.0.iter().map(entry).collect())
            }
            Repr::Unread(unread) => {
                let gaps = unread.gaps().map(Json::from).collect();
                Json::Object(Map::from_iter([(UNREAD.to_owned(), gaps)]))
            }
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.0 {
            Repr::Bool(b) => Some(*b.inner()),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Repr::Text(s) => Some(s.inner()),
            _ => None,
        }
    }

    /// The integer, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match &self.0 {
            Repr::Int(i) => Some(*i.inner()),
            _ => None,
        }
    }

    /// The elements, if it is a list.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.0 {
            Repr::List(items) => Some(&items.0),
            _ => None,
        }
    }

    /// The field of an object, or the entry of a map. A part that was not read is given as such.
    pub fn get(&self, name: &str) -> Option<&Node> {
        match &self.0 {
            Repr::Object(fields) => fields.get(name),
            _ => None,
        }
    }

    /// Whether it is `null`: AWS said "none".
    pub fn is_null(&self) -> bool {
        matches!(self.0, Repr::Null(_))
    }

    /// Whether it was not read.
    pub fn is_unread(&self) -> bool {
        matches!(self.0, Repr::Unread(_))
    }

    pub(super) fn as_time(&self) -> Option<DateTime<Utc>> {
        match &self.0 {
            Repr::Time(t) => Some(t.inner().with_timezone(&Utc)),
            _ => None,
        }
    }

    pub(super) fn as_span(&self) -> Option<TimeDelta> {
        match &self.0 {
            Repr::Span(s) => Some(*s.inner()),
            _ => None,
        }
    }

    /// The node, or the error that makes the expression unknown.
    pub(super) fn known(&self) -> Result<&Node, ExecutionError> {
        match &self.0 {
            Repr::Unread(unread) => Err(meter::touch(unread)),
            _ => Ok(self),
        }
    }

    /// The first unread part in it, as the error that makes the expression unknown.
    pub(super) fn known_throughout(&self) -> Result<&Node, ExecutionError> {
        match &self.0 {
            Repr::Unread(unread) => return Err(meter::touch(unread)),
            Repr::List(items) => {
                for item in items.0.iter() {
                    item.known_throughout()?;
                }
            }
            Repr::Object(fields) => {
                for (_, value) in fields.0.iter() {
                    value.known_throughout()?;
                }
            }
            _ => {}
        }
        Ok(self)
    }

    pub(super) fn as_val(&self) -> &(dyn Val + 'static) {
        match &self.0 {
            Repr::Null(v) => v,
            Repr::Bool(v) => v,
            Repr::Int(v) => v,
            Repr::Double(v) => v,
            Repr::Text(v) => v,
            Repr::Time(v) => v,
            Repr::Span(v) => v,
            Repr::List(v) => v,
            Repr::Object(v) => v,
            Repr::Unread(v) => v,
        }
    }

    pub(super) fn boxed(&self) -> Box<dyn Val> {
        self.as_val().clone_as_boxed()
    }

    /// What CEL computed; `None` for a kind of value that the language does not offer.
    pub(super) fn from_val(value: &dyn Val) -> Option<Node> {
        if let Some(fields) = value.downcast_ref::<Fields>() {
            return Some(Node(Repr::Object(fields.clone())));
        }
        if let Some(items) = value.downcast_ref::<Items>() {
            return Some(Node(Repr::List(items.clone())));
        }
        if let Some(text) = value.downcast_ref::<CelString>() {
            return Some(Node::text(text.inner()));
        }
        if let Some(list) = value.downcast_ref::<CelList>() {
            let items: Option<Vec<Node>> =
                list.inner().iter().map(|v| Node::from_val(&**v)).collect();
            return items.map(Node::list);
        }
        let scalar = None
            .or_else(|| value.downcast_ref::<CelBool>().cloned().map(Repr::Bool))
            .or_else(|| value.downcast_ref::<CelInt>().cloned().map(Repr::Int))
            .or_else(|| value.downcast_ref::<CelNull>().map(|_| Repr::Null(CelNull)))
            .or_else(|| {
                value
                    .downcast_ref::<CelTimestamp>()
                    .cloned()
                    .map(Repr::Time)
            })
            .or_else(|| value.downcast_ref::<CelDuration>().cloned().map(Repr::Span))
            .or_else(|| value.downcast_ref::<CelDouble>().cloned().map(Repr::Double))
            .or_else(|| value.downcast_ref::<Unread>().cloned().map(Repr::Unread))?;
        Some(Node(scalar))
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Node {
        Node(Repr::Bool(value.into()))
    }
}

impl From<i64> for Node {
    fn from(value: i64) -> Node {
        Node(Repr::Int(value.into()))
    }
}

fn read(json: &Json, ty: &Type, path: &mut String) -> Node {
    let ty = ty.non_null();
    Node(match json {
        Json::Null => Repr::Null(CelNull),
        Json::Bool(b) => Repr::Bool((*b).into()),
        Json::Number(n) => match n.as_i64() {
            Some(int) if *ty == Type::Double => Repr::Double((int as f64).into()),
            Some(int) => Repr::Int(int.into()),
            None => Repr::Double(n.as_f64().unwrap_or(f64::NAN).into()),
        },
        Json::String(text) => match (ty, DateTime::parse_from_rfc3339(text)) {
            (Type::Timestamp, Ok(time)) => Repr::Time(time.into()),
            _ => Repr::Text(text.clone().into()),
        },
        Json::Array(items) => {
            let element = ty.element().unwrap_or(&Type::Dyn);
            let read_item = |item| under(path, "[]", |path| read(item, element, path));
            Repr::List(Items(items.iter().map(read_item).collect()))
        }
        Json::Object(entries) => match unread_gaps(entries) {
            Some(gaps) => Repr::Unread(Unread {
                path: path.as_str().into(),
                gaps,
            }),
            None => Repr::Object(fields(entries, ty, path)),
        },
    })
}

fn under<T>(path: &mut String, step: &str, read: impl FnOnce(&mut String) -> T) -> T {
    let length = path.len();
    path.push_str(step);
    let node = read(path);
    path.truncate(length);
    node
}

fn unread_gaps(entries: &Map<String, Json>) -> Option<Arc<[String]>> {
    let gaps = entries.get(UNREAD).filter(|_| entries.len() == 1)?;
    let text = |gap: &Json| gap.as_str().map(str::to_owned);
    Some(gaps.as_array()?.iter().filter_map(text).collect())
}

fn fields(entries: &Map<String, Json>, ty: &Type, path: &mut String) -> Fields {
    let mut fields: Vec<(Arc<str>, Node)> = Vec::with_capacity(entries.len());
    match ty {
        Type::Object(object) => {
            for (name, ty) in &object.fields {
                let step = format!(".{name}");
                let node = under(path, &step, |path| match entries.get(&**name) {
                    Some(json) => read(json, ty, path),
                    None if object.whole && matches!(ty, Type::Nullable(_)) => {
                        Node(Repr::Null(CelNull))
                    }
                    None if object.whole && matches!(ty, Type::List(_)) => Node::list([]),
                    None => Node(Repr::Unread(Unread {
                        path: path.as_str().into(),
                        gaps: Arc::new([]),
                    })),
                });
                fields.push((name.clone(), node));
            }
            for (name, json) in entries {
                if !object.fields.contains_key(name.as_str()) {
                    fields.push((name.as_str().into(), read(json, &Type::Dyn, path)));
                }
            }
        }
        other => {
            let values = match other {
                Type::Map(values) => values,
                _ => &Type::Dyn,
            };
            for (name, json) in entries {
                let step = if *values == Type::Dyn {
                    format!(".{name}")
                } else {
                    "[]".to_owned()
                };
                let node = under(path, &step, |path| read(json, values, path));
                fields.push((name.as_str().into(), node));
            }
        }
    }
    fields.sort_by(|a, b| a.0.cmp(&b.0));
    Fields(fields.into())
}
