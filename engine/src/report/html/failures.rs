//! The findings: the places that the script fills, and for readers without one the failures and
//! what was not assessed, in words.

use super::super::Report;
use super::super::summary::failures;
use super::super::words::{Index, name, sentence};
use super::markup::{Markup, Number, counted};
use crate::assess::{Finding, Verdict};

const TOOLS: &str = include_str!("../../../../reports/templates/html/findings.html");

pub(super) fn write(report: &Report<'_>, out: &mut Markup<'_>) {
    out.raw("<section id=\"findings\" aria-labelledby=\"h-findings\"><h2 id=\"h-findings\">Findings</h2>");
    out.raw(TOOLS);
    out.raw("<noscript>");
    let all = report.assessment.findings.len();
    let failed = report.assessment.count(Verdict::Fail);
    out.put(
        "<p class=\"note\">{}. All {} are in this file as data; the list with its filters needs a script.</p>",
        &[&counted(failed, "failure"), &counted(all, "verdict")],
    );
    let index = Index::of(report);
    for failure in failures(report) {
        let check = failure.check;
        out.put(
            "<article><h3><span class=\"chip s-{}\">{}</span> {} <small>{} of {}</small></h3><p>{}</p><ul>",
            &[
                &check.severity,
                &check.severity,
                &check.title,
                &Number(failure.findings.len()),
                &Number(failure.judged),
                &check.risk.trim(),
            ],
        );
        for finding in &failure.findings {
            out.put(
                "<li id=\"f={}\">{} <small>{} · {}</small></li>",
                &[
                    &finding.id,
                    &sentence(finding, check),
                    &place(finding),
                    &check.id,
                ],
            );
        }
        out.put(
            "</ul><p><b>Mend it.</b> {}</p></article>",
            &[&check.remedy.text.trim()],
        );
    }
    let unread: Vec<&Finding> = (report.assessment.findings.iter())
        .filter(|finding| finding.verdict == Verdict::NotAssessed)
        .collect();
    if !unread.is_empty() {
        out.put("<h3>Not assessed: {}</h3><ul>", &[&Number(unread.len())]);
        for finding in unread {
            out.put(
                "<li>{}: {} <small>{}</small></li>",
                &[&name(finding), &index.check(finding).title, &place(finding)],
            );
        }
        out.raw("</ul>");
    }
    out.raw("</noscript></section>");
}

fn place(finding: &Finding) -> String {
    format!("{} · {}", finding.about.account, finding.about.region)
}
