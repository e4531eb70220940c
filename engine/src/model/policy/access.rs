//! What a document lets be done: by the public, by its holder.

use super::pattern::without_variables;
use super::{Effect, PolicyDocument, Statement, covers};
use std::collections::BTreeSet;

/// A text that consists of wildcards (and the colon between service and name).
fn is_every_action(pattern: &str) -> bool {
    pattern.contains('*') && pattern.chars().all(|c| c == '*' || c == ':')
}

/// How many pairs of patterns are held against each other at the most, when what is allowed is
/// sought in what is denied. Documents as long as IAM takes them from customers have a tenth.
const MAX_PAIRS: usize = 4_000_000;

impl Statement {
    /// How many patterns it has.
    fn patterns(&self) -> usize {
        let count = |list: &Option<Vec<String>>| list.as_ref().map_or(0, Vec::len);
        let actions = count(&self.actions) + count(&self.not_actions);
        1 + actions + count(&self.resources) + count(&self.not_resources)
    }

    /// Whether it lets the public in: it allows, it names everyone, and no condition narrows that.
    pub fn is_public(&self) -> bool {
        self.effect == Effect::Allow && self.is_about_anyone() && !self.is_narrowed()
    }

    /// Whether a statement that denies is about every resource that another is about.
    pub(super) fn covers_resources_of(&self, allow: &Statement) -> bool {
        // A policy variable of the other may stand for anything.
        let denied = |r: &String| self.covers_resource(&without_variables(r));
        match (&allow.resources, &allow.not_resources) {
            (Some(resources), _) => resources.iter().all(denied),
            (None, Some(_)) => self.covers_resource("*"),
            (None, None) => true,
        }
    }

    /// Whether a statement that denies is, for strangers, about all that another allows, if its
    /// conditions hold.
    pub(super) fn opposes(&self, allow: &Statement) -> bool {
        let every_action = match (&allow.actions, &allow.not_actions) {
            (Some(actions), _) => actions.iter().all(|a| self.covers_action(a)),
            _ => self.covers_action("*"),
        };
        self.denies_strangers() && every_action && self.covers_resources_of(allow)
    }

    /// Whether a statement that denies takes back all that another allows to strangers.
    fn undoes(&self, allow: &Statement) -> bool {
        self.conditions.is_empty() && self.opposes(allow)
    }

    /// Whether it is about the administration of the account: every action, or all but some that
    /// leave IAM, with which one can give oneself the rest.
    fn is_about_everything(&self) -> bool {
        let actions = match (&self.actions, &self.not_actions) {
            (Some(actions), _) => actions.iter().any(|a| is_every_action(a)),
            (None, Some(not)) => !not.iter().any(|a| covers(&a.to_ascii_lowercase(), "iam:*")),
            (None, None) => false,
        };
        actions && self.covers_all_resources()
    }
}

impl PolicyDocument {
    /// The statements that let the public in. A statement that denies counts only in the plain
    /// case: without conditions, to everyone (or all but principals that it names), and of all
    /// that the other allows. Any other is taken to leave some of it public, and so is every one
    /// of a document that is too large for a comparison.
    pub fn public_statements(&self) -> Vec<&Statement> {
        let public: Vec<&Statement> = self.allows_of().filter(|s| s.is_public()).collect();
        self.without_those_denied(public, Statement::undoes)
    }

    /// Statements that allow, but for those that some statement which denies answers; all of them
    /// in a document that is too large for a comparison.
    pub(super) fn without_those_denied<'a>(
        &self,
        allowing: Vec<&'a Statement>,
        answers: impl Fn(&Statement, &Statement) -> bool,
    ) -> Vec<&'a Statement> {
        let allowed: usize = allowing.iter().map(|s| s.patterns()).sum();
        let denied: usize = self.denies_of().map(Statement::patterns).sum();
        if allowed.saturating_mul(denied) > MAX_PAIRS {
            return allowing;
        }
        let stands = |allow: &&Statement| !self.denies_of().any(|deny| answers(deny, allow));
        allowing.into_iter().filter(stands).collect()
    }

    /// Whether some statement lets the public in.
    pub fn is_public(&self) -> bool {
        !self.public_statements().is_empty()
    }

    /// Whether it gives administrative power: all actions (or, by `NotAction`, all but some that
    /// leave `iam:*`) on all resources. Conditions are not looked at: whoever meets them is an
    /// administrator. It does not, if an unconditional statement denies all of `iam:*` everywhere.
    pub fn grants_admin(&self) -> bool {
        let denied = self.denies_of().any(|deny| {
            deny.conditions.is_empty() && deny.covers_action("iam:*") && deny.covers_resource("*")
        });
        !denied && self.allows_of().any(Statement::is_about_everything)
    }

    /// The services all of whose actions some statement allows (`s3` for `s3:*`), whatever the
    /// resources; `*` for all services, which a `NotAction` gives, too.
    pub fn service_wildcards(&self) -> BTreeSet<String> {
        let mut services = BTreeSet::new();
        for statement in self.allows_of() {
            if statement.actions.is_none() && statement.not_actions.is_some() {
                services.insert("*".to_owned());
            }
            for action in statement.actions.iter().flatten() {
                let (service, name) = action.split_once(':').unwrap_or((action, "*"));
                let all = name.contains('*') && name.chars().all(|c| c == '*');
                if is_every_action(action) {
                    services.insert("*".to_owned());
                } else if all && action.contains(':') {
                    services.insert(service.to_ascii_lowercase());
                }
            }
        }
        services
    }

    /// Whether a statement allows an action on a resource, and no unconditional one denies it.
    /// Both may be patterns: all that they match is asked for (`*` for all resources). Conditions
    /// of what allows are not looked at, nor are principals.
    pub fn allows(&self, action: &str, resource: &str) -> bool {
        let denied = self.denies_of().any(|s| {
            let nobody_named = s.principals.is_none() && s.not_principals.is_none();
            s.conditions.is_empty()
                && (nobody_named || s.is_about_anyone())
                && s.covers_action(action)
                && s.covers_resource(resource)
        });
        let allowed = |s: &Statement| {
            let everywhere = resource == "*" && s.covers_all_resources();
            s.covers_action(action) && (everywhere || s.covers_resource(resource))
        };
        !denied && self.allows_of().any(allowed)
    }

    /// Whether it denies, to everyone, every action of the resource's service, on the resource
    /// (and, of a bucket, its objects), what comes without TLS: `Bool` (or `BoolIfExists`)
    /// `aws:SecureTransport` `false`, and no further condition, which would make it deny less.
    ///
    /// A minimum for `s3:TlsVersion` alone does not count: that key is absent from a request
    /// without TLS, so that `NumericLessThan` does not hold of it (Amazon S3 User Guide,
    /// "Amazon S3 condition key examples"); it is `aws:SecureTransport` that AWS's guidance for
    /// buckets (AWS Config's `s3-bucket-ssl-requests-only`) asks for.
    pub fn denies_insecure_transport(&self, arn: &str) -> bool {
        let service = arn.split(':').nth(2).unwrap_or_default();
        let actions = format!("{service}:*");
        let denied = |resource: &str| {
            self.denies_of().any(|s| {
                !s.conditions.is_empty()
                    && s.conditions.iter().all(|c| c.is_without_tls())
                    && s.is_about_anyone()
                    && s.covers_action(&actions)
                    && s.covers_resource(resource)
            })
        };
        denied(arn) && (service != "s3" || denied(&format!("{arn}/*")))
    }
}
