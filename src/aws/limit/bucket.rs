//! A token bucket that finds out what the one on AWS's side takes.

use super::Instant;
use std::time::Duration;

/// Calls a second after the first throttle of a service of which no limit is known: a little less
/// than EC2, whose limit is published, takes. It is where the search begins, no more.
pub(super) const FIRST_PACE: f64 = 19.5;
/// The lowest rate that throttles can push a bucket to, in calls a second.
const FLOOR: f64 = 0.5;
/// What the first throttle leaves of a rate that was believed.
const YIELD: f64 = 0.9;
/// Throttles this close together are one event: the calls were in flight at once.
const SAME_EVENT: Duration = Duration::from_millis(500);
/// How fast a rate that is published grows while nothing is throttled: so many calls a second, a
/// second, at first, and this much faster with each second.
const DOUBT: f64 = 0.02;
/// How fast the rate grows while the limit is searched: each answer adds so much, which is a tenth
/// of the rate in a second; a quarter of that at first, and all of it after so many seconds.
const SEARCH: f64 = 0.1;
const SEARCH_IN_FULL: f64 = 2.0;
/// What is asked of a limit that was measured.
const UNDER: f64 = 0.99;
/// A measure is believed if the rate was not below this part of it: else the bucket on the other
/// side may have been full for a while, and have taken less than it would.
const BUSY: f64 = 0.8;
/// A measure over so many calls is exact enough, and the next one begins anew.
const LONG: f64 = 500.0;
/// How much more is tried once in a while, and after how long at first.
const PROBE: f64 = 1.02;
const PROBE_AFTER: Duration = Duration::from_secs(10);

/// What is known of the rate.
#[derive(Debug)]
enum Known {
    /// It is published, since then.
    Believed(Instant),
    /// Nothing but that it is not reached yet.
    Searched,
    /// It was measured. At `probe`, a little more is tried; `probed` says that it was, and
    /// `every` how long it takes to the next.
    Measured {
        probe: Instant,
        every: Duration,
        probed: bool,
    },
}

/// Of two throttles, each says that the bucket on the other side was empty: so what it took in
/// between is what flowed in. From the second one on the rate is known, up to one call of those
/// that were counted.
#[derive(Debug)]
pub(super) struct Bucket {
    rate: f64,
    burst: f64,
    pub(super) tokens: f64,
    filled: Instant,
    known: Known,
    throttled: Option<Instant>,
    /// When the other side was empty, with the lowest rate since and the calls answered since.
    empty: Option<(Instant, f64)>,
    answers: f64,
}

impl Bucket {
    /// A bucket by a limit that is believed.
    pub(super) fn new(rate: f64, burst: f64, now: Instant) -> Bucket {
        Bucket {
            rate,
            burst,
            tokens: burst,
            filled: now,
            known: Known::Believed(now),
            throttled: None,
            empty: None,
            answers: 0.0,
        }
    }

    /// Of a service of which no more is known than that it throttled just now.
    pub(super) fn guessed(now: Instant) -> Bucket {
        Bucket {
            tokens: 0.0,
            known: Known::Searched,
            throttled: Some(now),
            empty: Some((now, FIRST_PACE)),
            ..Bucket::new(FIRST_PACE, FIRST_PACE, now)
        }
    }

    /// Takes a token and says how long to wait for it.
    pub(super) fn take(&mut self, now: Instant) -> Duration {
        let gained = now.duration_since(self.filled).as_secs_f64() * self.rate;
        let tokens = self.tokens + gained;
        if tokens > self.burst {
            // So little was asked that the other side may be full: it takes more than flows in.
            self.empty = None;
        }
        self.tokens = tokens.min(self.burst) - 1.0;
        self.filled = now;
        Duration::from_secs_f64((-self.tokens / self.rate).max(0.0))
    }

    /// AWS throttled a call.
    pub(super) fn throttled(&mut self, now: Instant) {
        let same = |last| now.duration_since(last) < SAME_EVENT;
        if self.throttled.is_some_and(same) {
            return;
        }
        self.throttled = Some(now);
        self.tokens = self.tokens.min(0.0);
        let measured = self.empty.filter(|_| self.answers > 0.0);
        let Some((since, lowest)) = measured else {
            self.search(self.rate * YIELD, now);
            return;
        };
        let measure = self.answers / now.duration_since(since).as_secs_f64();
        if lowest < measure * BUSY {
            // It flows in at least so fast.
            self.search(measure, now);
            return;
        }
        let every = match self.known {
            Known::Measured { every, probed, .. } if probed => every * 2,
            Known::Measured { every, .. } => every,
            _ => PROBE_AFTER,
        };
        self.known = Known::Measured {
            probe: now + every,
            every,
            probed: false,
        };
        // One call more or less may be by chance: who asks a little too much soon knows better.
        self.rate = (measure * (UNDER + 1.0 / self.answers)).max(FLOOR);
        if self.answers < LONG {
            self.empty = Some((since, lowest.min(self.rate)));
        } else {
            self.begin(now);
        }
    }

    fn search(&mut self, rate: f64, now: Instant) {
        self.rate = rate.max(FLOOR);
        self.known = Known::Searched;
        self.begin(now);
    }

    /// The other side is empty, and a measure begins.
    fn begin(&mut self, now: Instant) {
        self.empty = Some((now, self.rate));
        self.answers = 0.0;
    }

    /// AWS answered a call.
    pub(super) fn answered(&mut self, now: Instant) {
        self.answers += 1.0;
        match &mut self.known {
            // At `rate` answers a second, each adds this part of what a second is to add.
            Known::Believed(since) => {
                let grown = 1.0 + now.duration_since(*since).as_secs_f64();
                self.rate += DOUBT * grown / self.rate;
            }
            Known::Searched => {
                let since = self.throttled.unwrap_or(now);
                let long = now.duration_since(since).as_secs_f64() / SEARCH_IN_FULL;
                self.rate += SEARCH * long.clamp(0.25, 1.0);
            }
            Known::Measured {
                probe,
                every,
                probed,
            } => {
                if now < *probe {
                    return;
                }
                if *probed {
                    // The last one was borne.
                    *every = PROBE_AFTER;
                }
                *probed = true;
                *probe = now + *every;
                self.rate *= PROBE;
            }
        }
    }
}
