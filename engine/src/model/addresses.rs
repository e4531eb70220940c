//! Sets of IP addresses: union, difference, and which of them are publicly routable.

use ipnet::{IpNet, Ipv4Subnets, Ipv6Subnets};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

/// A set of numbers: sorted ranges (both ends included) with gaps between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intervals(Vec<(u128, u128)>);

impl Intervals {
    /// The union of ranges.
    pub fn new(mut ranges: Vec<(u128, u128)>) -> Intervals {
        ranges.retain(|(first, last)| first <= last);
        ranges.sort_unstable();
        let mut merged: Vec<(u128, u128)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => merged.push((first, last)),
            }
        }
        Intervals(merged)
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is in either set.
    pub fn union(&self, other: &Intervals) -> Intervals {
        Intervals::new([self.0.as_slice(), other.0.as_slice()].concat())
    }

    /// What is in this set and not in the other.
    pub fn difference(&self, other: &Intervals) -> Intervals {
        let mut left = Vec::with_capacity(self.0.len());
        let mut holes = other.0.iter().copied().peekable();
        for &(first, last) in &self.0 {
            let mut start = Some(first);
            while let (Some(from), Some(&(hole_first, hole_last))) = (start, holes.peek()) {
                if hole_first > last {
                    break;
                }
                if hole_last < from {
                    holes.next();
                    continue;
                }
                if hole_first > from {
                    left.push((from, hole_first - 1));
                }
                if hole_last >= last {
                    start = None;
                } else {
                    // `hole_last` is below `last`, so that one more is no overflow.
                    start = Some(hole_last + 1);
                    holes.next();
                }
            }
            if let Some(from) = start {
                left.push((from, last));
            }
        }
        Intervals(left)
    }

    /// How many numbers are in it; `u128::MAX` stands for all 2^128, too.
    pub fn size(&self) -> u128 {
        let size = |(first, last): &(u128, u128)| (last - first).saturating_add(1);
        self.0.iter().map(size).fold(0, u128::saturating_add)
    }

    /// Whether a number is in it.
    pub fn contains(&self, n: u128) -> bool {
        self.0
            .iter()
            .any(|(first, last)| (first..=last).contains(&&n))
    }
}

/// A set of IPv4 and IPv6 addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// The IPv4 addresses, as numbers.
    pub v4: Intervals,
    /// The IPv6 addresses, as numbers.
    pub v6: Intervals,
}

/// Text that is neither a network nor an address.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an address range")]
pub struct NotAnAddress(pub String);

/// A network, or a single address.
pub fn parse(text: &str) -> Result<IpNet, NotAnAddress> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| NotAnAddress(text.to_owned()))
}

impl Addresses {
    /// The union of networks; bits after the prefix are ignored, as AWS does.
    pub fn new(networks: impl IntoIterator<Item = IpNet>) -> Addresses {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for network in networks {
            match network {
                IpNet::V4(n) => {
                    v4.push((n.network().to_bits().into(), n.broadcast().to_bits().into()))
                }
                IpNet::V6(n) => v6.push((n.network().to_bits(), n.broadcast().to_bits())),
            }
        }
        Addresses {
            v4: Intervals::new(v4),
            v6: Intervals::new(v6),
        }
    }

    /// What is in either set.
    pub fn union(&self, other: &Addresses) -> Addresses {
        Addresses {
            v4: self.v4.union(&other.v4),
            v6: self.v6.union(&other.v6),
        }
    }

    /// What is in this set and not in the other.
    pub fn difference(&self, other: &Addresses) -> Addresses {
        Addresses {
            v4: self.v4.difference(&other.v4),
            v6: self.v6.difference(&other.v6),
        }
    }

    /// The IPv4 addresses alone, and the IPv6 addresses alone.
    pub fn families(self) -> [Addresses; 2] {
        let (mut v4, mut v6) = (Addresses::default(), Addresses::default());
        (v4.v4, v6.v6) = (self.v4, self.v6);
        [v4, v6]
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// The fewest networks that make up the set, IPv4 first, in ascending order.
    pub fn networks(&self) -> Vec<IpNet> {
        let v4 = self.v4.0.iter().flat_map(|&(first, last)| {
            // The numbers came from IPv4 addresses.
            let [first, last] = [first, last].map(|n| Ipv4Addr::from(n as u32));
            Ipv4Subnets::new(first, last, 0).map(IpNet::V4)
        });
        let v6 = self.v6.0.iter().flat_map(|&(first, last)| {
            let [first, last] = [first, last].map(Ipv6Addr::from);
            Ipv6Subnets::new(first, last, 0).map(IpNet::V6)
        });
        v4.chain(v6).collect()
    }
}

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
    pub fn public(&self) -> Addresses {
        self.difference(&PRIVATE)
    }

    /// Whether the public part is so large that it stands for the world.
    pub fn is_world(&self) -> bool {
        self.is_wider_than(WORLD_V4, WORLD_V6)
    }

    /// Whether the public part has more addresses than so many of either kind.
    pub fn is_wider_than(&self, v4: u128, v6: u128) -> bool {
        let public = self.public();
        public.v4.size() > v4 || public.v6.size() > v6
    }
}
