//! YAML with places: a tree whose every node knows its line and column, so that each problem
//! of a file can be shown where it is.

mod locate;
mod parse;
mod problem;
mod store;
mod tree;

pub use parse::{ACCOUNTS, Limits, MAX_BYTES, MAX_SETTINGS_BYTES, SETTINGS, parse, parse_within};
pub use problem::{Place, Problem, Problems};
pub use store::{restore, store};
pub use tree::{Style, Value, Yaml};
