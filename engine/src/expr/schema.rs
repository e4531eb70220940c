//! From the JSON Schema of the model, as `schemars` writes it, to [`Type`].

use super::types::{Object, Type};
use serde_json::Value as Json;
use std::sync::Arc;

/// The key that marks a part of a fact that was not read: `{"$unread": ["gap", …]}`.
pub(super) const UNREAD: &str = "$unread";

/// The extension of a schema that marks an object that is read as a whole, such as a policy
/// document: a field that such an object lacks is `null` (or an empty list), never unread.
pub const WHOLE: &str = "x-whole";

/// A JSON Schema (draft 2020-12) with its `$defs`.
#[derive(Debug, Clone)]
pub struct Schema {
    root: Json,
}

impl Schema {
    /// Takes a root schema.
    pub fn new(root: Json) -> Schema {
        Schema { root }
    }

    /// The type of a `$defs` entry by its name, or of what a JSON pointer (`""` is the root,
    /// `/properties/x`) names. A type that contains itself is [`Type::Dyn`] from there on.
    pub fn ty(&self, pointer_or_def: &str) -> Option<Type> {
        if pointer_or_def.is_empty() || pointer_or_def.starts_with('/') {
            let schema = self.root.pointer(pointer_or_def)?;
            Some(self.read(schema, "object", &mut Vec::new()))
        } else {
            let schema = self.root.get("$defs")?.get(pointer_or_def)?;
            let mut open = vec![format!("#/$defs/{pointer_or_def}")];
            Some(self.read(schema, pointer_or_def, &mut open))
        }
    }

    /// `open` holds the references that are being followed.
    fn read(&self, schema: &Json, name: &str, open: &mut Vec<String>) -> Type {
        if let Some(target) = schema["$ref"].as_str() {
            return self.follow(target, open);
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(variants) = schema[key].as_array() {
                return self.union(variants, name, open);
            }
        }
        if let Some([only]) = schema["allOf"].as_array().map(Vec::as_slice) {
            return self.read(only, name, open);
        }
        if let Some(text) = schema["const"].as_str() {
            return Type::Enum([text.to_owned()].into());
        }
        if let Some(values) = schema["enum"].as_array() {
            return enumeration(values);
        }
        match &schema["type"] {
            Json::String(kind) => self.plain(kind, schema, name, open),
            Json::Array(kinds) => {
                let nullable = kinds.iter().any(|k| k == "null");
                let mut rest = kinds.iter().filter(|k| *k != "null");
                match (rest.next().and_then(Json::as_str), rest.next()) {
                    (Some(kind), None) => {
                        let ty = self.plain(kind, schema, name, open);
                        if nullable { ty.nullable() } else { ty }
                    }
                    _ => Type::Dyn,
                }
            }
            _ if schema["properties"].is_object() => self.plain("object", schema, name, open),
            _ => Type::Dyn,
        }
    }

    fn follow(&self, target: &str, open: &mut Vec<String>) -> Type {
        let Some(schema) = target.strip_prefix('#').and_then(|p| self.root.pointer(p)) else {
            return Type::Dyn;
        };
        if open.iter().any(|o| o == target) {
            return Type::Dyn;
        }
        open.push(target.to_owned());
        let ty = self.read(schema, target.rsplit('/').next().unwrap_or(target), open);
        open.pop();
        ty
    }

    fn plain(&self, kind: &str, schema: &Json, name: &str, open: &mut Vec<String>) -> Type {
        match kind {
            "null" => Type::Null,
            "boolean" => Type::Bool,
            "integer" => Type::Int,
            "number" => Type::Double,
            "string" if schema["format"] == "date-time" => Type::Timestamp,
            "string" => Type::String,
            "array" => match schema.get("items") {
                Some(items) => Type::list(self.read(items, &format!("{name} item"), open)),
                None => Type::list(Type::Dyn),
            },
            "object" => match schema["properties"].as_object() {
                Some(properties) => {
                    let name = schema["title"].as_str().unwrap_or(name);
                    let fields = properties
                        .iter()
                        .filter(|(key, _)| *key != UNREAD)
                        .map(|(key, s)| (Arc::from(key.as_str()), self.read(s, key, open)))
                        .collect();
                    Type::Object(Arc::new(Object {
                        name: name.to_owned(),
                        fields,
                        whole: schema[WHOLE] == true,
                    }))
                }
                None => match schema.get("additionalProperties") {
                    Some(values) => Type::map(self.read(values, &format!("{name} value"), open)),
                    None => Type::map(Type::Dyn),
                },
            },
            _ => Type::Dyn,
        }
    }

    /// `anyOf` and `oneOf`: `null`, the unread marker and one type, or constants.
    fn union(&self, variants: &[Json], name: &str, open: &mut Vec<String>) -> Type {
        let mut nullable = false;
        let mut types: Vec<Type> = Vec::new();
        for variant in variants {
            if variant["properties"][UNREAD].is_object() {
                continue;
            }
            let ty = match self.read(variant, name, open) {
                Type::Null => {
                    nullable = true;
                    continue;
                }
                Type::Nullable(inner) => {
                    nullable = true;
                    (*inner).clone()
                }
                ty => ty,
            };
            match (types.last_mut(), ty) {
                (Some(Type::Enum(known)), Type::Enum(more)) => {
                    *known = known.iter().chain(more.iter()).cloned().collect();
                }
                (Some(last), ty) if *last == ty => {}
                (_, ty) => types.push(ty),
            }
        }
        let ty = match types.len() {
            0 => Type::Null,
            1 => types.remove(0),
            _ => Type::Dyn,
        };
        if nullable { ty.nullable() } else { ty }
    }
}

fn enumeration(values: &[Json]) -> Type {
    let nullable = values.iter().any(Json::is_null);
    let texts = values.iter().filter(|v| !v.is_null());
    let texts: Option<Vec<String>> = texts.map(|v| v.as_str().map(str::to_owned)).collect();
    match texts {
        Some(texts) if nullable => Type::Enum(texts.into()).nullable(),
        Some(texts) => Type::Enum(texts.into()),
        None => Type::Dyn,
    }
}
