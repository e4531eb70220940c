//! Rate limits: for each service of an account and Region, as many calls as AWS takes and no
//! more.
//!
//! Where AWS publishes a limit, calls are paced by it from the start. Elsewhere the first
//! [`OPENING`] calls go at once, then as many as the answers let on: a few, and twice as many
//! with each round, as TCP starts slowly. The first throttle ends that, and the calls are paced.
//! A paced bucket gives way to throttles by a share of its rate and grows again, quickly up to
//! where it was throttled, and beyond the faster the longer nothing was throttled.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// What AWS publishes of a service: calls a second, and how many may go at once.
struct Published {
    service: &'static str,
    rate: f64,
    burst: f64,
}

/// EC2: "Request throttling for the Amazon EC2 API", non-mutating actions: a bucket of 100 that
/// refills at 20 a second. Security Hub's and GuardDuty's quotas are told for each action; the
/// lowest of the reads in use is 10 a second with a burst of 30 (Security Hub API reference).
const PUBLISHED: &[Published] = &[
    Published {
        service: "ec2",
        rate: 20.0,
        burst: 100.0,
    },
    Published {
        service: "securityhub",
        rate: 10.0,
        burst: 30.0,
    },
    // Apart from the others of its service.
    Published {
        service: "securityhub:GetFindings",
        rate: 3.0,
        burst: 6.0,
    },
];

/// How many calls go at once to a service of which no limit is known.
const OPENING: usize = 100;
/// What an answer to one of them lets on: a fiftieth, so that a service whose limit is just that
/// much throttles a call or two and not hundreds.
const CAREFUL: f64 = 0.02;
/// What a later answer lets on: each round is twice the last.
const DOUBLE: f64 = 2.0;

/// Calls a second after the first throttle of a service of which no limit is known: a tenth less
/// than EC2, whose limit is published, takes.
const FIRST_PACE: f64 = 18.0;
/// The lowest rate that throttles can push a bucket to, in calls a second.
const FLOOR: f64 = 0.5;
/// What a throttle leaves of the rate.
const YIELD: f64 = 0.9;
/// Growing slows down a little below the rate that was throttled.
const BELOW: f64 = 0.95;
/// Throttles this close together are one event: the calls were in flight at once.
const SAME_EVENT: Duration = Duration::from_millis(500);
/// How fast the rate grows below where it was throttled: calls a second, a second.
const REGROW: f64 = 1.0;
/// And beyond: so fast at first, and this much faster with each second without a throttle.
const PROBE: f64 = 0.02;

/// A token bucket that gives way to throttles.
#[derive(Debug)]
struct Bucket {
    rate: f64,
    burst: f64,
    tokens: f64,
    filled: Instant,
    made: Instant,
    /// Where it was throttled last, or what is published.
    known: f64,
    yielded: Option<Instant>,
}

impl Bucket {
    fn new(rate: f64, burst: f64, tokens: f64, now: Instant) -> Bucket {
        Bucket {
            rate,
            burst,
            tokens,
            filled: now,
            made: now,
            known: rate,
            yielded: None,
        }
    }

    /// Of a service of which no more is known than that it throttled just now.
    fn guessed(now: Instant) -> Bucket {
        Bucket {
            known: f64::INFINITY,
            yielded: Some(now),
            ..Bucket::new(FIRST_PACE, FIRST_PACE, 0.0, now)
        }
    }

    /// Takes a token and says how long to wait for it.
    fn take(&mut self, now: Instant) -> Duration {
        let gained = now.duration_since(self.filled).as_secs_f64() * self.rate;
        self.tokens = (self.tokens + gained).min(self.burst) - 1.0;
        self.filled = now;
        Duration::from_secs_f64((-self.tokens / self.rate).max(0.0))
    }

    fn throttled(&mut self, now: Instant) {
        let same = |last| now.duration_since(last) < SAME_EVENT;
        if self.yielded.is_some_and(same) {
            return;
        }
        self.yielded = Some(now);
        self.known = self.rate * BELOW;
        self.rate = (self.rate * YIELD).max(FLOOR);
        self.tokens = self.tokens.min(0.0);
    }

    fn answered(&mut self, now: Instant) {
        let growth = if self.rate < self.known {
            REGROW
        } else {
            let since = self.yielded.unwrap_or(self.made);
            PROBE * (1.0 + now.duration_since(since).as_secs_f64())
        };
        // At `rate` answers a second, this is `growth` more calls a second, a second.
        self.rate += growth / self.rate;
    }
}

/// How calls to a service are let through.
#[derive(Debug)]
struct Gate {
    /// Places of the opening; closed when calls are paced.
    open: Arc<Semaphore>,
    /// How many of the first calls have not gone yet.
    first: usize,
    /// What answers let on, as far as it does not make a whole place.
    credit: f64,
    /// Whose turn it is when calls are paced.
    turn: Arc<tokio::sync::Mutex<()>>,
    bucket: Bucket,
}

impl Gate {
    fn new(service: &str, now: Instant) -> Gate {
        let known = PUBLISHED.iter().find(|known| known.service == service);
        let gate = Gate {
            open: Arc::new(Semaphore::new(OPENING)),
            first: OPENING,
            credit: 0.0,
            turn: Arc::default(),
            bucket: match known {
                Some(known) => Bucket::new(known.rate, known.burst, known.burst, now),
                None => Bucket::guessed(now),
            },
        };
        if known.is_some() {
            gate.open.close();
        }
        gate
    }

    /// A place of the opening was taken.
    fn pass(&mut self) -> LetsOn {
        let first = self.first > 0;
        self.first = self.first.saturating_sub(1);
        LetsOn(if first { CAREFUL } else { DOUBLE })
    }

    fn throttled(&mut self, now: Instant) {
        if self.open.is_closed() {
            self.bucket.throttled(now);
        } else {
            self.open.close();
            self.bucket = Bucket::guessed(now);
        }
    }

    fn ended(&mut self, call: LetsOn, now: Instant) {
        if self.open.is_closed() {
            self.bucket.answered(now);
            return;
        }
        self.credit += call.0;
        let whole = self.credit.floor();
        self.credit -= whole;
        self.open.add_permits(whole as usize);
    }
}

/// How many further calls the end of a call lets on, while calls are not paced.
#[derive(Clone, Copy, Debug)]
struct LetsOn(f64);

/// A call that was let through. However it ends, answered, given up or never made, its place goes
/// to those who wait as soon as this is dropped.
#[derive(Debug)]
pub struct Pass {
    limiter: Arc<Limiter>,
    service: &'static str,
    lets_on: LetsOn,
    throttled: bool,
}

impl Pass {
    /// AWS throttled the call.
    pub fn throttled(mut self) {
        self.throttled = true;
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.limiter
            .with(self.service, |gate, now| match self.throttled {
                true => gate.throttled(now),
                false => gate.ended(self.lets_on, now),
            });
    }
}

/// The gates of one account and Region.
#[derive(Debug, Default)]
pub struct Limiter(Mutex<HashMap<&'static str, Gate>>);

impl Limiter {
    fn with<T>(&self, service: &'static str, act: impl FnOnce(&mut Gate, Instant) -> T) -> T {
        let now = Instant::now();
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates
            .entry(service)
            .or_insert_with(|| Gate::new(service, now));
        act(gate, now)
    }

    /// Waits until a call to the service may go.
    pub async fn acquire(self: &Arc<Limiter>, service: &'static str) -> Pass {
        let pass = |lets_on| Pass {
            limiter: self.clone(),
            service,
            lets_on,
            throttled: false,
        };
        let open = self.with(service, |gate, _| gate.open.clone());
        if let Ok(place) = open.acquire().await {
            place.forget();
            return pass(self.with(service, |gate, _| gate.pass()));
        }
        // One waits at a time, the others behind it in the order in which they came: so each
        // waits by the rate as it is then, not as it was when it came.
        let turn = self.with(service, |gate, _| gate.turn.clone());
        let _turn = turn.lock().await;
        let wait = self.with(service, |gate, now| gate.bucket.take(now));
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        pass(LetsOn(0.0))
    }
}

#[cfg(test)]
#[path = "limit_tests.rs"]
mod tests;
