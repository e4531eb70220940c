//! An audit in one or several invocations: reading until the account is read or the time is up. What
//! comes after is in `report.rs`.

use super::answer::{Answer, Outcome};
use super::deadline::Deadline;
use super::error::{Failure, Kind};
use super::event::Event;
use super::report::report;
use super::store::{self, Store};
use super::unread;
use crate::app::{self, Config, Judging, Loaded, Screen};
use crate::aws::{Base, Options, Session};
use crate::catalog::Selection;
use crate::collect::checkpoint::{Checkpoint, Reading};
use crate::collect::{self, Unwatched};
use crate::model::Header;
use crate::plan::Plan;
use crate::sink::s3::{Address, Bucket};
use chrono::TimeDelta;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// How long a run can be gone on with after all was read: far longer than anybody waits for it, and
/// less than a day, so that who gives the same id every day is told instead of answered with
/// yesterday's.
const GONE_ON_WITH: TimeDelta = TimeDelta::hours(12);
/// So many invocations in a row that finish nothing are enough.
const MOST_IDLE: u32 = 2;

/// What an invocation works with.
pub(super) struct Work<'a> {
    pub(super) event: &'a Event,
    pub(super) base: Base,
    pub(super) bucket: Bucket,
    pub(super) loaded: Loaded,
    pub(super) plan: Arc<Plan>,
    pub(super) session: Session,
    pub(super) run: String,
    pub(super) deadline: Deadline,
}

/// Begins an audit, or goes on with one.
pub(super) async fn audit(
    event: &Event,
    request: &str,
    deadline: Deadline,
) -> Result<Value, Failure> {
    let mut options = Options {
        regions: event.regions.clone(),
        ..Options::default()
    };
    let base = Base::load(&options).await;
    let bucket = store::bucket(&base, &event.deliver);
    let loaded = judging(event, &base).await?.load()?;
    if loaded.catalog.checks.is_empty() {
        return Err(Failure::event("no check is left by this choice"));
    }
    let plan = Arc::new(app::plan(&loaded));
    options = app::options(&options, &loaded.settings);
    let fits = fits(event, &loaded, &plan, &options.regions);
    let from = match &event.go_on {
        Some(address) => Some((address, checkpoint(&base, address).await?)),
        None => None,
    };
    if let Some((_, from)) = &from {
        options.regions.clone_from(&from.head.regions);
    }
    let run = event.run(collect::now(), request);
    let session = match &event.role {
        None => base.session(&options).await?,
        Some(role) => match base.assume(role, &options).await {
            Ok(session) => session,
            Err(unopened) => {
                let place = (&bucket, &event.deliver, &*run);
                unread::keep(&base, place, &loaded, &plan, role, &unopened.lost).await;
                return Err(unopened.error.into());
            }
        },
    };
    let from = match from {
        Some((address, from)) => {
            from.fits(&session, &run, &fits)
                .map_err(|error| Failure::checkpoint(address, &error))?;
            from
        }
        None => Checkpoint::begin(&session, run.clone(), fits),
    };
    let mut work = Work {
        event,
        base,
        bucket,
        loaded,
        plan,
        session,
        run,
        deadline,
    };
    // An id that was made just now has kept nothing.
    let kept = match event.run {
        Some(_) => work.store().kept_snapshot().await?,
        None => None,
    };
    let answer = match kept {
        // All was read, and the invocation that did it came to no end: what is left is done now.
        Some(snapshot) => {
            work.is_of(&snapshot.header, &options.regions)?;
            let regions = snapshot.header.regions.iter();
            work.session.regions = regions.map(|region| region.as_str().into()).collect();
            report(&work, snapshot, true).await?
        }
        None => work.go_on(from).await?,
    };
    serde_json::to_value(answer).map_err(|error| app::Error::Bug(error.to_string()).into())
}

/// Which checks run, by which measure: as the flags of the command line.
async fn judging(event: &Event, base: &Base) -> Result<Judging, Failure> {
    let config = match event.settings.as_deref() {
        None => Config::Found,
        Some(text) if text.starts_with("s3://") => {
            let address: Address = text
                .parse()
                .map_err(|error| Failure::event(format!("`settings` of the event: {error}")))?;
            let bytes = Bucket::new(base, &address.bucket, None)
                .get(&address.key)
                .await
                .map_err(|error| Failure::event(format!("the settings: {error}")))?;
            Config::Text {
                name: text.into(),
                text: String::from_utf8_lossy(&bytes).into_owned(),
            }
        }
        Some(text) => Config::Text {
            name: "settings of the event".into(),
            text: text.to_owned(),
        },
    };
    Ok(Judging {
        config,
        selection: Selection {
            checks: event.checks.clone(),
            frameworks: event.frameworks.clone(),
            ..Selection::default()
        },
        screen: Screen {
            quiet: true,
            all: false,
        },
        ..Judging::default()
    })
}

/// What decides what is read and how it is judged.
fn fits(
    event: &Event,
    loaded: &Loaded,
    plan: &Plan,
    regions: &[String],
) -> BTreeMap<String, String> {
    let checks = loaded.catalog.checks.iter().map(|check| check.hash());
    let role = event.role.as_ref().map(|role| role.arn.clone());
    let regions = match regions {
        [] => "all".to_owned(),
        some => some.join(","),
    };
    let settings = loaded.settings.hash().unwrap_or_else(|| "none".to_owned());
    [
        ("catalogue", loaded.catalog.hash.clone()),
        ("choice of checks", hash(checks)),
        ("settings", settings),
        ("plan", hash(plan.facts().map(str::to_owned))),
        ("regions", regions),
        ("role", role.unwrap_or_else(|| "none".to_owned())),
    ]
    .map(|(what, value)| (what.to_owned(), value))
    .into()
}

/// SHA-256, in hex, over some texts.
fn hash(texts: impl Iterator<Item = String>) -> String {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for text in texts {
        context.update(text.as_bytes());
        context.update(&[0]);
    }
    let digest = context.finish();
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What an earlier invocation has read.
async fn checkpoint(base: &Base, address: &Address) -> Result<Checkpoint, Failure> {
    let bytes = Bucket::new(base, &address.bucket, None)
        .get(&address.key)
        .await
        .map_err(|error| Failure::new(Kind::Checkpoint, error.to_string()))?;
    Checkpoint::decode(bytes.as_slice()).map_err(|error| Failure::checkpoint(address, &error))
}

impl Work<'_> {
    pub(super) fn store(&self) -> Store<'_> {
        Store::new(
            &self.bucket,
            &self.event.deliver,
            &self.session.account,
            &self.run,
        )
    }

    /// Whether a snapshot that this run has kept is of what this event asks for. How it is judged,
    /// the reports tell: other ones are never put over those that are there.
    fn is_of(&self, kept: &Header, regions: &[String]) -> Result<(), Failure> {
        let own: BTreeSet<&str> = regions.iter().map(String::as_str).collect();
        let differs = [
            (
                "version of waterline",
                kept.tool != env!("CARGO_PKG_VERSION"),
            ),
            ("account", *kept.account != *self.session.account),
            ("caller", kept.caller != self.session.caller),
            ("choice of checks", !self.plan.facts().eq(&kept.asked)),
            (
                "choice of Regions",
                !own.is_empty() && !own.into_iter().eq(&kept.regions),
            ),
        ];
        let differs = differs.into_iter().find(|(_, differs)| *differs);
        let why = match differs {
            Some((what, _)) => format!("its {what} is another one"),
            None if collect::now() - kept.started > GONE_ON_WITH => {
                format!("it was read at {}", kept.started.to_rfc3339())
            }
            None => return Ok(()),
        };
        Err(Failure::new(
            Kind::Delivery,
            format!(
                "{} is there already, and {why}: another run had this id. Give `run` an id of its own",
                self.store().place_of_snapshot()
            ),
        ))
    }

    /// Stops what asks AWS when the time is up.
    pub(super) fn timer(&self) -> JoinHandle<()> {
        let (stop, at) = (self.session.stop.clone(), self.deadline.stop());
        tokio::spawn(async move {
            tokio::time::sleep_until(at).await;
            stop.stop();
        })
    }

    async fn go_on(&self, from: Checkpoint) -> Result<Answer, Failure> {
        let timer = self.timer();
        let session = Arc::new(self.session.clone());
        let reading = collect::go_on(session, self.plan.clone(), Arc::new(Unwatched), from).await;
        timer.abort();
        let Reading { checkpoint, whole } = reading?;
        if !whole || !self.deadline.can_report() {
            return self.interrupted(checkpoint).await;
        }
        report(self, checkpoint.snapshot(&self.plan), false).await
    }

    /// Keeps what was read, for the next invocation.
    async fn interrupted(&self, checkpoint: Checkpoint) -> Result<Answer, Failure> {
        let (units, idle) = (checkpoint.units(), checkpoint.head.idle);
        if idle >= MOST_IDLE {
            return Err(Failure::new(
                Kind::Stalled,
                format!(
                    "the last {idle} invocations finished nothing more than the {units} lists and resources that were done: give the function more time, or read fewer Regions or checks at once. The last checkpoint stays, and this event can be sent again"
                ),
            ));
        }
        let kept = self.store().checkpoint(&checkpoint).await?;
        Ok(self.answer(
            "continue",
            Outcome::Continue {
                event: self.event.next(&self.run, Some(&kept)),
                checkpoint: kept.to_string(),
                units,
            },
        ))
    }

    pub(super) fn answer(&self, status: &'static str, outcome: Outcome) -> Answer {
        Answer {
            status,
            run: self.run.clone(),
            account: self.session.account.to_string(),
            outcome,
        }
    }
}
