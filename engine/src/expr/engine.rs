//! Compiling and evaluating.

use super::bindings::Bindings;
use super::check::{self, Checked};
use super::node::Node;
use super::problem::{self, Problem};
use super::template::Template;
use super::types::{Scope, Type};
use super::{functions, meter, rewrite};
use cel::common::ast::IdedExpr;
use cel::{Env, ExecutionError, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The longest source of an expression, in bytes. The parser recurses once for each term of a
/// chain such as `1 + 1 + …`, whatever the limit on depth; as many as fit in here fit the deep
/// stack.
pub const MAX_SOURCE: usize = 2048;

/// How deep an expression may be nested.
pub const MAX_DEPTH: u16 = 32;

/// How many levels its tree may have; each term of a chain is a level, and each loop is some.
const MAX_LEVELS: usize = 400;

/// What an expression has to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// `true` or `false`.
    Bool,
    /// A list.
    List,
    /// Anything.
    Any,
}

/// Compiles expressions. Its methods, and the evaluation, recurse: run them within
/// [`on_deep_stack`](super::on_deep_stack).
#[derive(Clone)]
pub struct Engine {
    env: Arc<Env>,
}

impl Default for Engine {
    fn default() -> Engine {
        Engine::new()
    }
}

impl Engine {
    /// The engine, with all functions.
    pub fn new() -> Engine {
        let mut env = Env::stdlib().with_optional_support(false);
        // It fails only for a name that is declared twice, whatever the input: a test covers it.
        #[allow(clippy::expect_used)]
        functions::declare(&mut env).expect("each function is declared once");
        Engine { env: Arc::new(env) }
    }

    pub(super) fn env(&self) -> Arc<Env> {
        self.env.clone()
    }

    /// Compiles an expression, or tells all that is wrong with it.
    pub fn compile(
        &self,
        source: &str,
        scope: &Scope,
        want: Want,
    ) -> Result<Expression, Vec<Problem>> {
        if source.len() > MAX_SOURCE {
            let message = format!("longer than {MAX_SOURCE} bytes");
            return Err(vec![Problem::new(0, message)]);
        }
        if source.trim().is_empty() {
            return Err(vec![Problem::new(0, "no expression")]);
        }
        let parser = self.env.parser().max_recursion_depth(MAX_DEPTH);
        let parser = parser.enable_ident_escape_syntax(true);
        let (mut ast, info) = parser
            .parse_with_source_info(source)
            .map_err(|errors| problem::from_parser(source, &errors))?;
        if rewrite::is_deeper_than(&ast, MAX_LEVELS) {
            return Err(vec![Problem::new(0, "a chain of too many terms")]);
        }
        let Checked {
            ty,
            element,
            paths,
            null_tests,
        } = check::check(&ast, &info, scope, want)?;
        rewrite::rewrite(&mut ast);
        Ok(Expression {
            ast,
            ty,
            element,
            paths,
            null_tests,
            want,
        })
    }

    /// Compiles a part of an expression that was checked as a whole.
    pub(super) fn unchecked(&self, source: &str) -> Option<Expression> {
        if source.len() > MAX_SOURCE {
            return None;
        }
        let parser = self.env.parser().max_recursion_depth(MAX_DEPTH);
        let parser = parser.enable_ident_escape_syntax(true);
        let (mut ast, _) = parser.parse_with_source_info(source).ok()?;
        if rewrite::is_deeper_than(&ast, MAX_LEVELS) {
            return None;
        }
        rewrite::rewrite(&mut ast);
        Some(Expression {
            ast,
            ty: Type::Dyn,
            element: None,
            paths: BTreeSet::new(),
            null_tests: BTreeSet::new(),
            want: Want::Any,
        })
    }

    /// Compiles text with expressions between `{{` and `}}`.
    pub fn template(&self, source: &str, scope: &Scope) -> Result<Template, Vec<Problem>> {
        Template::compile(self, source, scope)
    }
}

/// A compiled expression; it can be evaluated by many threads at once.
#[derive(Clone, Debug)]
pub struct Expression {
    ast: IdedExpr,
    ty: Type,
    element: Option<String>,
    paths: BTreeSet<String>,
    null_tests: BTreeSet<String>,
    want: Want,
}

impl Expression {
    /// The paths of facts that it reads, the name of a variable of its scope first, with `[]` for
    /// the elements of lists and the values of maps: `security_group.ingress[].from_port`. A
    /// path that ends early (`security_group.ingress[]`) reads all that is below it.
    pub fn paths(&self) -> &BTreeSet<String> {
        &self.paths
    }

    /// The paths, as in [`Expression::paths`], of what it compares with `null`.
    pub fn null_tests(&self) -> &BTreeSet<String> {
        &self.null_tests
    }

    /// The type of what it gives.
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// Where the elements of the list that it gives come from, when they are facts as they stand:
    /// `security_group.ingress[]`. It is the origin of the variable of `each`
    /// ([`Scope::with_origin`]).
    pub fn element_origin(&self) -> Option<&str> {
        self.element.as_deref()
    }

    /// Evaluates it.
    pub fn evaluate(&self, bindings: &Bindings) -> Outcome {
        let context = bindings.context();
        meter::start();
        let result = Value::resolve_val(&self.ast, &context);
        if meter::exhausted() {
            return Outcome::Error(format!("it takes more than {} steps", meter::STEP_BUDGET));
        }
        match result {
            Ok(value) => match Node::from_val(&*value) {
                Some(node) if node.is_unread() => {
                    // The rewriting makes this an error already; one more net.
                    let _ = node.known();
                    unread()
                }
                Some(node) if self.fits(&node) => Outcome::Value(node),
                _ => Outcome::Error(format!("it gave a {}", value.get_type().name())),
            },
            Err(error) if meter::is_unread(&error) => unread(),
            Err(ExecutionError::FunctionError { function, message }) => {
                Outcome::Error(format!("{function}: {message}"))
            }
            Err(error) => Outcome::Error(error.to_string()),
        }
    }

    fn fits(&self, node: &Node) -> bool {
        match self.want {
            Want::Bool => node.as_bool().is_some(),
            Want::List => node.as_list().is_some(),
            Want::Any => true,
        }
    }
}

fn unread() -> Outcome {
    let (gaps, paths) = meter::touched();
    Outcome::Unread { gaps, paths }
}

/// What an evaluation gave.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A value; a list or an object may hold unread parts.
    Value(Node),
    /// It hangs on what was not read.
    Unread {
        /// The gaps behind it; none for what was never asked for.
        gaps: Vec<String>,
        /// The paths of the unread parts.
        paths: Vec<String>,
    },
    /// It cannot be evaluated; neither a pass nor a fail.
    Error(String),
}
