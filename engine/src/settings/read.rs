//! From the text of `waterline.yaml` to [`Settings`], with all of its problems at once.

mod exception;
mod organization;

use super::rules::{parameter, value_of};
use super::{Override, Rules, Settings, Values};
use crate::catalog::fields::{Fields, Found, scalar};
use crate::catalog::{Catalog, Check, Problem, Problems, Severity, did_you_mean, nearest};
use std::collections::{BTreeMap, BTreeSet};
use waterline_yaml::{self as yaml, Value, Yaml};

#[cfg(test)]
pub(super) use exception::EXCEPTION_KEYS;
#[cfg(test)]
pub(super) use organization::ORGANIZATION_KEYS;

pub(super) const KEYS: &[&str] = &[
    "profile",
    "regions",
    "organization",
    "checks",
    "frameworks",
    "parameters",
    "severities",
    "overrides",
    "exceptions",
    "outputs",
    "fail_on",
    "min_coverage",
];

pub(super) const CHECKS_KEYS: &[&str] = &["folders", "only", "except", "services", "severity"];

pub(super) const OVERRIDE_KEYS: &[&str] = &[
    "account",
    "region",
    "arn",
    "tag",
    "parameters",
    "severities",
];

/// The key that an editor may put a schema under, instead of a comment.
const SCHEMA_KEY: &str = "$schema";

/// A file of settings that is YAML, but of which nothing else is known yet: it says where the
/// user's checks are, and the rest of it can only be read with them.
pub struct Draft {
    file: String,
    root: Result<Option<Yaml>, Problem>,
}

impl Draft {
    /// Reads a text. `file` is its path, for messages.
    pub fn new(file: &str, text: &str) -> Draft {
        // Editors on Windows begin a file with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Draft {
            file: file.to_owned(),
            root: yaml::parse_within(text, yaml::SETTINGS),
        }
    }

    /// The folders of the user's own checks, as far as they can be told; what is wrong is told by
    /// [`Draft::finish`].
    pub fn folders(&self) -> Vec<String> {
        let mut found = Found::default();
        let checks = self.fields(&mut found);
        let checks = checks.and_then(|fields| Fields::open(fields.get("checks")?, &mut found));
        let folders = checks.and_then(|checks| checks.get("folders"));
        folders.map_or(Vec::new(), |node| {
            let folders = many(node, &mut found).into_iter();
            folders.map(|(_, text)| text).collect()
        })
    }

    /// The profile and the Regions and nothing else, as far as they can be told: with them, AWS
    /// can be asked while the catalogue is read. What is wrong is told by [`Draft::finish`].
    pub fn account(&self) -> Settings {
        let mut found = Found::default();
        let mut settings = Settings::default();
        if let Some(fields) = self.fields(&mut found) {
            let profile = given(&fields, "profile").and_then(|node| scalar(node, &mut found));
            settings.profile = profile;
            let regions = given(&fields, "regions").map(|node| many(node, &mut found));
            let regions = regions.into_iter().flatten();
            settings.regions = regions.map(|(_, text)| text).collect();
        }
        settings
    }

    fn fields(&self, found: &mut Found) -> Option<Fields<'_>> {
        let root = self.root.as_ref().ok()?.as_ref()?;
        Fields::open(root, found)
    }

    /// Reads the rest, against the whole catalogue. `output` says what is wrong with an output.
    pub fn finish(
        &self,
        catalog: &Catalog,
        output: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<Settings, Problems> {
        let mut reader = Reader {
            catalog,
            found: Found::default(),
        };
        let settings = match &self.root {
            Ok(None) => Settings::default(),
            Ok(Some(root)) => reader.settings(root, output),
            Err(problem) => {
                reader.found.add(problem.clone());
                Settings::default()
            }
        };
        let problems = reader.found.0.into_iter();
        let mut problems: Vec<_> = problems.map(|one| one.in_file(&self.file)).collect();
        if problems.is_empty() {
            return Ok(settings);
        }
        problems.sort();
        problems.dedup();
        Err(Problems(problems))
    }
}

struct Reader<'c> {
    catalog: &'c Catalog,
    found: Found,
}

impl<'c> Reader<'c> {
    fn wrong(&mut self, node: &Yaml, message: impl Into<String>, help: Option<String>) {
        let mut problem = Problem::new(node.place, message);
        problem.help = help;
        self.found.add(problem);
    }

    fn settings(&mut self, root: &Yaml, output: &dyn Fn(&str) -> Result<(), String>) -> Settings {
        let mut known = KEYS.to_vec();
        if Fields::open(root, &mut Found::default())
            .is_some_and(|fields| fields.get(SCHEMA_KEY).is_some())
        {
            known.push(SCHEMA_KEY);
        }
        let mut settings = Settings::default();
        let Some(fields) = Fields::of(root, &known, &mut self.found) else {
            return settings;
        };
        settings.profile = self.text(&fields, "profile");
        settings.regions = self.texts(&fields, "regions");
        if let Some(node) = given(&fields, "organization") {
            settings.organization = self.organization(node);
        }
        if let Some(node) = given(&fields, "checks") {
            self.checks(node, &mut settings);
        }
        for (node, name) in self.placed(&fields, "frameworks") {
            if let Err(message) = self.catalog.framework(&name) {
                let names = self.catalog.frameworks.keys();
                let names: Vec<&str> = names.map(String::as_str).collect();
                // The nearest name, if any, is in the message.
                let help = (!message.contains("did you mean"))
                    .then(|| format!("known are: {}", names.join(", ")));
                self.wrong(node, message, help);
            }
            settings.selection.frameworks.push(name);
        }
        settings.rules = Rules {
            parameters: self.parameters(&fields),
            severities: self.severities(&fields),
            overrides: self.each(&fields, "overrides", Reader::one_override),
        };
        settings.exceptions = self.exceptions(&fields);
        for (node, text) in self.placed(&fields, "outputs") {
            if let Err(message) = output(&text) {
                self.wrong(node, message, None);
            }
            settings.outputs.push(text);
        }
        settings.fail_on = given(&fields, "fail_on").and_then(|node| match node.text() {
            Some("none") => None,
            _ => self.severity(node),
        });
        settings.min_coverage = given(&fields, "min_coverage").and_then(|node| {
            let percent = node.to_json().as_f64();
            let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
            if percent.is_none() {
                self.wrong(node, "`min_coverage` is a number from 0 to 100", None);
            }
            percent
        });
        settings
    }

    fn checks(&mut self, node: &Yaml, settings: &mut Settings) {
        let Some(fields) = Fields::of(node, CHECKS_KEYS, &mut self.found) else {
            return;
        };
        settings.folders = self.texts(&fields, "folders");
        settings.selection.checks = self.ids(&fields, "only");
        settings.selection.except = self.ids(&fields, "except");
        let services: BTreeSet<&str> = self.catalog.checks.iter().map(Check::service).collect();
        for (node, name) in self.placed(&fields, "services") {
            if !services.contains(name.as_str()) {
                let known: Vec<&str> = services.iter().copied().collect();
                let help = did_you_mean(&name, services.iter().copied())
                    .or_else(|| Some(format!("known are: {}", known.join(", "))));
                self.wrong(node, format!("no check is about a service `{name}`"), help);
            }
            settings.selection.services.push(name);
        }
        settings.selection.least_severity =
            given(&fields, "severity").and_then(|node| self.severity(node));
    }

    fn ids(&mut self, fields: &Fields<'_>, key: &str) -> Vec<String> {
        let named = self.placed(fields, key).into_iter();
        let known = named.filter_map(|(node, name)| self.check(node, &name));
        known.map(|check| check.id.clone()).collect()
    }

    /// The check of an id, or that once had it.
    fn check(&mut self, node: &Yaml, name: &str) -> Option<&'c Check> {
        let check = self.catalog.check(name);
        if check.is_none() {
            let catalog = self.catalog;
            let help = did_you_mean(name, catalog.checks.iter().map(|check| check.id.as_str()))
                .or_else(|| Some("`waterline checks list` lists them".to_owned()));
            self.wrong(node, format!("there is no check `{name}`"), help);
        }
        check
    }

    fn severity(&mut self, node: &Yaml) -> Option<Severity> {
        let text = scalar(node, &mut self.found)?;
        match text.parse() {
            Ok(severity) => Some(severity),
            Err(message) => {
                let near = nearest(&text, Severity::ALL.map(Severity::word));
                let near = near.map(|near| format!("did you mean `{near}`?"));
                self.wrong(node, message, near);
                None
            }
        }
    }

    fn severities(&mut self, fields: &Fields<'_>) -> BTreeMap<String, Severity> {
        let mut severities = BTreeMap::new();
        for (key, name, node) in self.mapping(fields, "severities") {
            let (check, severity) = (self.check(key, name), self.severity(node));
            if let (Some(check), Some(severity)) = (check, severity)
                && severities.insert(check.id.clone(), severity).is_some()
            {
                self.twice(key, check);
            }
        }
        severities
    }

    fn parameters(&mut self, fields: &Fields<'_>) -> BTreeMap<String, Values> {
        let mut parameters: BTreeMap<String, Values> = BTreeMap::new();
        for (key, name, node) in self.mapping(fields, "parameters") {
            let check = self.check(key, name);
            let Some(values) = Fields::open(node, &mut self.found) else {
                continue;
            };
            let Some(check) = check else { continue };
            let mut of = Values::new();
            for (key, name, node) in values.entries() {
                let param = match parameter(check, name) {
                    Ok(param) => param,
                    Err(message) => {
                        self.wrong(key, message, None);
                        continue;
                    }
                };
                let value = value_of(param, node);
                if let Some(objection) = param.objection(&value) {
                    self.wrong(
                        node,
                        format!("`{name}`: {objection}"),
                        Some(param.about.clone()),
                    );
                }
                of.insert(name.to_owned(), value);
            }
            if parameters.insert(check.id.clone(), of).is_some() {
                self.twice(key, check);
            }
        }
        parameters
    }

    /// Two names of one check would leave open which of them holds.
    fn twice(&mut self, key: &Yaml, check: &Check) {
        let message = format!("the check `{}` is given twice, by a former id", check.id);
        self.wrong(key, message, None);
    }

    fn one_override(&mut self, node: &Yaml) -> Option<Override> {
        let fields = Fields::of(node, OVERRIDE_KEYS, &mut self.found)?;
        let scope = self.scope(&fields);
        let one = Override {
            parameters: self.parameters(&fields),
            severities: self.severities(&fields),
            scope: scope?,
        };
        if one.scope.is_empty() {
            let help = "what holds everywhere stands in `parameters` and `severities`";
            let message = "it says not for what: give an account, a region, an arn or a tag";
            self.wrong(node, message, Some(help.to_owned()));
        }
        if given(&fields, "parameters").is_none() && given(&fields, "severities").is_none() {
            self.wrong(node, "it sets neither `parameters` nor `severities`", None);
        }
        Some(one)
    }

    /// What each item of a list gives.
    fn each<'y, T>(
        &mut self,
        fields: &Fields<'y>,
        key: &str,
        read: impl Fn(&mut Self, &'y Yaml) -> Option<T>,
    ) -> Vec<T> {
        let Some(node) = given(fields, key) else {
            return Vec::new();
        };
        let Value::List(items) = &node.value else {
            let message = format!("expected a list, found {}", node.what());
            self.wrong(node, message, Some("begin each with `- `".to_owned()));
            return Vec::new();
        };
        items.iter().filter_map(|item| read(self, item)).collect()
    }

    fn mapping<'y>(
        &mut self,
        fields: &Fields<'y>,
        key: &str,
    ) -> Vec<(&'y Yaml, &'y str, &'y Yaml)> {
        let node = given(fields, key);
        let open = node.and_then(|node| Fields::open(node, &mut self.found));
        open.map_or(Vec::new(), |open| open.entries().collect())
    }

    fn text(&mut self, fields: &Fields<'_>, key: &str) -> Option<String> {
        given(fields, key)?;
        fields.text(key, &mut self.found)
    }

    fn texts(&mut self, fields: &Fields<'_>, key: &str) -> Vec<String> {
        let placed = self.placed(fields, key).into_iter();
        placed.map(|(_, text)| text).collect()
    }

    /// The texts under a key, each with its node: one text, or a list of them.
    fn placed<'y>(&mut self, fields: &Fields<'y>, key: &str) -> Vec<(&'y Yaml, String)> {
        given(fields, key).map_or(Vec::new(), |node| many(node, &mut self.found))
    }
}

/// What stands under a key; nothing when only the key does.
fn given<'y>(fields: &Fields<'y>, key: &str) -> Option<&'y Yaml> {
    fields.get(key).filter(|node| !node.is_null())
}

/// One text, or a list of texts; none of them empty.
fn many<'y>(node: &'y Yaml, found: &mut Found) -> Vec<(&'y Yaml, String)> {
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut texts = Vec::new();
    for item in items {
        match item.text() {
            Some(text) if !text.trim().is_empty() => texts.push((item, text.to_owned())),
            Some(_) => found.add(Problem::new(item.place, "an empty text")),
            None => {
                let message = format!("expected text, or a list of texts, found {}", item.what());
                found.add(Problem::new(item.place, message));
            }
        }
    }
    texts
}
