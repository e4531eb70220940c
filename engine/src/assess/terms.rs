//! Judging a resource by the parameters that hold for it.

use super::evaluate::{Judge, Ruling};
use crate::catalog::{Catalog, Check, Severity};
use crate::expr::Node;
use crate::model::Resource;
use crate::settings::{Place, Rules, Values};
use chrono::{DateTime, Utc};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;
use std::rc::Rc;
use std::sync::Arc;

/// The judges of all checks, made once for each set of parameters that some resource asks for.
pub(super) struct Judges<'c> {
    catalog: &'c Catalog,
    rules: &'c Rules,
    now: DateTime<Utc>,
    plain: BTreeMap<&'c str, Rc<Judge<'c>>>,
    /// Those of checks that the rules say something of.
    ruled: BTreeSet<&'c str>,
    others: RefCell<BTreeMap<(&'c str, String), Rc<Judge<'c>>>>,
}

/// A ruling, with the measure that it was made by.
pub(super) struct Judged<'c> {
    pub(super) ruling: Ruling,
    pub(super) severity: Severity,
    /// What differs from the defaults.
    pub(super) parameters: Option<Arc<Values>>,
    pub(super) judge: Rc<Judge<'c>>,
}

impl<'c> Judges<'c> {
    pub(super) fn new(catalog: &'c Catalog, rules: &'c Rules, now: DateTime<Utc>) -> Judges<'c> {
        let checks = catalog.checks.iter();
        let ruled = checks.clone().map(|check| check.id.as_str());
        Judges {
            catalog,
            rules,
            now,
            ruled: ruled.filter(|check| rules.names(check)).collect(),
            plain: checks
                .map(|check| {
                    let judge = Judge::new(check, catalog, now, None);
                    (check.id.as_str(), Rc::new(judge))
                })
                .collect(),
            others: RefCell::default(),
        }
    }

    /// What a check of the catalogue says of a resource.
    pub(super) fn judge(
        &self,
        check: &'c Check,
        resource: &Resource,
        node: &Node,
    ) -> Option<Judged<'c>> {
        let plain = self.plain.get(check.id.as_str())?;
        if !self.ruled.contains(check.id.as_str()) {
            return Some(Judged {
                ruling: plain.rule(node),
                severity: check.severity,
                parameters: None,
                judge: plain.clone(),
            });
        }
        let place = Place::of(&resource.meta);
        let terms = self.rules.terms(check, &place);
        let mut judged: Option<Judged<'c>> = None;
        let mut agree = !terms.parameters.is_empty();
        for values in terms.parameters {
            let judge = self.with(check, &values);
            let ruling = judge.rule(node);
            match &judged {
                None => {
                    judged = Some(Judged {
                        ruling,
                        severity: terms.severity,
                        parameters: (!values.is_empty()).then(|| Arc::new(values)),
                        judge,
                    });
                }
                Some(first) => agree &= discriminant(&first.ruling) == discriminant(&ruling),
            }
        }
        let mut judged = judged.unwrap_or_else(|| Judged {
            ruling: Ruling::Pass,
            severity: terms.severity,
            parameters: None,
            judge: plain.clone(),
        });
        if !agree {
            // By which parameters it is to be judged hangs on its tags, and so does the verdict.
            let gaps = place.tag_gaps().iter().map(ToString::to_string);
            judged.parameters = None;
            judged.ruling = Ruling::Unread {
                gaps: gaps.collect(),
                paths: vec![format!("{}.tags", check.kind.name)],
            };
        }
        Some(judged)
    }

    fn with(&self, check: &'c Check, values: &Values) -> Rc<Judge<'c>> {
        // Texts, numbers and sorted maps: nothing that can fail to be written.
        let key = serde_json::to_string(values).unwrap_or_default();
        let mut others = self.others.borrow_mut();
        let judge = others
            .entry((check.id.as_str(), key))
            .or_insert_with(|| Rc::new(Judge::new(check, self.catalog, self.now, Some(values))));
        judge.clone()
    }
}
