//! Runs against emulators, several at once.

use super::disturbed::Disturbed;
use super::held::{Outcome, Said, Whole};
use super::modes::{IMPATIENT, Mode, PATIENT};
use crate::harness::catalogue;
use aws_config::timeout::TimeoutConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::SdkConfig;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use waterline::aws::guard::Ledger;
use waterline::aws::{Options, Retries, Session};
use waterline::catalog::{Catalog, Check};
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
}

impl Worker {
    /// Calls are made twice, without pauses and limits: how long a run lets AWS recover has no
    /// part in what it says in the end.
    async fn start() -> Worker {
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
        Worker { emulator, session }
    }

    /// Reads the account under these rules, with nothing left of the run before.
    async fn read(
        &self,
        plan: &Arc<Plan>,
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
            self.collect(plan, config.build(), 1).await
        } else {
            self.collect(plan, config, 2).await
        };
        (snapshot, self.emulator.log())
    }

    async fn collect(&self, plan: &Arc<Plan>, config: SdkConfig, attempts: u32) -> Snapshot {
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
        let snapshot = collect(Arc::new(session), plan.clone(), Arc::new(Quiet)).await;
        let mut snapshot = snapshot.unwrap();
        // Every run at the same moment, so that ages are the same.
        snapshot.header.started = "2026-11-22T12:00:00Z".parse().unwrap();
        snapshot
    }
}

/// What all runs share.
pub(super) struct Bench {
    runtime: tokio::runtime::Runtime,
    shared: Arc<Shared>,
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

pub(super) fn name(entry: &LogEntry) -> String {
    format!("{}:{}", entry.service, entry.operation)
}

impl Bench {
    /// Makes the undisturbed run, and a second one that reads everything in pages of one item
    /// and must say the same.
    pub(super) fn open() -> Bench {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let catalog = catalogue();
        let plan = Arc::new(Plan::of(catalog.facts(&catalog.checks), &derivations()));
        let worker = runtime.block_on(Worker::start());
        let (snapshot, log) = runtime.block_on(worker.read(&plan, [], false));
        let calls = count(&log);
        let whole = Whole::of(snapshot, catalog);
        let small = Rule::new("*", Effect::SmallPages { items: 1 });
        let (snapshot, log) = runtime.block_on(worker.read(&plan, [small], false));
        let paged = Said::of(snapshot, catalog, &whole, None, true);
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
        let derivations = derivations();
        let plan_of = |check: &Check| Plan::of(check.facts.iter().cloned(), &derivations);
        let shared = Shared {
            catalog,
            plan,
            plans: catalog.checks.iter().map(plan_of).collect(),
            whole,
        };
        Bench {
            runtime,
            shared: Arc::new(shared),
            operations,
        }
    }

    /// What the undisturbed run says.
    pub(super) fn whole(&self) -> &Whole {
        &self.shared.whole
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
            let worker = Worker::start().await;
            let plan = &self.shared.plan;
            let read = worker.read(plan, job.rules(), job.waits()).await;
            worker.emulator.stop().await;
            read
        });
        let Shared { catalog, whole, .. } = &*self.shared;
        let said = Said::of(snapshot, catalog, whole, None, true);
        let outcome = said.against(whole, &job.failed(&log));
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
            let worker = Worker::start().await;
            let port = worker.emulator.addr().port();
            let config = worker.session.config.to_builder().http_client(client);
            let config = config.endpoint_url(format!("http://localhost:{port}"));
            let snapshot = worker.collect(&self.shared.plan, config.build(), 2).await;
            worker.emulator.stop().await;
            snapshot
        });
        let lines = snapshot.header.ledger.iter();
        let calls = lines
            .filter(|line| line.operation.starts_with(service))
            .map(|line| line.calls)
            .sum();
        let Shared { catalog, whole, .. } = &*self.shared;
        let said = Said::of(snapshot, catalog, whole, None, true);
        let outcome = said.against(whole, &BTreeSet::new());
        (said, outcome, calls)
    }

    /// Makes all runs and holds each against the undisturbed one.
    pub(super) fn run_all(self, jobs: Vec<Disturbed>) -> Vec<(Disturbed, Outcome)> {
        let jobs = Arc::new((jobs, AtomicUsize::new(0)));
        let outcomes = Arc::new(Mutex::new(Vec::new()));
        self.runtime.block_on(async {
            let mut ready = Vec::new();
            for _ in 0..WORKERS {
                ready.push(Worker::start().await);
            }
            let mut workers = Vec::new();
            for worker in ready {
                let (jobs, outcomes) = (jobs.clone(), outcomes.clone());
                let shared = self.shared.clone();
                workers.push(tokio::spawn(async move {
                    loop {
                        let number = jobs.1.fetch_add(1, Ordering::Relaxed);
                        let Some(job) = jobs.0.get(number) else {
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

/// What all runs rest on.
struct Shared {
    catalog: &'static Catalog,
    plan: Arc<Plan>,
    /// What each check of the catalogue alone has to read.
    plans: Vec<Plan>,
    whole: Whole,
}

impl Shared {
    /// The checks that hang on one of these operations, and what has to be read for them.
    fn hanging_on(&self, operations: &[(String, Mode)]) -> (Arc<Plan>, BTreeSet<String>) {
        let mut facts = BTreeSet::new();
        let mut checks = BTreeSet::new();
        for (check, plan) in self.catalog.checks.iter().zip(&self.plans) {
            if operations.iter().any(|(name, _)| plan.reads(name)) {
                facts.extend(check.facts.iter().cloned());
                checks.insert(check.id.clone());
            }
        }
        (Arc::new(Plan::of(facts, &derivations())), checks)
    }
}

async fn run(worker: &Worker, shared: &Arc<Shared>, job: &Disturbed, number: usize) -> Outcome {
    let in_full = number.is_multiple_of(IN_FULL);
    let (plan, checks) = if job.narrow && !in_full {
        let (plan, checks) = shared.hanging_on(&job.operations);
        (plan, Some(checks))
    } else {
        (shared.plan.clone(), None)
    };
    let (snapshot, log) = worker.read(&plan, job.rules(), job.waits()).await;
    let failed = job.failed(&log);
    let shared = shared.clone();
    // Who waits impatiently may, on a busy machine, give up what is not disturbed.
    let disturbed = (!job.waits()).then(|| job.services());
    tokio::task::spawn_blocking(move || {
        let Shared { catalog, whole, .. } = &*shared;
        let said = Said::of(snapshot, catalog, whole, checks, in_full);
        let mut outcome = said.against(whole, &failed);
        if let Some(disturbed) = disturbed {
            outcome.wrong.extend(said.opened_by_others(&disturbed));
        }
        outcome
    })
    .await
    .unwrap()
}
