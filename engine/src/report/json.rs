//! JSON: the assessment as one document, or its results as lines.

use super::{Report, v1};
use crate::assess::{Assessment, Finding, Verdict};
use crate::catalog::Check;
use crate::score::{Coverage, Interval};
use chrono::SecondsFormat;
use std::collections::BTreeMap;

pub(super) fn document(report: &Report<'_>) -> Vec<u8> {
    let mut bytes = encode(|out| serde_json::to_writer_pretty(out, &of(report)));
    bytes.push(b'\n');
    bytes
}

pub(super) fn lines(report: &Report<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for finding in &report.assessment.findings {
        bytes.extend(encode(|out| serde_json::to_writer(out, &result(finding))));
        bytes.push(b'\n');
    }
    bytes
}

/// Encodes into memory.
pub(super) fn encode(write: impl FnOnce(&mut Vec<u8>) -> serde_json::Result<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    match write(&mut bytes) {
        Ok(()) => bytes,
        // Structs of text and numbers, with text keys, into memory: nothing that can fail.
        Err(error) => unreachable!("{error}"),
    }
}

fn of(report: &Report<'_>) -> v1::Document {
    let header = report.header;
    let assessment = report.assessment;
    let counts = counts(assessment)
        .into_iter()
        .map(|(verdict, count)| (verdict.to_owned(), count))
        .collect();
    v1::Document {
        schema: v1::SCHEMA.to_owned(),
        run: v1::Run {
            account: header.account.clone(),
            caller: header.caller.clone(),
            partition: header.partition.clone(),
            regions: header.regions.clone(),
            started: header.started.to_rfc3339_opts(SecondsFormat::Millis, true),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            collector: header.tool.clone(),
            catalog: report.catalog.hash.clone(),
            parameters: BTreeMap::new(),
        },
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
        checks: report.catalog.checks.iter().map(check).collect(),
        results: assessment.findings.iter().map(result).collect(),
        gaps: assessment
            .gaps
            .iter()
            .map(|gap| v1::Gap {
                id: gap.id.to_string(),
                account: gap.account.to_string(),
                region: gap.region.to_string(),
                operation: gap.operation.to_string(),
                actions: gap.actions.iter().map(ToString::to_string).collect(),
                reason: gap.reason.word().to_owned(),
                resource: gap.resource.as_ref().map(ToString::to_string),
                code: gap.code.clone(),
                message: gap.message.clone(),
            })
            .collect(),
        exceptions: Vec::new(),
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

/// How many findings have each verdict.
pub(super) fn counts(assessment: &Assessment) -> BTreeMap<&'static str, usize> {
    [
        Verdict::Fail,
        Verdict::NotAssessed,
        Verdict::Excepted,
        Verdict::Pass,
        Verdict::Inherited,
        Verdict::NotApplicable,
    ]
    .into_iter()
    .map(|verdict| (verdict.word(), assessment.count(verdict)))
    .collect()
}

fn check(check: &Check) -> v1::Check {
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
        },
        controls: check.controls.clone(),
    }
}

fn result(finding: &Finding) -> v1::Result {
    v1::Result {
        id: finding.id.clone(),
        check: finding.check.clone(),
        verdict: finding.verdict,
        severity: finding.severity,
        account: finding.account.to_string(),
        region: finding.region.to_string(),
        kind: finding.kind.to_owned(),
        arn: finding.arn.as_ref().map(ToString::to_string),
        resource_id: finding.resource_id.as_ref().map(ToString::to_string),
        owner: finding.owner.to_string(),
        message: finding.message.clone(),
        evidence: finding.evidence.clone(),
        gaps: finding.gaps.iter().map(ToString::to_string).collect(),
    }
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
