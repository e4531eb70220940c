//! One check on one resource.

use crate::catalog::{Catalog, Check};
use crate::expr::{Bindings, Node, Outcome, Type};
use crate::settings::Values;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What one check says of one resource, before it becomes a finding.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ruling {
    Pass,
    /// Why, and each item that broke the assertion.
    Fail {
        message: String,
        evidence: Vec<String>,
    },
    /// The ids of the gaps, and the facts that were not read.
    Unread {
        gaps: Vec<String>,
        paths: Vec<String>,
    },
    /// The expression could not be evaluated.
    Broken(String),
    NotApplicable,
    /// AWS owns what is judged; what its part is.
    Inherited(String),
}

/// A check with what its evaluations share.
pub(super) struct Judge<'c> {
    /// The check's id, as all of its findings share it.
    pub(super) id: Arc<str>,
    check: &'c Check,
    shared: Bindings,
}

impl<'c> Judge<'c> {
    /// `params` are the values that differ from the defaults.
    pub(super) fn new(
        check: &'c Check,
        catalog: &Catalog,
        now: DateTime<Utc>,
        params: Option<&Values>,
    ) -> Judge<'c> {
        let mut values = check.default_params();
        if let (Some(values), Some(own)) = (values.as_object_mut(), params) {
            values.extend(
                own.iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
        }
        let params = Node::from_json("params", &values, &Type::Dyn);
        let shared = [("now", Node::timestamp(now)), ("params", params)];
        Judge {
            id: check.id.as_str().into(),
            check,
            shared: Bindings::shared(&catalog.engine, shared),
        }
    }

    /// The variables of the check's expressions, but for the one of `each`.
    pub(super) fn bindings(&self, resource: &Node) -> Bindings {
        super::bind(&self.shared, self.check.kind.variable(), resource)
    }

    /// What the failure of this resource has in common with others; nothing where that is not
    /// certain.
    pub(super) fn causes(&self, resource: &Node) -> Vec<String> {
        let Some(cause) = &self.check.root_cause else {
            return Vec::new();
        };
        let Outcome::Value(value) = cause.evaluate(&self.bindings(resource)) else {
            return Vec::new();
        };
        let texts = match value.as_list() {
            Some(items) => items.iter().map(Node::as_str).collect(),
            None => vec![value.as_str()],
        };
        // One that is not known leaves open what else must be mended.
        let Some(mut causes) = texts
            .into_iter()
            .map(|text| text.filter(|text| !text.is_empty()).map(str::to_owned))
            .collect::<Option<Vec<String>>>()
        else {
            return Vec::new();
        };
        causes.sort();
        causes.dedup();
        causes
    }

    /// Judges a resource.
    pub(super) fn rule(&self, resource: &Node) -> Ruling {
        let bindings = self.bindings(resource);
        if let Some(when) = &self.check.when {
            match truth(when.evaluate(&bindings)) {
                Ok(true) => {}
                Ok(false) => return Ruling::NotApplicable,
                Err(ruling) => return ruling,
            }
        }
        match &self.check.each {
            None => match truth(self.check.assert.evaluate(&bindings)) {
                Ok(true) => Ruling::Pass,
                Ok(false) => Ruling::Fail {
                    message: self.check.message.render(&bindings),
                    evidence: Vec::new(),
                },
                Err(ruling) => ruling,
            },
            Some((name, list)) => match list.evaluate(&bindings) {
                Outcome::Value(items) => {
                    self.each(name, items.as_list().unwrap_or_default(), &bindings)
                }
                Outcome::Unread { gaps, paths } => Ruling::Unread { gaps, paths },
                Outcome::Error(message) => Ruling::Broken(message),
            },
        }
    }

    /// One item that fails decides; else one that is unknown makes the whole unknown.
    fn each(&self, name: &str, items: &[Node], bindings: &Bindings) -> Ruling {
        let mut evidence = Vec::new();
        let mut unknown: (BTreeSet<String>, BTreeSet<String>) = Default::default();
        let mut broken = None;
        for item in items {
            let bindings = bindings.with(name, item.clone());
            match truth(self.check.assert.evaluate(&bindings)) {
                Ok(true) => {}
                Ok(false) => evidence.push(self.check.message.render(&bindings)),
                Err(Ruling::Unread { gaps, paths }) => {
                    unknown.0.extend(gaps);
                    unknown.1.extend(paths);
                }
                Err(ruling) => broken = Some(ruling),
            }
        }
        if let Some(first) = evidence.first() {
            let message = match evidence.len() {
                1 => first.clone(),
                count => format!("{first} (and {} more)", count - 1),
            };
            return Ruling::Fail { message, evidence };
        }
        if let Some(broken) = broken {
            return broken;
        }
        if unknown.1.is_empty() && unknown.0.is_empty() {
            return Ruling::Pass;
        }
        Ruling::Unread {
            gaps: unknown.0.into_iter().collect(),
            paths: unknown.1.into_iter().collect(),
        }
    }
}

fn truth(outcome: Outcome) -> Result<bool, Ruling> {
    match outcome {
        Outcome::Value(value) => value
            .as_bool()
            .ok_or_else(|| Ruling::Broken("it gave no truth value".to_owned())),
        Outcome::Unread { gaps, paths } => Err(Ruling::Unread { gaps, paths }),
        Outcome::Error(message) => Err(Ruling::Broken(message)),
    }
}
