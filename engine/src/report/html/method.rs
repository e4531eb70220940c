//! How the verdicts came about: who read what, by which calls, and the hashes that tie the page
//! to what it was made from.

use super::super::Report;
use super::super::each::sha256;
use super::super::json;
use super::markup::{Markup, Number, counted};
use crate::model::LedgerLine;
use std::collections::{BTreeMap, BTreeSet};

/// `data` is the hash of the data in the page.
pub(super) fn write(report: &Report<'_>, data: &str, out: &mut Markup<'_>) {
    let header = report.header;
    out.raw(
        "<section id=\"method\" aria-labelledby=\"h-method\"><div class=\"card\"><h2 id=\"h-method\">Method, calls and hashes</h2>\
         <p>Each check judges each resource of its kind and gives one verdict, which rests only on what AWS answered. What \
         could not be read is <i>not assessed</i>, never passed. A check's score is its passes among its passes, failures and \
         not assessed; at the upper end of the score, the not assessed count as passes. A domain is the mean of its checks \
         weighted by severity (critical 10, high 7, medium 4, low 2, info 1), the whole that of the domains by their weight. \
         Inherited, not applicable and excepted verdicts count nowhere. All calls were reads.</p><dl class=\"facts\">",
    );
    // Into a hash: nothing that can fail.
    let assessment = sha256(|out| json::document(report, out)).unwrap_or_default();
    let facts: [(&'static str, String); 10] = [
        ("Account", header.account.clone()),
        ("Read by", header.caller.clone()),
        ("Partition", header.partition.clone()),
        ("Regions", header.regions.join(", ")),
        (
            "Reading began",
            header
                .started
                .to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        ),
        ("Collected by", format!("waterline {}", header.tool)),
        (
            "Judged by",
            format!("waterline {}", env!("CARGO_PKG_VERSION")),
        ),
        ("SHA-256 of the catalogue", report.catalog.hash.clone()),
        ("SHA-256 of the JSON report of this run", assessment),
        ("SHA-256 of the data in this page", data.to_owned()),
    ];
    for (word, text) in facts {
        out.put("<dt>{}</dt><dd>{}</dd>", &[&word, &text]);
    }
    out.raw("</dl>");
    calls(&header.ledger, out);
    out.raw("</div></section>");
}

/// What an operation came to, over all Regions.
#[derive(Default)]
struct Calls<'a> {
    calls: u64,
    errors: u64,
    throttles: u64,
    regions: BTreeSet<&'a str>,
}

fn calls(ledger: &[LedgerLine], out: &mut Markup<'_>) {
    let mut operations: BTreeMap<&str, Calls> = BTreeMap::new();
    for line in ledger {
        let calls = operations.entry(&line.operation).or_default();
        calls.calls += line.calls;
        calls.errors += line.errors;
        calls.throttles += line.throttles;
        calls.regions.insert(&line.region);
    }
    let all: u64 = ledger.iter().map(|line| line.calls).sum();
    let errors: u64 = ledger.iter().map(|line| line.errors).sum();
    if operations.is_empty() {
        out.raw("<p>The snapshot tells of no calls.</p>");
        return;
    }
    out.put(
        "<details><summary>{} of {}, {}</summary><table class=\"calls\"><thead><tr><th scope=\"col\">Operation</th>\
         <th scope=\"col\" class=\"number\">Calls</th><th scope=\"col\" class=\"number\">Errors</th>\
         <th scope=\"col\" class=\"number\">Throttled</th><th scope=\"col\">Regions</th></tr></thead><tbody>",
        &[
            &counted(all as usize, "call"),
            &counted(operations.len(), "operation"),
            &counted(errors as usize, "error"),
        ],
    );
    for (operation, calls) in operations {
        let regions: Vec<&str> = calls.regions.into_iter().collect();
        let regions = match regions.len() {
            0..=4 => regions.join(", "),
            count => format!("{count} Regions"),
        };
        out.put(
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td>\
             <td class=\"number\">{}</td><td>{}</td></tr>",
            &[
                &operation,
                &Number(calls.calls as usize),
                &Number(calls.errors as usize),
                &Number(calls.throttles as usize),
                &regions,
            ],
        );
    }
    out.raw("</tbody></table></details>");
}
