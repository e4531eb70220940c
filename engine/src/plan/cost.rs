//! What a missing permission costs: the operations that need it, and the checks that rest on
//! them.

use super::{Derivation, Plan};
use crate::model;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A check, as far as its permissions go.
#[derive(Clone, Copy, Debug)]
pub struct Check<'a> {
    /// Its id.
    pub id: &'a str,
    /// The kinds and facets that it reads.
    pub facts: &'a BTreeSet<String>,
}

/// What one missing action costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// The IAM action.
    pub action: String,
    /// The operations that need it, sorted.
    pub operations: Vec<String>,
    /// The checks that rest on one of these operations, sorted: they stay not assessed wherever
    /// nothing else decides them.
    pub checks: Vec<String>,
}

/// What each of these missing actions costs, in the order of the actions.
pub fn costs(
    missing: &BTreeSet<&str>,
    checks: &[Check<'_>],
    derivations: &[Derivation],
) -> Vec<Cost> {
    let mut costs: BTreeMap<&str, Cost> = missing
        .iter()
        .map(|action| {
            let cost = Cost {
                action: (*action).to_owned(),
                operations: Vec::new(),
                checks: Vec::new(),
            };
            (*action, cost)
        })
        .collect();
    let whole = Plan::of(
        checks.iter().flat_map(|check| check.facts.iter().cloned()),
        derivations,
    );
    for read in whole.operations().chain(model::SESSION_READS) {
        for action in read.actions {
            if let Some(cost) = costs.get_mut(action) {
                cost.operations.push(read.operation.to_owned());
            }
        }
    }
    for check in checks {
        let plan = Plan::of(check.facts.iter().cloned(), derivations);
        for action in plan.actions() {
            if let Some(cost) = costs.get_mut(action) {
                cost.checks.push(check.id.to_owned());
            }
        }
    }
    let mut costs: Vec<Cost> = costs.into_values().collect();
    for cost in &mut costs {
        cost.operations.sort();
        cost.checks.sort();
    }
    costs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn an_action_costs_the_checks_that_rest_on_it() {
        let (versioning, acl) = (
            facts(&["s3.bucket.versioning"]),
            facts(&["s3.bucket", "s3.bucket.acl"]),
        );
        let checks = [
            Check {
                id: "b-versioning",
                facts: &versioning,
            },
            Check {
                id: "a-acl",
                facts: &acl,
            },
        ];
        let missing = BTreeSet::from(["s3:GetBucketAcl", "s3:ListAllMyBuckets"]);
        let costs = costs(&missing, &checks, &[]);
        let told: Vec<_> = costs
            .iter()
            .map(|cost| {
                (
                    cost.action.as_str(),
                    cost.operations.join(" "),
                    cost.checks.join(" "),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("s3:GetBucketAcl", "s3:GetBucketAcl".into(), "a-acl".into()),
                (
                    "s3:ListAllMyBuckets",
                    "s3:ListBuckets".into(),
                    "a-acl b-versioning".into()
                ),
            ]
        );
    }

    #[test]
    fn a_derived_fact_costs_what_it_rests_on() {
        let facts = facts(&["x.y.derived"]);
        let derivation = Derivation {
            gives: "x.y.derived",
            from: &["s3.bucket.acl"],
        };
        let checks = [Check {
            id: "c",
            facts: &facts,
        }];
        let missing = BTreeSet::from(["s3:GetBucketAcl"]);
        assert_eq!(costs(&missing, &checks, &[derivation])[0].checks, ["c"]);
        assert!(costs(&missing, &checks, &[])[0].checks.is_empty());
    }

    #[test]
    fn without_its_session_no_check_runs() {
        let facts = facts(&["kms.key"]);
        let checks = [Check {
            id: "c",
            facts: &facts,
        }];
        let missing = BTreeSet::from(["ec2:DescribeRegions"]);
        let costs = costs(&missing, &checks, &[]);
        assert_eq!(costs[0].checks, ["c"]);
        assert_eq!(costs[0].operations, ["ec2:DescribeRegions"]);
    }
}
