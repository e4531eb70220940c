//! Whom a statement is about. (IAM User Guide, "AWS JSON policy elements: Principal".)

use super::{Effect, Principal, PrincipalKind, Statement};

impl Principal {
    /// Whether it is anyone: `*`, alone or as an AWS principal. A wildcard within a name is not
    /// valid for AWS; should one get here, it is taken for anyone.
    pub fn is_anyone(&self) -> bool {
        self.kind == PrincipalKind::Anyone || self.value.contains(['*', '?'])
    }

    /// Whether it is everyone, and not only somebody more than it seems: what a statement that
    /// denies has to name to keep strangers out. `*` as the name of a service, of an identity
    /// provider or of a canonical user leaves the others, and so does a part of an ARN.
    pub fn is_everyone(&self) -> bool {
        match self.kind {
            PrincipalKind::Anyone => true,
            PrincipalKind::Aws => self.value == "*",
            _ => false,
        }
    }

    /// The number of the account that an AWS principal belongs to.
    pub fn account(&self) -> Option<&str> {
        if self.kind != PrincipalKind::Aws {
            return None;
        }
        account_of(&self.value)
    }
}

/// The account in an ARN, or the account that the text is.
pub(super) fn account_of(text: &str) -> Option<&str> {
    let account = if text.starts_with("arn:") {
        text.split(':').nth(4)?
    } else {
        text
    };
    is_account(account).then_some(account)
}

/// Whether the text is the number of an account.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

impl Statement {
    /// Whether it names everyone: the principal `*`, or, in a statement that allows, a
    /// `NotPrincipal`, which AWS warns grants everyone else, the anonymous included. In doubt a
    /// statement that allows is about anyone, and one that denies is not.
    pub fn is_about_anyone(&self) -> bool {
        match (&self.principals, &self.not_principals) {
            (Some(principals), _) => match self.effect {
                Effect::Allow => principals.iter().any(Principal::is_anyone),
                Effect::Deny => principals.iter().any(Principal::is_everyone),
            },
            (None, Some(_)) => self.effect == Effect::Allow,
            (None, None) => false,
        }
    }

    /// Whether, of a statement that denies, only principals that it names by name are spared.
    pub(super) fn denies_strangers(&self) -> bool {
        match (&self.principals, &self.not_principals) {
            (Some(principals), _) => principals.iter().any(Principal::is_everyone),
            (None, Some(spared)) => !spared.iter().any(Principal::is_anyone),
            (None, None) => false,
        }
    }

    /// The principals of a kind that it names.
    pub fn principals_of(&self, kind: PrincipalKind) -> impl Iterator<Item = &str> {
        let principals = self.principals.iter().flatten();
        principals
            .filter(move |p| p.kind == kind)
            .map(|p| p.value.as_str())
    }
}
