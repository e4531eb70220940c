//! What a run says, and how it is held against the undisturbed one.

use super::modes::Mode;
use super::summary;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use waterline::assess::{Finding, Verdict, assess};
use waterline::catalog::{Catalog, Check, Sources};
use waterline::model::{GLOBAL, Gap, Reason, Snapshot};
use waterline::plan::Plan;

/// What the undisturbed run says.
pub(super) struct Whole {
    /// The facts of each resource.
    resources: HashMap<String, Value>,
    /// The findings by id, each with the resource that it is about.
    findings: HashMap<String, (String, Finding)>,
}

/// Some checks only, and what has to be read for them.
pub(super) struct Narrow {
    pub(super) plan: Arc<Plan>,
    /// Their ids.
    checks: BTreeSet<String>,
    /// The kinds that they judge.
    kinds: BTreeSet<&'static str>,
    /// A catalogue of nothing else.
    catalog: Catalog,
}

impl Narrow {
    pub(super) fn of(catalog: &Catalog, checks: Vec<&Check>, plan: Plan) -> Narrow {
        Narrow {
            plan: Arc::new(plan),
            checks: checks.iter().map(|check| check.id.clone()).collect(),
            kinds: checks.iter().map(|check| check.kind.name).collect(),
            catalog: Catalog {
                checks: checks.into_iter().cloned().collect(),
                frameworks: BTreeMap::new(),
                responsibility: catalog.responsibility.clone(),
                types: catalog.types.clone(),
                engine: catalog.engine.clone(),
                sources: Sources::default(),
                hash: catalog.hash.clone(),
            },
        }
    }
}

/// How a run is judged.
#[derive(Default)]
pub(super) struct Judging {
    /// By these checks only.
    pub(super) narrow: Option<Arc<Narrow>>,
    /// Everything is judged as well, to see that what was left out says the same.
    pub(super) in_full: bool,
    /// A report is made of it, and must say what to grant.
    pub(super) summary: bool,
}

/// What another run says, where it is not what the undisturbed one says.
pub(super) struct Said {
    /// The resources that are exactly as they were: their verdicts stand.
    same: HashSet<String>,
    /// The checks that count, where not all do.
    narrow: Option<Arc<Narrow>>,
    /// The verdicts on everything else, by id.
    findings: BTreeMap<String, Finding>,
    pub(super) gaps: Vec<Gap>,
    /// What a report of these verdicts says of missing permissions that is not right.
    unsaid: Vec<String>,
}

/// What came of holding one run against another.
#[derive(Default)]
pub(super) struct Outcome {
    /// The disturbed operations that were asked for and ended as they should.
    pub(super) struck: BTreeSet<(String, Mode)>,
    /// The verdicts of the undisturbed run that count.
    pub(super) compared: usize,
    /// Verdicts that became *not assessed*.
    pub(super) opened: usize,
    /// Verdicts on resources that were not found, because their list is known to be incomplete.
    pub(super) vanished: usize,
    /// What must not be.
    pub(super) wrong: Vec<String>,
}

fn name(kind: &str, account: &str, region: &str, arn: &str) -> String {
    [kind, account, region, arn].join(" ")
}

fn about(finding: &Finding) -> String {
    let arn = finding.about.arn.as_deref().unwrap_or_default();
    name(
        finding.about.kind,
        &finding.about.account,
        &finding.about.region,
        arn,
    )
}

fn by_id(findings: Vec<Finding>) -> BTreeMap<String, Finding> {
    let all = findings.into_iter();
    all.map(|finding| (finding.id.to_string(), finding))
        .collect()
}

impl Whole {
    /// Judges everything.
    pub(super) fn of(mut snapshot: Snapshot, catalog: &Catalog) -> Whole {
        waterline::derive::derive(&mut snapshot);
        let mut resources = HashMap::new();
        for resource in &snapshot.resources {
            let (kind, account, region, arn) = resource.order();
            let twin = resources.insert(name(kind, account, region, arn), resource.to_json());
            assert!(twin.is_none(), "{kind} {arn} is there twice");
        }
        let findings = assess(&snapshot, catalog, snapshot.header.started).findings;
        Whole {
            resources,
            findings: by_id(findings)
                .into_iter()
                .map(|(id, finding)| (id, (about(&finding), finding)))
                .collect(),
        }
    }

    /// How many verdicts there are.
    pub(super) fn verdicts(&self) -> usize {
        self.findings.len()
    }

    /// How many verdicts there are of one sort.
    pub(super) fn count(&self, verdict: Verdict) -> usize {
        let all = self.findings.values();
        all.filter(|(_, finding)| finding.verdict == verdict)
            .count()
    }
}

impl Said {
    /// Judges only what is not as it was in the undisturbed run: the verdicts on a resource
    /// follow from its facts, the catalogue and the clock, and from nothing else, so that a
    /// resource whose facts, the derived ones among them, are equal to the last letter has the
    /// verdicts that it had. Where only some checks count, only what they rest on was read, and
    /// nothing is as it was.
    pub(super) fn of(
        mut snapshot: Snapshot,
        catalog: &Catalog,
        whole: &Whole,
        judging: &Judging,
    ) -> Said {
        waterline::derive::derive(&mut snapshot);
        let now = snapshot.header.started;
        let full = judging
            .in_full
            .then(|| by_id(assess(&snapshot, catalog, now).findings));
        let mut same = HashSet::new();
        let narrow = judging.narrow.as_deref();
        snapshot.resources.retain(|resource| {
            if let Some(narrow) = narrow {
                return narrow.kinds.contains(resource.kind());
            }
            let (kind, account, region, arn) = resource.order();
            let name = name(kind, account, region, arn);
            let changed = whole.resources.get(&name) != Some(&resource.to_json());
            if !changed {
                same.insert(name);
            }
            changed
        });
        let catalog = narrow.map_or(catalog, |narrow| &narrow.catalog);
        let assessment = assess(&snapshot, catalog, now);
        let unsaid = match judging.summary {
            true => summary::unsaid(&snapshot.header, catalog, &assessment),
            false => Vec::new(),
        };
        let said = Said {
            same,
            narrow: judging.narrow.clone(),
            findings: by_id(assessment.findings),
            gaps: assessment.gaps,
            unsaid,
        };
        if let Some(full) = full {
            said.is_all_of(&full, whole);
        }
        said
    }

    fn is_all_of(&self, full: &BTreeMap<String, Finding>, whole: &Whole) {
        let mut count = self.findings.len();
        for (id, (about, before)) in &whole.findings {
            if self.same.contains(about) {
                count += 1;
                assert_eq!(format!("{:?}", full.get(id)), format!("{:?}", Some(before)));
            }
        }
        for (id, finding) in &self.findings {
            assert_eq!(
                format!("{:?}", full.get(id)),
                format!("{:?}", Some(finding))
            );
        }
        assert_eq!(count, full.len());
    }

    fn counts(&self, check: &str) -> bool {
        let narrow = self.narrow.as_ref();
        narrow.is_none_or(|narrow| narrow.checks.contains(check))
    }

    /// The verdicts that are open although nothing of these services stands in their way: they
    /// hang on something that was not planned for.
    pub(super) fn opened_by_others(&self, services: &BTreeSet<String>) -> Vec<String> {
        let gaps: HashMap<_, _> = self.gaps.iter().map(|gap| (&gap.id, gap)).collect();
        let open = self.findings.values();
        open.filter(|finding| finding.verdict == Verdict::NotAssessed)
            .filter(|finding| {
                !finding
                    .gaps()
                    .iter()
                    .filter_map(|id| gaps.get(id))
                    .any(|gap| {
                        let service = gap.operation.split_once(':');
                        service.is_some_and(|(service, _)| services.contains(service))
                    })
            })
            .map(|finding| format!("{} hangs on nothing that is disturbed", told(finding)))
            .collect()
    }

    /// Where this run says anything else than the undisturbed one.
    pub(super) fn difference(&self, whole: &Whole) -> Option<String> {
        let other = self.findings.iter().find(|(id, finding)| {
            let before = whole.findings.get(*id);
            before.is_none_or(|(_, before)| format!("{before:?}") != format!("{finding:?}"))
        });
        let gone = || {
            let mut all = whole.findings.iter();
            all.find(|(id, (about, _))| {
                !self.same.contains(about) && !self.findings.contains_key(*id)
            })
        };
        other
            .map(|(_, finding)| format!("{finding:?}"))
            .or_else(|| gone().map(|(_, (_, before))| format!("{before:?} is gone")))
    }

    /// The disturbed operations without a gap, or without one that says what was done to them.
    fn untold(&self, struck: &BTreeSet<(String, Mode)>) -> Vec<String> {
        let mut untold = Vec::new();
        for (operation, _) in struck {
            let gaps = self.gaps.iter().filter(|gap| *gap.operation == **operation);
            let told: BTreeSet<Reason> = gaps.map(|gap| gap.reason).collect();
            let ways = struck.iter().filter(|(other, _)| other == operation);
            let reasons: BTreeSet<Reason> =
                ways.flat_map(|(_, mode)| mode.reasons()).copied().collect();
            if told.is_disjoint(&reasons) {
                untold.push(format!(
                    "{operation}: no gap says {reasons:?}, but {told:?}"
                ));
            }
        }
        untold
    }

    /// Holds this run against the undisturbed one. `struck` are the operations that were asked
    /// for and disturbed.
    pub(super) fn against(&self, whole: &Whole, struck: BTreeSet<(String, Mode)>) -> Outcome {
        let mut outcome = Outcome::default();
        // How many were assessed, and how many there are.
        let (mut now, mut then) = ((0, 0), (0, 0));
        let add = |to: &mut (usize, usize), verdict: Verdict| match verdict {
            Verdict::Pass | Verdict::Fail | Verdict::Excepted => *to = (to.0 + 1, to.1 + 1),
            Verdict::NotAssessed => to.1 += 1,
            Verdict::Inherited | Verdict::NotApplicable => {}
        };
        for (id, finding) in &self.findings {
            add(&mut now, finding.verdict);
            let before = whole.findings.get(id).map(|(_, before)| before.verdict);
            if before == Some(finding.verdict) {
                continue;
            }
            if finding.verdict != Verdict::NotAssessed {
                let was = before.map_or("not there", Verdict::word);
                outcome.wrong.push(format!("{}, was {was}", told(finding)));
                continue;
            }
            outcome.opened += 1;
            if finding.gaps().is_empty() {
                outcome
                    .wrong
                    .push(format!("{} names no gap", told(finding)));
            }
        }
        let lists: BTreeSet<(&str, &str, &str)> = self
            .findings
            .values()
            .filter(|finding| {
                finding.about.arn.is_none() && finding.verdict == Verdict::NotAssessed
            })
            .map(|finding| {
                (
                    &*finding.check,
                    &*finding.about.account,
                    &*finding.about.region,
                )
            })
            .collect();
        for (id, (about, before)) in &whole.findings {
            if !self.counts(&before.check) {
                continue;
            }
            outcome.compared += 1;
            add(&mut then, before.verdict);
            if self.same.contains(about) {
                add(&mut now, before.verdict);
            } else if !self.findings.contains_key(id) {
                let open =
                    |region| lists.contains(&(&*before.check, &*before.about.account, region));
                if open(&before.about.region) || open(GLOBAL) {
                    outcome.vanished += 1;
                } else {
                    outcome.wrong.push(format!("{} is gone", told(before)));
                }
            }
        }
        outcome.wrong.extend(self.untold(&struck));
        outcome.wrong.extend(self.unsaid.iter().cloned());
        outcome.struck = struck;
        if now.0 * then.1 > then.0 * now.1 {
            let told = format!("coverage is {now:?}, that of the whole {then:?}");
            outcome.wrong.push(told);
        }
        outcome
    }
}

fn told(finding: &Finding) -> String {
    let on = finding.about.arn.as_deref().unwrap_or(finding.about.kind);
    let verdict = finding.verdict.word();
    format!(
        "{} of {on} ({}): {verdict}",
        finding.check, finding.about.region
    )
}
