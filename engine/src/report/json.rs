//! JSON: the assessment as one document, or its results as lines.

use super::each::Each;
use super::ownership::{cell, change_title};
use super::resources::Described;
use super::words::Index;
use super::{Report, v1};
use crate::assess::{Accepted, Assessment, Finding, Verdict};
use crate::catalog::Check;
use crate::model::{Gap, Listing};
use crate::score::{Change, Coverage, Interval, What, changes};
use chrono::SecondsFormat;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// How many changes the document holds.
const CHANGES: usize = 20;

pub(super) fn document(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let assessment = report.assessment;
    let document = frame(
        report,
        Each::of(|| assessment.findings.iter().map(result)),
        Each::of(|| report.resources.iter().map(Described::v1)),
        Each::of(|| assessment.gaps.iter().map(gap)),
    );
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// A result on a line of its own, where the list of exceptions is not at hand.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    result: v1::Result,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<Acceptance<'a>>,
}

/// Who answers for an accepted failure, why and until when.
#[derive(Serialize)]
struct Acceptance<'a> {
    owner: &'a str,
    reason: &'a str,
    expires: String,
    ticket: Option<&'a str>,
}

pub(super) fn lines(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let index = Index::of(report);
    for finding in &report.assessment.findings {
        serde_json::to_writer(&mut *out, &line(finding, index.exception(finding)))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn line<'a>(finding: &Finding, exception: Option<&'a Accepted>) -> Line<'a> {
    Line {
        result: result(finding),
        accepted: exception.map(|exception| Acceptance {
            owner: &exception.owner,
            reason: &exception.reason,
            expires: exception.expires.to_string(),
            ticket: exception.ticket.as_deref(),
        }),
    }
}

/// The assessment as `waterline.assessment/v1` has it.
pub(super) fn of(report: &Report<'_>) -> v1::Document {
    let assessment = report.assessment;
    let results = assessment.findings.iter().map(result).collect();
    let resources = report.resources.iter().map(Described::v1).collect();
    let gaps = assessment.gaps.iter().map(gap).collect();
    frame(report, results, resources, gaps)
}

/// The assessment around its results, resources and gaps, of which a large account has very many.
fn frame<R, S, G>(report: &Report<'_>, results: R, resources: S, gaps: G) -> v1::Document<R, G, S> {
    let header = report.header;
    let assessment = report.assessment;
    let counts = counts(assessment)
        .into_iter()
        .map(|(verdict, count)| (verdict.to_owned(), count))
        .collect();
    v1::Document {
        schema: v1::SCHEMA.to_owned(),
        run: run(report),
        score: v1::Score {
            whole: report.score.whole.map(interval),
            domains: report
                .score
                .domains
                .iter()
                .map(|domain| v1::Domain {
                    domain: domain.domain.to_owned(),
                    title: domain.title.to_owned(),
                    score: domain.score.map(interval),
                    coverage: coverage(domain.coverage),
                })
                .collect(),
        },
        coverage: coverage(report.score.coverage),
        counts,
        changes: changes(assessment, report.catalog)
            .iter()
            .take(CHANGES)
            .map(change)
            .collect(),
        responsibility: responsibility(report),
        checks: report.catalog.checks.iter().map(check).collect(),
        results,
        resources,
        lists: lists(&assessment.lists),
        gaps,
        exceptions: assessment.exceptions.iter().map(exception).collect(),
        ledger: header
            .ledger
            .iter()
            .map(|line| v1::Call {
                operation: line.operation.clone(),
                account: line.account.clone(),
                region: line.region.clone(),
                calls: line.calls,
                errors: line.errors,
                throttles: line.throttles,
            })
            .collect(),
    }
}

/// Who ran what, when and where.
pub(super) fn run(report: &Report<'_>) -> v1::Run {
    let header = report.header;
    let measure = &report.assessment.measure;
    v1::Run {
        account: header.account.clone(),
        caller: header.caller.clone(),
        partition: header.partition.clone(),
        regions: header.regions.clone(),
        started: header.started.to_rfc3339_opts(SecondsFormat::Millis, true),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        collector: header.tool.clone(),
        catalog: report.catalog.hash.clone(),
        parameters: measure
            .parameters
            .iter()
            .map(|(check, values)| (check.clone(), values.clone().into_iter().collect()))
            .collect(),
        severities: measure.severities.clone(),
        settings: measure.settings.clone(),
    }
}

/// The lists that are complete, by kind and account. A kind of which several lists are made in
/// one place is complete where all of them are.
fn lists(listings: &[Listing]) -> Vec<v1::List> {
    let mut lists: BTreeMap<(&str, &str), BTreeMap<&str, bool>> = BTreeMap::new();
    for listing in listings {
        let regions = lists.entry((&listing.kind, &listing.account)).or_default();
        *regions.entry(&listing.region).or_insert(true) &= listing.gaps.is_empty();
    }
    lists
        .into_iter()
        .map(|((kind, account), regions)| v1::List {
            kind: kind.to_owned(),
            account: account.to_owned(),
            complete: regions
                .into_iter()
                .filter(|(_, complete)| *complete)
                .map(|(region, _)| region.to_owned())
                .collect(),
        })
        .collect()
}

/// A read that gave nothing.
pub(super) fn gap(gap: &Gap) -> v1::Gap {
    v1::Gap {
        id: gap.id.to_string(),
        account: gap.account.to_string(),
        region: gap.region.to_string(),
        operation: gap.operation.to_string(),
        actions: gap.actions.iter().map(ToString::to_string).collect(),
        reason: gap.reason.word().to_owned(),
        resource: gap.resource.as_ref().map(ToString::to_string),
        code: gap.code.clone(),
        message: gap.message.clone(),
    }
}

/// How many findings have each verdict.
pub(super) fn counts(assessment: &Assessment) -> BTreeMap<&'static str, usize> {
    Verdict::ALL
        .into_iter()
        .map(|verdict| (verdict.word(), assessment.count(verdict)))
        .collect()
}

pub(super) fn check(check: &Check) -> v1::Check {
    v1::Check {
        id: check.id.clone(),
        title: check.title.clone(),
        kind: check.kind.name.to_owned(),
        severity: check.severity,
        risk: check.risk.trim_end().to_owned(),
        remedy: v1::Remedy {
            text: check.remedy.text.trim_end().to_owned(),
            cli: check.remedy.cli_source.clone(),
            terraform: check.remedy.terraform.clone(),
            links: check.remedy.links.clone(),
        },
        responsibility: v1::Responsibility {
            domain: check.responsibility.domain.clone(),
            control: check.responsibility.control.clone(),
            category: check.responsibility.category.clone(),
            layer: check.responsibility.layer.clone(),
        },
        hash: check.hash(),
        controls: check.controls.clone(),
        aliases: check.aliases.clone(),
    }
}

pub(super) fn result(finding: &Finding) -> v1::Result {
    v1::Result {
        id: finding.id.to_string(),
        check: finding.check.to_string(),
        verdict: finding.verdict,
        severity: finding.severity,
        account: finding.about.account.to_string(),
        region: finding.about.region.to_string(),
        kind: finding.about.kind.to_owned(),
        arn: finding.about.arn.as_ref().map(ToString::to_string),
        resource_id: finding.about.resource_id.as_ref().map(ToString::to_string),
        owner: finding.owner.party,
        managed_by: finding.owner.managed_by.to_string(),
        mode: finding.owner.mode.to_string(),
        message: finding.message().to_owned(),
        evidence: finding.evidence().to_vec(),
        gaps: finding.gaps().iter().map(ToString::to_string).collect(),
        exception: finding.exception().map(ToString::to_string),
        parameters: finding.parameters().cloned(),
    }
}

/// An exception, and what it did in this run.
pub(super) fn exception(exception: &Accepted) -> v1::Exception {
    v1::Exception {
        id: exception.id.to_string(),
        scope: exception.scope.clone(),
        owner: exception.owner.clone(),
        reason: exception.reason.clone(),
        expires: exception.expires.to_string(),
        standing: exception.standing,
        findings: exception.findings,
        doubts: exception.doubts.clone(),
        judged: exception.judged,
        ticket: exception.ticket.clone(),
    }
}

fn change(change: &Change<'_>) -> v1::Change {
    let (arn, settings) = match &change.what {
        What::Cause(_) => (None, Vec::new()),
        What::Settings { arn, settings, .. } => (Some(arn.to_string()), settings.clone()),
    };
    v1::Change {
        title: change_title(change),
        account: change.account.to_string(),
        region: change.region.as_ref().map(ToString::to_string),
        arn,
        settings,
        clears: change.clears.iter().map(|f| f.id.to_string()).collect(),
        severities: change
            .by_severity()
            .into_iter()
            .map(|(severity, count)| (severity.word().to_owned(), count))
            .collect(),
        score: change.score.map(interval),
        gain: (change.gain * 100.0).round() / 100.0,
    }
}

/// The cells that results name, once each, with all pages that some result rests on.
fn responsibility(report: &Report<'_>) -> Vec<v1::Cell> {
    let model = &report.catalog.responsibility;
    let mut cells: BTreeMap<(&str, &str), v1::Cell> = BTreeMap::new();
    for finding in &report.assessment.findings {
        let owner = &finding.owner;
        let Some(cell) = cell(model, owner) else {
            continue;
        };
        let entry = cells
            .entry((&owner.mode, &owner.layer))
            .or_insert_with(|| v1::Cell {
                mode: owner.mode.to_string(),
                layer: owner.layer.to_string(),
                owner: cell.owner,
                customer: cell.customer.clone(),
                aws: cell.aws.clone(),
                sources: Vec::new(),
            });
        if let Some(page) = model.page(&cell)
            && !entry.sources.contains(&page.link)
        {
            entry.sources.push(page.link.clone());
            entry.sources.sort();
        }
    }
    cells.into_values().collect()
}

fn interval(interval: Interval) -> v1::Interval {
    v1::Interval {
        proven: tenth(interval.proven),
        possible: tenth(interval.possible),
    }
}

fn coverage(coverage: Coverage) -> v1::Coverage {
    v1::Coverage {
        assessed: coverage.assessed,
        total: coverage.total,
        percent: coverage.percent().map(tenth),
    }
}

/// Rounded to a tenth.
pub(super) fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
