//! The files that a catalogue is compiled from: with them, anyone can compile it again.

use super::embedded;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use waterline_yaml::{self as yaml, Problem, Yaml};

/// A file's path, for messages, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    file: String,
    /// What is in the program is not copied.
    text: Cow<'static, str>,
    built: Option<Built>,
}

/// What `build.rs` made of the text of a file in the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Built {
    /// The text's SHA-256, in hex.
    digest: &'static str,
    /// What the text says, without a check's examples.
    tree: &'static [u8],
}

impl Source {
    /// A file that is not in the program.
    pub fn new(file: impl Into<String>, text: impl Into<String>) -> Source {
        Source {
            file: file.into(),
            text: Cow::Owned(text.into()),
            built: None,
        }
    }

    /// The path.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the text says; of a file in the program, without a check's examples.
    pub(super) fn yaml(&self) -> Result<Yaml, Problem> {
        match self.built.and_then(|built| yaml::restore(built.tree)) {
            Some(tree) => Ok(tree),
            None => self.whole(),
        }
    }

    /// All that the text says.
    pub(super) fn whole(&self) -> Result<Yaml, Problem> {
        yaml::parse(&self.text)
    }

    /// Whether it is a file in the program.
    pub(super) fn is_built_in(&self) -> bool {
        self.built.is_some()
    }

    fn digest(&self) -> Cow<'static, str> {
        match self.built {
            Some(built) => built.digest.into(),
            None => hex(&Sha256::digest(self.text.as_bytes())).into(),
        }
    }
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
            let mut texts: Vec<_> = files.iter().map(|file| file.digest()).collect();
            texts.sort();
            hash.update(format!("{role} {}\n", texts.len()));
            for text in texts {
                hash.update(&*text);
                hash.update("\n");
            }
        }
        hex(&hash.finalize())
    }
}

fn sources(files: &[(&str, &'static str, &'static str, &'static [u8])]) -> Vec<Source> {
    files
        .iter()
        .map(|(file, text, digest, tree)| Source {
            file: (*file).to_owned(),
            text: Cow::Borrowed(text),
            built: Some(Built { digest, tree }),
        })
        .collect()
}

/// Bytes as lower-case hex digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    #[test]
    fn what_was_read_when_the_program_was_built_is_what_its_files_say() {
        let Sources {
            checks,
            own,
            frameworks,
            responsibility,
        } = Sources::builtin();
        assert!(own.is_empty());
        for source in checks.iter().chain(&frameworks).chain(&responsibility) {
            let (file, built) = (source.file(), source.built.unwrap());
            let mut said = source.whole().unwrap();
            if let yaml::Value::Map(entries) = &mut said.value {
                entries.retain(|(key, _)| key.text() != Some("examples"));
            }
            assert_eq!(yaml::restore(built.tree), Some(said), "{file}");
            let same = Source::new(file, source.text());
            assert_eq!(same.digest(), built.digest, "{file}");
        }
    }
}
