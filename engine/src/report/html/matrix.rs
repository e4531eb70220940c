//! Who owns what: the layers over each other, a column for each operating mode that the account
//! has; the line between the customer's and AWS's part runs through it.

use super::super::Report;
use super::markup::{Markup, Number, counted};
use crate::assess::Verdict;
use crate::catalog::{Cell, Mode, Party};
use std::collections::BTreeMap;

/// What a run says of a cell.
#[derive(Default)]
struct Tally {
    verdicts: usize,
    failures: usize,
}

pub(super) fn write(report: &Report<'_>, out: &mut Markup<'_>) {
    let model = &report.catalog.responsibility;
    let mut tallies: BTreeMap<(&str, &str), Tally> = BTreeMap::new();
    for finding in &report.assessment.findings {
        let key = (&*finding.owner.mode, &*finding.owner.layer);
        let tally = tallies.entry(key).or_default();
        tally.verdicts += 1;
        tally.failures += usize::from(finding.verdict == Verdict::Fail);
    }
    let met = |mode: &&Mode| tallies.keys().any(|(id, _)| *id == mode.id);
    let modes: Vec<&Mode> = model.modes.iter().filter(met).collect();
    out.raw(
        "<section id=\"responsibility\" aria-labelledby=\"h-responsibility\"><div class=\"card\">\
         <h2 id=\"h-responsibility\">Who is responsible for what</h2>\
         <p class=\"note\">AWS answers for what lies under the line, you for what is above it; where it runs \
         through a layer, both have a part. The columns are the ways in which things run in this account; a \
         number is how many failures there are.</p>",
    );
    if modes.is_empty() {
        out.raw("<p>No verdict names an operating mode.</p></div></section>");
        return;
    }
    out.raw(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Responsibility matrix\"><table class=\"matrix\">\
         <thead><tr><th scope=\"col\">Layer</th>",
    );
    for mode in &modes {
        out.put("<th scope=\"col\">{}</th>", &[&mode.title]);
    }
    out.raw("</tr></thead><tbody>");
    for layer in model.layers.iter().rev() {
        out.put("<tr><th scope=\"row\">{}</th>", &[&layer.title]);
        for mode in &modes {
            let tally = tallies.get(&(mode.id.as_str(), layer.id.as_str()));
            match model.cell(mode, &layer.id) {
                None => out.raw("<td></td>"),
                Some(cell) => square(out, &cell, tally),
            }
        }
        out.raw("</tr>");
    }
    out.raw("</tbody></table></div>");
    out.raw(
        "<p class=\"legend\"><span class=\"key o-customer\"></span>yours <span class=\"key o-shared\"></span>shared \
         <span class=\"key o-aws\"></span>AWS's</p>",
    );
    parts(report, &modes, &tallies, out);
    out.raw("</div></section>");
}

fn square(out: &mut Markup<'_>, cell: &Cell, tally: Option<&Tally>) {
    let (class, word) = owner(cell.owner);
    out.put("<td class=\"o-{}\"><span>{}</span>", &[&class, &word]);
    if let Some(tally) = tally.filter(|tally| tally.failures > 0) {
        let told = format!(
            "{} of {}",
            counted(tally.failures, "failure"),
            counted(tally.verdicts, "verdict")
        );
        out.put(
            " <b class=\"failures\" title=\"{}\">{}</b>",
            &[&told, &Number(tally.failures)],
        );
    }
    out.raw("</td>");
}

fn owner(party: Party) -> (&'static str, &'static str) {
    match party {
        Party::Customer => ("customer", "yours"),
        Party::Shared => ("shared", "shared"),
        Party::Aws => ("aws", "AWS"),
    }
}

/// Both parts of each cell that a verdict names, and who says so.
fn parts(
    report: &Report<'_>,
    modes: &[&Mode],
    tallies: &BTreeMap<(&str, &str), Tally>,
    out: &mut Markup<'_>,
) {
    let model = &report.catalog.responsibility;
    out.raw(
        "<details><summary>Both parts in words, with their sources</summary><table class=\"parts\"><thead><tr>\
         <th scope=\"col\">Runs as</th><th scope=\"col\">Layer</th><th scope=\"col\">Your part</th>\
         <th scope=\"col\">AWS's part</th><th scope=\"col\">Who says so</th></tr></thead><tbody>",
    );
    for mode in modes {
        for layer in model.layers.iter().rev() {
            let named = tallies.contains_key(&(mode.id.as_str(), layer.id.as_str()));
            let Some(cell) = model.cell(mode, &layer.id).filter(|_| named) else {
                continue;
            };
            let part = |part: &Option<String>| part.as_deref().unwrap_or("–").trim().to_owned();
            let (customer, aws) = (part(&cell.customer), part(&cell.aws));
            out.put(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>",
                &[&mode.title, &layer.title, &customer, &aws],
            );
            match model.page(&cell) {
                Some(page) => out.link(&page.link, &page.title),
                None => out.raw("inferred"),
            }
            out.raw("</td></tr>");
        }
    }
    out.raw("</tbody></table></details>");
}
