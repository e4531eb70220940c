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
    /// The account that listed the others: the management account, or a delegated administrator.
    #[serde(default)]
    pub listed_by: Option<String>,
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
    /// The units by id, to be asked where they lie: made once for all questions.
    pub(super) fn tree(&self) -> Tree<'_> {
        let units = self.units.iter();
        Tree {
            units: units.map(|unit| (unit.id.as_str(), unit)).collect(),
        }
    }
}

/// Where the units of a directory lie.
pub(super) struct Tree<'d> {
    units: BTreeMap<&'d str, &'d Unit>,
}

impl<'d> Tree<'d> {
    /// The ids of a unit and of all that it lies in, the unit first.
    pub(super) fn line(&self, unit: &'d str) -> Vec<&'d str> {
        let mut line = vec![unit];
        let mut at = unit;
        let parent = |id: &str| self.units.get(id).and_then(|unit| unit.parent.as_deref());
        while let Some(parent) = parent(at) {
            // A unit that lies in itself, by whatever mistake, must not go on for ever.
            if line.contains(&parent) {
                break;
            }
            line.push(parent);
            at = parent;
        }
        line
    }

    /// The names from the root to a unit, with `/` between them.
    pub(super) fn path(&self, unit: &'d str) -> String {
        let name = |id: &'d str| self.units.get(id).map_or(id, |unit| unit.name.as_str());
        let names: Vec<&str> = self.line(unit).into_iter().rev().map(name).collect();
        names.join("/")
    }
}
