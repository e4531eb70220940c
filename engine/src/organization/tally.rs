//! What is kept of the results: how often each check said what, and the first of its failures.

use super::document::{Check, Failure, Gaps, Shared};
use super::held::Share;
use crate::assess::Verdict;
use crate::catalog::Severity;
use crate::report::v1;
use std::collections::{BTreeMap, BTreeSet};

/// How many failures of a check are kept.
const EXAMPLES: usize = 10;

/// A check, as the account with the lowest number has it.
#[derive(Debug, Default)]
struct Definition {
    account: String,
    title: String,
    kind: String,
    severity: Option<Severity>,
    domain: String,
    risk: String,
    remedy: String,
}

/// What a check said.
#[derive(Debug, Default)]
pub(super) struct Tally {
    definition: Definition,
    counts: BTreeMap<Verdict, usize>,
    severities: BTreeMap<Severity, usize>,
    failing: BTreeMap<String, usize>,
    /// The first failures, by account, Region, ARN and id.
    examples: BTreeMap<[String; 4], Failure>,
}

impl Tally {
    pub(super) fn define(&mut self, account: &str, check: &v1::Check) {
        let known = &self.definition.account;
        if known.is_empty() || account < known.as_str() {
            self.definition = Definition {
                account: account.to_owned(),
                title: check.title.clone(),
                kind: check.kind.clone(),
                severity: Some(check.severity),
                domain: check.responsibility.domain.clone(),
                risk: check.risk.clone(),
                remedy: check.remedy.text.clone(),
            };
        }
    }

    pub(super) fn count(&mut self, result: &v1::Result) {
        *self.counts.entry(result.verdict).or_default() += 1;
        if result.verdict != Verdict::Fail {
            return;
        }
        *self.severities.entry(result.severity).or_default() += 1;
        *self.failing.entry(result.account.clone()).or_default() += 1;
        let arn = result.arn.clone().unwrap_or_default();
        let (account, region) = (result.account.clone(), result.region.clone());
        let key = [account, region, arn, result.id.clone()];
        let full = self.examples.len() >= EXAMPLES;
        if full
            && self
                .examples
                .last_key_value()
                .is_none_or(|(last, _)| key > *last)
        {
            return;
        }
        self.examples.insert(key, failure(result));
        if full {
            self.examples.pop_last();
        }
    }

    fn of(&self, verdict: Verdict) -> usize {
        self.counts.get(&verdict).copied().unwrap_or_default()
    }

    /// Adds what it said to what all checks did.
    pub(super) fn add_to(
        &self,
        counts: &mut BTreeMap<String, usize>,
        coverage: &mut Share,
        failures: &mut BTreeMap<Severity, usize>,
    ) {
        for (verdict, count) in &self.counts {
            *counts.entry(verdict.word().to_owned()).or_default() += count;
        }
        let assessed = [Verdict::Pass, Verdict::Fail, Verdict::Excepted];
        let assessed: usize = assessed.into_iter().map(|verdict| self.of(verdict)).sum();
        coverage.assessed += assessed;
        coverage.total += assessed + self.of(Verdict::NotAssessed);
        for (severity, count) in &self.severities {
            *failures.entry(*severity).or_default() += count;
        }
    }

    /// The domain of the check.
    pub(super) fn domain(&self) -> &str {
        &self.definition.domain
    }

    pub(super) fn check(&self, id: &str) -> Check {
        let of = &self.definition;
        let worst = self.severities.last_key_value().map(|(worst, _)| *worst);
        Check {
            id: id.to_owned(),
            title: of.title.clone(),
            kind: of.kind.clone(),
            severity: worst.or(of.severity).unwrap_or(Severity::Info),
            domain: of.domain.clone(),
            risk: of.risk.clone(),
            remedy: of.remedy.clone(),
            counts: Verdict::ALL
                .into_iter()
                .map(|verdict| (verdict.word().to_owned(), self.of(verdict)))
                .collect(),
            failing: self.failing.clone(),
            examples: self.examples.values().cloned().collect(),
        }
    }
}

fn failure(result: &v1::Result) -> Failure {
    Failure {
        id: result.id.clone(),
        account: result.account.clone(),
        region: result.region.clone(),
        arn: result.arn.clone(),
        resource_id: result.resource_id.clone(),
        severity: result.severity,
        message: result.message.clone(),
    }
}

/// The account that owns the resource, when another one's assessment has a verdict on it.
pub(super) fn owner_of(result: &v1::Result) -> Option<&str> {
    let owner = result.arn.as_deref()?.split(':').nth(4)?;
    let is_account = owner.len() == 12 && owner.bytes().all(|byte| byte.is_ascii_digit());
    (is_account && owner != result.account).then_some(owner)
}

/// What other accounts than its owner say of a resource.
#[derive(Debug)]
pub(super) struct View {
    pub(super) owner: String,
    seen_by: BTreeSet<String>,
    worst: Option<v1::Result>,
}

impl View {
    pub(super) fn of(owner: &str) -> View {
        View {
            owner: owner.to_owned(),
            seen_by: BTreeSet::new(),
            worst: None,
        }
    }

    pub(super) fn add(&mut self, result: &v1::Result) {
        self.seen_by.insert(result.account.clone());
        let key = |result: &v1::Result| (result.verdict, result.account.clone());
        if self
            .worst
            .as_ref()
            .is_none_or(|worst| key(result) < key(worst))
        {
            self.worst = Some(result.clone());
        }
    }

    /// What asks most for action.
    pub(super) fn worst(&self) -> Option<&v1::Result> {
        self.worst.as_ref()
    }

    /// As reports tell it. `owners`: whether the owner's own verdict is the one that counts.
    pub(super) fn shared(self, check: String, arn: String, owners: bool) -> Shared {
        Shared {
            check,
            arn,
            owner: self.owner,
            seen_by: self.seen_by.into_iter().collect(),
            verdict: match owners {
                true => None,
                false => self.worst.map(|result| result.verdict),
            },
        }
    }
}

/// What hangs on reads that failed for the same reason.
#[derive(Debug, Default)]
pub(super) struct GapTally {
    actions: BTreeSet<String>,
    accounts: BTreeSet<String>,
    verdicts: usize,
    /// The account that it is the message of, and the message.
    message: Option<(String, String)>,
}

impl GapTally {
    /// Adds the gaps of an assessment that results hang on, by operation and reason.
    pub(super) fn add(all: &mut BTreeMap<(String, String), GapTally>, document: &v1::Document) {
        let gaps: BTreeMap<&str, &v1::Gap> = document
            .gaps
            .iter()
            .map(|gap| (gap.id.as_str(), gap))
            .collect();
        for result in &document.results {
            // A verdict that hangs on several of one sort hangs on the sort once.
            let mut hangs_on = BTreeSet::new();
            for gap in result.gaps.iter().filter_map(|id| gaps.get(id.as_str())) {
                let key = (gap.operation.clone(), gap.reason.clone());
                let tally = all.entry(key.clone()).or_default();
                tally.verdicts += usize::from(hangs_on.insert(key));
                tally.actions.extend(gap.actions.iter().cloned());
                tally.accounts.insert(result.account.clone());
                let told = (result.account.clone(), gap.message.clone());
                if tally.message.as_ref().is_none_or(|known| told < *known) {
                    tally.message = Some(told);
                }
            }
        }
    }

    pub(super) fn gaps(&self, (operation, reason): &(String, String)) -> Gaps {
        Gaps {
            operation: operation.clone(),
            actions: self.actions.iter().cloned().collect(),
            reason: reason.clone(),
            accounts: self.accounts.iter().cloned().collect(),
            verdicts: self.verdicts,
            message: self
                .message
                .as_ref()
                .map_or_else(String::new, |(_, message)| message.clone()),
        }
    }
}
