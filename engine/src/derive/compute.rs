//! What the EC2 settings of a Region mean for the snapshots and launch templates in it.

use super::Derived;
use crate::model::ec2_compute::{BlockPublicAccess, LaunchTemplate, Region, Snapshot};
use crate::model::{self, Facet};
use crate::plan::Derivation;
use std::collections::HashMap;
use std::sync::Arc;

pub(super) static DERIVED: &[Derived] = &[
    Derived {
        fact: Derivation {
            gives: "ec2.snapshot.publicly_restorable",
            from: &[
                "ec2.snapshot.public",
                "ec2.region.snapshot_block_public_access",
            ],
        },
        run: publicly_restorable,
    },
    Derived {
        fact: Derivation {
            gives: "ec2.launch_template.region_metadata_defaults",
            from: &["ec2.region.instance_metadata_defaults"],
        },
        run: metadata_defaults,
    },
    Derived {
        fact: Derivation {
            gives: "ec2.launch_template.region_ebs_encryption_by_default",
            from: &["ec2.region.ebs_encryption_by_default"],
        },
        run: encryption_by_default,
    },
];

/// A setting of each account and Region that was read.
type Settings<T> = HashMap<(Arc<str>, Arc<str>), Facet<T>>;

fn settings<T>(snapshot: &model::Snapshot, of: impl Fn(&Region) -> Facet<T>) -> Settings<T> {
    snapshot
        .of::<Region>()
        .map(|(meta, region)| ((meta.account.clone(), meta.region.clone()), of(region)))
        .collect()
}

/// The setting of a resource's Region; a Region that nobody asked is unread.
fn here<T: Clone>(settings: &Settings<T>, meta: &model::Meta) -> Facet<T> {
    settings
        .get(&(meta.account.clone(), meta.region.clone()))
        .cloned()
        .unwrap_or_default()
}

fn publicly_restorable(snapshot: &mut model::Snapshot) {
    let blocks = settings(snapshot, |region| {
        region.snapshot_block_public_access.clone()
    });
    for (meta, facts) in snapshot.of_mut::<Snapshot>() {
        facts.publicly_restorable = restorable(&facts.public, &here(&blocks, meta));
    }
}

/// Either half alone decides against it; both together for it.
fn restorable(public: &Facet<bool>, block: &Facet<BlockPublicAccess>) -> Facet<bool> {
    let blocked = block.map(|block| block.state == "block-all-sharing");
    match (public, &blocked) {
        (Facet::Known(false), _) | (_, Facet::Known(true)) => Facet::Known(false),
        (Facet::Known(true), Facet::Known(false)) => Facet::Known(true),
        (Facet::Unread(gaps), _) | (_, Facet::Unread(gaps)) => Facet::Unread(gaps.clone()),
    }
}

fn metadata_defaults(snapshot: &mut model::Snapshot) {
    let defaults = settings(snapshot, |region| region.instance_metadata_defaults.clone());
    for (meta, facts) in snapshot.of_mut::<LaunchTemplate>() {
        facts.region_metadata_defaults = here(&defaults, meta);
    }
}

fn encryption_by_default(snapshot: &mut model::Snapshot) {
    let defaults = settings(snapshot, |region| region.ebs_encryption_by_default.clone());
    for (meta, facts) in snapshot.of_mut::<LaunchTemplate>() {
        facts.region_ebs_encryption_by_default = here(&defaults, meta);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(state: &str) -> Facet<BlockPublicAccess> {
        Facet::Known(BlockPublicAccess {
            state: state.to_owned(),
            managed_by: None,
        })
    }

    fn unread<T>(gap: &str) -> Facet<T> {
        Facet::Unread(vec![gap.into()])
    }

    #[test]
    fn a_public_snapshot_can_be_restored_unless_the_region_blocks_all_sharing() {
        let open = block("unblocked");
        assert_eq!(restorable(&Facet::Known(true), &open), Facet::Known(true));
        assert_eq!(restorable(&Facet::Known(false), &open), Facet::Known(false));
        assert_eq!(
            restorable(&Facet::Known(true), &block("block-new-sharing")),
            Facet::Known(true)
        );
        assert_eq!(
            restorable(&Facet::Known(true), &block("block-all-sharing")),
            Facet::Known(false)
        );
    }

    #[test]
    fn one_half_that_was_read_is_enough_to_say_no_but_not_yes() {
        assert_eq!(
            restorable(&Facet::Known(false), &unread("b")),
            Facet::Known(false)
        );
        assert_eq!(
            restorable(&unread("p"), &block("block-all-sharing")),
            Facet::Known(false)
        );
        assert_eq!(restorable(&Facet::Known(true), &unread("b")), unread("b"));
        assert_eq!(restorable(&unread("p"), &block("unblocked")), unread("p"));
        assert_eq!(restorable(&unread("p"), &unread("b")), unread("p"));
    }
}
