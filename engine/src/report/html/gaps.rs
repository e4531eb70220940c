//! What could not be read, by what would help.

use super::super::Report;
use super::super::missing::missing;
use super::markup::{Markup, Number, counted};
use crate::assess::Verdict;

pub(super) fn write(report: &Report<'_>, out: &mut Markup<'_>) {
    out.raw(
        "<section id=\"gaps\" aria-labelledby=\"h-gaps\"><div class=\"card\"><h2 id=\"h-gaps\">Gaps</h2>",
    );
    let unread = report.assessment.count(Verdict::NotAssessed);
    if unread == 0 {
        out.raw("<p>Nothing is missing: every verdict that was asked for could be given.</p></div></section>");
        return;
    }
    out.put(
        "<p class=\"note\"><a href=\"#findings?v=not_assessed\">{} could not be given</a>, because something could not \
         be read. They are neither passes nor failures: they widen the score. What would help, the most first:</p>\
         <table class=\"gaps\"><thead><tr><th scope=\"col\">What is missing</th><th scope=\"col\" class=\"number\">Verdicts</th>\
         <th scope=\"col\">Where</th><th scope=\"col\">What was said</th></tr></thead><tbody>",
        &[&counted(unread, "verdict")],
    );
    for gap in missing(report) {
        let regions: Vec<&str> = gap.regions.iter().map(String::as_str).collect();
        out.put(
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td>{}</td><td>{}</td></tr>",
            &[
                &gap.what(),
                &Number(gap.verdicts),
                &regions.join(", "),
                &gap.message.lines().next().unwrap_or_default(),
            ],
        );
    }
    out.raw("</tbody></table></div></section>");
}
