//! Which accounts are read, and how each is entered.

use super::Organization;
use crate::app::{Error, files};
use crate::aws::{Listed, Role, Session};
use crate::organization::{Directory, Member, Named, Unit, read_accounts};
use std::collections::BTreeMap;
use std::path::Path;

/// The largest file of accounts that is read, in bytes.
const MAX_BYTES: usize = crate::catalog::MAX_SETTINGS_BYTES;

/// An account that is to be read.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// The account's number.
    pub(super) id: String,
    /// The role to assume in it; none for the caller's own account.
    pub(super) role: Option<Role>,
}

/// Where the accounts come from.
pub(super) enum Source {
    /// The caller's organization.
    Organization,
    /// A file, which was read.
    File(Vec<Named>),
}

/// Reads the file of accounts, if there is one, and looks at the role: before anything is asked.
pub(super) fn prepare(wanted: &Organization) -> Result<Source, Error> {
    if let Some(name) = &wanted.role_name {
        check(name, "--role-name", "+=,.@-_/", "Auditor, or path/Auditor")?;
    }
    if let Some(id) = &wanted.external_id {
        check(id, "--external-id", "+=,.@:/-_", "2 characters or more")?;
    }
    match &wanted.accounts_file {
        Some(file) => of_file(file),
        None if wanted.role_name.is_none() => Err(Error::Usage(without_role("--organization"))),
        None => Ok(Source::Organization),
    }
}

/// Letters, digits and some marks, as IAM takes them.
fn check(text: &str, flag: &str, marks: &str, example: &str) -> Result<(), Error> {
    let fits = |c: char| c.is_ascii_alphanumeric() || marks.contains(c);
    if text.len() >= 2 && text.chars().all(fits) && !text.starts_with("arn:") {
        return Ok(());
    }
    let of = "letters, digits and";
    let message = format!("{flag}: `{text}` does not fit: {of} {marks}, as in {example}");
    Err(Error::Usage(message))
}

fn without_role(what: &str) -> String {
    format!(
        "{what} needs --role-name: the name of the role to assume in each account. `waterline policy` prints what the role must be allowed."
    )
}

fn of_file(file: &Path) -> Result<Source, Error> {
    let text = files::text(file, MAX_BYTES)?;
    let name = file.display().to_string();
    let named = read_accounts(&name, &text).map_err(Error::Checks)?;
    Ok(Source::File(named))
}

/// The directory of the accounts, as the user chose among them.
pub(super) async fn directory(
    source: &Source,
    lister: &Session,
    wanted: &Organization,
) -> Result<Directory, Error> {
    let mut directory = match source {
        Source::Organization => listed(lister.organization().await?),
        Source::File(named) => Directory {
            accounts: named
                .iter()
                .map(|named| Member {
                    id: named.id.clone(),
                    name: named.name.clone(),
                    ..Member::default()
                })
                .collect(),
            ..Directory::default()
        },
    };
    directory.choose(&wanted.choice).map_err(Error::Usage)?;
    Ok(directory)
}

/// An organization as a directory of accounts, none of them left out but what cannot be read.
pub(crate) fn listed(found: Listed) -> Directory {
    let unknown = |why: String| {
        format!("The organizational units could not be read ({why}): accounts stand without them.")
    };
    Directory {
        organization: Some(found.id),
        management_account: Some(found.management_account),
        listed_by: Some(found.listed_by),
        units: found
            .units
            .into_iter()
            .map(|unit| Unit {
                id: unit.id,
                name: unit.name,
                parent: unit.parent,
            })
            .collect(),
        accounts: found
            .accounts
            .into_iter()
            .map(|account| Member {
                left_out: (account.state != "ACTIVE")
                    .then(|| account.state.to_ascii_lowercase().replace('_', " ")),
                id: account.id,
                name: account.name,
                unit: account.unit,
            })
            .collect(),
        notes: found.without_units.map(unknown).into_iter().collect(),
    }
}

/// How each account that is to be read is entered: the caller's own with the caller's own
/// credentials, every other one by its role.
pub(super) fn targets(
    directory: &Directory,
    source: &Source,
    wanted: &Organization,
    caller: &Session,
) -> Result<Vec<Target>, Error> {
    let named: BTreeMap<&str, &Named> = match source {
        Source::Organization => BTreeMap::new(),
        Source::File(named) => named.iter().map(|one| (one.id.as_str(), one)).collect(),
    };
    let mut targets = Vec::new();
    let accounts = directory.accounts.iter();
    for account in accounts.filter(|account| account.left_out.is_none()) {
        let own = named.get(account.id.as_str());
        let given = own.and_then(|named| named.role_arn.clone());
        let role = match (given, &wanted.role_name) {
            (Some(arn), _) => Some(arn),
            (None, _) if *caller.account == *account.id => None,
            (None, Some(name)) => {
                let (partition, name) = (&caller.partition, name.trim_start_matches('/'));
                Some(format!("arn:{partition}:iam::{}:role/{name}", account.id))
            }
            (None, None) => {
                let what = format!("account {}, which names no role_arn,", account.id);
                return Err(Error::Usage(without_role(&what)));
            }
        };
        let external_id = own.and_then(|named| named.external_id.clone());
        targets.push(Target {
            id: account.id.clone(),
            role: role.map(|arn| Role {
                arn,
                external_id: external_id.or_else(|| wanted.external_id.clone()),
            }),
        });
    }
    targets.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(targets)
}
