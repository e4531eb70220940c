//! What of S3 Block Public Access is in force for a bucket.

use super::Derived;
use crate::model::account::Account;
use crate::model::s3::{Bucket, PublicAccessBlock};
use crate::model::{Facet, GapId, Snapshot};
use crate::plan::Derivation;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) static DERIVED: &[Derived] = &[Derived {
    fact: Derivation {
        gives: "s3.bucket.effective_public_access_block",
        from: &[
            "s3.bucket.public_access_block",
            "account.public_access_block",
        ],
    },
    run: effective_public_access_block,
}];

/// A public access block: the bucket's own, or the account's.
type Block = Facet<Option<PublicAccessBlock>>;

fn effective_public_access_block(snapshot: &mut Snapshot) {
    let accounts = account_blocks(snapshot);
    let unknown = Block::not_asked();
    for (meta, bucket) in snapshot.of_mut::<Bucket>() {
        let account = accounts.get(&meta.account).unwrap_or(&unknown);
        bucket.effective_public_access_block = joined(&bucket.public_access_block, account);
    }
}

/// The blocks of the accounts, by account.
fn account_blocks(snapshot: &Snapshot) -> BTreeMap<Arc<str>, Block> {
    snapshot
        .of::<Account>()
        .map(|(meta, account)| (meta.account.clone(), account.public_access_block.clone()))
        .collect()
}

/// A switch is in force when it is on in one of the two, so one with all four on decides, even
/// if the other could not be read.
fn joined(own: &Block, account: &Block) -> Facet<PublicAccessBlock> {
    let switches = |block: &Block| {
        block.known().map(|block| {
            block.unwrap_or(PublicAccessBlock {
                block_public_acls: false,
                ignore_public_acls: false,
                block_public_policy: false,
                restrict_public_buckets: false,
            })
        })
    };
    match (switches(own), switches(account)) {
        (Some(a), Some(b)) => Facet::Known(PublicAccessBlock {
            block_public_acls: a.block_public_acls || b.block_public_acls,
            ignore_public_acls: a.ignore_public_acls || b.ignore_public_acls,
            block_public_policy: a.block_public_policy || b.block_public_policy,
            restrict_public_buckets: a.restrict_public_buckets || b.restrict_public_buckets,
        }),
        (Some(block), None) | (None, Some(block)) if all_on(block) => Facet::Known(block),
        _ => Facet::Unread(gaps(own).chain(gaps(account)).cloned().collect()),
    }
}

fn all_on(block: PublicAccessBlock) -> bool {
    block.block_public_acls
        && block.ignore_public_acls
        && block.block_public_policy
        && block.restrict_public_buckets
}

fn gaps(block: &Block) -> impl Iterator<Item = &GapId> {
    match block {
        Facet::Known(_) => [].iter(),
        Facet::Unread(gaps) => gaps.iter(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(all: bool) -> PublicAccessBlock {
        PublicAccessBlock {
            block_public_acls: all,
            ignore_public_acls: all,
            block_public_policy: all,
            restrict_public_buckets: all,
        }
    }

    fn unread(gap: &str) -> Block {
        Facet::Unread(vec![gap.into()])
    }

    #[test]
    fn a_switch_that_is_on_in_one_is_in_force() {
        let own = PublicAccessBlock {
            ignore_public_acls: true,
            ..block(false)
        };
        let account = PublicAccessBlock {
            restrict_public_buckets: true,
            ..block(false)
        };
        let both = joined(&Facet::Known(Some(own)), &Facet::Known(Some(account)));
        let expected = PublicAccessBlock {
            ignore_public_acls: true,
            restrict_public_buckets: true,
            ..block(false)
        };
        assert_eq!(both, Facet::Known(expected));
    }

    #[test]
    fn none_on_both_sides_is_all_off() {
        let none = Facet::Known(None);
        assert_eq!(joined(&none, &none), Facet::Known(block(false)));
    }

    #[test]
    fn all_four_on_decide_alone() {
        let all = Facet::Known(Some(block(true)));
        assert_eq!(joined(&all, &unread("a")), Facet::Known(block(true)));
        assert_eq!(joined(&unread("b"), &all), Facet::Known(block(true)));
    }

    #[test]
    fn anything_less_hangs_on_both() {
        let some = Facet::Known(Some(PublicAccessBlock {
            block_public_acls: false,
            ..block(true)
        }));
        assert_eq!(joined(&some, &unread("a")), Facet::Unread(vec!["a".into()]));
        let neither = Facet::Unread(vec!["b".into(), "a".into()]);
        assert_eq!(joined(&unread("b"), &unread("a")), neither);
    }
}
