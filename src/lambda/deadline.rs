//! The time that an invocation has, and what it is for.

use super::error::Failure;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// What is kept back for writing the checkpoint, at the most.
const RESERVE: Duration = Duration::from_secs(30);

/// The time that an invocation has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    end: Instant,
    limit: Duration,
    reserve: Duration,
}

impl Deadline {
    /// Lambda ends the invocation at `end` (milliseconds since 1970). `reserve` is what the
    /// environment wants to be kept back; a quarter of the time otherwise, 30 s at the most.
    pub(super) fn of(end: u64, reserve: Option<Duration>) -> Result<Deadline, Failure> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let limit = Duration::from_millis(end).saturating_sub(now.unwrap_or_default());
        Deadline::after(limit, reserve)
    }

    fn after(limit: Duration, reserve: Option<Duration>) -> Result<Deadline, Failure> {
        let reserve = match reserve {
            Some(reserve) if reserve >= limit => {
                return Err(Failure::event(format!(
                    "WATERLINE_RESERVE_SECONDS is {}, and the function has {:.0} s in all: give it more time, or reserve less",
                    reserve.as_secs(),
                    limit.as_secs_f64()
                )));
            }
            Some(reserve) => reserve,
            None => RESERVE.min(limit / 4),
        };
        Ok(Deadline {
            end: Instant::now() + limit,
            limit,
            reserve,
        })
    }

    /// When the reading ends, done or not.
    pub(super) fn stop(&self) -> Instant {
        self.end - self.reserve
    }

    /// Whether enough time is left to judge, report and deliver: half of it, since Security Hub takes
    /// minutes for an account that took minutes to read. Where not, the next invocation has all of its
    /// time for that.
    pub(super) fn can_report(&self) -> bool {
        self.can_report_at(Instant::now())
    }

    fn can_report_at(&self, now: Instant) -> bool {
        let left = self.end.saturating_duration_since(now);
        left >= (self.limit / 2).max(self.reserve)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn long_functions_keep_thirty_seconds_and_short_ones_a_quarter() {
        for (limit, reserve) in [(900, 30), (120, 30), (60, 15), (20, 5)] {
            let deadline = Deadline::after(seconds(limit), None).unwrap();
            assert_eq!(deadline.reserve, seconds(reserve), "of {limit}");
            assert_eq!(deadline.end - deadline.stop(), seconds(reserve));
        }
        let deadline = Deadline::after(seconds(900), Some(seconds(100))).unwrap();
        assert_eq!(deadline.reserve, seconds(100));
    }

    #[test]
    fn a_reserve_that_leaves_no_time_is_refused() {
        let refused = Deadline::after(seconds(20), Some(seconds(20))).unwrap_err();
        assert!(
            refused.message.contains("WATERLINE_RESERVE_SECONDS is 20"),
            "{refused}"
        );
    }

    #[test]
    fn a_report_has_half_of_the_time() {
        for (limit, last) in [(900, 450), (20, 10), (60, 30)] {
            let deadline = Deadline::after(seconds(limit), None).unwrap();
            let begun = deadline.end - seconds(limit);
            assert!(deadline.can_report_at(begun + seconds(last)));
            assert!(!deadline.can_report_at(begun + seconds(last + 1)));
        }
        // What is reserved for the checkpoint is not taken for the report.
        let deadline = Deadline::after(seconds(900), Some(seconds(500))).unwrap();
        assert!(!deadline.can_report_at(deadline.end - seconds(499)));
    }
}
