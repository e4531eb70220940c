//! Reads an account: one file for each AWS service, which calls, pages and maps, and never
//! judges. Everything that may run at once does: a list spawns the reads of its resources as
//! its pages come in.

mod call;
mod convert;
mod probe;
mod run;
mod silence;

mod accessanalyzer;
mod account;
mod backup;
mod cloudtrail;
mod cloudwatch;
mod config;
mod ec2_compute;
mod ec2_network;
mod efs;
mod eks;
mod guardduty;
mod iam;
mod kms;
mod logs;
mod macie2;
mod organizations;
mod rds;
mod s3;
mod securityhub;
mod sns;

pub use call::{Cx, Progress};
pub use probe::{Probe, probe};

use crate::aws::Session;
use crate::model::{self, GLOBAL, Header, Scope, Snapshot};
use crate::plan::Plan;
use run::{Found, Run};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::mpsc;

/// The future of a collector.
type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Reads the lists of some kinds, and what hangs on them.
struct Collector {
    /// The kinds whose lists it reads.
    gives: &'static [&'static str],
    /// Whether it runs once or in every Region.
    scope: Scope,
    /// The work.
    run: fn(Cx) -> Work,
}

/// Every collector. Adding a service adds a line here.
static COLLECTORS: &[&[Collector]] = &[
    accessanalyzer::COLLECTORS,
    account::COLLECTORS,
    backup::COLLECTORS,
    cloudtrail::COLLECTORS,
    cloudwatch::COLLECTORS,
    config::COLLECTORS,
    ec2_compute::COLLECTORS,
    ec2_network::COLLECTORS,
    efs::COLLECTORS,
    eks::COLLECTORS,
    guardduty::COLLECTORS,
    iam::COLLECTORS,
    kms::COLLECTORS,
    logs::COLLECTORS,
    macie2::COLLECTORS,
    organizations::COLLECTORS,
    rds::COLLECTORS,
    s3::COLLECTORS,
    securityhub::COLLECTORS,
    sns::COLLECTORS,
];

/// A collector stopped in the middle: a bug of ours, never of the account.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Crash(String);

/// Reads what the plan asks for, and nothing else.
pub async fn collect(
    session: Arc<Session>,
    plan: Arc<Plan>,
    progress: Arc<dyn Progress>,
) -> Result<Snapshot, Crash> {
    let started = now();
    let run = Arc::new(Run::new(session.clone(), plan.clone(), progress));
    let found = run_all(run).await?;
    let mut snapshot = Snapshot {
        header: Header {
            schema: model::snapshot::SCHEMA,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            account: session.account.to_string(),
            caller: session.caller.clone(),
            partition: session.partition.clone(),
            regions: session.regions.iter().map(ToString::to_string).collect(),
            started,
            asked: plan.facts().map(str::to_owned).collect(),
            ledger: session.ledger.lines(),
        },
        resources: found.resources,
        listings: found.listings,
        gaps: found.gaps,
    };
    snapshot.sort();
    Ok(snapshot)
}

/// Runs every collector that the plan has work for, in every Region, to the end.
async fn run_all(run: Arc<Run>) -> Result<Found, Crash> {
    let (tasks, mut running) = mpsc::unbounded_channel();
    let global: Arc<str> = GLOBAL.into();
    for collector in COLLECTORS.iter().copied().flatten() {
        if !collector.gives.iter().any(|kind| run.plan.wants(kind)) {
            continue;
        }
        let regions: &[Arc<str>] = match collector.scope {
            Scope::Global => std::slice::from_ref(&global),
            Scope::Regional => &run.session.regions,
        };
        for region in regions {
            let cx = Cx::new(run.clone(), region.clone(), tasks.clone());
            cx.clone().spawn((collector.run)(cx));
        }
    }
    // The channel ends when the last task has dropped its sender: then all work is done.
    drop(tasks);
    while let Some(task) = running.recv().await {
        // A panic inside was caught and written down; a task is never aborted.
        let _ = task.await;
    }
    let mut found = std::mem::take(&mut *run.found());
    match found.crashes.pop() {
        Some(crash) => Err(Crash(crash)),
        None => Ok(found),
    }
}

/// Now, or the moment that `SOURCE_DATE_EPOCH` names (seconds since 1970): the convention by
/// which reproducible runs are asked for.
pub fn now() -> chrono::DateTime<chrono::Utc> {
    std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|seconds| chrono::DateTime::from_timestamp(seconds.parse().ok()?, 0))
        .unwrap_or_else(chrono::Utc::now)
}
