//! A snapshot: everything that was read of an account, with what could not be read.

use super::{Gap, Kind, Meta, Resource};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The version of the snapshot's format; a reader refuses a newer one.
pub const SCHEMA: u32 = 1;

/// The first line of a snapshot.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The format's version, [`SCHEMA`].
    pub schema: u32,
    /// The version of the tool that collected.
    pub tool: String,
    /// The account that was read.
    pub account: String,
    /// The caller's ARN, as `sts:GetCallerIdentity` tells it.
    pub caller: String,
    /// The partition: `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// The Regions that were read, sorted.
    pub regions: Vec<String>,
    /// When the collecting began. `now` of every check that asks for an age.
    pub started: chrono::DateTime<chrono::Utc>,
    /// The kinds and facets that were asked for, sorted.
    pub asked: Vec<String>,
    /// The calls that were made.
    pub ledger: Vec<LedgerLine>,
}

/// How often an operation was called, and how it went.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerLine {
    /// `service:Operation`.
    pub operation: String,
    /// The account it was called in.
    pub account: String,
    /// The Region it was called in.
    pub region: String,
    /// Requests sent, retries included.
    pub calls: u64,
    /// Requests that AWS answered with an error, or not at all.
    pub errors: u64,
    /// Those errors that were throttles.
    pub throttles: u64,
}

/// Whether the list of a kind is complete in an account and Region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// The kind that was listed.
    pub kind: Arc<str>,
    /// The account it was listed in.
    pub account: Arc<str>,
    /// The Region it was listed in, or `global`.
    pub region: Arc<str>,
    /// What kept the list from being complete; empty when it is.
    pub gaps: Vec<super::GapId>,
}

/// Everything that was read. Sorted: the same input gives the same bytes.
#[derive(Debug)]
pub struct Snapshot {
    /// Who read what, where and when.
    pub header: Header,
    /// The resources, sorted by kind, account, Region and ARN.
    pub resources: Vec<Resource>,
    /// The lists that were made, sorted.
    pub listings: Vec<Listing>,
    /// What could not be read, sorted.
    pub gaps: Vec<Gap>,
}

impl Snapshot {
    /// Puts everything into its place, so that equal content is equal in bytes.
    pub fn sort(&mut self) {
        self.resources.sort_by(|a, b| a.order().cmp(&b.order()));
        self.listings.sort();
        // One line for each place, however many told of it.
        self.listings.dedup_by(|line, first| {
            let same = (&line.kind, &line.account, &line.region)
                == (&first.kind, &first.account, &first.region);
            if same {
                first.gaps.append(&mut line.gaps);
                first.gaps.sort();
                first.gaps.dedup();
            }
            same
        });
        self.gaps.sort();
        self.gaps.dedup_by(|a, b| a.id == b.id);
        self.header.ledger.sort();
    }

    /// The resources of one kind, typed.
    pub fn of<T: Kind>(&self) -> impl Iterator<Item = (&Meta, &T)> {
        self.resources.iter().filter_map(|resource| {
            Some((&resource.meta, resource.facts.as_any().downcast_ref::<T>()?))
        })
    }

    /// The resources of one kind, to be completed by what is derived.
    pub fn of_mut<T: Kind>(&mut self) -> impl Iterator<Item = (&Meta, &mut T)> {
        self.resources.iter_mut().filter_map(|resource| {
            let facts = resource.facts.as_any_mut().downcast_mut::<T>()?;
            Some((&resource.meta, facts))
        })
    }

    /// For each account and Region where a kind was listed, the gaps of the list: a derived
    /// fact that rests on "all of them" is unread where there are any, and where the kind was
    /// not listed at all.
    pub fn listed(&self, kind: &str) -> BTreeMap<(Arc<str>, Arc<str>), Vec<super::GapId>> {
        self.listings
            .iter()
            .filter(|listing| &*listing.kind == kind)
            .map(|listing| {
                (
                    (listing.account.clone(), listing.region.clone()),
                    listing.gaps.clone(),
                )
            })
            .collect()
    }
}
