//! The gate against a simulated service, in simulated time.

use super::{Bucket, Gate, Instant, Limiter, OPENING};
use futures_util::FutureExt as _;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Duration;

/// From the caller to the service, and back again.
const WAY: Duration = Duration::from_millis(30);

/// A call on its way, in the order of time and then of sending.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    at: Instant,
    call: usize,
    what: What,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Turn,
    Asked,
    Answered { taken: bool },
}

struct Outcome {
    throttles: usize,
    seconds: f64,
}

/// Sends calls to a service that takes `rate` a second and `burst` at once. All of them are there
/// from the start; a throttled one tries again.
fn against(service: &'static str, rate: f64, burst: f64, calls: usize) -> Outcome {
    let began = Instant::now();
    let mut gate = Gate::new(service, began);
    let mut server = Bucket::new(rate, burst, began);
    let mut sent = 0;
    let mut events = BinaryHeap::new();
    let (mut waiting, mut throttles, mut now) = (calls, 0, began);
    // When the next of those who wait may take a token.
    let mut turn = began;
    loop {
        while waiting > 0 {
            let start = if gate.open.is_closed() {
                if turn > now {
                    break;
                }
                turn = now + gate.bucket.take(now);
                let call = usize::MAX;
                events.push(Reverse(Event {
                    at: turn,
                    call,
                    what: What::Turn,
                }));
                turn
            } else if gate.open.try_acquire().map(|place| place.forget()).is_ok() {
                gate.pass();
                gate.sent(now);
                now
            } else {
                break;
            };
            waiting -= 1;
            let (at, call) = (start + WAY, sent);
            sent += 1;
            events.push(Reverse(Event {
                at,
                call,
                what: What::Asked,
            }));
        }
        let Some(Reverse(event)) = events.pop() else {
            break;
        };
        now = event.at;
        match event.what {
            What::Turn => {}
            What::Asked => {
                let taken = server.take(now).is_zero();
                if !taken {
                    // What is refused costs nothing.
                    server.tokens += 1.0;
                }
                let what = What::Answered { taken };
                events.push(Reverse(Event {
                    at: now + WAY,
                    call: event.call,
                    what,
                }));
            }
            What::Answered { taken: true } => gate.ended(now),
            What::Answered { taken: false } => {
                gate.throttled(now);
                throttles += 1;
                waiting += 1;
            }
        }
    }
    Outcome {
        throttles,
        seconds: now.duration_since(began).as_secs_f64(),
    }
}

#[test]
fn a_service_that_throttles_is_asked_at_its_own_rate() {
    // Service, calls a second, burst, calls; the most throttles in a hundred calls, and the
    // longest time as a multiple of the shortest that is possible.
    for (service, rate, burst, calls, percent, longest) in [
        // As published.
        ("ec2", 20.0, 100.0, 2_000, 0.5, 1.01),
        // Slower than published, and faster.
        ("ec2", 10.0, 100.0, 2_000, 1.0, 1.01),
        ("ec2", 50.0, 200.0, 4_000, 0.5, 1.3),
        // Nothing is published.
        ("s3", 20.0, 100.0, 2_000, 0.5, 1.01),
        ("s3", 20.0, 100.0, 3_500, 0.3, 1.01),
        ("s3", 10.0, 100.0, 2_000, 1.0, 1.01),
        ("s3", 5.0, 20.0, 1_000, 10.0, 1.01),
        ("s3", 50.0, 200.0, 4_000, 1.0, 1.01),
        ("s3", 100.0, 200.0, 8_000, 0.5, 1.1),
        ("s3", 150.0, 20.0, 3_000, 3.0, 1.8),
        ("s3", 100.0, 20.0, 3_000, 3.0, 1.4),
        // A burst that ends while the answers let on many.
        ("s3", 20.0, 150.0, 3_500, 2.5, 1.01),
        // Not many more than go at once.
        ("s3", 20.0, 100.0, 150, 2.0, 1.1),
    ] {
        let Outcome { throttles, seconds } = against(service, rate, burst, calls);
        let floor = (calls as f64 - burst) / rate;
        let told = format!(
            "{service}, {rate}/s, burst {burst}, {calls} calls: {throttles} throttled, {seconds:.1} s of {floor:.1} s"
        );
        println!("{told}");
        assert!(throttles as f64 * 100.0 <= percent * calls as f64, "{told}");
        assert!(seconds <= longest * floor, "{told}");
    }
}

/// Meanwhile calls flow into the bucket on the other side.
#[test]
fn an_opening_that_takes_long_proves_less() {
    let began = Instant::now();
    let at = |milliseconds| began + Duration::from_millis(milliseconds);
    let send = |gate: &mut Gate, every: u64| {
        let places = std::iter::from_fn(|| {
            gate.open.try_acquire().ok()?.forget();
            gate.pass();
            Some(())
        });
        let mut sent = 0;
        for () in places {
            sent += 1;
        }
        (0..sent).for_each(|call| gate.sent(at(call * every)));
        sent
    };
    // It is sent slowly: eleven more have to go.
    let mut gate = Gate::new("s3", began);
    assert_eq!(send(&mut gate, 5), 101);
    assert_eq!(send(&mut gate, 0), 10);
    // It is answered slowly: a few more tell, and not half as many again.
    let mut gate = Gate::new("s3", began);
    assert_eq!(send(&mut gate, 0), 101);
    (0..101).for_each(|call| gate.ended(at(60 + call * 2)));
    assert_eq!(send(&mut gate, 0), 5);
}

/// A bucket that filled up while nobody asked takes a heap at once, which says nothing of what
/// flows into it.
#[test]
fn a_rest_spoils_the_measure() {
    let began = Instant::now();
    let at = |seconds: f64| began + Duration::from_secs_f64(seconds);
    let after = |rest: f64| {
        let mut bucket = Bucket::guessed(began);
        for call in 0..40 {
            let now = at(f64::from(call) * 0.05 + rest);
            bucket.take(now);
            bucket.answered(now);
        }
        bucket.throttled(at(2.0 + rest));
        (0..20).map(|_| bucket.take(at(2.0 + rest))).max().unwrap()
    };
    // Twenty calls at the pace that they had until then.
    let busy = after(0.0).as_secs_f64();
    assert!((0.9..1.1).contains(&busy), "{busy}");
    // After a rest of a minute, forty calls in a minute would be a twentieth of it.
    let rested = after(60.0).as_secs_f64();
    assert!((0.5..1.5).contains(&rested), "{rested}");
}

#[test]
fn what_is_published_of_an_operation_comes_before_its_service() {
    use super::published::of;
    let named = |operation| {
        let (name, known) = of(operation);
        (name, known.map(|known| known.rate))
    };
    assert_eq!(named("ec2:DescribeVpcs"), ("ec2", Some(20.0)));
    assert_eq!(
        named("securityhub:GetFindings"),
        ("securityhub:GetFindings", Some(3.0))
    );
    assert_eq!(named("securityhub"), ("securityhub", Some(10.0)));
    assert_eq!(named("s3:GetBucketAcl"), ("s3", None));
    assert_eq!(named("account:ListRegions"), ("account", None));
}

/// Else tokens would grow old behind calls that are not made, and go out in a heap.
#[test]
fn no_token_is_taken_for_a_call_that_has_no_place() {
    let clock = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let _entered = clock.enter();
    let limiter = Arc::new(Limiter::default());
    let mut held = Box::pin(limiter.acquire("ec2:DescribeVpcs", std::future::pending::<()>()));
    assert!(held.as_mut().now_or_never().is_none());
    let next = || {
        limiter
            .acquire("ec2:DescribeVolumes", async {})
            .now_or_never()
    };
    assert!(next().is_none(), "it stands behind the one that waits");
    drop(held);
    assert!(next().is_some());
}

#[test]
fn a_service_without_a_limit_is_soon_asked_at_full_speed() {
    let Outcome { throttles, seconds } = against("s3", 1e9, 1e9, 3_000);
    assert_eq!(throttles, 0);
    // Seven rounds of 60 ms.
    assert!(seconds < 0.43, "{seconds}");
}

/// A call that is given up before it is made lets others on as an answered one does: else those
/// behind it would wait for ever.
#[test]
fn a_place_comes_back_however_a_call_ends() {
    // Who has to wait for its turn needs a clock, though nobody waits here.
    let clock = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let _entered = clock.enter();
    let limiter = Arc::new(Limiter::default());
    let acquire = || Some(limiter.acquire("s3", async {}).now_or_never()?.0);
    let mut first: Vec<_> = std::iter::from_fn(acquire).take(OPENING + 1).collect();
    assert_eq!(first.len(), OPENING, "the opening is full");
    let last = first.pop();
    drop(first);
    assert!(acquire().is_none(), "another is not answered yet");
    drop(last);
    let more: Vec<_> = std::iter::from_fn(acquire).take(OPENING).collect();
    assert_eq!(more.len(), OPENING / 2, "half of what was borne");
    let mut more = more.into_iter();
    more.next().unwrap().throttled();
    drop(more);
    assert!(acquire().is_none(), "after a throttle calls are paced");
}
