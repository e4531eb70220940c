//! What the rewriting (see `rewrite.rs`) calls in the place of operators of CEL.

use super::super::meter::{charge, touch};
use super::super::node::{Fields, Items, Node, Unread};
use super::super::rewrite::{ADD, CHARGE, EQ, IN, MATCHES, NE, READ};
use cel::common::types::{CelBool, CelDouble, CelInt, CelList, CelNull, CelString, DYN_TYPE};
use cel::common::value::{CowVal, Val};
use cel::{DeclarationError, Env, ExecutionError};
use regex::{Regex, RegexBuilder};
use std::cell::RefCell;
use std::collections::HashMap;

type Args<'b, 'v> = Vec<CowVal<'b, 'v>>;
type Given<'b, 'v> = Result<CowVal<'b, 'v>, ExecutionError>;

/// Declares the functions.
pub(super) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    env.add_overload(READ, READ, vec![DYN_TYPE], read)?;
    env.add_overload(CHARGE, CHARGE, vec![DYN_TYPE], range)?;
    env.add_overload(EQ, EQ, vec![DYN_TYPE, DYN_TYPE], eq)?;
    env.add_overload(NE, NE, vec![DYN_TYPE, DYN_TYPE], ne)?;
    env.add_overload(IN, IN, vec![DYN_TYPE, DYN_TYPE], contains)?;
    env.add_overload(ADD, ADD, vec![DYN_TYPE, DYN_TYPE], add)?;
    env.add_overload(MATCHES, MATCHES, vec![DYN_TYPE, DYN_TYPE], matches)
}

fn bool_val<'b, 'v>(value: bool) -> CowVal<'b, 'v> {
    CowVal::owned(CelBool::from(value))
}

fn mismatch(operator: &str, a: &dyn Val, b: &dyn Val) -> ExecutionError {
    let name = |v: &dyn Val| v.get_type().name().to_owned();
    ExecutionError::no_such_overload(operator, vec![name(a), name(b)])
}

/// The elements of a list, of either kind.
fn elements(value: &dyn Val) -> Option<Vec<&dyn Val>> {
    if let Some(items) = value.downcast_ref::<Items>() {
        return Some(items.0.iter().map(|n| n.as_val() as &dyn Val).collect());
    }
    let list = value.downcast_ref::<CelList>()?;
    Some(list.inner().iter().map(|v| &**v as &dyn Val).collect())
}

fn read<'b, 'v>(mut args: Args<'b, 'v>) -> Given<'b, 'v> {
    let value = args.pop().ok_or(ExecutionError::MissingArgumentOrTarget)?;
    match value.downcast_ref::<Unread>() {
        Some(unread) => Err(touch(unread)),
        None => Ok(value),
    }
}

/// The range of a comprehension: charged for, and in the place of a map the list of its keys.
fn range<'b, 'v>(mut args: Args<'b, 'v>) -> Given<'b, 'v> {
    let value = args.pop().ok_or(ExecutionError::MissingArgumentOrTarget)?;
    let size = value.as_sizer().map_or(0, |s| *s.size().inner());
    charge(1 + usize::try_from(size).unwrap_or_default())?;
    if let Some(fields) = value.downcast_ref::<Fields>() {
        let keys = fields.0.iter().map(|(name, _)| Node::text(&**name));
        return Ok(CowVal::Owned(Node::list(keys).boxed()));
    }
    Ok(value)
}

/// Equality that refuses what cannot be compared, and is unknown where an unread part decides.
pub(super) fn equal(a: &dyn Val, b: &dyn Val) -> Result<bool, ExecutionError> {
    for side in [a, b] {
        if let Some(unread) = side.downcast_ref::<Unread>() {
            return Err(touch(unread));
        }
    }
    let is_null = |v: &dyn Val| v.downcast_ref::<CelNull>().is_some();
    if is_null(a) || is_null(b) {
        return Ok(is_null(a) && is_null(b));
    }
    if let (Some(left), Some(right)) = (elements(a), elements(b)) {
        charge(left.len())?;
        if left.len() != right.len() {
            return Ok(false);
        }
        for (x, y) in left.into_iter().zip(right) {
            if !equal(x, y)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let is_number = |v: &dyn Val| {
        v.downcast_ref::<CelInt>().is_some() || v.downcast_ref::<CelDouble>().is_some()
    };
    let objects = a.downcast_ref::<Fields>().is_some();
    if !objects && (a.get_type() == b.get_type() || (is_number(a) && is_number(b))) {
        Ok(a.equals(b))
    } else {
        Err(mismatch("==", a, b))
    }
}

fn eq<'b, 'v>(args: Args<'b, 'v>) -> Given<'b, 'v> {
    match args.as_slice() {
        [a, b] => equal(&**a, &**b).map(bool_val),
        _ => Err(ExecutionError::MissingArgumentOrTarget),
    }
}

fn ne<'b, 'v>(args: Args<'b, 'v>) -> Given<'b, 'v> {
    match args.as_slice() {
        [a, b] => equal(&**a, &**b).map(|equal| bool_val(!equal)),
        _ => Err(ExecutionError::MissingArgumentOrTarget),
    }
}

fn contains<'b, 'v>(args: Args<'b, 'v>) -> Given<'b, 'v> {
    let [value, container] = args.as_slice() else {
        return Err(ExecutionError::MissingArgumentOrTarget);
    };
    if let Some(elements) = elements(&**container) {
        charge(elements.len())?;
        let mut unknown = Ok(bool_val(false));
        for element in elements {
            match equal(&**value, element) {
                Ok(true) => return Ok(bool_val(true)),
                Ok(false) => {}
                Err(error) => unknown = Err(error),
            }
        }
        return unknown;
    }
    match container.as_container() {
        Some(container) => container.contains(&**value).map(bool_val),
        None => Err(mismatch("in", &**value, &**container)),
    }
}

/// Addition, with the putting together of texts and lists charged for.
fn add<'b, 'v>(args: Args<'b, 'v>) -> Given<'b, 'v> {
    let [a, b] = args.as_slice() else {
        return Err(ExecutionError::MissingArgumentOrTarget);
    };
    if let (Some(x), Some(y)) = (a.downcast_ref::<CelString>(), b.downcast_ref::<CelString>()) {
        charge(x.inner().len() + y.inner().len())?;
    }
    if let (Some(x), Some(y)) = (elements(&**a), elements(&**b)) {
        charge(x.len() + y.len())?;
        let items: Option<Vec<Node>> = x.into_iter().chain(y).map(Node::from_val).collect();
        let items = items.ok_or_else(|| mismatch("+", &**a, &**b))?;
        return Ok(CowVal::Owned(Node::list(items).boxed()));
    }
    let adder = a.as_adder().ok_or_else(|| mismatch("+", &**a, &**b))?;
    adder.add(&**b).map(|sum| CowVal::Owned(sum.into_owned()))
}

/// The compiled form of a regular expression may take this many bytes.
const REGEX_SIZE: usize = 4 << 20;
/// So many compiled regular expressions are kept by each thread.
const REGEX_KEPT: usize = 128;

thread_local! {
    static REGEXES: RefCell<HashMap<String, Regex>> = RefCell::default();
}

/// Compiles a regular expression within a limit on its size.
pub(in super::super) fn regex(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(REGEX_SIZE).build()
}

fn matches<'b, 'v>(args: Args<'b, 'v>) -> Given<'b, 'v> {
    let [text, pattern] = args.as_slice() else {
        return Err(ExecutionError::MissingArgumentOrTarget);
    };
    let (Some(text), Some(pattern)) = (
        text.downcast_ref::<CelString>(),
        pattern.downcast_ref::<CelString>(),
    ) else {
        return Err(mismatch("matches", &**text, &**pattern));
    };
    charge(1 + text.inner().len() / 64)?;
    REGEXES.with_borrow_mut(|kept| {
        if let Some(regex) = kept.get(pattern.inner()) {
            return Ok(bool_val(regex.is_match(text.inner())));
        }
        // Compiling is dear, and only patterns that are not in the source get here repeatedly.
        charge(1000)?;
        let regex =
            regex(pattern.inner()).map_err(|e| ExecutionError::function_error("matches", e))?;
        if kept.len() >= REGEX_KEPT {
            kept.clear();
        }
        let found = regex.is_match(text.inner());
        kept.insert(pattern.inner().to_owned(), regex);
        Ok(bool_val(found))
    })
}
