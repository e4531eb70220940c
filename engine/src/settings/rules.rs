//! Parameters and severities: what holds for a check on a resource.

use super::{Hit, Place, Scope};
use crate::catalog::{Catalog, Check, Param, Severity, nearest};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use waterline_yaml as yaml;

/// Values of a check's parameters, by name.
pub type Values = BTreeMap<String, Value>;

/// At most so many overrides may hang on unread tags before the verdict does, too: their
/// combinations are judged one by one.
const UNDECIDED: usize = 3;

/// Parameters and severities that differ from the checks' own.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Rules {
    /// Parameters, by check.
    pub parameters: BTreeMap<String, Values>,
    /// Severities, by check.
    pub severities: BTreeMap<String, Severity>,
    /// What holds for some resources only; of several, the last one wins.
    pub overrides: Vec<Override>,
}

/// Parameters and severities for some resources.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Override {
    /// Which resources.
    pub scope: Scope,
    /// Parameters, by check.
    pub parameters: BTreeMap<String, Values>,
    /// Severities, by check.
    pub severities: BTreeMap<String, Severity>,
}

impl Override {
    /// Whether it says something of a check.
    pub fn names(&self, check: &str) -> bool {
        self.parameters.contains_key(check) || self.severities.contains_key(check)
    }
}

/// What holds for a check on a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// The severity; where it hangs on unread tags, the worst that it may be.
    pub severity: Severity,
    /// The parameters that differ from the check's defaults: each set that may hold, the one
    /// without anything undecided first. One set, unless overrides hang on unread tags; none
    /// when there would be too many.
    pub parameters: Vec<Values>,
}

impl Rules {
    /// Whether they say nothing.
    pub fn is_empty(&self) -> bool {
        *self == Rules::default()
    }

    /// Whether they say something of a check.
    pub fn names(&self, check: &str) -> bool {
        self.parameters.contains_key(check)
            || self.severities.contains_key(check)
            || self.overrides.iter().any(|one| one.names(check))
    }

    /// What holds for a check on a resource, or on the list of a kind.
    pub fn terms(&self, check: &Check, place: &Place<'_>) -> Terms {
        let own = self.severities.get(&check.id);
        let mut severities = vec![own.copied().unwrap_or(check.severity)];
        let base = self.parameters.get(&check.id).cloned();
        let mut sets = vec![base.unwrap_or_default()];
        let mut undecided = 0;
        for one in self.overrides.iter().filter(|one| one.names(&check.id)) {
            let hit = one.scope.covers(place);
            if hit == Hit::No {
                continue;
            }
            if let Some(severity) = one.severities.get(&check.id) {
                if hit == Hit::Yes {
                    severities.clear();
                }
                severities.push(*severity);
            }
            let Some(values) = one.parameters.get(&check.id) else {
                continue;
            };
            let with = sets.iter().map(|set| {
                let mut set = set.clone();
                set.extend(values.clone());
                set
            });
            let with: Vec<Values> = with.collect();
            if hit == Hit::Yes {
                sets = with;
            } else {
                undecided += 1;
                if undecided <= UNDECIDED {
                    sets.extend(with);
                }
            }
        }
        for set in &mut sets {
            let default = |name: &str| check.params.get(name).map(|param| &param.default);
            set.retain(|name, value| default(name) != Some(&*value));
        }
        let mut parameters: Vec<Values> = Vec::new();
        for set in sets {
            if !parameters.contains(&set) {
                parameters.push(set);
            }
        }
        if undecided > UNDECIDED {
            parameters.clear();
        }
        Terms {
            severity: severities.into_iter().max().unwrap_or(check.severity),
            parameters,
        }
    }

    /// Sets a parameter everywhere, as `CHECK.NAME=VALUE` says: whatever the file sets, for all
    /// resources or for some, gives way.
    pub fn set_parameter(&mut self, text: &str, catalog: &Catalog) -> Result<(), String> {
        let form = || format!("`{text}` is not of the form CHECK.NAME=VALUE");
        let (path, value) = text.split_once('=').ok_or_else(form)?;
        let (check, name) = path.split_once('.').ok_or_else(form)?;
        let check = catalog.known(check)?;
        let param = parameter(check, name)?;
        let value = yaml::parse_within(value, yaml::SETTINGS)
            .map_err(|problem| format!("`{value}`: {}", problem.message))?
            .map_or(Value::Null, |node| value_of(param, &node));
        if let Some(objection) = param.objection(&value) {
            return Err(format!("{}.{name}: {objection}", check.id));
        }
        for one in &mut self.overrides {
            if let Some(values) = one.parameters.get_mut(&check.id) {
                values.remove(name);
            }
        }
        let values = self.parameters.entry(check.id.clone()).or_default();
        values.insert(name.to_owned(), value);
        Ok(())
    }

    /// Sets a severity everywhere, as `CHECK=SEVERITY` says: whatever the file sets gives way.
    pub fn set_severity(&mut self, text: &str, catalog: &Catalog) -> Result<(), String> {
        let (check, severity) = text
            .split_once('=')
            .ok_or_else(|| format!("`{text}` is not of the form CHECK=SEVERITY"))?;
        let check = catalog.known(check)?;
        let severity: Severity = severity.parse()?;
        for one in &mut self.overrides {
            one.severities.remove(&check.id);
        }
        self.severities.insert(check.id.clone(), severity);
        Ok(())
    }
}

/// A parameter of a check; else what to tell the user.
pub(super) fn parameter<'c>(check: &'c Check, name: &str) -> Result<&'c Param, String> {
    let names = || check.params.keys().map(String::as_str);
    check.params.get(name).ok_or_else(|| {
        let what = format!("{} has no parameter `{name}`", check.id);
        match nearest(name, names()) {
            Some(near) => format!("{what}; did you mean `{near}`?"),
            None if check.params.is_empty() => format!("{what}: it has none"),
            None => format!(
                "{what}: known are {}",
                names().collect::<Vec<_>>().join(", ")
            ),
        }
    })
}

/// The value that a node gives to a parameter: where texts are wanted, `22` is one too.
pub(super) fn value_of(param: &Param, node: &yaml::Yaml) -> Value {
    let text = |node: &yaml::Yaml| match node.text() {
        Some(text) if !node.is_null() => Value::from(text),
        _ => node.to_json(),
    };
    match (param.kind.as_str(), &node.value) {
        ("string", _) => text(node),
        ("list", yaml::Value::List(items)) => items.iter().map(text).collect(),
        _ => node.to_json(),
    }
}
