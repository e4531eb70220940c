//! What is asked about single resources: once for each that needs it, and for nothing else.

use super::{Asked, carry_out, name, plan};
use crate::account::{emulator, runtime};
use crate::harness::catalogue;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use waterline::model::{self, Read, Resource};
use waterline_mocks::{Controls, LogEntry};

/// Operations that are not asked about every resource whose facets they give, with how many are left
/// out in the demo account, and why that is known without asking.
const FEWER: &[(&str, usize, &str)] = &[
    (
        "ec2:GetManagedPrefixListEntries",
        1,
        "the list is AWS's own, and no facet is claimed of it",
    ),
    ("eks:DescribeAccessEntry", 1, NO_ENTRIES),
    ("eks:DescribeIdentityProviderConfig", 1, "it has none"),
    ("eks:DescribePodIdentityAssociation", 1, "it has none"),
    ("eks:ListAccessEntries", 1, NO_ENTRIES),
    ("eks:ListAssociatedAccessPolicies", 1, NO_ENTRIES),
    (
        "kms:GetKeyPolicy",
        4,
        "the keys are AWS's own: nobody can change them",
    ),
    (
        "kms:GetKeyRotationStatus",
        5,
        "the keys are AWS's own, or asymmetric: they cannot rotate",
    ),
    (
        "rds:DescribeDBSnapshotAttributes",
        2,
        "what RDS makes by itself cannot be shared",
    ),
];

const NO_ENTRIES: &str = "in the mode CONFIG_MAP a cluster has none";

/// What is asked about one resource after another.
#[derive(Debug, Default)]
struct Tally {
    /// Different questions, pages aside.
    questions: usize,
    /// Resources whose facets the operation gives.
    resources: usize,
    /// Those of them that no question names.
    unasked: BTreeSet<String>,
    /// Questions about something that is not there.
    strays: Vec<String>,
}

/// The texts in an input.
fn texts<'a>(input: &'a Value, into: &mut Vec<&'a str>) {
    match input {
        Value::String(text) => into.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(members) => members.values().for_each(|item| texts(item, into)),
        _ => {}
    }
}

/// Whether a request names a resource: by its id, its ARN, or the end of it.
pub(super) fn names(request: &LogEntry, resource: &Resource) -> bool {
    let mut words = Vec::new();
    texts(&request.input, &mut words);
    let (id, arn) = (&*resource.meta.id, &*resource.meta.arn);
    words.into_iter().any(|word| {
        let end = arn.strip_suffix(word);
        word == id || end.is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', ':']))
    })
}

/// A question without the token of its page.
fn question(request: &LogEntry) -> String {
    let mut input = request.input.clone();
    if let Some(members) = input.as_object_mut() {
        members.retain(|name, _| {
            let name = name.to_ascii_lowercase();
            !name.ends_with("token") && !name.ends_with("marker")
        });
    }
    format!("{} {input}", request.region)
}

/// The kinds whose facets a read gives, as far as they are wanted; none if it lists a kind itself.
fn kinds(asked: &Asked, read: &Read) -> BTreeSet<&'static str> {
    if read.gives.iter().any(|fact| model::kind(fact).is_some()) {
        return BTreeSet::new();
    }
    let wanted = read.gives.iter().filter(|fact| asked.plan.wants(fact));
    wanted
        .filter_map(|fact| fact.rsplit_once('.').map(|(kind, _)| kind))
        .collect()
}

/// What is asked by an operation about single resources; none if it is asked about all at once.
fn tally(asked: &Asked, read: &Read) -> Option<Tally> {
    let kinds = kinds(asked, read);
    let about: Vec<&Resource> = asked
        .snapshot
        .resources
        .iter()
        .filter(|resource| kinds.contains(resource.kind()))
        .collect();
    let requests: Vec<&LogEntry> = asked
        .requests
        .iter()
        .filter(|request| name(request) == read.operation)
        .collect();
    let named = |request: &&&LogEntry| about.iter().any(|resource| names(request, resource));
    if !requests.iter().any(|request| named(&request)) {
        return None;
    }
    let unasked = about
        .iter()
        .filter(|resource| !requests.iter().any(|request| names(request, resource)))
        .map(|resource| resource.meta.arn.to_string());
    let strays = requests.iter().filter(|request| !named(request));
    Some(Tally {
        questions: requests
            .iter()
            .map(|request| question(request))
            .collect::<BTreeSet<_>>()
            .len(),
        resources: about.len(),
        unasked: unasked.collect(),
        strays: strays.map(|request| question(request)).collect(),
    })
}

#[test]
fn each_resource_is_asked_about_once() {
    let catalog = catalogue();
    let asked = runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let asked = carry_out(&emulator, plan(catalog, &catalog.checks)).await;
        emulator.stop().await;
        asked
    });
    let mut fewer = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut count = 0;
    for read in asked.plan.operations() {
        let operation = read.operation;
        let Some(tally) = tally(&asked, read) else {
            continue;
        };
        count += 1;
        for stray in &tally.strays {
            wrong.push(format!(
                "{operation} is asked for what is not there: {stray}"
            ));
        }
        // What a list of a resource's own things leads to is asked for each of these.
        let second = read.needs.iter().any(|need| read.gives.contains(need));
        let needed = tally.resources - tally.unasked.len();
        if tally.questions != needed && !second {
            wrong.push(format!(
                "{operation}: {} questions about {needed} resources",
                tally.questions
            ));
        }
        if !tally.unasked.is_empty() {
            println!("{operation} is not asked about {:?}", tally.unasked);
            fewer.insert(operation, tally.unasked.len());
        }
    }
    for (operation, _, why) in FEWER {
        println!("{operation}: {why}");
    }
    let known = FEWER
        .iter()
        .map(|(operation, count, _)| (*operation, *count));
    assert_eq!(
        fewer,
        known.collect::<BTreeMap<_, _>>(),
        "not asked about every resource"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{count} operations are asked for each resource that needs them");
    assert!(count > 30, "{count}");
}
