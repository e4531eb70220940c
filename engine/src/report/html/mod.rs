//! One self-contained page: everything in it is readable without a script and on paper; the
//! script adds the list of all findings, with filters, from the data in the page. It asks no
//! network, and its policy forbids it to.

mod data;
mod exceptions;
mod failures;
mod frameworks;
mod gaps;
mod inherited;
mod markup;
mod matrix;
mod method;
mod picture;
mod summary;
#[cfg(test)]
mod tests;

use super::Report;
use crate::score::changes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use markup::Markup;
use sha2::{Digest, Sha256};

const PAGE: &str = include_str!("../../../../reports/templates/html/page.html");

const STYLES: [&str; 3] = [
    include_str!("../../../../reports/templates/html/base.css"),
    include_str!("../../../../reports/templates/html/parts.css"),
    include_str!("../../../../reports/templates/html/print.css"),
];

const SCRIPTS: [&str; 5] = [
    include_str!("../../../../reports/templates/html/data.js"),
    include_str!("../../../../reports/templates/html/filter.js"),
    include_str!("../../../../reports/templates/html/list.js"),
    include_str!("../../../../reports/templates/html/detail.js"),
    include_str!("../../../../reports/templates/html/page.js"),
];

pub(super) fn render(report: &Report<'_>) -> Vec<u8> {
    let changes = changes(report.assessment, report.catalog);
    let data = data::block(report, &changes);
    let mut style = STYLES.concat();
    style.push_str(&running_head(report));
    let script = format!("(() => {{\n'use strict';\n{}}})();\n", SCRIPTS.concat());
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        STANDARD.encode(Sha256::digest(&style)),
        STANDARD.encode(Sha256::digest(&script)),
    );
    let mut body = Markup::default();
    summary::write(report, &changes, &mut body);
    matrix::write(report, &mut body);
    frameworks::write(report, &mut body);
    failures::write(report, &mut body);
    gaps::write(report, &mut body);
    exceptions::write(report, &mut body);
    inherited::write(report, &mut body);
    method::write(report, &hex(data.as_bytes()), &mut body);
    let mut account = Markup::default();
    account.put("{}", &[&report.header.account]);
    let mut when = Markup::default();
    when.put("{}", &[&report.header.started.format("%Y-%m-%d %H:%M UTC")]);
    let mut policy_escaped = Markup::default();
    policy_escaped.put("{}", &[&policy]);
    fill(
        PAGE,
        &[
            ("policy", policy_escaped.as_str()),
            ("style", &style),
            ("account", account.as_str()),
            ("when", when.as_str()),
            ("body", body.as_str()),
            ("data", &data),
            ("script", &script),
        ],
    )
    .into_bytes()
}

/// Puts values in the places of a page, `{{name}}`. What a value holds is left as it is.
fn fill(page: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut parts = page.split("{{");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or((part, ""));
        let value = values.iter().find(|(known, _)| *known == name);
        debug_assert!(value.is_some(), "the page has no place `{name}`");
        out.push_str(value.map_or("", |(_, value)| value));
        out.push_str(rest);
    }
    out
}

/// What stands above each printed page.
fn running_head(report: &Report<'_>) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | ':');
    let account: String = report.header.account.chars().filter(plain).collect();
    let when = report.header.started.format("%Y-%m-%d %H:%M UTC");
    format!("@page{{@top-right{{content:\"Account {account} \\00b7  {when}\"}}}}\n")
}

/// SHA-256, in hex digits.
fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
