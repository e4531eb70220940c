//! The operators: what may be put to which, and what comes of it.

use super::select::Key;
use super::{Checker, Known, Names, guards};
use crate::expr::problem::did_you_mean;
use crate::expr::types::Type;
pub(super) use cel::common::ast::operators as op;
use cel::common::ast::{Expr, IdedExpr, LiteralValue};

/// The type of what is either of one type or of another; `None` if they have nothing in common.
pub(super) fn merge(a: &Type, b: &Type) -> Option<Type> {
    Some(match (a, b) {
        (a, b) if a == b => a.clone(),
        (Type::Dyn, other) | (other, Type::Dyn) => other.clone(),
        (Type::Null, other) | (other, Type::Null) => other.clone().nullable(),
        (Type::Nullable(x), y) | (y, Type::Nullable(x)) => merge(x, y.non_null())?.nullable(),
        (a, b) if a.is_text() && b.is_text() => Type::String,
        (Type::List(x), Type::List(y)) => Type::list(merge(x, y)?),
        (Type::Map(x), Type::Map(y)) => Type::map(merge(x, y)?),
        _ => return None,
    })
}

/// The sign of an operator.
fn sign(operator: &str) -> &str {
    match operator {
        op::IN => "in",
        other => other.trim_matches('_'),
    }
}

/// Whether equality between the two can be asked.
fn comparable(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Nullable(x), y) | (y, Type::Nullable(x)) => {
            *y == Type::Null || comparable(x, y.non_null())
        }
        (Type::Null, Type::Null) => true,
        (a, b) if a.has_object() || b.has_object() => false,
        (Type::Map(_), _) | (_, Type::Map(_)) => false,
        (Type::Dyn, _) | (_, Type::Dyn) => true,
        (Type::Enum(x), Type::Enum(y)) => x.iter().any(|v| y.contains(v)),
        (Type::List(x), Type::List(y)) => comparable(x, y),
        (a, b) => a == b || (a.is_text() && b.is_text()) || (a.is_number() && b.is_number()),
    }
}

/// Whether one can come before the other.
fn ordered(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Dyn, _) | (_, Type::Dyn) => true,
        (Type::Timestamp, Type::Timestamp) | (Type::Duration, Type::Duration) => true,
        (a, b) => (a.is_number() && b.is_number()) || (a.is_text() && b.is_text()),
    }
}

fn sum(operator: &str, a: &Type, b: &Type) -> Option<Type> {
    let plus = operator == op::ADD;
    Some(match (a, b) {
        (Type::Timestamp, Type::Timestamp) if !plus => Type::Duration,
        (Type::Timestamp, Type::Duration) => Type::Timestamp,
        (Type::Duration, Type::Timestamp) if plus => Type::Timestamp,
        (Type::Duration, Type::Duration) => Type::Duration,
        (Type::Int, Type::Int) => Type::Int,
        (Type::Double, Type::Double) => Type::Double,
        (a, b) if plus && a.is_text() && b.is_text() => Type::String,
        (Type::List(_), Type::List(_)) if plus => merge(a, b)?,
        (Type::Dyn, _) | (_, Type::Dyn) => Type::Dyn,
        _ => return None,
    })
}

impl Checker<'_> {
    /// An operator, or `None` if the call is none.
    pub(super) fn operator(
        &mut self,
        e: &IdedExpr,
        name: &str,
        args: &[IdedExpr],
        names: &Names,
    ) -> Option<Known> {
        Some(match (name, args) {
            (op::LOGICAL_AND | op::LOGICAL_OR, [a, b]) => {
                self.condition(a, names);
                let mut inner = names.clone();
                guards::collect(a, name == op::LOGICAL_AND, names, &mut inner.guards);
                self.condition(b, &inner);
                Known::of(Type::Bool)
            }
            (op::CONDITIONAL, [condition, a, b]) => {
                self.condition(condition, names);
                let mut inner = names.clone();
                guards::collect(condition, true, names, &mut inner.guards);
                let a = self.visit(a, &inner, true);
                let mut inner = names.clone();
                guards::collect(condition, false, names, &mut inner.guards);
                let b = self.visit(b, &inner, true);
                self.either(e, a, b)
            }
            (op::LOGICAL_NOT | op::NOT_STRICTLY_FALSE, [a]) => {
                self.condition(a, names);
                Known::of(Type::Bool)
            }
            (op::NEGATE, [a]) => {
                let known = self.visit(a, names, true);
                let ty = self.solid(a, &known);
                if !ty.is_number() && ty != Type::Dyn {
                    self.problem(e, format!("`-` cannot be put before {ty}"), None);
                }
                Known::of(ty)
            }
            (op::EQUALS | op::NOT_EQUALS, [a, b]) => {
                self.equality(e, name, a, b, names);
                Known::of(Type::Bool)
            }
            (op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS, [a, b]) => {
                let (x, y) = self.both(a, b, names);
                if !ordered(&x.ty, &y.ty) {
                    self.unfit(e, name, &x.ty, &y.ty);
                }
                Known::of(Type::Bool)
            }
            (op::ADD | op::SUBSTRACT, [a, b]) => {
                let (x, y) = self.both(a, b, names);
                let ty = sum(name, &x.ty, &y.ty).unwrap_or_else(|| {
                    self.unfit(e, name, &x.ty, &y.ty);
                    Type::Dyn
                });
                let elements = join_elements(&x, &y);
                Known {
                    ty,
                    place: None,
                    elements,
                }
            }
            (op::MULTIPLY | op::DIVIDE | op::MODULO, [a, b]) => {
                let (x, y) = self.both(a, b, names);
                let fit = x.ty == y.ty && x.ty.is_number();
                let modulo_of_double = name == op::MODULO && x.ty == Type::Double;
                if (!fit || modulo_of_double) && x.ty != Type::Dyn && y.ty != Type::Dyn {
                    self.unfit(e, name, &x.ty, &y.ty);
                }
                Known::of(x.ty)
            }
            (op::IN, [a, b]) => {
                self.membership(e, a, b, names);
                Known::of(Type::Bool)
            }
            (op::INDEX, [a, b]) => self.index(e, a, b, names),
            _ => return None,
        })
    }

    /// What must be true or false.
    fn condition(&mut self, e: &IdedExpr, names: &Names) {
        let known = self.visit(e, names, true);
        let ty = self.solid(e, &known);
        if !matches!(ty, Type::Bool | Type::Dyn) {
            let message = format!("{} must be true or false, it is a {ty}", known.shown());
            self.problem(e, message, None);
        }
    }

    /// Two operands, neither of which may be `null`.
    fn both(&mut self, a: &IdedExpr, b: &IdedExpr, names: &Names) -> (Known, Known) {
        let mut solid = |e: &IdedExpr| {
            let mut known = self.visit(e, names, true);
            known.ty = self.solid(e, &known);
            known
        };
        (solid(a), solid(b))
    }

    fn unfit(&mut self, e: &IdedExpr, operator: &str, a: &Type, b: &Type) {
        let help = match (a, b) {
            (Type::Timestamp, t) | (t, Type::Timestamp) if t.is_text() => {
                Some("write a time as `timestamp('2026-01-31T00:00:00Z')`".to_owned())
            }
            (Type::Duration, Type::Int) | (Type::Int, Type::Duration) => {
                Some("write a span of time as `days(90)`".to_owned())
            }
            (t, Type::Int | Type::Double) | (Type::Int | Type::Double, t) if t.is_text() => {
                Some("`string(x)` and `int(x)` convert".to_owned())
            }
            (Type::List(_) | Type::Map(_), _) | (_, Type::Map(_)) => {
                Some("`x.size()` counts the elements".to_owned())
            }
            (Type::Null, _) | (_, Type::Null) => Some("only `==` and `!=` take null".to_owned()),
            _ => None,
        };
        let message = format!("`{}` cannot be put between {a} and {b}", sign(operator));
        self.problem(e, message, help);
    }

    fn equality(&mut self, e: &IdedExpr, name: &str, a: &IdedExpr, b: &IdedExpr, names: &Names) {
        let [x, y] = [a, b].map(|e| {
            let known = self.visit(e, names, true);
            self.consume(&known);
            known
        });
        for (known, other) in [(&x, &y), (&y, &x)] {
            let never = !matches!(known.ty, Type::Nullable(_) | Type::Dyn | Type::Null);
            if other.ty == Type::Null && never {
                self.problem(e, format!("{} is never null", known.shown()), None);
                return;
            }
        }
        for (known, other) in [(&x, &y), (&y, &x)] {
            if let (Type::Null, Some(place)) = (&other.ty, &known.place) {
                self.null_tests.insert(place.path.clone());
            }
        }
        if x.ty.has_object() && y.ty.has_object() {
            let help = Some("compare their fields".to_owned());
            self.problem(e, "objects cannot be compared", help);
        } else if comparable(&x.ty, &y.ty) {
            self.variant(&x, b);
            self.variant(&y, a);
        } else {
            self.unfit(e, name, &x.ty, &y.ty);
        }
    }

    /// A text that is compared with something that is one of a few texts must be one of these.
    fn variant(&mut self, known: &Known, literal: &IdedExpr) {
        let (Type::Enum(variants), Expr::Literal(LiteralValue::String(text))) =
            (known.ty.non_null(), &literal.expr)
        else {
            return;
        };
        if !variants.iter().any(|v| v == text.inner()) {
            let text = text.inner();
            let all = format!("it is one of: {}", variants.join(", "));
            let help = did_you_mean(text, variants.iter().map(String::as_str));
            let help = help.map_or(all.clone(), |near| format!("{near} {all}"));
            let message = format!("{} is never '{text}'", known.shown());
            self.problem(literal, message, Some(help));
        }
    }

    fn membership(&mut self, e: &IdedExpr, a: &IdedExpr, b: &IdedExpr, names: &Names) {
        let [x, y] = [a, b].map(|e| {
            let known = self.visit(e, names, true);
            self.consume(&known);
            known
        });
        match self.solid(b, &y) {
            Type::List(element) if comparable(x.ty.non_null(), &element) => {
                if let Expr::List(list) = &b.expr {
                    list.elements.iter().for_each(|item| self.variant(&x, item));
                }
                let mut one = Known::of((*element).clone());
                one.place = y.place;
                self.variant(&one, a);
            }
            Type::Map(_) if x.ty.is_text() || x.ty == Type::Dyn => {}
            Type::Dyn => {}
            other if other.is_text() => {
                let help = "use `text.contains(part)`".to_owned();
                self.problem(e, "`in` looks into lists and maps", Some(help));
            }
            other => self.unfit(e, op::IN, &x.ty, &other),
        }
    }

    fn index(&mut self, e: &IdedExpr, a: &IdedExpr, b: &IdedExpr, names: &Names) -> Known {
        let container = self.visit(a, names, true);
        let index = self.visit(b, names, true);
        let ty = self.solid(a, &container);
        let index_ty = self.solid(b, &index);
        match &ty {
            Type::List(element) if matches!(index_ty, Type::Int | Type::Dyn) => {
                let key = guards::index_key(b, names);
                let place = container.place.as_ref().zip(key).map(|(p, k)| p.item(&k));
                names.narrow(Known {
                    ty: (**element).clone(),
                    place,
                    elements: None,
                })
            }
            Type::Map(values) if index_ty.is_text() => {
                let key = match &b.expr {
                    Expr::Literal(LiteralValue::String(text)) => Key::Written(text.inner()),
                    _ => Key::Held(guards::index_key(b, names)),
                };
                self.entry(e, &container, values, key, names)
            }
            Type::Dyn => Known::of(Type::Dyn),
            Type::Object(_) => {
                let help = "write `x.field`".to_owned();
                self.problem(e, "the fields of an object are not indexed", Some(help));
                Known::of(Type::Dyn)
            }
            other => {
                self.unfit(e, "[…]", other, &index_ty);
                Known::of(Type::Dyn)
            }
        }
    }

    fn either(&mut self, e: &IdedExpr, a: Known, b: Known) -> Known {
        let ty = merge(&a.ty, &b.ty).unwrap_or_else(|| {
            let message = format!(
                "the two outcomes are of different types: {}, {}",
                a.ty, b.ty
            );
            self.problem(e, message, None);
            Type::Dyn
        });
        Known {
            ty,
            place: None,
            elements: join_elements(&a, &b),
        }
    }
}

/// The path of the elements of two lists together: known when it is the same, or one list has none.
fn join_elements(a: &Known, b: &Known) -> Option<String> {
    let empty = |k: &Known| k.ty.element() == Some(&Type::Dyn) && k.place.is_none();
    match (a.element(), b.element()) {
        (x, y) if x == y => x,
        (x, _) if empty(b) => x,
        (_, y) if empty(a) => y,
        _ => None,
    }
}
