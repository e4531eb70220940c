//! A run over several accounts: as many at a time as are asked for, each judged and written as it
//! ends, and all of them joined.

use super::accounts::{directory, prepare, targets};
use super::analyzers::{Analyzers, Asking};
use super::member::{Progressing, Shared, one};
use super::{Organization, code, places, render};
use crate::app::aws::{Account, options, runtime};
use crate::app::judge::Judging;
use crate::app::output::{Digest, Outputs};
use crate::app::progress::Watch;
use crate::app::publish::Publishing;
use crate::app::{Error, exit, interrupt};
use crate::aws::Session;
use crate::organization::Choice;
use crate::report::v1;
use crate::settings::Settings;
use futures_util::StreamExt as _;
use futures_util::stream;
use std::sync::Arc;
use tokio::sync::Mutex;

/// How many accounts are read at the same time unless the user says otherwise. Each takes the
/// memory of a run of its own; the calls in flight are limited for all of them together.
const IN_FLIGHT: usize = 4;

/// Reads the accounts, judges and reports each, and tells all of them together.
pub fn audit(
    account: &Account,
    judging: &Judging,
    wanted: &Organization,
    publishing: Option<&Publishing>,
) -> Result<u8, Error> {
    let loaded = judging.chosen()?;
    let settings = &loaded.settings;
    let wanted = &overridden(wanted, settings);
    let source = prepare(wanted)?;
    let (places, together) =
        places::split(&judging.reports(settings)?, account.snapshot.as_deref())?;
    places.check()?;
    let outputs = Outputs::open(&together, Digest::Table, judging.screen)?;
    let (fail_on, min_coverage) = judging.limits(settings);
    let options = options(&account.options, settings);
    let stop = options.stop.clone();
    let (document, delivered) = runtime()?.block_on(async {
        interrupt::listen(stop.clone());
        let caller = Session::open(&options).await?;
        let lister = caller.for_accounts();
        let directory = directory(&source, &lister, wanted).await?;
        let targets = targets(&directory, &source, wanted, &caller)?;
        let plan = Arc::new(crate::app::policy::plan(&loaded));
        let watch = Arc::new(Watch::new(judging.screen.quiet));
        let asking = Asking {
            caller: &caller,
            lister: &lister,
            targets: &targets,
            regions: &options.regions,
            progress: watch.clone(),
        };
        let analyzers = Analyzers::of(&directory, &plan, &asking).await;
        let shared = Arc::new(Shared {
            caller,
            lister,
            options: options.clone(),
            loaded,
            plan,
            analyzers,
            places,
            publishing: publishing.cloned(),
            watch,
            screen: judging.screen,
            accounts: targets.len(),
            combination: Arc::new(Mutex::new(Progressing::of(directory))),
        });
        let in_flight = wanted.in_flight.unwrap_or(IN_FLIGHT).max(1);
        let each = targets
            .into_iter()
            .map(|target| one(shared.clone(), target));
        let mut ended = stream::iter(each).buffer_unordered(in_flight);
        // What went wrong in an account is told there, and the worst of it here.
        let mut delivered = exit::DONE;
        while let Some(code) = ended.next().await {
            delivered = delivered.max(code);
        }
        shared.watch.finish();
        interrupt::tell(&stop);
        let mut joined = shared.combination.lock().await;
        let mut all = std::mem::take(&mut joined.combination);
        if stop.is_stopped() {
            all.interrupted();
            if publishing.is_some() {
                anstream::eprintln!(
                    "What was not published before the interrupt was not published."
                );
            }
        }
        all.called(calls(&shared.lister, shared.analyzers.as_ref()));
        Ok::<_, Error>((all.finish(), delivered))
    })?;
    outputs.write(|format, style, out| render(&document, format, style, out))?;
    let code = match delivered {
        exit::DONE => code(&document, fail_on, min_coverage),
        other => other,
    };
    Ok(interrupt::code(&options, code))
}

/// What the flags leave open, as the settings say. `--ou` and `--account` are one question, as
/// their keys are: one of them sets both keys aside.
fn overridden(flags: &Organization, settings: &Settings) -> Organization {
    let file = &settings.organization;
    let mut wanted = flags.clone();
    wanted.role_name = wanted.role_name.or_else(|| file.role_name.clone());
    wanted.external_id = wanted.external_id.or_else(|| file.external_id.clone());
    wanted.in_flight = wanted.in_flight.or(file.accounts_in_flight);
    let Choice {
        units,
        accounts,
        exclude,
    } = &mut wanted.choice;
    if units.is_empty() && accounts.is_empty() {
        // A file of accounts has no units, whatever the settings say of an organization.
        if flags.accounts_file.is_none() {
            units.clone_from(&file.units);
        }
        accounts.clone_from(&file.accounts);
    }
    if exclude.is_empty() {
        exclude.clone_from(&file.exclude);
    }
    wanted
}

/// The calls that listed the accounts and assumed their roles, and those that asked for what is the
/// whole organization's.
fn calls(lister: &Session, analyzers: Option<&Analyzers>) -> Vec<v1::Call> {
    let mut lines = lister.ledger.lines();
    lines.extend(analyzers.into_iter().flat_map(Analyzers::calls));
    lines.sort();
    lines
        .into_iter()
        .map(|line| v1::Call {
            operation: line.operation,
            account: line.account,
            region: line.region,
            calls: line.calls,
            errors: line.errors,
            throttles: line.throttles,
        })
        .collect()
}
