//! What several formats tell of owners: the parts of AWS and the customer, what is inherited, and
//! what a change is called.

use super::Report;
use crate::assess::{Finding, Owner, Verdict};
use crate::catalog::{Catalog, Cell, Model, Page, Party};
use crate::score::{Change, What};
use std::collections::{BTreeMap, BTreeSet};

/// The cell of the responsibility model that an owner comes from.
pub(super) fn cell(model: &Model, owner: &Owner) -> Option<Cell> {
    let mut cell = model.cell(model.mode(&owner.mode)?, &owner.layer)?;
    cell.source = owner.source.as_deref().map(str::to_owned);
    Some(cell)
}

/// Where a statement comes from, in words.
pub(super) fn source(page: Option<&Page>) -> String {
    match page {
        Some(page) => format!("{}, {}", page.title, page.link),
        None => "inferred: no page of AWS's says it".to_owned(),
    }
}

/// The different ways in which these findings are shared with AWS.
pub(super) fn shared(model: &Model, findings: &[&Finding]) -> Vec<Cell> {
    let mut cells = Vec::new();
    let owners = findings.iter().map(|finding| &finding.owner);
    for owner in owners.filter(|owner| owner.party == Party::Shared) {
        if let Some(cell) = cell(model, owner)
            && !cells.contains(&cell)
        {
            cells.push(cell);
        }
    }
    cells
}

/// What AWS owns, of one kind and for one reason.
pub(super) struct Inherited<'a> {
    pub(super) kind: &'static str,
    pub(super) managed_by: &'a str,
    /// The title of the mode.
    pub(super) mode: &'a str,
    /// AWS's part.
    pub(super) part: String,
    pub(super) page: Option<&'a Page>,
    /// The ids of the resources.
    pub(super) resources: BTreeSet<&'a str>,
    /// How many verdicts are out of the score.
    pub(super) verdicts: usize,
}

/// What is inherited, by kind.
pub(super) fn inherited<'a>(report: &Report<'a>) -> Vec<Inherited<'a>> {
    let model = &report.catalog.responsibility;
    let mut groups: BTreeMap<(&str, &str, String), Inherited> = BTreeMap::new();
    let findings = report.assessment.findings.iter();
    for finding in findings.filter(|finding| finding.verdict == Verdict::Inherited) {
        let owner = &finding.owner;
        let cell = cell(model, owner);
        let part = cell.as_ref().and_then(|cell| cell.aws.clone());
        let part = part.unwrap_or_else(|| finding.message().to_owned());
        let key = (finding.about.kind, &*owner.managed_by, part.clone());
        let group = groups.entry(key).or_insert_with(|| Inherited {
            kind: finding.about.kind,
            managed_by: &owner.managed_by,
            mode: model.mode(&owner.mode).map_or("", |mode| &mode.title),
            part,
            page: cell.as_ref().and_then(|cell| model.page(cell)),
            resources: BTreeSet::new(),
            verdicts: 0,
        });
        group.resources.extend(finding.about.resource_id.as_deref());
        group.verdicts += 1;
    }
    groups.into_values().collect()
}

/// A kind in words: `security group` for `ec2.security_group`.
pub(super) fn kind_words(kind: &str) -> String {
    kind.rsplit('.').next().unwrap_or(kind).replace('_', " ")
}

/// What a change is called.
pub(super) fn change_title(change: &Change<'_>) -> String {
    match &change.what {
        What::Cause(cause) => cause.clone(),
        What::Settings {
            kind, id, settings, ..
        } => {
            // What is derived from another of the settings goes with it.
            let derived = |setting: &str| {
                let from = setting.strip_prefix("resolved_");
                from.is_some_and(|from| settings.iter().any(|other| other == from))
            };
            let settings = settings.iter().filter(|setting| !derived(setting));
            let settings: Vec<String> = settings.map(|s| s.replace('_', " ")).collect();
            let region = match change.region.as_deref() {
                Some(region) if region != crate::model::GLOBAL && region != &**id => {
                    format!(" ({region})")
                }
                _ => String::new(),
            };
            format!("{} {id}{region}: {}", kind_words(kind), settings.join(", "))
        }
    }
}

/// What a change clears: `3 failures (1 critical, 2 high)`.
pub(super) fn change_clears(change: &Change<'_>) -> String {
    let counts: Vec<String> = change
        .by_severity()
        .into_iter()
        .map(|(severity, count)| format!("{count} {severity}"))
        .collect();
    let failures = super::summary::count(change.clears.len(), "failure");
    format!("{failures} ({})", counts.join(", "))
}

/// What holds after a change, by the title of the worst of its checks: `The root user has no access
/// keys, and 1 more`.
pub(super) fn change_holds(change: &Change<'_>, catalog: &Catalog) -> String {
    let checks: BTreeSet<&str> = change.clears.iter().map(|f| &*f.check).collect();
    let worst = change.clears.first().map_or("", |f| &*f.check);
    let title = catalog.check(worst).map_or(worst, |check| &check.title);
    match checks.len().saturating_sub(1) {
        0 => title.to_owned(),
        more => format!("{title}, and {more} more"),
    }
}
