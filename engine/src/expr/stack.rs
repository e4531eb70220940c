//! Threads with stacks deep enough for the parser and the evaluator.

use std::io;
use std::panic::resume_unwind;
use std::thread::{Builder, ScopedJoinHandle, scope};

/// The stack of each thread that compiles or evaluates. Within the limits on source and depth, a
/// development build needs a few MB; the rest is reserve.
pub const STACK_SIZE: usize = 32 << 20;

/// Runs `work` on a thread with a deep stack, and gives what it gives. Where no thread can be
/// had, it runs here.
pub fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let mut work = Some(work);
    let slot = &mut work;
    let done = scope(|threads| {
        let run = move || slot.take().map(|work| work());
        let thread = Builder::new().name("deep".into()).stack_size(STACK_SIZE);
        match thread.spawn_scoped(threads, run) {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => None,
        }
    });
    match (done, work) {
        (Some(done), _) => done,
        (None, Some(work)) => work(),
        // The thread took the work and gave no result: its panic was resumed above.
        (None, None) => unreachable!("the work ran without a result"),
    }
}

/// Runs `work(0)` to `work(n - 1)` each on a thread with a deep stack, at the same time, and gives
/// the results in that order. One that gets no thread runs here.
pub fn on_deep_stacks<T: Send>(n: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let work = &work;
    scope(|threads| {
        let start = |i| {
            let thread = Builder::new().name(format!("deep-{i}"));
            let thread = thread.stack_size(STACK_SIZE);
            (i, thread.spawn_scoped(threads, move || work(i)))
        };
        let started: Vec<_> = (0..n).map(start).collect();
        let finish = |(i, thread): (usize, io::Result<ScopedJoinHandle<'_, T>>)| match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => work(i),
        };
        started.into_iter().map(finish).collect()
    })
}
