//! The findings as data in the page: every text once, each finding a short list of numbers. The
//! page's script unfolds it.

use super::super::Report;
use super::super::each::{Each, sha256};
use super::super::ownership::{cell, change_title};
use super::super::summary::tenths;
use super::super::words::gap_saying;
use crate::assess::{self, Finding, FindingId, Verdict};
use crate::catalog::{DOMAINS, Party, Severity};
use crate::score::Change;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::io::{self, Write};

#[derive(Serialize)]
struct Data<'a> {
    verdicts: Vec<&'static str>,
    severities: Vec<&'static str>,
    domains: BTreeMap<&'static str, &'static str>,
    accounts: &'a [&'a str],
    regions: &'a [&'a str],
    frameworks: BTreeMap<&'a str, &'a str>,
    checks: Vec<Check<'a>>,
    /// ARN and id of each resource.
    resources: &'a [Resource<'a>],
    owners: &'a [Owner<'a>],
    texts: &'a [&'a str],
    /// Title, gain and score of each change, what mends most first.
    changes: Vec<(String, f64, Option<String>)>,
    gaps: Each<'a, String>,
    exceptions: Vec<Exception<'a>>,
    findings: Each<'a, Row>,
}

/// ARN and id.
type Resource<'a> = (Option<&'a str>, Option<&'a str>);

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
struct Row {
    id: FindingId,
    /// Check, verdict, severity, account, Region, resource, owner, text, change (or -1),
    /// exception (or -1).
    places: [i64; 10],
    evidence: Vec<i64>,
    gaps: Vec<usize>,
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let length = match (self.evidence.is_empty(), self.gaps.is_empty()) {
            (_, false) => 13,
            (false, true) => 12,
            (true, true) => 11,
        };
        let mut list = serializer.serialize_seq(Some(length))?;
        list.serialize_element(&self.id)?;
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
struct Table<T> {
    places: BTreeMap<T, usize>,
    list: Vec<T>,
}

impl<T: Ord + Copy> Table<T> {
    fn new() -> Table<T> {
        Table {
            places: BTreeMap::new(),
            list: Vec::new(),
        }
    }

    /// Takes a thing in, and says whether it is new.
    fn put(&mut self, thing: T) -> bool {
        let next = self.list.len();
        let new = *self.places.entry(thing).or_insert(next) == next;
        if new {
            self.list.push(thing);
        }
        new
    }

    /// Where a thing stands; -1 for what is not in the table.
    fn at(&self, thing: T) -> i64 {
        self.places.get(&thing).map_or(-1, |place| *place as i64)
    }
}

/// What owners are told apart by.
type OwnerKey<'a> = (Party, &'a str, &'a str, &'a str, Option<&'a str>);

fn key(owner: &assess::Owner) -> OwnerKey<'_> {
    let source = owner.source.as_deref();
    (
        owner.party,
        &owner.managed_by,
        &owner.mode,
        &owner.layer,
        source,
    )
}

/// All that findings are made of, in tables. The findings themselves are made while they are
/// written.
pub(super) struct Tables<'a> {
    report: &'a Report<'a>,
    changes: &'a [Change<'a>],
    checks: BTreeMap<&'a str, usize>,
    change_of: BTreeMap<FindingId, usize>,
    gaps: BTreeMap<&'a str, usize>,
    exceptions: BTreeMap<&'a str, usize>,
    accounts: Table<&'a str>,
    regions: Table<&'a str>,
    resources: Table<Resource<'a>>,
    texts: Table<&'a str>,
    owners: Table<OwnerKey<'a>>,
    owner_list: Vec<Owner<'a>>,
}

impl<'a> Tables<'a> {
    pub(super) fn of(report: &'a Report<'a>, changes: &'a [Change<'a>]) -> Tables<'a> {
        let assessment = report.assessment;
        let mut tables = Tables {
            report,
            changes,
            checks: by_id(report.catalog.checks.iter().map(|check| &*check.id)),
            change_of: (changes.iter().enumerate())
                .flat_map(|(place, change)| change.clears.iter().map(move |f| (f.id, place)))
                .collect(),
            gaps: by_id(assessment.gaps.iter().map(|gap| &*gap.id)),
            exceptions: by_id(assessment.exceptions.iter().map(|one| &*one.id)),
            accounts: Table::new(),
            regions: Table::new(),
            resources: Table::new(),
            texts: Table::new(),
            owners: Table::new(),
            owner_list: Vec::new(),
        };
        tables.texts.put("");
        for finding in &assessment.findings {
            if tables.owners.put(key(&finding.owner)) {
                tables.owner_list.push(owner_of(report, finding));
            }
            tables.accounts.put(&finding.about.account);
            tables.regions.put(&finding.about.region);
            tables.resources.put(resource(finding));
            tables.texts.put(finding.message());
            for item in finding.evidence() {
                tables.texts.put(item);
            }
        }
        tables
    }

    /// Writes the data, fit to stand inside a `script` element of a page.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(Unmarked(out), &self.data())?;
        Ok(())
    }

    /// The SHA-256 of the data, in hex digits.
    pub(super) fn hash(&self) -> io::Result<String> {
        sha256(|out| self.write(out))
    }

    fn data(&self) -> Data<'_> {
        let (catalog, assessment) = (self.report.catalog, self.report.assessment);
        Data {
            verdicts: Verdict::ALL.map(Verdict::word).to_vec(),
            severities: worst_first().map(Severity::word).to_vec(),
            domains: DOMAINS.iter().copied().collect(),
            accounts: &self.accounts.list,
            regions: &self.regions.list,
            frameworks: (catalog.frameworks.values())
                .map(|framework| (framework.id.as_str(), framework.title.as_str()))
                .collect(),
            checks: catalog.checks.iter().map(check).collect(),
            resources: &self.resources.list,
            owners: &self.owner_list,
            texts: &self.texts.list,
            changes: self.changes.iter().map(change).collect(),
            gaps: Each::of(|| assessment.gaps.iter().map(gap_saying)),
            exceptions: (assessment.exceptions.iter())
                .map(|exception| Exception {
                    id: &exception.id,
                    owner: &exception.owner,
                    reason: &exception.reason,
                    expires: exception.expires.to_string(),
                    ticket: exception.ticket.as_deref(),
                })
                .collect(),
            findings: Each::of(|| assessment.findings.iter().map(|finding| self.row(finding))),
        }
    }

    fn row(&self, finding: &'a Finding) -> Row {
        let at = |found: Option<&usize>| found.map_or(-1, |place| *place as i64);
        let exception = finding.exception();
        Row {
            id: finding.id,
            places: [
                at(self.checks.get(&*finding.check)),
                position(&Verdict::ALL, finding.verdict),
                position(&worst_first(), finding.severity),
                self.accounts.at(&finding.about.account),
                self.regions.at(&finding.about.region),
                self.resources.at(resource(finding)),
                self.owners.at(key(&finding.owner)),
                self.texts.at(finding.message()),
                at(self.change_of.get(&finding.id)),
                at(exception.and_then(|id| self.exceptions.get(id))),
            ],
            evidence: (finding.evidence().iter())
                .map(|item| self.texts.at(item))
                .collect(),
            gaps: (finding.gaps().iter())
                .filter_map(|id| self.gaps.get(&**id).copied())
                .collect(),
        }
    }
}

fn resource(finding: &Finding) -> Resource<'_> {
    (
        finding.about.arn.as_deref(),
        finding.about.resource_id.as_deref(),
    )
}

/// Writes JSON without `<`: an element ends, and a comment begins, with it. In JSON it occurs in
/// strings only.
struct Unmarked<'w>(&'w mut dyn Write);

impl Write for Unmarked<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut parts = bytes.split(|byte| *byte == b'<');
        self.0.write_all(parts.next().unwrap_or_default())?;
        for part in parts {
            self.0.write_all(b"\\u003c")?;
            self.0.write_all(part)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
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
