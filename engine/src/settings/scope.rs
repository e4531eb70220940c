//! To which resources something applies.

use crate::model::policy::glob;
use crate::model::{Facet, GapId, Meta, Tags};
use serde::Serialize;
use std::fmt;

/// Which resources are meant. Every condition that is given must hold; of the values of one
/// condition, one must. A scope without conditions means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Scope {
    /// Accounts: twelve digits each.
    pub accounts: Vec<String>,
    /// Regions, or `global`; `*` and `?` are wildcards.
    pub regions: Vec<String>,
    /// ARNs; `*` and `?` are wildcards, also across `:` and `/`.
    pub arns: Vec<String>,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// A tag that a resource must have. In both parts, `*` and `?` are wildcards.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Tag {
    /// The key.
    pub key: String,
    /// The value; any when none.
    pub value: Option<String>,
}

impl Tag {
    /// `key` or `key=value`; none when there is no key.
    pub fn parse(text: &str) -> Option<Tag> {
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (key, Some(value.to_owned())),
            None => (text, None),
        };
        (!key.trim().is_empty()).then(|| Tag {
            key: key.to_owned(),
            value,
        })
    }

    fn is_on(&self, tags: &Tags) -> bool {
        tags.iter().any(|(key, value)| {
            let same = |wanted: &String| glob(wanted, value);
            glob(&self.key, key) && self.value.as_ref().is_none_or(same)
        })
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(out, "{}={value}", self.key),
            None => out.write_str(&self.key),
        }
    }
}

/// What is held against a scope: a resource, or the list of a kind that could not be read.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The account.
    pub account: &'a str,
    /// The Region, or `global`.
    pub region: &'a str,
    /// The resource; none for a list.
    pub arn: Option<&'a str>,
    /// Its tags; none for a list.
    pub tags: Option<&'a Facet<Tags>>,
}

impl<'a> Place<'a> {
    /// That of a resource.
    pub fn of(meta: &'a Meta) -> Place<'a> {
        Place {
            account: &meta.account,
            region: &meta.region,
            arn: Some(&meta.arn),
            tags: Some(&meta.tags),
        }
    }

    /// The gaps that kept its tags from being read.
    pub fn tag_gaps(&self) -> &'a [GapId] {
        match self.tags {
            Some(Facet::Unread(gaps)) => gaps,
            _ => &[],
        }
    }
}

/// Whether a scope means a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// It does not.
    No,
    /// It does.
    Yes,
    /// That hangs on tags that were not read, or on the resources of a list that was not.
    Unknown,
}

impl Scope {
    /// Whether it has no condition.
    pub fn is_empty(&self) -> bool {
        *self == Scope::default()
    }

    /// Whether a place is meant.
    pub fn covers(&self, place: &Place<'_>) -> Hit {
        let any = |patterns: &[String], text: &str| {
            patterns.is_empty() || patterns.iter().any(|pattern| glob(pattern, text))
        };
        if !any(&self.accounts, place.account) || !any(&self.regions, place.region) {
            return Hit::No;
        }
        match place.arn {
            Some(arn) if !any(&self.arns, arn) => return Hit::No,
            None if !self.arns.is_empty() => return Hit::Unknown,
            _ => {}
        }
        if self.tags.is_empty() {
            return Hit::Yes;
        }
        match place.tags {
            Some(Facet::Known(tags)) if self.tags.iter().any(|tag| tag.is_on(tags)) => Hit::Yes,
            Some(Facet::Known(_)) => Hit::No,
            // What is not known is never taken for granted.
            Some(Facet::Unread(_)) | None => Hit::Unknown,
        }
    }
}

/// In words, without a leading one: `account 111122223333, tag env=dev`.
impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tags: Vec<String> = self.tags.iter().map(Tag::to_string).collect();
        let parts = [
            ("account", &self.accounts),
            ("Region", &self.regions),
            ("ARN", &self.arns),
            ("tag", &tags),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|(word, values)| format!("{word} {}", values.join(" or ")))
            .collect();
        out.write_str(&parts.join(", "))
    }
}
