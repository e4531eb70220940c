//! What an assessment could see: whether a result that it lacks means that the resource is not
//! there, or only that nobody looked.

use crate::assess::Verdict;
use crate::report::v1;
use std::collections::{BTreeMap, BTreeSet};

/// The Region of what belongs to none.
const GLOBAL: &str = "global";

/// An assessment, to be asked what it saw.
pub(super) struct Seen<'a> {
    pub(super) document: &'a v1::Document,
    pub(super) checks: BTreeMap<&'a str, &'a v1::Check>,
    pub(super) results: BTreeMap<&'a str, &'a v1::Result>,
    accounts: BTreeSet<&'a str>,
    regions: BTreeSet<&'a str>,
    /// Lists that are not complete: check, account, Region.
    lists: BTreeSet<(&'a str, &'a str, &'a str)>,
}

impl<'a> Seen<'a> {
    /// An error when two results have the same id: nothing could be compared with them.
    pub(super) fn of(document: &'a v1::Document) -> Result<Seen<'a>, String> {
        let mut results = BTreeMap::new();
        for result in &document.results {
            if results.insert(result.id.as_str(), result).is_some() {
                return Err(format!("two results have the id {}", result.id));
            }
        }
        let of_lists = document.results.iter().filter(|result| is_list(result));
        let accounts = document.results.iter().map(|result| &*result.account);
        Ok(Seen {
            checks: document.checks.iter().map(|c| (&*c.id, c)).collect(),
            results,
            accounts: accounts.chain([&*document.run.account]).collect(),
            regions: document.run.regions.iter().map(String::as_str).collect(),
            lists: of_lists
                .map(|r| (&*r.check, &*r.account, &*r.region))
                .collect(),
            document,
        })
    }

    /// Why this assessment, whose checks include the result's, may lack the result although the
    /// resource is there; none when everything was read that could have shown it.
    pub(super) fn blind_to(&self, result: &v1::Result) -> Option<String> {
        let (check, account, region) = (&*result.check, &*result.account, &*result.region);
        if is_list(result) {
            return Some("a list that could not be read".to_owned());
        }
        if !self.accounts.contains(account) {
            return Some(format!("account {account} was not read"));
        }
        if region != GLOBAL && !self.regions.contains(region) {
            return Some(format!("{region} was not read"));
        }
        // What belongs to no Region may be listed by any; a list of no Region may have anything.
        let list = self.lists.iter().find(|(of, there, place)| {
            let here = *place == region || *place == GLOBAL || region == GLOBAL;
            *of == check && *there == account && here
        });
        list.map(|_| format!("the list of {} was not read to its end", result.kind))
    }
}

/// A result that stands for a list that could not be read.
pub(super) fn is_list(result: &v1::Result) -> bool {
    result.arn.is_none() && result.verdict == Verdict::NotAssessed
}
