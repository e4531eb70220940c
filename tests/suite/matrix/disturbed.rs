//! What is disturbed in a run, and how that is told.

use super::bench::Bench;
use super::modes::Mode;
use super::worker::name;
use std::collections::BTreeSet;
use std::fmt;
use waterline_mocks::{LogEntry, Rule};

/// Operations that are disturbed in one run, each in its way.
#[derive(Clone, Debug)]
pub(super) struct Disturbed {
    pub(super) operations: Vec<(String, Mode)>,
    /// Further rules.
    more: Vec<Rule>,
    /// Only in this Region.
    region: Option<String>,
    /// Only what hangs on these operations is read, and held against the undisturbed run.
    pub(super) narrow: bool,
    seed: Option<u64>,
}

impl Disturbed {
    pub(super) fn one(mode: Mode, operation: &str) -> Disturbed {
        Disturbed {
            operations: vec![(operation.to_owned(), mode)],
            more: Vec::new(),
            region: None,
            narrow: false,
            seed: None,
        }
    }

    /// Everything that these rules make slow or silent.
    pub(super) fn by(rules: Vec<Rule>) -> Disturbed {
        Disturbed {
            operations: Vec::new(),
            more: rules,
            region: None,
            narrow: false,
            seed: None,
        }
    }

    /// Two to six operations, each disturbed in a way of its own; now and then in one Region only.
    pub(super) fn random(seed: u64, bench: &Bench) -> Disturbed {
        let mut random = fastrand::Rng::with_seed(seed);
        let operations = (0..random.usize(2..=6))
            .filter_map(|_| {
                let mode = *random.choice(Mode::ALL)?;
                let operation = random.choice(bench.operations(mode))?;
                Some((operation, mode))
            })
            .collect();
        let region = random
            .choice([None, None, Some("eu-west-1"), Some("us-east-1")])
            .flatten();
        Disturbed {
            operations,
            more: Vec::new(),
            region: region.map(str::to_owned),
            narrow: false,
            seed: Some(seed),
        }
    }

    /// The same, reading only what hangs on what is disturbed.
    pub(super) fn narrow(self) -> Disturbed {
        Disturbed {
            narrow: true,
            ..self
        }
    }

    /// The services whose operations are disturbed.
    pub(super) fn services(&self) -> BTreeSet<String> {
        let all = self.operations.iter();
        all.filter_map(|(name, _)| Some(name.split_once(':')?.0.to_owned()))
            .collect()
    }

    /// What its runs are counted under.
    pub(super) fn kind(&self) -> String {
        match self.alone() {
            Some((_, mode)) => format!("{mode:?}"),
            None => format!("{} at once", self.operations.len()),
        }
    }

    pub(super) fn rules(&self) -> Vec<Rule> {
        let all = self.operations.iter();
        all.flat_map(|(operation, mode)| mode.rules(operation))
            .map(|rule| match &self.region {
                Some(region) => rule.in_region(region),
                None => rule,
            })
            .chain(self.more.iter().cloned())
            .collect()
    }

    pub(super) fn waits(&self) -> bool {
        !self.more.is_empty() || self.operations.iter().any(|(_, mode)| mode.waits())
    }

    /// What was disturbed indeed: the operations that were asked for and ended as they should.
    pub(super) fn struck(&self, log: &[LogEntry]) -> BTreeSet<(String, Mode)> {
        let here = |entry: &&LogEntry| {
            let region = self.region.as_ref();
            region.is_none_or(|region| entry.region == *region)
        };
        let struck = |(operation, mode): &&(String, Mode)| {
            let mut asked = log.iter().filter(|entry| name(entry) == *operation);
            asked.any(|entry| here(&entry) && mode.struck(&entry.outcome))
        };
        self.operations.iter().filter(struck).cloned().collect()
    }

    /// Whether it is one operation, disturbed by itself.
    pub(super) fn alone(&self) -> Option<&(String, Mode)> {
        match (self.seed, self.operations.as_slice()) {
            (None, [one]) => Some(one),
            _ => None,
        }
    }
}

impl fmt::Display for Disturbed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(seed) = self.seed {
            write!(out, "seed {seed}: ")?;
        }
        for (operation, mode) in &self.operations {
            write!(out, "{operation} {mode:?} ")?;
        }
        match &self.region {
            Some(region) => write!(out, "in {region}"),
            None => Ok(()),
        }
    }
}
