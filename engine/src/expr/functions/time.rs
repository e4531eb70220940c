//! Times and spans of time.

use super::super::node::{Node, Repr};
use super::{Function, FunctionDoc, Gives, Shape, int, native};
use cel::ExecutionError;
use chrono::TimeDelta;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        doc: FunctionDoc {
            name: "days",
            signature: "days(int) -> duration",
            about: "A span of so many days of 24 hours.",
            example: "now - key.created > days(90)",
        },
        receiver: None,
        args: &[Shape::Int],
        gives: Gives::Span,
        run: native!(days),
    },
    Function {
        doc: FunctionDoc {
            name: "duration",
            signature: "duration(string) -> duration",
            about: "A span of time in hours, minutes and seconds.",
            example: "duration('36h30m')",
        },
        receiver: None,
        args: &[Shape::Text],
        gives: Gives::Span,
        run: None,
    },
    Function {
        doc: FunctionDoc {
            name: "timestamp",
            signature: "timestamp(string) -> timestamp",
            about: "A point in time, written as in RFC 3339.",
            example: "certificate.not_after < timestamp('2027-01-01T00:00:00Z')",
        },
        receiver: None,
        args: &[Shape::Text],
        gives: Gives::Time,
        run: None,
    },
    Function {
        doc: FunctionDoc {
            name: "age",
            signature: "timestamp.age(timestamp) -> duration",
            about: "The time from a point to a later one: `x.age(now)` is `now - x`.",
            example: "key.created.age(now) > days(90)",
        },
        receiver: Some(Shape::Time),
        args: &[Shape::Time],
        gives: Gives::Span,
        run: native!(age),
    },
    Function {
        doc: FunctionDoc {
            name: "in_days",
            signature: "duration.in_days() -> int",
            about: "The whole days of a span of time, towards zero.",
            example: "(now - key.created).in_days()",
        },
        receiver: Some(Shape::Span),
        args: &[],
        gives: Gives::Int,
        run: native!(in_days),
    },
];

fn span(span: Option<TimeDelta>) -> Result<Node, ExecutionError> {
    let span = span.ok_or_else(|| ExecutionError::function_error("time", "out of range"))?;
    Ok(Node(Repr::Span(span.into())))
}

fn days(args: &[Node]) -> Result<Node, ExecutionError> {
    span(TimeDelta::try_days(int(&args[0])?))
}

fn age(args: &[Node]) -> Result<Node, ExecutionError> {
    match (args[0].as_time(), args[1].as_time()) {
        (Some(from), Some(to)) => span(Some(to - from)),
        _ => span(None),
    }
}

fn in_days(args: &[Node]) -> Result<Node, ExecutionError> {
    let span = args[0].as_span();
    let span = span.ok_or_else(|| ExecutionError::function_error("in_days", "not a span"))?;
    Ok(Node::from(span.num_days()))
}
