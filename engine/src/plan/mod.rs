//! From the facts that the chosen checks use to the least set of reads that gives them, and
//! to the permissions that those reads need.

mod cost;
pub mod policy;

pub use cost::{Check, Cost, costs};

use crate::model::{self, Read};
use std::collections::{BTreeMap, BTreeSet};

/// A fact that is derived from others.
#[derive(Clone, Copy, Debug)]
pub struct Derivation {
    /// The facet that it gives, such as `ec2.security_group.attached_to`.
    pub gives: &'static str,
    /// The kinds and facets that it rests on.
    pub from: &'static [&'static str],
}

/// What must be read: facts, and the operations that give them.
#[derive(Debug)]
pub struct Plan {
    facts: BTreeSet<String>,
    reads: BTreeMap<&'static str, &'static Read>,
}

impl Plan {
    /// The least plan for these facts (`kind` or `kind.facet`): every kind that a facet is
    /// of, everything that a derived fact rests on, and every read that one of them needs.
    ///
    /// A fact that no read and no derivation gives is a plain field of its kind's list.
    pub fn of(facts: impl IntoIterator<Item = String>, derivations: &[Derivation]) -> Plan {
        let mut todo: Vec<String> = facts.into_iter().collect();
        let mut plan = Plan {
            facts: BTreeSet::new(),
            reads: BTreeMap::new(),
        };
        while let Some(fact) = todo.pop() {
            if !plan.facts.insert(fact.clone()) {
                continue;
            }
            if let Some(kind) = kind_of(&fact) {
                todo.push(kind.to_owned());
            }
            for derivation in derivations.iter().filter(|d| d.gives == fact) {
                todo.extend(derivation.from.iter().map(|from| (*from).to_owned()));
            }
            for read in model::reads().filter(|read| read.gives.contains(&fact.as_str())) {
                plan.reads.insert(read.operation, read);
                todo.extend(read.needs.iter().map(|need| (*need).to_owned()));
            }
        }
        plan
    }

    /// Whether this kind or facet is to be read.
    pub fn wants(&self, fact: &str) -> bool {
        self.facts.contains(fact)
    }

    /// Whether this operation is to be called.
    pub fn reads(&self, operation: &str) -> bool {
        self.reads.contains_key(operation)
    }

    /// The declaration of an operation.
    ///
    /// # Panics
    /// When the operation is declared nowhere: a test calls every collector's.
    pub fn read(&self, operation: &'static str) -> &'static Read {
        self.reads
            .get(operation)
            .copied()
            .or_else(|| model::read(operation))
            .unwrap_or_else(|| panic!("{operation} is not a declared read"))
    }

    /// The kinds and facets, sorted.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        self.facts.iter().map(String::as_str)
    }

    /// The operations, sorted.
    pub fn operations(&self) -> impl Iterator<Item = &'static Read> {
        self.reads.values().copied()
    }

    /// The IAM actions that the caller must be allowed, sorted: those of the operations, and
    /// those of opening a session.
    pub fn actions(&self) -> BTreeSet<&'static str> {
        self.operations()
            .chain(model::SESSION_READS)
            .flat_map(|read| read.actions.iter().copied())
            .collect()
    }
}

/// The kind that a facet belongs to; none for a kind itself.
fn kind_of(fact: &str) -> Option<&str> {
    let (kind, _) = fact.rsplit_once('.')?;
    model::kind(kind).map(|known| known.name)
}
