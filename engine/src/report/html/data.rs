//! The findings as data in the page: every text once, each finding a short list of numbers. The
//! page's script unfolds it.

use super::super::Report;
use super::super::json::encode;
use super::super::ownership::{cell, change_title};
use super::super::summary::tenths;
use super::super::words::gap_saying;
use crate::assess::{Finding, Verdict};
use crate::catalog::{DOMAINS, Severity};
use crate::score::Change;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// The data, fit to stand inside a `script` element of a page.
pub(super) fn block(report: &Report<'_>, changes: &[Change<'_>]) -> String {
    let bytes = encode(|out| serde_json::to_writer(out, &of(report, changes)));
    let text = String::from_utf8(bytes).unwrap_or_default();
    // An element ends, and a comment begins, with this; in JSON it occurs in strings only.
    text.replace('<', "\\u003c")
}

#[derive(Serialize)]
struct Data<'a> {
    verdicts: Vec<&'static str>,
    severities: Vec<&'static str>,
    domains: BTreeMap<&'static str, &'static str>,
    accounts: Vec<&'a str>,
    regions: Vec<&'a str>,
    frameworks: BTreeMap<&'a str, &'a str>,
    checks: Vec<Check<'a>>,
    /// ARN and id of each resource.
    resources: Vec<(Option<&'a str>, Option<&'a str>)>,
    owners: Vec<Owner<'a>>,
    texts: Vec<&'a str>,
    /// Title, gain and score of each change, what mends most first.
    changes: Vec<(String, f64, Option<String>)>,
    gaps: Vec<String>,
    exceptions: Vec<Exception<'a>>,
    findings: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Check<'a> {
    id: &'a str,
    title: &'a str,
    kind: &'a str,
    severity: Severity,
    domain: &'a str,
    risk: &'a str,
    remedy: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cli: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terraform: Option<&'a str>,
    links: &'a [String],
    controls: &'a BTreeMap<String, Vec<String>>,
}

#[derive(Serialize)]
struct Owner<'a> {
    party: &'static str,
    managed_by: &'a str,
    mode: &'a str,
    layer: &'a str,
    customer: Option<String>,
    aws: Option<String>,
    page: Option<(&'a str, &'a str)>,
}

#[derive(Serialize)]
struct Exception<'a> {
    id: &'a str,
    owner: &'a str,
    reason: &'a str,
    expires: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<&'a str>,
}

/// A finding: numbers are places in the tables. What is empty at the end is left out.
struct Row<'a> {
    id: &'a str,
    /// Check, verdict, severity, account, Region, resource, owner, text, change (or -1),
    /// exception (or -1).
    places: [i64; 10],
    evidence: Vec<usize>,
    gaps: Vec<usize>,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let length = match (self.evidence.is_empty(), self.gaps.is_empty()) {
            (_, false) => 13,
            (false, true) => 12,
            (true, true) => 11,
        };
        let mut list = serializer.serialize_seq(Some(length))?;
        list.serialize_element(self.id)?;
        for place in self.places {
            list.serialize_element(&place)?;
        }
        if length > 11 {
            list.serialize_element(&self.evidence)?;
        }
        if length > 12 {
            list.serialize_element(&self.gaps)?;
        }
        list.end()
    }
}

/// Things in the order in which they first came, each once.
struct Table<T>(BTreeMap<T, usize>);

impl<T: Ord + Clone> Table<T> {
    fn new() -> Table<T> {
        Table(BTreeMap::new())
    }

    fn place(&mut self, thing: T) -> usize {
        let next = self.0.len();
        *self.0.entry(thing).or_insert(next)
    }

    fn list(self) -> Vec<T> {
        let mut list: Vec<(T, usize)> = self.0.into_iter().collect();
        list.sort_by_key(|(_, place)| *place);
        list.into_iter().map(|(thing, _)| thing).collect()
    }
}

fn of<'a>(report: &'a Report<'a>, changes: &'a [Change<'a>]) -> Data<'a> {
    let places: BTreeMap<&str, usize> = (report.catalog.checks.iter().enumerate())
        .map(|(place, check)| (check.id.as_str(), place))
        .collect();
    let change_of: BTreeMap<&str, usize> = (changes.iter().enumerate())
        .flat_map(|(place, change)| change.clears.iter().map(move |f| (f.id.as_str(), place)))
        .collect();
    let gap_at = by_id(report.assessment.gaps.iter().map(|gap| &*gap.id));
    let exception_at = by_id(report.assessment.exceptions.iter().map(|one| &*one.id));
    let (mut accounts, mut regions) = (Table::new(), Table::new());
    let (mut resources, mut texts, mut owners) = (Table::new(), Table::new(), Table::new());
    texts.place("");
    let mut owner_list = Vec::new();
    let mut findings = Vec::with_capacity(report.assessment.findings.len());
    for finding in &report.assessment.findings {
        let owner = &finding.owner;
        let key = (
            owner.party,
            &*owner.managed_by,
            &*owner.mode,
            &*owner.layer,
            owner.source.as_deref(),
        );
        let owner = owners.place(key);
        if owner == owner_list.len() {
            owner_list.push(owner_of(report, finding));
        }
        let at = |found: Option<&usize>| found.map_or(-1, |place| *place as i64);
        let resource = (finding.arn.as_deref(), finding.resource_id.as_deref());
        findings.push(Row {
            id: &finding.id,
            places: [
                at(places.get(finding.check.as_str())),
                position(&Verdict::ALL, finding.verdict),
                position(&worst_first(), finding.severity),
                accounts.place(&*finding.account) as i64,
                regions.place(&*finding.region) as i64,
                resources.place(resource) as i64,
                owner as i64,
                texts.place(finding.message.as_str()) as i64,
                at(change_of.get(finding.id.as_str())),
                at(finding
                    .exception
                    .as_deref()
                    .and_then(|id| exception_at.get(id))),
            ],
            evidence: (finding.evidence.iter())
                .map(|item| texts.place(item.as_str()))
                .collect(),
            gaps: (finding.gaps.iter())
                .filter_map(|id| gap_at.get(&**id).copied())
                .collect(),
        });
    }
    Data {
        verdicts: Verdict::ALL.map(Verdict::word).to_vec(),
        severities: worst_first().map(Severity::word).to_vec(),
        domains: DOMAINS.iter().copied().collect(),
        accounts: accounts.list(),
        regions: regions.list(),
        frameworks: (report.catalog.frameworks.values())
            .map(|framework| (framework.id.as_str(), framework.title.as_str()))
            .collect(),
        checks: report.catalog.checks.iter().map(check).collect(),
        resources: resources.list(),
        owners: owner_list,
        texts: texts.list(),
        changes: changes.iter().map(change).collect(),
        gaps: report.assessment.gaps.iter().map(gap_saying).collect(),
        exceptions: (report.assessment.exceptions.iter())
            .map(|exception| Exception {
                id: &exception.id,
                owner: &exception.owner,
                reason: &exception.reason,
                expires: exception.expires.to_string(),
                ticket: exception.ticket.as_deref(),
            })
            .collect(),
        findings,
    }
}

fn by_id<'a>(ids: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    ids.enumerate().map(|(place, id)| (id, place)).collect()
}

fn worst_first() -> [Severity; 5] {
    let mut all = Severity::ALL;
    all.reverse();
    all
}

fn position<T: PartialEq>(all: &[T], one: T) -> i64 {
    all.iter()
        .position(|other| *other == one)
        .map_or(-1, |place| place as i64)
}

fn check(check: &crate::catalog::Check) -> Check<'_> {
    Check {
        id: &check.id,
        title: &check.title,
        kind: check.kind.name,
        severity: check.severity,
        domain: &check.responsibility.domain,
        risk: check.risk.trim(),
        remedy: check.remedy.text.trim(),
        cli: check.remedy.cli_source.as_deref(),
        terraform: check.remedy.terraform.as_deref(),
        links: &check.remedy.links,
        controls: &check.controls,
    }
}

fn owner_of<'a>(report: &Report<'a>, finding: &'a Finding) -> Owner<'a> {
    let model = &report.catalog.responsibility;
    let (owner, cell) = (&finding.owner, cell(model, &finding.owner));
    let page = cell.as_ref().and_then(|cell| model.page(cell));
    Owner {
        party: owner.party.word(),
        managed_by: &owner.managed_by,
        mode: model.mode(&owner.mode).map_or("", |mode| &mode.title),
        layer: model.layer(&owner.layer).map_or("", |layer| &layer.title),
        customer: cell.as_ref().and_then(|cell| cell.customer.clone()),
        aws: cell.as_ref().and_then(|cell| cell.aws.clone()),
        page: page.map(|page| (page.title.as_str(), page.link.as_str())),
    }
}

fn change(change: &Change<'_>) -> (String, f64, Option<String>) {
    let gain = (change.gain * 100.0).round() / 100.0;
    (change_title(change), gain, change.score.map(tenths))
}
