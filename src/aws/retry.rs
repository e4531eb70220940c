//! How often a call is made again, and how long is waited before.

use super::error::{CallError, Failure};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error;
use std::time::{Duration, Instant};

/// The longest pause before a further attempt.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What is done about a call that fails in a way that may pass: a throttle, a fault, no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// How often a call is made at the most, the first time included.
    pub attempts: u32,
    /// The longest that the pause before the second attempt may be; it doubles from there on.
    pub pause: Duration,
    /// How long a call may take in all: its attempts and the pauses between them, but not its
    /// waiting for the rate limits.
    pub within: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Retries {
            attempts: 6,
            pause: Duration::from_millis(200),
            within: Duration::from_secs(60),
        }
    }
}

impl Retries {
    /// Whether a call that was made so often is made once more.
    pub fn goes_on_after(self, attempts: u32) -> bool {
        attempts < self.attempts
    }

    /// The pause before another attempt; none when the call was made often enough, or has no time
    /// left for it. `spent` is what its attempts and pauses took until now.
    pub fn another_after(self, attempts: u32, spent: Duration) -> Option<Duration> {
        let pause = self.pause_after(attempts);
        let goes_on = self.goes_on_after(attempts) && spent + pause < self.within;
        goes_on.then_some(pause)
    }

    /// Makes one attempt, in what is left of the call's time. Nothing when that was not enough.
    pub async fn attempt<T>(self, spent: Duration, attempt: impl Future<Output = T>) -> Option<T> {
        let left = self.within.saturating_sub(spent);
        tokio::time::timeout(left, attempt).await.ok()
    }

    /// How long to wait after so many attempts: a random part of the longest pause, so that
    /// calls that failed together do not come back together.
    pub fn pause_after(self, attempts: u32) -> Duration {
        self.longest_after(attempts).mul_f64(fastrand::f64())
    }

    /// Makes a single call, one that no run of the collectors makes: again while AWS answers that
    /// it is throttled or has failed, and once more where there was no answer, since whoever
    /// waits for it should learn soon that the endpoint cannot be reached.
    pub async fn again<O, E, F>(self, call: impl Fn() -> F) -> Result<O, Failure>
    where
        F: Future<Output = Result<O, CallError<E>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let began = Instant::now();
        let mut attempts = 0;
        loop {
            let error = match self.attempt(began.elapsed(), Box::pin(call())).await {
                Some(Ok(reply)) => return Ok(reply),
                Some(Err(error)) => error,
                None => return Err(Failure::out_of_time(self.within)),
            };
            attempts += 1;
            let failure = Failure::of(&error);
            let another = self.another_after(attempts, began.elapsed());
            let answered = error.raw_response().is_some();
            match another.filter(|_| failure.transient && (answered || attempts == 1)) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(failure),
            }
        }
    }

    fn longest_after(self, attempts: u32) -> Duration {
        let doublings = attempts.saturating_sub(1).min(16);
        self.pause
            .saturating_mul(1 << doublings)
            .min(LONGEST_PAUSE.max(self.pause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let retries = Retries::default();
        let longest: Vec<u128> = (1..9)
            .map(|attempts| retries.longest_after(attempts).as_millis())
            .collect();
        assert_eq!(longest, [200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
        assert!((1..99).all(|attempts| retries.pause_after(attempts) <= LONGEST_PAUSE));
    }

    #[test]
    fn one_attempt_is_no_retry() {
        let once = Retries {
            attempts: 1,
            pause: Duration::ZERO,
            ..Retries::default()
        };
        assert!(!once.goes_on_after(1));
        assert_eq!(once.pause_after(1), Duration::ZERO);
        assert!(Retries::default().goes_on_after(5) && !Retries::default().goes_on_after(6));
    }

    #[test]
    fn a_call_has_so_much_time_and_no_more() {
        let retries = Retries {
            pause: Duration::ZERO,
            ..Retries::default()
        };
        let seconds = Duration::from_secs;
        assert_eq!(retries.another_after(1, seconds(59)), Some(Duration::ZERO));
        assert_eq!(retries.another_after(1, seconds(60)), None);
        assert_eq!(retries.another_after(6, seconds(1)), None);
    }
}
