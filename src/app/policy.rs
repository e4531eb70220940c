//! The least IAM policy for the chosen checks.

use super::judge::Judging;
use super::output::screen;
use super::settings::Loaded;
use super::{Error, exit};
use crate::derive::derivations;
use crate::model::accessanalyzer::ORGANIZATION_WIDE;
use crate::model::{
    self, ORGANIZATION_LISTING, PREFLIGHT_READS, ROLE_OPENING, SECURITY_HUB_DELIVERY,
};
use crate::plan::Plan;
use crate::plan::policy::{self, Format};
use crate::sink::FileSink;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// How the policy is wanted.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The format.
    pub format: Format,
    /// Only the document of this number, from 1.
    pub part: Option<usize>,
    /// With what `preflight` asks.
    pub preflight: bool,
    /// With what publishing to Security Hub asks: a statement of its own, since it writes.
    pub publish: bool,
    /// With what listing an organization's accounts asks, and assuming the role of this name in each.
    pub organization: bool,
    /// The name of that role; that of the settings when none.
    pub role_name: Option<String>,
    /// The file; the screen when none.
    pub file: Option<PathBuf>,
}

/// The sid of the statement that allows to publish.
const PUBLISH: &str = "PublishToSecurityHub";

/// The sids of the statements that allow to read other accounts.
const LIST: &str = "ListOrganization";
const ASSUME: &str = "AssumeRoles";

/// Prints the least policy that lets these checks be audited. Asks AWS nothing.
pub fn policy(judging: &Judging, wanted: &Policy) -> Result<u8, Error> {
    let loaded = judging.load()?;
    let plan = plan(&loaded);
    let mut actions = plan.actions();
    if wanted.preflight {
        actions.extend(PREFLIGHT_READS.iter().flat_map(|read| read.actions));
    }
    let mut documents = policy::documents(actions);
    if wanted.publish {
        // That it may import is asked beforehand, of whom `preflight` asks.
        let calls = SECURITY_HUB_DELIVERY.iter().chain(PREFLIGHT_READS);
        let actions = calls.flat_map(|call| call.actions);
        policy::add(&mut documents, PUBLISH, actions.copied(), None);
    }
    if wanted.organization {
        let settings = &loaded.settings.organization;
        let role = wanted.role_name.as_ref().or(settings.role_name.as_ref());
        let role = role.ok_or_else(|| {
            let message =
                "--organization needs --role-name: only the roles of this name may be assumed";
            Error::Usage(message.into())
        })?;
        let of = |reads: &'static [crate::model::Read]| reads.iter().flat_map(|read| read.actions);
        let mut listing: BTreeSet<&str> = of(ORGANIZATION_LISTING).copied().collect();
        if ORGANIZATION_WIDE.iter().any(|fact| plan.wants(fact)) {
            // Who administers the service for the organization is asked before the accounts are read.
            let administrators = model::read("organizations:ListDelegatedAdministrators");
            listing.extend(administrators.iter().flat_map(|read| read.actions));
        }
        policy::add(&mut documents, LIST, listing, None);
        let roles = format!("arn:aws:iam::*:role/{}", role.trim_start_matches('/'));
        policy::add(
            &mut documents,
            ASSUME,
            of(ROLE_OPENING).copied(),
            Some(roles),
        );
    }
    let note = policy::note(&documents);
    if let Some(part) = wanted.part {
        let count = documents.len();
        let Some(document) = part.checked_sub(1).and_then(|at| documents.get(at)) else {
            let message = format!("there is no part {part}: the parts are 1 to {count}");
            return Err(Error::Usage(message));
        };
        documents = vec![document.clone()];
    } else if let Some(note) = note {
        anstream::eprintln!("{note}");
    }
    let text = policy::render(&documents, wanted.format);
    match &wanted.file {
        Some(file) => FileSink::open(file)?.finish(|out| out.write_all(text.as_bytes()))?,
        None => screen(text.as_bytes())?,
    }
    Ok(exit::DONE)
}

/// What is read for all checks of a catalogue, and for what the settings match by tags.
pub(crate) fn plan(loaded: &Loaded) -> Plan {
    let Loaded {
        catalog, settings, ..
    } = loaded;
    let mut facts = catalog.facts(&catalog.checks);
    facts.extend(settings.facts(catalog));
    Plan::of(facts, &derivations())
}
