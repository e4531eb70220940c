//! Rate limits: for each service of an account and Region, as many calls as AWS takes and no
//! more.
//!
//! Where AWS publishes a limit, calls are paced by it from the start. Elsewhere so many calls go at
//! once that EC2, whose limit is published, would throttle the last one ([`proof`]). When all of
//! them were borne, more go, round after round: half of what was borne until then, and as much where
//! that was a lot, which bounds how many too many are ever sent. The first throttle ends that, and
//! the calls are paced. From the second one on, the limit is measured: [`bucket::Bucket`].

mod bucket;
mod published;

use bucket::Bucket;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// How many calls go at once to a service of which no limit is known: as many as EC2 takes, and one,
/// so that a service that takes no more says so to this one alone.
const OPENING: usize = 101;
/// How many calls a second flow into EC2's bucket.
const FLOW: f64 = 20.0;
/// When so many calls were borne, the next round is as many again.
const MANY: usize = 2 * OPENING;
/// The part of a later round that may be unanswered when the next one goes: who waits for each call waits
/// for the one that hangs.
const STRAGGLERS: f64 = 0.005;

/// How many calls, sent in so long a time, are more than EC2 would take.
fn proof(spread: Duration) -> usize {
    OPENING + (spread.as_secs_f64() * FLOW) as usize
}

/// The times from the first to the last.
#[derive(Clone, Copy, Debug, Default)]
struct Span(Option<(Instant, Instant)>);

impl Span {
    fn add(&mut self, now: Instant) {
        self.0 = Some((self.0.map_or(now, |(first, _)| first), now));
    }

    fn long(self) -> Duration {
        self.0.map_or(Duration::ZERO, |(first, last)| last - first)
    }

    fn until(self, now: Instant) -> Duration {
        self.0.map_or(Duration::ZERO, |(first, _)| now - first)
    }
}

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
    /// Of the opening: when its calls went, and when they were answered. None once it is over.
    opening: Option<(Span, Span)>,
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
            opening: Some(Default::default()),
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

    /// A call that has a place goes. The longer the opening takes, the more it takes to prove
    /// anything.
    fn sent(&mut self, now: Instant) {
        let Some((sent, _)) = &mut self.opening else {
            return;
        };
        sent.add(now);
        let lacking = proof(sent.long()).saturating_sub(self.gone + self.left);
        self.more(lacking);
    }

    fn more(&mut self, places: usize) {
        if !self.open.is_closed() {
            self.round += places;
            self.left += places;
            self.open.add_permits(places);
        }
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
        if let Some((_, answered)) = &mut self.opening {
            answered.add(now);
        }
        if self.left > 0 || self.flying as f64 > self.round as f64 * STRAGGLERS {
            return;
        }
        self.round = 0;
        if let Some((sent, answered)) = self.opening.take() {
            // They may have come there in a longer time than they were sent in.
            if proof(answered.long()) > self.gone {
                let lacking = proof(sent.until(now)).saturating_sub(self.gone);
                return self.more(lacking.clamp(1, OPENING / 2));
            }
        }
        self.more(match self.gone {
            borne @ ..MANY => borne / 2,
            borne => borne,
        });
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
            let (pass, ready) = (pass(), ready.await);
            self.with(operation, Gate::sent);
            return (pass, ready);
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
