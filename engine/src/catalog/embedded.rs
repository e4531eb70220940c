//! The files of `checks/`, put into the binary by `build.rs`.

include!(concat!(env!("OUT_DIR"), "/checks.rs"));
