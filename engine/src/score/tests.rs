//! Properties of the score, over findings of the built-in checks.

use super::*;
use crate::assess::{FindingId, Subject, Verdict};
use crate::catalog::BUILTIN as CATALOG;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;
use std::sync::Arc;

const VERDICTS: [Verdict; 6] = Verdict::ALL;

/// A verdict of a check, by its place in the catalogue.
fn finding(check: usize, verdict: Verdict) -> Finding {
    let check = &CATALOG.checks[check % CATALOG.checks.len()];
    Finding {
        id: FindingId::default(),
        check: check.id.as_str().into(),
        about: Arc::new(Subject {
            account: "111122223333".into(),
            region: "global".into(),
            kind: check.kind.name,
            arn: Some("arn:aws:x:::y".into()),
            resource_id: None,
        }),
        owner: Arc::new("customer".into()),
        detail: None,
        verdict,
        severity: check.severity,
    }
}

/// The verdict on a list that was not read to its end.
fn open(check: usize) -> Finding {
    let mut open = finding(check, Verdict::NotAssessed);
    Arc::make_mut(&mut open.about).arn = None;
    open
}

/// Few checks with several verdicts each, so that they meet in checks and in domains.
fn findings() -> impl Strategy<Value = Vec<Finding>> {
    let check = prop_oneof![0..6usize, any::<usize>()];
    let one =
        (check.clone(), select(&VERDICTS[..])).prop_map(|(check, verdict)| finding(check, verdict));
    let one = prop_oneof![19 => one, 1 => check.prop_map(open)];
    prop::collection::vec(one, 1..30)
}

fn of(findings: &[Finding]) -> Score {
    score(findings, &CATALOG)
}

/// The whole and each domain, before and after.
fn pairs(before: &Score, after: &Score) -> Vec<(Option<Interval>, Option<Interval>)> {
    let domains = before.domains.iter().zip(&after.domains);
    let domains = domains.map(|(before, after)| (before.score, after.score));
    domains.chain([(before.whole, after.whole)]).collect()
}

/// The findings with one verdict another, if it was one of some.
fn with(findings: &[Finding], at: usize, from: &[Verdict], to: Verdict) -> Option<Vec<Finding>> {
    let mut changed = findings.to_vec();
    let count = changed.len();
    let finding = changed.get_mut(at % count)?;
    from.contains(&finding.verdict).then_some(())?;
    finding.verdict = to;
    Some(changed)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The score is that of the account without what is accepted, never that of one in which it
    /// passed: accepting all failures of a check does not make it 100, but nothing.
    #[test]
    fn an_accepted_risk_counts_nowhere(findings in findings(), accept in any::<u32>()) {
        let mut after = findings.clone();
        let failed = |finding: &&mut Finding| finding.verdict == Verdict::Fail;
        for (at, finding) in after.iter_mut().filter(failed).enumerate() {
            if accept & (1 << (at % 32)) != 0 {
                finding.verdict = Verdict::Excepted;
            }
        }
        let mut without = after.clone();
        without.retain(|finding| finding.verdict != Verdict::Excepted);
        let accepted = after.len() - without.len();
        let (with, without) = (of(&after), of(&without));
        for (with, without) in pairs(&with, &without) {
            prop_assert_eq!(with, without);
        }
        // It was assessed, and known to fail.
        let coverage = with.coverage;
        prop_assert_eq!(coverage, of(&findings).coverage);
        let already = findings.iter().filter(|f| f.verdict == Verdict::Excepted).count();
        prop_assert!(coverage.assessed >= accepted && accepted >= already);
    }

    #[test]
    fn mending_lowers_neither_end(findings in findings(), at in any::<usize>()) {
        if let Some(mended) = with(&findings, at, &[Verdict::Fail], Verdict::Pass) {
            let (before, after) = (of(&findings), of(&mended));
            for (before, after) in pairs(&before, &after) {
                prop_assert_eq!(before.is_some(), after.is_some());
                if let (Some(before), Some(after)) = (before, after) {
                    prop_assert!(after.proven >= before.proven && after.possible >= before.possible);
                }
            }
            // And the whole is better for it, at both ends: a failure costs something. Where a
            // list is open, how much of the whole it is, is not known.
            let mine = &mended[at % mended.len()].check;
            if !mended.iter().any(|f| f.check == *mine && f.about.arn.is_none()) {
                let (before, after) = (before.whole.unwrap(), after.whole.unwrap());
                prop_assert!(after.proven > before.proven && after.possible > before.possible);
            }
        }
    }

    #[test]
    fn losing_a_read_only_widens(findings in findings(), at in any::<usize>()) {
        let judged = [Verdict::Pass, Verdict::Fail];
        if let Some(lost) = with(&findings, at, &judged, Verdict::NotAssessed) {
            let (before, after) = (of(&findings), of(&lost));
            for (before, after) in pairs(&before, &after) {
                prop_assert_eq!(before.is_some(), after.is_some());
                if let (Some(before), Some(after)) = (before, after) {
                    prop_assert!(after.proven <= before.proven && after.possible >= before.possible);
                }
            }
            prop_assert!(after.coverage.assessed + 1 == before.coverage.assessed);
            prop_assert_eq!(after.coverage.total, before.coverage.total);
        }
    }

    #[test]
    fn losing_a_list_or_the_end_of_it_only_widens(findings in findings(), at in any::<usize>(), lost in any::<u32>()) {
        let check = findings[at % findings.len()].check.clone();
        let number = CATALOG.checks.iter().position(|c| c.id == *check).unwrap();
        let mut kept: Vec<Finding> = findings.iter().enumerate()
            .filter(|(at, f)| f.check != check || lost & (1 << at) == 0)
            .map(|(_, f)| f.clone())
            .collect();
        kept.push(open(number));
        for (before, after) in pairs(&of(&findings), &of(&kept)) {
            if let (Some(before), Some(after)) = (before, after) {
                prop_assert!(after.proven <= before.proven + 1e-9);
                prop_assert!(after.possible >= before.possible - 1e-9);
            }
        }
    }

    #[test]
    fn more_of_one_kind_drowns_nothing(findings in findings(), at in any::<usize>(), times in 1..40usize) {
        // The same verdicts of one check, so many times over: its share is the same, and so is
        // everyone else's.
        let check = findings[at % findings.len()].check.clone();
        let same: Vec<Finding> = findings.iter().filter(|f| f.check == check).cloned().collect();
        let more = [findings.clone(), vec![same; times].concat()].concat();
        for (before, after) in pairs(&of(&findings), &of(&more)) {
            prop_assert_eq!(before, after);
        }
    }

    #[test]
    fn others_keep_their_share(findings in findings(), at in any::<usize>(), verdict in select(&VERDICTS[..]), times in 1..40usize) {
        // Whatever becomes of one check, no other domain's score changes.
        let check = &findings[at % findings.len()];
        let more = [findings.clone(), vec![Finding { verdict, ..check.clone() }; times]].concat();
        let own = CATALOG.check(&check.check).unwrap().responsibility.domain.clone();
        let (before, after) = (of(&findings), of(&more));
        for (before, after) in before.domains.iter().zip(&after.domains) {
            if before.domain != own {
                prop_assert_eq!(before.score, after.score);
                prop_assert_eq!(before.coverage, after.coverage);
            }
        }
    }

    #[test]
    fn what_has_nothing_judged_has_no_score(findings in findings()) {
        let judged: BTreeSet<&str> = findings.iter()
            .filter(|f| matches!(f.verdict, Verdict::Pass | Verdict::Fail | Verdict::NotAssessed))
            .map(|f| CATALOG.check(&f.check).unwrap().responsibility.domain.as_str())
            .collect();
        let score = of(&findings);
        for domain in &score.domains {
            prop_assert_eq!(domain.score.is_some(), judged.contains(domain.domain));
        }
        prop_assert_eq!(score.whole.is_some(), !judged.is_empty());
        for interval in score.domains.iter().filter_map(|d| d.score).chain(score.whole) {
            prop_assert!(interval.proven >= 0.0 && interval.proven <= interval.possible);
            // The mean of hundreds, but for rounding.
            prop_assert!(interval.possible <= 100.0 + 1e-9);
        }
    }

    #[test]
    fn the_score_is_the_mean_of_means(findings in findings()) {
        // The definition once more, check by check.
        let mut total = (0.0, 0.0, 0.0);
        for (domain, weight_of_domain) in WEIGHTS {
            let mut sum = (0.0, 0.0, 0.0);
            for check in CATALOG.checks.iter().filter(|c| c.responsibility.domain == *domain) {
                let count = |verdict: Verdict| {
                    findings.iter().filter(|f| *f.check == check.id && f.verdict == verdict).count() as f64
                };
                let (passes, unknown) = (count(Verdict::Pass), count(Verdict::NotAssessed));
                let judged = passes + unknown + count(Verdict::Fail);
                if judged > 0.0 {
                    let weight = weight(check.severity);
                    let open = findings.iter().any(|f| *f.check == check.id && f.about.arn.is_none());
                    sum.0 += if open { 0.0 } else { weight * passes / judged };
                    sum.1 += if open { weight } else { weight * (passes + unknown) / judged };
                    sum.2 += weight;
                }
            }
            if sum.2 > 0.0 {
                total.0 += weight_of_domain * sum.0 / sum.2;
                total.1 += weight_of_domain * sum.1 / sum.2;
                total.2 += weight_of_domain;
            }
        }
        match of(&findings).whole {
            Some(whole) => {
                prop_assert!((whole.proven - 100.0 * total.0 / total.2).abs() < 1e-6);
                prop_assert!((whole.possible - 100.0 * total.1 / total.2).abs() < 1e-6);
            }
            None => prop_assert!(total.2 == 0.0),
        }
    }
}
