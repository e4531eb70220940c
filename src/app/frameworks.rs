//! What frameworks ask for, and what answers it.

use super::judge::Judging;
use super::output::screen;
use super::{Error, exit};
use crate::catalog::{Catalog, Framework, Said};
use std::fmt::Write as _;

/// How wide text is set.
const WIDTH: usize = 100;

/// Lists the frameworks, each with how many of its controls are answered by what.
pub fn list(judging: &Judging) -> Result<u8, Error> {
    let catalog = judging.load_all()?.catalog;
    screen(overview(&catalog).as_bytes())?;
    Ok(exit::DONE)
}

/// Shows a framework: control by control, with what answers it.
pub fn show(judging: &Judging, id: &str) -> Result<u8, Error> {
    let catalog = judging.load_all()?.catalog;
    let framework = catalog.framework(id).map_err(Error::Usage)?;
    screen(describe(&catalog, framework).as_bytes())?;
    Ok(exit::DONE)
}

fn overview(catalog: &Catalog) -> String {
    let ids = catalog.frameworks.keys().map(|id| id.chars().count());
    let width = ids.max().unwrap_or(0);
    let mut out = format!(
        "{:width$}  controls  checks  manual  inherited  uncovered  title\n",
        "framework"
    );
    for framework in catalog.frameworks.values() {
        let coverage = framework.coverage(&catalog.checks);
        // Writing to a String does not fail.
        let _ = writeln!(
            out,
            "{:width$}  {:8}  {:6}  {:6}  {:9}  {:9}  {}",
            framework.id,
            coverage.controls,
            coverage.checks,
            coverage.manual,
            coverage.inherited,
            coverage.uncovered,
            framework.title
        );
    }
    out
}

fn describe(catalog: &Catalog, framework: &Framework) -> String {
    let answers = framework.answers(&catalog.checks);
    let mut out = format!("{}\n{}\n", framework.id, framework.title);
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    line(&framework.source);
    line(&framework.coverage(&catalog.checks).to_string());
    line("");
    line(&fill("", &framework.about));
    for group in &framework.groups {
        line(&format!("\n{}", group.title));
        let ids = group.controls.iter().map(|control| control.id.len());
        let width = ids.max().unwrap_or(0);
        let indent = " ".repeat(width + 4);
        for control in &group.controls {
            let head = format!("  {:width$}  ", control.id);
            line(&fill(&head, &control.title));
            let checks = answers.get(control.id.as_str());
            for check in checks.into_iter().flatten() {
                line(&format!("{indent}check: {} ({})", check.id, check.severity));
            }
            match (&control.said, checks) {
                // What a group says of its uncovered controls is not about those that are.
                (Some(Said::Uncovered(_)), Some(_)) => {}
                (Some(said), _) => {
                    let head = format!("{indent}{}: ", said.word());
                    line(&fill(&head, said.text()));
                }
                (None, _) => {}
            }
        }
    }
    out
}

/// A text broken into lines; the first one begins with `head`, the others are indented by as
/// much.
fn fill(head: &str, text: &str) -> String {
    let indent = head.chars().count();
    let mut out = head.to_owned();
    let mut column = indent;
    for (number, word) in text.split_whitespace().enumerate() {
        let length = word.chars().count();
        if number > 0 && column + 1 + length > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else if number > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}
