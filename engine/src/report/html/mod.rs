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
use crate::score::{Change, changes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use data::Tables;
use markup::Markup;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

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

pub(super) fn render(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let changes = changes(report.assessment, report.catalog);
    let tables = Tables::of(report, &changes);
    let mut style = STYLES.concat();
    style.push_str(&running_head(report));
    let script = format!("(() => {{\n'use strict';\n{}}})();\n", SCRIPTS.concat());
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        STANDARD.encode(Sha256::digest(&style)),
        STANDARD.encode(Sha256::digest(&script)),
    );
    let when = report.header.started.format("%Y-%m-%d %H:%M UTC");
    let mut parts = PAGE.split("{{");
    out.write_all(parts.next().unwrap_or_default().as_bytes())?;
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or((part, ""));
        let mut page = Markup::new(out);
        match name {
            "policy" => page.put("{}", &[&policy]),
            "account" => page.put("{}", &[&report.header.account]),
            "when" => page.put("{}", &[&when]),
            "body" => body(report, &changes, &tables.hash()?, &mut page),
            _ => {}
        }
        page.finish()?;
        match name {
            "style" => out.write_all(style.as_bytes())?,
            "data" => tables.write(out)?,
            "script" => out.write_all(script.as_bytes())?,
            _ => {}
        }
        out.write_all(rest.as_bytes())?;
    }
    Ok(())
}

/// What readers see. `data` is the hash of the data in the page.
fn body(report: &Report<'_>, changes: &[Change<'_>], data: &str, out: &mut Markup<'_>) {
    summary::write(report, changes, out);
    matrix::write(report, out);
    frameworks::write(report, out);
    failures::write(report, out);
    gaps::write(report, out);
    exceptions::write(report, out);
    inherited::write(report, out);
    method::write(report, data, out);
}

/// What stands above each printed page.
fn running_head(report: &Report<'_>) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | ':');
    let account: String = report.header.account.chars().filter(plain).collect();
    let when = report.header.started.format("%Y-%m-%d %H:%M UTC");
    format!("@page{{@top-right{{content:\"Account {account} \\00b7  {when}\"}}}}\n")
}
