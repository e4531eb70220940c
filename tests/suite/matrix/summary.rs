//! What a report says is to be granted, held against the denials that its verdicts hang on.

use std::collections::{BTreeMap, BTreeSet};
use waterline::assess::Assessment;
use waterline::catalog::Catalog;
use waterline::model::{self, Header, Reason};
use waterline::report::{Format, Report, Style, render};
use waterline::score::score;

/// Where the report's summary differs from the denials: it must name the actions of each that a
/// verdict hangs on, as the table of reads has them, and no others.
pub(super) fn unsaid(header: &Header, catalog: &Catalog, assessment: &Assessment) -> Vec<String> {
    let report = Report {
        header,
        catalog,
        assessment,
        score: &score(&assessment.findings, catalog),
        resources: &[],
    };
    let style = Style {
        width: 80,
        colour: false,
        all: false,
    };
    let mut text = Vec::new();
    render(&report, Format::Markdown, style, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let said: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("- grant ")?.split_once(": "))
        .map(|(actions, _)| actions)
        .collect();
    let gaps: BTreeMap<_, _> = assessment.gaps.iter().map(|gap| (&gap.id, gap)).collect();
    let hanging = assessment
        .findings
        .iter()
        .flat_map(|finding| finding.gaps());
    let denied: BTreeSet<String> = hanging
        .filter_map(|id| gaps.get(id))
        .filter(|gap| gap.reason == Reason::Denied)
        .map(|gap| model::read(&gap.operation).unwrap().actions.join(", "))
        .collect();
    let silent = denied
        .iter()
        .filter(|actions| !said.contains(actions.as_str()))
        .map(|actions| format!("the report does not ask to grant {actions}"));
    let idle = said
        .iter()
        .filter(|actions| !denied.contains(**actions))
        .map(|actions| format!("the report asks to grant {actions}, which nothing hangs on"));
    silent.chain(idle).collect()
}
