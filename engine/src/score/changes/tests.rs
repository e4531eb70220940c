use super::*;
use crate::assess::{FindingId, Subject};
use crate::catalog::BUILTIN as CATALOG;
use crate::score::{breakdown, score};
use proptest::prelude::*;
use std::sync::Arc;

fn finding(check: &str, resource: &str, verdict: Verdict) -> Finding {
    let check = CATALOG.check(check).unwrap();
    let arn = format!("arn:aws:x:::{resource}");
    Finding {
        id: FindingId::of(check, "111122223333", "us-east-1", Some(&arn)),
        check: check.id.as_str().into(),
        about: Arc::new(Subject {
            account: "111122223333".into(),
            region: "us-east-1".into(),
            kind: check.kind.name,
            arn: Some(arn.into()),
            resource_id: Some(resource.into()),
        }),
        owner: Arc::new("customer".into()),
        detail: None,
        verdict,
        severity: check.severity,
    }
}

fn assessment(findings: Vec<Finding>, causes: &[(usize, &[&str])]) -> Assessment {
    let causes = causes.iter().map(|(at, causes)| {
        let causes = causes.iter().map(|cause| (*cause).to_owned());
        (findings[*at].id, causes.collect())
    });
    Assessment {
        causes: causes.collect(),
        exceptions: Vec::new(),
        measure: Default::default(),
        findings,
        gaps: Vec::new(),
        lists: Vec::new(),
    }
}

/// Findings of any checks on a few resources, each pair once, and causes for some of them.
fn assessments() -> impl Strategy<Value = Assessment> {
    let one = (
        0..CATALOG.checks.len(),
        0..4_usize,
        0..Verdict::ALL.len(),
        0..6_usize,
    );
    proptest::collection::vec(one, 1..60).prop_map(|drawn| {
        let mut findings: BTreeMap<FindingId, Finding> = BTreeMap::new();
        let mut causes = BTreeMap::new();
        for (check, resource, verdict, cause) in drawn {
            let check = &CATALOG.checks[check].id;
            let drawn = finding(check, &format!("r{resource}"), Verdict::ALL[verdict]);
            let of: &[&str] = match cause {
                0 => &["one"],
                1 => &["one", "two"],
                2 => &["two"],
                _ => &[],
            };
            causes.remove(&drawn.id);
            if drawn.verdict == Verdict::Fail && !of.is_empty() {
                let of = of.iter().map(|cause| (*cause).to_owned());
                causes.insert(drawn.id, of.collect());
            }
            findings.insert(drawn.id, drawn);
        }
        Assessment {
            findings: findings.into_values().collect(),
            gaps: Vec::new(),
            lists: Vec::new(),
            causes,
            exceptions: Vec::new(),
            measure: Default::default(),
        }
    })
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_failure_is_cleared_by_exactly_one_change(assessment in assessments()) {
        let changes = changes(&assessment, &CATALOG);
        let mut cleared: Vec<FindingId> = changes
            .iter()
            .flat_map(|change| &change.clears)
            .map(|finding| finding.id)
            .collect();
        cleared.sort_unstable();
        let mut failed: Vec<FindingId> = assessment
            .findings
            .iter()
            .filter(|finding| finding.verdict == Verdict::Fail)
            .map(|finding| finding.id)
            .collect();
        failed.sort_unstable();
        prop_assert_eq!(cleared, failed);
    }

    #[test]
    fn the_score_of_a_change_is_that_of_its_failures_as_passes(assessment in assessments()) {
        for change in changes(&assessment, &CATALOG) {
            let mended: Vec<Finding> = assessment
                .findings
                .iter()
                .cloned()
                .map(|mut finding| {
                    if change.clears.iter().any(|cleared| cleared.id == finding.id) {
                        finding.verdict = Verdict::Pass;
                    }
                    finding
                })
                .collect();
            let (now, then) = (score(&assessment.findings, &CATALOG), score(&mended, &CATALOG));
            let (said, then) = (change.score.unwrap(), then.whole.unwrap());
            prop_assert!(close(said.proven, then.proven), "{said:?} {then:?}");
            prop_assert!(close(said.possible, then.possible), "{said:?} {then:?}");
            prop_assert!(close(change.gain, then.proven - now.whole.unwrap().proven));
            prop_assert!(change.gain > 0.0);
        }
    }

    #[test]
    fn the_parts_of_the_score_add_up(assessment in assessments()) {
        let whole = score(&assessment.findings, &CATALOG).whole;
        let domains = breakdown(&assessment.findings, &CATALOG);
        let lost: f64 = domains.iter().map(|domain| domain.lost()).sum();
        let open: f64 = domains.iter().map(|domain| domain.open()).sum();
        let share: f64 = domains.iter().flat_map(|d| &d.checks).map(|part| part.share).sum();
        match whole {
            Some(whole) => {
                prop_assert!(close(whole.possible, 100.0 - lost), "{whole:?} {lost}");
                prop_assert!(close(whole.proven, 100.0 - lost - open), "{whole:?} {open}");
                prop_assert!(close(share, 1.0), "{share}");
            }
            None => prop_assert!(domains.iter().all(|domain| domain.checks.is_empty())),
        }
        for domain in &domains {
            let sorted = domain.checks.is_sorted_by(|a, b| a.missing() >= b.missing());
            prop_assert!(sorted, "{}", domain.domain.domain);
        }
    }
}

#[test]
fn failures_of_one_setting_of_one_resource_belong_together() {
    let ssh = "ec2-security-group-ssh-open-to-ipv4-world";
    let rdp = "ec2-security-group-rdp-open-to-ipv4-world";
    let unused = "ec2-security-group-unused";
    let assessment = assessment(
        vec![
            finding(ssh, "sg-1", Verdict::Fail),
            finding(rdp, "sg-1", Verdict::Fail),
            finding(ssh, "sg-2", Verdict::Fail),
            finding(unused, "sg-1", Verdict::Fail),
            finding(rdp, "sg-2", Verdict::Pass),
        ],
        &[],
    );
    let changes = changes(&assessment, &CATALOG);
    let sizes: Vec<usize> = changes.iter().map(|change| change.clears.len()).collect();
    assert_eq!(sizes, [2, 1, 1]);
    let What::Settings { id, settings, .. } = &changes[0].what else {
        panic!("{:?}", changes[0].what);
    };
    assert_eq!(&**id, "sg-1");
    assert!(
        settings.contains(&"resolved_ingress".to_owned()),
        "{settings:?}"
    );
}

#[test]
fn a_failure_with_two_causes_belongs_to_neither() {
    let check = "iam-user-administrator";
    let assessment = assessment(
        vec![
            finding(check, "ann", Verdict::Fail),
            finding(check, "ben", Verdict::Fail),
            finding(check, "cid", Verdict::Fail),
        ],
        &[
            (0, &["IAM policy all"]),
            (1, &["IAM policy all"]),
            (2, &["IAM policy all", "IAM policy more"]),
        ],
    );
    let changes = changes(&assessment, &CATALOG);
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[0].what, What::Cause("IAM policy all".to_owned()));
    let ids = |change: &Change| -> Vec<String> {
        let ids = change
            .clears
            .iter()
            .filter_map(|f| f.about.resource_id.clone());
        ids.map(|id| id.to_string()).collect()
    };
    assert_eq!(ids(&changes[0]), ["ann", "ben"]);
    assert_eq!(ids(&changes[1]), ["cid"]);
    let whole = changes[0].score.unwrap();
    assert!(close(whole.proven, 200.0 / 3.0), "{whole:?}");
}

/// A resource that two checks read nothing of has no setting in common with itself.
#[test]
fn checks_that_read_different_facts_stay_apart() {
    let settings_of = |id: &str| settings(CATALOG.check(id).unwrap());
    assert_eq!(settings_of("s3-bucket-versioning-off"), ["versioning"]);
    assert_ne!(
        settings_of("s3-bucket-versioning-off"),
        settings_of("s3-bucket-access-logging-off")
    );
    for check in &CATALOG.checks {
        assert!(!settings(check).is_empty(), "{}", check.id);
    }
}
