//! Who is left outside: strangers to a perimeter of accounts, and those who sign nothing.

use super::{PolicyDocument, Statement};

impl Statement {
    /// Whether a condition on one of the keys (in lower case) keeps to fixed parties.
    fn is_bound(&self, keys: &[String]) -> bool {
        let mut conditions = self.conditions.iter();
        conditions.any(|c| keys.contains(&c.key.to_ascii_lowercase()) && c.binds())
    }

    /// Whether a statement that denies keeps out all but fixed parties by one of the keys: each of
    /// its conditions says so, or spares AWS's services. Any other would make it deny less.
    fn draws_a_line(&self, keys: &[String]) -> bool {
        let line =
            |c: &super::Condition| keys.contains(&c.key.to_ascii_lowercase()) && c.excludes();
        let every = self
            .conditions
            .iter()
            .all(|c| line(c) || c.spares_services());
        every && self.conditions.iter().any(line)
    }
}

fn lower(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| key.to_ascii_lowercase()).collect()
}

impl PolicyDocument {
    /// The statements that allow anyone, without a condition that binds one of the keys to fixed
    /// values. One is left out when a statement denies everyone all that it allows: without
    /// conditions, or to all but fixed values of one of the keys.
    pub fn unbound_statements(&self, keys: &[&str]) -> Vec<&Statement> {
        let keys = lower(keys);
        let unbound = |s: &&Statement| s.is_about_anyone() && !s.is_bound(&keys);
        let open: Vec<&Statement> = self.allows_of().filter(unbound).collect();
        self.without_those_denied(open, |deny, allow| {
            (deny.conditions.is_empty() || deny.draws_a_line(&keys)) && deny.opposes(allow)
        })
    }

    /// Whether a request that nobody signed may do an action: a statement allows it to anyone, no
    /// condition on one of the keys asks for somebody who is signed in, and no statement without
    /// conditions denies it to strangers.
    pub fn allows_unsigned(&self, action: &str, identity_keys: &[&str]) -> bool {
        let keys = lower(identity_keys);
        let signed = |s: &Statement| {
            let mut conditions = s.conditions.iter();
            conditions.any(|c| keys.contains(&c.key.to_ascii_lowercase()) && c.asks_for_a_signer())
        };
        let open = |s: &&Statement| s.is_about_anyone() && s.covers_action(action) && !signed(s);
        let denied = |deny: &Statement, allow: &Statement| {
            deny.conditions.is_empty()
                && deny.denies_strangers()
                && deny.covers_action(action)
                && deny.covers_resources_of(allow)
        };
        let open: Vec<&Statement> = self.allows_of().filter(open).collect();
        !self.without_those_denied(open, denied).is_empty()
    }
}
