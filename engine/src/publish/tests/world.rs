//! Worlds of a few resources and checks, and what a run that sees a part of one writes.

use super::v1;
use crate::assess::Verdict;
use proptest::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const ACCOUNT: &str = "111122223333";
pub(super) const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];

/// Checks with their kinds.
pub(super) const CHECKS: [(&str, &str); 3] = [
    ("bucket-a", "s3.bucket"),
    ("group-b", "ec2.security_group"),
    ("user-c", "iam.user"),
];

/// Where resources of a kind are, and where they are listed.
fn places(kind: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        "s3.bucket" => (&REGIONS, &["global"]),
        "ec2.security_group" => (&REGIONS, &REGIONS),
        _ => (&["global"], &["global"]),
    }
}

/// Resources by kind, Region and name, with what each check would say with all facts read.
pub(super) type World = BTreeMap<(usize, &'static str, usize), Verdict>;

/// What a run sees.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    /// The checks that run.
    pub(super) checks: BTreeSet<usize>,
    /// The Regions that are read.
    pub(super) regions: BTreeSet<&'static str>,
    /// Lists that fail: the check whose kind it is, and where.
    pub(super) lost: BTreeSet<(usize, &'static str)>,
    /// Resources whose facts cannot be read.
    pub(super) unread: BTreeSet<(usize, &'static str, usize)>,
}

impl Sight {
    pub(super) fn whole() -> Sight {
        Sight {
            checks: (0..CHECKS.len()).collect(),
            regions: REGIONS.into(),
            lost: BTreeSet::new(),
            unread: BTreeSet::new(),
        }
    }

    /// Whether all resources of a check's kind in a Region are seen.
    pub(super) fn is_whole(&self, check: usize, region: &str) -> bool {
        let (_, lists) = places(CHECKS[check].1);
        let listed = |at: &&str| lists.contains(at);
        let mut at = [region, "global"].into_iter().filter(listed);
        self.checks.contains(&check)
            && (region == "global" || self.regions.contains(region))
            && at.all(|at| {
                !self
                    .lost
                    .iter()
                    .any(|(c, place)| *c == check && *place == at)
            })
    }
}

/// What a run writes that begins on this day and sees this part of a world.
pub(super) fn document(world: &World, sight: &Sight, day: u32) -> v1::Document {
    let mut results = Vec::new();
    let mut lists: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let one = |check: usize, region: &str, name: Option<usize>, verdict: Verdict| {
        let (id, kind) = CHECKS[check];
        json!({
            "id": format!("{id}-{region}-{name:?}"), "check": id, "verdict": verdict,
            "severity": "high", "account": ACCOUNT, "region": region, "kind": kind,
            "arn": name.map(|name| format!("arn:aws:x:{region}:{ACCOUNT}:{name}")),
            "resource_id": name.map(|name| name.to_string()), "owner": "customer",
            "managed_by": "customer", "mode": "", "message": format!("{id} {verdict:?}"),
            "evidence": [],
            "gaps": if verdict == Verdict::NotAssessed { vec!["g1"] } else { vec![] },
            "exception": null,
        })
    };
    for check in &sight.checks {
        let (_, at) = places(CHECKS[*check].1);
        let read = at
            .iter()
            .filter(|at| **at == "global" || sight.regions.contains(*at));
        for place in read {
            if sight.lost.contains(&(*check, *place)) {
                results.push(one(*check, place, None, Verdict::NotAssessed));
            } else {
                lists.entry(CHECKS[*check].1).or_default().push(place);
            }
        }
    }
    for (key @ (check, region, name), verdict) in world {
        let (_, lists) = places(CHECKS[*check].1);
        let lost = |at: &str| {
            sight
                .lost
                .iter()
                .any(|(c, place)| c == check && *place == at)
        };
        let list = if lists.contains(region) {
            region
        } else {
            "global"
        };
        let read = *region == "global" || sight.regions.contains(region);
        if !sight.checks.contains(check) || !read || lost(list) {
            continue;
        }
        let verdict = match sight.unread.contains(key) {
            true => Verdict::NotAssessed,
            false => *verdict,
        };
        results.push(one(*check, region, Some(*name), verdict));
    }
    let checks: Vec<serde_json::Value> = (sight.checks.iter())
        .map(|check| {
            let (id, kind) = CHECKS[*check];
            json!({
                "id": id, "title": format!("{id} holds"), "kind": kind, "severity": "high",
                "risk": "Something happens", "controls": {"aws-fsbp": ["S3.1"]},
                "remedy": {"text": "Mend it", "cli": null, "terraform": null, "links": []},
                "responsibility": {"domain": "d", "control": "c", "category": "x", "layer": "l"},
            })
        })
        .collect();
    let lists: Vec<serde_json::Value> = lists
        .into_iter()
        .map(|(kind, complete)| json!({"kind": kind, "account": ACCOUNT, "complete": complete}))
        .collect();
    let document = json!({
        "schema": v1::SCHEMA,
        "run": {
            "account": ACCOUNT, "caller": "", "partition": "aws", "regions": sight.regions,
            "started": format!("2026-{:02}-{:02}T00:00:00.000Z", 1 + day / 28, 1 + day % 28),
            "tool": "1", "collector": "1", "catalog": format!("{day}"), "parameters": {},
            "severities": {}, "settings": null,
        },
        "score": {"whole": null, "domains": []},
        "coverage": {"assessed": 0, "total": 0, "percent": null},
        "counts": {}, "changes": [], "responsibility": [], "checks": checks,
        "results": results, "lists": lists, "exceptions": [], "ledger": [],
        "gaps": [{
            "id": "g1", "account": ACCOUNT, "region": "global", "operation": "s3:GetBucketPolicy",
            "actions": ["s3:GetBucketPolicy"], "reason": "denied", "resource": null,
            "code": "AccessDenied", "message": format!("request {day}"),
        }],
    });
    serde_json::from_value(document).unwrap()
}

pub(super) fn worlds() -> impl Strategy<Value = World> {
    let verdict = prop_oneof![
        4 => Just(Verdict::Fail),
        4 => Just(Verdict::Pass),
        1 => Just(Verdict::Excepted),
        1 => Just(Verdict::Inherited),
        1 => Just(Verdict::NotApplicable),
    ];
    let one = (0..CHECKS.len(), 0..2_usize, 0..3_usize, verdict);
    proptest::collection::vec(one, 0..14).prop_map(|drawn| {
        let place = |(check, at, name, verdict): (usize, usize, usize, Verdict)| {
            let (regions, _) = places(CHECKS[check].1);
            ((check, regions[at % regions.len()], name), verdict)
        };
        drawn.into_iter().map(place).collect()
    })
}

pub(super) fn sights() -> impl Strategy<Value = Sight> {
    let checks = proptest::collection::btree_set(0..CHECKS.len(), 1..=3);
    let regions = prop_oneof![
        Just(vec!["eu-west-1"]),
        Just(vec!["us-east-1"]),
        Just(vec!["eu-west-1", "us-east-1"]),
    ];
    let place = prop_oneof![Just("global"), Just("eu-west-1"), Just("us-east-1")];
    let lost = proptest::collection::btree_set((0..CHECKS.len(), place.clone()), 0..3);
    let unread = proptest::collection::btree_set((0..CHECKS.len(), place, 0..3_usize), 0..6);
    let part = (checks, regions, lost, unread).prop_map(|(checks, regions, lost, unread)| {
        let regions: BTreeSet<&str> = regions.into_iter().collect();
        let is_list = |(check, at): &(usize, &'static str)| {
            let (_, lists) = places(CHECKS[*check].1);
            lists.contains(at)
        };
        Sight {
            checks,
            regions,
            lost: lost.into_iter().filter(is_list).collect(),
            unread,
        }
    });
    prop_oneof![1 => Just(Sight::whole()), 3 => part]
}
