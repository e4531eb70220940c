//! Who is in which group, and how people come into the account.

use super::Gathered;
use crate::model::account::{Account, Federation};
use crate::model::iam::{Group, Role, SamlProvider, User};
use crate::model::{Facet, Meta, Snapshot};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn group_users(snapshot: &mut Snapshot) {
    let mut members: BTreeMap<(Arc<str>, String), Vec<String>> = BTreeMap::new();
    for (meta, user) in snapshot.of::<User>() {
        for group in &user.groups {
            let key = (meta.account.clone(), group.clone());
            members.entry(key).or_default().push(meta.id.to_string());
        }
    }
    let users: BTreeMap<Arc<str>, Facet<Vec<String>>> = snapshot
        .of::<Group>()
        .map(|(meta, _)| {
            let mut gathered = Gathered::new();
            let key = (meta.account.clone(), meta.id.to_string());
            gathered.items = members.remove(&key).unwrap_or_default();
            gathered.needs(snapshot, &["iam.user"], &meta.account);
            (meta.arn.clone(), gathered.all())
        })
        .collect();
    for (meta, group) in snapshot.of_mut::<Group>() {
        if let Some(fact) = users.get(&meta.arn) {
            group.users = fact.clone();
        }
    }
}

pub(super) fn federation(snapshot: &mut Snapshot) {
    let accounts: Vec<Arc<str>> = snapshot
        .of::<Account>()
        .map(|(meta, _)| meta.account.clone())
        .collect();
    for account in accounts {
        let fact = federation_of(snapshot, &account);
        for (meta, facts) in snapshot.of_mut::<Account>() {
            if meta.account == account {
                facts.federation = fact.clone();
            }
        }
    }
}

fn federation_of(snapshot: &Snapshot, account: &Arc<str>) -> Facet<Federation> {
    let here = |meta: &Meta| meta.account == *account;
    let saml = snapshot.of::<SamlProvider>().filter(|(meta, _)| here(meta));
    let roles = snapshot.of::<Role>().filter(|(meta, _)| here(meta));
    let mut console_users = Gathered::new();
    console_users.needs(
        snapshot,
        &["iam.saml_provider", "iam.role", "iam.user"],
        account,
    );
    for (meta, user) in snapshot.of::<User>().filter(|(meta, _)| here(meta)) {
        match &user.credentials {
            Facet::Known(credentials) if credentials.password_enabled => {
                console_users.items.push(meta.id.to_string());
            }
            Facet::Known(_) => {}
            Facet::Unread(gaps) => console_users.miss(gaps),
        }
    }
    let mut saml_providers: Vec<_> = saml.map(|(meta, _)| meta.arn.to_string()).collect();
    let mut identity_center_roles: Vec<_> = roles
        .filter(|(meta, _)| &*meta.managed_by == "sso")
        .map(|(meta, _)| meta.arn.to_string())
        .collect();
    saml_providers.sort();
    identity_center_roles.sort();
    console_users.all().map(|users| Federation {
        saml_providers: saml_providers.clone(),
        identity_center_roles: identity_center_roles.clone(),
        console_users: users.clone(),
    })
}
