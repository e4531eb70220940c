//! Markdown: for a pull request or a ticket.

use super::Report;
use super::missing::missing;
use super::ownership::{
    change_clears, change_holds, change_title, inherited, kind_words, shared, source,
};
use super::summary::{attention, by_severity, count, failures, interval, tenths};
use crate::assess::{Accepted, Standing, Verdict};
use crate::score::changes;
use std::io::{self, Write};

/// How many changes are shown.
const CHANGES: usize = 10;

pub(super) fn render(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let header = report.header;
    writeln!(out, "# Security posture of account {}\n", header.account)?;
    writeln!(
        out,
        "**Score {}** · coverage {} · {} · {}\n",
        interval(report.score.whole),
        percent(report.score.coverage.percent()),
        header.started.format("%Y-%m-%d %H:%M UTC"),
        header.regions.join(", "),
    )?;
    writeln!(out, "| domain | score | coverage |\n|---|---|---|")?;
    for domain in &report.score.domains {
        let score = interval(domain.score);
        let coverage = percent(domain.coverage.percent());
        writeln!(out, "| {} | {score} | {coverage} |", domain.title)?;
    }
    mends(report, out)?;
    let severities: Vec<String> = by_severity(report)
        .into_iter()
        .map(|(severity, count)| format!("{count} {severity}"))
        .collect();
    writeln!(out, "\n## Failures: {}\n", severities.join(", "))?;
    for failure in failures(report) {
        let check = failure.check;
        writeln!(
            out,
            "<details><summary><b>{}</b> {} ({} of {})</summary>\n",
            failure.severity,
            escape(&check.title),
            failure.findings.len(),
            failure.judged
        )?;
        writeln!(out, "`{}`: {}\n", check.id, escape(check.risk.trim()))?;
        for finding in &failure.findings {
            let id = finding.about.resource_id.as_deref().unwrap_or("–");
            let message = escape(finding.message());
            writeln!(out, "- `{id}` ({}): {message}", finding.about.region)?;
        }
        for cell in shared(&report.catalog.responsibility, &failure.findings) {
            let part = |part: &Option<String>| escape(part.as_deref().unwrap_or("–").trim());
            let (yours, aws) = (part(&cell.customer), part(&cell.aws));
            writeln!(out, "\n**Shared with AWS.** Yours: {yours} AWS's: {aws}")?;
        }
        writeln!(out, "\n**Mend it.** {}\n", escape(check.remedy.text.trim()))?;
        for link in &check.remedy.links {
            writeln!(out, "<{link}>")?;
        }
        writeln!(out, "\n</details>\n")?;
    }
    let gaps = missing(report);
    if !gaps.is_empty() {
        writeln!(out, "## Not assessed\n")?;
        for gap in gaps {
            let verdicts = count(gap.verdicts, "verdict");
            writeln!(out, "- {}: {verdicts}", escape(&gap.what()))?;
        }
        writeln!(out)?;
    }
    accepted(report, out)?;
    of_aws(report, out)?;
    writeln!(
        out,
        "## All other results\n\n| verdict | check | resource | Region |\n|---|---|---|---|"
    )?;
    let others = report.assessment.findings.iter();
    for finding in others.filter(|finding| finding.verdict != Verdict::Fail) {
        let id = finding.about.resource_id.as_deref().unwrap_or("–");
        let (verdict, check) = (finding.verdict.word(), &finding.check);
        writeln!(
            out,
            "| {verdict} | {check} | {} | {} |",
            escape(id),
            finding.about.region
        )?;
    }
    Ok(())
}

/// The changes that mend most.
fn mends(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let changes = changes(report.assessment, report.catalog);
    if changes.is_empty() {
        return Ok(());
    }
    let all = count(changes.len(), "change");
    writeln!(
        out,
        "\n## What mends most, of {all}\n\n| change | so that | clears | score then | gain |\n|---|---|---|---|---|"
    )?;
    for change in changes.iter().take(CHANGES) {
        let (title, clears) = (escape(&change_title(change)), change_clears(change));
        let score = change.score.map_or("–".to_owned(), tenths);
        let (holds, gain) = (escape(&change_holds(change, report.catalog)), change.gain);
        writeln!(
            out,
            "| {title} | {holds} | {clears} | {score} | {gain:+.1} |"
        )?;
    }
    Ok(())
}

/// What is accepted, by whom and until when, and which exceptions somebody should look at.
fn accepted(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let exceptions = &report.assessment.exceptions;
    let holds = |one: &&Accepted| one.standing == Standing::InForce;
    if exceptions.iter().any(|one| holds(&one)) {
        let number = report.assessment.count(Verdict::Excepted);
        writeln!(
            out,
            "## Accepted risk: {}\n\nNot in the score: an exception never makes a pass.\n\n\
| exception | covers | failures | owner | until | reason |\n|---|---|---|---|---|---|",
            count(number, "failure")
        )?;
        for one in exceptions.iter().filter(holds) {
            let reason = match &one.ticket {
                Some(ticket) => format!("{} ({ticket})", one.reason),
                None => one.reason.clone(),
            };
            let (id, scope, owner) = (escape(&one.id), escape(&one.scope), escape(&one.owner));
            let (number, reason) = (one.findings, escape(&reason));
            let until = one.expires;
            writeln!(
                out,
                "| {id} | {scope} | {number} | {owner} | {until} | {reason} |"
            )?;
        }
        writeln!(out)?;
    }
    if exceptions.iter().any(Accepted::needs_attention) {
        writeln!(out, "## Exceptions to look at\n")?;
        for one in exceptions.iter().filter(|one| one.needs_attention()) {
            let (id, owner) = (escape(&one.id), escape(&one.owner));
            writeln!(out, "- **{id}** ({owner}): {}", escape(&attention(one)))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// What AWS owns.
fn of_aws(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let inherited = inherited(report);
    if inherited.is_empty() {
        return Ok(());
    }
    let evidence = &report.catalog.responsibility.evidence;
    let about = &report.catalog.responsibility.evidence_about;
    writeln!(
        out,
        "## Inherited from AWS\n\nNot in the score. Evidence: [{}]({}). {about}\n",
        evidence.title, evidence.link
    )?;
    writeln!(
        out,
        "| what | managed by | AWS's part | says who | resources |\n|---|---|---|---|---|"
    )?;
    for group in inherited {
        let what = format!("{} ({})", kind_words(group.kind), group.resources.len());
        let ids: Vec<String> = group.resources.iter().map(|id| escape(id)).collect();
        writeln!(
            out,
            "| {what} | {} | {} | {} | {} |",
            group.managed_by,
            escape(group.part.trim()),
            escape(&source(group.page)),
            ids.join(", ")
        )?;
    }
    writeln!(out)
}

fn percent(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| {
        format!("{:.1} %", (value * 10.0).floor() / 10.0)
    })
}

/// Text for a cell of a table, or a line.
pub(crate) fn escape(text: &str) -> String {
    text.replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('\n', " ")
}
