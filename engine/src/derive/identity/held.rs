//! Which policies users, groups and roles hold.

use super::Gathered;
use crate::derive::complete;
use crate::model::account::Account;
use crate::model::iam::{AttachedPolicy, Group, HeldPolicy, InlinePolicy, Policy, Role, User};
use crate::model::{Facet, GLOBAL, Meta, Snapshot};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What of a policy's ARN is the same in every partition.
const ADMINISTRATOR_ACCESS: &str = ":iam::aws:policy/AdministratorAccess";
const SUPPORT_ACCESS: &str = ":iam::aws:policy/AWSSupportAccess";

/// A name or an ARN in an account.
type Key = (Arc<str>, String);

/// The managed policies of a snapshot, as far as administration goes.
struct Managed<'s> {
    snapshot: &'s Snapshot,
    /// Whether the policy lets everything be done, by ARN.
    administrative: BTreeMap<Key, Facet<bool>>,
}

impl Managed<'_> {
    fn of(snapshot: &Snapshot) -> Managed<'_> {
        let policies = snapshot.of::<Policy>().map(|(meta, policy)| {
            let key = (meta.account.clone(), meta.arn.to_string());
            (key, policy.document.map(|document| document.grants_admin()))
        });
        Managed {
            snapshot,
            administrative: policies.collect(),
        }
    }

    /// Adds those that let everything be done.
    fn hold(
        &self,
        held: &mut Gathered<HeldPolicy>,
        account: &Arc<str>,
        group: Option<&str>,
        attached: &[AttachedPolicy],
        inline: &Facet<Vec<InlinePolicy>>,
    ) {
        for policy in attached {
            match self.is_administrative(account, policy) {
                Facet::Known(true) => held.items.push(HeldPolicy {
                    group: group.map(str::to_owned),
                    policy_name: policy.policy_name.clone(),
                    policy_arn: Some(policy.policy_arn.clone()),
                }),
                Facet::Known(false) => {}
                Facet::Unread(gaps) => held.miss(&gaps),
            }
        }
        match inline {
            Facet::Known(policies) => {
                let administrative = policies
                    .iter()
                    .filter(|policy| policy.document.grants_admin());
                held.items.extend(administrative.map(|policy| HeldPolicy {
                    group: group.map(str::to_owned),
                    policy_name: policy.policy_name.clone(),
                    policy_arn: None,
                }));
            }
            Facet::Unread(gaps) => held.miss(gaps),
        }
    }

    fn is_administrative(&self, account: &Arc<str>, policy: &AttachedPolicy) -> Facet<bool> {
        if policy.policy_arn.ends_with(ADMINISTRATOR_ACCESS) {
            // What AWS's own policy of this name says is known without reading it.
            return Facet::Known(true);
        }
        let key = (account.clone(), policy.policy_arn.clone());
        self.administrative.get(&key).cloned().unwrap_or_else(|| {
            let gaps = complete(self.snapshot, "iam.policy", account, GLOBAL).err();
            Facet::Unread(gaps.unwrap_or_default())
        })
    }
}

type Held = BTreeMap<Arc<str>, Facet<Vec<HeldPolicy>>>;

pub(super) fn of_users(snapshot: &mut Snapshot) {
    let held: Held = {
        let managed = Managed::of(snapshot);
        let groups: BTreeMap<Key, &Group> = snapshot
            .of::<Group>()
            .map(|(meta, group)| ((meta.account.clone(), meta.id.to_string()), group))
            .collect();
        let user = |(meta, user): (&Meta, &User)| {
            let mut held = Gathered::new();
            let account = &meta.account;
            managed.hold(
                &mut held,
                account,
                None,
                &user.attached_policies,
                &user.inline_policies,
            );
            for name in &user.groups {
                match groups.get(&(account.clone(), name.clone())) {
                    Some(group) => managed.hold(
                        &mut held,
                        account,
                        Some(name),
                        &group.attached_policies,
                        &group.inline_policies,
                    ),
                    None => {
                        let gaps = complete(snapshot, "iam.group", account, GLOBAL).err();
                        held.miss(&gaps.unwrap_or_default());
                    }
                }
            }
            (meta.arn.clone(), held.some())
        };
        snapshot.of::<User>().map(user).collect()
    };
    fill(snapshot, held, |user: &mut User| {
        &mut user.administrative_policies
    });
}

pub(super) fn of_groups(snapshot: &mut Snapshot) {
    let held: Held = {
        let managed = Managed::of(snapshot);
        let group = |(meta, group): (&Meta, &Group)| {
            let mut held = Gathered::new();
            let (attached, inline) = (&group.attached_policies, &group.inline_policies);
            managed.hold(&mut held, &meta.account, None, attached, inline);
            (meta.arn.clone(), held.some())
        };
        snapshot.of::<Group>().map(group).collect()
    };
    fill(snapshot, held, |group: &mut Group| {
        &mut group.administrative_policies
    });
}

pub(super) fn of_roles(snapshot: &mut Snapshot) {
    let held: Held = {
        let managed = Managed::of(snapshot);
        let role = |(meta, role): (&Meta, &Role)| {
            let mut held = Gathered::new();
            let (attached, inline) = (&role.attached_policies, &role.inline_policies);
            managed.hold(&mut held, &meta.account, None, attached, inline);
            (meta.arn.clone(), held.some())
        };
        snapshot.of::<Role>().map(role).collect()
    };
    fill(snapshot, held, |role: &mut Role| {
        &mut role.administrative_policies
    });
}

/// Puts what was derived, by ARN, into its place.
fn fill<K: crate::model::Kind, T>(
    snapshot: &mut Snapshot,
    mut facts: BTreeMap<Arc<str>, Facet<T>>,
    place: impl Fn(&mut K) -> &mut Facet<T>,
) {
    for (meta, resource) in snapshot.of_mut::<K>() {
        if let Some(fact) = facts.remove(&meta.arn) {
            *place(resource) = fact;
        }
    }
}

/// The kinds that policies are attached to.
const HOLDERS: &[&str] = &["iam.user", "iam.group", "iam.role"];

/// Each attachment of a managed policy: the policy's ARN, and whose.
fn attachments(snapshot: &Snapshot) -> impl Iterator<Item = (&str, &Meta)> {
    let users = snapshot
        .of::<User>()
        .map(|(meta, user)| (meta, &user.attached_policies));
    let groups = snapshot
        .of::<Group>()
        .map(|(meta, group)| (meta, &group.attached_policies));
    let roles = snapshot
        .of::<Role>()
        .map(|(meta, role)| (meta, &role.attached_policies));
    users
        .chain(groups)
        .chain(roles)
        .flat_map(|(meta, attached)| {
            attached
                .iter()
                .map(move |policy| (policy.policy_arn.as_str(), meta))
        })
}

pub(super) fn attached_to(snapshot: &mut Snapshot) {
    let mut holders: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    for (arn, meta) in attachments(snapshot) {
        let key = (meta.account.clone(), arn.to_owned());
        holders.entry(key).or_default().push(meta.arn.to_string());
    }
    let attached: BTreeMap<Key, Facet<Vec<String>>> = snapshot
        .of::<Policy>()
        .map(|(meta, _)| {
            let key = (meta.account.clone(), meta.arn.to_string());
            let mut gathered = Gathered::new();
            gathered.items = holders.remove(&key).unwrap_or_default();
            gathered.needs(snapshot, HOLDERS, &meta.account);
            (key, gathered.all())
        })
        .collect();
    for (meta, policy) in snapshot.of_mut::<Policy>() {
        let key = (meta.account.clone(), meta.arn.to_string());
        if let Some(fact) = attached.get(&key) {
            policy.attached_to = fact.clone();
        }
    }
}

pub(super) fn support_access(snapshot: &mut Snapshot) {
    let accounts: Vec<Arc<str>> = snapshot
        .of::<Account>()
        .map(|(meta, _)| meta.account.clone())
        .collect();
    for account in accounts {
        let mut gathered = Gathered::new();
        gathered.items = attachments(snapshot)
            .filter(|(arn, meta)| meta.account == account && arn.ends_with(SUPPORT_ACCESS))
            .map(|(_, meta)| meta.arn.to_string())
            .collect();
        gathered.needs(snapshot, HOLDERS, &account);
        let fact = gathered.some();
        for (meta, facts) in snapshot.of_mut::<Account>() {
            if meta.account == account {
                facts.support_access = fact.clone();
            }
        }
    }
}
