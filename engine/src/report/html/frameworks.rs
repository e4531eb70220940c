//! Frameworks, control by control: what auditors ask for first.

use super::super::Report;
use super::super::controls::{ByCheck, Row, Status};
use super::markup::{Markup, Number, counted};
use super::picture::bar;
use crate::assess::Verdict;
use crate::catalog::{Check, Framework};

/// The order in which statuses are told, with their class and fill.
const STATUSES: [(Status, &str, &str); 9] = [
    (Status::Failed, "fail", "f-fail"),
    (Status::NotAssessed, "unread", "f-unread"),
    (Status::Accepted, "excepted", "f-excepted"),
    (Status::Passed, "pass", "f-pass"),
    (Status::NotApplicable, "na", "f-na"),
    (Status::NotRun, "na", "f-na"),
    (Status::Manual, "manual", "f-manual"),
    (Status::Inherited, "inherited", "f-inherited"),
    (Status::Uncovered, "uncovered", "f-none"),
];

/// A framework with its controls.
type Rows<'r> = (&'r Framework, Vec<Row<'r>>);

pub(super) fn write(report: &Report<'_>, out: &mut Markup<'_>) {
    let by_check = ByCheck::of(report);
    let all: Vec<Rows> = (report.catalog.frameworks.values())
        .map(|framework| (framework, by_check.rows(report, framework)))
        .collect();
    out.raw(
        "<section id=\"frameworks\" class=\"all-standards\" aria-labelledby=\"h-frameworks\"><div class=\"card\"><h2 id=\"h-frameworks\">Frameworks</h2>\
         <p class=\"note\">Every control, and what this run says of it. A control is as bad as its worst verdict; one that \
         people or AWS answer is never counted as passed.</p>\
         <p class=\"only-script tools\"><label>Show <select id=\"framework\"><option value=\"\">all frameworks</option>",
    );
    let about = subject(report, &all);
    for (framework, _) in &all {
        let mark = if about == Some(&framework.id) {
            " selected"
        } else {
            ""
        };
        out.put(
            "<option value=\"{}\"{}>{}</option>",
            &[&framework.id, &mark, &framework.title],
        );
    }
    out.raw("</select></label> <span class=\"note\">here and on paper; one alone is printed with its evidence, resource by resource</span></p>");
    overview(&all, out);
    for (framework, rows) in &all {
        one(framework, rows, out);
    }
    out.raw("</div></section>");
}

/// The framework that the run was about: the only one of which every check ran, and that every
/// check answers.
fn subject<'r>(report: &Report<'_>, all: &[Rows<'r>]) -> Option<&'r String> {
    let checks = &report.catalog.checks;
    let mut subjects = all.iter().filter(|(framework, rows)| {
        let answers = |check: &Check| check.controls.contains_key(&framework.id);
        checks.iter().all(answers) && count(rows, Status::NotRun) == 0
    });
    match (checks.is_empty(), subjects.next(), subjects.next()) {
        (false, Some((framework, _)), None) => Some(&framework.id),
        _ => None,
    }
}

fn count(rows: &[Row<'_>], status: Status) -> usize {
    rows.iter().filter(|row| row.status == status).count()
}

fn overview(all: &[Rows<'_>], out: &mut Markup<'_>) {
    out.raw(
        "<table class=\"standards\"><thead><tr><th scope=\"col\">Framework</th><th scope=\"col\">Controls</th>\
         <th scope=\"col\" class=\"number\">Failed</th><th scope=\"col\" class=\"number extra\">Not assessed</th>\
         <th scope=\"col\" class=\"number\">Passed</th><th scope=\"col\" class=\"number\">Of all</th></tr></thead><tbody>",
    );
    for (framework, rows) in all {
        out.put(
            "<tr data-of=\"{}\"><th scope=\"row\"><a href=\"#fw-{}\">{}</a></th><td class=\"pic\">",
            &[&framework.id, &framework.id, &framework.title],
        );
        let told: Vec<String> = STATUSES
            .iter()
            .map(|(status, _, _)| format!("{} {}", count(rows, *status), status.word()))
            .collect();
        let parts = STATUSES.map(|(status, _, fill)| (fill, count(rows, status) as f64));
        bar(out, &told.join(", "), &parts);
        out.put(
            "</td><td class=\"number\">{}</td><td class=\"number extra\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td></tr>",
            &[
                &count(rows, Status::Failed),
                &count(rows, Status::NotAssessed),
                &count(rows, Status::Passed),
                &rows.len(),
            ],
        );
    }
    out.raw("</tbody></table><p class=\"legend\">");
    for (status, class, _) in STATUSES {
        if status != Status::NotRun {
            out.put(
                "<span class=\"key k-{}\"></span>{} ",
                &[&class, &status.word()],
            );
        }
    }
    out.raw("</p>");
}

fn one(framework: &Framework, rows: &[Row<'_>], out: &mut Markup<'_>) {
    out.put(
        "<details class=\"standard\" id=\"fw-{}\" data-of=\"{}\"><summary><span class=\"name\">{}</span> <span class=\"counts\">",
        &[&framework.id, &framework.id, &framework.title],
    );
    for (status, class, _) in STATUSES {
        let number = count(rows, status);
        if number > 0 {
            out.put(
                "<span class=\"badge v-{}\">{} {}</span> ",
                &[&class, &number, &status.word()],
            );
        }
    }
    out.put(
        "</span></summary><p class=\"note\">{} Source: {}</p>\
         <table class=\"controls\"><thead><tr><th scope=\"col\">Status</th><th scope=\"col\">Control</th>\
         <th scope=\"col\">What is asked, and what answers it</th></tr></thead>",
        &[&framework.about.trim(), &framework.source],
    );
    let mut group = None;
    for row in rows {
        if group != Some(&row.group.title) {
            if group.is_some() {
                out.raw("</tbody>");
            }
            group = Some(&row.group.title);
            out.put(
                "<tbody><tr class=\"group\"><th colspan=\"3\" scope=\"rowgroup\">{}</th></tr>",
                &[&row.group.title],
            );
        }
        control(row, out);
    }
    if group.is_some() {
        out.raw("</tbody>");
    }
    out.raw("</table></details>");
}

fn control(row: &Row<'_>, out: &mut Markup<'_>) {
    let class = STATUSES
        .iter()
        .find(|(status, _, _)| *status == row.status)
        .map_or("na", |(_, class, _)| class);
    out.put(
        "<tr><td><span class=\"badge v-{}\">{}</span></td><th scope=\"row\">{}</th><td>",
        &[&class, &row.status.word(), &row.control.id],
    );
    if row.checks.is_empty() && row.control.said.is_none() {
        out.put("{}</td></tr>", &[&row.control.title]);
        return;
    }
    out.put(
        "<details class=\"control\" data-control=\"{}\"><summary>{}",
        &[&row.control.id, &row.control.title],
    );
    if !row.checks.is_empty() {
        out.put(" <small>{}</small>", &[&population(row)]);
    }
    out.raw("</summary>");
    if let Some(said) = &row.control.said {
        let word = match said.word() {
            "manual" => "To be shown by people",
            "inherited" => "AWS answers for it",
            _ => "Not covered",
        };
        out.put("<p><b>{}.</b> {}</p>", &[&word, &said.text().trim()]);
    }
    if !row.checks.is_empty() {
        let ids: Vec<&str> = row.checks.iter().map(|check| check.id.as_str()).collect();
        let checks = counted(ids.len(), "check");
        out.put(
            "<p class=\"ids\"><b>{}:</b> {}</p>",
            &[&checks, &ids.join(", ")],
        );
    }
    out.raw("</details></td></tr>");
}

/// The population in numbers: `2 of 14 fail, 3 not assessed`.
fn population(row: &Row<'_>) -> String {
    let number = |verdict| row.count(verdict);
    let (pass, fail) = (number(Verdict::Pass), number(Verdict::Fail));
    let (unread, excepted) = (number(Verdict::NotAssessed), number(Verdict::Excepted));
    let judged = pass + fail + unread + excepted;
    let checks = counted(row.checks.len(), "check");
    if judged == 0 {
        return format!("{checks}, nothing to judge");
    }
    let mut told = format!("{checks}: {} of {} fail", Number(fail), Number(judged));
    if unread > 0 {
        told.push_str(&format!(", {} not assessed", Number(unread)));
    }
    if excepted > 0 {
        told.push_str(&format!(", {} accepted", Number(excepted)));
    }
    told
}
