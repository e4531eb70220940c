//! The exceptions: accepted risk, with who accepted it, why and until when.

use super::super::Report;
use super::markup::{Markup, Number};
use crate::assess::{Accepted, Standing};

pub(super) fn write(report: &Report<'_>, out: &mut Markup<'_>) {
    out.raw(
        "<section id=\"exceptions\" aria-labelledby=\"h-exceptions\"><div class=\"card\"><h2 id=\"h-exceptions\">Exceptions</h2>",
    );
    let exceptions = &report.assessment.exceptions;
    if exceptions.is_empty() {
        out.raw("<p>No risk was accepted by an exception.</p></div></section>");
        return;
    }
    out.raw(
        "<p class=\"note\">Accepted risk: it does not hold, and somebody answers for it. \
         <a href=\"#findings?v=excepted\">The findings</a> count neither as passed nor as failed.</p>\
         <table class=\"exceptions\"><thead><tr><th scope=\"col\">Exception</th><th scope=\"col\">State</th>\
         <th scope=\"col\" class=\"number\">Findings</th><th scope=\"col\">Owner</th><th scope=\"col\">Until</th>\
         <th scope=\"col\">Covers, and why</th></tr></thead><tbody>",
    );
    for exception in exceptions {
        one(exception, out);
    }
    out.raw("</tbody></table></div></section>");
}

fn one(exception: &Accepted, out: &mut Markup<'_>) {
    let (class, word) = match exception.standing {
        Standing::InForce => ("excepted", "in force"),
        Standing::Expired => ("fail", "expired"),
        Standing::Lapsed => ("fail", "lapsed"),
        Standing::Unused => ("na", "unused"),
    };
    out.put(
        "<tr><th scope=\"row\">{}</th><td><span class=\"badge v-{}\">{}</span></td><td class=\"number\">{}</td>\
         <td>{}</td><td class=\"nowrap\">{}</td><td>{}<br>{}",
        &[
            &exception.id,
            &class,
            &word,
            &Number(exception.findings),
            &exception.owner,
            &exception.expires,
            &exception.scope,
            &exception.reason,
        ],
    );
    if let Some(ticket) = &exception.ticket {
        out.put(" ({})", &[ticket]);
    }
    for doubt in &exception.doubts {
        out.put("<br><em class=\"doubt\">{}</em>", &[doubt]);
    }
    out.raw("</td></tr>");
}
