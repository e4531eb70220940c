//! The table of reads, the model and the collectors agree with one another.

use crate::harness::{root, rust_files};
use std::collections::BTreeSet;
use std::fs;
use waterline::derive::derivations;
use waterline::model;

/// Every kind and every facet of the model, as `kind` and `kind.facet`.
fn facts() -> (BTreeSet<String>, BTreeSet<String>) {
    let schema = model::schema();
    let mut facts = BTreeSet::new();
    let mut facets = BTreeSet::new();
    for kind in model::kinds() {
        facts.insert(kind.name.to_owned());
        let properties = schema["$defs"][kind.name]["properties"]
            .as_object()
            .unwrap();
        for (name, property) in properties {
            if property["x-facet"] == true {
                facts.insert(format!("{}.{name}", kind.name));
                facets.insert(format!("{}.{name}", kind.name));
            }
        }
    }
    (facts, facets)
}

#[test]
fn every_fact_that_a_read_names_is_in_the_model() {
    let (facts, _) = facts();
    for read in model::reads() {
        for fact in read.gives.iter().chain(read.needs) {
            assert!(facts.contains(*fact), "{} names {fact}", read.operation);
        }
        assert!(!read.gives.is_empty(), "{} gives nothing", read.operation);
    }
    for derivation in derivations() {
        for fact in derivation.from.iter().chain([&derivation.gives]) {
            assert!(facts.contains(*fact), "a derivation names {fact}");
        }
    }
}

#[test]
fn every_facet_has_a_source() {
    let (_, facets) = facts();
    let given: BTreeSet<&str> = model::reads()
        .flat_map(|read| read.gives.iter().copied())
        .chain(derivations().iter().map(|derivation| derivation.gives))
        .collect();
    let lonely: Vec<&String> = facets
        .iter()
        .filter(|facet| !facet.ends_with(".tags") && !given.contains(facet.as_str()))
        .collect();
    assert!(lonely.is_empty(), "nothing reads {lonely:?}");
}

#[test]
fn operations_are_declared_once() {
    let mut seen = BTreeSet::new();
    for read in model::reads() {
        assert!(
            seen.insert(read.operation),
            "{} is declared twice",
            read.operation
        );
    }
}

/// A fact that several operations give has one that can be asked first, and nothing waits for itself.
#[test]
fn what_a_read_needs_can_be_had_before_it() {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    loop {
        // A fact is there when a read that does not wait for it gives it.
        let there = |fact: &str| {
            let mut givers = model::reads()
                .filter(|read| read.gives.contains(&fact) && !read.needs.contains(&fact))
                .peekable();
            givers.peek().is_none() || givers.any(|read| done.contains(read.operation))
        };
        let more: Vec<&str> = model::reads()
            .filter(|read| read.needs.iter().all(|need| there(need)))
            .map(|read| read.operation)
            .filter(|operation| !done.contains(operation))
            .collect();
        if more.is_empty() {
            break;
        }
        done.extend(more);
    }
    let stuck: Vec<&str> = model::reads()
        .map(|read| read.operation)
        .filter(|operation| !done.contains(operation))
        .collect();
    assert!(stuck.is_empty(), "{stuck:?} wait for one another");
    for read in model::reads() {
        for need in read.needs.iter().filter(|need| read.gives.contains(*need)) {
            let mut others = model::reads().filter(|other| other.gives.contains(need));
            assert!(
                others.any(|other| !other.needs.contains(need)),
                "{} needs {need}, which nothing gives before it",
                read.operation
            );
        }
    }
}

/// Operations that tell what they do by their name, and do nothing but read.
///
/// `iam:GenerateCredentialReport` makes AWS write a report that only it keeps: AWS's service
/// authorization reference calls it a read. `iam:SimulatePrincipalPolicy` asks what would be
/// allowed.
#[test]
fn operations_only_read() {
    let asked = model::SESSION_READS.iter().chain(model::PREFLIGHT_READS);
    let asked = asked.chain(model::ORGANIZATION_LISTING);
    for read in model::reads().chain(asked) {
        let name = read.operation.split(':').nth(1).unwrap();
        let reads = ["Describe", "Get", "List"]
            .iter()
            .any(|verb| name.starts_with(verb));
        assert!(
            reads
                || read.operation == "iam:GenerateCredentialReport"
                || read.operation == "iam:SimulatePrincipalPolicy",
            "{}",
            read.operation
        );
        for action in read.actions {
            assert!(
                action.contains(':'),
                "{}: {action} is no IAM action",
                read.operation
            );
        }
    }
}

#[test]
fn collectors_ask_only_what_is_declared_and_everything_that_is() {
    let declared: BTreeSet<&str> = model::reads().map(|read| read.operation).collect();
    let mut asked = BTreeSet::new();
    for file in rust_files(&root().join("src/collect")) {
        let text = fs::read_to_string(&file).unwrap();
        for word in text.split('"') {
            let Some((service, operation)) = word.split_once(':') else {
                continue;
            };
            let plain =
                |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric());
            if plain(service)
                && plain(operation)
                && operation.starts_with(|c: char| c.is_ascii_uppercase())
            {
                asked.insert(word.to_owned());
                assert!(declared.contains(word), "{} asks {word}", file.display());
            }
        }
    }
    let idle: Vec<_> = declared
        .iter()
        .filter(|name| !asked.contains(**name))
        .collect();
    assert!(idle.is_empty(), "declared, but no collector asks: {idle:?}");
}
