//! Markdown: for a pull request or a ticket.

use super::Report;
use super::missing::missing;
use super::summary::{by_severity, count, failures, interval};
use crate::assess::Verdict;
use std::fmt::Write as _;

pub(super) fn render(report: &Report<'_>) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write(report, &mut out);
    out
}

fn write(report: &Report<'_>, out: &mut String) -> std::fmt::Result {
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
            check.severity,
            escape(&check.title),
            failure.findings.len(),
            failure.judged
        )?;
        writeln!(out, "`{}`: {}\n", check.id, escape(check.risk.trim()))?;
        for finding in &failure.findings {
            let id = finding.resource_id.as_deref().unwrap_or("–");
            let message = escape(&finding.message);
            writeln!(out, "- `{id}` ({}): {message}", finding.region)?;
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
    writeln!(
        out,
        "## All other results\n\n| verdict | check | resource | Region |\n|---|---|---|---|"
    )?;
    let others = report.assessment.findings.iter();
    for finding in others.filter(|finding| finding.verdict != Verdict::Fail) {
        let id = finding.resource_id.as_deref().unwrap_or("–");
        let (verdict, check) = (finding.verdict.word(), &finding.check);
        writeln!(
            out,
            "| {verdict} | {check} | {} | {} |",
            escape(id),
            finding.region
        )?;
    }
    Ok(())
}

fn percent(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| {
        format!("{:.1} %", (value * 10.0).floor() / 10.0)
    })
}

fn escape(text: &str) -> String {
    text.replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('\n', " ")
}
