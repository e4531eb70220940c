//! What is new since the last run of the account, and who is told.

use super::answer::texts;
use super::error::{Failure, Kind};
use super::store::{Earlier, severities};
use crate::catalog::Severity;
use crate::compare::{self, Change};
use crate::report::v1;
use crate::sink::s3::Address;
use crate::sink::sns::{LONGEST, LONGEST_SUBJECT};
use serde::Serialize;
use std::collections::BTreeMap;

/// The value of `schema`.
const SCHEMA: &str = "waterline.notification/v1";
/// How many failures a message tells one by one: more are read in the reports.
const TOLD: usize = 50;

/// What is new since an earlier run.
pub(super) struct News {
    earlier: String,
    started: String,
    /// New failures at or above the severity, the worst first.
    failures: Vec<Change>,
}

impl News {
    /// Compares with an earlier run.
    pub(super) fn since(
        earlier: &Earlier,
        now: &v1::Document,
        least: Severity,
    ) -> Result<News, Failure> {
        let fail = |what: String| {
            let address = &earlier.address;
            Failure::new(
                Kind::Delivery,
                format!(
                    "the reports were kept, and what is new is not known: {address}, the last assessment of the account, cannot be compared with: {what}. Remove it, or put it right"
                ),
            )
        };
        let before = v1::Document::read(&earlier.bytes).map_err(fail)?;
        let compared = compare::compare(&before, now, None).map_err(fail)?;
        let mut failures: Vec<Change> = compared.changes;
        failures.retain(|change| change.is_new_failure(least));
        failures.sort_by(|a, b| {
            let key =
                |change: &Change| (change.check.clone(), change.arn.clone(), change.id.clone());
            b.severity
                .cmp(&a.severity)
                .then_with(|| key(a).cmp(&key(b)))
        });
        Ok(News {
            earlier: earlier.run.clone(),
            started: before.run.started,
            failures,
        })
    }

    /// How many new failures there are.
    pub(super) fn count(&self) -> usize {
        self.failures.len()
    }

    /// The run that was compared with.
    pub(super) fn earlier(&self) -> &str {
        &self.earlier
    }

    /// The subject of the message.
    pub(super) fn subject(&self, account: &str, least: Severity) -> String {
        let count = self.count();
        let s = if count == 1 { "" } else { "s" };
        let mut text = format!("waterline: {count} new failure{s}, {least} or worse, in {account}");
        text.truncate(LONGEST_SUBJECT);
        text
    }

    /// The message: no longer than SNS takes. What does not fit is counted.
    pub(super) fn message(
        &self,
        run: &str,
        document: &v1::Document,
        least: Severity,
        reports: &[Address],
    ) -> String {
        let mut message = Message {
            schema: SCHEMA,
            account: &document.run.account,
            run,
            started: &document.run.started,
            compared_with: Before {
                run: &self.earlier,
                started: &self.started,
            },
            severity: least,
            score: document.score.whole,
            coverage: document.coverage,
            new_failures: self.failures.len(),
            by_severity: severities()
                .filter(|severity| *severity >= least)
                .map(|severity| {
                    let of = |change: &&Change| change.severity == severity;
                    (severity, self.failures.iter().filter(of).count())
                })
                .collect(),
            worst: self.failures.iter().take(TOLD).map(Told::of).collect(),
            not_told: self.failures.len().saturating_sub(TOLD),
            reports: texts(reports),
        };
        loop {
            // Texts, numbers and sorted maps: nothing that can fail to be written.
            let text = serde_json::to_string_pretty(&message).unwrap_or_default();
            if text.len() <= LONGEST || message.worst.pop().is_none() {
                return text;
            }
            message.not_told += 1;
        }
    }
}

/// What the topic is told.
#[derive(Serialize)]
struct Message<'a> {
    schema: &'static str,
    account: &'a str,
    run: &'a str,
    started: &'a str,
    compared_with: Before<'a>,
    severity: Severity,
    score: Option<v1::Interval>,
    coverage: v1::Coverage,
    new_failures: usize,
    by_severity: BTreeMap<Severity, usize>,
    worst: Vec<Told<'a>>,
    not_told: usize,
    reports: Vec<String>,
}

#[derive(Serialize)]
struct Before<'a> {
    run: &'a str,
    started: &'a str,
}

/// A new failure.
#[derive(Serialize)]
struct Told<'a> {
    id: &'a str,
    check: &'a str,
    title: &'a str,
    severity: Severity,
    region: &'a str,
    arn: Option<&'a str>,
    message: &'a str,
    cause: compare::Cause,
}

impl Told<'_> {
    fn of(change: &Change) -> Told<'_> {
        Told {
            id: &change.id,
            check: &change.check,
            title: &change.title,
            severity: change.severity,
            region: &change.region,
            arn: change.arn.as_deref(),
            message: &change.message,
            cause: change.cause,
        }
    }
}
