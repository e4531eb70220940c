//! The calls that are made are the plan's: no more, and no fewer where there is something to ask
//! about.

use crate::account::{emulator, runtime, session};
use crate::harness::catalogue;
use std::collections::BTreeSet;
use std::sync::Arc;
use waterline::catalog::{Catalog, Check};
use waterline::collect::{Progress, collect};
use waterline::derive::derivations;
use waterline::model::{self, Read, Snapshot};
use waterline::plan::Plan;
use waterline_mocks::{Controls, Running};

/// Nobody watches.
struct Silent;

impl Progress for Silent {
    fn called(&self, _: &'static str, _: &str) {}
    fn found(&self, _: &'static str) {}
}

fn plan<'a>(catalog: &Catalog, checks: impl IntoIterator<Item = &'a Check>) -> Plan {
    Plan::of(catalog.facts(checks), &derivations())
}

/// The operations that the emulator was asked since its log was cleared.
fn asked(emulator: &Running) -> BTreeSet<String> {
    emulator
        .log()
        .iter()
        .map(|request| format!("{}:{}", request.service, request.operation))
        .collect()
}

/// Carries out a plan; gives what was asked for it, without what opens a session.
async fn carry_out(emulator: &Running, plan: Plan) -> (Arc<Plan>, Snapshot, BTreeSet<String>) {
    let session = session(emulator).await;
    emulator.clear_log();
    let plan = Arc::new(plan);
    let snapshot = collect(Arc::new(session), plan.clone(), Arc::new(Silent)).await;
    (plan, snapshot.unwrap(), asked(emulator))
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

/// What is wrong between a plan and what was asked for it.
fn differences(plan: &Plan, snapshot: &Snapshot, asked: &BTreeSet<String>) -> Vec<String> {
    let unplanned = asked
        .iter()
        .filter(|operation| !plan.reads(operation))
        .map(|operation| format!("{operation} was asked and is not planned"));
    let idle = plan
        .operations()
        .filter(|read| !asked.contains(read.operation) && has_subject(plan, snapshot, read))
        .map(|read| format!("{} is planned and was not asked", read.operation));
    unplanned.chain(idle).collect()
}

#[test]
fn the_whole_catalogue_asks_what_is_planned() {
    let catalog = catalogue();
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let plan = plan(catalog, &catalog.checks);
        let (plan, snapshot, asked) = carry_out(&emulator, plan).await;
        assert_eq!(differences(&plan, &snapshot, &asked), [""; 0]);
        let idle: Vec<&str> = plan
            .operations()
            .map(|read| read.operation)
            .filter(|operation| !asked.contains(*operation))
            .collect();
        println!(
            "{} operations; nothing to ask about for {idle:?}",
            asked.len()
        );
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
            let (plan, snapshot, asked) = carry_out(&emulator, plan(catalog, checks)).await;
            for difference in differences(&plan, &snapshot, &asked) {
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
            let (plan, snapshot, asked) = carry_out(&emulator, plan(catalog, [*check])).await;
            for difference in differences(&plan, &snapshot, &asked) {
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
        let (_, _, asked) = carry_out(&emulator, plan(catalog, [check])).await;
        let calls = emulator.log().len();
        // One for each of the demo account's two Regions.
        assert_eq!(
            asked,
            BTreeSet::from(["ec2:GetEbsEncryptionByDefault".to_owned()])
        );
        assert_eq!(calls, 2);
        emulator.stop().await;
    });
}
