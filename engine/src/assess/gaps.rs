//! From rulings to findings: each verdict that hangs on something unread names its gaps, and
//! a list that is incomplete gives one more verdict for its scope.

use super::evaluate::Ruling;
use super::finding::{Detail, Finding, Owner, Subject, Verdict};
use super::id::FindingId;
use super::terms::Judged;
use crate::catalog::Check;
use crate::model::{self, GLOBAL, Gap, GapId, Reason, Snapshot};
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

    /// The finding of a check on a resource. `about` is the resource as its findings share it.
    pub(super) fn finding(
        &self,
        check: &Check,
        about: Arc<Subject>,
        owner: Arc<Owner>,
        Judged {
            ruling,
            severity,
            parameters,
            judge,
        }: Judged<'_>,
    ) -> Finding {
        let mut detail = Detail {
            parameters,
            ..Detail::default()
        };
        let verdict = match ruling {
            Ruling::Pass => Verdict::Pass,
            Ruling::NotApplicable => Verdict::NotApplicable,
            Ruling::Inherited(message) => {
                detail.message = message;
                Verdict::Inherited
            }
            Ruling::Fail { message, evidence } => {
                detail.message = message;
                detail.evidence = evidence;
                Verdict::Fail
            }
            Ruling::Unread { gaps, paths } => {
                detail.gaps = gaps.into_iter().map(|id| self.id(id)).collect();
                if detail.gaps.is_empty() {
                    let place = || (about.account.clone(), about.region.clone());
                    let paths = paths.iter();
                    detail.gaps = paths
                        .map(|path| self.not_collected(place(), path))
                        .collect();
                }
                detail.gaps.sort();
                detail.gaps.dedup();
                detail.message = self.why(&detail.gaps);
                Verdict::NotAssessed
            }
            Ruling::Broken(message) => {
                detail.message = format!("the check could not be evaluated: {message}");
                let operation = format!("check:{}", check.id);
                detail.gaps = vec![self.add(
                    (about.account.clone(), about.region.clone()),
                    &operation,
                    about.arn.clone(),
                    Reason::Failed,
                    message,
                )];
                Verdict::NotAssessed
            }
        };
        Finding {
            id: FindingId::of(check, &about.account, &about.region, about.arn.as_deref()),
            check: judge.id.clone(),
            about,
            owner,
            detail: detail.kept(),
            verdict,
            severity,
        }
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
            let place: (Arc<str>, Arc<str>) = (account, GLOBAL.into());
            let gap = self.not_collected(place.clone(), kind);
            findings.push(self.of_list(check, owner, place, vec![gap]));
        }
        for finding in &mut findings {
            let place = Place {
                account: &finding.about.account,
                region: &finding.about.region,
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
        let detail = Detail {
            message: format!("unknown how many there are: {}", self.why(&gaps)),
            gaps,
            ..Detail::default()
        };
        Finding {
            id: FindingId::of(check, &account, &region, None),
            check: check.id.as_str().into(),
            about: Arc::new(Subject {
                account,
                region,
                kind: check.kind.name,
                arn: None,
                resource_id: None,
            }),
            owner: owner.clone(),
            detail: detail.kept(),
            verdict: Verdict::NotAssessed,
            severity: check.severity,
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
    fn not_collected(&self, place: (Arc<str>, Arc<str>), path: &str) -> GapId {
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
        self.add(place, &operation, None, Reason::NotCollected, message)
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
