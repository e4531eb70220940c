//! Sets of addresses: what is public, and what is the world.

use super::super::node::Node;
use super::{Function, FunctionDoc, Gives, Shape, int, native, text, text_list, texts};
use crate::model::addresses::{Addresses, NotAnAddress, parse};
use cel::ExecutionError;
use ipnet::IpNet;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        doc: FunctionDoc {
            name: "open_to_world",
            signature: "list<string>.open_to_world() -> bool",
            about: "Whether address ranges, taken together, are \"the world\": more publicly \
                    routable IPv4 addresses than one /8 has, or more global IPv6 addresses than \
                    one /16 has. `0.0.0.0/1` with `128.0.0.0/1` is, `10.0.0.0/8` is not.",
            example: "rule.cidrs.open_to_world()",
        },
        receiver: Some(Shape::Texts),
        args: &[],
        gives: Gives::Bool,
        run: native!(open_to_world),
    },
    Function {
        doc: FunctionDoc {
            name: "public_part",
            signature: "list<string>.public_part() -> list<string>",
            about: "The publicly routable part of address ranges, merged and sorted.",
            example: "rule.cidrs.public_part().size() == 0",
        },
        receiver: Some(Shape::Texts),
        args: &[],
        gives: Gives::Texts,
        run: native!(public_part),
    },
    Function {
        doc: FunctionDoc {
            name: "any_public",
            signature: "list<string>.any_public() -> bool",
            about: "Whether any address of the ranges is publicly routable.",
            example: "cluster.public_access_cidrs.any_public()",
        },
        receiver: Some(Shape::Texts),
        args: &[],
        gives: Gives::Bool,
        run: native!(any_public),
    },
    Function {
        doc: FunctionDoc {
            name: "merged",
            signature: "list<string>.merged() -> list<string>",
            about: "Address ranges as the fewest ranges that hold the same addresses, sorted.",
            example: "rule.cidrs.merged()",
        },
        receiver: Some(Shape::Texts),
        args: &[],
        gives: Gives::Texts,
        run: native!(merged),
    },
    Function {
        doc: FunctionDoc {
            name: "contains_cidr",
            signature: "list<string>.contains_cidr(string) -> bool",
            about: "Whether every address of a range (or one address) is in the ranges.",
            example: "params.office.contains_cidr('203.0.113.7')",
        },
        receiver: Some(Shape::Texts),
        args: &[Shape::Text],
        gives: Gives::Bool,
        run: native!(contains_cidr),
    },
    Function {
        doc: FunctionDoc {
            name: "wide_public_ranges",
            signature: "list<string>.wide_public_ranges(v4: int, v6: int) -> list<string>",
            about: "The publicly routable ranges, once merged, with a prefix shorter than that for \
                    IPv4 or IPv6. None of a family of which all together are \"the world\", as \
                    `open_to_world` has it.",
            example: "rule.cidrs.wide_public_ranges(20, 32).size() == 0",
        },
        receiver: Some(Shape::Texts),
        args: &[Shape::Int, Shape::Int],
        gives: Gives::Texts,
        run: native!(wide_public_ranges),
    },
];

impl From<NotAnAddress> for ExecutionError {
    fn from(error: NotAnAddress) -> ExecutionError {
        ExecutionError::function_error("address", error)
    }
}

/// The addresses of a list of ranges.
pub(super) fn addresses(node: &Node) -> Result<Addresses, ExecutionError> {
    let networks: Result<Vec<IpNet>, _> = texts(node)?.into_iter().map(parse).collect();
    Ok(Addresses::new(networks?))
}

/// A set as a list of ranges.
pub(super) fn ranges(addresses: &Addresses) -> Result<Node, ExecutionError> {
    text_list(addresses.networks().iter().map(ToString::to_string))
}

fn open_to_world(args: &[Node]) -> Result<Node, ExecutionError> {
    Ok(addresses(&args[0])?.is_world().into())
}

fn public_part(args: &[Node]) -> Result<Node, ExecutionError> {
    ranges(&addresses(&args[0])?.public())
}

fn any_public(args: &[Node]) -> Result<Node, ExecutionError> {
    Ok((!addresses(&args[0])?.public().is_empty()).into())
}

fn merged(args: &[Node]) -> Result<Node, ExecutionError> {
    ranges(&addresses(&args[0])?)
}

fn contains_cidr(args: &[Node]) -> Result<Node, ExecutionError> {
    let asked = Addresses::new([parse(text(&args[1])?)?]);
    Ok(asked.difference(&addresses(&args[0])?).is_empty().into())
}

fn wide_public_ranges(args: &[Node]) -> Result<Node, ExecutionError> {
    let shortest = [int(&args[1])?, int(&args[2])?];
    let families = addresses(&args[0])?.families();
    let mut wide = Vec::new();
    for (family, shortest) in families.into_iter().zip(shortest) {
        if !family.is_world() {
            let networks = family.public().networks().into_iter();
            wide.extend(networks.filter(|n| i64::from(n.prefix_len()) < shortest));
        }
    }
    text_list(wide.iter().map(ToString::to_string))
}
