//! Which accounts there are, and where in the organization: what an assessment does not tell.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The accounts that are to be joined. The empty one expects none, and takes whatever comes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directory {
    /// The organization's id; none where accounts were named one by one.
    pub organization: Option<String>,
    /// The account that manages the organization.
    pub management_account: Option<String>,
    /// The root and the organizational units.
    pub units: Vec<Unit>,
    /// The accounts.
    pub accounts: Vec<Member>,
    /// What is not known of the organization, each in a sentence.
    pub notes: Vec<String>,
}

/// The root of an organization, or an organizational unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// The id: `r-…` or `ou-…`.
    pub id: String,
    /// The name.
    pub name: String,
    /// The id of the unit that it lies in; none for the root.
    pub parent: Option<String>,
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The account's number.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// The id of the unit that it lies in.
    pub unit: Option<String>,
    /// Why it is not to be read; none when it is.
    pub left_out: Option<String>,
}

impl Directory {
    /// The units by id, each with its parent.
    pub fn parents(&self) -> BTreeMap<&str, Option<&str>> {
        let units = self.units.iter();
        units
            .map(|unit| (unit.id.as_str(), unit.parent.as_deref()))
            .collect()
    }

    /// The ids of a unit and of all that it lies in, the unit first.
    pub fn line<'a>(&'a self, unit: &'a str) -> Vec<&'a str> {
        let parents = self.parents();
        let mut line = vec![unit];
        let mut at = unit;
        // A unit that lies in itself, by whatever mistake, must not go on for ever.
        while let Some(Some(parent)) = parents.get(at) {
            if line.contains(parent) {
                break;
            }
            line.push(parent);
            at = parent;
        }
        line
    }

    /// The names from the root to a unit, with `/` between them.
    pub fn path(&self, unit: &str) -> String {
        let name = |id: &str| {
            let unit = self.units.iter().find(|unit| unit.id == id);
            unit.map_or_else(|| id.to_owned(), |unit| unit.name.clone())
        };
        let names: Vec<String> = self.line(unit).into_iter().rev().map(name).collect();
        names.join("/")
    }
}
