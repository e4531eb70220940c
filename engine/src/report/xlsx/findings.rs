//! Every finding once, with all that is known of it; and the checks.

use super::audit::Audit;
use super::book::{Book, Cell, Sheet, long, number, short};
use crate::report::words::{gap_saying, requirements};
use crate::score::weight;
use rust_xlsxwriter::XlsxError;
use std::collections::BTreeMap;

pub(super) fn sheet(book: &mut Book, audit: &Audit<'_>) -> Result<(), XlsxError> {
    let sheet = Sheet {
        name: book.name("Findings", ""),
        title: "Findings: what each check says of each resource",
        note: "One row for each check and resource, whatever the verdict, as in every other report of this \
run: the id in the last column is the same everywhere, in every run. A list that could not be read has a \
row of its own, without a resource.",
        empty: "Nothing was judged.",
        fixed: 2,
        tab: None,
    };
    let columns = [
        short("Verdict", 13.0),
        short("Severity", 9.0),
        long("Resource", 36.0),
        long("What was seen", 60.0),
        long("Evidence", 50.0),
        long("Missing", 44.0),
        short("Account", 14.0),
        short("Region", 13.0),
        short("Kind", 20.0),
        long("What must hold", 44.0),
        long("Check", 34.0),
        long("ARN", 44.0),
        short("Owner", 10.0),
        short("Managed by", 12.0),
        short("Operating mode", 18.0),
        long("Exception", 18.0),
        long("Accepted by", 18.0),
        short("Accepted until", 14.0),
        long("Read by", 42.0),
        short("Reading began (UTC)", 20.0),
        short("Finding", 34.0),
    ];
    let rows = audit.report.assessment.findings.iter().map(|finding| {
        let check = audit.index.check(finding);
        let gaps = audit.index.gaps(finding);
        let exception = audit.index.exception(finding);
        let missing: Vec<String> = gaps.into_iter().map(gap_saying).collect();
        vec![
            Cell::Verdict(finding.verdict),
            Cell::Severity(finding.severity),
            finding
                .about
                .resource_id
                .as_deref()
                .unwrap_or_default()
                .into(),
            audit.seen(finding).into(),
            finding.evidence().join("\n").into(),
            missing.join("\n").into(),
            (&*finding.about.account).into(),
            (&*finding.about.region).into(),
            finding.about.kind.into(),
            check.title.as_str().into(),
            (&*finding.check).into(),
            finding.about.arn.as_deref().unwrap_or_default().into(),
            finding.owner.party.word().into(),
            (&*finding.owner.managed_by).into(),
            (&*finding.owner.mode).into(),
            finding.exception().unwrap_or_default().into(),
            exception.map_or("", |one| &one.owner).into(),
            exception
                .map_or_else(String::new, |one| one.expires.to_string())
                .into(),
            audit.reads(&finding.check).into(),
            audit.began.as_str().into(),
            finding.id.to_string().into(),
        ]
    });
    book.table(&sheet, &columns, rows)
}

/// The checks of the run: what they ask, of what, and which controls they answer.
pub(super) fn checks(book: &mut Book, audit: &Audit<'_>) -> Result<(), XlsxError> {
    let catalog = audit.report.catalog;
    let mut counts: BTreeMap<&str, [usize; 6]> = BTreeMap::new();
    for finding in &audit.report.assessment.findings {
        counts.entry(&finding.check).or_default()[finding.verdict as usize] += 1;
    }
    let sheet = Sheet {
        name: book.name("Checks", ""),
        title: "Checks: what was asked, and of what",
        note: "The checks of this run. The rule is the expression that must hold of the facts; \
`waterline explain` shows for one finding what each part of it gave.",
        empty: "No check was run.",
        fixed: 1,
        tab: None,
    };
    let columns = [
        long("Check", 40.0),
        short("Severity", 9.0),
        long("What must hold", 50.0),
        short("Kind", 20.0),
        number("Failed", 8.0),
        number("Not assessed", 9.0),
        number("Accepted risk", 9.0),
        number("Passed", 8.0),
        number("Inherited", 10.0),
        number("Not appl.", 8.0),
        long("Why it matters", 60.0),
        long("How to mend it", 60.0),
        long("Rule", 60.0),
        long("Read by", 42.0),
        short("Domain", 24.0),
        short("Shared how", 22.0),
        short("Category", 30.0),
        long("Controls that it answers", 60.0),
        number("Weight", 8.0),
    ];
    let rows = catalog.checks.iter().map(|check| {
        let counts = counts.get(check.id.as_str()).copied().unwrap_or_default();
        let rule: Vec<String> = ["when", "each", "assert"]
            .iter()
            .filter_map(|key| Some(format!("{key}: {}", check.sources.get(*key)?.trim())))
            .collect();
        let mut cells: Vec<Cell> = vec![
            check.id.as_str().into(),
            Cell::Severity(check.severity),
            check.title.as_str().into(),
            check.kind.name.into(),
        ];
        cells.extend(counts.map(Cell::from));
        cells.extend([
            check.risk.trim().into(),
            check.remedy.text.trim().into(),
            rule.join("\n").into(),
            audit.all_reads(&check.id).into(),
            check.responsibility.domain.as_str().into(),
            check.responsibility.control.as_str().into(),
            check.responsibility.category.as_str().into(),
            requirements(check, catalog).join("\n").into(),
            Cell::Count(weight(check.severity) as u64),
        ]);
        cells
    });
    book.table(&sheet, &columns, rows)
}
