//! What is known once a condition was true, or false: that a value is not `null`, that a key is in
//! a map.

use super::Names;
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators as op};
use std::collections::BTreeSet;

/// A key as it is written.
pub(super) fn quoted(key: &str) -> String {
    format!("'{key}'")
}

/// The guard that says that an entry of a map is there.
pub(super) fn present(key: &str) -> String {
    format!("{key} is there")
}

/// The key of a place (see `Place::key`).
pub(super) fn key(e: &IdedExpr, names: &Names) -> Option<String> {
    match &e.expr {
        Expr::Ident(name) => Some(names.get(name)?.place.as_ref()?.key.clone()),
        Expr::Select(select) if !select.test => {
            Some(format!("{}.{}", key(&select.operand, names)?, select.field))
        }
        Expr::Call(CallExpr {
            func_name, args, ..
        }) if func_name == op::INDEX => {
            let [operand, index] = args.as_slice() else {
                return None;
            };
            Some(format!(
                "{}[{}]",
                key(operand, names)?,
                index_key(index, names)?
            ))
        }
        _ => None,
    }
}

/// How an index is told in a key.
pub(super) fn index_key(index: &IdedExpr, names: &Names) -> Option<String> {
    match &index.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(quoted(text.inner())),
        Expr::Literal(LiteralValue::Int(i)) => Some(i.inner().to_string()),
        _ => key(index, names),
    }
}

/// Adds what is known when `e` gave `truth`.
pub(super) fn collect(e: &IdedExpr, truth: bool, names: &Names, into: &mut BTreeSet<String>) {
    match &e.expr {
        Expr::Select(select) if select.test && truth => {
            if let Some(operand) = key(&select.operand, names) {
                into.insert(present(&format!("{operand}[{}]", quoted(&select.field))));
            }
        }
        Expr::Call(call) => match (call.func_name.as_str(), call.args.as_slice()) {
            (op::LOGICAL_NOT, [inner]) => collect(inner, !truth, names, into),
            (op::LOGICAL_AND, args) if truth => {
                args.iter().for_each(|a| collect(a, true, names, into));
            }
            (op::LOGICAL_OR, args) if !truth => {
                args.iter().for_each(|a| collect(a, false, names, into));
            }
            (op::EQUALS | op::NOT_EQUALS, [a, b]) => {
                let equal = (call.func_name == op::EQUALS) == truth;
                for (side, other) in [(a, b), (b, a)] {
                    let null = matches!(other.expr, Expr::Literal(LiteralValue::Null));
                    let literal = matches!(other.expr, Expr::Literal(_));
                    // Unequal to null, or equal to something that is not null.
                    if (null && !equal) || (literal && !null && equal) {
                        into.extend(key(side, names));
                    }
                }
            }
            (op::IN, [element, container]) if truth => {
                if let (Some(container), Some(element)) =
                    (key(container, names), index_key(element, names))
                {
                    into.insert(present(&format!("{container}[{element}]")));
                }
                // An element of a list of literals is not null.
                if matches!(&container.expr, Expr::List(l) if !l.elements.iter().any(may_be_null)) {
                    into.extend(key(element, names));
                }
            }
            _ => {}
        },
        _ => {}
    }
}

fn may_be_null(e: &IdedExpr) -> bool {
    !matches!(&e.expr, Expr::Literal(l) if *l != LiteralValue::Null)
}
