//! What several formats say of a finding in the same words.

use super::{Report, v1};
use crate::assess::{Accepted, Finding, Verdict};
use crate::catalog::{Catalog, Check};
use crate::model::Gap;
use std::collections::BTreeMap;

/// The name that the tool goes by in reports.
pub(super) const TOOL: &str = "waterline";

/// The checks, gaps and exceptions of a report, by id.
pub(super) struct Index<'a> {
    checks: BTreeMap<&'a str, &'a Check>,
    gaps: BTreeMap<&'a str, &'a Gap>,
    exceptions: BTreeMap<&'a str, &'a Accepted>,
}

impl<'a> Index<'a> {
    pub(super) fn of(report: &Report<'a>) -> Index<'a> {
        let checks = &report.catalog.checks;
        let gaps = &report.assessment.gaps;
        let exceptions = &report.assessment.exceptions;
        Index {
            checks: checks.iter().map(|check| (&*check.id, check)).collect(),
            gaps: gaps.iter().map(|gap| (&*gap.id, gap)).collect(),
            exceptions: exceptions.iter().map(|one| (&*one.id, one)).collect(),
        }
    }

    /// The check that a finding comes from.
    pub(super) fn check(&self, finding: &Finding) -> &'a Check {
        match self.checks.get(&*finding.check) {
            Some(check) => check,
            // A report's findings come from judging with its own catalogue.
            None => unreachable!("{} is not in the catalogue", finding.check),
        }
    }

    /// The gaps that a finding hangs on.
    pub(super) fn gaps(&self, finding: &Finding) -> Vec<&'a Gap> {
        let ids = finding.gaps().iter();
        ids.filter_map(|id| self.gaps.get(&**id).copied()).collect()
    }

    /// The exception that accepts a finding.
    pub(super) fn exception(&self, finding: &Finding) -> Option<&'a Accepted> {
        let id = finding.exception()?;
        self.exceptions.get(id).copied()
    }
}

/// Who answers for an accepted failure, until when and why.
pub(super) fn acceptance(exception: &Accepted) -> String {
    acceptance_of(&super::json::exception(exception))
}

/// Who answers for an accepted failure, until when and why, of an exception in a document.
pub(super) fn acceptance_of(exception: &v1::Exception) -> String {
    let (owner, expires) = (exception.owner.trim(), &exception.expires);
    let reason = exception.reason.trim().trim_end_matches('.');
    let mut text = format!("accepted by {owner} until {expires}: {reason}");
    if let Some(ticket) = &exception.ticket {
        text.push_str(&format!(" ({})", ticket.trim()));
    }
    text
}

/// What an accepted failure says, and who answers for it; else as [`saying`] has it.
pub(super) fn accounted(finding: &Finding, check: &Check, exception: Option<&Accepted>) -> String {
    let said = saying(finding, check);
    match exception {
        Some(exception) => {
            let said = said.trim_end_matches('.');
            format!("{said}; {}", acceptance(exception))
        }
        None => said,
    }
}

/// What a finding says, in words, whatever its verdict; never empty.
pub(super) fn saying(finding: &Finding, check: &Check) -> String {
    said(finding.verdict, finding.message(), &check.title)
}

/// What a verdict with this message says, of a check with this title.
pub(super) fn said(verdict: Verdict, message: &str, title: &str) -> String {
    let message = message.trim();
    match verdict {
        Verdict::Pass => format!("Holds: {title}"),
        Verdict::NotApplicable => "The check does not apply to this resource".to_owned(),
        Verdict::Inherited => format!("AWS's part, not yours: {message}"),
        Verdict::NotAssessed => format!("Not assessed: {message}"),
        Verdict::Excepted if message.is_empty() => format!("Accepted risk: {title}"),
        Verdict::Excepted => format!("Accepted risk: {message}"),
        Verdict::Fail if message.is_empty() => format!("Does not hold: {title}"),
        Verdict::Fail => message.to_owned(),
    }
}

/// What a finding says, with the resource before it where the words do not name it.
pub(super) fn sentence(finding: &Finding, check: &Check) -> String {
    let (name, saying) = (name(finding), saying(finding, check));
    if saying.contains(&name) {
        saying
    } else {
        format!("{name}: {saying}")
    }
}

/// What could not be read and why, and what to grant.
pub(super) fn gap_saying(gap: &Gap) -> String {
    gap_said(&super::json::gap(gap))
}

/// What could not be read and why, and what to grant, of a gap in a document.
pub(super) fn gap_said(gap: &v1::Gap) -> String {
    let mut text = format!("{} in {}", gap.operation, gap.region);
    if let Some(resource) = &gap.resource {
        text.push_str(&format!(" for {resource}"));
    }
    text.push_str(&format!(": {}", gap.reason));
    if let Some(code) = &gap.code {
        text.push_str(&format!(" ({code})"));
    }
    if !gap.message.trim().is_empty() {
        text.push_str(&format!(": {}", gap.message.trim()));
    }
    if !gap.actions.is_empty() {
        text.push_str(&format!("; needs {}", gap.actions.join(", ")));
    }
    text
}

/// The resource's own id; for a list that could not be read, what it is a list of.
pub(super) fn name(finding: &Finding) -> String {
    match (&finding.about.resource_id, &finding.about.arn) {
        (Some(id), _) => id.to_string(),
        (None, Some(arn)) => arn.to_string(),
        (None, None) => format!("list of {}", finding.about.kind),
    }
}

/// The titles of the frameworks that a check answers, sorted as their ids are.
pub(super) fn standards(check: &Check, catalog: &Catalog) -> Vec<String> {
    let frameworks = check.controls.keys();
    frameworks.map(|id| title(id, catalog).to_owned()).collect()
}

/// The controls that a check answers: `CIS AWS Foundations Benchmark v7.0.0/2.21`.
pub(super) fn requirements(check: &Check, catalog: &Catalog) -> Vec<String> {
    requirements_of(&check.controls, catalog)
}

/// Controls by framework in one list: `CIS AWS Foundations Benchmark v7.0.0/2.21`.
pub(super) fn requirements_of(
    controls: &BTreeMap<String, Vec<String>>,
    catalog: &Catalog,
) -> Vec<String> {
    controls
        .iter()
        .flat_map(|(framework, ids)| {
            let title = title(framework, catalog);
            ids.iter().map(move |id| format!("{title}/{id}"))
        })
        .collect()
}

/// The Security Hub control that asks what the check asks; the first, where there are several.
pub(super) fn security_control(controls: &BTreeMap<String, Vec<String>>) -> Option<&str> {
    ["securityhub", "aws-fsbp"]
        .iter()
        .filter_map(|framework| controls.get(*framework))
        .find_map(|ids| ids.first())
        .map(String::as_str)
}

fn title<'a>(framework: &'a str, catalog: &'a Catalog) -> &'a str {
    let known = catalog.frameworks.get(framework);
    known.map_or(framework, |framework| &framework.title)
}

/// At most so many characters; what was cut ends in an ellipsis.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// XML 1.0 has no way to write most control characters, escaped or not: they become U+FFFD.
pub(super) fn legal(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\t' | '\n' | '\r' => character,
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => char::REPLACEMENT_CHARACTER,
            other => other,
        })
        .collect()
}
