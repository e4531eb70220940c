//! JSON that a person can read and a diff can follow: spread down to a depth, one line for each
//! thing below it.

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use std::io::{Result, Write};

/// Writes a value: what lies `depth` levels below the root, or less, has lines of its own.
pub(super) fn spread(value: &impl Serialize, depth: usize, out: &mut dyn Write) -> Result<()> {
    let lines = Lines {
        depth,
        level: 0,
        filled: false,
    };
    value.serialize(&mut Serializer::with_formatter(&mut *out, lines))?;
    out.write_all(b"\n")
}

struct Lines {
    depth: usize,
    level: usize,
    /// Whether the list or object that ends next holds anything.
    filled: bool,
}

impl Lines {
    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> Result<()> {
        self.level += 1;
        self.filled = false;
        out.write_all(bracket)
    }

    fn item<W: ?Sized + Write>(&self, out: &mut W, first: bool) -> Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        self.line(out, self.level)
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> Result<()> {
        self.level -= 1;
        if self.filled && self.level < self.depth {
            self.line(out, self.level)?;
        }
        self.filled = true;
        out.write_all(bracket)
    }

    /// A new line for a thing of this level, unless it lies too deep.
    fn line<W: ?Sized + Write>(&self, out: &mut W, level: usize) -> Result<()> {
        if level <= self.depth {
            out.write_all(b"\n")?;
            for _ in 0..level {
                out.write_all(b" ")?;
            }
        }
        Ok(())
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.close(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> Result<()> {
        self.item(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> Result<()> {
        self.item(out, first)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> Result<()> {
        self.filled = true;
        Ok(())
    }
}
