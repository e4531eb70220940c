//! One account of several: opened, read, judged, reported, and let go.

use super::accounts::Target;
use super::analyzers::Analyzers;
use super::places::Places;
use crate::app::output::{Outputs, Screen};
use crate::app::progress::Watch;
use crate::app::publish::{Publisher, Publishing, Voice};
use crate::app::settings::Loaded;
use crate::app::{Error, exit};
use crate::aws::{NotOpened, Options, Session};
use crate::model::{self, GLOBAL, Gap, Header, Listing, Snapshot};
use crate::organization::{Combination, Directory};
use crate::plan::Plan;
use crate::report::{Judged, v1};
use crate::sink::FileSink;
use futures_util::FutureExt as _;
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// What the accounts of a run share.
pub(super) struct Shared {
    /// The session of the caller, in its own account.
    pub(super) caller: Session,
    /// The same caller's session for assuming roles.
    pub(super) lister: Session,
    pub(super) options: Options,
    pub(super) loaded: Loaded,
    pub(super) plan: Arc<Plan>,
    /// What the organization's administrators have; none where nobody wants to know.
    pub(super) analyzers: Option<Analyzers>,
    pub(super) places: Places,
    pub(super) publishing: Option<Publishing>,
    pub(super) watch: Arc<Watch>,
    pub(super) screen: Screen,
    /// How many accounts are read.
    pub(super) accounts: usize,
    /// Locked while an account is judged, so that one is at a time.
    pub(super) combination: Arc<Mutex<Progressing>>,
}

/// What was joined so far.
pub(super) struct Progressing {
    pub(super) combination: Combination,
    done: usize,
}

impl Progressing {
    /// Nothing yet of these accounts.
    pub(super) fn of(directory: Directory) -> Progressing {
        Progressing {
            combination: Combination::of(directory),
            done: 0,
        }
    }
}

/// Reads an account and writes its reports; gives [`exit::DONE`], or the worst code of what went
/// wrong. That ends neither the run nor what is told of the others: an account of which nothing
/// came is told as one without an assessment.
pub(super) async fn one(shared: Arc<Shared>, target: Target) -> u8 {
    match caught(read(&shared, &target)).await {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("account {}: {error}", target.id);
            let mut joined = shared.combination.lock().await;
            let why = error.to_string();
            let why = why.lines().next().unwrap_or_default();
            joined.combination.lost(&target.id, why);
            joined.done += 1;
            error.code()
        }
    }
}

/// What a reading gives; a panic in it is a bug of ours, and no reason to lose the other accounts.
async fn caught(work: impl Future<Output = Result<u8, Error>>) -> Result<u8, Error> {
    let ended = AssertUnwindSafe(work).catch_unwind().await;
    ended.unwrap_or_else(|panic| Err(stopped(&*panic)))
}

fn stopped(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let message = text.or_else(|| panic.downcast_ref::<&str>().copied());
    let message = message.unwrap_or("no message");
    Error::Bug(format!("its reading stopped, which is a bug: {message}"))
}

/// Reads an account, judges it, writes and publishes what is its own. That it could not be entered
/// is no error, but what its assessment says.
async fn read(shared: &Arc<Shared>, target: &Target) -> Result<u8, Error> {
    let opened = match &target.role {
        _ if shared.options.stop.is_stopped() => Err(NotOpened::interrupted()),
        None => Ok(shared.caller.clone()),
        Some(role) => {
            let asked = &shared.options.regions;
            shared.lister.in_role(&target.id, role, asked).await
        }
    };
    let mut code = exit::DONE;
    let mut publisher = None;
    let snapshot = match opened {
        Ok(session) => {
            match ready(shared, &session).await {
                Ok(ready) => publisher = ready,
                Err(error) => code = not_published(&target.id, &error),
            }
            let (plan, watch) = (shared.plan.clone(), shared.watch.clone());
            let read = crate::collect::collect(Arc::new(session), plan, watch).await;
            let mut snapshot = read.map_err(|crash| Error::Bug(crash.to_string()))?;
            if let Some(analyzers) = &shared.analyzers {
                analyzers.add_to(&mut snapshot);
            }
            snapshot
        }
        Err(lost) => unread(&shared.plan, &shared.caller, &target.id, &lost),
    };
    let joined = shared.combination.clone().lock_owned().await;
    let (work, account) = (shared.clone(), target.id.clone());
    let keeps = publisher.is_some();
    let judged =
        tokio::task::spawn_blocking(move || judge(&work, joined, &account, snapshot, keeps));
    let (document, written) = judged
        .await
        .map_err(|error| match error.try_into_panic() {
            Ok(panic) => stopped(&*panic),
            Err(error) => Error::Bug(error.to_string()),
        })??;
    code = code.max(written);
    if let (Some(publisher), Some(document)) = (publisher, document)
        && !shared.options.stop.is_stopped()
    {
        match publisher.publish(&document, &shared.loaded.catalog).await {
            Ok(published) => code = code.max(published),
            Err(error) => code = code.max(not_published(&target.id, &error)),
        }
    }
    Ok(code)
}

/// Security Hub of the account, if findings are to be published.
async fn ready(shared: &Shared, session: &Session) -> Result<Option<Publisher>, Error> {
    match &shared.publishing {
        Some(publishing) => {
            let voice = Voice::beside(shared.screen.quiet);
            Ok(Some(publishing.open(session, voice).await?))
        }
        None => Ok(None),
    }
}

fn not_published(account: &str, error: &Error) -> u8 {
    anstream::eprintln!("account {account}: its findings were not published: {error}");
    exit::DELIVERY
}

/// Judges an account, writes what is its own, and adds it to the others, whether or not all of it
/// could be written. The assessment is given back only if somebody needs it; with it, the worst
/// code of what could not be written.
fn judge(
    shared: &Shared,
    mut joined: OwnedMutexGuard<Progressing>,
    account: &str,
    snapshot: Snapshot,
    keeps: bool,
) -> Result<(Option<v1::Document>, u8), Error> {
    let mut unwritten = Vec::new();
    unwritten.extend(keep(&shared.places, account, &snapshot).err());
    let judged = Judged::new(snapshot, &shared.loaded.catalog, &shared.loaded.settings);
    let silent = Screen {
        quiet: true,
        ..shared.screen
    };
    for output in shared.places.reports(account) {
        let opened = output.and_then(|output| Outputs::of_reports(&[output], silent));
        let written = opened.and_then(|outputs| outputs.deliver(&judged.report()));
        unwritten.extend(written.err());
    }
    let document = judged.document();
    drop(judged);
    joined
        .combination
        .add(&document)
        .map_err(|error| Error::Bug(format!("an account was read twice: {error}")))?;
    for error in &unwritten {
        anstream::eprintln!("account {account}: {error}");
        let note = format!("Account {account} was read, but {error}.");
        joined.combination.note(note);
    }
    joined.done += 1;
    let assessed = match document.coverage.percent {
        Some(percent) => format!("{percent:.1} % assessed"),
        None => "nothing to assess".to_owned(),
    };
    let (done, of) = (joined.done, shared.accounts);
    let line = format!("{account}: {assessed} ({done} of {of} accounts)");
    shared.watch.note(&line);
    let code = unwritten.iter().map(Error::code).max();
    Ok((keeps.then_some(document), code.unwrap_or(exit::DONE)))
}

/// Writes the account's snapshot, if it is to be kept.
fn keep(places: &Places, account: &str, snapshot: &Snapshot) -> Result<(), Error> {
    if let Some(path) = places.snapshot(account)? {
        FileSink::open(&path)?.finish(|out| snapshot.encode(out))?;
    }
    Ok(())
}

/// What is known of an account that could not be entered: that every list of it is unread.
pub(crate) fn unread(plan: &Plan, caller: &Session, account: &str, lost: &NotOpened) -> Snapshot {
    let id = Gap::id_of(account, GLOBAL, lost.operation, None, lost.failure.reason);
    let opening = model::ROLE_OPENING.iter().chain(model::SESSION_READS);
    let actions = opening
        .filter(|read| read.operation == lost.operation)
        .flat_map(|read| read.actions.iter());
    let kinds = plan.facts().filter_map(model::kind);
    let mut snapshot = Snapshot {
        header: Header {
            schema: model::snapshot::SCHEMA,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            account: account.to_owned(),
            caller: caller.caller.clone(),
            partition: caller.partition.clone(),
            regions: Vec::new(),
            started: crate::collect::now(),
            asked: plan.facts().map(str::to_owned).collect(),
            ledger: Vec::new(),
        },
        resources: Vec::new(),
        listings: kinds
            .map(|kind| Listing {
                kind: kind.name.into(),
                account: account.into(),
                region: GLOBAL.into(),
                gaps: vec![id.clone()],
            })
            .collect(),
        gaps: vec![Gap {
            id: id.clone(),
            account: account.into(),
            region: GLOBAL.into(),
            operation: lost.operation.into(),
            actions: actions.map(|action| (*action).into()).collect(),
            reason: lost.failure.reason,
            resource: None,
            code: lost.failure.code.clone(),
            message: lost.failure.message.clone(),
        }],
    };
    snapshot.sort();
    snapshot
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    #[tokio::test]
    async fn a_panic_in_an_account_is_a_bug_of_ours_and_goes_no_further() {
        assert_eq!(caught(async { Ok(exit::DELIVERY) }).await.unwrap(), 4);
        for fails in [
            caught(async { panic!("in {}", "words") }).await,
            caught(async { std::panic::panic_any("in words") }).await,
        ] {
            let error = fails.unwrap_err();
            assert_eq!(error.code(), exit::BUG);
            let told = error.to_string();
            assert!(told.contains("which is a bug: in words\n"), "{told}");
        }
    }
}
