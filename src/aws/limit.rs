//! Rate limits: a token bucket for each service of an account and Region, which gives way
//! to throttles as TCP gives way to loss.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Where a bucket starts: calls a second, and how many may go at once.
struct Seed {
    service: &'static str,
    rate: f64,
    burst: f64,
}

/// Seeds from what AWS publishes; everything else starts at [`DEFAULT`].
///
/// EC2: "Request throttling for the Amazon EC2 API", non-mutating actions: a bucket of 100
/// that refills at 20 a second. S3's limit is 5,500 reads a second for each prefix.
/// Security Hub and the others publish 10 a second with a burst of 30 or less.
const SEEDS: &[Seed] = &[
    Seed {
        service: "ec2",
        rate: 20.0,
        burst: 100.0,
    },
    Seed {
        service: "s3",
        rate: 400.0,
        burst: 400.0,
    },
    Seed {
        service: "iam",
        rate: 20.0,
        burst: 60.0,
    },
    Seed {
        service: "kms",
        rate: 100.0,
        burst: 100.0,
    },
];

const DEFAULT: Seed = Seed {
    service: "",
    rate: 10.0,
    burst: 30.0,
};

/// The lowest rate that throttles can push a bucket to, in calls a second.
const FLOOR: f64 = 0.5;

#[derive(Debug)]
struct Bucket {
    rate: f64,
    ceiling: f64,
    burst: f64,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    fn new(service: &str, now: Instant) -> Bucket {
        let seed = SEEDS
            .iter()
            .find(|seed| seed.service == service)
            .unwrap_or(&DEFAULT);
        Bucket {
            rate: seed.rate,
            ceiling: seed.rate * 2.0,
            burst: seed.burst,
            tokens: seed.burst,
            filled: now,
        }
    }

    /// Takes a token and says how long to wait for it: the bucket may go into debt, so that
    /// those who wait are served in the order in which they came.
    fn take(&mut self, now: Instant) -> Duration {
        let gained = now.duration_since(self.filled).as_secs_f64() * self.rate;
        self.tokens = (self.tokens + gained).min(self.burst);
        self.filled = now;
        self.tokens -= 1.0;
        if self.tokens >= 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(-self.tokens / self.rate)
        }
    }
}

/// The buckets of one account and Region.
#[derive(Debug, Default)]
pub struct Limiter(Mutex<HashMap<&'static str, Bucket>>);

impl Limiter {
    fn with<T>(&self, service: &'static str, act: impl FnOnce(&mut Bucket, Instant) -> T) -> T {
        let now = Instant::now();
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        act(
            buckets
                .entry(service)
                .or_insert_with(|| Bucket::new(service, now)),
            now,
        )
    }

    /// Waits until a call to the service may go.
    pub async fn acquire(&self, service: &'static str) {
        let wait = self.with(service, Bucket::take);
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// AWS throttled a call: half the rate, and no burst.
    pub fn throttled(&self, service: &'static str) {
        self.with(service, |bucket, _| {
            bucket.rate = (bucket.rate / 2.0).max(FLOOR);
            bucket.tokens = bucket.tokens.min(0.0);
        });
    }

    /// AWS answered: a little faster, up to twice the seed.
    pub fn answered(&self, service: &'static str) {
        self.with(service, |bucket, _| {
            bucket.rate = (bucket.rate + 0.05).min(bucket.ceiling);
        });
    }
}
