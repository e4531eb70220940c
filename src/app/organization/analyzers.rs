//! The analyzers of IAM Access Analyzer that watch a whole organization. Only the account that made
//! one lists it, the management account or a delegated administrator; it covers the resources of all
//! accounts in its Region (User Guide, "IAM Access Analyzer findings"). So those accounts are asked
//! before any is judged, and what they have is added to what is read of each.

use super::accounts::Target;
use crate::aws::{Failure, Session};
use crate::collect::{Progress, collect};
use crate::model::accessanalyzer::{Analyzer, ORGANIZATION_WIDE, Region};
use crate::model::{self, Facet, GLOBAL, Gap, GapId, LedgerLine, Reason, Snapshot};
use crate::organization::Directory;
use crate::plan::Plan;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is asked in the accounts that administer the service.
const ASKED: &str = "accessanalyzer.region.analyzers";
/// How Organizations calls the service.
const SERVICE: &str = "access-analyzer.amazonaws.com";
/// How an analyzer of a whole organization begins its type.
const WHOLE: &str = "ORGANIZATION";

/// What the organization's administrators of the service have.
pub(super) struct Analyzers {
    management: Side,
    delegated: Side,
}

/// What some of them have, and what kept others from being asked.
#[derive(Default)]
struct Side {
    read: Vec<Snapshot>,
    lost: Vec<Gap>,
}

/// How administrators are asked.
pub(super) struct Asking<'a> {
    pub(super) caller: &'a Session,
    /// The same caller's session for assuming roles.
    pub(super) lister: &'a Session,
    /// The accounts that are read.
    pub(super) targets: &'a [Target],
    /// The Regions that are read; all that are enabled when empty.
    pub(super) regions: &'a [String],
    pub(super) progress: Arc<dyn Progress>,
}

impl Analyzers {
    /// Asks the administrators, if there is an organization and a check wants to know.
    pub(super) async fn of(
        directory: &Directory,
        plan: &Plan,
        asking: &Asking<'_>,
    ) -> Option<Analyzers> {
        let manager = directory.management_account.clone()?;
        if !ORGANIZATION_WIDE.iter().any(|fact| plan.wants(fact)) {
            return None;
        }
        let delegated = match asking.lister.delegated_administrators(SERVICE).await {
            Ok(accounts) => asking.side(accounts).await,
            Err(failure) => {
                let operation = "organizations:ListDelegatedAdministrators";
                let lost = vec![gap(&asking.caller.account, operation, &failure)];
                Side {
                    lost,
                    ..Side::default()
                }
            }
        };
        Some(Analyzers {
            management: asking.side(vec![manager]).await,
            delegated,
        })
    }

    /// Adds them to what was read of an account.
    pub(super) fn add_to(&self, snapshot: &mut Snapshot) {
        let mut missing = BTreeSet::new();
        for (meta, region) in snapshot.of_mut::<Region>() {
            for (facet, side) in [
                (&mut region.management_analyzers, &self.management),
                (&mut region.delegated_analyzers, &self.delegated),
            ] {
                // What nobody asked for stays so.
                if facet.known().is_some() {
                    *facet = side.within(&meta.region);
                }
                if let Facet::Unread(gaps) = facet {
                    missing.extend(gaps.iter().cloned());
                }
            }
        }
        let sides = [&self.management, &self.delegated].into_iter();
        let gaps = sides.flat_map(|side| {
            let read = side.read.iter().flat_map(|snapshot| &snapshot.gaps);
            side.lost.iter().chain(read)
        });
        let gaps = gaps.filter(|gap| missing.contains(&gap.id)).cloned();
        snapshot.gaps.extend(gaps);
        snapshot.sort();
    }

    /// The calls that this took, but for the listing of the administrators and the assuming of
    /// their roles.
    pub(super) fn calls(&self) -> impl Iterator<Item = LedgerLine> {
        let read = self.management.read.iter().chain(&self.delegated.read);
        read.flat_map(|snapshot| snapshot.header.ledger.clone())
    }
}

impl Side {
    /// The analyzers of the whole organization in a Region; unread unless all were read.
    fn within(&self, region: &str) -> Facet<Vec<Analyzer>> {
        let mut found = Vec::new();
        let mut missing: BTreeSet<GapId> = self.lost.iter().map(|gap| gap.id.clone()).collect();
        // An account that does not have the Region enabled has no analyzer there.
        let regions = self
            .read
            .iter()
            .flat_map(|snapshot| snapshot.of::<Region>());
        for (_, own) in regions.filter(|(meta, _)| *meta.region == *region) {
            match &own.analyzers {
                Facet::Known(all) => {
                    let whole = all.iter().filter(|one| one.kind.starts_with(WHOLE));
                    found.extend(whole.cloned());
                }
                Facet::Unread(gaps) => missing.extend(gaps.iter().cloned()),
            }
        }
        if missing.is_empty() {
            found.sort_by(|a, b| a.name.cmp(&b.name));
            Facet::Known(found)
        } else {
            Facet::Unread(missing.into_iter().collect())
        }
    }
}

impl Asking<'_> {
    async fn side(&self, accounts: Vec<String>) -> Side {
        let mut side = Side::default();
        for account in accounts {
            match self.one(&account).await {
                Ok(snapshot) => side.read.push(snapshot),
                Err((operation, failure)) => side.lost.push(gap(&account, operation, &failure)),
            }
        }
        side
    }

    /// The analyzers of an account, as its own audit reads them.
    async fn one(&self, account: &str) -> Result<Snapshot, (&'static str, Failure)> {
        let session = if *self.caller.account == *account {
            Session {
                // Its own calls are in its own assessment.
                ledger: Arc::default(),
                ..self.caller.clone()
            }
        } else {
            let target = self.targets.iter().find(|target| target.id == account);
            let role = target.and_then(|target| target.role.as_ref());
            let role = role.ok_or_else(|| {
                let message = format!(
                    "account {account}, which may have analyzers of the whole organization, is not among those that are read"
                );
                ("sts:AssumeRole", lost(Reason::NotCollected, message))
            })?;
            let opened = self.lister.in_role(account, role, self.regions).await;
            opened.map_err(|lost| (lost.operation, lost.failure))?
        };
        let plan = Plan::of([ASKED.to_owned()], &[]);
        let read = collect(Arc::new(session), Arc::new(plan), self.progress.clone());
        read.await.map_err(|crash| {
            let failure = lost(Reason::Failed, crash.to_string());
            ("accessanalyzer:ListAnalyzers", failure)
        })
    }
}

fn lost(reason: Reason, message: String) -> Failure {
    Failure {
        reason,
        code: None,
        message,
        transient: false,
    }
}

fn gap(account: &str, operation: &'static str, failure: &Failure) -> Gap {
    let opening = model::ROLE_OPENING.iter().chain(model::SESSION_READS);
    let read = opening.chain(model::read(operation));
    let actions = read
        .filter(|read| read.operation == operation)
        .flat_map(|read| read.actions);
    Gap {
        id: Gap::id_of(account, GLOBAL, operation, None, failure.reason),
        account: account.into(),
        region: GLOBAL.into(),
        operation: operation.into(),
        actions: actions.map(|action| (*action).into()).collect(),
        reason: failure.reason,
        resource: None,
        code: failure.code.clone(),
        message: failure.message.clone(),
    }
}
