//! Facts as CEL values.

use super::meter;
use super::node::{Fields, Items, Node, Repr, Unread};
use cel::ExecutionError;
use cel::common::traits::{Container, Indexer, Iterable, Iterator, Sizer};
use cel::common::types::{CelInt, CelString, LIST_TYPE, MAP_TYPE, Type};
use cel::common::value::{CowVal, StaticVal, Val};
use std::any::Any;

fn known<'b, 'v>(node: &'b Node) -> Result<CowVal<'b, 'v>, ExecutionError> {
    match &node.0 {
        Repr::Unread(unread) => Err(meter::touch(unread)),
        _ => Ok(CowVal::Borrowed(node.as_val())),
    }
}

/// Makes a value of one of our types: what all of them have in common, then what each can besides.
macro_rules! val {
    ($value:ty, $type:expr, { $($more:tt)* }) => {
        impl Val for $value {
            fn get_type(&self) -> &Type {
                $type
            }
            fn cel_type() -> &'static Type {
                $type
            }
            fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
            where
                Self: 'v,
            {
                Some(self)
            }
            fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
            where
                Self: 'v,
            {
                Box::new(self.clone())
            }
            fn as_any(&self) -> Option<&dyn Any> {
                Some(self)
            }
            $($more)*
        }

        impl StaticVal for $value {}
    };
}

/// How many parts a value has.
fn size(parts: usize) -> CelInt {
    CelInt::from(i64::try_from(parts).unwrap_or(i64::MAX))
}

val!(Fields, &MAP_TYPE, {
    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }
    fn as_sizer(&self) -> Option<&dyn Sizer> {
        Some(self)
    }
});

impl Indexer for Fields {
    fn get<'b, 'v>(&'b self, key: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let Some(key) = key.downcast_ref::<CelString>() else {
            return Err(ExecutionError::UnexpectedType {
                got: key.get_type().name().to_owned(),
                want: "string".to_owned(),
            });
        };
        let node = Fields::get(self, key.inner());
        known(node.ok_or_else(|| ExecutionError::no_such_key(key.inner()))?)
    }
    fn steal<'v>(self: Box<Self>, key: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        Indexer::get(&*self, key).map(CowVal::into_owned)
    }
}

impl Container for Fields {
    fn contains(&self, key: &dyn Val) -> Result<bool, ExecutionError> {
        let key = key.downcast_ref::<CelString>();
        Ok(key.is_some_and(|key| Fields::get(self, key.inner()).is_some()))
    }
}

impl Sizer for Fields {
    fn size(&self) -> CelInt {
        size(self.0.len())
    }
}

val!(Items, &LIST_TYPE, {
    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }
    fn as_sizer(&self) -> Option<&dyn Sizer> {
        Some(self)
    }
});

impl Indexer for Items {
    fn get<'b, 'v>(&'b self, index: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let Some(index) = index.downcast_ref::<CelInt>() else {
            return Err(ExecutionError::UnexpectedType {
                got: index.get_type().name().to_owned(),
                want: "int".to_owned(),
            });
        };
        let node = usize::try_from(*index.inner())
            .ok()
            .and_then(|i| self.0.get(i));
        known(node.ok_or_else(|| ExecutionError::IndexOutOfBounds((*index.inner()).into()))?)
    }
    fn steal<'v>(self: Box<Self>, index: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        Indexer::get(&*self, index).map(CowVal::into_owned)
    }
}

struct Walk<'b>(std::slice::Iter<'b, Node>);

impl<'b, 'v> Iterator<'b, 'v> for Walk<'b> {
    fn next(&mut self) -> Option<&'b (dyn Val + 'v)> {
        self.0.next().map(|node| node.as_val() as &(dyn Val + 'v))
    }
}

impl Iterable for Items {
    fn iter<'b, 'v>(&'b self) -> Box<dyn Iterator<'b, 'v> + 'b>
    where
        Self: 'v,
    {
        Box::new(Walk(self.0.iter()))
    }
}

impl Sizer for Items {
    fn size(&self) -> CelInt {
        size(self.0.len())
    }
}

static UNREAD: Type = Type::new_unspecified_type("unread");

// An unread part is a value only as an element of a list and as a variable; every use of those
// by name goes through `@read` (see `rewrite.rs`), so that what is here is the second net.
val!(Unread, &UNREAD, {});

impl Indexer for Unread {
    fn get<'b, 'v>(&'b self, _: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        Err(meter::touch(self))
    }
    fn steal<'v>(self: Box<Self>, _: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        Err(meter::touch(&self))
    }
}
