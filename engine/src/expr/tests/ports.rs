//! Ports and network ACLs against a reading that goes through them one by one.

use super::{bindings, group, scope};
use crate::expr::{Engine, Outcome, Want, on_deep_stack};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What an expression gives of a group with these rules and entries.
fn evaluate(source: &str, ingress: &Json, entries: &Json) -> Json {
    on_deep_stack(|| {
        let engine = Engine::new();
        let expression = engine.compile(source, &scope(), Want::Any).unwrap();
        let mut group = group();
        group["ingress"] = ingress.clone();
        group["entries"] = entries.clone();
        match expression.evaluate(&bindings(&engine, &group)) {
            Outcome::Value(node) => node.to_json(),
            other => panic!("{source}: {other:?}"),
        }
    })
}

const PROTOCOLS: &[&str] = &["tcp", "TCP", "6", "-1", "all", "udp", "17", "icmp", "50"];

/// Whether a rule of a protocol is about `tcp`; one for all is, and for every port.
fn is_tcp(protocol: &str) -> Option<bool> {
    match protocol {
        "-1" | "all" => Some(true),
        "tcp" | "TCP" | "6" => Some(false),
        _ => None,
    }
}

/// The ports that it is about, by AWS's conventions: -1, and none at all, are every port.
fn has_port(protocol: &str, from: Option<i64>, to: Option<i64>, port: i64) -> bool {
    let whole = matches!((from, to), (None | Some(-1), _) | (_, None | Some(-1)));
    let within = from.is_some_and(|from| from <= port) && to.is_some_and(|to| port <= to);
    is_tcp(protocol)
        .is_some_and(|all| ((all || whole) && (0..=65_535).contains(&port)) || (!all && within))
}

/// Ranges, each a set of cells: /8 of IPv4 (those without special ranges within), /17 of IPv6.
const RANGES: &[&str] = &[
    "8.0.0.0/8",
    "9.0.0.0/8",
    "10.0.0.0/8",
    "8.0.0.0/9",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "2600::/17",
    "2600:8000::/17",
    "2601::/17",
    "2000::/3",
    "fc00::/7",
];

/// More than one /8, or one /16, that is public: counted cell by cell.
fn is_world(ranges: &BTreeSet<&str>) -> bool {
    let mut v4 = BTreeSet::new();
    let mut v6 = BTreeSet::new();
    for range in ranges {
        match *range {
            "0.0.0.0/1" => v4.extend(0..256),
            // The halves of a /8 are cells here.
            "128.0.0.0/1" => v4.extend(256..512),
            "8.0.0.0/8" => v4.extend([16, 17]),
            "8.0.0.0/9" => v4.extend([16]),
            "9.0.0.0/8" => v4.extend([18, 19]),
            "10.0.0.0/8" => v4.extend([20, 21]),
            "2600::/17" => v6.extend([0x2600 * 2]),
            "2600:8000::/17" => v6.extend([0x2600 * 2 + 1]),
            "2601::/17" => v6.extend([0x2601 * 2]),
            "2000::/3" => v6.extend(0x2000 * 2..0x4000 * 2),
            "fc00::/7" => v6.extend(0xfc00 * 2..0xfe00 * 2),
            other => panic!("{other}"),
        }
    }
    // Blocks with special ranges within count nothing: there are enough others in each half.
    let special = [0, 10, 100, 127, 169, 172, 192, 198, 203];
    let public = v4
        .iter()
        .filter(|half| **half / 2 < 224 && !special.contains(&(**half / 2)));
    let global = v6
        .iter()
        .filter(|cell| (0x2000 * 2..0x4000 * 2).contains(*cell));
    public.count() > 2 || global.count() > 2
}

type Rule = (&'static str, Option<i64>, Option<i64>, Vec<&'static str>);

fn rule() -> impl Strategy<Value = Rule> {
    let edges = vec![
        None,
        Some(-1),
        Some(0),
        Some(1),
        Some(2),
        Some(22),
        Some(443),
        Some(65_534),
        Some(65_535),
    ];
    let ranges = subsequence(RANGES, 0..4);
    (
        select(PROTOCOLS),
        select(edges.clone()),
        select(edges),
        ranges,
    )
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    prop::collection::vec(rule(), 0..5)
}

fn as_json(rules: &[Rule]) -> Json {
    let json = |(protocol, from, to, cidrs): &Rule| json!({"protocol": protocol, "from_port": from, "to_port": to, "cidrs": cidrs});
    rules.iter().map(json).collect()
}

/// Addresses of a corner of IPv4 and one of IPv6.
fn corner() -> impl Iterator<Item = IpAddr> {
    let v4 = (0..64u8).map(|host| IpAddr::from([198, 51, 99, host]));
    v4.chain((0..64u16).map(|host| IpAddr::from([0x2600, 0, 0, 0, 0, 0, 0, host])))
}

/// A network in the corner, by its address and how many low bits are free.
fn network() -> impl Strategy<Value = (bool, u8, u8)> {
    (any::<bool>(), 0..64u8, 0..=7u8)
}

fn as_cidr((v6, host, free): (bool, u8, u8)) -> String {
    match v6 {
        false => format!("198.51.99.{host}/{}", 32 - free),
        true => format!("2600::{host:x}/{}", 128 - u32::from(free)),
    }
}

fn is_in((v6, host, free): (bool, u8, u8), address: IpAddr) -> bool {
    let last = match address {
        IpAddr::V4(v4) => v4.octets()[3],
        IpAddr::V6(v6) => v6.octets()[15],
    };
    address.is_ipv6() == v6 && u16::from(last) >> free == u16::from(host) >> free
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn world_ports_are_those_that_the_rules_together_open(
        rules in rules(),
        except in subsequence(vec!["1", "22", "23", "443", "65535", "0", "65536", "9223372036854775807"], 0..4),
    ) {
        let mut known: BTreeMap<Vec<bool>, bool> = BTreeMap::new();
        let mut expected: Vec<(i64, i64)> = Vec::new();
        for port in 1..=65_535 {
            let open: Vec<bool> = rules.iter().map(|(p, from, to, _)| has_port(p, *from, *to, port)).collect();
            let world = *known.entry(open.clone()).or_insert_with(|| {
                let open = rules.iter().zip(&open).filter(|(_, open)| **open);
                is_world(&open.flat_map(|(rule, _)| rule.3.iter().copied()).collect())
            });
            if world && !except.contains(&port.to_string().as_str()) {
                match expected.last_mut() {
                    Some(last) if last.1 + 1 == port => last.1 = port,
                    _ => expected.push((port, port)),
                }
            }
        }
        let words: Vec<String> = expected.iter().map(|(from, to)| match from == to {
            true => from.to_string(),
            false => format!("{from}-{to}"),
        }).collect();
        let quoted: Vec<String> = except.iter().map(|port| format!("'{port}'")).collect();
        let source = format!("group.ingress.world_ports('tcp', [{}])", quoted.join(", "));
        prop_assert_eq!(evaluate(&source, &as_json(&rules), &json!([])), json!(words));
    }

    #[test]
    fn what_reaches_a_port_covers_it(rules in rules(), port in select(vec![0i64, 1, 22, 443, 65_535, 65_536])) {
        let json = as_json(&rules);
        let all = json.as_array().unwrap();
        let reach: Vec<&Json> = rules.iter().zip(all)
            .filter(|((protocol, from, to, _), _)| has_port(protocol, *from, *to, port))
            .map(|(_, json)| json)
            .collect();
        let told = evaluate(&format!("group.ingress.reaching('6', {port}).map(r, r.cidrs)"), &json, &json!([]));
        let expected: Vec<&Json> = reach.iter().map(|rule| &rule["cidrs"]).collect();
        prop_assert_eq!(told, json!(expected));
        let covers = evaluate(&format!("group.ingress.filter(r, r.covers('tcp', {port})).size()"), &json, &json!([]));
        prop_assert_eq!(covers, json!(reach.len()));
        // And they open the port to the world together, if their ranges do.
        let ranges = reach.iter().flat_map(|rule| rule["cidrs"].as_array().unwrap());
        let world = is_world(&ranges.map(|range| range.as_str().unwrap()).collect());
        let source = format!("group.ingress.reaching('tcp', {port}).addresses().open_to_world()");
        prop_assert_eq!(evaluate(&source, &json, &json!([])), json!(world));
    }

    #[test]
    fn the_first_entry_that_matches_decides(
        entries in prop::collection::vec((0..6i64, select(PROTOCOLS), 0..9i64, 0..9i64, network(), any::<bool>()), 0..8),
        from in 0..12i64,
        size in -1..6i64,
    ) {
        let json: Json = entries.iter().map(|(number, protocol, low, high, network, allow)| json!({
            "rule_number": number, "protocol": protocol, "from_port": low, "to_port": high,
            "cidr": as_cidr(*network), "action": if *allow { "allow" } else { "deny" },
        })).collect();
        let decides = |address: IpAddr, port: i64| {
            let mut matching: Vec<_> = entries.iter().filter(|(_, protocol, low, high, network, _)| {
                has_port(protocol, Some(*low), Some(*high), port) && is_in(*network, address)
            }).collect();
            // In the order of numbers; where two have the same, the one that denies.
            matching.sort_by_key(|(number, .., allow)| (*number, *allow));
            matching.first().is_some_and(|entry| entry.5)
        };
        let told = |source: &str| -> Vec<ipnet::IpNet> {
            let ranges = evaluate(source, &json!([]), &json);
            ranges.as_array().unwrap().iter().map(|r| r.as_str().unwrap().parse().unwrap()).collect()
        };
        let one = told(&format!("group.entries.admits('tcp', {from})"));
        let some = told(&format!("group.entries.admits_any('tcp', {from}, {})", from + size));
        for address in corner() {
            prop_assert_eq!(one.iter().any(|r| r.contains(&address)), decides(address, from));
            let any = (from..=from + size).any(|port| decides(address, port));
            prop_assert_eq!(some.iter().any(|r| r.contains(&address)), any);
        }
    }
}

#[test]
fn an_excepted_port_beyond_all_numbers_is_harmless() {
    let rules =
        json!([{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidrs": ["0.0.0.0/0"]}]);
    for port in ["9223372036854775807", "-9223372036854775808"] {
        let source = format!("group.ingress.world_ports('tcp', ['{port}'])");
        assert_eq!(evaluate(&source, &rules, &json!([])), json!(["22"]));
    }
}
