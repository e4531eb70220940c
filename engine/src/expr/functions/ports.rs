//! Security group rules and network ACL entries: what reaches a port.

use super::super::meter::charge;
use super::super::node::Node;
use super::address::{addresses, ranges};
use super::{Function, FunctionDoc, Gives, Shape, field, int, list, native, text, unexpected};
use crate::model::addresses::{Addresses, parse};
use cel::ExecutionError;
use std::collections::BTreeSet;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        doc: FunctionDoc {
            name: "covers",
            signature: "rule.covers(protocol: string, port: int) -> bool",
            about: "Whether a rule lets traffic of a protocol (`tcp`, `udp`, …) to a port pass. A \
                    rule for all protocols covers every port; one for ICMP covers none.",
            example: "rule.covers('tcp', params.port)",
        },
        receiver: Some(Shape::Rule),
        args: &[Shape::Text, Shape::Int],
        gives: Gives::Bool,
        run: native!(rule_covers),
    },
    Function {
        doc: FunctionDoc {
            name: "reaching",
            signature: "list<rule>.reaching(protocol: string, port: int) -> list<rule>",
            about: "The rules that cover a port.",
            example: "security_group.ingress.reaching('tcp', 22)",
        },
        receiver: Some(Shape::Rules),
        args: &[Shape::Text, Shape::Int],
        gives: Gives::Receiver,
        run: native!(reaching),
    },
    Function {
        doc: FunctionDoc {
            name: "addresses",
            signature: "list<rule>.addresses() -> list<string>",
            about: "The address ranges of all the rules together, merged and sorted.",
            example: "security_group.ingress.reaching('tcp', 22).addresses().open_to_world()",
        },
        receiver: Some(Shape::Rules),
        args: &[],
        gives: Gives::Texts,
        run: native!(rule_addresses),
    },
    Function {
        doc: FunctionDoc {
            name: "world_ports",
            signature: "list<rule>.world_ports(protocol: string, except: list<string>) -> list<string>",
            about: "The ports, from 1 to 65535, that the rules together open to the world, but for \
                    the excepted ones: single ports (`443`) and ranges (`8000-8999`).",
            example: "security_group.ingress.world_ports('tcp', params.ports).size() == 0",
        },
        receiver: Some(Shape::Rules),
        args: &[Shape::Text, Shape::Texts],
        gives: Gives::Texts,
        run: native!(world_ports),
    },
    Function {
        doc: FunctionDoc {
            name: "admits",
            signature: "list<entry>.admits(protocol: string, port: int) -> list<string>",
            about: "The address ranges that the entries of a network ACL admit to a port: for \
                    each address, the entry with the lowest number that matches decides.",
            example: "network_acl.ingress.admits('tcp', 3389).open_to_world()",
        },
        receiver: Some(Shape::Entries),
        args: &[Shape::Text, Shape::Int],
        gives: Gives::Texts,
        run: native!(admits),
    },
    Function {
        doc: FunctionDoc {
            name: "admits_any",
            signature: "list<entry>.admits_any(protocol: string, from: int, to: int) -> list<string>",
            about: "The address ranges that the entries of a network ACL admit to at least one \
                    port of a range.",
            example: "network_acl.ingress.admits_any('tcp', 0, 65535).any_public()",
        },
        receiver: Some(Shape::Entries),
        args: &[Shape::Text, Shape::Int, Shape::Int],
        gives: Gives::Texts,
        run: native!(admits_any),
    },
];

/// A protocol by the name that AWS gives it, where it has one (IANA's numbers).
fn protocol(text: &str) -> String {
    let lower = text.trim().to_ascii_lowercase();
    match lower.as_str() {
        "-1" | "all" => "all",
        "6" => "tcp",
        "17" => "udp",
        "1" => "icmp",
        "58" => "icmpv6",
        other => other,
    }
    .to_owned()
}

/// The ports of a rule or an entry for a protocol; `None` if it is not about that protocol.
fn ports(rule: &Node, asked: &str) -> Result<Option<(i64, i64)>, ExecutionError> {
    const ALL: Option<(i64, i64)> = Some((0, 65535));
    let own = protocol(text(field(rule, "protocol")?)?);
    if own == "all" {
        return Ok(ALL);
    }
    // What ICMP rules have in the place of ports are types and codes.
    if own != protocol(asked) || own.starts_with("icmp") {
        return Ok(None);
    }
    let port = |name: &str| {
        let node = field(rule, name)?;
        if node.is_null() {
            Ok(None)
        } else {
            int(node).map(Some)
        }
    };
    Ok(match (port("from_port")?, port("to_port")?) {
        (None | Some(-1), _) | (_, None | Some(-1)) => ALL,
        (Some(from), Some(to)) => Some((from, to)),
    })
}

fn covers(rule: &Node, protocol: &str, port: i64) -> Result<bool, ExecutionError> {
    let ports = ports(rule, protocol)?;
    Ok(ports.is_some_and(|(from, to)| (from..=to).contains(&port)))
}

fn rule_covers(args: &[Node]) -> Result<Node, ExecutionError> {
    Ok(covers(&args[0], text(&args[1])?, int(&args[2])?)?.into())
}

fn reaching(args: &[Node]) -> Result<Node, ExecutionError> {
    let (protocol, port) = (text(&args[1])?, int(&args[2])?);
    let mut found = Vec::new();
    for rule in list(&args[0])? {
        if covers(rule, protocol, port)? {
            found.push(rule.clone());
        }
    }
    Ok(Node::list(found))
}

fn rule_addresses(args: &[Node]) -> Result<Node, ExecutionError> {
    let mut union = Addresses::default();
    for rule in list(&args[0])? {
        union = union.union(&addresses(field(rule, "cidrs")?)?);
    }
    ranges(&union)
}

/// Between the edges of the rules' port ranges, nothing changes: each stretch is asked once.
fn world_ports(args: &[Node]) -> Result<Node, ExecutionError> {
    const LAST: i64 = 65_535;
    let rules = list(&args[0])?;
    let asked = text(&args[1])?;
    let mut excepted = BTreeSet::new();
    for port in super::texts(&args[2])? {
        let number: i64 = port.parse().map_err(|_| {
            ExecutionError::function_error("world_ports", format!("`{port}` is no port"))
        })?;
        excepted.insert(number);
    }
    let mut open: Vec<((i64, i64), Addresses)> = Vec::new();
    let mut edges = BTreeSet::from([1, LAST + 1]);
    for port in &excepted {
        let after = port.saturating_add(1);
        edges.extend([*port, after].map(|edge| edge.clamp(1, LAST + 1)));
    }
    for rule in rules {
        if let Some((from, to)) = ports(rule, asked)? {
            edges.extend([
                from.clamp(1, LAST + 1),
                (to.saturating_add(1)).clamp(1, LAST + 1),
            ]);
            open.push(((from, to), addresses(field(rule, "cidrs")?)?));
        }
    }
    let edges: Vec<i64> = edges.into_iter().collect();
    let mut found: Vec<(i64, i64)> = Vec::new();
    for stretch in edges.windows(2) {
        let (first, last) = (stretch[0], stretch[1] - 1);
        charge(open.len())?;
        let mut union = Addresses::default();
        for ((from, to), addresses) in &open {
            if (*from..=*to).contains(&first) {
                union = union.union(addresses);
            }
        }
        if union.is_world() && !excepted.contains(&first) {
            match found.last_mut() {
                Some(before) if before.1 + 1 == first => before.1 = last,
                _ => found.push((first, last)),
            }
        }
    }
    let words = found.into_iter().map(|(from, to)| match from == to {
        true => Node::text(from.to_string()),
        false => Node::text(format!("{from}-{to}")),
    });
    Ok(Node::list(words))
}

/// An entry of a network ACL that is about the protocol that was asked for.
struct Entry {
    number: i64,
    ports: (i64, i64),
    addresses: Addresses,
    allow: bool,
}

fn entries(node: &Node, protocol: &str) -> Result<Vec<Entry>, ExecutionError> {
    let mut entries = Vec::new();
    for entry in list(node)? {
        let Some(ports) = ports(entry, protocol)? else {
            continue;
        };
        let cidr = parse(text(field(entry, "cidr")?)?)?;
        entries.push(Entry {
            number: int(field(entry, "rule_number")?)?,
            ports,
            addresses: Addresses::new([cidr]),
            allow: match text(field(entry, "action")?)? {
                "allow" => true,
                "deny" => false,
                _ => return Err(unexpected("action of an entry")),
            },
        });
    }
    // IPv4 and IPv6 entries are numbered together. Where a number occurs twice (which AWS does
    // not permit), deny goes first.
    entries.sort_by_key(|e| (e.number, e.allow));
    Ok(entries)
}

fn admitted(entries: &[Entry], port: i64) -> Addresses {
    let (mut admitted, mut decided) = (Addresses::default(), Addresses::default());
    for entry in entries {
        let (from, to) = entry.ports;
        if (from..=to).contains(&port) {
            if entry.allow {
                admitted = admitted.union(&entry.addresses.difference(&decided));
            }
            decided = decided.union(&entry.addresses);
        }
    }
    admitted
}

fn admits(args: &[Node]) -> Result<Node, ExecutionError> {
    let entries = entries(&args[0], text(&args[1])?)?;
    ranges(&admitted(&entries, int(&args[2])?))
}

fn admits_any(args: &[Node]) -> Result<Node, ExecutionError> {
    let entries = entries(&args[0], text(&args[1])?)?;
    let (from, to) = (int(&args[2])?, int(&args[3])?);
    // What is admitted changes only where an entry begins, or one has ended.
    let edges = entries
        .iter()
        .flat_map(|e| [e.ports.0, e.ports.1.saturating_add(1)]);
    let ports: BTreeSet<i64> = edges
        .chain([from])
        .filter(|p| (from..=to).contains(p))
        .collect();
    let mut union = Addresses::default();
    for port in ports {
        charge(entries.len())?;
        union = union.union(&admitted(&entries, port));
    }
    ranges(&union)
}

#[cfg(test)]
pub(super) mod tests {
    /// For the property tests: who is admitted, by set arithmetic.
    pub(in super::super) fn admitted(
        entries: &[(i64, (i64, i64), &str, bool)],
        port: i64,
    ) -> super::Addresses {
        let entry = |&(number, ports, cidr, allow): &(i64, (i64, i64), &str, bool)| super::Entry {
            number,
            ports,
            addresses: super::Addresses::new([super::parse(cidr).unwrap()]),
            allow,
        };
        let mut entries: Vec<_> = entries.iter().map(entry).collect();
        entries.sort_by_key(|e| (e.number, e.allow));
        super::admitted(&entries, port)
    }
}
