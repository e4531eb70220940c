//! The exit codes. They are part of the interface: scripts rely on them.

/// Done, and nothing at or above `--fail-on`.
pub const DONE: u8 = 0;
/// Findings at or above `--fail-on`; for `exceptions check`, something to look at.
pub const FINDINGS: u8 = 1;
/// The command line, a file of the user's, or the credentials are not right.
pub const USAGE: u8 = 2;
/// Coverage below `--min-coverage`, or about to be: `preflight` found an action missing.
pub const COVERAGE: u8 = 3;
/// A report could not be delivered.
pub const DELIVERY: u8 = 4;
/// A bug.
pub const BUG: u8 = 70;
/// Interrupted: what was read so far was reported (128 + SIGINT, as shells count).
pub const INTERRUPTED: u8 = 130;

/// That of a report: whether something at or above `--fail-on` failed, how many percent were
/// assessed, and how many had to be.
pub(super) fn of(failed: bool, covered: f64, least: Option<f64>) -> u8 {
    if failed {
        FINDINGS
    } else if least.is_some_and(|least| covered < least) {
        COVERAGE
    } else {
        DONE
    }
}
