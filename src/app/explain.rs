//! How a number, or a verdict, came about.

use super::judge::Judging;
use super::output::screen;
use super::settings::Loaded;
use super::{Error, exit, files};
use crate::assess::{self, Assessment, Finding};
use crate::catalog::{Catalog, nearest};
use crate::derive;
use crate::plan::Plan;
use crate::report::explain;
use std::collections::BTreeMap;
use std::path::Path;

/// How many findings are named when several are meant.
const NAMED: usize = 15;

/// The fewest digits of a finding's id that are taken for one.
const DIGITS: usize = 4;

/// Explains the score of a snapshot (`score`), or one finding of it: by its id, by the beginning
/// of the id, or as `CHECK` or `CHECK/RESOURCE`.
pub fn explain(what: &str, path: &Path, judging: &Judging) -> Result<u8, Error> {
    let Loaded {
        catalog, settings, ..
    } = judging.load()?;
    let mut snapshot = files::snapshot(path)?;
    derive::derive(&mut snapshot);
    let now = snapshot.header.started;
    let assessment = assess::assess_by(&snapshot, &catalog, &settings, now);
    let text = if what == "score" {
        explain::score(&assessment, &catalog)
    } else {
        let finding = find(what, &assessment, &catalog).map_err(Error::Usage)?;
        let explanation = assess::explain(&snapshot, &catalog, finding, now)
            .ok_or_else(|| Error::Bug(format!("{} has no check", finding.id)))?;
        let derivations = derive::derivations();
        let reads: BTreeMap<String, Vec<String>> = explanation
            .facts
            .iter()
            .map(|fact| {
                let plan = Plan::of([fact.fact.clone()], &derivations);
                let operations = plan.operations().map(|read| read.operation.to_owned());
                (fact.fact.clone(), operations.collect())
            })
            .collect();
        explain::finding(&explanation, &assessment, &catalog, &reads)
    };
    screen(text.as_bytes())?;
    Ok(exit::DONE)
}

/// The finding that is meant.
pub(super) fn find<'a>(
    what: &str,
    assessment: &'a Assessment,
    catalog: &Catalog,
) -> Result<&'a Finding, String> {
    let findings = &assessment.findings;
    let (check, resource) = match what.split_once('/') {
        Some((check, resource)) => (check, Some(resource)),
        None => (what, None),
    };
    let meant: Vec<&Finding> = match catalog.check(check) {
        Some(check) => findings
            .iter()
            .filter(|finding| *finding.check == check.id)
            .filter(|finding| {
                resource.is_none_or(|resource| {
                    finding.about.resource_id.as_deref() == Some(resource)
                        || finding.about.arn.as_deref() == Some(resource)
                })
            })
            .collect(),
        None if what.len() >= DIGITS => {
            let what = what.to_ascii_lowercase();
            let with = |finding: &&Finding| finding.id.hex().starts_with(&what);
            findings.iter().filter(with).collect()
        }
        None => Vec::new(),
    };
    match meant.as_slice() {
        [finding] => Ok(finding),
        [] => Err(unknown(what, resource.is_some(), assessment, catalog)),
        several => Err(format!(
            "`{what}` means {} findings; take one of their ids:\n{}",
            several.len(),
            list(several)
        )),
    }
}

fn unknown(what: &str, of_check: bool, assessment: &Assessment, catalog: &Catalog) -> String {
    let name = what.split('/').next().unwrap_or(what);
    if let Some(check) = catalog.check(name) {
        let of: Vec<&Finding> = assessment
            .findings
            .iter()
            .filter(|finding| *finding.check == check.id)
            .collect();
        return match of.as_slice() {
            [] => format!("{} judged nothing in this snapshot", check.id),
            of => format!(
                "`{what}` is no finding; {} has these:\n{}",
                check.id,
                list(of)
            ),
        };
    }
    let hex = what.len() >= DIGITS && what.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hex && !of_check {
        let common = |finding: &Finding| {
            let id = finding.id.hex();
            let pairs = id.bytes().zip(what.bytes());
            pairs.take_while(|(a, b)| a == b).count()
        };
        let near = assessment.findings.iter().max_by_key(|f| common(f));
        return match near {
            Some(near) => format!(
                "no finding's id begins with `{what}`; the nearest is\n{}",
                list(&[near])
            ),
            None => "this snapshot has no findings".to_owned(),
        };
    }
    let checks = catalog.checks.iter().map(|check| check.id.as_str());
    let hint = nearest(name, checks.chain(["score"]));
    let hint = hint.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    format!(
        "`{what}` is neither `score`, nor a finding's id (at least {DIGITS} digits of it), nor \
CHECK or CHECK/RESOURCE{hint}"
    )
}

/// Findings, one a line; those that failed first.
fn list(findings: &[&Finding]) -> String {
    let mut findings = findings.to_vec();
    findings.sort_by_key(|finding| finding.verdict);
    let mut lines: Vec<String> = findings
        .iter()
        .take(NAMED)
        .map(|finding| {
            let resource = finding.about.resource_id.as_deref().unwrap_or("the list");
            let (id, check, region) = (&finding.id, &finding.check, &finding.about.region);
            format!(
                "  {id}  {:<14} {check}/{resource} ({region})",
                finding.verdict.word()
            )
        })
        .collect();
    let more = findings.len().saturating_sub(NAMED);
    if more > 0 {
        lines.push(format!("  … and {more} more"));
    }
    lines.join("\n")
}
