//! The first sheet: who read what and when, what it comes to, and how to read the workbook.

use super::audit::Audit;
use super::book::{Book, Entry, spaced};
use super::looks::Looks;
use super::page::{Page, Part};
use super::rest::meaning;
use super::sample::SIZE;
use crate::assess::Verdict;
use crate::report::controls::Status;
use crate::report::ownership::{change_clears, change_holds, change_title};
use crate::report::summary::{by_severity, count, tenths};
use crate::score::{Coverage, Interval, changes};
use rust_xlsxwriter::XlsxError;

/// How many changes are shown.
const CHANGES: usize = 10;

pub(super) fn fill(book: &mut Book, audit: &Audit<'_>) -> Result<(), XlsxError> {
    let (worksheet, looks, contents) = book.summary()?;
    let account = &audit.report.header.account;
    let title = format!("AWS account {account}: workbook for auditors");
    let mut page = Page::new(worksheet, looks, &title)?;
    page.title(&title)?;
    facts(&mut page, audit)?;
    score(&mut page, looks, audit)?;
    verdicts(&mut page, looks, audit)?;
    frameworks(&mut page, looks, audit, contents)?;
    mending(&mut page, looks, audit)?;
    sheets(&mut page, looks, contents)?;
    reading(&mut page)
}

fn facts(page: &mut Page<'_>, audit: &Audit<'_>) -> Result<(), XlsxError> {
    let header = audit.report.header;
    let assessment = &audit.report.assessment;
    page.fact("Account", &header.account)?;
    page.fact("Read as", &header.caller)?;
    let regions = header.regions.join(", ");
    let number = header.regions.len();
    page.fact("Regions read", &format!("{number}: {regions}"))?;
    page.fact("Reading began (UTC)", &audit.began)?;
    page.fact("Read by", &format!("waterline {}", header.tool))?;
    let version = env!("CARGO_PKG_VERSION");
    page.fact("Judged and reported by", &format!("waterline {version}"))?;
    page.fact("Catalogue of checks (SHA-256)", &audit.report.catalog.hash)?;
    let checks = count(audit.report.catalog.checks.len(), "check");
    let findings = count(assessment.findings.len(), "finding");
    let gaps = match assessment.gaps.len() {
        0 => "nothing that was asked for is missing".to_owned(),
        number => format!("{}, see Gaps", count(number, "read")) + " that gave nothing",
    };
    page.fact("In this run", &format!("{checks}, {findings}; {gaps}"))
}

fn score(page: &mut Page<'_>, looks: &Looks, audit: &Audit<'_>) -> Result<(), XlsxError> {
    page.heading("Score, from what is proven to the best that it could be")?;
    page.header(&[
        (1, "Domain"),
        (1, ">Proven"),
        (1, ">At best"),
        (2, ">Assessed"),
        (1, ">Percent"),
    ])?;
    let score = audit.report.score;
    domain(page, looks, "All", score.whole, score.coverage)?;
    for part in &score.domains {
        domain(page, looks, part.title, part.score, part.coverage)?;
    }
    page.paragraph(
        "What could not be assessed counts as not passed on the left and as passed on the right: the \
distance is what is not known. A domain in which nothing was judged has no score.",
    )
}

fn domain(
    page: &mut Page<'_>,
    looks: &Looks,
    title: &str,
    score: Option<Interval>,
    coverage: Coverage,
) -> Result<(), XlsxError> {
    let assessed = format!("{} of {}", coverage.assessed, coverage.total);
    let number = |number: Option<f64>| match number {
        Some(number) => Part::Number((number * 10.0).floor() / 10.0, &looks.tenth),
        None => Part::Text("–", &looks.count),
    };
    page.line(&[
        (1, Part::Text(title, &looks.label)),
        (1, number(score.map(|score| score.proven))),
        (1, number(score.map(|score| score.possible))),
        (2, Part::Text(&assessed, &looks.count)),
        (1, number(coverage.percent())),
    ])
}

fn verdicts(page: &mut Page<'_>, looks: &Looks, audit: &Audit<'_>) -> Result<(), XlsxError> {
    page.heading("Findings by verdict")?;
    page.header(&[(1, "Verdict"), (1, ">Findings"), (9, "What it means")])?;
    for verdict in Verdict::ALL {
        let number = audit.report.assessment.count(verdict) as f64;
        page.line(&[
            (1, Part::Text(&spaced(verdict), looks.verdict(verdict))),
            (1, Part::Number(number, &looks.count)),
            (9, Part::Text(meaning(verdict), &looks.wrap)),
        ])?;
    }
    let severities: Vec<String> = by_severity(audit.report)
        .into_iter()
        .map(|(severity, number)| format!("{number} {severity}"))
        .collect();
    page.paragraph(&format!("Failures by severity: {}.", severities.join(", ")))
}

fn frameworks(
    page: &mut Page<'_>,
    looks: &Looks,
    audit: &Audit<'_>,
    contents: &[Entry],
) -> Result<(), XlsxError> {
    const SHOWN: [(Status, &str); 9] = [
        (Status::Failed, ">Failed"),
        (Status::NotAssessed, ">Not assessed"),
        (Status::Accepted, ">Accepted risk"),
        (Status::Passed, ">Passed"),
        (Status::NotApplicable, ">Not applicable"),
        (Status::NotRun, ">Not run"),
        (Status::Manual, ">Manual"),
        (Status::Inherited, ">Inherited"),
        (Status::Uncovered, ">Not covered"),
    ];
    page.heading("Frameworks, by the status of their controls")?;
    let mut titles = vec![(1, "Framework"), (1, ">Controls")];
    titles.extend(SHOWN.map(|(_, title)| (1, title)));
    page.header(&titles)?;
    for standard in &audit.standards {
        let title = &standard.framework.title;
        let sheet = contents.iter().find(|entry| entry.title == *title);
        let mut parts = vec![
            match sheet {
                Some(entry) => (1, Part::Link(&entry.name, title)),
                None => (1, Part::Text(title, &looks.wrap)),
            },
            (1, Part::Number(standard.rows.len() as f64, &looks.count)),
        ];
        for (status, _) in SHOWN {
            let rows = standard.rows.iter().filter(|row| row.status == status);
            parts.push((1, Part::Number(rows.count() as f64, &looks.count)));
        }
        page.line(&parts)?;
    }
    page.paragraph(
        "A check that passes is evidence for a part of a control, not a certificate. Manual: people must be \
asked, the sheet says for what. Inherited: AWS answers, the sheet says where its proof lies.",
    )
}

fn mending(page: &mut Page<'_>, looks: &Looks, audit: &Audit<'_>) -> Result<(), XlsxError> {
    let catalog = audit.report.catalog;
    let changes = changes(audit.report.assessment, catalog);
    if changes.is_empty() {
        return Ok(());
    }
    page.heading("The changes that mend most")?;
    page.header(&[
        (3, "Change"),
        (4, "So that"),
        (2, "Clears"),
        (2, "Score after it alone"),
    ])?;
    for change in changes.iter().take(CHANGES) {
        let after = change.score.map_or_else(|| "–".to_owned(), tenths);
        page.line(&[
            (3, Part::Text(&change_title(change), &looks.wrap)),
            (4, Part::Text(&change_holds(change, catalog), &looks.wrap)),
            (2, Part::Text(&change_clears(change), &looks.wrap)),
            (2, Part::Text(&after, &looks.plain)),
        ])?;
    }
    Ok(())
}

fn sheets(page: &mut Page<'_>, looks: &Looks, contents: &[Entry]) -> Result<(), XlsxError> {
    page.heading("Sheets")?;
    page.header(&[(1, "Sheet"), (1, ">Rows"), (9, "What it holds")])?;
    for entry in contents {
        page.line(&[
            (1, Part::Link(&entry.name, &entry.name)),
            (1, Part::Number(entry.rows as f64, &looks.count)),
            (9, Part::Text(&entry.title, &looks.wrap)),
        ])?;
    }
    Ok(())
}

fn reading(page: &mut Page<'_>) -> Result<(), XlsxError> {
    page.heading("How to read this workbook")?;
    let sample = format!(
        "Sample: up to {SIZE} rows of each control, drawn by a seed that is stated there with the method. \
Anybody can draw it again, from this workbook alone."
    );
    for words in [
        "Each framework has two sheets. The first goes control by control: its status, how large its \
population is, whether the population is complete, and what must be asked of people or of AWS. The \
second, “evidence”, holds the populations row by row: filter by control.",
        "A row is what one check says of one resource. Its evidence is what was seen, the API operations \
that it was read by, and when the reading began. Findings holds each row once, with all that is known.",
        "Complete means that every list from which the population comes was read to its end, in this account \
and in the Regions above. What was not read is never a pass: it is not assessed, and Gaps says why.",
        &sample,
        "Hashes says how to hold this workbook against the other reports of the same run.",
        "Each table begins in row 3 with its header. All text from the account is text: there are no \
formulas. A text that is longer than a cell allows ends with a mark that says so.",
    ] {
        page.paragraph(words)?;
    }
    Ok(())
}
