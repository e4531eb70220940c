//! A resource: who and where it is, and its facts.

use super::{Facet, Facts};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// `managed_by` of what the customer made.
pub const CUSTOMER: &str = "customer";
/// `region` of what belongs to no Region.
pub const GLOBAL: &str = "global";

/// The tags of a resource.
pub type Tags = BTreeMap<String, String>;

/// What every resource has.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Meta {
    /// The Amazon Resource Name; where AWS gives the resource none, one in the same form.
    pub arn: Arc<str>,
    /// The identifier that AWS's console shows: `sg-0123`, a bucket's or a user's name.
    pub id: Arc<str>,
    /// The account that owns it: twelve digits.
    pub account: Arc<str>,
    /// The Region it is in, or `global`.
    pub region: Arc<str>,
    /// Its tags. A facet: some services tell them only by a call of its own.
    pub tags: Facet<Tags>,
    /// Who made it and owns its settings: `customer`, or the AWS service (`aws`, `eks`, …).
    pub managed_by: Arc<str>,
}

/// A resource with its facts.
#[derive(Debug)]
pub struct Resource {
    /// Who and where it is.
    pub meta: Meta,
    /// What is known of it.
    pub facts: Box<dyn Facts>,
}

impl Resource {
    /// The kind's name, such as `s3.bucket`.
    pub fn kind(&self) -> &'static str {
        self.facts.kind()
    }

    /// The form that expressions and snapshots read: the facts and the fields of [`Meta`] in
    /// one object.
    pub fn to_json(&self) -> Value {
        let mut object = match self.facts.to_json() {
            Value::Object(object) => object,
            other => unreachable!("facts are structs, not {other}"),
        };
        if let Ok(Value::Object(meta)) = serde_json::to_value(&self.meta) {
            object.extend(meta);
        }
        Value::Object(object)
    }

    /// What the sorted snapshot is ordered by.
    pub fn order(&self) -> (&'static str, &str, &str, &str) {
        (
            self.kind(),
            &self.meta.account,
            &self.meta.region,
            &self.meta.arn,
        )
    }
}
