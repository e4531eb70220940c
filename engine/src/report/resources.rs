//! What reports tell of the resources themselves: tags, and the facts that are asked about first.
//! Once for each resource and not for each verdict on it, and as text: in a large account there
//! are very many, and most reports need none of it.

use super::{asff, v1};
use crate::catalog::Catalog;
use crate::model::{Resource, Snapshot, is_unread};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A resource that was judged, as it was when it was read.
#[derive(Clone, Debug)]
pub struct Described {
    kind: &'static str,
    account: Arc<str>,
    region: Arc<str>,
    arn: Arc<str>,
    /// A [`Told`] as JSON.
    told: Box<str>,
}

#[derive(Serialize, Deserialize)]
struct Told {
    /// None when they were not read.
    tags: Option<BTreeMap<String, String>>,
    details: BTreeMap<String, Value>,
}

impl Described {
    /// What lists of these are sorted by.
    pub(super) fn order(&self) -> (&str, &str, &str, &str) {
        (self.kind, &self.account, &self.region, &self.arn)
    }

    /// As other programs read it.
    pub(super) fn v1(&self) -> v1::Resource {
        let told = serde_json::from_str(&self.told);
        let Told { tags, details } =
            told.unwrap_or_else(|error| unreachable!("it was written by `describe`: {error}"));
        v1::Resource {
            kind: self.kind.to_owned(),
            account: self.account.to_string(),
            region: self.region.to_string(),
            arn: self.arn.to_string(),
            tags,
            details,
        }
    }
}

/// What is known of the resources of the kinds that a catalogue's checks judge, sorted. Those of
/// which nothing is known besides who they are, are left out.
pub(super) fn describe(snapshot: &Snapshot, catalog: &Catalog) -> Vec<Described> {
    let kinds: BTreeSet<&str> = catalog.checks.iter().map(|check| check.kind.name).collect();
    let resources = snapshot.resources.iter();
    let mut described: Vec<Described> = resources
        .filter(|resource| kinds.contains(resource.kind()))
        .filter_map(one)
        .collect();
    described.sort_unstable_by(|a, b| a.order().cmp(&b.order()));
    described.shrink_to_fit();
    described
}

fn one(resource: &Resource) -> Option<Described> {
    let names = asff::facts(resource.kind());
    let mut facts = match names.is_empty() {
        true => Map::new(),
        false => match resource.facts.to_json() {
            Value::Object(facts) => facts,
            _ => Map::new(),
        },
    };
    let details = names.into_iter().filter_map(|name| {
        let value = facts.remove(name)?;
        // What was not read is left out: `null` means that there is none.
        (!is_unread(&value)).then(|| (name.to_owned(), value))
    });
    let told = Told {
        tags: resource.meta.tags.known().cloned(),
        details: details.collect(),
    };
    if told.tags.is_none() && told.details.is_empty() {
        return None;
    }
    let meta = &resource.meta;
    let told = serde_json::to_string(&told);
    Some(Described {
        kind: resource.kind(),
        account: meta.account.clone(),
        region: meta.region.clone(),
        arn: meta.arn.clone(),
        told: told
            .unwrap_or_else(|error| unreachable!("values with text keys: {error}"))
            .into(),
    })
}
