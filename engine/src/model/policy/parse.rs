//! From what AWS gives: JSON text, URL-encoded where IAM hands it out so.
//! (IAM User Guide, "Grammar of the IAM JSON policy language".)

use super::{Condition, Effect, PolicyDocument, Principal, PrincipalKind, Statement};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use thiserror::Error;

/// The longest document, in bytes once decoded. What customers may write is shorter: 32 KB for
/// a key policy, 20 KB for a bucket's, 10 KB for a role's (each service's page on quotas). But
/// AWS's own managed policies know no such limit: `ReadOnlyAccess` has 95 KB, and that of
/// AWS Support's service-linked role 152 KB.
pub const MAX_SIZE: usize = 512 * 1024;

/// The longest name of an action or a resource, in bytes. An ARN has at most 2,048 characters.
pub const MAX_NAME: usize = 4096;

/// Why a text is not a policy document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// It is longer than any policy.
    #[error("the policy document is longer than AWS permits")]
    TooLong,
    /// It is not JSON, or nested too deeply.
    #[error("the policy document is not JSON: {0}")]
    NotJson(String),
    /// It is JSON of another shape.
    #[error("the policy document's {element} {problem}")]
    Shape {
        /// Where.
        element: String,
        /// What is wrong there.
        problem: &'static str,
    },
}

fn shape(element: impl Into<String>, problem: &'static str) -> PolicyError {
    PolicyError::Shape {
        element: element.into(),
        problem,
    }
}

/// An element of an object. The names of elements are taken in any case: to overlook a
/// `condition` would read the policy as wider than it is, a `statement` as narrower.
fn element<'a>(object: &'a Map<String, Json>, name: &str) -> Option<&'a Json> {
    let exact = object.get(name);
    let found = exact.or_else(|| {
        let mut entries = object.iter();
        entries
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    });
    found.filter(|value| !value.is_null())
}

fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Bool(_) | Json::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

/// One text, or a list of them.
fn texts(value: &Json, name: &str) -> Result<Vec<String>, PolicyError> {
    let texts = match value {
        Json::Array(items) => items.iter().map(scalar).collect(),
        one => scalar(one).map(|text| vec![text]),
    };
    texts.ok_or_else(|| shape(name, "is neither text nor a list of texts"))
}

fn optional_texts(
    object: &Map<String, Json>,
    name: &str,
) -> Result<Option<Vec<String>>, PolicyError> {
    element(object, name)
        .map(|value| texts(value, name))
        .transpose()
}

fn optional_text(object: &Map<String, Json>, name: &str) -> Result<Option<String>, PolicyError> {
    let text = |value| scalar(value).ok_or_else(|| shape(name, "is not text"));
    element(object, name).map(text).transpose()
}

fn principals(
    object: &Map<String, Json>,
    name: &str,
) -> Result<Option<Vec<Principal>>, PolicyError> {
    let Some(value) = element(object, name) else {
        return Ok(None);
    };
    let mut principals = Vec::new();
    match value {
        Json::String(text) if text == "*" => principals.push(Principal {
            kind: PrincipalKind::Anyone,
            value: text.clone(),
        }),
        Json::Object(kinds) => {
            for (kind, values) in kinds {
                let kind = match kind.to_ascii_lowercase().as_str() {
                    "aws" => PrincipalKind::Aws,
                    "service" => PrincipalKind::Service,
                    "federated" => PrincipalKind::Federated,
                    "canonicaluser" => PrincipalKind::CanonicalUser,
                    "*" => PrincipalKind::Anyone,
                    _ => return Err(shape(name, "is of an unknown kind")),
                };
                let values = texts(values, name)?.into_iter();
                principals.extend(values.map(|value| Principal { kind, value }));
            }
        }
        _ => return Err(shape(name, "is neither `*` nor an object")),
    }
    Ok(Some(principals))
}

fn conditions(object: &Map<String, Json>) -> Result<Vec<Condition>, PolicyError> {
    const NAME: &str = "Condition";
    let Some(operators) = element(object, NAME) else {
        return Ok(Vec::new());
    };
    let operators = operators
        .as_object()
        .ok_or_else(|| shape(NAME, "is not an object"))?;
    let mut conditions = Vec::new();
    for (operator, keys) in operators {
        let keys = keys
            .as_object()
            .ok_or_else(|| shape(NAME, "has an operator without keys"))?;
        for (key, values) in keys {
            conditions.push(Condition {
                operator: operator.clone(),
                key: key.clone(),
                values: texts(values, NAME)?,
            });
        }
    }
    Ok(conditions)
}

fn statement(value: &Json) -> Result<Statement, PolicyError> {
    const NAME: &str = "Statement";
    let object = value
        .as_object()
        .ok_or_else(|| shape(NAME, "is not an object"))?;
    let effect = optional_text(object, "Effect")?.unwrap_or_default();
    Ok(Statement {
        sid: optional_text(object, "Sid")?,
        effect: match effect.to_ascii_lowercase().as_str() {
            "allow" => Effect::Allow,
            "deny" => Effect::Deny,
            _ => return Err(shape("Effect", "is neither Allow nor Deny")),
        },
        principals: principals(object, "Principal")?,
        not_principals: principals(object, "NotPrincipal")?,
        actions: optional_texts(object, "Action")?,
        not_actions: optional_texts(object, "NotAction")?,
        resources: optional_texts(object, "Resource")?,
        not_resources: optional_texts(object, "NotResource")?,
        conditions: conditions(object)?,
    })
}

impl PolicyDocument {
    /// Reads a document as AWS gives it, URL-encoded or not.
    pub fn parse(text: &str) -> Result<PolicyDocument, PolicyError> {
        // URL-encoding makes three bytes of one, at most.
        if text.len() > 3 * MAX_SIZE {
            return Err(PolicyError::TooLong);
        }
        let text = text.trim();
        let text = if text.starts_with('%') {
            percent_decode_str(text).decode_utf8_lossy()
        } else {
            Cow::Borrowed(text)
        };
        if text.len() > MAX_SIZE {
            return Err(PolicyError::TooLong);
        }
        let json = serde_json::from_str(&text).map_err(|e| PolicyError::NotJson(e.to_string()))?;
        PolicyDocument::from_json(&json)
    }

    /// Reads a document that is JSON already.
    pub fn from_json(json: &Json) -> Result<PolicyDocument, PolicyError> {
        let object = json
            .as_object()
            .ok_or_else(|| shape("text", "is not an object"))?;
        let statements = match element(object, "Statement") {
            Some(Json::Array(items)) => items.iter().map(statement).collect::<Result<_, _>>()?,
            Some(one) => vec![statement(one)?],
            None => return Err(shape("Statement", "is missing")),
        };
        let document = PolicyDocument {
            version: optional_text(object, "Version")?,
            id: optional_text(object, "Id")?,
            statements,
        };
        document.check()?;
        Ok(document)
    }

    /// Whether its names are of a length that patterns can be matched with in good time. What was
    /// parsed is; what was read from a snapshot may not be.
    pub fn check(&self) -> Result<(), PolicyError> {
        let lists = self
            .statements
            .iter()
            .flat_map(|s| [&s.actions, &s.not_actions, &s.resources, &s.not_resources]);
        match lists.flatten().flatten().any(|name| name.len() > MAX_NAME) {
            true => Err(PolicyError::TooLong),
            false => Ok(()),
        }
    }
}
