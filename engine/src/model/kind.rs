//! Kinds of resource: the registry that lets a resource of any kind be written, read back
//! and described.

use super::Meta;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::any::Any;
use std::fmt::Debug;

/// A type that holds the facts of one kind of resource.
pub trait Kind: Serialize + DeserializeOwned + JsonSchema + Debug + Send + Sync + 'static {
    /// `service.thing`, the last word being the variable's name in expressions.
    const NAME: &'static str;
}

/// The facts of a resource of any kind.
pub trait Facts: Debug + Send + Sync {
    /// The kind's name.
    fn kind(&self) -> &'static str;
    /// The facts as JSON.
    fn to_json(&self) -> Value;
    /// For typed access.
    fn as_any(&self) -> &dyn Any;
    /// For typed changes.
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl<T: Kind> Facts for T {
    fn kind(&self) -> &'static str {
        T::NAME
    }

    fn to_json(&self) -> Value {
        serde_json::to_value(self)
            .unwrap_or_else(|error| unreachable!("{} does not serialise: {error}", T::NAME))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// What the registry knows of a kind.
#[derive(Debug)]
pub struct KindInfo {
    /// The kind's name, such as `s3.bucket`.
    pub name: &'static str,
    /// Its schema: the facts and the fields of [`Meta`] in one object.
    pub schema: fn(&mut SchemaGenerator) -> Value,
    /// Facts read back from a snapshot's line.
    pub decode: fn(Value) -> serde_json::Result<Box<dyn Facts>>,
}

impl KindInfo {
    /// The entry of a kind.
    pub const fn of<T: Kind>() -> KindInfo {
        KindInfo {
            name: T::NAME,
            schema: schema_of::<T>,
            decode: decode::<T>,
        }
    }

    /// The name of the resource's variable in expressions: the last word of the kind.
    pub fn variable(&self) -> &'static str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }
}

fn decode<T: Kind>(value: Value) -> serde_json::Result<Box<dyn Facts>> {
    serde_json::from_value::<T>(value).map(|facts| Box::new(facts) as Box<dyn Facts>)
}

fn schema_of<T: Kind>(generator: &mut SchemaGenerator) -> Value {
    let mut schema = T::json_schema(generator).to_value();
    let meta = Meta::json_schema(generator).to_value();
    for part in ["properties", "required"] {
        match (&mut schema[part], &meta[part]) {
            (Value::Object(own), Value::Object(more)) => {
                own.extend(more.iter().map(|(k, v)| (k.clone(), v.clone())));
            }
            (Value::Array(own), Value::Array(more)) => own.extend(more.iter().cloned()),
            (own, more) => *own = more.clone(),
        }
    }
    schema["title"] = T::NAME.into();
    schema
}
