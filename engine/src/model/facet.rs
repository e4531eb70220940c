//! A fact that needs a call of its own, or that is derived: known, or unread.

use super::GapId;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeOwned, Error};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

/// The key that marks an unread fact in JSON: `{"$unread": [gap ids]}`.
pub(super) const UNREAD: &str = "$unread";

/// Whether a fact's JSON says that it was not read.
pub fn is_unread(value: &serde_json::Value) -> bool {
    let mark = value.as_object().filter(|object| object.len() == 1);
    let gaps = mark.and_then(|object| object.get(UNREAD));
    gaps.is_some_and(serde_json::Value::is_array)
}

/// A fact that was read, or the gaps that kept it from being read.
///
/// No gap at all means that nobody asked: the plan did not need the fact. "AWS says there is
/// none" is a known value (`Known(None)`), never `Unread`.
#[derive(Clone, Debug, PartialEq)]
pub enum Facet<T> {
    /// What AWS said.
    Known(T),
    /// Not read, and why.
    Unread(Vec<GapId>),
}

impl<T> Facet<T> {
    /// A fact that nobody asked for.
    pub const fn not_asked() -> Self {
        Facet::Unread(Vec::new())
    }

    /// The value, if it was read.
    pub fn known(&self) -> Option<&T> {
        match self {
            Facet::Known(value) => Some(value),
            Facet::Unread(_) => None,
        }
    }

    /// A fact derived from this one; unread when this one is.
    pub fn map<U>(&self, derive: impl FnOnce(&T) -> U) -> Facet<U> {
        match self {
            Facet::Known(value) => Facet::Known(derive(value)),
            Facet::Unread(gaps) => Facet::Unread(gaps.clone()),
        }
    }
}

impl<T> Default for Facet<T> {
    fn default() -> Self {
        Facet::not_asked()
    }
}

impl<T> From<Result<T, GapId>> for Facet<T> {
    fn from(result: Result<T, GapId>) -> Self {
        match result {
            Ok(value) => Facet::Known(value),
            Err(gap) => Facet::Unread(vec![gap]),
        }
    }
}

impl<T: Serialize> Serialize for Facet<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Facet::Known(value) => value.serialize(serializer),
            Facet::Unread(gaps) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(UNREAD, gaps)?;
                map.end()
            }
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Facet<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = serde_json::Value::deserialize(deserializer)?;
        // Alone, and a list: a tag may be called `$unread`, too, and its value is text.
        let mark = value.as_object_mut().filter(|map| map.len() == 1);
        let gaps = mark.and_then(|map| map.get_mut(UNREAD));
        if let Some(gaps) = gaps.filter(|gaps| gaps.is_array()) {
            return serde_json::from_value(gaps.take())
                .map(Facet::Unread)
                .map_err(D::Error::custom);
        }
        serde_json::from_value(value)
            .map(Facet::Known)
            .map_err(D::Error::custom)
    }
}

impl<T: JsonSchema> JsonSchema for Facet<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Facet_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = generator.subschema_for::<T>();
        schema.insert("x-facet".to_owned(), true.into());
        schema
    }
}
