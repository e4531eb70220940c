//! How the reading goes: live lines on a terminal, one for each service that is being asked;
//! a plain line now and then when piped; nothing when quiet.

use crate::collect::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often a plain line is written.
const PLAIN: Duration = Duration::from_secs(5);
/// How often the live lines change: more would only cost time.
const LIVE: Duration = Duration::from_millis(100);
/// A service that was not heard of for so long is no longer being asked.
const SILENT: Duration = Duration::from_secs(2);
/// The most services that are shown at once.
const LINES: usize = 12;

enum Where {
    Nowhere,
    Terminal(ProgressBar),
    Pipe,
}

/// Watches the reading of one account.
pub(super) struct Watch {
    place: Where,
    began: Instant,
    state: Mutex<State>,
}

struct State {
    calls: u64,
    resources: u64,
    services: BTreeMap<&'static str, Service>,
    shown: Instant,
}

/// What is known of a service.
struct Service {
    calls: u64,
    resources: u64,
    regions: BTreeSet<String>,
    heard: Instant,
}

impl Watch {
    pub(super) fn new(quiet: bool) -> Watch {
        let place = if quiet {
            Where::Nowhere
        } else if std::io::stderr().is_terminal() {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(LIVE);
            Where::Terminal(bar)
        } else {
            Where::Pipe
        };
        let began = Instant::now();
        let state = State {
            calls: 0,
            resources: 0,
            services: BTreeMap::new(),
            shown: began,
        };
        Watch {
            place,
            began,
            state: Mutex::new(state),
        }
    }

    /// Tells something that is done.
    pub(super) fn note(&self, line: &str) {
        match &self.place {
            Where::Nowhere => {}
            Where::Terminal(bar) => bar.println(line),
            Where::Pipe => anstream::eprintln!("{line}"),
        }
    }

    /// The reading is over.
    pub(super) fn finish(&self) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &self.place {
            Where::Nowhere => {}
            Where::Terminal(bar) => bar.finish_and_clear(),
            Where::Pipe => {
                let seconds = self.began.elapsed().as_secs_f64();
                anstream::eprintln!("read {} in {seconds:.1} s", state.total());
            }
        }
    }

    fn heard(&self, service: &'static str, calls: u64, resources: u64, region: Option<&str>) {
        if matches!(self.place, Where::Nowhere) {
            return;
        }
        let now = Instant::now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = state.services.entry(service).or_insert_with(|| Service {
            calls: 0,
            resources: 0,
            regions: BTreeSet::new(),
            heard: now,
        });
        entry.heard = now;
        entry.calls += calls;
        entry.resources += resources;
        if let Some(region) = region.filter(|region| !entry.regions.contains(*region)) {
            entry.regions.insert(region.to_owned());
        }
        state.calls += calls;
        state.resources += resources;
        let pause = match self.place {
            Where::Terminal(_) => LIVE,
            _ => PLAIN,
        };
        if now.duration_since(state.shown) < pause {
            return;
        }
        state.shown = now;
        match &self.place {
            Where::Nowhere => {}
            Where::Terminal(bar) => bar.set_message(state.lines(now)),
            Where::Pipe => {
                let seconds = self.began.elapsed().as_secs();
                let asked: Vec<&str> = state.asked(now).map(|(name, _)| name).collect();
                anstream::eprintln!(
                    "{seconds} s: {}; asking {}",
                    state.total(),
                    asked.join(", ")
                );
            }
        }
    }
}

impl State {
    fn total(&self) -> String {
        format!("{} resources with {} calls", self.resources, self.calls)
    }

    /// The services that were heard of lately.
    fn asked(&self, now: Instant) -> impl Iterator<Item = (&'static str, &Service)> {
        self.services
            .iter()
            .filter(move |(_, service)| now.duration_since(service.heard) < SILENT)
            .map(|(name, service)| (*name, service))
    }

    fn lines(&self, now: Instant) -> String {
        let mut lines = self.total();
        for (name, service) in self.asked(now).take(LINES) {
            let regions = match service.regions.len() {
                1 => service.regions.iter().next().cloned().unwrap_or_default(),
                many => format!("{many} Regions"),
            };
            // Writing to a String does not fail.
            let _ = write!(
                lines,
                "\n    {name:<16} {:>6} calls {:>7} resources  {regions}",
                service.calls, service.resources
            );
        }
        lines
    }
}

impl Progress for Watch {
    fn called(&self, service: &'static str, region: &str) {
        self.heard(service, 1, 0, Some(region));
    }

    fn found(&self, kind: &'static str) {
        let service = kind.split('.').next().unwrap_or(kind);
        self.heard(service, 0, 1, None);
    }
}
