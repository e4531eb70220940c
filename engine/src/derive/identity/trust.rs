//! Whom roles trust.

use super::Gathered;
use crate::model::account::Account;
use crate::model::iam::{OidcProvider, Role, Trust, TrustCondition};
use crate::model::policy::{Effect, PolicyDocument, Principal, PrincipalKind, Statement};
use crate::model::{Facet, Snapshot};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The actions that give a role's credentials. A statement about none of them (but, say, about
/// `sts:TagSession`) lets nobody in.
const ASSUME: &[&str] = &[
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
];

pub(super) fn trusts(snapshot: &mut Snapshot) {
    for (_, role) in snapshot.of_mut::<Role>() {
        role.trusts = role.trust_policy.map(admitted);
    }
}

/// Whom a trust policy admits.
fn admitted(policy: &PolicyDocument) -> Vec<Trust> {
    let mut trusts = Vec::new();
    let admits = |statement: &&Statement| {
        statement.effect == Effect::Allow
            && ASSUME.iter().any(|action| statement.covers_action(action))
    };
    for statement in policy.statements.iter().filter(admits) {
        let conditions: Vec<TrustCondition> = statement
            .conditions
            .iter()
            .filter(|condition| {
                condition.requires_value() && !condition.values.iter().any(|value| any(value))
            })
            .map(|condition| TrustCondition {
                key: condition.key.to_ascii_lowercase(),
                operator: condition.operator.clone(),
                values: condition.values.clone(),
            })
            .collect();
        match (&statement.principals, &statement.not_principals) {
            (Some(principals), _) => {
                trusts.extend(principals.iter().map(|who| trust(who, conditions.clone())));
            }
            (None, Some(_)) => trusts.push(Trust {
                kind: "anyone".to_owned(),
                principal: "NotPrincipal".to_owned(),
                account_id: None,
                issuer: None,
                conditions,
            }),
            (None, None) => {}
        }
    }
    trusts.sort();
    trusts.dedup();
    trusts
}

/// A value that every text matches.
fn any(value: &str) -> bool {
    value.contains('*') && value.chars().all(|c| c == '*')
}

fn trust(who: &Principal, conditions: Vec<TrustCondition>) -> Trust {
    let value = who.value.as_str();
    let mut account_id = None;
    let mut issuer = None;
    let kind = match who.kind {
        _ if who.is_anyone() => "anyone",
        PrincipalKind::Aws => {
            account_id = who.account().map(str::to_owned);
            let whole = account_id.as_deref() == Some(value) || value.ends_with(":root");
            if whole { "account" } else { "identity" }
        }
        PrincipalKind::Service => "service",
        PrincipalKind::Federated if value.contains(":saml-provider/") => "saml",
        PrincipalKind::Federated => {
            let name = value
                .split_once(":oidc-provider/")
                .map_or(value, |(_, name)| name);
            issuer = Some(name.to_ascii_lowercase());
            "oidc"
        }
        PrincipalKind::CanonicalUser | PrincipalKind::Anyone => "other",
    };
    Trust {
        kind: kind.to_owned(),
        principal: value.to_owned(),
        account_id,
        issuer,
        conditions,
    }
}

pub(super) fn management_accounts(snapshot: &mut Snapshot) {
    let managers: BTreeMap<Arc<str>, Facet<Option<String>>> = snapshot
        .of::<Account>()
        .map(|(meta, account)| {
            let manager = account.organization.map(|membership| {
                membership
                    .as_ref()
                    .map(|found| found.management_account_id.clone())
            });
            (meta.account.clone(), manager)
        })
        .collect();
    for (meta, role) in snapshot.of_mut::<Role>() {
        if let Some(manager) = managers.get(&meta.account) {
            role.management_account_id = manager.clone();
        }
    }
}

pub(super) fn oidc_providers(snapshot: &mut Snapshot) {
    let trusted: BTreeMap<Arc<str>, Facet<Vec<String>>> = snapshot
        .of::<OidcProvider>()
        .map(|(provider, _)| {
            let mut roles = Gathered::new();
            roles.needs(snapshot, &["iam.role"], &provider.account);
            let own = snapshot
                .of::<Role>()
                .filter(|(role, _)| role.account == provider.account);
            for (meta, role) in own {
                match &role.trust_policy {
                    Facet::Known(policy) => {
                        let trusts = admitted(policy);
                        if trusts.iter().any(|trust| *trust.principal == *provider.arn) {
                            roles.items.push(meta.arn.to_string());
                        }
                    }
                    Facet::Unread(gaps) => roles.miss(gaps),
                }
            }
            (provider.arn.clone(), roles.some())
        })
        .collect();
    for (meta, provider) in snapshot.of_mut::<OidcProvider>() {
        if let Some(fact) = trusted.get(&meta.arn) {
            provider.trusted_by = fact.clone();
        }
    }
}
