//! Rate limits: for each service of an account and Region, as many calls as AWS takes and no
//! more.
//!
//! Where AWS publishes a limit, calls are paced by it from the start. Elsewhere the first
//! [`OPENING`] calls go at once. When they are answered, a few more go, and then round after round:
//! each is half of what was borne until then, which bounds how many too many are ever sent. The
//! first throttle ends that, and the calls are paced.
//! From the second one on, the limit is measured: [`bucket::Bucket`].

mod bucket;
mod published;

use bucket::{Bucket, FIRST_PACE};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// How many calls go at once to a service of which no limit is known: as many as EC2, whose limit is
/// published, takes, and one: so that a service that takes no more says so to this one alone.
const OPENING: usize = 101;
/// How many follow them, besides as many as may have flowed into such a service's bucket meanwhile.
const PROBE: usize = 1;
/// The part of a later round that may be unanswered when the next one goes: who waits for each call waits
/// for the one that hangs.
const STRAGGLERS: f64 = 0.005;

/// How calls to a service are let through.
#[derive(Debug)]
struct Gate {
    /// Places of the opening; closed when calls are paced.
    open: Arc<Semaphore>,
    /// How many calls make up the round, and how many of them have not gone yet.
    round: usize,
    left: usize,
    /// How many went in it and in all before it.
    gone: usize,
    /// How many of those are not answered yet.
    flying: usize,
    /// When the first was begun.
    began: Instant,
    /// Whose turn it is when calls are paced.
    turn: Arc<tokio::sync::Mutex<()>>,
    bucket: Bucket,
}

impl Gate {
    fn new(operation: &'static str, now: Instant) -> Gate {
        let known = published::of(operation).1;
        let gate = Gate {
            open: Arc::new(Semaphore::new(OPENING)),
            round: OPENING,
            left: OPENING,
            gone: 0,
            flying: 0,
            began: now,
            turn: Arc::default(),
            bucket: match known {
                Some(known) => Bucket::new(known.rate, known.burst, now),
                None => Bucket::guessed(now),
            },
        };
        if known.is_some() {
            gate.open.close();
        }
        gate
    }

    /// A place of a round was taken.
    fn pass(&mut self) {
        self.left = self.left.saturating_sub(1);
        self.gone += 1;
        self.flying += 1;
    }

    fn throttled(&mut self, now: Instant) {
        if self.open.is_closed() {
            self.bucket.throttled(now);
        } else {
            self.open.close();
            self.bucket = Bucket::guessed(now);
        }
    }

    fn ended(&mut self, now: Instant) {
        if self.open.is_closed() {
            self.bucket.answered(now);
            return;
        }
        self.flying = self.flying.saturating_sub(1);
        if self.left > 0 || self.flying as f64 > self.round as f64 * STRAGGLERS {
            return;
        }
        let flowed = now.duration_since(self.began).as_secs_f64() * FIRST_PACE;
        self.round = match self.gone {
            OPENING => (PROBE + flowed as usize).min(OPENING / 2),
            borne => borne / 2,
        };
        self.left = self.round;
        self.open.add_permits(self.round);
    }
}

/// A call that was let through. However it ends, answered, given up or never made, its place goes
/// to those who wait as soon as this is dropped.
#[derive(Debug)]
pub struct Pass {
    limiter: Arc<Limiter>,
    operation: &'static str,
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
            .with(self.operation, |gate, now| match self.throttled {
                true => gate.throttled(now),
                false => gate.ended(now),
            });
    }
}

/// The gates of one account and Region.
#[derive(Debug, Default)]
pub struct Limiter(Mutex<HashMap<&'static str, Gate>>);

impl Limiter {
    fn with<T>(&self, operation: &'static str, act: impl FnOnce(&mut Gate, Instant) -> T) -> T {
        let now = Instant::now();
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates
            .entry(published::of(operation).0)
            .or_insert_with(|| Gate::new(operation, now));
        act(gate, now)
    }

    /// Waits until a call may go: `service:Operation`, or a service for any of its operations.
    ///
    /// `ready` is what the call needs besides. It is waited for last, and by one caller at a time:
    /// a token that was taken while all places were occupied would grow old, and go out in a heap
    /// with others.
    pub async fn acquire<T>(
        self: &Arc<Limiter>,
        operation: &'static str,
        ready: impl Future<Output = T>,
    ) -> (Pass, T) {
        let pass = || Pass {
            limiter: self.clone(),
            operation,
            throttled: false,
        };
        let open = self.with(operation, |gate, _| gate.open.clone());
        if let Ok(place) = open.acquire().await {
            place.forget();
            self.with(operation, |gate, _| gate.pass());
            let pass = pass();
            return (pass, ready.await);
        }
        // One waits at a time, the others behind it in the order in which they came: so each
        // waits by the rate as it is then, not as it was when it came.
        let turn = self.with(operation, |gate, _| gate.turn.clone());
        let _turn = turn.lock().await;
        let wait = self.with(operation, |gate, now| gate.bucket.take(now));
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        let ready = ready.await;
        (pass(), ready)
    }
}

#[cfg(test)]
#[path = "limit_tests.rs"]
mod tests;
