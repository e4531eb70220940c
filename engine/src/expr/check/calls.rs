//! The calls of functions: those that the language has, with arguments that fit.

use super::{Checker, Known, Names};
use crate::expr::functions::{self, Function, Gives, Shape};
use crate::expr::problem::did_you_mean;
use crate::expr::types::{Object, Type};
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue};

/// What CEL spells as calls, and how each is written.
const MACROS: &[(&str, &str)] = &[
    ("all", "list.all(x, condition)"),
    ("exists", "list.exists(x, condition)"),
    ("exists_one", "list.exists_one(x, condition)"),
    ("existsOne", "list.existsOne(x, condition)"),
    ("filter", "list.filter(x, condition)"),
    ("has", "has(map.key)"),
    ("map", "list.map(x, value)"),
];

fn is(ty: Option<&Type>, fits: impl Fn(&Type) -> bool) -> bool {
    ty.is_some_and(|ty| matches!(ty, Type::Dyn) || fits(ty.non_null()))
}

fn is_texts(ty: &Type) -> bool {
    matches!(ty, Type::List(of) if **of == Type::Dyn || of.is_text())
}

fn is_scalar(ty: &Type) -> bool {
    ty.is_text()
        || ty.is_number()
        || matches!(
            ty,
            Type::Dyn | Type::Bool | Type::Timestamp | Type::Duration
        )
}

fn has_ports(object: &Object) -> bool {
    let field = |name: &str| object.fields.get(name);
    is(field("protocol"), Type::is_text)
        && is(field("from_port"), |t| *t == Type::Int)
        && is(field("to_port"), |t| *t == Type::Int)
}

fn is_rule(ty: &Type) -> bool {
    match ty {
        Type::Object(object) => has_ports(object) && is(object.fields.get("cidrs"), is_texts),
        _ => *ty == Type::Dyn,
    }
}

fn is_entry(ty: &Type) -> bool {
    match ty {
        Type::Object(object) => {
            let field = |name: &str| object.fields.get(name);
            has_ports(object)
                && is(field("rule_number"), |t| *t == Type::Int)
                && is(field("cidr"), Type::is_text)
                && is(field("action"), Type::is_text)
        }
        _ => *ty == Type::Dyn,
    }
}

fn list_of(ty: &Type, fits: impl Fn(&Type) -> bool) -> bool {
    matches!(ty, Type::List(of) if fits(of))
}

impl Shape {
    fn fits(self, ty: &Type) -> bool {
        if *ty == Type::Dyn {
            return true;
        }
        match self {
            Shape::Int => *ty == Type::Int,
            Shape::Text => ty.is_text(),
            Shape::Time => *ty == Type::Timestamp,
            Shape::Span => *ty == Type::Duration,
            Shape::Sized => ty.is_text() || matches!(ty, Type::List(_) | Type::Map(_)),
            Shape::Numeric => ty.is_text() || ty.is_number(),
            Shape::Scalar => is_scalar(ty),
            Shape::Texts => is_texts(ty),
            Shape::Scalars => list_of(ty, is_scalar),
            Shape::Rule => is_rule(ty),
            Shape::Rules => list_of(ty, is_rule),
            Shape::Entries => list_of(ty, is_entry),
            Shape::Policy => matches!(ty, Type::Object(o) if o.fields.contains_key("statements")),
        }
    }

    fn wanted(self) -> &'static str {
        match self {
            Shape::Int => "an int",
            Shape::Text => "a string",
            Shape::Time => "a timestamp",
            Shape::Span => "a duration",
            Shape::Sized => "a string, a list or a map",
            Shape::Numeric => "a number or a string",
            Shape::Scalar => "a single value",
            Shape::Texts => "a list of strings",
            Shape::Scalars => "a list of single values",
            Shape::Rule => "a rule (protocol, from_port, to_port, cidrs)",
            Shape::Rules => "a list of rules (protocol, from_port, to_port, cidrs)",
            Shape::Entries => {
                "a list of entries (rule_number, protocol, from_port, to_port, cidr, action)"
            }
            Shape::Policy => "a policy document",
        }
    }
}

impl Checker<'_> {
    pub(super) fn call(&mut self, e: &IdedExpr, call: &CallExpr, names: &Names) -> Known {
        let name = call.func_name.as_str();
        if call.target.is_none()
            && let Some(known) = self.operator(e, name, &call.args, names)
        {
            return known;
        }
        if let Some((_, written)) = MACROS.iter().find(|(m, _)| *m == name) {
            let help = Some(format!("write `{written}`"));
            let at = self.name_of(e, name);
            self.problem_at(at, format!("`{name}` is not used so"), help);
            return Known::of(Type::Dyn);
        }
        let receiver = call
            .target
            .as_deref()
            .map(|t| (t, self.visit(t, names, true)));
        let args: Vec<Known> = call
            .args
            .iter()
            .map(|a| self.visit(a, names, true))
            .collect();
        let named: Vec<&Function> = functions::all().filter(|f| f.doc.name == name).collect();
        let style = |f: &&&Function| f.receiver.is_some() == receiver.is_some();
        let Some(function) = named.iter().find(style) else {
            self.no_function(e, name, named.first().copied());
            return Known::of(Type::Dyn);
        };
        if function.args.len() != args.len() {
            let message = format!(
                "`{name}` takes {} argument{}, not {}",
                function.args.len(),
                if function.args.len() == 1 { "" } else { "s" },
                args.len()
            );
            let at = self.name_of(e, name);
            self.problem_at(at, message, Some(function.doc.signature.to_owned()));
        }
        if let (Some((e, known)), Some(shape)) = (&receiver, function.receiver) {
            self.argument(e, known, shape, function);
        }
        for ((e, known), shape) in call.args.iter().zip(&args).zip(function.args) {
            self.argument(e, known, *shape, function);
        }
        if name == "matches"
            && let Some(Expr::Literal(LiteralValue::String(pattern))) =
                call.args.first().map(|a| &a.expr)
            && let Err(error) = functions::regex(pattern.inner())
        {
            let error = error.to_string();
            let last = error.lines().last().unwrap_or_default();
            let message = format!(
                "not a regular expression: {}",
                last.trim_start_matches("error: ")
            );
            self.problem(&call.args[0], message, None);
        }
        given(function, receiver.map(|(_, known)| known))
    }

    fn argument(&mut self, e: &IdedExpr, known: &Known, shape: Shape, function: &Function) {
        self.consume(known);
        let ty = self.solid(e, known);
        if !shape.fits(&ty) {
            let name = function.doc.name;
            let message = format!("`{name}` needs {} here, not {ty}", shape.wanted());
            self.problem(e, message, Some(function.doc.signature.to_owned()));
        }
    }

    fn no_function(&mut self, e: &IdedExpr, name: &str, other: Option<&Function>) {
        let help = match other {
            Some(function) => Some(format!("write `{}`", function.doc.signature)),
            None => {
                let known = functions::all().map(|f| f.doc.name);
                did_you_mean(name, known.chain(MACROS.iter().map(|(m, _)| *m)))
            }
        };
        let message = match other {
            Some(_) => format!("`{name}` is not called so"),
            None => format!("unknown function `{name}`"),
        };
        let at = self.name_of(e, name);
        self.problem_at(at, message, help);
    }

    /// Where the name of a function is: the place of a call is its bracket.
    fn name_of(&self, e: &IdedExpr, name: &str) -> usize {
        self.offset(e).saturating_sub(name.chars().count())
    }
}

/// What a function gives to its receiver.
fn given(function: &Function, receiver: Option<Known>) -> Known {
    let receiver = receiver.unwrap_or(Known::of(Type::Dyn));
    let path = |p: &super::Place| format!("{}.statements[]", p.path);
    match function.gives {
        Gives::Bool => Known::of(Type::Bool),
        Gives::Int => Known::of(Type::Int),
        Gives::Double => Known::of(Type::Double),
        Gives::Text => Known::of(Type::String),
        Gives::Time => Known::of(Type::Timestamp),
        Gives::Span => Known::of(Type::Duration),
        Gives::Texts => Known::of(Type::list(Type::String)),
        Gives::Receiver => Known {
            elements: receiver.element(),
            ty: receiver.ty.non_null().clone(),
            place: None,
        },
        Gives::Statements => Known {
            elements: receiver.place.as_ref().map(path),
            ty: receiver
                .ty
                .as_object()
                .and_then(|o| o.fields.get("statements"))
                .map_or(Type::list(Type::Dyn), |ty| ty.non_null().clone()),
            place: None,
        },
    }
}
