//! Reads an account: one file for each AWS service, which calls, pages and maps, and never
//! judges. Everything that may run at once does: a list spawns the reads of its resources as
//! its pages come in.

mod ask;
mod call;
pub mod checkpoint;
mod convert;
mod probe;
mod run;
mod silence;
mod unit;

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

pub use call::{Cx, Progress, Unwatched};
pub use probe::{Probe, probe};

use crate::aws::Session;
use crate::model::{GLOBAL, Scope, Snapshot};
use crate::plan::Plan;
use checkpoint::{Checkpoint, Reading};
use run::Run;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::mpsc;
use unit::{Ended, Units};

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

impl Collector {
    /// No two collectors have the same name: a test says so.
    fn name(&self) -> &'static str {
        self.gives.first().copied().unwrap_or_default()
    }
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

/// Reads what the plan asks for, and nothing else. Of a run that is stopped, what was not read is
/// gaps.
pub async fn collect(
    session: Arc<Session>,
    plan: Arc<Plan>,
    progress: Arc<dyn Progress>,
) -> Result<Snapshot, Crash> {
    let begun = Checkpoint::begin(&session, String::new(), Default::default());
    let run = Arc::new(Run::new(session, plan.clone(), progress));
    let ended = run_all(run).await?;
    Ok(begun.with(ended).snapshot(&plan))
}

/// Goes on with a reading that was stopped, or begins one that may be: what was not read to its
/// end is not kept, and is read again by who goes on. So a reading in parts gives what one
/// without a stop would.
pub async fn go_on(
    session: Arc<Session>,
    plan: Arc<Plan>,
    progress: Arc<dyn Progress>,
    mut from: Checkpoint,
) -> Result<Reading, Crash> {
    let run = Run::new(session, plan, progress).after(Units::after(from.take()));
    let ended = run_all(Arc::new(run)).await?;
    let whole = ended.cut.is_empty();
    Ok(Reading {
        whole,
        checkpoint: from.next(ended),
    })
}

/// Runs every collector that the plan has work for, in every Region, to the end.
async fn run_all(run: Arc<Run>) -> Result<Ended, Crash> {
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
            let name = format!("{}@{region}", collector.name());
            Cx::begin(&run, region, &tasks, name, collector.run);
        }
    }
    // The channel ends when the last task has dropped its sender: then all work is done.
    drop(tasks);
    while let Some(task) = running.recv().await {
        // A panic inside was caught and written down; a task is never aborted.
        let _ = task.await;
    }
    match run.crash() {
        Some(crash) => Err(Crash(crash)),
        None => Ok(run.units.all()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn collectors_have_names_of_their_own() {
        let mut names = BTreeSet::new();
        for collector in COLLECTORS.iter().copied().flatten() {
            let name = collector.name();
            assert!(!name.is_empty() && names.insert(name), "{name}");
        }
    }
}
