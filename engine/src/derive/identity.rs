//! What identities hold, over policies, groups and roles, and whom they trust.

mod held;
mod people;
#[cfg(test)]
mod tests;
mod trust;

use super::{Derived, complete};
use crate::model::{Facet, GLOBAL, GapId, Snapshot};
use crate::plan::Derivation;

pub(super) static DERIVED: &[Derived] = &[
    Derived {
        fact: Derivation {
            gives: "iam.group.users",
            from: &["iam.user"],
        },
        run: people::group_users,
    },
    Derived {
        fact: Derivation {
            gives: "iam.user.administrative_policies",
            from: &[
                "iam.user.inline_policies",
                "iam.group.inline_policies",
                "iam.policy.document",
            ],
        },
        run: held::of_users,
    },
    Derived {
        fact: Derivation {
            gives: "iam.group.administrative_policies",
            from: &["iam.group.inline_policies", "iam.policy.document"],
        },
        run: held::of_groups,
    },
    Derived {
        fact: Derivation {
            gives: "iam.role.administrative_policies",
            from: &["iam.role.inline_policies", "iam.policy.document"],
        },
        run: held::of_roles,
    },
    Derived {
        fact: Derivation {
            gives: "iam.policy.attached_to",
            from: &["iam.user", "iam.group", "iam.role"],
        },
        run: held::attached_to,
    },
    Derived {
        fact: Derivation {
            gives: "account.support_access",
            from: &["iam.user", "iam.group", "iam.role"],
        },
        run: held::support_access,
    },
    Derived {
        fact: Derivation {
            gives: "account.federation",
            from: &["iam.saml_provider", "iam.role", "iam.user.credentials"],
        },
        run: people::federation,
    },
    Derived {
        fact: Derivation {
            gives: "iam.role.trusts",
            from: &["iam.role.trust_policy"],
        },
        run: trust::trusts,
    },
    Derived {
        fact: Derivation {
            gives: "iam.role.management_account_id",
            from: &["account.organization"],
        },
        run: trust::management_accounts,
    },
    Derived {
        fact: Derivation {
            gives: "iam.oidc_provider.trusted_by",
            from: &["iam.role.trust_policy"],
        },
        run: trust::oidc_providers,
    },
];

/// A list that is put together from many parts, some of which may be unread.
struct Gathered<T> {
    items: Vec<T>,
    unread: bool,
    gaps: Vec<GapId>,
}

impl<T: Ord> Gathered<T> {
    fn new() -> Self {
        Gathered {
            items: Vec::new(),
            unread: false,
            gaps: Vec::new(),
        }
    }

    /// A part could not be read.
    fn miss(&mut self, gaps: &[GapId]) {
        self.unread = true;
        self.gaps.extend_from_slice(gaps);
    }

    /// The lists of these kinds are parts.
    fn needs(&mut self, snapshot: &Snapshot, kinds: &[&str], account: &str) {
        for kind in kinds {
            if let Err(gaps) = complete(snapshot, kind, account, GLOBAL) {
                self.miss(&gaps);
            }
        }
    }

    fn sorted(mut self) -> (Vec<T>, bool, Vec<GapId>) {
        self.items.sort();
        self.items.dedup();
        self.gaps.sort();
        self.gaps.dedup();
        (self.items, self.unread, self.gaps)
    }

    /// The list, when every part was read.
    fn all(self) -> Facet<Vec<T>> {
        match self.sorted() {
            (items, false, _) => Facet::Known(items),
            (_, true, gaps) => Facet::Unread(gaps),
        }
    }

    /// The list, when every part was read, or what was found of it: that there is one is
    /// known then, whatever the other parts hold.
    fn some(self) -> Facet<Vec<T>> {
        match self.sorted() {
            (items, unread, gaps) if items.is_empty() && unread => Facet::Unread(gaps),
            (items, ..) => Facet::Known(items),
        }
    }
}
