//! Sets of addresses as sorted, disjoint ranges of numbers.

use ipnet::{IpNet, Ipv4Subnets, Ipv6Subnets};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A set of numbers: sorted ranges (both ends included) with gaps between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Intervals(Vec<(u128, u128)>);

impl Intervals {
    /// The union of ranges.
    pub(super) fn new(mut ranges: Vec<(u128, u128)>) -> Intervals {
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

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn union(&self, other: &Intervals) -> Intervals {
        Intervals::new([self.0.as_slice(), other.0.as_slice()].concat())
    }

    /// What is in this set and not in the other.
    pub(super) fn difference(&self, other: &Intervals) -> Intervals {
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
    pub(super) fn size(&self) -> u128 {
        let size = |(first, last): &(u128, u128)| (last - first).saturating_add(1);
        self.0.iter().map(size).fold(0, u128::saturating_add)
    }

    #[cfg(test)]
    pub(super) fn contains(&self, n: u128) -> bool {
        self.0
            .iter()
            .any(|(first, last)| (first..=last).contains(&&n))
    }
}

/// A set of IPv4 and IPv6 addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Addresses {
    pub(super) v4: Intervals,
    pub(super) v6: Intervals,
}

/// Text that is neither a network nor an address.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an address range")]
pub(super) struct NotAnAddress(pub(super) String);

/// A network, or a single address.
pub(super) fn parse(text: &str) -> Result<IpNet, NotAnAddress> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| NotAnAddress(text.to_owned()))
}

impl Addresses {
    /// The union of networks; bits after the prefix are ignored, as AWS does.
    pub(super) fn new(networks: impl IntoIterator<Item = IpNet>) -> Addresses {
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

    pub(super) fn union(&self, other: &Addresses) -> Addresses {
        Addresses {
            v4: self.v4.union(&other.v4),
            v6: self.v6.union(&other.v6),
        }
    }

    pub(super) fn difference(&self, other: &Addresses) -> Addresses {
        Addresses {
            v4: self.v4.difference(&other.v4),
            v6: self.v6.difference(&other.v6),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// The fewest networks that make up the set, IPv4 first, in ascending order.
    pub(super) fn networks(&self) -> Vec<IpNet> {
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
