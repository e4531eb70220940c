//! IAM policy documents.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A policy document.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PolicyDocument {
    /// Version.
    pub version: Option<String>,
}

impl PolicyDocument {
    /// Parses.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}
