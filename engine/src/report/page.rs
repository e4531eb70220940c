//! A page of a terminal: as wide and as colourful as may be.

use super::summary::fill;
use std::io::{self, Write};

/// How wide and how colourful the table may be, and how much it tells.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns.
    pub width: usize,
    /// Whether colours are wanted.
    pub colour: bool,
    /// Every failing resource, not only the first few of each check.
    pub all: bool,
}

/// A page in a style, of a width that can be read.
pub(crate) struct Page {
    pub(crate) style: Style,
}

impl Page {
    pub(crate) fn new(style: Style) -> Page {
        let width = style.width.clamp(40, 140);
        Page {
            style: Style { width, ..style },
        }
    }

    /// Wraps text to the width, with the further lines indented.
    pub(crate) fn wrap(&self, text: &str, indent: usize) -> String {
        let width = self.style.width.saturating_sub(indent).max(20);
        let lines = fill(text, width);
        lines.join(&format!("\n{}", " ".repeat(indent)))
    }

    /// Writes text in lines of the page's width, all of them indented.
    pub(crate) fn lines(&self, text: &str, indent: &str, out: &mut dyn Write) -> io::Result<()> {
        let width = self.style.width.saturating_sub(indent.len());
        for line in fill(text, width) {
            writeln!(out, "{indent}{line}")?;
        }
        Ok(())
    }

    /// Cuts text to what fits onto a line.
    pub(crate) fn clip(&self, text: &str, indent: usize) -> String {
        let width = self.style.width.saturating_sub(indent).max(20);
        if text.chars().count() <= width {
            return text.to_owned();
        }
        let kept: String = text.chars().take(width - 1).collect();
        format!("{kept}…")
    }

    pub(crate) fn bold(&self, text: &str) -> String {
        self.paint(anstyle::Style::new().bold(), text)
    }

    pub(crate) fn dim(&self, text: &str) -> String {
        self.paint(anstyle::Style::new().dimmed(), text)
    }

    pub(crate) fn paint(&self, style: anstyle::Style, text: &str) -> String {
        if self.style.colour {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}
