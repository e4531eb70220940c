//! Rate limits: for each service of an account and Region, as many calls as AWS takes and no
//! more.
//!
//! Where AWS publishes a limit, calls are paced by it from the start. Elsewhere the first
//! [`OPENING`] calls go at once, then as many as the answers let on: a few, and twice as many
//! with each round, as TCP starts slowly. The first throttle ends that, and the calls are paced.
//! From the second one on, the limit is measured: [`bucket::Bucket`].

mod bucket;
mod published;

use bucket::Bucket;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// How many calls go at once to a service of which no limit is known.
const OPENING: usize = 100;
/// What an answer to one of them lets on: a fiftieth, so that a service whose limit is just that
/// much throttles a call or two and not hundreds.
const CAREFUL: f64 = 0.02;
/// What a later answer lets on: each round is twice the last.
const DOUBLE: f64 = 2.0;

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
    fn new(operation: &'static str, now: Instant) -> Gate {
        let known = published::of(operation).1;
        let gate = Gate {
            open: Arc::new(Semaphore::new(OPENING)),
            first: OPENING,
            credit: 0.0,
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
    operation: &'static str,
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
            .with(self.operation, |gate, now| match self.throttled {
                true => gate.throttled(now),
                false => gate.ended(self.lets_on, now),
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
        let pass = |lets_on| Pass {
            limiter: self.clone(),
            operation,
            lets_on,
            throttled: false,
        };
        let open = self.with(operation, |gate, _| gate.open.clone());
        if let Ok(place) = open.acquire().await {
            place.forget();
            let pass = pass(self.with(operation, |gate, _| gate.pass()));
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
        (pass(LetsOn(0.0)), ready)
    }
}

#[cfg(test)]
#[path = "limit_tests.rs"]
mod tests;
