//! What lets a report be written without being in memory as a whole: lists whose items are made
//! when they are written, and hashes of what is written.

use serde::{Serialize, Serializer};
use sha2::Digest;
use std::io::{self, BufWriter, Write};

/// A list of which each item is made when it is written, and let go at once. It may be written
/// several times.
pub(super) struct Each<'a, T>(Box<Make<'a, T>>);

/// What begins the list anew.
type Make<'a, T> = dyn Fn() -> Box<dyn Iterator<Item = T> + 'a> + 'a;

impl<'a, T> Each<'a, T> {
    /// The list of what these iterators give, all of them the same.
    pub(super) fn of<I: Iterator<Item = T> + 'a>(items: impl Fn() -> I + 'a) -> Each<'a, T> {
        Each(Box::new(move || Box::new(items())))
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    fn iter(&self) -> impl Iterator<Item = T> {
        (self.0)()
    }
}

impl<T: Serialize> Serialize for Each<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// The hash of what is written.
pub(super) fn digest<D: Digest>(
    hash: D,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<Vec<u8>> {
    // Writers of JSON write a few bytes at a time.
    let mut out = BufWriter::new(Hashing(hash));
    write(&mut out)?;
    let hashing = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(hashing.0.finalize().to_vec())
}

/// The SHA-256 of what is written, in hex digits.
pub(super) fn sha256(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<String> {
    Ok(hex(&digest(sha2::Sha256::new(), write)?))
}

/// Bytes as hex digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Hashing<D>(D);

impl<D: Digest> Write for Hashing<D> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    #[test]
    fn a_list_that_is_made_while_written_is_the_list() {
        let numbers = [3, 1, 2];
        let each = Each::of(|| numbers.iter().map(|number| number * 2));
        for _ in 0..2 {
            assert_eq!(serde_json::to_string(&each).unwrap(), "[6,2,4]");
        }
        assert!(!each.is_empty());
        assert!(Each::of(std::iter::empty::<u8>).is_empty());
    }

    #[test]
    fn a_hash_is_that_of_all_that_was_written() {
        let written = sha256(|out| {
            out.write_all(b"a")?;
            out.write_all(&[b'b'; 100_000])
        });
        let whole = [&b"a"[..], &[b'b'; 100_000]].concat();
        assert_eq!(written.unwrap(), hex(&sha2::Sha256::digest(whole)));
    }
}
