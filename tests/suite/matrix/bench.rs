//! Runs against emulators, several at once.

use super::held::{Outcome, Said, Whole};
use super::modes::{IMPATIENT, Mode, PATIENT};
use aws_config::timeout::TimeoutConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::SdkConfig;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use waterline::aws::guard::Ledger;
use waterline::aws::{Options, Retries, Session};
use waterline::catalog::Catalog;
use waterline::collect::{Progress, collect};
use waterline::derive::derivations;
use waterline::model::Snapshot;
use waterline::plan::Plan;
use waterline_mocks::{Account, Controls, Effect, Emulator, LogEntry, Rule, Running};

/// How many runs go on at the same time: those that wait for an answer leave room for others.
const WORKERS: usize = 6;
/// Of so many runs, one is judged in full as well, and must say the same.
const IN_FULL: usize = 40;

/// Nobody watches.
struct Quiet;

impl Progress for Quiet {
    fn called(&self, _: &'static str, _: &str) {}
    fn found(&self, _: &'static str) {}
}

/// One emulator and the session that asks it.
pub(super) struct Worker {
    emulator: Running,
    session: Session,
    plan: Arc<Plan>,
}

impl Worker {
    /// Calls are made twice, without pauses and limits: how long a run lets AWS recover has no
    /// part in what it says in the end.
    async fn start(plan: Arc<Plan>) -> Worker {
        let account = Account::demo().unwrap();
        let emulator = Emulator::start(vec![account], Controls::default())
            .await
            .unwrap();
        let options = Options {
            endpoint_url: Some(emulator.endpoint()),
            credentials: Some(("x".to_owned(), "x".to_owned())),
            timeout: Some(PATIENT),
            retries: Retries {
                attempts: 2,
                pause: Duration::ZERO,
            },
            unpaced: true,
            ..Options::default()
        };
        let session = Session::open(&options).await.unwrap();
        Worker {
            emulator,
            session,
            plan,
        }
    }

    /// Reads the account under these rules, with nothing left of the run before.
    async fn read(
        &self,
        rules: impl IntoIterator<Item = Rule>,
        impatient: bool,
    ) -> (Snapshot, Vec<LogEntry>) {
        self.emulator.controls().clear();
        self.emulator.clear_log();
        for rule in rules {
            self.emulator.controls().add(rule);
        }
        let config = self.session.config.clone();
        let snapshot = if impatient {
            let short = TimeoutConfig::builder().operation_attempt_timeout(IMPATIENT);
            let config = config.to_builder().timeout_config(short.build());
            self.collect(config.build(), 1).await
        } else {
            self.collect(config, 2).await
        };
        (snapshot, self.emulator.log())
    }

    async fn collect(&self, config: SdkConfig, attempts: u32) -> Snapshot {
        let base = &self.session;
        let session = Session {
            stop: waterline::aws::Stop::default(),
            config,
            ledger: Arc::new(Ledger::default()),
            retries: Retries {
                attempts,
                ..base.retries
            },
            ..base.clone()
        };
        let snapshot = collect(Arc::new(session), self.plan.clone(), Arc::new(Quiet)).await;
        let mut snapshot = snapshot.unwrap();
        // Every run at the same moment, so that ages are the same.
        snapshot.header.started = "2026-11-22T12:00:00Z".parse().unwrap();
        snapshot
    }
}

/// What all runs share.
pub(super) struct Bench {
    runtime: tokio::runtime::Runtime,
    catalog: Catalog,
    plan: Arc<Plan>,
    /// The undisturbed run.
    pub(super) whole: Whole,
    /// The operations that it asked for, and whether small pages give them a second one.
    operations: BTreeMap<String, bool>,
}

fn count(log: &[LogEntry]) -> BTreeMap<String, usize> {
    let mut calls = BTreeMap::new();
    for entry in log {
        *calls.entry(name(entry)).or_default() += 1;
    }
    calls
}

fn name(entry: &LogEntry) -> String {
    format!("{}:{}", entry.service, entry.operation)
}

impl Bench {
    /// Makes the undisturbed run, and a second one that reads everything in pages of one item
    /// and must say the same.
    pub(super) fn open() -> Bench {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let catalog = Catalog::builtin().unwrap_or_else(|problems| panic!("{problems}"));
        let plan = Arc::new(Plan::of(catalog.facts(&catalog.checks), &derivations()));
        let worker = runtime.block_on(Worker::start(plan.clone()));
        let (snapshot, log) = runtime.block_on(worker.read([], false));
        let calls = count(&log);
        let whole = Whole::of(snapshot, &catalog);
        let small = Rule::new("*", Effect::SmallPages { items: 1 });
        let (snapshot, log) = runtime.block_on(worker.read([small], false));
        let paged = Said::of(snapshot, &catalog, &whole, true);
        if let Some(difference) = paged.difference(&whole) {
            panic!("small pages make a difference: {difference}");
        }
        let more = count(&log);
        let operations = calls
            .into_iter()
            .map(|(operation, calls)| {
                let pages = more.get(&operation).is_some_and(|more| *more > calls);
                (operation, pages)
            })
            .collect();
        runtime.block_on(worker.emulator.stop());
        Bench {
            runtime,
            catalog,
            plan,
            whole,
            operations,
        }
    }

    /// The operations that can be disturbed so.
    pub(super) fn operations(&self, mode: Mode) -> Vec<String> {
        let all = self.operations.iter();
        all.filter(|(_, pages)| mode != Mode::LostPage || **pages)
            .map(|(operation, _)| operation.clone())
            .collect()
    }

    /// Makes one run.
    pub(super) fn run_one(&self, job: &Disturbed) -> (Said, Outcome) {
        let (snapshot, log) = self.runtime.block_on(async {
            let worker = Worker::start(self.plan.clone()).await;
            let read = worker.read(job.rules(), job.waits()).await;
            worker.emulator.stop().await;
            read
        });
        let said = Said::of(snapshot, &self.catalog, &self.whole, true);
        let outcome = said.against(&self.whole, &job.failed(&log));
        (said, outcome)
    }

    /// Makes one run, undisturbed, through another HTTP client; also gives how many calls of a
    /// service were made.
    pub(super) fn run_through(
        &self,
        client: SharedHttpClient,
        service: &str,
    ) -> (Said, Outcome, u64) {
        let snapshot = self.runtime.block_on(async {
            let worker = Worker::start(self.plan.clone()).await;
            let port = worker.emulator.addr().port();
            let config = worker.session.config.to_builder().http_client(client);
            let config = config.endpoint_url(format!("http://localhost:{port}"));
            let snapshot = worker.collect(config.build(), 2).await;
            worker.emulator.stop().await;
            snapshot
        });
        let lines = snapshot.header.ledger.iter();
        let calls = lines
            .filter(|line| line.operation.starts_with(service))
            .map(|line| line.calls)
            .sum();
        let said = Said::of(snapshot, &self.catalog, &self.whole, true);
        let outcome = said.against(&self.whole, &BTreeSet::new());
        (said, outcome, calls)
    }

    /// Makes all runs and holds each against the undisturbed one.
    pub(super) fn run_all(self, jobs: Vec<Disturbed>) -> Vec<(Disturbed, Outcome)> {
        let Bench {
            runtime,
            catalog,
            plan,
            whole,
            ..
        } = self;
        let shared = Arc::new((catalog, whole, jobs, AtomicUsize::new(0)));
        let outcomes = Arc::new(Mutex::new(Vec::new()));
        runtime.block_on(async {
            let mut ready = Vec::new();
            for _ in 0..WORKERS {
                ready.push(Worker::start(plan.clone()).await);
            }
            let mut workers = Vec::new();
            for worker in ready {
                let (shared, outcomes) = (shared.clone(), outcomes.clone());
                workers.push(tokio::spawn(async move {
                    loop {
                        let number = shared.3.fetch_add(1, Ordering::Relaxed);
                        let Some(job) = shared.2.get(number) else {
                            break;
                        };
                        let outcome = run(&worker, &shared, job, number).await;
                        // At once, since all runs together take minutes.
                        for what in &outcome.wrong {
                            eprintln!("{job}: {what}");
                        }
                        outcomes.lock().unwrap().push((job.clone(), outcome));
                    }
                    worker.emulator.stop().await;
                }));
            }
            for worker in workers {
                worker.await.unwrap();
            }
        });
        Arc::into_inner(outcomes).unwrap().into_inner().unwrap()
    }
}

type Shared = Arc<(Catalog, Whole, Vec<Disturbed>, AtomicUsize)>;

async fn run(worker: &Worker, shared: &Shared, job: &Disturbed, number: usize) -> Outcome {
    let (snapshot, log) = worker.read(job.rules(), job.waits()).await;
    let failed = job.failed(&log);
    let shared = shared.clone();
    tokio::task::spawn_blocking(move || {
        let (catalog, whole, ..) = &*shared;
        let in_full = number.is_multiple_of(IN_FULL);
        Said::of(snapshot, catalog, whole, in_full).against(whole, &failed)
    })
    .await
    .unwrap()
}

/// Operations that are disturbed in one run, each in its way.
#[derive(Clone, Debug)]
pub(super) struct Disturbed {
    operations: Vec<(String, Mode)>,
    /// Further rules.
    more: Vec<Rule>,
    /// Only in this Region.
    region: Option<String>,
    seed: Option<u64>,
}

impl Disturbed {
    pub(super) fn one(mode: Mode, operation: &str) -> Disturbed {
        Disturbed {
            operations: vec![(operation.to_owned(), mode)],
            more: Vec::new(),
            region: None,
            seed: None,
        }
    }

    /// Everything that these rules make slow or silent.
    pub(super) fn by(rules: Vec<Rule>) -> Disturbed {
        Disturbed {
            operations: Vec::new(),
            more: rules,
            region: None,
            seed: None,
        }
    }

    /// Two to six operations, each disturbed in a way of its own; now and then in one Region only.
    pub(super) fn random(seed: u64, bench: &Bench) -> Disturbed {
        let mut random = fastrand::Rng::with_seed(seed);
        let operations = (0..random.usize(2..=6))
            .filter_map(|_| {
                let mode = *random.choice(Mode::ALL)?;
                let operation = random.choice(bench.operations(mode))?;
                Some((operation, mode))
            })
            .collect();
        let region = random
            .choice([None, None, Some("eu-west-1"), Some("us-east-1")])
            .flatten();
        Disturbed {
            operations,
            more: Vec::new(),
            region: region.map(str::to_owned),
            seed: Some(seed),
        }
    }

    /// What its runs are counted under.
    pub(super) fn kind(&self) -> String {
        match (self.seed, self.operations.as_slice()) {
            (None, [(_, mode)]) => format!("{mode:?}"),
            _ => format!("{} at once", self.operations.len()),
        }
    }

    fn rules(&self) -> Vec<Rule> {
        let all = self.operations.iter();
        all.flat_map(|(operation, mode)| mode.rules(operation))
            .map(|rule| match &self.region {
                Some(region) => rule.in_region(region),
                None => rule,
            })
            .chain(self.more.iter().cloned())
            .collect()
    }

    fn waits(&self) -> bool {
        !self.more.is_empty() || self.operations.iter().any(|(_, mode)| mode.waits())
    }

    /// The disturbed operations that were asked for and gave nothing.
    fn failed(&self, log: &[LogEntry]) -> BTreeSet<String> {
        let mut failed = BTreeSet::new();
        for (operation, mode) in &self.operations {
            let asked = log.iter().filter(|entry| name(entry) == *operation);
            let here = asked.filter(|entry| {
                let region = self.region.as_ref();
                region.is_none_or(|region| entry.region == *region)
            });
            let broken = |entry: &LogEntry| match mode {
                // To the emulator, an answer that comes slowly is an answer.
                Mode::Slow => true,
                // AWS has errors that are answers: "there is none".
                Mode::LostPage => matches!(
                    entry.outcome,
                    waterline_mocks::Outcome::Error { status: 500, .. }
                ),
                _ => entry.outcome != waterline_mocks::Outcome::Ok {},
            };
            if here.clone().any(broken) {
                failed.insert(operation.clone());
            }
        }
        failed
    }
}

impl fmt::Display for Disturbed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(seed) = self.seed {
            write!(out, "seed {seed}: ")?;
        }
        for (operation, mode) in &self.operations {
            write!(out, "{operation} {mode:?} ")?;
        }
        match &self.region {
            Some(region) => write!(out, "in {region}"),
            None => Ok(()),
        }
    }
}
