//! The calls that are made are the plan's: no more, and no fewer where there is something to ask
//! about.

mod facets;

use crate::account::{emulator, runtime, session};
use crate::harness::catalogue;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use waterline::catalog::{Catalog, Check};
use waterline::collect::{Unwatched, collect};
use waterline::derive::derivations;
use waterline::model::{self, Read, Resource, Scope, Snapshot};
use waterline::plan::Plan;
use waterline_mocks::{Controls, LogEntry, Running};

fn plan<'a>(catalog: &Catalog, checks: impl IntoIterator<Item = &'a Check>) -> Plan {
    Plan::of(catalog.facts(checks), &derivations())
}

/// What was asked for a plan.
struct Asked {
    plan: Arc<Plan>,
    snapshot: Snapshot,
    requests: Vec<LogEntry>,
}

fn name(request: &LogEntry) -> String {
    format!("{}:{}", request.service, request.operation)
}

/// Carries out a plan, without what opens a session.
async fn carry_out(emulator: &Running, plan: Plan) -> Asked {
    carry_out_in(emulator, plan, &[]).await
}

/// Carries out a plan in some Regions only; in all if none is named.
async fn carry_out_in(emulator: &Running, plan: Plan, regions: &[&str]) -> Asked {
    let mut session = session(emulator).await;
    if !regions.is_empty() {
        session.regions = regions.iter().map(|region| (*region).into()).collect();
    }
    emulator.clear_log();
    let plan = Arc::new(plan);
    let snapshot = collect(Arc::new(session), plan.clone(), Arc::new(Unwatched)).await;
    Asked {
        plan,
        snapshot: snapshot.unwrap(),
        requests: emulator.log(),
    }
}

/// Whether the account has what an operation asks about: a resource of every kind that it needs,
/// and of one of the kinds whose facets are wanted of it, unless it lists a kind itself.
fn has_subject(plan: &Plan, snapshot: &Snapshot, read: &Read) -> bool {
    // A fact is a kind, or a facet of one.
    let there = |fact: &str| {
        snapshot.resources.iter().any(|resource| {
            let rest = fact.strip_prefix(resource.facts.kind());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    let mut wanted = read.gives.iter().filter(|fact| plan.wants(fact));
    read.needs.iter().all(|need| there(need))
        && wanted.any(|fact| model::kind(fact).is_some() || there(fact))
}

/// The Region that answers for the whole account; Multi-Region Access Points have one of their own.
fn home(operation: &str) -> &'static str {
    match operation {
        "s3control:ListMultiRegionAccessPoints" => "us-west-2",
        _ => "us-east-1",
    }
}

/// What is asked until it is there: AWS writes the report when it is asked for it.
const POLLED: [&str; 2] = ["iam:GenerateCredentialReport", "iam:GetCredentialReport"];

impl Asked {
    fn operations(&self) -> BTreeSet<String> {
        self.requests.iter().map(name).collect()
    }

    /// What is wrong between a plan and what was asked for it.
    fn differences(&self) -> Vec<String> {
        let Asked { plan, snapshot, .. } = self;
        let asked = self.operations();
        let unplanned = asked
            .iter()
            .filter(|operation| !plan.reads(operation))
            .map(|operation| format!("{operation} was asked and is not planned"));
        let idle = plan
            .operations()
            .filter(|read| !asked.contains(read.operation) && has_subject(plan, snapshot, read))
            .map(|read| format!("{} is planned and was not asked", read.operation));
        let mut all: Vec<String> = unplanned.chain(idle).collect();
        all.extend(self.twice());
        all.extend(self.elsewhere());
        all
    }

    /// Requests that were made again, to the last letter: a page's token is one of them.
    fn twice(&self) -> Vec<String> {
        let mut counts: BTreeMap<(String, &str, String), usize> = BTreeMap::new();
        for request in &self.requests {
            let what = (name(request), &*request.region, request.input.to_string());
            *counts.entry(what).or_default() += 1;
        }
        counts
            .into_iter()
            .filter(|((operation, ..), count)| *count > 1 && !POLLED.contains(&operation.as_str()))
            .map(|((operation, region, input), count)| {
                format!("{operation} was asked {count} times in {region} for {input}")
            })
            .collect()
    }

    /// Requests in a Region that is not read, unless what they ask about is there.
    fn elsewhere(&self) -> Vec<String> {
        let regions = &self.snapshot.header.regions;
        let mut wrong = Vec::new();
        for request in &self.requests {
            let operation = name(request);
            let right = match model::read(&operation).map(|read| read.scope) {
                Some(Scope::Regional) => regions.contains(&request.region),
                Some(Scope::Global) => request.region == home(&operation),
                None => false,
            };
            let subject = |resource: &Resource| {
                *resource.meta.region == *request.region && facets::names(request, resource)
            };
            if !right && !self.snapshot.resources.iter().any(subject) {
                wrong.push(format!(
                    "{operation} was asked in {} for {}",
                    request.region, request.input
                ));
            }
        }
        wrong
    }
}

#[test]
fn the_whole_catalogue_asks_what_is_planned() {
    let catalog = catalogue();
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let asked = carry_out(&emulator, plan(catalog, &catalog.checks)).await;
        assert_eq!(asked.differences(), [""; 0]);
        let operations = asked.operations();
        let idle: Vec<&str> = asked
            .plan
            .operations()
            .map(|read| read.operation)
            .filter(|operation| !operations.contains(*operation))
            .collect();
        println!(
            "{} requests of {} operations; nothing to ask about for {idle:?}",
            asked.requests.len(),
            operations.len()
        );
        emulator.stop().await;
    });
}

#[test]
fn only_the_regions_that_are_read_are_asked() {
    let catalog = catalogue();
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let plan = plan(catalog, &catalog.checks);
        let asked = carry_out_in(&emulator, plan, &["eu-west-1"]).await;
        assert_eq!(asked.snapshot.header.regions, ["eu-west-1"]);
        assert_eq!(asked.twice(), [""; 0]);
        assert_eq!(asked.elsewhere(), [""; 0]);
        emulator.stop().await;
    });
}

#[test]
fn each_service_asks_what_is_planned() {
    let catalog = catalogue();
    let services: BTreeSet<&str> = catalog.checks.iter().map(Check::service).collect();
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let mut wrong = Vec::new();
        for service in services {
            let checks = catalog
                .checks
                .iter()
                .filter(|check| check.service() == service);
            let asked = carry_out(&emulator, plan(catalog, checks)).await;
            for difference in asked.differences() {
                wrong.push(format!("{service}: {difference}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        emulator.stop().await;
    });
}

#[test]
fn each_check_asks_what_is_planned() {
    let catalog = catalogue();
    // Checks with the same facts have the same plan: one of them stands for all.
    let mut seen = BTreeSet::new();
    let checks: Vec<&Check> = catalog
        .checks
        .iter()
        .filter(|check| {
            seen.insert(
                plan(catalog, [*check])
                    .facts()
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        })
        .collect();
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let mut wrong = Vec::new();
        for check in &checks {
            let asked = carry_out(&emulator, plan(catalog, [*check])).await;
            for difference in asked.differences() {
                wrong.push(format!("{}: {difference}", check.id));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        println!("{} plans of {} checks", checks.len(), catalog.checks.len());
        emulator.stop().await;
    });
}

#[test]
fn one_check_makes_a_handful_of_calls() {
    let catalog = catalogue();
    let check = catalog
        .check("ec2-region-ebs-unencrypted-by-default")
        .unwrap();
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let asked = carry_out(&emulator, plan(catalog, [check])).await;
        let mut calls: Vec<(String, &str)> = asked
            .requests
            .iter()
            .map(|request| (name(request), &*request.region))
            .collect();
        calls.sort();
        let call = |region| ("ec2:GetEbsEncryptionByDefault".to_owned(), region);
        // One for each of the demo account's two Regions.
        assert_eq!(calls, [call("eu-west-1"), call("us-east-1")]);
        emulator.stop().await;
    });
}
