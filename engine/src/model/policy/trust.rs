//! Whom a document trusts: accounts, services, identity providers.

use super::{Condition, PolicyDocument, PrincipalKind, Statement};
use std::collections::BTreeSet;

impl Statement {
    /// The accounts that it names; `*` when it is anybody's.
    fn accounts(&self) -> BTreeSet<String> {
        let named = self.principals.iter().flatten().filter_map(|p| p.account());
        let mut accounts: BTreeSet<String> = named.map(str::to_owned).collect();
        let canonical = self.principals_of(PrincipalKind::CanonicalUser);
        accounts.extend(canonical.map(str::to_owned));
        if self.is_about_anyone() {
            // All conditions hold, so that the first that names parties bounds them.
            match self.conditions.iter().find_map(Condition::named_parties) {
                Some(parties) => accounts.extend(parties.into_iter().map(str::to_owned)),
                None => {
                    accounts.insert("*".to_owned());
                }
            }
        }
        accounts
    }
}

impl PolicyDocument {
    /// The other accounts that its statements let in, by number; `*` when that is any account.
    /// Where `*` is bounded by a condition, it is who the condition names: accounts, or an
    /// organization (`o-…`). A canonical user is told by its id.
    pub fn trusted_accounts(&self, own_account: &str) -> BTreeSet<String> {
        let mut accounts: BTreeSet<String> =
            self.allows_of().flat_map(Statement::accounts).collect();
        accounts.remove(own_account);
        accounts
    }

    /// The parties of [`PolicyDocument::trusted_accounts`] that may do one of the actions, on
    /// whatever resource. What a statement denies to everyone, without conditions, nobody may.
    pub fn accounts_with(&self, own_account: &str, actions: &[&str]) -> BTreeSet<String> {
        let mut accounts = BTreeSet::new();
        for action in actions {
            let allowing = self.allows_of().filter(|s| s.covers_action(action));
            let standing = self.without_those_denied(allowing.collect(), |deny, allow| {
                deny.conditions.is_empty()
                    && deny.is_about_anyone()
                    && deny.covers_action(action)
                    && deny.covers_resources_of(allow)
            });
            accounts.extend(standing.into_iter().flat_map(Statement::accounts));
        }
        accounts.remove(own_account);
        accounts
    }

    fn named(&self, kind: PrincipalKind) -> BTreeSet<String> {
        let named = self.allows_of().flat_map(|s| s.principals_of(kind));
        named.map(str::to_owned).collect()
    }

    /// The AWS services that its statements let in.
    pub fn trusted_services(&self) -> BTreeSet<String> {
        self.named(PrincipalKind::Service)
    }

    /// The identity providers that its statements let in.
    pub fn federated(&self) -> BTreeSet<String> {
        self.named(PrincipalKind::Federated)
    }

    /// The services that it lets in without a condition that ties them to an account or an
    /// organization: anyone who uses the service may use it against this one. (IAM User Guide,
    /// "The confused deputy problem".)
    pub fn unguarded_services(&self) -> BTreeSet<String> {
        let guarded = |s: &&Statement| !s.conditions.iter().any(Condition::guards_deputy);
        let statements = self.allows_of().filter(guarded);
        let services = statements.flat_map(|s| s.principals_of(PrincipalKind::Service));
        services.map(str::to_owned).collect()
    }

    /// The identity providers that it lets in without a condition that requires a value of a key.
    pub fn federated_without(&self, key: &str) -> BTreeSet<String> {
        let bound = |s: &&Statement| {
            let mut conditions = s.conditions.iter();
            !conditions.any(|c| c.is_on(key) && c.requires_value())
        };
        let statements = self.allows_of().filter(bound);
        let providers = statements.flat_map(|s| s.principals_of(PrincipalKind::Federated));
        providers.map(str::to_owned).collect()
    }

    /// The values that statements that allow have for a key, in any condition.
    pub fn condition_values(&self, key: &str) -> BTreeSet<String> {
        let conditions = self.allows_of().flat_map(|s| &s.conditions);
        let values = conditions.filter(|c| c.is_on(key)).flat_map(|c| &c.values);
        values.cloned().collect()
    }
}
