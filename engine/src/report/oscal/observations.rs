//! What was seen: one observation for each check and verdict, and one for each gap. A control's
//! finding then names a few observations, however many resources there are; each finding of ours
//! is a subject of its observation.

use super::Run;
use super::frame::origin;
use super::model::{Evidence, Observation, ObservationRef};
use super::subjects::Subjects;
use super::text::{prop, props, prose, prose_or};
use crate::assess::{Finding, Verdict};
use crate::report::each::Each;
use crate::report::summary::count;
use crate::report::words::{gap_saying, sentence};
use std::collections::BTreeMap;

/// A check, a verdict, and the exception for those that are accepted.
pub(super) type Key<'r> = (&'r str, Verdict, Option<&'r str>);

/// The findings of each observation, with its UUID.
pub(super) struct Groups<'r>(BTreeMap<Key<'r>, (String, Vec<&'r Finding>)>);

impl<'r> Groups<'r> {
    /// The observations of a check.
    pub(super) fn of_check(
        &self,
        check: &'r str,
    ) -> impl Iterator<Item = (&Key<'r>, &(String, Vec<&'r Finding>))> {
        let from = (check, Verdict::Fail, None);
        self.0
            .range(from..)
            .take_while(move |(key, _)| key.0 == check)
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = (&Key<'r>, &(String, Vec<&'r Finding>))> {
        self.0.iter()
    }
}

pub(super) fn reference(uuid: &str) -> ObservationRef {
    ObservationRef {
        observation_uuid: uuid.to_owned(),
    }
}

/// The UUID of a gap's observation.
pub(super) fn gap_id(run: &Run<'_>, gap: &str) -> String {
    run.passing("gap", &[gap])
}

pub(super) fn groups<'r>(run: &Run<'r>) -> Groups<'r> {
    let mut groups: BTreeMap<Key, (String, Vec<&Finding>)> = BTreeMap::new();
    for finding in &run.report.assessment.findings {
        let exception = finding.exception();
        let key = (&*finding.check, finding.verdict, exception);
        let (_, findings) = groups.entry(key).or_insert_with(|| {
            let parts = [key.0, key.1.word(), exception.unwrap_or_default()];
            (run.passing("observation", &parts), Vec::new())
        });
        findings.push(finding);
    }
    Groups(groups)
}

pub(super) fn of_findings<'a>(
    run: &'a Run<'a>,
    groups: &'a Groups<'a>,
    subjects: &'a Subjects<'a>,
) -> impl Iterator<Item = Observation<'a>> {
    groups
        .all()
        .filter_map(|(&(_, verdict, exception), (uuid, findings))| {
            let check = run.index.check(findings.first()?);
            let what = words(verdict);
            Some(Observation {
                uuid: uuid.clone(),
                title: prose(&format!("{}: {what}", check.title)),
                description: prose(&format!(
                    "{}: {what} for {}.",
                    check.title,
                    count(findings.len(), "subject")
                )),
                props: props([
                    prop("check", &check.id),
                    prop("verdict", verdict.word()),
                    prop("severity", check.severity.word()),
                    prop("exception", exception.unwrap_or_default()),
                ]),
                methods: ["TEST"],
                types: [match verdict {
                    Verdict::Fail => "finding",
                    _ => "control-objective",
                }],
                origins: [origin()],
                subjects: Each::of(|| {
                    let findings = findings.iter();
                    findings.map(|finding| subjects.subject(run, finding))
                }),
                relevant_evidence: evidence(run, verdict, findings),
                collected: run.started.clone(),
                remarks: None,
            })
        })
}

const fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fail => "does not hold",
        Verdict::NotAssessed => "not assessed",
        Verdict::Excepted => "does not hold, an accepted risk",
        Verdict::Pass => "holds",
        Verdict::Inherited => "inherited from AWS",
        Verdict::NotApplicable => "does not apply",
    }
}

/// What was seen of each resource. Where a check holds or does not apply there is no more to say
/// of one resource than of the others.
fn evidence<'a>(
    run: &'a Run<'a>,
    verdict: Verdict,
    findings: &'a [&'a Finding],
) -> Each<'a, Evidence> {
    if matches!(verdict, Verdict::Pass | Verdict::NotApplicable) {
        return Each::of(|| {
            std::iter::once(Evidence {
                description: prose(&format!(
                    "What AWS's API told of each subject, in the reading that began at {}.",
                    run.started
                )),
                props: Vec::new(),
            })
        });
    }
    let of = |finding: &&Finding| {
        let said = sentence(finding, run.index.check(finding));
        let mut lines = vec![prose_or(&said, &finding.check)];
        let more = finding.evidence().iter();
        lines.extend(
            more.filter(|line| !said.contains(line.as_str()))
                .map(|line| prose(line)),
        );
        Evidence {
            description: lines.join("\n\n"),
            props: props([prop("finding-id", &finding.id.hex())]),
        }
    };
    Each::of(move || findings.iter().map(of))
}

/// What could not be read.
pub(super) fn of_gaps<'a>(
    run: &'a Run<'a>,
    subjects: &'a Subjects<'a>,
) -> impl Iterator<Item = Observation<'a>> {
    let gaps = run.report.assessment.gaps.iter();
    gaps.map(|gap| {
        let mut props = props([
            prop("gap", &gap.id),
            prop("operation", &gap.operation),
            prop("region", &gap.region),
            prop("reason", gap.reason.word()),
            prop("error-code", gap.code.as_deref().unwrap_or_default()),
        ]);
        props.extend((gap.actions.iter()).filter_map(|action| prop("needs", action)));
        Observation {
            uuid: gap_id(run, &gap.id),
            title: prose(&format!("Not read: {} in {}", gap.operation, gap.region)),
            description: prose(&gap_saying(gap)),
            props,
            methods: ["TEST"],
            types: ["not-read"],
            origins: [origin()],
            subjects: Each::of(|| {
                let resource = gap.resource.as_deref();
                std::iter::once(subjects.known(run, &gap.account, resource))
            }),
            relevant_evidence: Each::of(std::iter::empty),
            collected: run.started.clone(),
            remarks: Some(
                "Nothing is known of what this call would have told: what hangs on it is not \
                 assessed."
                    .to_owned(),
            ),
        }
    })
}
