//! How the reading goes: live lines on a terminal, one for each service that is being asked;
//! a plain line now and then when piped; nothing when quiet. Both say what is waited for, too: a
//! Region that does not answer would else look like a program that hangs.

use crate::collect::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often a plain line is written.
const PLAIN: Duration = Duration::from_secs(5);
/// How often the live lines change: more would only cost time.
const LIVE: Duration = Duration::from_millis(100);
/// A service that was not heard of for so long is no longer being asked; or, if it was, is waited
/// for.
const SILENT: Duration = Duration::from_secs(2);
/// The most services that are shown at once.
const LINES: usize = 12;

#[derive(Clone)]
enum Where {
    Nowhere,
    Terminal(ProgressBar),
    Pipe,
}

/// Watches the reading of one account.
pub(super) struct Watch {
    place: Where,
    state: Arc<Mutex<State>>,
    ticker: Mutex<Option<Ticker>>,
}

/// Tells again and again, whether anything is heard or not.
struct Ticker {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Ticker {
    fn start(pause: Duration, tell: impl Fn() + Send + 'static) -> Option<Ticker> {
        let (stop, stopped) = mpsc::channel();
        let again = move || {
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                tell();
            }
        };
        // Without a thread for it, nothing is told until the end.
        let thread = std::thread::Builder::new().spawn(again).ok()?;
        Some(Ticker { stop, thread })
    }

    /// Nothing is told any more once this is over.
    fn stop(self) {
        drop(self.stop);
        // A panic in there has been told.
        let _ = self.thread.join();
    }
}

/// What is known so far.
struct State {
    began: Instant,
    calls: u64,
    resources: u64,
    services: BTreeMap<&'static str, Service>,
}

/// What is known of a service.
struct Service {
    calls: u64,
    resources: u64,
    regions: BTreeMap<String, Region>,
    heard: Instant,
}

/// What is known of a service in a Region.
struct Region {
    /// Calls that are not answered yet.
    open: u64,
    /// Since when it is asked, or when it answered last.
    since: Instant,
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
        let state = Arc::new(Mutex::new(State::new(Instant::now())));
        let told = state.clone();
        let ticker = match place.clone() {
            Where::Nowhere => None,
            Where::Terminal(bar) => Ticker::start(LIVE, move || {
                let lines = locked(&told).lines(Instant::now());
                bar.set_message(lines);
            }),
            Where::Pipe => Ticker::start(PLAIN, move || {
                let line = locked(&told).line(Instant::now());
                anstream::eprintln!("{line}");
            }),
        };
        Watch {
            place,
            state,
            ticker: Mutex::new(ticker),
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

    /// Nothing is kept that nobody is told.
    fn note_down(&self, what: impl FnOnce(&mut State, Instant)) {
        if !matches!(self.place, Where::Nowhere) {
            what(&mut locked(&self.state), Instant::now());
        }
    }

    /// The reading is over.
    pub(super) fn finish(&self) {
        if let Some(ticker) = locked(&self.ticker).take() {
            ticker.stop();
        }
        match &self.place {
            Where::Nowhere => {}
            Where::Terminal(bar) => bar.finish_and_clear(),
            Where::Pipe => anstream::eprintln!("{}", locked(&self.state).end(Instant::now())),
        }
    }
}

/// What a panic left behind is whole: numbers only.
fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn new(began: Instant) -> State {
        State {
            began,
            calls: 0,
            resources: 0,
            services: BTreeMap::new(),
        }
    }

    fn service(&mut self, name: &'static str, now: Instant) -> &mut Service {
        let service = self.services.entry(name).or_insert_with(|| Service {
            calls: 0,
            resources: 0,
            regions: BTreeMap::new(),
            heard: now,
        });
        service.heard = now;
        service
    }

    fn asking(&mut self, service: &'static str, region: &str, now: Instant) {
        let region = self.service(service, now).region(region, now);
        if region.open == 0 {
            region.since = now;
        }
        region.open += 1;
    }

    fn called(&mut self, service: &'static str, region: &str, now: Instant) {
        self.calls += 1;
        let service = self.service(service, now);
        service.calls += 1;
        let region = service.region(region, now);
        region.open = region.open.saturating_sub(1);
        region.since = now;
    }

    fn found(&mut self, kind: &'static str, now: Instant) {
        self.resources += 1;
        let service = kind.split('.').next().unwrap_or(kind);
        self.service(service, now).resources += 1;
    }

    fn total(&self) -> String {
        format!("{} resources with {} calls", self.resources, self.calls)
    }

    /// The services that were heard of lately, or are waited for.
    fn asked(&self, now: Instant) -> impl Iterator<Item = (&'static str, &Service)> {
        self.services
            .iter()
            .filter(move |(_, service)| {
                now.duration_since(service.heard) < SILENT || service.waited_for(now).is_some()
            })
            .map(|(name, service)| (*name, service))
    }

    /// The plain line.
    fn line(&self, now: Instant) -> String {
        let seconds = now.duration_since(self.began).as_secs();
        let mut line = format!("{seconds} s: {}", self.total());
        let asked: Vec<&str> = self.asked(now).map(|(name, _)| name).collect();
        let waited: Vec<String> = self
            .asked(now)
            .filter_map(|(name, service)| Some(format!("{name} {}", service.waited_for(now)?)))
            .collect();
        for (what, names) in [
            ("asking", asked.join(", ")),
            ("waiting for", waited.join(", ")),
        ] {
            if !names.is_empty() {
                // Writing to a String does not fail.
                let _ = write!(line, "; {what} {names}");
            }
        }
        line
    }

    /// The live lines.
    fn lines(&self, now: Instant) -> String {
        let mut lines = self.total();
        for (name, service) in self.asked(now).take(LINES) {
            let regions = match service.regions.len() {
                1 => service.regions.keys().next().cloned().unwrap_or_default(),
                many => format!("{many} Regions"),
            };
            let waited = service.waited_for(now);
            let waited = waited.map_or(String::new(), |what| format!("  waiting {what}"));
            let _ = write!(
                lines,
                "\n    {name:<16} {:>6} calls {:>7} resources  {regions}{waited}",
                service.calls, service.resources
            );
        }
        lines
    }

    /// The last plain line.
    fn end(&self, now: Instant) -> String {
        let seconds = now.duration_since(self.began).as_secs_f64();
        format!("read {} in {seconds:.1} s", self.total())
    }
}

impl Service {
    fn region(&mut self, name: &str, now: Instant) -> &mut Region {
        let region = self.regions.entry(name.to_owned());
        region.or_insert(Region {
            open: 0,
            since: now,
        })
    }

    /// Where it was asked and has not answered for a while, and for how long.
    fn waited_for(&self, now: Instant) -> Option<String> {
        let silent =
            |region: &&Region| region.open > 0 && now.duration_since(region.since) >= SILENT;
        let waited = self.regions.values().filter(silent).map(|one| one.since);
        let seconds = now.duration_since(waited.min()?).as_secs();
        let mut silent = self.regions.iter().filter(|(_, one)| silent(one));
        let place = match (silent.next(), silent.count()) {
            (Some((name, _)), 0) => format!("in {name}"),
            (_, more) => format!("in {} Regions", more + 1),
        };
        Some(format!("{place} for {seconds} s"))
    }
}

impl Progress for Watch {
    fn asking(&self, service: &'static str, region: &str) {
        self.note_down(|state, now| state.asking(service, region, now));
    }

    fn called(&self, service: &'static str, region: &str) {
        self.note_down(|state, now| state.called(service, region, now));
    }

    fn found(&self, kind: &'static str) {
        self.note_down(|state, now| state.found(kind, now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(after: u64) -> Duration {
        Duration::from_secs(after)
    }

    /// S3 answers, KMS is asked in two Regions and answers in one.
    fn state(began: Instant) -> State {
        let mut state = State::new(began);
        state.asking("kms", "eu-west-1", began);
        state.asking("kms", "us-east-1", began);
        state.called("kms", "us-east-1", began + seconds(1));
        state.found("kms.key", began + seconds(1));
        state.asking("s3", "global", began + seconds(6));
        state.called("s3", "global", began + seconds(7));
        state.found("s3.bucket", began + seconds(7));
        state.found("s3.bucket", began + seconds(7));
        state
    }

    #[test]
    fn a_terminal_shows_a_line_for_each_service_that_is_asked() {
        let began = Instant::now();
        let mut state = state(began);
        assert_eq!(
            state.lines(began + seconds(8)),
            "3 resources with 2 calls\
             \n    kms                   1 calls       1 resources  2 Regions  waiting in eu-west-1 for 8 s\
             \n    s3                    1 calls       2 resources  global"
        );
        // Who has answered and is not asked again is no longer shown.
        state.called("kms", "eu-west-1", began + seconds(9));
        assert_eq!(
            state.lines(began + seconds(10)),
            "3 resources with 3 calls\n    kms                   2 calls       1 resources  2 Regions"
        );
        assert_eq!(state.lines(began + seconds(12)), "3 resources with 3 calls");
    }

    #[test]
    fn a_pipe_gets_what_is_asked_and_what_is_waited_for() {
        let began = Instant::now();
        let mut state = state(began);
        assert_eq!(
            state.line(began + seconds(8)),
            "8 s: 3 resources with 2 calls; asking kms, s3; waiting for kms in eu-west-1 for 8 s"
        );
        state.asking("kms", "us-east-1", began + seconds(8));
        assert_eq!(
            state.line(began + seconds(20)),
            "20 s: 3 resources with 2 calls; asking kms; waiting for kms in 2 Regions for 20 s"
        );
        state.called("kms", "eu-west-1", began + seconds(20));
        state.called("kms", "us-east-1", began + seconds(20));
        assert_eq!(
            state.line(began + seconds(30)),
            "30 s: 3 resources with 4 calls"
        );
        assert_eq!(
            state.end(began + seconds(31)),
            "read 3 resources with 4 calls in 31.0 s"
        );
    }

    #[test]
    fn a_terminal_shows_no_more_than_fits() {
        let began = Instant::now();
        let mut state = State::new(began);
        for service in [
            "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n",
        ] {
            state.asking(service, "global", began);
        }
        assert_eq!(state.lines(began).lines().count(), 1 + LINES);
    }

    #[test]
    fn a_ticker_tells_until_it_is_stopped() {
        let (told, hears) = mpsc::channel();
        let ticker = Ticker::start(Duration::from_millis(1), move || {
            let _ = told.send(());
        })
        .unwrap();
        hears.recv().unwrap();
        hears.recv().unwrap();
        ticker.stop();
        // What was told is there, and nothing more can come.
        while hears.try_recv().is_ok() {}
        assert_eq!(hears.try_recv(), Err(mpsc::TryRecvError::Disconnected));
    }
}
