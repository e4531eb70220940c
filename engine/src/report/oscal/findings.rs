//! A finding for each control for which checks ran. What the checks say of it decides; a control
//! is satisfied only where every resource was judged and passes.

use super::Run;
use super::ids;
use super::model::{Finding, ObjectiveStatus, RiskRef, State, Target};
use super::observations::{Groups, gap_id, reference};
use super::risks::{exception_id, failure_id};
use super::text::{prop, props, prose, prose_or};
use crate::assess::Verdict;
use crate::catalog::Framework;
use crate::report::controls::{Row, Status};
use crate::report::summary::count;
use std::collections::BTreeSet;

pub(super) fn findings<'a>(
    run: &'a Run<'a>,
    groups: &'a Groups<'a>,
) -> impl Iterator<Item = Finding> {
    let frameworks = run.reviewed.iter();
    frameworks.flat_map(|(framework, rows)| {
        let rows = rows.iter();
        rows.map(|row| finding(run, groups, framework, row))
    })
}

fn finding<'r>(
    run: &Run<'r>,
    groups: &Groups<'r>,
    framework: &Framework,
    row: &Row<'r>,
) -> Finding {
    let control = row.control;
    let mut observations = Vec::new();
    let mut risks = Vec::new();
    for check in &row.checks {
        for (&(check, verdict, exception), (uuid, _)) in groups.of_check(&check.id) {
            observations.push(reference(uuid));
            if verdict == Verdict::Fail {
                risks.push(failure_id(run, check));
            }
            risks.extend(exception.map(|exception| exception_id(run, exception)));
        }
    }
    // Two checks may have one exception.
    let mut seen = BTreeSet::new();
    risks.retain(|risk| seen.insert(risk.clone()));
    let gaps: BTreeSet<&str> = (row.findings())
        .flat_map(|finding| run.index.gaps(finding))
        .map(|gap| &*gap.id)
        .collect();
    observations.extend(gaps.iter().map(|gap| reference(&gap_id(run, gap))));
    let (kind, target_id) = ids::target(&framework.id, &control.id);
    Finding {
        uuid: run.lasting("control", &[&framework.id, &control.id]),
        title: prose(&format!("{} {}", control.id, control.title)),
        description: prose_or(&counts(row), row.status.word()),
        props: props([
            prop("framework", &framework.id),
            prop("group", &row.group.title),
            prop("control", &control.id),
            prop("status", row.status.word()),
        ]),
        target: Target {
            kind,
            target_id,
            status: status(row.status),
            implementation_status: (row.status == Status::NotApplicable).then_some(State {
                state: "not-applicable",
            }),
        },
        related_observations: observations,
        related_risks: (risks.into_iter())
            .map(|risk_uuid| RiskRef { risk_uuid })
            .collect(),
        remarks: (control.said.as_ref()).map(|said| {
            prose(&format!(
                "Besides the checks, {}: {}",
                said.word(),
                said.text()
            ))
        }),
    }
}

/// What its checks found.
fn counts(row: &Row<'_>) -> String {
    let counts: Vec<String> = (Verdict::ALL.into_iter())
        .map(|verdict| (verdict, row.count(verdict)))
        .filter(|(_, count)| *count > 0)
        .map(|(verdict, count)| format!("{count} {}", verdict.word().replace('_', " ")))
        .collect();
    let checks = count(row.checks.len(), "check");
    match counts.is_empty() {
        true => format!("{checks}, nothing to judge"),
        false => format!("{checks}: {}", counts.join(", ")),
    }
}

/// OSCAL knows two states. What is not known to hold is not satisfied; the reason tells apart
/// what fails from what was not decided.
fn status(status: Status) -> ObjectiveStatus {
    let (state, reason, remarks) = match status {
        Status::Passed => (
            "satisfied",
            "pass",
            "Every resource that its checks judge was read, and passes. The checks say no more \
             than that.",
        ),
        Status::Failed => ("not-satisfied", "fail", "At least one resource fails."),
        Status::NotAssessed => (
            "not-satisfied",
            "other",
            "Not assessed: nothing that was read fails, and not all could be read.",
        ),
        Status::Accepted => (
            "not-satisfied",
            "other",
            "Accepted risk: nothing fails but what somebody has accepted for a time.",
        ),
        Status::NotApplicable
        | Status::NotRun
        | Status::Manual
        | Status::Inherited
        | Status::Uncovered => (
            "not-satisfied",
            "other",
            "Not applicable: its checks ran, and found nothing of the customer's to judge.",
        ),
    };
    ObjectiveStatus {
        state,
        reason,
        remarks,
    }
}
