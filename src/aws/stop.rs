//! An end before the work is done: the user's interrupt, or a deadline.

use std::sync::Arc;
use tokio::sync::watch;

/// Says to all who read that they should come to an end. What was not asked yet becomes a gap,
/// so a stopped run gives a result that says what it lacks.
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Stop {
        Stop(Arc::new(watch::Sender::new(false)))
    }
}

impl Stop {
    /// Ends the reading.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was ended.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is ended.
    pub async fn stopped(&self) {
        let mut told = self.0.subscribe();
        // The sender lives in `self`, so the channel does not close.
        let _ = told.wait_for(|stopped| *stopped).await;
    }
}
