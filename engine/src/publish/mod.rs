//! What has to be sent to Security Hub so that it says what an assessment says: pure. What it
//! already has of ours comes in, a plan goes out: create, update, resolve, leave, each with its
//! reason.
//!
//! - A finding is known by its id, which hangs on check, account, Region and ARN. When it was
//!   first observed is kept for ever.
//! - What is sent carries a digest of what it says. A finding is sent again when that digest,
//!   or its record state, is another one, or before Security Hub would delete it.
//! - A finding without a result in this run is archived only if the run knows why there is none:
//!   its check ran, its Region was read, and the list of its kind is complete there. Each check
//!   gives exactly one verdict for each resource of its kind, so the resource is gone.
//! - A run that began before the one that wrote a finding leaves it alone.
//! - A failure that this run could not assess again stays a failure, and says so.
//! - A finding of a check that has another id now is archived, and its successor takes over when it
//!   was first observed.

mod batch;
mod finding;
mod index;
mod renamed;
mod scope;
mod step;
#[cfg(test)]
mod tests;

pub use batch::{Batch, LARGEST_BATCH, LARGEST_FINDING, MOST_FINDINGS, batches};
pub use step::{Action, Plan, Reason, Step};

use crate::assess::Verdict;
use crate::report::asff::{self, AwsSecurityFinding, Context};
use crate::report::v1;
use chrono::{DateTime, TimeDelta, Utc};
use finding::{Stamp, is_archived, is_list, said, time};
use index::Index;
use renamed::Renamed;
use scope::Scope;
use std::collections::{BTreeMap, BTreeSet};

/// Security Hub deletes an active finding that was not updated for 90 days (user guide,
/// "Creating and updating findings"): it is sent again after a third of that, so that runs that
/// fail, or are made once a month, lose nothing.
pub const REFRESH: TimeDelta = TimeDelta::days(30);

/// How an assessment is published.
pub struct Settings<'a> {
    /// Where findings go, and what they have in common.
    pub context: Context<'a>,
    /// Regions that nothing is sent to, because Security Hub is off there.
    pub left_out: BTreeSet<String>,
    /// The present time.
    pub now: DateTime<Utc>,
}

impl Settings<'_> {
    /// The Regions that findings of a run can go to, without those that are left out.
    pub fn targets(&self) -> BTreeSet<String> {
        let run = self.context.run;
        let regions = run.regions.iter().map(String::as_str);
        let hub = self.context.hub.as_deref();
        let mut targets = asff::targets(&run.partition, regions, hub);
        targets.retain(|target| !self.left_out.contains(target));
        targets
    }

    /// Whether a finding that Security Hub has is one of ours, on the account that was read,
    /// and not the copy that it keeps of another Region's.
    pub fn is_ours(&self, held: &AwsSecurityFinding) -> bool {
        let prefix = asff::field("");
        let product = |region: &String| self.context.product(region) == held.product_arn;
        held.account == self.context.run.account
            && held.id.starts_with(&prefix)
            && held.generator_id.starts_with(&prefix)
            && self.targets().iter().any(product)
    }
}

/// An assessment that cannot be published.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    /// A result of a check that the document does not have.
    #[error("the assessment has a result of {0}, but does not have that check")]
    Check(String),
    /// A time that is none.
    #[error("the assessment began at `{0}`, which is not a time")]
    Time(String),
}

/// What is to be done with each finding: those of the assessment, and those of ours that
/// Security Hub has in the Regions of [`Settings::targets`].
pub fn plan(
    document: &v1::Document,
    held: &[AwsSecurityFinding],
    settings: &Settings<'_>,
) -> Result<Plan, Malformed> {
    let began =
        time(&document.run.started).ok_or_else(|| Malformed::Time(document.run.started.clone()))?;
    let stamp = Stamp {
        began,
        now: settings.now,
    };
    let held = held.iter().filter(|held| settings.is_ours(held));
    let mut held: BTreeMap<(String, String), &AwsSecurityFinding> = held
        .map(|held| ((held.product_arn.clone(), held.id.clone()), held))
        .collect();
    let index = Index::of(document);
    let mut renamed = Renamed::among(&held, document, &stamp);
    let mut known = BTreeSet::new();
    let mut steps = Vec::new();
    for result in &document.results {
        let region = settings.context.target(&result.region).to_owned();
        let gaps = index.gaps(result);
        let new = asff::map(result, &index.about(result, &gaps)?, &settings.context);
        let old = held.remove(&(new.product_arn.clone(), new.id.clone()));
        let id = new.id.clone();
        known.insert(id.clone());
        let before = renamed.take(&new, &index.check(result)?.aliases);
        let (reason, finding) = match settings.left_out.contains(&region) {
            true => (Reason::HubOff, None),
            false => stamp.decide(result.verdict, new, old, before.first().copied()),
        };
        steps.push(Step::new(reason, region.clone(), id, finding));
        for old in before {
            held.remove(&(old.product_arn.clone(), old.id.clone()));
            let finding = Some(stamp.archived(old));
            steps.push(Step::new(
                Reason::Renamed,
                region.clone(),
                old.id.clone(),
                finding,
            ));
        }
    }
    let scope = Scope::of(document);
    for ((product, id), old) in held {
        let region = product.split(':').nth(3).unwrap_or_default().to_owned();
        let reason = match () {
            () if is_archived(old) => Reason::Archived,
            () if stamp.is_later(old) => Reason::LaterRun,
            () => match scope.covers(old) {
                Err(reason) => reason,
                Ok(()) if renamed.is(old) => Reason::Renamed,
                Ok(()) if known.contains(&id) => Reason::Moved,
                Ok(()) if is_list(old) => Reason::ListRead,
                Ok(()) => Reason::Gone,
            },
        };
        let finding = (reason.action() == Action::Resolve).then(|| stamp.archived(old));
        steps.push(Step::new(reason, region, id, finding));
    }
    steps.sort_by(|a, b| a.order().cmp(&b.order()));
    Ok(Plan { steps })
}

impl Stamp {
    /// What is to be done with a result, and what is sent. `before` is the finding under an id
    /// that its check once had.
    fn decide(
        &self,
        verdict: Verdict,
        new: AwsSecurityFinding,
        old: Option<&AwsSecurityFinding>,
        before: Option<&AwsSecurityFinding>,
    ) -> (Reason, Option<AwsSecurityFinding>) {
        let silent = verdict == Verdict::NotApplicable;
        let Some(old) = old else {
            return match (silent, before) {
                (true, _) => (Reason::NothingToSay, None),
                (false, None) => (Reason::New, Some(self.first(new))),
                (false, Some(before)) => (Reason::New, Some(self.next(new, before))),
            };
        };
        if self.is_later(old) {
            return (Reason::LaterRun, None);
        }
        if silent {
            return match is_archived(old) {
                true => (Reason::Archived, None),
                false => (Reason::NotApplicable, Some(self.archived(old))),
            };
        }
        let new = self.next(new, old);
        let reason = if is_archived(old) {
            Reason::Back
        } else if said(old) != Some(verdict.word()) {
            Reason::Now(verdict)
        } else if finding::digest_of(old) != finding::digest_of(&new) {
            Reason::Changed
        } else if self.is_due(old) {
            Reason::Refresh
        } else {
            return (Reason::Unchanged, None);
        };
        (reason, Some(new))
    }
}
