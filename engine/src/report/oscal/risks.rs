//! Risks: what fails, and what somebody has accepted.

use super::Run;
use super::frame::origin;
use super::model::{
    Characterization, Entry, Facet, Link, Log, ObservationRef, Prop, Remediation, Risk,
};
use super::observations::{Groups, reference};
use super::text::{NS, prop, props, prose, prose_or, standard};
use crate::assess::{Accepted, Standing, Verdict};
use crate::catalog::Check;
use crate::report::summary::count;
use std::collections::BTreeMap;

/// The UUID of the risk of a check that fails.
pub(super) fn failure_id(run: &Run<'_>, check: &str) -> String {
    run.lasting("failure", &[check])
}

/// The UUID of the risk that an exception accepts.
pub(super) fn exception_id(run: &Run<'_>, exception: &str) -> String {
    run.lasting("exception", &[exception])
}

/// The checks that fail, then the exceptions.
pub(super) fn risks<'a>(run: &'a Run<'a>, groups: &'a Groups<'a>) -> impl Iterator<Item = Risk> {
    let mut accepted: BTreeMap<&str, Vec<ObservationRef>> = BTreeMap::new();
    for (&(_, _, exception), (uuid, _)) in groups.all() {
        if let Some(exception) = exception {
            accepted.entry(exception).or_default().push(reference(uuid));
        }
    }
    let failures = groups
        .all()
        .filter_map(|(&(_, verdict, _), (uuid, findings))| {
            let check = run.index.check(findings.first()?);
            (verdict == Verdict::Fail).then(|| failure(run, check, findings.len(), uuid))
        });
    let exceptions = run.report.assessment.exceptions.iter();
    let exceptions = exceptions.map(move |exception| {
        let observations = accepted.remove(&*exception.id).unwrap_or_default();
        exception_risk(run, exception, observations)
    });
    failures.chain(exceptions)
}

fn entry(run: &Run<'_>, of: &str, title: String, status: &'static str) -> Log<[Entry; 1]> {
    Log {
        entries: [Entry {
            uuid: run.passing("risk-log", &[of]),
            title,
            description: None,
            start: run.started.clone(),
            props: Vec::new(),
            status_change: Some(status),
        }],
    }
}

fn kind(value: &str) -> Vec<Prop> {
    props([standard("type", value)])
}

fn failure(run: &Run<'_>, check: &Check, failures: usize, observation: &str) -> Risk {
    let uuid = failure_id(run, &check.id);
    let resources = count(failures, "resource");
    Risk {
        title: prose(&format!("{}: not so for {resources}", check.title)),
        description: prose_or(&check.risk, &check.title),
        statement: prose_or(&check.risk, &check.title),
        props: props([prop("check", &check.id)]),
        status: "open",
        origins: [origin()],
        characterizations: vec![Characterization {
            origin: origin(),
            facets: vec![Facet {
                name: "severity",
                system: NS,
                value: check.severity.word().to_owned(),
            }],
        }],
        deadline: None,
        remediations: vec![Remediation {
            uuid: run.lasting("remediation", &[&check.id]),
            lifecycle: "recommendation",
            title: "Mend it",
            description: prose_or(&check.remedy.text, &check.title),
            props: kind("mitigate"),
            links: (check.remedy.links.iter())
                .map(|href| Link {
                    href: href.clone(),
                    rel: "reference",
                    text: None,
                })
                .collect(),
        }],
        risk_log: entry(run, &uuid, format!("Seen for {resources}"), "open"),
        related_observations: vec![reference(observation)],
        uuid,
    }
}

/// An exception accepts nothing once it has expired or lapsed: the risk is open again.
const fn status(standing: Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::InForce => ("deviation-approved", "In force"),
        Standing::Expired => ("open", "Expired: its failures are failures again"),
        Standing::Lapsed => (
            "open",
            "Lapsed: what it was bound to has changed, and its failures are failures again",
        ),
        Standing::Unused => ("closed", "Unused: nothing that it covers fails"),
    }
}

fn exception_risk(run: &Run<'_>, exception: &Accepted, observations: Vec<ObservationRef>) -> Risk {
    let uuid = exception_id(run, &exception.id);
    let (status, said) = status(exception.standing);
    let expires = exception.expires;
    let mut props = props([
        prop("exception", &exception.id),
        prop("owner", &exception.owner),
        prop("standing", exception.standing.word()),
        prop("findings", &exception.findings.to_string()),
        prop("ticket", exception.ticket.as_deref().unwrap_or_default()),
    ]);
    props.extend((exception.doubts.iter()).filter_map(|doubt| prop("doubt", doubt)));
    let reason = prose_or(&exception.reason, "No reason was given.");
    let remediation = Remediation {
        uuid: run.lasting("acceptance", &[&exception.id]),
        lifecycle: "planned",
        title: "Accepted for a time",
        description: prose(&format!(
            "{} answers for it, and accepts it until {expires}.",
            exception.owner
        )),
        props: kind("accept"),
        links: Vec::new(),
    };
    Risk {
        title: prose(&format!("Accepted: {}", exception.scope)),
        description: prose(&format!(
            "{}: {}",
            exception.scope,
            count(exception.findings, "failure")
        )),
        statement: reason,
        props,
        status,
        origins: [origin()],
        characterizations: Vec::new(),
        deadline: Some(format!("{expires}T23:59:59Z")),
        remediations: match exception.standing {
            Standing::InForce => vec![remediation],
            Standing::Expired | Standing::Lapsed | Standing::Unused => Vec::new(),
        },
        risk_log: entry(run, &uuid, said.to_owned(), status),
        related_observations: observations,
        uuid,
    }
}
