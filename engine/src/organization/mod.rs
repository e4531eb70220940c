//! The assessments of several accounts as one: `waterline.organization/v1`.
//!
//! Assessments come one at a time, in any order, and are dropped; what stays is bounded by the
//! accounts and the checks, not by the resources. The same assessments in another order give the
//! same document.
//!
//! * The score of several accounts is the mean of their scores, each account weighing the same;
//!   so is each domain's. An account that was to be read and was not counts from 0 to 100.
//! * A resource that several accounts see, by an ARN that names another account, is counted once:
//!   as its owner's where the owner was read and could list it, else by the worst of what the
//!   others say.

mod choice;
mod directory;
mod document;
mod held;
mod markdown;
mod named;
mod table;
mod tally;
#[cfg(test)]
mod tests;
mod words;

pub use choice::{Choice, is_account};
pub use directory::{Directory, Member, Unit};
pub use document::{
    Account, Check, Document, Failure, Gaps, Run, SCHEMA, Score, Shared, State, Unit as UnitScore,
};
pub use markdown::markdown;
pub use named::{Named, read_accounts};
pub use table::table;

use crate::assess::Verdict;
use crate::report::v1;
use held::{Held, mean, order};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use tally::{GapTally, Tally, View, owner_of};

/// Several assessments on the way to one.
#[derive(Debug, Default)]
pub struct Combination {
    directory: Directory,
    accounts: BTreeMap<String, Held>,
    checks: BTreeMap<String, Tally>,
    gaps: BTreeMap<(String, String), GapTally>,
    /// Verdicts on what another account owns, by check and ARN.
    views: BTreeMap<(String, String), View>,
    /// Lists that were not read to their end: account and check.
    open: BTreeSet<(String, String)>,
    judged_by: BTreeSet<String>,
    catalogs: BTreeSet<String>,
    settings: BTreeSet<Option<String>>,
    ledger: Vec<v1::Call>,
    interrupted: bool,
    /// Why there is no assessment of an account.
    lost: BTreeMap<String, String>,
    notes: BTreeSet<String>,
}

impl Combination {
    /// Of the accounts of a directory; of whatever comes, when it is empty.
    pub fn of(directory: Directory) -> Combination {
        Combination {
            directory,
            ..Combination::default()
        }
    }

    /// Adds the assessment of an account. An error, and nothing is added, when there is one of the
    /// account already: its resources would count twice.
    pub fn add(&mut self, document: &v1::Document) -> Result<(), String> {
        let account = &document.run.account;
        if self.accounts.contains_key(account) {
            return Err(format!(
                "there are two assessments of account {account}: name one of them"
            ));
        }
        let left_out = self.directory.accounts.iter();
        if let Some(why) = left_out
            .filter(|member| member.id == *account)
            .find_map(|member| member.left_out.as_deref())
        {
            return Err(format!(
                "account {account} is to be left out ({why}), and here is an assessment of it"
            ));
        }
        for check in &document.checks {
            self.checks
                .entry(check.id.clone())
                .or_default()
                .define(account, check);
        }
        for result in &document.results {
            if result.verdict == Verdict::NotAssessed && result.arn.is_none() {
                self.open.insert((account.clone(), result.check.clone()));
            }
            match owner_of(result) {
                Some(owner) => {
                    let key = (result.check.clone(), result.arn.clone().unwrap_or_default());
                    let view = self.views.entry(key);
                    view.or_insert_with(|| View::of(owner)).add(result);
                }
                None => {
                    let tally = self.checks.entry(result.check.clone()).or_default();
                    tally.count(result);
                }
            }
        }
        GapTally::add(&mut self.gaps, document);
        self.judged_by.insert(document.run.tool.clone());
        self.catalogs.insert(document.run.catalog.clone());
        self.settings.insert(document.run.settings.clone());
        self.accounts.insert(account.clone(), Held::of(document));
        Ok(())
    }

    /// The calls that listed the accounts and assumed their roles.
    pub fn called(&mut self, calls: Vec<v1::Call>) {
        self.ledger = calls;
    }

    /// There will be no assessment of an account of the directory, and why.
    pub fn lost(&mut self, account: &str, why: &str) {
        self.lost.insert(account.to_owned(), why.to_owned());
    }

    /// Something that limits what is said here, or what came of it, in a sentence.
    pub fn note(&mut self, note: String) {
        self.notes.insert(note);
    }

    /// The run was stopped before all accounts were read.
    pub fn interrupted(&mut self) {
        self.interrupted = true;
    }

    /// The assessments as one.
    pub fn finish(mut self) -> Document {
        let shared = self.settle();
        self.expect();
        let checks = self.checks.len();
        let accounts: Vec<Account> = self
            .accounts
            .iter()
            .map(|(id, held)| held.account(id, checks))
            .collect();
        let counted: Vec<&Held> = self.accounts.values().filter(|h| h.counts()).collect();
        let judged: BTreeSet<&str> = self.checks.values().map(Tally::domain).collect();
        let mut coverage = held::Share::default();
        let mut failures = BTreeMap::new();
        let mut counts: BTreeMap<String, usize> = Verdict::ALL
            .into_iter()
            .map(|verdict| (verdict.word().to_owned(), 0))
            .collect();
        for tally in self.checks.values() {
            tally.add_to(&mut counts, &mut coverage, &mut failures);
        }
        // An account without an assessment: one pair for each check, none of them assessed.
        let missing = counted.iter().filter(|held| held.state == State::Missing);
        coverage.total += missing.count() * checks;
        let units = self.units(checks);
        let times = || {
            accounts
                .iter()
                .filter_map(|account| account.started.clone())
        };
        let mut checks: Vec<Check> = self
            .checks
            .iter()
            .map(|(id, tally)| tally.check(id))
            .collect();
        checks.sort_by(order);
        let mut gaps: Vec<Gaps> = self
            .gaps
            .iter()
            .map(|(key, tally)| tally.gaps(key))
            .collect();
        gaps.sort_by(|a, b| {
            let key = |g: &Gaps| (g.operation.clone(), g.reason.clone());
            (b.verdicts.cmp(&a.verdicts)).then_with(|| key(a).cmp(&key(b)))
        });
        Document {
            schema: SCHEMA.to_owned(),
            run: Run {
                organization: self.directory.organization.clone(),
                management_account: self.directory.management_account.clone(),
                listed_by: self.directory.listed_by.clone(),
                started: times().min(),
                last_started: times().max(),
                interrupted: self.interrupted
                    || accounts.iter().any(|a| a.state == State::Interrupted),
                tool: env!("CARGO_PKG_VERSION").to_owned(),
                judged_by: self.judged_by.iter().cloned().collect(),
                catalogs: self.catalogs.iter().cloned().collect(),
                settings: self.settings.iter().flatten().cloned().collect(),
            },
            score: Score {
                whole: mean(counted.iter().map(|held| held.whole())),
                domains: held::domains(&counted, &judged),
            },
            coverage: coverage.share(),
            counts,
            failures,
            notes: self.notes(),
            units,
            accounts,
            checks,
            gaps,
            shared,
            ledger: self.ledger,
        }
    }

    /// Counts what other accounts than the owner see, once, unless the owner's own verdict does.
    fn settle(&mut self) -> Vec<Shared> {
        let mut shared = Vec::new();
        for ((check, arn), view) in std::mem::take(&mut self.views) {
            let owner = self.accounts.get(&view.owner);
            let listed = !self.open.contains(&(view.owner.clone(), check.clone()));
            let owners = listed && owner.is_some_and(|held| !held.state.is_unknown());
            if let (false, Some(worst)) = (owners, view.worst()) {
                self.checks.entry(check.clone()).or_default().count(worst);
            }
            shared.push(view.shared(check, arn, owners));
        }
        shared
    }

    /// Adds the accounts of the directory that nothing came from.
    fn expect(&mut self) {
        for member in &self.directory.accounts {
            let held = self.accounts.entry(member.id.clone());
            let lost = self.lost.get(&member.id).map(String::as_str);
            let held = held.or_insert_with(|| Held::absent(member, lost));
            held.name.clone_from(&member.name);
            held.unit.clone_from(&member.unit);
        }
    }

    fn units(&self, checks: usize) -> Vec<UnitScore> {
        let tree = self.directory.tree();
        // Each account goes to the units on its own line, so that no unit looks through them all.
        let mut below: BTreeMap<&str, Vec<&Held>> = BTreeMap::new();
        for held in self.accounts.values().filter(|held| held.counts()) {
            for unit in held.unit.iter().flat_map(|own| tree.line(own)) {
                below.entry(unit).or_default().push(held);
            }
        }
        let mut units: Vec<UnitScore> = self
            .directory
            .units
            .iter()
            .map(|unit| {
                let held = below.get(unit.id.as_str()).map_or(&[][..], Vec::as_slice);
                held::unit(unit, tree.path(&unit.id), held, checks)
            })
            .collect();
        units.sort_by(|a, b| (&a.path, &a.id).cmp(&(&b.path, &b.id)));
        units
    }

    /// What limits what is said, each in a sentence.
    fn notes(&self) -> Vec<String> {
        let mut notes = self.directory.notes.clone();
        if self.interrupted {
            notes.push("The run was stopped: what was not read yet is not assessed.".to_owned());
        }
        notes.extend(self.notes.iter().cloned());
        let several = |count: usize, what: &str, so: &str| {
            (count > 1).then(|| format!("The accounts were judged by {count} {what}: {so}"))
        };
        notes.extend(several(
            self.catalogs.len(),
            "catalogues",
            "their scores are not of the same checks.",
        ));
        notes.extend(several(
            self.settings.len(),
            "different settings",
            "parameters, severities or exceptions differ between them.",
        ));
        notes.extend(several(
            self.judged_by.len(),
            "versions of waterline",
            "what differs between them may be a better derivation.",
        ));
        notes
    }
}

/// Writes the document as JSON.
pub fn json(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    out.write_all(b"\n")
}
