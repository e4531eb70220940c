//! Chance, the same on every run and every machine.

use sha2::{Digest as _, Sha256};

/// A stream of numbers from a seed (`SplitMix64`).
#[derive(Clone, Debug)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A stream of its own for a part, so that a change in one part leaves the others as they are.
    pub(super) fn branch(&mut self, name: &str) -> Self {
        let digest = Sha256::digest(name.as_bytes());
        let name = digest
            .iter()
            .take(8)
            .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        Self {
            state: self.state ^ name,
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below a bound, which is not zero.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// True in so many of a hundred cases.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of several; `None` of none.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = usize::try_from(self.below(of.len() as u64)).ok()?;
        of.get(at)
    }

    /// One of several texts.
    pub(super) fn word(&mut self, of: &[&'static str]) -> &'static str {
        self.pick(of).copied().unwrap_or_default()
    }

    /// Hexadecimal digits.
    pub(super) fn hex(&mut self, digits: usize) -> String {
        let mut out = String::new();
        while out.len() < digits {
            out.push_str(&format!("{:016x}", self.next()));
        }
        out.truncate(digits);
        out
    }

    /// An id of EC2's kind: `vol-` and seventeen digits, the first of them 0.
    pub(super) fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}-0{}", self.hex(16))
    }

    pub(super) fn uuid(&mut self) -> String {
        let hex = self.hex(32);
        format!(
            "{}-{}-4{}-a{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[13..16],
            &hex[17..20],
            &hex[20..]
        )
    }

    /// A moment in the years 2021 to 2026, before 2026-11.
    pub(super) fn time(&mut self) -> String {
        let year = 2021 + self.below(6);
        let (month, day) = (1 + self.below(10), 1 + self.below(28));
        let (hour, minute, second) = (self.below(24), self.below(60), self.below(60));
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// A moment in the weeks before 2026-11-22.
    pub(super) fn lately(&mut self) -> String {
        let (day, hour, minute) = (1 + self.below(21), self.below(24), self.below(60));
        format!("2026-11-{day:02}T{hour:02}:{minute:02}:00Z")
    }
}
