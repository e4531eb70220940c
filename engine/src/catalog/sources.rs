//! The files that a catalogue is compiled from: with them, anyone can compile it again.

use super::embedded;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// A file's path, for messages, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path.
    pub file: String,
    /// The text; what is in the program is not copied.
    pub text: Cow<'static, str>,
}

/// All files of a catalogue, by what they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// The built-in checks.
    pub checks: Vec<Source>,
    /// The user's own checks.
    pub own: Vec<Source>,
    /// The frameworks.
    pub frameworks: Vec<Source>,
    /// Who owns what.
    pub responsibility: Vec<Source>,
}

impl Sources {
    /// The frameworks and the table of owners that are in the program, without any check.
    pub fn frame() -> Sources {
        Sources {
            frameworks: sources(embedded::FRAMEWORKS),
            responsibility: sources(embedded::RESPONSIBILITY),
            ..Sources::default()
        }
    }

    /// All that is in the program.
    pub fn builtin() -> Sources {
        Sources {
            checks: sources(embedded::CHECKS),
            ..Sources::frame()
        }
    }

    /// The check files, the user's own last.
    pub(super) fn all_checks(&self) -> impl Iterator<Item = &Source> {
        self.checks.iter().chain(&self.own)
    }

    /// A hash of every text, in hex. Neither the order of the files nor where they lie has a
    /// part in it, so that the same files give the same hash on any machine.
    pub(super) fn hash(&self) -> String {
        let mut hash = Sha256::new();
        let checks: Vec<&Source> = self.all_checks().collect();
        let frameworks: Vec<&Source> = self.frameworks.iter().collect();
        let responsibility: Vec<&Source> = self.responsibility.iter().collect();
        for (role, files) in [
            ("checks", checks),
            ("frameworks", frameworks),
            ("responsibility", responsibility),
        ] {
            let mut texts: Vec<String> = files
                .iter()
                .map(|file| hex(&Sha256::digest(file.text.as_bytes())))
                .collect();
            texts.sort();
            hash.update(format!("{role} {}\n", texts.len()));
            for text in texts {
                hash.update(text);
                hash.update("\n");
            }
        }
        hex(&hash.finalize())
    }
}

fn sources(files: &[(&str, &'static str)]) -> Vec<Source> {
    files
        .iter()
        .map(|(file, text)| Source {
            file: (*file).to_owned(),
            text: Cow::Borrowed(text),
        })
        .collect()
}

/// Bytes as lower-case hex digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
