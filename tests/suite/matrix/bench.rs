//! Runs against emulators, several at once.

use super::disturbed::Disturbed;
use super::held::{Judging, Narrow, Outcome, Said, Whole};
use super::modes::Mode;
use super::worker::{Worker, name};
use crate::harness::catalogue;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, LazyLock, Mutex};
use waterline::catalog::{Catalog, Check};
use waterline::derive::derivations;
use waterline::plan::Plan;
use waterline_mocks::{Effect, LogEntry, Rule};

/// How many runs go on at the same time.
const WORKERS: usize = 6;
/// How many more that wait for an answer: they keep no core busy.
const WAITING: usize = 16;
/// Of so many runs, one is judged in full as well, and must say the same.
const IN_FULL: usize = 40;

/// What all runs rest on.
pub(super) struct Bench {
    runtime: tokio::runtime::Runtime,
    shared: Arc<Shared>,
    /// The operations that the undisturbed run asked for, and whether small pages give them a
    /// second one.
    operations: BTreeMap<String, bool>,
}

static BENCH: LazyLock<Bench> = LazyLock::new(Bench::open);

fn count(log: &[LogEntry]) -> BTreeMap<String, usize> {
    let mut calls = BTreeMap::new();
    for entry in log {
        *calls.entry(name(entry)).or_default() += 1;
    }
    calls
}

impl Bench {
    /// The same for all tests.
    pub(super) fn shared() -> &'static Bench {
        &BENCH
    }

    /// Makes the undisturbed run, and a second one that reads everything in pages of one item
    /// and must say the same.
    fn open() -> Bench {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let catalog = catalogue();
        let plan = Arc::new(Plan::of(catalog.facts(&catalog.checks), &derivations()));
        let worker = runtime.block_on(Worker::start());
        let (snapshot, log) = runtime.block_on(worker.read(&plan, [], None));
        let calls = count(&log);
        let whole = Whole::of(snapshot, catalog);
        let small = Rule::new("*", Effect::SmallPages { items: 1 });
        let (snapshot, log) = runtime.block_on(worker.read(&plan, [small], None));
        let in_full = Judging {
            in_full: true,
            ..Judging::default()
        };
        let paged = Said::of(snapshot, catalog, &whole, &in_full);
        if let Some(difference) = paged.difference(&whole) {
            panic!("small pages make a difference: {difference}");
        }
        let more = count(&log);
        let operations: BTreeMap<String, bool> = calls
            .into_iter()
            .map(|(operation, calls)| {
                let pages = more.get(&operation).is_some_and(|more| *more > calls);
                (operation, pages)
            })
            .collect();
        runtime.block_on(worker.stop());
        let derivations = derivations();
        let plan_of = |check: &Check| Plan::of(check.facts.iter().cloned(), &derivations);
        let mut shared = Shared {
            catalog,
            plan,
            plans: catalog.checks.iter().map(plan_of).collect(),
            each: BTreeMap::new(),
            whole,
        };
        for operation in operations.keys() {
            let narrow = Arc::new(shared.hanging_on(&[operation]));
            shared.each.insert(operation.clone(), narrow);
        }
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

    /// The operations that are planned, and not asked for in this account.
    pub(super) fn idle(&self) -> Vec<&'static str> {
        let planned = self.shared.plan.operations().map(|read| read.operation);
        planned
            .filter(|operation| !self.operations.contains_key(*operation))
            .collect()
    }

    /// Makes one run, which reads and judges everything.
    pub(super) fn run_one(&self, job: &Disturbed) -> (Said, Outcome) {
        let (snapshot, log) = self.runtime.block_on(async {
            let worker = Worker::start().await;
            let read = worker.disturbed(&self.shared.plan, job).await;
            worker.stop().await;
            read
        });
        let said = self.shared.in_full(snapshot);
        let outcome = said.against(&self.shared.whole, job.struck(&log));
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
            let snapshot = worker.through(&self.shared.plan, client).await;
            worker.stop().await;
            snapshot
        });
        let lines = snapshot.header.ledger.iter();
        let calls = lines
            .filter(|line| line.operation.starts_with(service))
            .map(|line| line.calls)
            .sum();
        let said = self.shared.in_full(snapshot);
        let outcome = said.against(&self.shared.whole, BTreeSet::new());
        (said, outcome, calls)
    }

    /// Makes all runs and holds each against the undisturbed one.
    pub(super) fn run_all(&self, jobs: Vec<Disturbed>) -> Vec<(Disturbed, Outcome)> {
        let numbered = jobs.into_iter().enumerate();
        let (waiting, busy): (VecDeque<_>, VecDeque<_>) =
            numbered.partition(|(_, job)| job.waits());
        let outcomes = Arc::new(Mutex::new(Vec::new()));
        self.runtime.block_on(async {
            let mut workers = Vec::new();
            for (jobs, count) in [(busy, WORKERS), (waiting, WAITING)] {
                let count = count.min(jobs.len());
                let jobs = Arc::new(Mutex::new(jobs));
                for _ in 0..count {
                    let work = self.shared.clone().work(jobs.clone(), outcomes.clone());
                    workers.push(tokio::spawn(work));
                }
            }
            for worker in workers {
                worker.await.unwrap();
            }
        });
        Arc::into_inner(outcomes).unwrap().into_inner().unwrap()
    }
}

/// What all runs share.
struct Shared {
    catalog: &'static Catalog,
    plan: Arc<Plan>,
    /// What each check of the catalogue alone has to read.
    plans: Vec<Plan>,
    /// What hangs on each operation.
    each: BTreeMap<String, Arc<Narrow>>,
    whole: Whole,
}

impl Shared {
    /// The checks that hang on one of these operations, and what has to be read for them.
    fn hanging_on(&self, operations: &[&String]) -> Narrow {
        let checks: Vec<&Check> = self
            .catalog
            .checks
            .iter()
            .zip(&self.plans)
            .filter(|(_, plan)| operations.iter().any(|name| plan.reads(name)))
            .map(|(check, _)| check)
            .collect();
        let facts = checks.iter().flat_map(|check| check.facts.iter().cloned());
        let plan = Plan::of(facts, &derivations());
        Narrow::of(self.catalog, checks, plan)
    }

    fn narrow(&self, job: &Disturbed) -> Arc<Narrow> {
        if let Some((operation, _)) = job.alone() {
            return self.each[operation].clone();
        }
        let operations: Vec<&String> = job.operations.iter().map(|(name, _)| name).collect();
        Arc::new(self.hanging_on(&operations))
    }

    fn in_full(&self, snapshot: waterline::model::Snapshot) -> Said {
        let judging = Judging {
            in_full: true,
            ..Judging::default()
        };
        Said::of(snapshot, self.catalog, &self.whole, &judging)
    }

    /// Makes runs until there are no more.
    async fn work(
        self: Arc<Self>,
        jobs: Arc<Mutex<VecDeque<(usize, Disturbed)>>>,
        outcomes: Arc<Mutex<Vec<(Disturbed, Outcome)>>>,
    ) {
        let worker = Worker::start().await;
        loop {
            let next = jobs.lock().unwrap().pop_front();
            let Some((number, job)) = next else {
                break;
            };
            let outcome = self.clone().run(&worker, &job, number).await;
            // At once, since all runs together take a minute.
            for what in &outcome.wrong {
                eprintln!("{job}: {what}");
            }
            outcomes.lock().unwrap().push((job, outcome));
        }
        worker.stop().await;
    }

    async fn run(self: Arc<Self>, worker: &Worker, job: &Disturbed, number: usize) -> Outcome {
        let in_full = number.is_multiple_of(IN_FULL);
        let narrow = (job.narrow && !in_full).then(|| self.narrow(job));
        let plan = narrow.as_ref().map_or(&self.plan, |narrow| &narrow.plan);
        let (snapshot, log) = worker.disturbed(plan, job).await;
        let struck = job.struck(&log);
        let judging = Judging {
            summary: matches!(job.alone(), Some((_, Mode::Denied))),
            narrow,
            in_full,
        };
        // Who waits impatiently may, on a busy machine, give up what is not disturbed.
        let disturbed = (!job.waits()).then(|| job.services());
        tokio::task::spawn_blocking(move || {
            let said = Said::of(snapshot, self.catalog, &self.whole, &judging);
            let mut outcome = said.against(&self.whole, struck);
            if let Some(disturbed) = disturbed {
                outcome.wrong.extend(said.opened_by_others(&disturbed));
            }
            outcome
        })
        .await
        .unwrap()
    }
}
