//! Pure facts over several resources, filled in after the reading and before the judging.
//!
//! A derived fact is unread when what it hangs on is: it carries the same gaps.

mod buckets;
mod compute;
mod eks;
mod identity;
mod monitoring;
mod network;
mod placement;
mod protection;
mod public_access;
mod recording;

use crate::model::{GLOBAL, GapId, Snapshot};
use crate::plan::Derivation;
use std::sync::Arc;

/// A derived fact: what it gives and rests on, and the function that fills it in.
struct Derived {
    fact: Derivation,
    run: fn(&mut Snapshot),
}

/// Every derived fact, in the order in which they are filled in. Adding a topic adds a line
/// here.
static DERIVED: &[&[Derived]] = &[
    buckets::DERIVED,
    compute::DERIVED,
    eks::DERIVED,
    identity::DERIVED,
    monitoring::DERIVED,
    network::DERIVED,
    // Rests on the subnets' routes, which `network` fills in.
    placement::DERIVED,
    protection::DERIVED,
    public_access::DERIVED,
    recording::DERIVED,
    // After the network, whose subnets it asks.
    eks::DERIVED,
];

/// What is derived from what: the plan closes over it.
pub fn derivations() -> Vec<Derivation> {
    DERIVED
        .iter()
        .copied()
        .flatten()
        .map(|derived| derived.fact)
        .collect()
}

/// Fills in every derived fact that can be.
pub fn derive(snapshot: &mut Snapshot) {
    for derived in DERIVED.iter().copied().flatten() {
        (derived.run)(snapshot);
    }
}

/// The gaps of the list of a kind, in an account and Region: empty when all of them are known.
/// Not listed at all is an error without a gap: nobody asked.
fn complete(
    snapshot: &Snapshot,
    kind: &str,
    account: &str,
    region: &str,
) -> Result<(), Vec<GapId>> {
    let mut listed = false;
    let mut gaps: Vec<GapId> = Vec::new();
    for listing in &snapshot.listings {
        let here = *listing.region == *region || *listing.region == *GLOBAL;
        if *listing.kind == *kind && *listing.account == *account && here {
            listed = true;
            gaps.extend(listing.gaps.iter().map(Arc::clone));
        }
    }
    if listed && gaps.is_empty() {
        Ok(())
    } else {
        Err(gaps)
    }
}
