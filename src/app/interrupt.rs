//! Ctrl-C: the first ends the reading and reports what there is, the second ends at once.

use super::exit;
use crate::aws::{Options, Stop};

/// Listens for interrupts as long as the runtime runs.
pub(super) fn listen(stop: Stop) {
    tokio::spawn(async move {
        // An error means that no handler could be set: then the signal ends the process.
        if tokio::signal::ctrl_c().await.is_err() {
            return;
        }
        anstream::eprintln!("Interrupted: what was read so far is judged; again to end at once.");
        stop.stop();
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(exit::INTERRUPTED.into());
        }
    });
}

/// The exit code of a run that may have been interrupted.
pub(super) fn code(options: &Options, otherwise: u8) -> u8 {
    if options.stop.is_stopped() {
        exit::INTERRUPTED
    } else {
        otherwise
    }
}
