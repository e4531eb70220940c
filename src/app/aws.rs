//! The commands that ask AWS.

use super::judge::Judging;
use super::opening::Opening;
use super::progress::Watch;
use super::publish::{Publishing, Voice};
use super::settings::Loaded;
use super::{Error, exit, interrupt};
use crate::aws::{Options, Session};
use crate::model::Snapshot;
use crate::settings::Settings;
use crate::sink::FileSink;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Which account is read, and how.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Credentials, Regions, endpoint.
    pub options: Options,
    /// Where the snapshot is kept.
    pub snapshot: Option<PathBuf>,
}

/// Reads an account, judges it, and reports; publishes what it found, if that is wanted.
pub fn audit(
    account: &Account,
    judging: &Judging,
    publishing: Option<&Publishing>,
) -> Result<u8, Error> {
    let opening = Opening::begin(&account.options, &judging.config)?;
    let ready = judging.ready()?;
    let keep = account
        .snapshot
        .as_deref()
        .map(FileSink::open)
        .transpose()?;
    let quiet = judging.screen.quiet;
    let (runtime, options, session) = opening.finish(&ready.loaded.settings)?;
    let options = &options;
    let (snapshot, publisher) = runtime.block_on(async {
        let publisher = match publishing {
            Some(publishing) => Some(publishing.open(&session, Voice::beside(quiet)).await?),
            None => None,
        };
        let snapshot = collected(session, options, &ready.loaded, quiet).await?;
        Ok::<_, Error>((snapshot, publisher))
    })?;
    let code = ready.judge_and(snapshot, keep, |report| match publisher {
        Some(publisher) if options.stop.is_stopped() => publisher.interrupted(),
        Some(publisher) => {
            let document = crate::report::document(report);
            runtime.block_on(publisher.publish(&document, report.catalog))
        }
        None => Ok(exit::DONE),
    })?;
    // Nobody needs the connections any more, nor has to wait until each is closed.
    runtime.shutdown_background();
    Ok(interrupt::code(options, code))
}

/// Reads an account and keeps the snapshot.
pub fn collect(options: &Options, judging: &Judging, path: &Path) -> Result<u8, Error> {
    let opening = Opening::begin(options, &judging.config)?;
    let loaded = judging.load()?;
    let keep = FileSink::open(path)?;
    let (runtime, options, session) = opening.finish(&loaded.settings)?;
    let options = &options;
    let reading = collected(session, options, &loaded, judging.screen.quiet);
    let snapshot = runtime.block_on(reading)?;
    keep.finish(|out| snapshot.encode(out))?;
    if !judging.screen.quiet {
        let (resources, gaps) = (snapshot.resources.len(), snapshot.gaps.len());
        let calls: u64 = snapshot.header.ledger.iter().map(|line| line.calls).sum();
        let path = path.display();
        let line = format!("{path}: {resources} resources, {gaps} gaps, {calls} calls\n");
        super::output::screen(line.as_bytes())?;
    }
    Ok(interrupt::code(options, exit::DONE))
}

/// Audits the account that is in the binary: the emulator is started on loopback, and the
/// real pipeline reads it through the real clients.
pub fn demo(judging: &Judging, snapshot: Option<PathBuf>) -> Result<u8, Error> {
    let ready = judging.ready()?;
    let keep = snapshot.as_deref().map(FileSink::open).transpose()?;
    // It lives to the end: a second Ctrl-C is heard while the account is judged, too.
    let runtime = runtime()?;
    let (snapshot, options) = runtime.block_on(async {
        let emulator = super::demo::start().await?;
        let options = super::demo::options(&emulator);
        interrupt::listen(options.stop.clone());
        let result = match Session::open(&options).await {
            Ok(session) => collected(session, &options, &ready.loaded, judging.screen.quiet).await,
            Err(error) => Err(error.into()),
        };
        emulator.stop().await;
        Ok::<_, Error>((result?, options))
    })?;
    let code = ready.judge_and(snapshot, keep, |_| Ok(exit::DONE))?;
    runtime.shutdown_background();
    Ok(interrupt::code(&options, code))
}

/// The options, and what they leave open as the settings say. `all` stands for all enabled
/// Regions, so that a flag can override the settings' choice.
pub(crate) fn options(flags: &Options, settings: &Settings) -> Options {
    let mut options = flags.clone();
    if options.profile.is_none() {
        options.profile.clone_from(&settings.profile);
    }
    if options.regions.is_empty() {
        options.regions.clone_from(&settings.regions);
    }
    if options.regions == ["all"] {
        options.regions.clear();
    }
    options
}

async fn collected(
    session: Session,
    options: &Options,
    loaded: &Loaded,
    quiet: bool,
) -> Result<Snapshot, Error> {
    let plan = super::policy::plan(loaded);
    let watch = Arc::new(Watch::new(quiet));
    let snapshot = crate::collect::collect(Arc::new(session), Arc::new(plan), watch.clone()).await;
    watch.finish();
    interrupt::tell(&options.stop);
    snapshot.map_err(|crash| Error::Bug(crash.to_string()))
}

pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::Bug(format!("no runtime: {error}")))
}
