//! Sets of addresses: what is public, and what is the world.

use super::super::node::Node;
use super::intervals::{Addresses, NotAnAddress, parse};
use super::{Function, FunctionDoc, Gives, Shape, native, text, text_list, texts};
use cel::ExecutionError;
use ipnet::IpNet;
use std::sync::LazyLock;

/// More publicly routable IPv4 addresses than this, those of one /8, are "the world".
pub const WORLD_V4: u128 = 1 << 24;

/// More global IPv6 addresses than this, those of one /16, are "the world".
pub const WORLD_V6: u128 = 1 << (128 - 16);

/// The special-purpose IPv4 ranges (the IANA registry of RFC 6890): not routed on the Internet.
const NOT_PUBLIC_V4: &[&str] = &[
    "0.0.0.0/8",       // this network
    "10.0.0.0/8",      // private, RFC 1918
    "100.64.0.0/10",   // carrier-grade NAT, RFC 6598
    "127.0.0.0/8",     // loopback
    "169.254.0.0/16",  // link-local
    "172.16.0.0/12",   // private, RFC 1918
    "192.0.0.0/24",    // protocol assignments
    "192.0.2.0/24",    // documentation, RFC 5737
    "192.168.0.0/16",  // private, RFC 1918
    "198.18.0.0/15",   // benchmarks, RFC 2544
    "198.51.100.0/24", // documentation, RFC 5737
    "203.0.113.0/24",  // documentation, RFC 5737
    "224.0.0.0/4",     // multicast
    "240.0.0.0/4",     // reserved, and broadcast
];

/// The global part of IPv6 (RFC 4291), and the documentation range within it (RFC 3849).
const PUBLIC_V6: &str = "2000::/3";
const NOT_PUBLIC_V6: &str = "2001:db8::/32";

/// The publicly routable addresses.
static PUBLIC: LazyLock<Addresses> = LazyLock::new(|| {
    let set = |texts: &[&str]| Addresses::new(texts.iter().filter_map(|t| parse(t).ok()));
    let special = set(&[NOT_PUBLIC_V4, &[NOT_PUBLIC_V6]].concat());
    set(&["0.0.0.0/0", PUBLIC_V6]).difference(&special)
});

/// What is not publicly routable.
static PRIVATE: LazyLock<Addresses> = LazyLock::new(|| {
    let all = ["0.0.0.0/0", "::/0"];
    Addresses::new(all.iter().filter_map(|t| parse(t).ok())).difference(&PUBLIC)
});

impl Addresses {
    /// The publicly routable part.
    pub(super) fn public(&self) -> Addresses {
        self.difference(&PRIVATE)
    }

    /// Whether the public part is so large that it stands for the world.
    pub(super) fn is_world(&self) -> bool {
        let public = self.public();
        public.v4.size() > WORLD_V4 || public.v6.size() > WORLD_V6
    }
}

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
