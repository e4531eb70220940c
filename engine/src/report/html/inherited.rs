//! What AWS answers for: out of the score, with where its evidence lies.

use super::super::Report;
use super::super::ownership::{inherited, kind_words};
use super::markup::{Markup, Number};

/// How many resources are named at once.
const NAMED: usize = 12;

pub(super) fn write(report: &Report<'_>, out: &mut Markup<'_>) {
    let model = &report.catalog.responsibility;
    out.raw(
        "<section id=\"inherited\" aria-labelledby=\"h-inherited\">\
         <svg class=\"wave\" viewBox=\"0 0 1200 22\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <path d=\"M0 12q25-16 50 0t50 0 50 0 50 0 50 0 50 0 50 0 50 0 50 0 50 0 50 0 50 0 50 0 50 0 50 0 50 0 50 0 50 0 50 0 \
         50 0 50 0 50 0 50 0 50 0V22H0Z\"/></svg><div class=\"card sea\">\
         <h2 id=\"h-inherited\">Inherited from AWS</h2>",
    );
    let groups = inherited(report);
    if groups.is_empty() {
        out.raw("<p>No verdict is about a part of AWS's.</p></div></section>");
        return;
    }
    out.raw("<p class=\"note\">AWS's part, whatever its state: in no score. Evidence: ");
    out.link(&model.evidence.link, &model.evidence.title);
    out.put(
        ". {}</p><table class=\"inherits\"><thead><tr><th scope=\"col\">What</th>\
         <th scope=\"col\" class=\"number\">Verdicts</th><th scope=\"col\">AWS's part</th><th scope=\"col\">Who says so</th>\
         <th scope=\"col\">Resources</th></tr></thead><tbody>",
        &[&model.evidence_about.trim()],
    );
    for group in groups {
        let owner = match group.managed_by {
            crate::model::CUSTOMER => group.mode.to_owned(),
            by => format!("managed by {by}"),
        };
        out.put(
            "<tr><th scope=\"row\">{}<br><small>{}</small></th><td class=\"number\">{}</td><td>{}</td><td>",
            &[
                &kind_words(group.kind),
                &owner,
                &Number(group.verdicts),
                &group.part.trim(),
            ],
        );
        match group.page {
            Some(page) => out.link(&page.link, &page.title),
            None => out.raw("inferred"),
        }
        let ids: Vec<&str> = group.resources.iter().copied().collect();
        let (first, rest) = ids.split_at(ids.len().min(NAMED));
        out.put("</td><td class=\"names\">{}", &[&first.join(", ")]);
        if !rest.is_empty() {
            out.put(
                "<details><summary>{} more</summary>{}</details>",
                &[&Number(rest.len()), &rest.join(", ")],
            );
        }
        out.raw("</td></tr>");
    }
    out.raw("</tbody></table></div></section>");
}
