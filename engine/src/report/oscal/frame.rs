//! What stands around the results: who, when, by which plan, with which tool.

use super::model::{
    Activity, AssessmentAssets, BackMatter, Citation, Component, ComponentRef, ControlId,
    ControlSelection, Entry, ImportAp, Link, Metadata, Origin, Party, Plan, Platform, Resource,
    Responsible, ReviewedControls, Role, State,
};
use super::text::{line, prop, props, prose, prose_or, standard};
use super::{Run, TOOL, VERSION, ids};
use crate::catalog::Check;
use crate::report::each::Each;
use crate::report::ownership::kind_words;
use crate::report::summary::count;

/// The role of the account's owner.
pub(super) const CUSTOMER: &str = "customer";
/// The role of AWS.
pub(super) const PROVIDER: &str = "provider";

pub(super) fn metadata(run: &Run<'_>) -> Metadata {
    let header = run.report.header;
    let mut props = props([
        prop("account", &header.account),
        prop("partition", &header.partition),
        prop("caller", &header.caller),
        prop("tool-version", env!("CARGO_PKG_VERSION")),
        prop("collector-version", &header.tool),
        prop("catalog-sha256", &run.report.catalog.hash),
    ]);
    props.extend(header.regions.iter().filter_map(|r| prop("region", r)));
    Metadata {
        title: format!("Security posture of AWS account {}", header.account),
        last_modified: run.started.clone(),
        version: run.started.clone(),
        oscal_version: VERSION,
        props,
        roles: [
            Role {
                id: CUSTOMER,
                title: "Owner of the AWS account",
            },
            Role {
                id: PROVIDER,
                title: "Cloud service provider",
            },
        ],
        parties: [
            Party {
                uuid: party(run, CUSTOMER),
                kind: "organization",
                name: format!("Owner of AWS account {}", header.account),
            },
            Party {
                uuid: party(run, PROVIDER),
                kind: "organization",
                name: "Amazon Web Services".to_owned(),
            },
        ],
        responsible_parties: [responsible(run, CUSTOMER), responsible(run, PROVIDER)],
    }
}

fn party(run: &Run<'_>, role: &str) -> String {
    match role {
        // The same for all customers.
        PROVIDER => ids::id("party", &[PROVIDER]),
        _ => run.lasting("party", &[role]),
    }
}

/// Who has a role.
pub(super) fn responsible(run: &Run<'_>, role: &'static str) -> Responsible {
    Responsible {
        role_id: role,
        party_uuids: [party(run, role)],
    }
}

/// The plan is the catalogue of checks: no document in OSCAL tells it, but the back matter and
/// the activities here do.
pub(super) fn import_ap(run: &Run<'_>) -> ImportAp {
    ImportAp {
        href: format!("#{}", plan_id(run)),
        remarks: "There is no assessment plan in OSCAL. The plan is the catalogue of checks that \
                  the resource names; each check that ran is an activity."
            .to_owned(),
    }
}

fn plan_id(run: &Run<'_>) -> String {
    ids::id("plan", &[&run.report.catalog.hash])
}

fn framework_id(framework: &str) -> String {
    ids::id("framework", &[framework])
}

/// The checks that ran.
pub(super) fn plan<'a>(run: &'a Run<'a>) -> Option<Plan<'a>> {
    let activities = Each::of(|| run.report.catalog.checks.iter().map(activity));
    (!activities.is_empty()).then_some(Plan { activities })
}

fn activity(check: &Check) -> Activity {
    let mut controls = Vec::new();
    for (framework, ids) in &check.controls {
        controls.extend(ids.iter().map(|id| ControlId {
            control_id: ids::control(framework, id),
        }));
    }
    let at = &check.responsibility;
    Activity {
        uuid: ids::id("activity", &[&check.id]),
        title: prose_or(&check.title, &check.id),
        description: prose(&format!(
            "Judges the settings of each {}.",
            kind_words(check.kind.name)
        )),
        props: props([
            prop("check", &check.id),
            prop("severity", check.severity.word()),
            prop("kind", check.kind.name),
            prop("domain", &at.domain),
            prop("control-type", &at.control),
            prop("category", &at.category),
        ]),
        related_controls: (!controls.is_empty()).then(|| ReviewedControls {
            description: None,
            control_selections: vec![ControlSelection {
                description: None,
                props: Vec::new(),
                links: Vec::new(),
                include_controls: controls,
            }],
        }),
    }
}

/// The controls for which checks ran, by framework.
pub(super) fn reviewed(run: &Run<'_>) -> ReviewedControls {
    let mut selections: Vec<ControlSelection> = run
        .reviewed
        .iter()
        .map(|(framework, rows)| ControlSelection {
            description: Some(prose_or(&framework.title, &framework.id)),
            props: props([prop("framework", &framework.id)]),
            links: vec![Link {
                href: format!("#{}", framework_id(&framework.id)),
                rel: "reference",
                text: None,
            }],
            include_controls: rows
                .iter()
                .map(|row| ControlId {
                    control_id: ids::control(&framework.id, &row.control.id),
                })
                .collect(),
        })
        .collect();
    if selections.is_empty() {
        // OSCAL wants one. It selects nothing.
        selections.push(ControlSelection {
            description: Some("No check of this run answers a control of a framework.".to_owned()),
            props: Vec::new(),
            links: Vec::new(),
            include_controls: Vec::new(),
        });
    }
    ReviewedControls {
        description: Some(
            "The controls for which checks ran. Controls that people or AWS answer, and those \
             that no check answers, are not among them."
                .to_owned(),
        ),
        control_selections: selections,
    }
}

fn tool_id() -> String {
    ids::id("tool", &[TOOL])
}

/// The tool, as what made an observation or saw a risk.
pub(super) fn origin() -> Origin {
    Origin {
        actors: [super::model::Actor {
            kind: "tool",
            actor_uuid: tool_id(),
        }],
    }
}

pub(super) fn assets(run: &Run<'_>) -> AssessmentAssets {
    AssessmentAssets {
        components: [Component {
            uuid: tool_id(),
            kind: "software",
            title: TOOL.to_owned(),
            description: "Reads an AWS account through AWS's API, changes nothing, and judges \
                          only what was read."
                .to_owned(),
            props: props([standard("version", env!("CARGO_PKG_VERSION"))]),
            links: Vec::new(),
            status: State {
                state: "operational",
            },
            responsible_roles: Vec::new(),
            remarks: None,
        }],
        assessment_platforms: [Platform {
            uuid: run.passing("platform", &[]),
            title: prose(&format!("{TOOL}, as {}", run.report.header.caller)),
            uses_components: [ComponentRef {
                component_uuid: tool_id(),
            }],
        }],
    }
}

/// The calls that were made. The ledger has no time for each: all are of the run.
pub(super) fn log(run: &Run<'_>) -> impl Iterator<Item = Entry> {
    let lines = run.report.header.ledger.iter();
    lines.map(|call| {
        let (account, region, operation) = (&call.account, &call.region, &call.operation);
        Entry {
            uuid: run.passing("call", &[account, region, operation]),
            title: prose(&format!(
                "{operation} in {region}: {}",
                count(usize::try_from(call.calls).unwrap_or(usize::MAX), "call")
            )),
            description: None,
            start: run.started.clone(),
            props: props([
                prop("account", account),
                prop("calls", &call.calls.to_string()),
                prop("errors", &call.errors.to_string()),
                prop("throttles", &call.throttles.to_string()),
            ]),
            status_change: None,
        }
    })
}

pub(super) fn back_matter(run: &Run<'_>) -> BackMatter {
    let report = run.report;
    let plan = Resource {
        uuid: plan_id(run),
        title: format!("{TOOL}'s catalogue of checks"),
        description: prose(&format!(
            "The plan of this assessment: {} of the catalogue whose files have the SHA-256 {}, \
             each on every resource of its kind, in {}.",
            count(report.catalog.checks.len(), "check"),
            report.catalog.hash,
            report.header.regions.join(", ")
        )),
        props: props([
            standard("type", "plan"),
            prop("catalog-sha256", &report.catalog.hash),
        ]),
        citation: None,
    };
    let frameworks = run.reviewed.iter().map(|(framework, _)| Resource {
        uuid: framework_id(&framework.id),
        title: prose_or(&framework.title, &framework.id),
        description: prose(&framework.about),
        props: props([prop("framework", &framework.id)]),
        citation: Some(Citation {
            text: prose_or(&line(&framework.source), &framework.title),
        }),
    });
    BackMatter {
        resources: [plan].into_iter().chain(frameworks).collect(),
    }
}
