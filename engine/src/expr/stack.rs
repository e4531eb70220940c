//! Threads with stacks deep enough for the parser and the evaluator.

use std::io;
use std::panic::resume_unwind;
use std::thread::{Builder, ScopedJoinHandle, available_parallelism, scope};

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

/// Does some work for each of these on as many threads with deep stacks as there are processors,
/// and gives the results in their order.
pub fn for_each_on_deep_stacks<I: Sync, T: Send>(
    items: &[I],
    work: impl Fn(&I) -> T + Sync,
) -> Vec<T> {
    let n = processors().min(items.len());
    // Neighbours are alike, and so cost alike: each thread takes every n-th.
    let mut done: Vec<(usize, T)> = on_deep_stacks(n, |first| {
        let mine = items.iter().enumerate().skip(first).step_by(n);
        mine.map(|(i, item)| (i, work(item))).collect::<Vec<_>>()
    })
    .into_iter()
    .flatten()
    .collect();
    done.sort_unstable_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, result)| result).collect()
}

/// How many threads can run at a time.
pub fn processors() -> usize {
    available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_what_was_given() {
        let numbers: Vec<usize> = (0..1000).collect();
        let squares = for_each_on_deep_stacks(&numbers, |number| number * number);
        assert!(
            squares
                .iter()
                .enumerate()
                .all(|(i, square)| *square == i * i)
        );
        assert_eq!(squares.len(), numbers.len());
        assert!(for_each_on_deep_stacks(&[0; 0], |_| ()).is_empty());
    }
}
