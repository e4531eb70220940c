//! The rewriting of a checked expression before it is evaluated. `cel` has no cost limit, compares
//! silently what cannot be compared, compiles a regular expression at every use, and knows no
//! unread values: each of these is put right by calling a function of ours in its place.
//!
//! * a variable `x`, unless a field of it is selected, becomes `@read(x)`: unread is an error;
//! * the range of a comprehension becomes `@charge(range)`: the budget, and the keys of a map;
//! * `==`, `!=`, `in`, `+` become `@eq`, `@ne`, `@in`, `@add`; `matches` becomes `@matches`.
//!
//! What the macros of CEL produce around the accumulator is left alone, as the evaluator
//! recognises its shape.

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, operators as op};
use std::mem;

/// The functions that the rewriting calls.
pub(super) const READ: &str = "@read";
pub(super) const CHARGE: &str = "@charge";
pub(super) const EQ: &str = "@eq";
pub(super) const NE: &str = "@ne";
pub(super) const IN: &str = "@contains";
pub(super) const ADD: &str = "@add";
pub(super) const MATCHES: &str = "@matches";

/// Whether the name is one that the macros of CEL made up.
pub(super) fn is_accumulator(name: &str) -> bool {
    name.starts_with('@')
}

fn names_accumulator(e: &IdedExpr) -> bool {
    matches!(&e.expr, Expr::Ident(name) if is_accumulator(name))
}

/// The parts of an expression.
fn parts(e: &IdedExpr) -> Vec<&IdedExpr> {
    match &e.expr {
        Expr::Call(call) => call
            .target
            .as_deref()
            .into_iter()
            .chain(&call.args)
            .collect(),
        Expr::Select(select) => vec![&*select.operand],
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Comprehension(c) => {
            vec![
                &c.iter_range,
                &c.accu_init,
                &c.loop_cond,
                &c.loop_step,
                &c.result,
            ]
        }
        Expr::Map(map) => {
            let entries = map.entries.iter().filter_map(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => Some([&entry.key, &entry.value]),
                EntryExpr::StructField(_) => None,
            });
            entries.flatten().collect()
        }
        Expr::Struct(_) | Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => Vec::new(),
    }
}

/// Whether a tree has more levels than this. The parser's own limit knows nothing of chains,
/// `1 + 1 + …`, each term of which is a level.
pub(super) fn is_deeper_than(e: &IdedExpr, levels: usize) -> bool {
    match levels.checked_sub(1) {
        None => true,
        Some(below) => parts(e).into_iter().any(|part| is_deeper_than(part, below)),
    }
}

/// Rewrites an expression in place.
pub(super) fn rewrite(e: &mut IdedExpr) {
    match &mut e.expr {
        Expr::Ident(name) if !is_accumulator(name) => wrap(e, READ),
        Expr::Select(select) => match select.operand.expr {
            Expr::Ident(_) => {}
            _ => rewrite(&mut select.operand),
        },
        Expr::List(list) => list.elements.iter_mut().for_each(rewrite),
        Expr::Map(map) => {
            for entry in &mut map.entries {
                if let EntryExpr::MapEntry(entry) = &mut entry.expr {
                    rewrite(&mut entry.key);
                    rewrite(&mut entry.value);
                }
            }
        }
        Expr::Comprehension(c) => {
            for part in [
                &mut c.iter_range,
                &mut c.accu_init,
                &mut c.loop_cond,
                &mut c.loop_step,
                &mut c.result,
            ] {
                rewrite(part);
            }
            wrap(&mut c.iter_range, CHARGE);
        }
        Expr::Call(call) => rewrite_call(call),
        Expr::Ident(_) | Expr::Literal(_) | Expr::Struct(_) | Expr::Unspecified => {}
    }
}

fn rewrite_call(call: &mut CallExpr) {
    let replacement = match (call.func_name.as_str(), call.args.as_slice()) {
        (op::EQUALS, _) => Some(EQ),
        (op::NOT_EQUALS, _) => Some(NE),
        (op::IN, _) => Some(IN),
        (op::ADD, [left, _]) if !names_accumulator(left) => Some(ADD),
        ("matches", _) => Some(MATCHES),
        _ => None,
    };
    if let Some(target) = call.target.as_deref_mut() {
        rewrite(target);
    }
    call.args.iter_mut().for_each(rewrite);
    if let Some(name) = replacement {
        call.func_name = name.to_owned();
        if let Some(target) = call.target.take() {
            call.args.insert(0, *target);
        }
    }
}

fn wrap(e: &mut IdedExpr, function: &str) {
    let inner = mem::take(e);
    e.id = inner.id;
    e.expr = Expr::Call(CallExpr {
        func_name: function.to_owned(),
        target: None,
        args: vec![inner],
    });
}
