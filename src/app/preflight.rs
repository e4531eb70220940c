//! Whether the caller may make every planned read, asked before the reading.

mod show;

use super::judge::Judging;
use super::output::{Screen, screen};
use super::progress::Watch;
use super::settings::Loaded;
use super::{Error, exit};
use crate::aws::session::home_region;
use crate::aws::{Options, Session};
use crate::catalog::Catalog;
use crate::collect::Probe;
use crate::derive::derivations;
use crate::model::SESSION_READS;
use crate::plan::{self, Cost, Plan};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is asked, and how it is told.
#[derive(Clone, Debug, Default)]
pub struct Preflight {
    /// Credentials, Regions, endpoint.
    pub options: Options,
    /// Makes the calls instead of asking IAM's policy simulator.
    pub probe: bool,
    /// JSON instead of a table.
    pub json: bool,
    /// What the screen takes.
    pub screen: Screen,
}

/// What came of it; the JSON that is printed.
#[derive(Debug, Serialize)]
struct Answer {
    account: String,
    caller: String,
    #[serde(flatten)]
    how: How,
    /// Why the simulator was not asked, or could not be.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_simulated: Option<String>,
    /// How many checks were chosen.
    checks: usize,
    /// How many IAM actions they need.
    actions: usize,
    missing: Vec<Missing>,
    /// Operations for which there was nothing to ask about.
    not_asked: Vec<String>,
    /// Operations that came to nothing for another reason than a permission.
    failed: BTreeMap<String, String>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "how", rename_all = "snake_case")]
enum How {
    /// IAM's simulator answered.
    Simulated {
        /// The user or role whose policies were simulated.
        principal: String,
    },
    /// Each operation was called once.
    Probed {
        /// The Region in which that was done.
        region: String,
    },
}

/// An action that is not allowed, and what that costs.
#[derive(Debug, Serialize)]
struct Missing {
    #[serde(flatten)]
    cost: Cost,
    why: String,
}

/// Asks whether each planned read is allowed, and says what each missing action would cost.
pub fn preflight(judging: &Judging, wanted: &Preflight) -> Result<u8, Error> {
    let loaded = judging.load()?;
    let wanted = Preflight {
        options: super::aws::options(&wanted.options, &loaded.settings),
        ..wanted.clone()
    };
    let answer = super::aws::runtime()?.block_on(ask(&loaded, &wanted))?;
    let text = if wanted.json {
        serde_json::to_string_pretty(&answer).map_err(|error| Error::Bug(error.to_string()))? + "\n"
    } else {
        show::table(&answer, wanted.screen.width())
    };
    screen(text.as_bytes())?;
    Ok(if answer.missing.is_empty() {
        exit::DONE
    } else {
        exit::COVERAGE
    })
}

async fn ask(loaded: &Loaded, wanted: &Preflight) -> Result<Answer, Error> {
    let plan = super::policy::plan(loaded);
    let catalog = &loaded.catalog;
    let mut actions = plan.actions();
    if !wanted.options.regions.is_empty() {
        // Who names the Regions needs no list of them.
        for action in SESSION_READS.iter().flat_map(|read| read.actions) {
            if !plan.operations().any(|read| read.actions.contains(action)) {
                actions.remove(action);
            }
        }
    }
    let session = Session::open(&wanted.options).await?;
    let mut answer = Answer {
        account: session.account.to_string(),
        caller: session.caller.clone(),
        how: How::Probed {
            region: String::new(),
        },
        not_simulated: None,
        checks: catalog.checks.len(),
        actions: actions.len(),
        missing: Vec::new(),
        not_asked: Vec::new(),
        failed: BTreeMap::new(),
    };
    let simulated = match wanted.probe {
        true => None,
        false => match session.simulate(&actions).await {
            Ok(simulation) => Some(simulation),
            Err(reason) => {
                answer.not_simulated = Some(reason.to_string());
                None
            }
        },
    };
    let refused = match simulated {
        Some(simulation) => {
            answer.how = How::Simulated {
                principal: simulation.principal,
            };
            simulation.refused
        }
        None => probe(session, plan, wanted.screen.quiet, &mut answer).await?,
    };
    answer.missing = missing(catalog, &refused);
    Ok(answer)
}

/// Calls each operation once, in one Region; gives the actions that were refused, and why.
async fn probe(
    mut session: Session,
    plan: Plan,
    quiet: bool,
    answer: &mut Answer,
) -> Result<BTreeMap<String, String>, Error> {
    let home = home_region(&session.partition);
    let at = session.regions.iter().position(|region| **region == *home);
    let Some(region) = session.regions.get(at.unwrap_or(0)).cloned() else {
        return Err(Error::Usage("the account has no enabled Region".into()));
    };
    session.regions = vec![region.clone()];
    answer.how = How::Probed {
        region: region.to_string(),
    };
    let line = Arc::new(Watch::new(quiet));
    let plan = Arc::new(plan);
    let probe = crate::collect::probe(Arc::new(session), plan.clone(), line.clone()).await;
    line.finish();
    let probe = probe.map_err(|crash| Error::Bug(crash.to_string()))?;
    answer.not_asked = plan
        .operations()
        .filter(|read| !probe.asked.contains(read.operation))
        .map(|read| read.operation.to_owned())
        .collect();
    answer.failed = probe
        .failed
        .values()
        .filter(|gap| !probe.denied.contains_key(&*gap.operation))
        .map(|gap| (gap.operation.to_string(), gap.message.clone()))
        .collect();
    Ok(refused(&probe))
}

/// The actions that AWS refused. An operation may need several: AWS says which one is missing;
/// if it does not, any of them may be.
fn refused(probe: &Probe) -> BTreeMap<String, String> {
    let mut refused = BTreeMap::new();
    for gap in probe.denied.values() {
        let named: BTreeSet<&str> = gap
            .actions
            .iter()
            .map(|action| &**action)
            .filter(|action| gap.message.contains(action))
            .collect();
        for action in &gap.actions {
            if named.is_empty() || named.contains(&**action) {
                refused.insert(action.to_string(), gap.message.clone());
            }
        }
    }
    refused
}

fn missing(catalog: &Catalog, refused: &BTreeMap<String, String>) -> Vec<Missing> {
    let checks: Vec<plan::Check<'_>> = catalog
        .checks
        .iter()
        .map(|check| plan::Check {
            id: &check.id,
            facts: &check.facts,
        })
        .collect();
    let actions = refused.keys().map(String::as_str).collect();
    plan::costs(&actions, &checks, &derivations())
        .into_iter()
        .map(|cost| Missing {
            why: refused.get(&cost.action).cloned().unwrap_or_default(),
            cost,
        })
        .collect()
}
