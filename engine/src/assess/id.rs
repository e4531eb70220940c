//! The identity of a finding.

use crate::catalog::Check;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::fmt;
use std::ops::Deref;

/// A hash of check, account, Region and ARN: the same in every run. It is written as 32 hexadecimal
/// digits, and ids are in the order of their digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId([u8; 16]);

/// An id as it is written.
pub struct Hex([u8; 32]);

impl FindingId {
    /// The identity of what a check says of a resource; of a list, when there is no ARN.
    pub fn of(check: &Check, account: &str, region: &str, arn: Option<&str>) -> FindingId {
        let mut hash = Sha256::new();
        for part in [&check.id, account, region, arn.unwrap_or(check.kind.name)] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let digest: [u8; 32] = hash.finalize().into();
        FindingId(std::array::from_fn(|at| digest[at]))
    }

    /// The id in digits.
    pub fn hex(self) -> Hex {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        Hex(std::array::from_fn(|at| {
            let byte = self.0[at / 2];
            let half = if at % 2 == 0 { byte >> 4 } else { byte & 15 };
            DIGITS[usize::from(half)]
        }))
    }
}

impl From<[u8; 16]> for FindingId {
    fn from(bytes: [u8; 16]) -> FindingId {
        FindingId(bytes)
    }
}

impl Deref for Hex {
    type Target = str;

    fn deref(&self) -> &str {
        // Digits are always text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.hex())
    }
}

impl fmt::Debug for FindingId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl Serialize for FindingId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_written_in_digits_and_are_in_their_order() {
        let id = FindingId([
            0, 1, 9, 10, 15, 16, 0x7f, 0x80, 0xff, 0xa5, 0x5a, 3, 4, 5, 6, 7,
        ]);
        let digits = "0001090a0f107f80ffa55a0304050607";
        assert_eq!(id.to_string(), digits);
        assert_eq!(&*id.hex(), digits);
        assert_eq!(serde_json::json!(id), digits);
        let more = FindingId([0xff; 16]);
        assert_eq!(id.cmp(&more), id.to_string().cmp(&more.to_string()));
    }
}
