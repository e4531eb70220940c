//! The rule language: the only module that names the CEL crate.
