//! How the reading goes, on the terminal: one line, which counts calls and resources.

use crate::collect::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A line that is kept up to date; nothing when quiet or when nobody watches.
pub(super) struct Line {
    bar: ProgressBar,
    calls: AtomicU64,
    resources: AtomicU64,
}

impl Line {
    pub(super) fn new(quiet: bool) -> Line {
        let bar = if quiet || !std::io::stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        };
        Line {
            bar,
            calls: AtomicU64::new(0),
            resources: AtomicU64::new(0),
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn show(&self, now: &str) {
        let calls = self.calls.load(Ordering::Relaxed);
        let resources = self.resources.load(Ordering::Relaxed);
        self.bar
            .set_message(format!("{calls} calls, {resources} resources · {now}"));
    }
}

impl Progress for Line {
    fn called(&self, service: &'static str, region: &str) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.show(&format!("{service} {region}"));
    }

    fn found(&self, _: &'static str) {
        self.resources.fetch_add(1, Ordering::Relaxed);
    }
}
