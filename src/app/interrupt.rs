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
        stop.stop();
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(exit::INTERRUPTED.into());
        }
    });
}

/// Says that the run was interrupted, if it was.
pub(super) fn tell(stop: &Stop) {
    if stop.is_stopped() {
        anstream::eprintln!(
            "Interrupted: what was not read yet is not assessed; the result is partial."
        );
    }
}

/// The exit code of a run that may have been interrupted.
pub(super) fn code(options: &Options, otherwise: u8) -> u8 {
    if options.stop.is_stopped() {
        exit::INTERRUPTED
    } else {
        otherwise
    }
}
