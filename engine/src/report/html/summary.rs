//! The executive summary: the score, what mends most, and where it comes from.

use super::super::Report;
use super::super::ownership::{change_holds, change_title};
use super::super::summary::{by_severity, interval, tenths};
use super::markup::{Markup, Number, counted, percent};
use super::picture::{LETTERS, bar, score_bar, tank};
use crate::assess::Verdict;
use crate::catalog::Severity;
use crate::score::{Change, Interval};
use std::collections::BTreeMap;

/// How many changes are shown.
const CHANGES: usize = 10;

/// The verdicts, as the summary tells them: class, word, what it means.
pub(super) const VERDICTS: [(Verdict, &str, &str, &str); 6] = [
    (Verdict::Fail, "fail", "failed", "do not hold"),
    (
        Verdict::NotAssessed,
        "unread",
        "not assessed",
        "could not be read",
    ),
    (
        Verdict::Excepted,
        "excepted",
        "accepted risk",
        "excepted by their owners",
    ),
    (Verdict::Pass, "pass", "passed", "hold, and were read"),
    (
        Verdict::Inherited,
        "inherited",
        "inherited",
        "AWS's part, not in the score",
    ),
    (
        Verdict::NotApplicable,
        "na",
        "not applicable",
        "nothing to judge",
    ),
];

pub(super) fn write(report: &Report<'_>, changes: &[Change<'_>], out: &mut Markup<'_>) {
    out.raw("<section id=\"summary\" aria-labelledby=\"h-summary\"><div class=\"hero card\"><div class=\"lead\">");
    headline(report, out);
    out.raw("</div><figure class=\"picture\">");
    tank(out, report.score);
    out.raw("<figcaption>Each column is a domain, as wide as it weighs; the water is what is proven, the dashed line the whole score.");
    if report
        .score
        .whole
        .is_some_and(|whole| whole.possible > whole.proven)
    {
        out.raw(" Hatched: what is possible, but could not be read.");
    }
    out.raw("</figcaption></figure></div>");
    mends(report, changes, out);
    tiles(report, out);
    domains(report, out);
    out.raw("</section>");
}

fn headline(report: &Report<'_>, out: &mut Markup<'_>) {
    let header = report.header;
    let score = report.score;
    out.put(
        "<p class=\"eyebrow\">Security posture of account</p><h1 id=\"h-summary\">{}</h1>\
         <p class=\"score\"><strong>{}</strong><span>of 100</span></p>",
        &[&header.account, &interval(score.whole)],
    );
    let meaning = match score.whole {
        None => "Nothing was judged: there is no score.".to_owned(),
        Some(Interval { proven, possible }) if proven.floor() == possible.floor() => {
            "The score, from what was read.".to_owned()
        }
        Some(Interval { proven, possible }) => format!(
            "At least {} is proven; {} is possible, if all that could not be read holds.",
            proven.floor(),
            possible.floor()
        ),
    };
    let coverage = score.coverage;
    out.put(
        "<p class=\"meaning\">{} <b class=\"nowrap\">Coverage {}</b>: {} of {} were assessed.</p>",
        &[
            &meaning,
            &percent(coverage.percent()),
            &Number(coverage.assessed),
            &counted(coverage.total, "verdict"),
        ],
    );
    out.put(
        "<p class=\"meta\">{} · {} · {} · {}</p>",
        &[
            &header.started.format("%Y-%m-%d %H:%M UTC"),
            &regions(&header.regions),
            &counted(report.catalog.checks.len(), "check"),
            &counted(report.assessment.findings.len(), "verdict"),
        ],
    );
}

fn regions(regions: &[String]) -> String {
    match regions.len() {
        0..=4 => regions.join(", "),
        count => format!("{count} Regions"),
    }
}

/// The few changes that mend most.
fn mends(report: &Report<'_>, changes: &[Change<'_>], out: &mut Markup<'_>) {
    if changes.is_empty() {
        return;
    }
    out.put(
        "<div class=\"card\"><h2>Mend these first</h2><p class=\"note\">The changes that mend most, of {}. \
         The score beside each is what it would be with this change alone.</p>\
         <table class=\"mends\"><thead><tr><th scope=\"col\">Change</th><th scope=\"col\">Clears</th>\
         <th scope=\"col\" class=\"number\">Score then</th><th scope=\"col\" class=\"number\">Gain</th></tr></thead><tbody>",
        &[&Number(changes.len())],
    );
    for (number, change) in changes.iter().take(CHANGES).enumerate() {
        out.put(
            "<tr><th scope=\"row\"><a href=\"#findings?x={}\">{}</a><small>{}</small></th><td><b>{}</b> ",
            &[
                &number,
                &change_title(change),
                &change_holds(change, report.catalog),
                &change.clears.len(),
            ],
        );
        for (severity, count) in change.by_severity() {
            chip(out, severity, count);
        }
        let score = change.score.map_or("–".to_owned(), tenths);
        out.put(
            "</td><td class=\"number\">{}</td><td class=\"number gain\">{}</td></tr>",
            &[&score, &format!("{:+.1}", change.gain)],
        );
    }
    out.raw("</tbody></table></div>");
}

/// How many of a severity.
pub(super) fn chip(out: &mut Markup<'_>, severity: Severity, count: usize) {
    out.put(
        "<span class=\"chip s-{}\">{} {}</span> ",
        &[&severity, &Number(count), &severity],
    );
}

/// The verdicts in numbers, and the failures by severity.
fn tiles(report: &Report<'_>, out: &mut Markup<'_>) {
    out.raw("<div class=\"pair\"><div class=\"card\"><h2>Verdicts</h2>");
    let counts = VERDICTS.map(|(verdict, class, word, meaning)| {
        (
            class,
            word,
            meaning,
            verdict,
            report.assessment.count(verdict),
        )
    });
    let parts: Vec<(&'static str, f64)> = counts
        .iter()
        .map(|(class, _, _, _, count)| (fill_of(class), *count as f64))
        .collect();
    let told: Vec<String> = counts
        .iter()
        .map(|(_, word, _, _, count)| format!("{} {word}", Number(*count)))
        .collect();
    bar(out, &told.join(", "), &parts);
    out.raw("<ul class=\"tally\">");
    for (class, word, meaning, verdict, count) in counts {
        out.put(
            "<li><a href=\"#findings?v={}\"><span class=\"key k-{}\"></span><b>{}</b> {}</a><small>{}</small></li>",
            &[&verdict.word(), &class, &Number(count), &word, &meaning],
        );
    }
    out.raw("</ul></div><div class=\"card\"><h2>Failures by severity</h2>");
    let severities = by_severity(report);
    let told: Vec<String> = severities
        .iter()
        .map(|(severity, count)| format!("{count} {severity}"))
        .collect();
    let parts: Vec<(&'static str, f64)> = severities
        .iter()
        .map(|(severity, count)| (severity_fill(*severity), *count as f64))
        .collect();
    if report.assessment.count(Verdict::Fail) == 0 {
        out.raw("<p>No failures among what was assessed.</p></div></div>");
        return;
    }
    bar(out, &told.join(", "), &parts);
    out.raw("<ul class=\"tally\">");
    for (severity, count) in severities {
        out.put(
            "<li><a href=\"#findings?v=fail&amp;s={}\"><span class=\"key k-{}\"></span><b>{}</b> {}</a></li>",
            &[&severity, &severity, &Number(count), &severity],
        );
    }
    out.raw("</ul></div></div>");
}

/// Score, coverage and failures of each domain.
fn domains(report: &Report<'_>, out: &mut Markup<'_>) {
    out.raw(
        "<div class=\"card\"><h2>Score and coverage by domain</h2><p class=\"note\">The customer's boxes in AWS's diagram \
         of the shared responsibility model.</p><table class=\"domains\"><thead><tr><th scope=\"col\">Domain</th>\
         <th scope=\"col\" colspan=\"2\">Score</th><th scope=\"col\" colspan=\"2\">Coverage</th>\
         <th scope=\"col\">Failures</th></tr></thead><tbody>",
    );
    let mut failures: BTreeMap<&str, BTreeMap<Severity, usize>> = BTreeMap::new();
    for finding in &report.assessment.findings {
        if finding.verdict == Verdict::Fail
            && let Some(check) = report.catalog.check(&finding.check)
        {
            let of = failures.entry(&check.responsibility.domain).or_default();
            *of.entry(finding.severity).or_default() += 1;
        }
    }
    for (domain, letter) in report.score.domains.iter().zip(LETTERS) {
        out.put(
            "<tr><th scope=\"row\"><span class=\"letter\">{}</span> <a href=\"#findings?d={}\">{}</a></th>\
             <td class=\"number\">{}</td><td class=\"pic\">",
            &[&letter, &domain.domain, &domain.title, &interval(domain.score)],
        );
        score_bar(out, domain.score);
        let coverage = percent(domain.coverage.percent());
        out.put(
            "</td><td class=\"number\">{}</td><td class=\"pic\">",
            &[&coverage],
        );
        let (assessed, total) = (domain.coverage.assessed, domain.coverage.total);
        let rest = if total == 0 {
            ("f-none", 1.0)
        } else {
            ("f-unknown", (total - assessed) as f64)
        };
        bar(
            out,
            &format!("coverage {coverage}"),
            &[("f-cover", assessed as f64), rest],
        );
        out.raw("</td><td>");
        match failures.get(domain.domain) {
            None => out.raw("–"),
            Some(counts) => {
                for (severity, count) in counts.iter().rev() {
                    chip(out, *severity, *count);
                }
            }
        }
        out.raw("</td></tr>");
    }
    out.raw("</tbody></table></div>");
}

/// The class that fills a picture's part.
pub(super) fn fill_of(class: &str) -> &'static str {
    match class {
        "fail" => "f-fail",
        "unread" => "f-unread",
        "excepted" => "f-excepted",
        "pass" => "f-pass",
        "inherited" => "f-inherited",
        _ => "f-na",
    }
}

fn severity_fill(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "f-critical",
        Severity::High => "f-high",
        Severity::Medium => "f-medium",
        Severity::Low => "f-low",
        Severity::Info => "f-info",
    }
}
