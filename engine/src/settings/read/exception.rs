//! Reading exceptions, and to which resources something applies.

use super::{Reader, given};
use crate::catalog::Place;
use crate::catalog::fields::{Fields, scalar};
use crate::model::policy::glob;
use crate::settings::{Exception, Scope, Tag};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use waterline_yaml::Yaml;

pub(in crate::settings) const EXCEPTION_KEYS: &[&str] = &[
    "id", "check", "account", "region", "arn", "tag", "owner", "reason", "expires", "value",
    "ticket",
];

/// The longest id of an exception.
const MAX_ID: usize = 64;

impl Reader<'_> {
    pub(super) fn scope(&mut self, fields: &Fields<'_>) -> Option<Scope> {
        let mut scope = Scope::default();
        let before = self.found.0.len();
        for (node, account) in self.placed(fields, "account") {
            if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
                self.wrong(
                    node,
                    format!("`{account}` is not an account: twelve digits"),
                    None,
                );
            }
            scope.accounts.push(account);
        }
        for (node, region) in self.placed(fields, "region") {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-*?".contains(c);
            if region.is_empty() || !region.chars().all(plain) {
                let message = format!("`{region}` is not a Region, `global` or a pattern of them");
                self.wrong(node, message, None);
            }
            scope.regions.push(region);
        }
        for (node, arn) in self.placed(fields, "arn") {
            if !arn.starts_with("arn:") && !arn.starts_with('*') {
                let help = "it begins with `arn:`, or with `*` where a part is to be left open";
                self.wrong(
                    node,
                    format!("`{arn}` is not a pattern of ARNs"),
                    Some(help.to_owned()),
                );
            }
            scope.arns.push(arn);
        }
        for (node, text) in self.placed(fields, "tag") {
            match Tag::parse(&text) {
                Some(tag) => scope.tags.push(tag),
                None => {
                    let message = format!("`{text}` is not a tag");
                    self.wrong(
                        node,
                        message,
                        Some("write it as key or key=value".to_owned()),
                    );
                }
            }
        }
        (self.found.0.len() == before).then_some(scope)
    }

    pub(super) fn exceptions(&mut self, fields: &Fields<'_>) -> Vec<Exception> {
        let mut ids: BTreeMap<String, Place> = BTreeMap::new();
        let exceptions = self.each(fields, "exceptions", |reader, node| {
            Some((reader.exception(node)?, node))
        });
        let mut all = Vec::new();
        for (exception, node) in exceptions {
            if let Some(first) = ids.get(&exception.id) {
                let message = format!(
                    "the id `{}` is taken: see line {}",
                    exception.id, first.line
                );
                let help = exception.id.starts_with("x-").then(|| {
                    "without an id of its own, it covers the same as the other one".to_owned()
                });
                self.wrong(node, message, help);
            }
            ids.entry(exception.id.clone()).or_insert(node.place);
            all.push(exception);
        }
        all
    }

    fn exception(&mut self, node: &Yaml) -> Option<Exception> {
        let fields = Fields::of(node, EXCEPTION_KEYS, &mut self.found)?;
        let checks = self.patterns(&fields);
        let scope = self.scope(&fields);
        let conditions = ["check", "account", "region", "arn", "tag"];
        if conditions.iter().all(|key| given(&fields, key).is_none()) {
            let message = "it says not what it covers: give a check, an account, a region, an arn \
or a tag";
            self.wrong(node, message, None);
        }
        let owner = fields.text("owner", &mut self.found);
        let reason = fields.text("reason", &mut self.found);
        let expires = self.date(&fields);
        let value = given(&fields, "value").and_then(|node| {
            let text = scalar(node, &mut self.found)?;
            let hash = text.strip_prefix("sha256:");
            let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            if hash.is_none_or(|hash| hash.len() != 64 || !hash.bytes().all(hex)) {
                let message = "`value` is `sha256:` and 64 digits of what was seen";
                let help = "`waterline exceptions add --bind` writes it";
                self.wrong(node, message, Some(help.to_owned()));
            }
            Some(text)
        });
        let ticket = self.text(&fields, "ticket");
        let id = given(&fields, "id").and_then(|node| {
            let id = scalar(node, &mut self.found)?;
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            if id.is_empty() || id.len() > MAX_ID || !id.chars().all(plain) {
                let message = format!(
                    "`{id}` is not an id: letters, digits, `-`, `_` and `.`, {MAX_ID} at most"
                );
                self.wrong(node, message, None);
            }
            Some(id)
        });
        let (checks, scope) = (checks?, scope?);
        Some(Exception {
            id: id.unwrap_or_else(|| Exception::derived_id(&checks, &scope, value.as_deref())),
            checks,
            scope,
            owner: owner?,
            reason: reason?,
            expires: expires?,
            value,
            ticket,
        })
    }

    /// The checks that an exception is about. A pattern must match one at least.
    fn patterns(&mut self, fields: &Fields<'_>) -> Option<Vec<String>> {
        let before = self.found.0.len();
        let mut patterns = Vec::new();
        for (node, name) in self.placed(fields, "check") {
            if !name.contains(['*', '?']) {
                patterns.extend(self.check(node, &name).map(|check| check.id.clone()));
                continue;
            }
            if !self
                .catalog
                .checks
                .iter()
                .any(|check| glob(&name, &check.id))
            {
                self.wrong(node, format!("`{name}` matches the id of no check"), None);
            }
            patterns.push(name);
        }
        (self.found.0.len() == before).then_some(patterns)
    }

    fn date(&mut self, fields: &Fields<'_>) -> Option<NaiveDate> {
        let text = fields.text("expires", &mut self.found)?;
        let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
        let date = date.filter(|date| date.to_string() == text);
        if date.is_none()
            && let Some(node) = fields.get("expires")
        {
            let help = "the last day on which it holds, as in 2027-03-31";
            self.wrong(
                node,
                format!("`{text}` is not a date"),
                Some(help.to_owned()),
            );
        }
        date
    }
}
