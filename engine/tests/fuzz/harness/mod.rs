//! What is fuzzed, and how. The tests and the long run (`benches/fuzz.rs`) share it.
//!
//! A target makes its input from [`Entropy`], a string of bytes: whoever drives it (proptest, or a
//! counter) decides on nothing but those bytes, so that a failure is named by them and shrinks
//! with them.

mod addresses;
mod checks;
mod entropy;
mod expressions;
mod json;
mod policies;
mod snapshots;

pub(crate) use entropy::Entropy;

/// One kind of input that comes from outside.
pub(crate) struct Target {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// Makes an input, gives it to the engine, and tells what of the target's promises is broken.
    /// `true` if the engine took the input, `false` if it refused it with a reason.
    pub(crate) run: fn(&mut Entropy<'_>) -> Result<bool, String>,
}

/// All targets.
pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "policies",
        run: policies::run,
    },
    Target {
        name: "checks",
        run: checks::run,
    },
    Target {
        name: "expressions",
        run: expressions::run,
    },
    Target {
        name: "snapshots",
        run: snapshots::run,
    },
    Target {
        name: "snapshot-bytes",
        run: snapshots::run_damaged,
    },
    Target {
        name: "judge",
        run: snapshots::run_judged,
    },
    Target {
        name: "addresses",
        run: addresses::run,
    },
];

/// Breaks off with what a promise was and what became of it.
pub(crate) fn promise(kept: bool, what: &str, seen: impl FnOnce() -> String) -> Result<(), String> {
    if kept {
        Ok(())
    } else {
        Err(format!("{what}: {}", seen()))
    }
}
