//! A plan, step by step, and how it is told.

use crate::assess::Verdict;
use crate::report::asff::AwsSecurityFinding;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

/// What is done with a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Security Hub does not have it.
    Create,
    /// Security Hub has it, and it says something else.
    Update,
    /// It is archived.
    Resolve,
    /// Nothing is sent.
    Leave,
}

impl Action {
    /// Every action, in the order in which they are told and carried out.
    pub const ALL: [Action; 4] = [
        Action::Create,
        Action::Update,
        Action::Resolve,
        Action::Leave,
    ];

    /// The word used in plans.
    pub const fn word(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Update => "update",
            Action::Resolve => "resolve",
            Action::Leave => "leave",
        }
    }
}

/// Why it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Create: Security Hub does not have it.
    New,
    /// Update: the verdict is another one.
    Now(Verdict),
    /// Update: the verdict is the same, what was seen is not.
    Changed,
    /// Update: it was archived, and its resource is there.
    Back,
    /// Update: unchanged for so long that Security Hub would delete it.
    Refresh,
    /// Resolve: its resource is not in a complete list.
    Gone,
    /// Resolve: the list that could not be read was read.
    ListRead,
    /// Resolve: the check no longer applies to the resource.
    NotApplicable,
    /// Resolve: it goes to another Region now.
    Moved,
    /// Resolve: its check has another id now.
    Renamed,
    /// Leave: Security Hub has it as it is.
    Unchanged,
    /// Leave: the check does not apply to the resource, and never did.
    NothingToSay,
    /// Leave: it is archived already.
    Archived,
    /// Leave: a run that began later wrote it.
    LaterRun,
    /// Leave: its check did not run.
    CheckDidNotRun,
    /// Leave: its Region was not read.
    RegionNotRead,
    /// Leave: the list of its kind is not complete.
    ListIncomplete,
    /// Leave: Security Hub is off in the Region.
    HubOff,
}

impl Reason {
    /// What is done for this reason.
    pub const fn action(self) -> Action {
        match self {
            Reason::New => Action::Create,
            Reason::Now(_) | Reason::Changed | Reason::Back | Reason::Refresh => Action::Update,
            Reason::Gone
            | Reason::ListRead
            | Reason::NotApplicable
            | Reason::Moved
            | Reason::Renamed => Action::Resolve,
            Reason::Unchanged
            | Reason::NothingToSay
            | Reason::Archived
            | Reason::LaterRun
            | Reason::CheckDidNotRun
            | Reason::RegionNotRead
            | Reason::ListIncomplete
            | Reason::HubOff => Action::Leave,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Reason::New => "new",
            Reason::Now(Verdict::Fail) => "fails now",
            Reason::Now(Verdict::NotAssessed) => "could not be assessed",
            Reason::Now(Verdict::Excepted) => "accepted by an exception now",
            Reason::Now(Verdict::Pass) => "passes now",
            Reason::Now(Verdict::Inherited) => "AWS's part now",
            Reason::Now(Verdict::NotApplicable) | Reason::NotApplicable => {
                "the check no longer applies"
            }
            Reason::Changed => "says something else",
            Reason::Back => "was archived, is back",
            Reason::Refresh => "unchanged for 30 days: kept from expiring",
            Reason::Gone => "the resource is gone",
            Reason::ListRead => "the list was read",
            Reason::Moved => "goes to another Region now",
            Reason::Renamed => "its check was renamed",
            Reason::Unchanged => "unchanged",
            Reason::NothingToSay => "the check does not apply",
            Reason::Archived => "archived already",
            Reason::LaterRun => "written by a run that began later",
            Reason::CheckDidNotRun => "its check did not run",
            Reason::RegionNotRead => "its Region was not read",
            Reason::ListIncomplete => "the list of its kind is incomplete",
            Reason::HubOff => "Security Hub is off in the Region",
        })
    }
}

/// What is done with one finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Why; what is done follows from it.
    pub reason: Reason,
    /// The Region whose Security Hub has it, or gets it.
    pub region: String,
    /// The finding's id in Security Hub.
    pub id: String,
    /// What is sent; none for what is left.
    pub finding: Option<AwsSecurityFinding>,
}

impl Step {
    pub(super) fn new(
        reason: Reason,
        region: String,
        id: String,
        finding: Option<AwsSecurityFinding>,
    ) -> Step {
        Step {
            reason,
            region,
            id,
            finding,
        }
    }

    /// What is done.
    pub fn action(&self) -> Action {
        self.reason.action()
    }

    pub(super) fn order(&self) -> (&str, Action, &str) {
        (&self.region, self.action(), &self.id)
    }
}

/// What is to be done, sorted by Region, action and id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// One step for each finding.
    pub steps: Vec<Step>,
}

impl Plan {
    /// How many findings have this done to them.
    pub fn count(&self, action: Action) -> usize {
        self.steps.iter().filter(|s| s.action() == action).count()
    }

    /// How many findings are sent.
    pub fn sent(&self) -> usize {
        self.steps.len() - self.count(Action::Leave)
    }

    /// The counts of each action with their reasons, whole and, where there are several, by
    /// Region.
    pub fn told(&self) -> String {
        let mut text = String::new();
        for action in Action::ALL {
            let mut reasons: BTreeMap<Reason, usize> = BTreeMap::new();
            for step in self.steps.iter().filter(|step| step.action() == action) {
                *reasons.entry(step.reason).or_default() += 1;
            }
            let reasons: Vec<String> = reasons
                .iter()
                .map(|(reason, count)| format!("{count} {reason}"))
                .collect();
            let (word, count) = (action.word(), self.count(action));
            let _ = write!(text, "  {word:<8}{count:>6}");
            if !reasons.is_empty() {
                let _ = write!(text, "  {}", reasons.join(", "));
            }
            text.push('\n');
        }
        let regions: BTreeSet<&str> = self.steps.iter().map(|step| &*step.region).collect();
        for region in regions.iter().filter(|_| regions.len() > 1) {
            let counts = Action::ALL.map(|action| {
                let steps = self.steps.iter();
                let here = steps.filter(|s| s.region == *region && s.action() == action);
                format!("{} {}", action.word(), here.count())
            });
            let _ = writeln!(text, "  {region}: {}", counts.join(", "));
        }
        text
    }

    /// Every step but those that leave a finding as it is: a line each.
    pub fn listed(&self) -> String {
        let mut text = String::new();
        for step in &self.steps {
            let Some(finding) = &step.finding else {
                continue;
            };
            let resource = finding.resources.first().map_or("", |r| &*r.id);
            let check = &finding.generator_id;
            let (word, region, reason) = (step.action().word(), &step.region, step.reason);
            let _ = writeln!(text, "  {word:<8}{region}  {check}  {resource}: {reason}");
        }
        text
    }
}
