//! Asks each planned operation once, to learn whether AWS answers it.

use super::run::Run;
use super::{Crash, Progress, run_all};
use crate::aws::Session;
use crate::model::{Gap, Reason};
use crate::plan::Plan;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What AWS said to one call of each operation.
#[derive(Debug)]
pub struct Probe {
    /// The operations that were asked.
    pub asked: BTreeSet<String>,
    /// Those that AWS refused, with what it said.
    pub denied: BTreeMap<String, Gap>,
    /// Those that came to nothing for another reason: whether they are allowed is not known.
    pub failed: BTreeMap<String, Gap>,
}

/// Asks each operation of the plan once: a list for its first page, what hangs on a resource
/// about the first that the lists give. An operation for which there is none is not asked.
pub async fn probe(
    session: Arc<Session>,
    plan: Arc<Plan>,
    progress: Arc<dyn Progress>,
) -> Result<Probe, Crash> {
    let run = Arc::new(Run::new(session.clone(), plan, progress).probing());
    let ended = run_all(run).await?;
    let units = || ended.done.values().chain(&ended.cut);
    let asked = units().flat_map(|unit| unit.ledger.iter().cloned());
    let mut probe = Probe {
        asked: asked
            .chain(session.ledger.lines())
            .map(|line| line.operation)
            .collect(),
        denied: BTreeMap::new(),
        failed: BTreeMap::new(),
    };
    for gap in units().flat_map(|unit| &unit.found.gaps) {
        let told = match gap.reason {
            Reason::Denied => &mut probe.denied,
            // Not asked a second time, or answered: there is no such feature here.
            Reason::NotCollected | Reason::Unsupported | Reason::Disabled => continue,
            Reason::Throttled | Reason::Failed => &mut probe.failed,
        };
        told.entry(gap.operation.to_string())
            .or_insert_with(|| gap.clone());
    }
    Ok(probe)
}
