//! What a run knows all of: the checks that ran, where, and the lists that are complete.

use super::Reason;
use super::renamed::check_of;
use crate::model::GLOBAL;
use crate::report::asff::{self, AwsSecurityFinding};
use crate::report::v1;
use std::collections::{BTreeMap, BTreeSet};

/// What a run knows all of.
pub(super) struct Scope<'a> {
    account: &'a str,
    regions: BTreeSet<&'a str>,
    /// The kind that each check judges, by all ids that it has or had.
    kinds: BTreeMap<&'a str, &'a str>,
    /// Kinds with the Regions, or `global`, where their list is complete.
    complete: BTreeSet<(&'a str, &'a str)>,
    /// Kinds with the Regions where a list is known not to be: a result says so.
    broken: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Scope<'a> {
    pub(super) fn of(document: &'a v1::Document) -> Scope<'a> {
        let run = &document.run;
        let lists = document.lists.iter();
        let lists = lists.filter(|list| list.account == run.account);
        let results = document.results.iter();
        Scope {
            account: &run.account,
            regions: run.regions.iter().map(String::as_str).collect(),
            kinds: (document.checks.iter())
                .flat_map(|check| {
                    let ids = [&check.id].into_iter().chain(&check.aliases);
                    ids.map(|id| (id.as_str(), check.kind.as_str()))
                })
                .collect(),
            complete: lists
                .flat_map(|list| {
                    let complete = list.complete.iter();
                    complete.map(|region| (list.kind.as_str(), region.as_str()))
                })
                .collect(),
            broken: results
                .filter(|result| result.arn.is_none())
                .map(|result| (result.kind.as_str(), result.region.as_str()))
                .collect(),
        }
    }

    /// Whether the run would have had a result for this finding if its resource were there; if
    /// not, why it cannot know.
    pub(super) fn covers(&self, held: &AwsSecurityFinding) -> Result<(), Reason> {
        let check = check_of(held);
        let region = held.product_fields.get(&asff::field("Region"));
        let (Some(kind), Some(region)) = (self.kinds.get(check), region) else {
            return Err(Reason::CheckDidNotRun);
        };
        let region = region.as_str();
        if held.account != self.account || (region != GLOBAL && !self.regions.contains(region)) {
            return Err(Reason::RegionNotRead);
        }
        // A global list, such as that of the buckets, holds the resources of every Region.
        let places = [region, GLOBAL];
        let complete = places.iter().any(|at| self.complete.contains(&(kind, at)));
        let broken = places.iter().any(|at| self.broken.contains(&(kind, at)));
        match complete && !broken {
            true => Ok(()),
            false => Err(Reason::ListIncomplete),
        }
    }
}
