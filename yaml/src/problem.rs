//! What is wrong with a file of the user's, and where.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A line and a column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Place {
    /// The first character of a file.
    pub const START: Place = Place { line: 1, column: 1 };
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file; empty while it is not known.
    pub file: String,
    /// Where in it.
    pub place: Place,
    /// What is wrong, in plain words.
    pub message: String,
    /// What may have been meant, or what to do.
    pub help: Option<String>,
}

impl Problem {
    /// A problem at a place of a file that is yet to be named.
    pub fn new(place: Place, message: impl Into<String>) -> Problem {
        Problem {
            file: String::new(),
            place,
            message: message.into(),
            help: None,
        }
    }

    /// The same with a hint.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }

    /// The same in a file.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Problem {
        self.file = file.to_owned();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column } = self.place;
        write!(out, "{}:{line}:{column}: {}", self.file, self.message)?;
        match &self.help {
            Some(help) => write!(out, "\n    help: {help}"),
            None => Ok(()),
        }
    }
}

/// All that is wrong with a catalogue.
#[derive(Debug)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(out, "{problem}")?;
        }
        let count = self.0.len();
        write!(out, "{count} problem{}", if count == 1 { "" } else { "s" })
    }
}

impl std::error::Error for Problems {}
