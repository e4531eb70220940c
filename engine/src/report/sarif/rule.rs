//! A check as a rule, with help to read beside an alert.

use super::super::words::{cut, requirements};
use super::level;
use super::log::{Configuration, Help, Message, Rule, RuleProperties};
use crate::catalog::{Catalog, Check, Severity};

/// GitHub shows no more of a description.
const DESCRIPTION: usize = 1024;
/// GitHub shows no more tags of a rule, and refuses a file with more than twice as many.
const TAGS: usize = 10;

pub(super) fn rule<'a>(check: &'a Check, catalog: &'a Catalog) -> Rule<'a> {
    Rule {
        id: &check.id,
        short_description: Message {
            text: cut(&check.title, DESCRIPTION),
        },
        full_description: Message {
            text: cut(check.risk.trim(), DESCRIPTION),
        },
        help: Help {
            text: text(check, catalog),
            markdown: markdown(check, catalog),
        },
        help_uri: check.remedy.links.first().map(String::as_str),
        default_configuration: Configuration {
            level: level(check.severity),
        },
        properties: RuleProperties {
            tags: tags(check),
            precision: "very-high",
            security_severity: security_severity(check.severity),
            severity: check.severity.word(),
            kind: check.kind.name,
            domain: &check.responsibility.domain,
            control: &check.responsibility.control,
            controls: &check.controls,
        },
    }
}

/// In the middle of GitHub's bands; for `info` there is none, so it stands at the bottom of
/// the lowest.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.1",
    }
}

/// GitHub takes a rule for one of security by the tag `security`.
fn tags(check: &Check) -> Vec<String> {
    let mut tags = vec![
        "security".to_owned(),
        check.service().to_owned(),
        check.responsibility.category.clone(),
    ];
    tags.extend(check.controls.keys().cloned());
    tags.truncate(TAGS);
    tags
}

fn text(check: &Check, catalog: &Catalog) -> String {
    let mut parts = vec![
        check.risk.trim().to_owned(),
        format!("Mend it: {}", check.remedy.text.trim()),
    ];
    if let Some(cli) = &check.remedy.cli_source {
        parts.push(cli.trim().to_owned());
    }
    let controls = requirements(check, catalog);
    if !controls.is_empty() {
        parts.push(format!("Controls: {}", controls.join("; ")));
    }
    parts.extend(check.remedy.links.iter().cloned());
    parts.join("\n\n")
}

fn markdown(check: &Check, catalog: &Catalog) -> String {
    let mut parts = vec![
        check.risk.trim().to_owned(),
        format!("**Mend it.** {}", check.remedy.text.trim()),
    ];
    if let Some(cli) = &check.remedy.cli_source {
        parts.push(fenced("sh", cli));
    }
    if let Some(terraform) = &check.remedy.terraform {
        parts.push(fenced("terraform", terraform));
    }
    let list = |lines: Vec<String>| -> String {
        let lines: Vec<String> = lines.iter().map(|line| format!("- {line}")).collect();
        lines.join("\n")
    };
    let controls = requirements(check, catalog);
    if !controls.is_empty() {
        parts.push(format!("**Controls**\n\n{}", list(controls)));
    }
    let links = check.remedy.links.iter();
    let links: Vec<String> = links.map(|link| format!("<{link}>")).collect();
    if !links.is_empty() {
        parts.push(format!("**Read more**\n\n{}", list(links)));
    }
    parts.join("\n\n")
}

fn fenced(language: &str, code: &str) -> String {
    format!("```{language}\n{}\n```", code.trim_end())
}
