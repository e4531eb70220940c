//! The checker, which `cel` lacks: types every part of an expression against the schema, resolves
//! every path (through the variables of comprehensions), and wants a guard before a value that may
//! be `null` is used.

mod calls;
mod comprehension;
mod guards;
mod operators;
mod select;

use super::engine::Want;
use super::problem::{Problem, did_you_mean, offsets};
use super::types::{Scope, Type};
use cel::common::ast::{Expr, IdedExpr, LiteralValue, SourceInfo};
use std::collections::BTreeSet;

/// What the checker found out about an expression.
pub(super) struct Checked {
    pub(super) ty: Type,
    pub(super) element: Option<String>,
    pub(super) paths: BTreeSet<String>,
    pub(super) null_tests: BTreeSet<String>,
}

/// Checks an expression.
pub(super) fn check(
    ast: &IdedExpr,
    info: &SourceInfo,
    scope: &Scope,
    want: Want,
) -> Result<Checked, Vec<Problem>> {
    let mut checker = Checker {
        info,
        offsets: offsets(&info.source),
        problems: BTreeSet::new(),
        paths: BTreeSet::new(),
        null_tests: BTreeSet::new(),
        next_variable: 0,
    };
    let mut names = Names::default();
    for name in scope.names() {
        let (Some(ty), Some(origin)) = (scope.ty(name), scope.origin(name)) else {
            continue;
        };
        let place = Place {
            key: name.to_owned(),
            path: origin.to_owned(),
            shown: name.to_owned(),
        };
        names.bind(name, Known::at(ty.clone(), place));
    }
    let known = checker.visit(ast, &names, true);
    checker.consume(&known);
    checker.wanted(&known, want);
    if checker.problems.is_empty() {
        Ok(Checked {
            element: known.element(),
            ty: known.ty,
            paths: checker.paths,
            null_tests: checker.null_tests,
        })
    } else {
        Err(checker.problems.into_iter().collect())
    }
}

/// Where a value is: it can be guarded, and its path is told.
#[derive(Debug, Clone)]
struct Place {
    /// Unique to the variable that it starts from.
    key: String,
    /// From a variable of the scope.
    path: String,
    /// As the source has it.
    shown: String,
}

impl Place {
    fn field(&self, name: &str) -> Place {
        Place {
            key: format!("{}.{name}", self.key),
            path: format!("{}.{name}", self.path),
            shown: format!("{}.{name}", self.shown),
        }
    }

    fn item(&self, key: &str) -> Place {
        Place {
            key: format!("{}[{key}]", self.key),
            path: format!("{}[]", self.path),
            shown: format!("{}[{key}]", self.shown),
        }
    }
}

/// What is known of an expression.
#[derive(Debug, Clone)]
struct Known {
    ty: Type,
    place: Option<Place>,
    /// The path of the elements, of a list that was computed from another.
    elements: Option<String>,
}

impl Known {
    fn of(ty: Type) -> Known {
        Known {
            ty,
            place: None,
            elements: None,
        }
    }

    fn at(ty: Type, place: Place) -> Known {
        Known {
            ty,
            place: Some(place),
            elements: None,
        }
    }

    /// The path of its elements.
    fn element(&self) -> Option<String> {
        let own = self.place.as_ref().map(|p| format!("{}[]", p.path));
        own.or_else(|| self.elements.clone())
    }

    /// How a message calls it.
    fn shown(&self) -> String {
        match &self.place {
            Some(place) => format!("`{}`", place.shown),
            None => format!("this {}", self.ty.non_null()),
        }
    }
}

/// The variables in scope, and what is known not to be `null`, or to be in a map.
#[derive(Debug, Clone, Default)]
struct Names {
    variables: Vec<(String, Known)>,
    guards: BTreeSet<String>,
}

impl Names {
    fn bind(&mut self, name: &str, known: Known) {
        self.variables.push((name.to_owned(), known));
    }

    fn get(&self, name: &str) -> Option<&Known> {
        let found = self.variables.iter().rev().find(|(n, _)| n == name);
        found.map(|(_, known)| known)
    }

    /// The value, without its `null` if a guard excludes it.
    fn narrow(&self, mut known: Known) -> Known {
        let guarded = |p: &Place| self.guards.contains(&p.key);
        if known.place.as_ref().is_some_and(guarded) {
            known.ty = known.ty.non_null().clone();
        }
        known
    }
}

struct Checker<'a> {
    info: &'a SourceInfo,
    offsets: Vec<usize>,
    problems: BTreeSet<Problem>,
    paths: BTreeSet<String>,
    null_tests: BTreeSet<String>,
    next_variable: usize,
}

impl Checker<'_> {
    fn offset(&self, e: &IdedExpr) -> usize {
        let raw = self.info.offset_for(e.id).map_or(0, |(start, _)| start);
        let raw = usize::try_from(raw).unwrap_or_default();
        self.offsets.get(raw).copied().unwrap_or(raw)
    }

    /// Where a message about it points: to the operator, to the name of a function, or else to
    /// where it starts.
    fn start(&self, e: &IdedExpr) -> usize {
        let own = self.offset(e);
        match &e.expr {
            Expr::Select(select) => self.start(&select.operand).min(own),
            Expr::Comprehension(c) => self.start(&c.iter_range).min(own),
            Expr::Call(call) => match (&call.target, call.args.first()) {
                (Some(target), _) => self.start(target).min(own),
                (None, Some(first)) if call.func_name == operators::op::INDEX => {
                    self.start(first).min(own)
                }
                (None, _) if call.func_name.starts_with(char::is_alphabetic) => {
                    own.saturating_sub(call.func_name.chars().count())
                }
                _ => own,
            },
            _ => own,
        }
    }

    fn problem(&mut self, e: &IdedExpr, message: impl Into<String>, help: Option<String>) {
        let start = self.start(e);
        self.problem_at(start, message, help);
    }

    fn problem_at(&mut self, offset: usize, message: impl Into<String>, help: Option<String>) {
        let mut problem = Problem::new(offset, message);
        problem.help = help;
        self.problems.insert(problem);
    }

    fn wanted(&mut self, known: &Known, want: Want) {
        let what = match (want, &known.ty) {
            (Want::Any, _) | (_, Type::Dyn) => return,
            (Want::Bool, Type::Bool) | (Want::List, Type::List(_)) => return,
            (Want::Bool, _) => "true or false",
            (Want::List, _) => "a list",
        };
        let message = format!("it must give {what}, and gives {}", known.ty);
        self.problem_at(0, message, None);
    }

    /// A list that was computed is used as a whole, and its elements with it.
    fn consume(&mut self, known: &Known) {
        if known.place.is_none() {
            self.paths.extend(known.elements.clone());
        }
    }

    /// The type of a value that is used, which must not be `null`.
    fn solid(&mut self, e: &IdedExpr, known: &Known) -> Type {
        if matches!(known.ty, Type::Nullable(_)) {
            let help = known
                .place
                .as_ref()
                .map(|p| format!("test it first: `{} != null && …`", p.shown));
            self.problem(e, format!("{} may be null", known.shown()), help);
        }
        known.ty.non_null().clone()
    }

    fn visit(&mut self, e: &IdedExpr, names: &Names, reading: bool) -> Known {
        match &e.expr {
            Expr::Literal(literal) => self.literal(e, literal),
            Expr::Ident(name) => {
                let Some(known) = names.get(name) else {
                    let known = names.variables.iter().map(|(n, _)| n.as_str());
                    let known = known.filter(|n| !n.starts_with('@'));
                    let help = did_you_mean(name, known.clone()).or_else(|| {
                        let names: BTreeSet<&str> = known.collect();
                        let names: Vec<&str> = names.into_iter().collect();
                        Some(format!("the variables are: {}", names.join(", ")))
                    });
                    self.problem(e, format!("unknown variable `{name}`"), help);
                    return Known::of(Type::Dyn);
                };
                let known = names.narrow(known.clone());
                self.read(&known, reading);
                known
            }
            Expr::Select(select) => self.select(e, select, names, reading),
            Expr::List(list) => {
                let mut ty = Type::Dyn;
                let mut elements = None;
                let single = list.elements.len() == 1;
                for item in &list.elements {
                    // What is put into a list, as `filter` does, is read by who uses the list.
                    let known = self.visit(item, names, !single);
                    match operators::merge(&ty, &known.ty) {
                        Some(merged) => ty = merged,
                        None => {
                            let message = format!("a list cannot hold {} and {}", ty, known.ty);
                            self.problem(item, message, None);
                        }
                    }
                    elements = known.place.map(|p| p.path);
                }
                Known {
                    ty: Type::list(ty),
                    place: None,
                    elements: elements.filter(|_| single),
                }
            }
            Expr::Comprehension(c) => self.comprehension(c, names),
            Expr::Call(call) => self.call(e, call, names),
            Expr::Map(_) | Expr::Struct(_) => {
                self.problem(e, "maps and objects cannot be written in expressions", None);
                Known::of(Type::Dyn)
            }
            Expr::Unspecified => {
                self.problem(e, "not an expression", None);
                Known::of(Type::Dyn)
            }
        }
    }

    fn read(&mut self, known: &Known, reading: bool) {
        if let (true, Some(place)) = (reading, &known.place) {
            self.paths.insert(place.path.clone());
        }
    }

    fn literal(&mut self, e: &IdedExpr, literal: &LiteralValue) -> Known {
        Known::of(match literal {
            LiteralValue::Boolean(_) => Type::Bool,
            LiteralValue::Int(_) => Type::Int,
            LiteralValue::Double(_) => Type::Double,
            LiteralValue::String(_) => Type::String,
            LiteralValue::Null => Type::Null,
            LiteralValue::UInt(_) => {
                self.problem(e, "write the number without `u`", None);
                Type::Int
            }
            LiteralValue::Bytes(_) => {
                self.problem(e, "byte strings cannot be used", None);
                Type::Dyn
            }
        })
    }
}
