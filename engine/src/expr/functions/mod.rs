//! The functions of the language: their documentation, their types, and what they do.

mod address;
mod operators;
mod policy;
mod ports;
mod strings;
#[cfg(test)]
mod tests;
mod time;

use super::meter::charge;
use super::node::Node;
use cel::common::types::DYN_TYPE;
use cel::common::value::CowVal;
use cel::{DeclarationError, Env, ExecutionError};
use std::sync::LazyLock;

pub(super) use operators::regex;

/// What an author needs to know of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionDoc {
    /// The name.
    pub name: &'static str,
    /// How it is called, and what it gives.
    pub signature: &'static str,
    /// What it does.
    pub about: &'static str,
    /// An expression that uses it.
    pub example: &'static str,
}

/// What a receiver or an argument must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Int,
    Text,
    Time,
    Span,
    /// Something with a size: text, a list or a map.
    Sized,
    /// A number or a text that spells one.
    Numeric,
    /// Scalars of a kind that can be told as text.
    Scalar,
    Texts,
    /// A list of scalars.
    Scalars,
    /// An object with `protocol`, `from_port`, `to_port`, `cidrs`.
    Rule,
    Rules,
    /// A list of objects with `rule_number`, `protocol`, `from_port`, `to_port`, `cidr`, `action`.
    Entries,
    /// A policy document.
    Policy,
}

/// What a function gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gives {
    Bool,
    Int,
    Double,
    Text,
    Time,
    Span,
    Texts,
    /// A value of the receiver's type.
    Receiver,
    /// A list of the statements of the receiver, a policy.
    Statements,
}

/// What a function does. Its arguments, the receiver first, are never unread themselves, but may
/// hold unread parts.
pub(super) type Run = fn(&[Node]) -> Result<Node, ExecutionError>;

type CelFunction = cel::common::functions::Function;

/// A function of the language.
pub(super) struct Function {
    pub(super) doc: FunctionDoc,
    pub(super) receiver: Option<Shape>,
    pub(super) args: &'static [Shape],
    pub(super) gives: Gives,
    /// `None` for what the `cel` crate brings.
    run: Option<CelFunction>,
}

/// A [`Run`] as the `cel` crate wants it.
macro_rules! native {
    ($run:path) => {
        Some(|args| crate::expr::functions::adapt(args, $run))
    };
}
use native;

fn adapt<'b, 'v>(args: Vec<CowVal<'b, 'v>>, run: Run) -> Result<CowVal<'b, 'v>, ExecutionError> {
    charge(1)?;
    let mut nodes = Vec::with_capacity(args.len());
    for arg in &args {
        let node = Node::from_val(&**arg).ok_or_else(|| unexpected(arg.get_type().name()))?;
        node.known()?;
        nodes.push(node);
    }
    run(&nodes).map(|node| CowVal::Owned(node.boxed()))
}

fn unexpected(got: &str) -> ExecutionError {
    ExecutionError::function_error("call", format!("unexpected {got}"))
}

/// All functions that an expression may call.
pub(super) fn all() -> impl Iterator<Item = &'static Function> {
    [
        strings::FUNCTIONS,
        time::FUNCTIONS,
        address::FUNCTIONS,
        ports::FUNCTIONS,
        policy::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
}

/// The documentation of all functions, by module and name.
pub fn functions() -> &'static [FunctionDoc] {
    static DOCS: LazyLock<Vec<FunctionDoc>> = LazyLock::new(|| all().map(|f| f.doc).collect());
    &DOCS
}

/// Declares all functions.
pub(super) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    operators::declare(env)?;
    for function in all() {
        let Some(run) = function.run else { continue };
        let (name, id) = (function.doc.name, function.doc.signature);
        let args = function.args.iter().map(|_| DYN_TYPE).collect();
        match function.receiver {
            Some(_) => env.add_member_overload(name, id, DYN_TYPE, args, run)?,
            None => env.add_overload(name, id, args, run)?,
        }
    }
    Ok(())
}

/// The text of an argument.
fn text(node: &Node) -> Result<&str, ExecutionError> {
    node.known()?
        .as_str()
        .ok_or_else(|| unexpected("value, want text"))
}

/// The integer of an argument.
fn int(node: &Node) -> Result<i64, ExecutionError> {
    node.known()?
        .as_int()
        .ok_or_else(|| unexpected("value, want an integer"))
}

/// The elements of an argument, charged for.
fn list(node: &Node) -> Result<&[Node], ExecutionError> {
    let items = node
        .known()?
        .as_list()
        .ok_or_else(|| unexpected("value, want a list"))?;
    charge(items.len())?;
    Ok(items)
}

/// The texts of an argument, charged for.
fn texts(node: &Node) -> Result<Vec<&str>, ExecutionError> {
    list(node)?.iter().map(text).collect()
}

/// A list of texts.
fn text_list<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Result<Node, ExecutionError> {
    Ok(Node::list(items.into_iter().map(Node::text)))
}

/// The field of an object, known and there.
fn field<'a>(node: &'a Node, name: &str) -> Result<&'a Node, ExecutionError> {
    node.known()?
        .get(name)
        .ok_or_else(|| ExecutionError::no_such_key(name))?
        .known()
}
