//! What can be asked of the catalogue itself.

use super::judge::Judging;
use super::output::screen;
use super::{Error, exit, files};
use crate::assess::run_examples;
use crate::catalog::{Catalog, Check};
use crate::{expr, model};
use std::fmt::Write as _;
use std::path::Path;

/// Lists checks, one a line.
pub fn list(judging: &Judging) -> Result<u8, Error> {
    let catalog = judging.load()?.catalog;
    let width = catalog
        .checks
        .iter()
        .map(|check| check.id.len())
        .max()
        .unwrap_or(0);
    let mut out = String::new();
    for check in &catalog.checks {
        let _ = writeln!(
            out,
            "{:width$}  {:8}  {}",
            check.id, check.severity, check.title
        );
    }
    screen(out.as_bytes())?;
    Ok(exit::DONE)
}

/// Shows all there is to know of a check.
pub fn show(judging: &Judging, id: &str) -> Result<u8, Error> {
    let catalog = judging.load_all()?.catalog;
    let check = catalog.known(id).map_err(Error::Usage)?;
    screen(describe(check).as_bytes())?;
    Ok(exit::DONE)
}

fn describe(check: &Check) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write_check(check, &mut out);
    out
}

fn write_check(check: &Check, out: &mut String) -> std::fmt::Result {
    writeln!(out, "{}\n{}\n", check.id, check.title)?;
    writeln!(out, "  severity        {}", check.severity)?;
    writeln!(out, "  resource        {}", check.kind.name)?;
    let part = &check.responsibility;
    writeln!(
        out,
        "  responsibility  {} · {} · {} · {}",
        part.domain, part.control, part.category, part.layer
    )?;
    for (tool, checks) in &check.similar {
        writeln!(out, "  like {tool:<9}  {}", checks.join(", "))?;
    }
    writeln!(out, "  file            {}", check.file)?;
    writeln!(out, "\nRule")?;
    for key in ["when", "each", "assert", "message"] {
        if let Some(source) = check.sources.get(key) {
            writeln!(out, "  {key:<8}{}", indent(source.trim(), 10))?;
        }
    }
    for (name, param) in &check.params {
        let Param {
            kind,
            default,
            about,
            min,
            max,
        } = param;
        let least = min.map_or(String::new(), |min| format!(", {min} or more"));
        let most = max.map_or(String::new(), |max| format!(", {max} or less"));
        writeln!(
            out,
            "  params  {name}: {kind}{least}{most}, {default} by default. {about}"
        )?;
    }
    writeln!(
        out,
        "  reads   {}",
        check.facts.iter().cloned().collect::<Vec<_>>().join(", ")
    )?;
    writeln!(out, "\nRisk\n  {}", indent(check.risk.trim(), 2))?;
    writeln!(out, "\nRemedy\n  {}", indent(check.remedy.text.trim(), 2))?;
    if let Some(cli) = &check.remedy.cli_source {
        writeln!(out, "\n  {}", indent(cli.trim(), 2))?;
    }
    if let Some(terraform) = &check.remedy.terraform {
        writeln!(out, "\n  {}", indent(terraform.trim(), 2))?;
    }
    for link in &check.remedy.links {
        writeln!(out, "  {link}")?;
    }
    writeln!(out, "\nControls")?;
    let names = check.controls.keys().map(String::len);
    let width = names.max().unwrap_or(0);
    for (framework, controls) in &check.controls {
        writeln!(out, "  {framework:width$}  {}", controls.join(", "))?;
    }
    writeln!(out, "\nExamples")?;
    for example in check.examples.all() {
        writeln!(out, "  {:<14}  {}", example.verdict, example.name)?;
        writeln!(out, "                  {}", example.given)?;
    }
    Ok(())
}

use crate::catalog::Param;

fn indent(text: &str, by: usize) -> String {
    text.replace('\n', &format!("\n{}", " ".repeat(by)))
}

/// Compiles the check files of a folder and says what is wrong with them.
pub fn lint(path: &Path) -> Result<u8, Error> {
    let catalog = Catalog::of(files::check_files(path)?).map_err(Error::Checks)?;
    let count = catalog.checks.len();
    screen(format!("{count} checks, no problems\n").as_bytes())?;
    Ok(exit::DONE)
}

/// Runs the examples of the checks of a folder, or of the built-in ones.
pub fn test(path: Option<&Path>) -> Result<u8, Error> {
    let catalog = match path {
        Some(path) => Catalog::of(files::check_files(path)?),
        None => Catalog::builtin(),
    }
    .map_err(Error::Checks)?;
    let (count, failures) = run_examples(&catalog);
    let mut out = String::new();
    for failure in &failures {
        let _ = writeln!(
            out,
            "{}:{}: {}\n    {}",
            failure.file, failure.line, failure.name, failure.message
        );
    }
    let checks = catalog.checks.len();
    let failed = failures.len();
    let _ = writeln!(out, "{checks} checks, {count} examples, {failed} failed");
    screen(out.as_bytes())?;
    Ok(if failed == 0 {
        exit::DONE
    } else {
        exit::FINDINGS
    })
}

/// Lists the functions of expressions.
pub fn functions() -> Result<u8, Error> {
    let mut out = String::new();
    for function in expr::functions() {
        let _ = writeln!(
            out,
            "{}\n    {}",
            function.signature,
            indent(function.about, 4)
        );
        let _ = writeln!(out, "    example: {}\n", function.example);
    }
    screen(out.as_bytes())?;
    Ok(exit::DONE)
}

/// Prints the JSON Schema of the model: the facts that checks can read.
pub fn schema() -> Result<u8, Error> {
    let mut text = serde_json::to_string_pretty(&model::schema())
        .map_err(|error| Error::Bug(error.to_string()))?;
    text.push('\n');
    screen(text.as_bytes())?;
    Ok(exit::DONE)
}
