//! Decisions from bytes.

/// Bytes that decisions are taken from. When they run out, each decision is the first of its
/// choices, and nothing goes on for ever.
pub(crate) struct Entropy<'a> {
    bytes: &'a [u8],
}

/// Texts that programs have stumbled over.
const TEXTS: &[&str] = &[
    "",
    "*",
    "?",
    "*:*",
    "::",
    "null",
    "true",
    "-1",
    "65536",
    "9223372036854775807",
    "1e999",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/33",
    "111122223333",
    "arn:aws:iam::111122223333:role/r",
    "arn:*:iam::111122223333:role/*",
    "arn:::::",
    "${aws:username}",
    "${",
    "$unread",
    "2026-01-01T00:00:00Z",
    "9999-12-31T23:59:60Z",
    "%7B%22",
    "%",
    "\u{0}",
    "\u{1b}[31m",
    "\r\n",
    "\t- x: [",
    "\u{feff}",
    "\u{202e}abc",
    "e\u{301}\u{301}\u{301}",
    "ﬁ İ ß",
    "👩‍👩‍👧‍👦",
    "\u{10ffff}",
    "{{ x }}",
    "'\"\\",
];

impl<'a> Entropy<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Entropy<'a> {
        Entropy { bytes }
    }

    pub(crate) fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                *first
            }
            None => 0,
        }
    }

    /// A number below another; 0 below 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let number = match n {
            0..=256 => usize::from(self.byte()),
            _ => (0..3).fold(0, |sum, _| sum << 8 | usize::from(self.byte())),
        };
        number.checked_rem(n).unwrap_or_default()
    }

    /// Yes, once in so many times.
    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        n > 0 && self.below(n) == n - 1
    }

    pub(crate) fn pick<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }

    /// A number of any size, often at an edge.
    pub(crate) fn number(&mut self) -> i64 {
        const EDGES: &[i64] = &[0, 1, -1, 22, 443, 65_535, 65_536, i64::MAX, i64::MIN];
        match self.below(3) {
            0 => *self.pick(EDGES),
            1 => i64::from(self.byte()),
            _ => i64::from_be_bytes(std::array::from_fn(|_| self.byte())),
        }
    }

    /// Some of what is left, as it is.
    pub(crate) fn bytes(&mut self) -> Vec<u8> {
        let (taken, rest) = self.bytes.split_at(self.bytes.len() / 2);
        self.bytes = rest;
        taken.to_vec()
    }

    /// Text: notorious, long, or of any characters.
    pub(crate) fn text(&mut self) -> String {
        match self.below(8) {
            0..=4 => (*self.pick(TEXTS)).to_owned(),
            5 => self.pick(TEXTS).repeat(self.below(6000)),
            6 => format!("{}{}", self.pick(TEXTS), self.pick(TEXTS)),
            _ => (0..self.below(24))
                .filter_map(|_| char::from_u32(self.below(0x11_0000) as u32))
                .collect(),
        }
    }
}
