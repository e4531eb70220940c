//! An audit in one or several invocations: reading until the account is read or the time is up,
//! then judging, keeping the reports, publishing, and telling who wants to know.

use super::answer::{Answer, Counts, Done, Outcome, texts};
use super::deadline::Deadline;
use super::error::{Failure, Kind};
use super::event::Event;
use super::news::News;
use super::store::{self, Store};
use crate::app::{self, Config, Judging, Loaded, Publisher, Publishing, Screen, Voice};
use crate::aws::{Base, Options, Session};
use crate::catalog::Selection;
use crate::collect::checkpoint::{Checkpoint, Reading};
use crate::collect::{self, Progress};
use crate::plan::Plan;
use crate::report::Judged;
use crate::sink::s3::{Address, Bucket};
use crate::sink::sns::Topic;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many invocations in a row that finish nothing are enough.
const MOST_IDLE: u32 = 2;

/// Nobody watches.
struct Unwatched;

impl Progress for Unwatched {
    fn called(&self, _: &'static str, _: &str) {}
    fn found(&self, _: &'static str) {}
}

/// What an invocation works with.
struct Work<'a> {
    event: &'a Event,
    base: Base,
    bucket: Bucket,
    loaded: Loaded,
    plan: Arc<Plan>,
    session: Session,
    run: String,
    deadline: Deadline,
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
    let session = match &event.role {
        Some(role) => base.assume(role, &options).await?,
        None => base.session(&options).await?,
    };
    let run = event.run(collect::now(), request);
    let from = match from {
        Some((address, from)) => {
            from.fits(&session, &run, &fits)
                .map_err(|error| Failure::checkpoint(address, &error))?;
            from
        }
        None => Checkpoint::begin(&session, run.clone(), fits),
    };
    let work = Work {
        event,
        base,
        bucket,
        loaded,
        plan,
        session,
        run,
        deadline,
    };
    let answer = work.go_on(from).await?;
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
    fn store(&self) -> Store<'_> {
        Store::new(
            &self.bucket,
            &self.event.deliver,
            &self.session.account,
            &self.run,
        )
    }

    async fn go_on(self, from: Checkpoint) -> Result<Answer, Failure> {
        // Security Hub must be ready before anything is read.
        let publisher = match self.event.deliver.security_hub {
            true => Some(self.publisher().await?),
            false => None,
        };
        let timer = {
            let (stop, at) = (self.session.stop.clone(), self.deadline.stop());
            tokio::spawn(async move {
                tokio::time::sleep_until(at).await;
                stop.stop();
            })
        };
        let session = Arc::new(self.session.clone());
        let reading = collect::go_on(session, self.plan.clone(), Arc::new(Unwatched), from).await;
        timer.abort();
        let Reading { checkpoint, whole } = reading?;
        if !whole || !self.deadline.can_report() {
            return self.interrupted(checkpoint).await;
        }
        self.report(checkpoint, publisher).await
    }

    async fn publisher(&self) -> Result<Publisher, Failure> {
        let publishing = Publishing {
            skip_disabled: true,
            ..Publishing::default()
        };
        Ok(publishing.open(&self.session, Voice::Beside).await?)
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
                event: self.event.next(&self.run, &kept),
                checkpoint: kept.to_string(),
                units,
            },
        ))
    }

    /// Judges what was read, and delivers it.
    async fn report(
        &self,
        checkpoint: Checkpoint,
        publisher: Option<Publisher>,
    ) -> Result<Answer, Failure> {
        let store = self.store();
        let deliver = &self.event.deliver;
        let snapshot = checkpoint.snapshot(&self.plan);
        let mut reports = vec![store.snapshot(&snapshot).await?];
        let Loaded {
            catalog, settings, ..
        } = &self.loaded;
        let judged = Judged::new(snapshot, catalog, settings);
        reports.extend(store.reports(&judged, &deliver.formats).await?);
        let document = judged.document();
        drop(judged);
        if let Some(publisher) = publisher {
            let code = publisher.publish(&document, catalog).await?;
            if code != app::exit::DONE {
                return Err(Failure::new(
                    Kind::Delivery,
                    "the reports were kept, and Security Hub did not take all findings: the log tells which. The next run sends them again",
                ));
            }
        }
        let news = match store.earlier().await? {
            Some(earlier) => Some(News::since(&earlier, &document, deliver.severity)?),
            None => None,
        };
        let mut notified = false;
        if let (Some(news), Some(topic)) = (&news, &deliver.topic)
            && news.count() > 0
        {
            let subject = news.subject(&self.session.account, deliver.severity);
            let message = news.message(&self.run, &document, deliver.severity, &reports);
            let topic = Topic::new(&self.base, topic);
            topic.publish(&subject, &message).await?;
            notified = true;
        }
        let done = Done {
            started: document.run.started.clone(),
            score: document.score.whole,
            coverage: document.coverage,
            counts: Counts::of(&document),
            reports: texts(&reports),
            compared_with: news.as_ref().map(|news| news.earlier().to_owned()),
            new_findings: news.as_ref().map_or(0, News::count),
            notified,
        };
        Ok(self.answer("done", Outcome::Done(Box::new(done))))
    }

    fn answer(&self, status: &'static str, outcome: Outcome) -> Answer {
        Answer {
            status,
            run: self.run.clone(),
            account: self.session.account.to_string(),
            outcome,
        }
    }
}
