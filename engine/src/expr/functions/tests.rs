//! Properties of the set arithmetic, against a naive reading of the same data.

use super::ports::tests::admitted;
use crate::model::addresses::{Addresses, Intervals, parse};
use proptest::prelude::*;

fn range() -> impl Strategy<Value = (u128, u128)> {
    (0u128..60, 0u128..20).prop_map(|(first, size)| (first, first + size))
}

fn ranges() -> impl Strategy<Value = Vec<(u128, u128)>> {
    prop::collection::vec(range(), 0..8)
}

fn holds(ranges: &[(u128, u128)], n: u128) -> bool {
    ranges
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&n))
}

/// Networks in a corner of the address space, so that they overlap often.
fn cidr() -> impl Strategy<Value = String> {
    (0u8..64, 24u8..=32).prop_map(|(host, prefix)| format!("198.51.99.{}/{prefix}", host * 4))
}

/// A network of a small world of 128 addresses around the edge between what is public and what is
/// kept for documentation: the kind, the number of the address, and how many low bits are free.
type Toy = (bool, u8, u8);

/// The first address of the small world, and of the part that is not public: of IPv4 (RFC 5737)
/// and of IPv6 (RFC 3849).
fn base(v6: bool) -> u128 {
    let edge: std::net::IpAddr = if v6 { "2001:db8::" } else { "198.51.100.0" }
        .parse()
        .unwrap();
    match edge {
        std::net::IpAddr::V4(edge) => u128::from(edge.to_bits()) - 64,
        std::net::IpAddr::V6(edge) => edge.to_bits() - 64,
    }
}

fn toys() -> impl Strategy<Value = Vec<Toy>> {
    prop::collection::vec((any::<bool>(), 0..128u8, 0..=6u8), 0..8)
}

fn toy_text(&(v6, at, free): &Toy) -> String {
    let address = base(v6) + u128::from(at);
    match v6 {
        true => format!(
            "{}/{}",
            std::net::Ipv6Addr::from(address),
            128 - u32::from(free)
        ),
        false => format!("{}/{}", std::net::Ipv4Addr::from(address as u32), 32 - free),
    }
}

fn toy_set(toys: &[Toy]) -> Addresses {
    Addresses::new(toys.iter().map(|toy| parse(&toy_text(toy)).unwrap()))
}

/// Whether some of the networks has an address: its high bits are the same.
fn toy_has(toys: &[Toy], v6: bool, at: u8) -> bool {
    let number = base(v6) + u128::from(at);
    toys.iter()
        .any(|toy| toy.0 == v6 && (base(v6) + u128::from(toy.1)) >> toy.2 == number >> toy.2)
}

proptest! {
    #[test]
    fn sets_agree_with_their_addresses_one_by_one(a in toys(), b in toys(), limit in 0..70u128) {
        let (x, y) = (toy_set(&a), toy_set(&b));
        let (union, less, public) = (x.union(&y), x.difference(&y), x.public());
        let mut publics = [0, 0];
        let (mut contained, mut total) = (true, [0, 0]);
        for v6 in [false, true] {
            let side = |set: &Addresses| if v6 { set.v6.clone() } else { set.v4.clone() };
            for at in 0..128 {
                let number = base(v6) + u128::from(at);
                let (in_a, in_b) = (toy_has(&a, v6, at), toy_has(&b, v6, at));
                prop_assert_eq!(side(&x).contains(number), in_a);
                prop_assert_eq!(side(&union).contains(number), in_a || in_b);
                prop_assert_eq!(side(&less).contains(number), in_a && !in_b);
                prop_assert_eq!(side(&public).contains(number), in_a && at < 64);
                publics[usize::from(v6)] += u128::from(in_a && at < 64);
                total[usize::from(v6)] += u128::from(in_a);
                contained &= in_b || !in_a;
            }
            prop_assert_eq!(side(&x).size(), total[usize::from(v6)]);
        }
        prop_assert_eq!(less.is_empty(), contained);
        for limits in [(limit, u128::MAX), (u128::MAX, limit), (limit, limit / 2)] {
            let wider = publics[0] > limits.0 || publics[1] > limits.1;
            prop_assert_eq!(x.is_wider_than(limits.0, limits.1), wider);
        }
        prop_assert!(!x.is_world());
        // The networks are those addresses, each once, and no two of them could be one.
        let networks = x.networks();
        prop_assert_eq!(&Addresses::new(networks.clone()), &x);
        for (one, next) in networks.iter().zip(networks.iter().skip(1)) {
            let siblings = one.supernet().is_some() && one.supernet() == next.supernet();
            prop_assert!(!siblings || one.prefix_len() != next.prefix_len(), "{one} {next}");
        }
    }

    #[test]
    fn union_and_difference_agree_with_membership(a in ranges(), b in ranges()) {
        let (x, y) = (Intervals::new(a.clone()), Intervals::new(b.clone()));
        for n in 0..100 {
            prop_assert_eq!(x.union(&y).contains(n), holds(&a, n) || holds(&b, n));
            prop_assert_eq!(x.difference(&y).contains(n), holds(&a, n) && !holds(&b, n));
        }
        prop_assert_eq!(x.size(), (0..100).filter(|n| holds(&a, *n)).count() as u128);
    }

    #[test]
    fn ends_of_the_number_line(edge in 0u128..4) {
        let top = u128::MAX - edge;
        let all = Intervals::new(vec![(0, u128::MAX)]);
        let cut = all.difference(&Intervals::new(vec![(top, u128::MAX)]));
        prop_assert!(cut.contains(top - 1) && !cut.contains(top) && !cut.contains(u128::MAX));
        prop_assert_eq!(cut.union(&Intervals::new(vec![(top, u128::MAX)])), all);
    }

    #[test]
    fn merging_keeps_the_addresses(cidrs in prop::collection::vec(cidr(), 0..8)) {
        let nets: Vec<_> = cidrs.iter().map(|c| parse(c).unwrap()).collect();
        let merged = Addresses::new(nets.clone()).networks();
        for host in 0..=255u8 {
            let ip = std::net::IpAddr::from([198, 51, 99, host]);
            let before = nets.iter().any(|n| n.contains(&ip));
            let after = merged.iter().filter(|n| n.contains(&ip)).count();
            prop_assert_eq!(after, usize::from(before));
        }
        prop_assert!(merged.is_sorted());
        prop_assert_eq!(Addresses::new(merged.clone()).networks(), merged);
    }

    #[test]
    fn the_first_matching_entry_decides(
        entries in prop::collection::vec((1i64..200, 0i64..9, 0i64..9, cidr(), any::<bool>()), 0..9),
        port in 0i64..18,
    ) {
        let mut seen = std::collections::HashSet::new();
        let entries: Vec<_> = entries.iter()
            .filter(|e| seen.insert(e.0))
            .map(|(n, from, size, cidr, allow)| (*n, (*from, from + size), cidr.as_str(), *allow))
            .collect();
        let set = admitted(&entries, port).networks();
        for host in 0..=255u8 {
            let ip = std::net::IpAddr::from([198, 51, 99, host]);
            let deciding = entries.iter()
                .filter(|(_, ports, cidr, _)| {
                    (ports.0..=ports.1).contains(&port) && parse(cidr).unwrap().contains(&ip)
                })
                .min_by_key(|(number, ..)| *number);
            let expected = deciding.is_some_and(|(.., allow)| *allow);
            prop_assert_eq!(set.iter().any(|n| n.contains(&ip)), expected);
        }
    }
}

#[test]
fn the_world_and_less() {
    let set = |texts: &[&str]| Addresses::new(texts.iter().map(|t| parse(t).unwrap()));
    for world in [
        &["0.0.0.0/0"][..],
        &["::/0"],
        &["2000::/3"],
        &["0.0.0.0/1", "128.0.0.0/1"],
        &["128.0.0.0/1"],
        &["8.0.0.0/7"],
        &["10.0.0.0/8", "0.0.0.0/2"],
        &["2600::/15"],
    ] {
        assert!(set(world).is_world(), "{world:?}");
    }
    for less in [
        &[][..],
        &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
        &["203.0.113.0/24"],
        &["8.0.0.0/8"],
        &["100.64.0.0/10"],
        &["2600::/16"],
        &["fc00::/7"],
        &["::1/128"],
    ] {
        assert!(!set(less).is_world(), "{less:?}");
    }
    assert!(
        set(&["203.0.113.0/24", "fe80::/10", "2001:db8::/32"])
            .public()
            .is_empty()
    );
}
