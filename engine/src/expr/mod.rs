//! The rule language: CEL over the facts of one resource, checked against the model's schema
//! before anything runs. The only module that names the `cel` crate.
//!
//! * [`Schema`] and [`Type`]: what the checker knows of the facts, from the generated JSON Schema.
//! * [`Engine::compile`]: parse, check every path, type and call, then rewrite for evaluation.
//! * [`Node`]: facts as values; a part that was not read makes what depends on it *unknown*.
//! * [`Template`]: text with expressions in it, whose rendering cannot fail.
//!
//! The language is a subset of CEL: no map, struct or byte literals, no unsigned numbers, no
//! optional syntax (it turns errors, and so unknowns, into "absent"), and only the functions
//! that [`functions`] lists.

mod bindings;
mod check;
mod engine;
mod functions;
mod meter;
mod node;
mod parts;
mod problem;
mod rewrite;
mod schema;
mod stack;
mod template;
#[cfg(test)]
mod tests;
mod types;
mod val;

pub use bindings::Bindings;
pub use engine::{Engine, Expression, MAX_DEPTH, MAX_SOURCE, Outcome, Want};
pub use functions::{FunctionDoc, functions};
pub use meter::STEP_BUDGET;
pub use node::Node;
pub use parts::{Join, Part};
pub use problem::{Problem, did_you_mean, nearest};
pub use schema::{Schema, WHOLE};
pub use stack::{STACK_SIZE, for_each_on_deep_stacks, on_deep_stack, on_deep_stacks, processors};
pub use template::Template;
pub use types::{Object, Scope, Type};
