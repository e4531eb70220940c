//! A finding of ours in time: what it keeps from run to run, and what makes it another one.

use super::{LARGEST_FINDING, REFRESH};
use crate::assess::Verdict;
use crate::report::asff::{self, AwsSecurityFinding, StatusReason};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use sha2::{Digest, Sha256};

/// When the account was read that a finding speaks of; unlike `UpdatedAt`, it is moved by
/// nothing else.
const READ: &str = "Read";
/// The digest of what a finding says.
const DIGEST: &str = "Digest";
/// What tells which program and catalogue wrote a finding: no part of what it says.
const MAKERS: [&str; 4] = ["Version", "Catalog", READ, DIGEST];
/// What is kept of a failure that could not be assessed again.
const KEPT: [&str; 1] = ["Evidence"];

/// The times of a run.
pub(super) struct Stamp {
    /// When it began to read.
    pub(super) began: DateTime<Utc>,
    /// When it is published.
    pub(super) now: DateTime<Utc>,
}

impl Stamp {
    /// A finding that is sent for the first time.
    pub(super) fn first(&self, new: AwsSecurityFinding) -> AwsSecurityFinding {
        self.sealed(new)
    }

    /// A finding that Security Hub has, as this run sees it.
    pub(super) fn next(
        &self,
        mut new: AwsSecurityFinding,
        old: &AwsSecurityFinding,
    ) -> AwsSecurityFinding {
        if said(&new) == Some(Verdict::NotAssessed.word()) && has_failed(old) {
            keep_failure(&mut new, old);
        }
        keep_tags(&mut new, old);
        new.created_at.clone_from(&old.created_at);
        new.first_observed_at.clone_from(&old.first_observed_at);
        new.updated_at = self.after(old);
        self.sealed(new)
    }

    /// A finding that Security Hub has, closed.
    pub(super) fn archived(&self, old: &AwsSecurityFinding) -> AwsSecurityFinding {
        let mut new = old.clone();
        new.record_state = "ARCHIVED".into();
        new.updated_at = self.after(old);
        self.sealed(new)
    }

    /// An update is ignored unless its time is later than that of the finding (user guide,
    /// "BatchImportFindings for finding providers").
    fn after(&self, old: &AwsSecurityFinding) -> String {
        let next = time(&old.updated_at).map(|at| at + TimeDelta::milliseconds(1));
        written(next.map_or(self.began, |next| next.max(self.began)))
    }

    fn sealed(&self, mut finding: AwsSecurityFinding) -> AwsSecurityFinding {
        let read = (asff::field(READ), written(self.began));
        finding.product_fields.extend([read]);
        fit(&mut finding);
        let digest = (asff::field(DIGEST), digest(&finding));
        finding.product_fields.extend([digest]);
        finding
    }

    /// Whether a run that began later than this one wrote it.
    pub(super) fn is_later(&self, old: &AwsSecurityFinding) -> bool {
        read(old).is_some_and(|read| read > self.began)
    }

    /// Whether it must be sent again lest Security Hub delete it.
    pub(super) fn is_due(&self, old: &AwsSecurityFinding) -> bool {
        let updated = time(&old.updated_at);
        let old_enough = updated.is_none_or(|updated| self.now - updated >= REFRESH);
        // What was read before says nothing new.
        old_enough && read(old).is_none_or(|read| read < self.began)
    }
}

/// Tags that were not read are those that were known before: automation rules ask for them.
fn keep_tags(new: &mut AwsSecurityFinding, old: &AwsSecurityFinding) {
    for resource in &mut new.resources {
        let same = old.resources.iter().find(|old| old.id == resource.id);
        if let (None, Some(same)) = (&resource.tags, same) {
            resource.tags.clone_from(&same.tags);
        }
    }
}

/// A failure stays one until it is seen to be none: the status, what was seen and when, with
/// the reason why it was not seen again.
fn keep_failure(new: &mut AwsSecurityFinding, old: &AwsSecurityFinding) {
    let reason = StatusReason {
        reason_code: asff::code(Verdict::NotAssessed.word()),
        description: format!(
            "Failed when it was last assessed, at {}; it could not be assessed since",
            old.last_observed_at
        ),
    };
    let reasons = &mut new.compliance.status_reasons;
    reasons.insert(0, reason);
    new.compliance.status = "FAILED".into();
    new.description.clone_from(&old.description);
    new.last_observed_at.clone_from(&old.last_observed_at);
    for key in KEPT.map(asff::field) {
        if let Some(value) = old.product_fields.get(&key) {
            new.product_fields.insert(key, value.clone());
        }
    }
}

/// Whether it fails, or failed when it could last be assessed.
fn has_failed(old: &AwsSecurityFinding) -> bool {
    let fail = said(old) == Some(Verdict::Fail.word());
    let kept = said(old) == Some(Verdict::NotAssessed.word());
    !is_archived(old) && old.compliance.status == "FAILED" && (fail || kept)
}

/// The verdict that a finding was sent with.
pub(super) fn said(finding: &AwsSecurityFinding) -> Option<&str> {
    let fields = &finding.product_fields;
    fields.get(&asff::field("Verdict")).map(String::as_str)
}

pub(super) fn is_archived(finding: &AwsSecurityFinding) -> bool {
    finding.record_state == "ARCHIVED"
}

/// Whether it is about a list that could not be read.
pub(super) fn is_list(finding: &AwsSecurityFinding) -> bool {
    let mut resources = finding.resources.iter();
    resources.any(|resource| resource.details.other.contains_key(asff::LIST))
}

fn read(finding: &AwsSecurityFinding) -> Option<DateTime<Utc>> {
    let field = finding.product_fields.get(&asff::field(READ));
    field
        .and_then(|read| time(read))
        .or_else(|| time(&finding.updated_at))
}

/// A time of AWS's or ours.
pub(super) fn time(text: &str) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(text).ok()?;
    Some(time.with_timezone(&Utc))
}

fn written(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The digest that a finding carries; none if nobody put it there.
pub(super) fn digest_of(finding: &AwsSecurityFinding) -> Option<&str> {
    let fields = &finding.product_fields;
    fields.get(&asff::field(DIGEST)).map(String::as_str)
}

/// Of all that a finding says, but for times, for who wrote it, for AWS's messages about reads that
/// failed, some of which name the request, and for the details of the resource: what decides the
/// verdict is in the description, and the rest may change every day.
fn digest(finding: &AwsSecurityFinding) -> String {
    let mut content = finding.clone();
    for time in [
        &mut content.created_at,
        &mut content.updated_at,
        &mut content.first_observed_at,
        &mut content.last_observed_at,
    ] {
        time.clear();
    }
    for reason in &mut content.compliance.status_reasons {
        reason.description.clear();
    }
    for resource in &mut content.resources {
        resource.details.typed.clear();
    }
    for key in MAKERS.map(asff::field) {
        content.product_fields.remove(&key);
    }
    let digest = Sha256::digest(bytes(&content));
    digest[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A finding as it is sent.
pub(super) fn bytes(finding: &AwsSecurityFinding) -> Vec<u8> {
    match serde_json::to_vec(finding) {
        Ok(bytes) => bytes,
        // Structs of text with text keys: nothing that can fail.
        Err(error) => unreachable!("{error}"),
    }
}

/// Within the size that Security Hub takes. First go the details, which may be very many rules;
/// Security Hub itself drops them first (user guide, "Resources"). Every text has its own limit, in
/// characters; only one of many reasons in a script of several bytes a character can be too large.
fn fit(finding: &mut AwsSecurityFinding) {
    // The digest comes after this.
    let largest = LARGEST_FINDING - 100;
    if bytes(finding).len() > largest {
        for resource in &mut finding.resources {
            resource.details.typed.clear();
        }
    }
    while bytes(finding).len() > largest && finding.compliance.status_reasons.len() > 1 {
        finding.compliance.status_reasons.pop();
    }
    for key in ["Evidence", "Unread"].map(asff::field) {
        if bytes(finding).len() > largest {
            finding.product_fields.remove(&key);
        }
    }
}
