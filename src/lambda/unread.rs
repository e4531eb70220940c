//! An account that could not be entered. Its assessment, in which nothing is read, is kept by a name of
//! its own: the same event may be sent again and do better, and no run is compared with it.

use super::error::Failure;
use super::event::Deliver;
use super::store::Store;
use crate::app::{self, Loaded};
use crate::aws::{Base, NotOpened, Options, Role};
use crate::organization::is_account;
use crate::plan::Plan;
use crate::report::Judged;
use crate::sink::s3::Bucket;

/// Keeps why the role's account could not be entered, so that whoever joins the accounts can tell it.
/// The bucket, what is kept there, and the run's id are the place. That it cannot be kept is told to
/// the log only: the caller learns what came first.
pub(super) async fn keep(
    base: &Base,
    place: (&Bucket, &Deliver, &str),
    loaded: &Loaded,
    plan: &Plan,
    role: &Role,
    lost: &NotOpened,
) {
    if let Err(failure) = kept(base, place, loaded, plan, role, lost).await {
        eprintln!("error: why the account could not be entered was not kept: {failure}");
    }
}

async fn kept(
    base: &Base,
    (bucket, deliver, run): (&Bucket, &Deliver, &str),
    loaded: &Loaded,
    plan: &Plan,
    role: &Role,
    lost: &NotOpened,
) -> Result<(), Failure> {
    let account = role.arn.split(':').nth(4).unwrap_or_default();
    // It becomes part of a key.
    if !is_account(account) {
        return Ok(());
    }
    let caller = base.session(&own(base)).await?;
    let snapshot = app::unread(plan, &caller, account, lost);
    let judged = Judged::new(snapshot, &loaded.catalog, &loaded.settings);
    let store = Store::new(bucket, deliver, account, run);
    store.unread(&judged).await
}

/// A session of the function itself, in its own Region: who names the Regions needs no permission to
/// list them, which a role that reads nothing in its own account may lack.
pub(super) fn own(base: &Base) -> Options {
    Options {
        regions: vec![base.region()],
        ..Options::default()
    }
}
