//! The static types of expressions.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// What is known of a value before anything is evaluated.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Not known; the checker lets everything pass.
    Dyn,
    /// `null` itself.
    Null,
    /// `true` or `false`.
    Bool,
    /// A 64-bit signed integer.
    Int,
    /// A floating-point number.
    Double,
    /// Any text.
    String,
    /// Text that is one of these.
    Enum(Arc<[String]>),
    /// A point in time.
    Timestamp,
    /// A span of time.
    Duration,
    /// A list of values of one type.
    List(Arc<Type>),
    /// Values of one type by text keys, such as tags.
    Map(Arc<Type>),
    /// A value with known fields.
    Object(Arc<Object>),
    /// The type, or `null`: AWS may say "none".
    Nullable(Arc<Type>),
}

/// A value with known fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// The name of the type, for messages.
    pub name: String,
    /// The fields, each of which a value has (or has unread).
    pub fields: BTreeMap<Arc<str>, Type>,
    /// Read as a whole: a field that a value lacks is `null`, or an empty list, and not unread.
    pub whole: bool,
}

impl Type {
    /// An object type.
    pub fn object<'a>(name: &str, fields: impl IntoIterator<Item = (&'a str, Type)>) -> Type {
        let fields = fields.into_iter().map(|(k, t)| (k.into(), t)).collect();
        Type::Object(Arc::new(Object {
            name: name.to_owned(),
            fields,
            whole: false,
        }))
    }

    /// A list type.
    pub fn list(of: Type) -> Type {
        Type::List(Arc::new(of))
    }

    /// A map type.
    pub fn map(of: Type) -> Type {
        Type::Map(Arc::new(of))
    }

    /// The type or `null`.
    pub fn nullable(self) -> Type {
        match self {
            Type::Dyn | Type::Null | Type::Nullable(_) => self,
            other => Type::Nullable(Arc::new(other)),
        }
    }

    /// The type without `null`.
    pub fn non_null(&self) -> &Type {
        match self {
            Type::Nullable(inner) => inner.non_null(),
            other => other,
        }
    }

    /// The type of the elements of a list.
    pub fn element(&self) -> Option<&Type> {
        match self {
            Type::List(of) => Some(of),
            _ => None,
        }
    }

    /// The object type behind this, through `null`.
    pub fn as_object(&self) -> Option<&Object> {
        match self.non_null() {
            Type::Object(object) => Some(object),
            _ => None,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Type::Int | Type::Double)
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self, Type::String | Type::Enum(_))
    }

    /// Whether an object is anywhere in it.
    pub(super) fn has_object(&self) -> bool {
        match self {
            Type::Object(_) => true,
            Type::List(t) | Type::Map(t) | Type::Nullable(t) => t.has_object(),
            _ => false,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Dyn => f.write_str("any"),
            Type::Null => f.write_str("null"),
            Type::Bool => f.write_str("bool"),
            Type::Int => f.write_str("int"),
            Type::Double => f.write_str("double"),
            Type::String | Type::Enum(_) => f.write_str("string"),
            Type::Timestamp => f.write_str("timestamp"),
            Type::Duration => f.write_str("duration"),
            Type::List(t) => write!(f, "list<{t}>"),
            Type::Map(t) => write!(f, "map<{t}>"),
            Type::Object(o) => f.write_str(&o.name),
            Type::Nullable(t) => write!(f, "{t} or null"),
        }
    }
}

/// The variables that an expression may name, with their types.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    variables: BTreeMap<String, (Type, Option<String>)>,
}

impl Scope {
    /// No variables.
    pub fn new() -> Scope {
        Scope::default()
    }

    /// Adds a variable, or replaces it.
    #[must_use]
    pub fn with(mut self, name: &str, ty: Type) -> Scope {
        self.variables.insert(name.to_owned(), (ty, None));
        self
    }

    /// Adds a variable that stands for an element of what another expression gave (the variable
    /// of `each`). `origin` is the path of that element, such as `security_group.ingress[]`, which
    /// [`Expression::paths`](super::Expression::paths) reports in its place.
    #[must_use]
    pub fn with_origin(mut self, name: &str, ty: Type, origin: Option<&str>) -> Scope {
        let entry = (ty, origin.map(str::to_owned));
        self.variables.insert(name.to_owned(), entry);
        self
    }

    /// The type of a variable.
    pub fn ty(&self, name: &str) -> Option<&Type> {
        self.variables.get(name).map(|(ty, _)| ty)
    }

    pub(super) fn origin<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        let (_, origin) = self.variables.get(name)?;
        Some(origin.as_deref().unwrap_or(name))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }
}
