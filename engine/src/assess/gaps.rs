//! From rulings to findings: each verdict that hangs on something unread names its gaps, and
//! a list that is incomplete gives one more verdict for its scope.

use super::evaluate::Ruling;
use super::finding::{Finding, Owner, Verdict};
use super::terms::Judged;
use crate::catalog::Check;
use crate::model::{self, GLOBAL, Gap, GapId, Reason, Resource, Snapshot};
use crate::settings::{Place, Rules};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The gaps of a snapshot, and those that judging adds: what the snapshot does not hold.
pub(super) struct Gaps {
    known: BTreeMap<GapId, Gap>,
    added: Mutex<BTreeMap<GapId, Gap>>,
}

impl Gaps {
    pub(super) fn of(snapshot: &Snapshot) -> Gaps {
        Gaps {
            known: snapshot
                .gaps
                .iter()
                .map(|gap| (gap.id.clone(), gap.clone()))
                .collect(),
            added: Mutex::default(),
        }
    }

    /// All gaps, sorted.
    pub(super) fn finish(self) -> Vec<Gap> {
        let added = self
            .added
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let mut gaps: Vec<Gap> = self
            .known
            .into_values()
            .chain(added.into_values())
            .collect();
        gaps.sort();
        gaps
    }

    /// The finding of a check on a resource.
    pub(super) fn finding(
        &self,
        check: &Check,
        resource: &Resource,
        owner: Arc<Owner>,
        Judged {
            ruling,
            severity,
            parameters,
            judge,
        }: Judged<'_>,
    ) -> Finding {
        let meta = &resource.meta;
        let mut finding = Finding {
            id: Finding::id_of(check, &meta.account, &meta.region, Some(&meta.arn)),
            check: judge.id.clone(),
            verdict: Verdict::Pass,
            severity,
            account: meta.account.clone(),
            region: meta.region.clone(),
            kind: check.kind.name,
            arn: Some(meta.arn.clone()),
            resource_id: Some(meta.id.clone()),
            owner,
            message: String::new(),
            evidence: Vec::new(),
            gaps: Vec::new(),
            exception: None,
            parameters,
        };
        match ruling {
            Ruling::Pass => {}
            Ruling::NotApplicable => finding.verdict = Verdict::NotApplicable,
            Ruling::Inherited(message) => {
                finding.verdict = Verdict::Inherited;
                finding.message = message;
            }
            Ruling::Fail { message, evidence } => {
                finding.verdict = Verdict::Fail;
                finding.message = message;
                finding.evidence = evidence;
            }
            Ruling::Unread { gaps, paths } => {
                finding.verdict = Verdict::NotAssessed;
                finding.gaps = gaps.into_iter().map(|id| self.id(id)).collect();
                if finding.gaps.is_empty() {
                    finding.gaps = paths
                        .iter()
                        .map(|path| {
                            self.not_collected(meta.account.clone(), meta.region.clone(), path)
                        })
                        .collect();
                }
                finding.gaps.sort();
                finding.gaps.dedup();
                finding.message = self.why(&finding.gaps);
            }
            Ruling::Broken(message) => {
                finding.verdict = Verdict::NotAssessed;
                finding.message = format!("the check could not be evaluated: {message}");
                let operation = format!("check:{}", check.id);
                finding.gaps = vec![self.add(
                    (meta.account.clone(), meta.region.clone()),
                    &operation,
                    Some(meta.arn.clone()),
                    Reason::Failed,
                    message,
                )];
            }
        }
        finding
    }

    /// The verdicts for the lists of a check's kind that are incomplete or were never made.
    pub(super) fn of_lists(
        &self,
        snapshot: &Snapshot,
        check: &Check,
        owner: &Arc<Owner>,
        rules: &Rules,
    ) -> Vec<Finding> {
        let kind = check.kind.name;
        let mut findings = Vec::new();
        let mut listed = false;
        for listing in snapshot
            .listings
            .iter()
            .filter(|listing| *listing.kind == *kind)
        {
            listed = true;
            if !listing.gaps.is_empty() {
                let place = (listing.account.clone(), listing.region.clone());
                findings.push(self.of_list(check, owner, place, listing.gaps.clone()));
            }
        }
        if !listed {
            let account: Arc<str> = snapshot.header.account.as_str().into();
            let gap = self.not_collected(account.clone(), GLOBAL.into(), kind);
            let place = (account, GLOBAL.into());
            findings.push(self.of_list(check, owner, place, vec![gap]));
        }
        for finding in &mut findings {
            let place = Place {
                account: &finding.account,
                region: &finding.region,
                arn: None,
                tags: None,
            };
            finding.severity = rules.terms(check, &place).severity;
        }
        findings
    }

    fn of_list(
        &self,
        check: &Check,
        owner: &Arc<Owner>,
        place: (Arc<str>, Arc<str>),
        gaps: Vec<GapId>,
    ) -> Finding {
        let (account, region) = place;
        Finding {
            id: Finding::id_of(check, &account, &region, None),
            check: check.id.as_str().into(),
            verdict: Verdict::NotAssessed,
            severity: check.severity,
            account,
            region,
            kind: check.kind.name,
            arn: None,
            resource_id: None,
            owner: owner.clone(),
            message: format!("unknown how many there are: {}", self.why(&gaps)),
            evidence: Vec::new(),
            gaps,
            exception: None,
            parameters: None,
        }
    }

    /// The id of a gap, shared with the gap where that is known.
    fn id(&self, id: String) -> GapId {
        match self.known.get_key_value(id.as_str()) {
            Some((known, _)) => known.clone(),
            None => id.into(),
        }
    }

    /// The gaps in words.
    fn why(&self, gaps: &[GapId]) -> String {
        let added = self.added.lock().unwrap_or_else(PoisonError::into_inner);
        let mut words: Vec<String> = gaps
            .iter()
            .filter_map(|id| self.known.get(id).or_else(|| added.get(id)))
            .map(|gap| format!("{} {}", gap.operation, gap.reason.word()))
            .collect();
        words.sort();
        words.dedup();
        words.join(", ")
    }

    /// A gap for what the snapshot does not hold. `path` is a path of facts or a kind.
    fn not_collected(&self, account: Arc<str>, region: Arc<str>, path: &str) -> GapId {
        let fact = path.split('[').next().unwrap_or(path);
        // The longest name that some read gives: the facet, else the kind's list.
        let read = model::reads()
            .flat_map(|read| read.gives.iter().map(move |gives| (*gives, read)))
            .filter(|(gives, _)| {
                let rest = fact.strip_prefix(gives);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
            .max_by_key(|(gives, _)| gives.len());
        let operation = read.map_or_else(|| fact.to_owned(), |(_, read)| read.operation.to_owned());
        let message = format!("the snapshot does not hold {fact}: nobody asked for it");
        self.add(
            (account, region),
            &operation,
            None,
            Reason::NotCollected,
            message,
        )
    }

    fn add(
        &self,
        (account, region): (Arc<str>, Arc<str>),
        operation: &str,
        resource: Option<Arc<str>>,
        reason: Reason,
        message: String,
    ) -> GapId {
        let id = Gap::id_of(&account, &region, operation, resource.as_deref(), reason);
        let actions = model::read(operation).map_or(&[] as &[&str], |read| read.actions);
        let gap = Gap {
            id: id.clone(),
            account,
            region,
            operation: operation.into(),
            actions: actions.iter().map(|action| (*action).into()).collect(),
            reason,
            resource,
            code: None,
            message,
        };
        let mut added = self.added.lock().unwrap_or_else(PoisonError::into_inner);
        added.entry(id.clone()).or_insert(gap);
        id
    }
}
