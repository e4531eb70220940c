//! Lists the accounts of the caller's organization, and where in it they lie.

use super::error::{CallError, Failure};
use super::session::Session;
use crate::model::{GLOBAL, Reason};
use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::Account;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;

/// The largest page of the service's lists.
const PAGE: i32 = 20;
/// How many units are asked at once. The service takes few calls a second.
const AT_ONCE: usize = 4;

/// An organization as it was listed.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// The account that manages it.
    pub management_account: String,
    /// The account that listed it.
    pub listed_by: String,
    /// The root and the organizational units.
    pub units: Vec<ListedUnit>,
    /// The accounts, sorted by id.
    pub accounts: Vec<ListedAccount>,
    /// Why the units are not known; none when they are.
    pub without_units: Option<String>,
}

/// The root of an organization, or an organizational unit.
#[derive(Clone, Debug)]
pub struct ListedUnit {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The id of the unit that it lies in; none for the root.
    pub parent: Option<String>,
}

/// An account of an organization.
#[derive(Clone, Debug)]
pub struct ListedAccount {
    /// The number.
    pub id: String,
    /// The name.
    pub name: Option<String>,
    /// The state, in AWS's word: only an `ACTIVE` account can be asked anything.
    pub state: String,
    /// The id of the unit that it lies in.
    pub unit: Option<String>,
}

/// Why the accounts could not be listed. All of these are the user's to mend.
#[derive(Debug, thiserror::Error)]
pub enum NotListed {
    /// There is no organization.
    #[error(
        "account {account} is in no organization: run without --organization, or name the accounts with --accounts-file"
    )]
    NoOrganization {
        /// The caller's account.
        account: String,
    },
    /// The caller may not list accounts, and could not if it were allowed.
    #[error(
        "account {account} can list no accounts: it neither manages the organization ({manager} does) nor is a delegated administrator of it ({message})\nRun with credentials of {manager} or of a delegated administrator, or name the accounts with --accounts-file."
    )]
    NotInCharge {
        /// The caller's account.
        account: String,
        /// The management account.
        manager: String,
        /// What AWS said.
        message: String,
    },
    /// The caller is in charge, and lacks a permission.
    #[error(
        "{caller} is not allowed {operation}: {message}\n`waterline policy --organization` prints what it needs."
    )]
    Denied {
        /// Who asked.
        caller: String,
        /// `service:Operation`.
        operation: &'static str,
        /// What AWS said.
        message: String,
    },
    /// Anything else.
    #[error("the accounts could not be listed: {operation}: {message}")]
    Failed {
        /// `service:Operation`.
        operation: &'static str,
        /// What went wrong.
        message: String,
    },
}

impl Session {
    /// Lists the organization of the caller's account. The session must be one for that.
    pub async fn organization(&self) -> Result<Listed, NotListed> {
        let clients = self.clients(&GLOBAL.into());
        let lister = Lister {
            session: self,
            client: clients.organizations(),
        };
        lister.list().await
    }

    /// The accounts that administer a service for the organization beside its management account,
    /// sorted. The session must be one for listing accounts.
    pub async fn delegated_administrators(&self, service: &str) -> Result<Vec<String>, Failure> {
        let clients = self.clients(&GLOBAL.into());
        let lister = Lister {
            session: self,
            client: clients.organizations(),
        };
        lister.delegated(service).await
    }
}

struct Lister<'s> {
    session: &'s Session,
    client: &'s Client,
}

impl Lister<'_> {
    async fn list(&self) -> Result<Listed, NotListed> {
        const DESCRIBE: &str = "organizations:DescribeOrganization";
        let reply = self.ask(|| self.client.describe_organization().send());
        let reply = reply.await.map_err(|failure| match failure.reason {
            Reason::Disabled => NotListed::NoOrganization {
                account: self.session.account.to_string(),
            },
            _ => self.told(DESCRIBE, failure, None),
        })?;
        let malformed = |what: &str| NotListed::Failed {
            operation: DESCRIBE,
            message: format!("the reply holds no {what}"),
        };
        let found = reply
            .organization
            .ok_or_else(|| malformed("organization"))?;
        let manager = found
            .master_account_id
            .ok_or_else(|| malformed("management account"))?;
        let mut accounts = self.accounts(&manager).await?;
        let mut places = BTreeMap::new();
        let (units, without_units) = match self.units(&mut places).await {
            Ok(units) => (units, None),
            Err((operation, failure)) => {
                let why = format!("{operation}: {}", failure.message);
                (Vec::new(), Some(why))
            }
        };
        if without_units.is_none() {
            for account in &mut accounts {
                account.unit = places.get(&account.id).cloned();
            }
        }
        Ok(Listed {
            id: found.id.ok_or_else(|| malformed("id"))?,
            management_account: manager,
            listed_by: self.session.account.to_string(),
            units,
            accounts,
            without_units,
        })
    }

    async fn accounts(&self, manager: &str) -> Result<Vec<ListedAccount>, NotListed> {
        let mut accounts = Vec::new();
        let listed = self.pages(
            |token| {
                let call = self.client.list_accounts().max_results(PAGE);
                call.set_next_token(token).send()
            },
            |page| {
                accounts.extend(page.accounts.unwrap_or_default());
                page.next_token
            },
        );
        listed
            .await
            .map_err(|failure| self.told("organizations:ListAccounts", failure, Some(manager)))?;
        let mut accounts: Vec<ListedAccount> = accounts.into_iter().filter_map(account).collect();
        accounts.sort_by(|a, b| a.id.cmp(&b.id));
        accounts.dedup_by(|a, b| a.id == b.id);
        Ok(accounts)
    }

    /// The root and all units, level by level; where each account lies goes into `places`.
    async fn units(
        &self,
        places: &mut BTreeMap<String, String>,
    ) -> Result<Vec<ListedUnit>, (&'static str, Failure)> {
        let mut level = Vec::new();
        let roots = self.pages(
            |token| {
                let call = self.client.list_roots().max_results(PAGE);
                call.set_next_token(token).send()
            },
            |page| {
                for root in page.roots.unwrap_or_default() {
                    level.extend(root.id.map(|id| ListedUnit {
                        name: root.name.unwrap_or_else(|| id.clone()),
                        id,
                        parent: None,
                    }));
                }
                page.next_token
            },
        );
        roots
            .await
            .map_err(|failure| ("organizations:ListRoots", failure))?;
        let mut units: Vec<ListedUnit> = Vec::new();
        while !level.is_empty() {
            let mut next = Vec::new();
            for some in level.chunks(AT_ONCE) {
                for below in join_all(some.iter().map(|unit| self.below(&unit.id))).await {
                    let (parent, accounts, children) = below?;
                    places.extend(accounts.into_iter().map(|id| (id, parent.clone())));
                    next.extend(children);
                }
            }
            units.append(&mut level);
            // AWS allows five levels; a reply that leads back up must not go on for ever.
            next.retain(|unit| units.iter().all(|known| known.id != unit.id));
            level = next;
        }
        Ok(units)
    }

    /// What lies directly in a unit: its accounts, and its units.
    async fn below(
        &self,
        unit: &str,
    ) -> Result<(String, Vec<String>, Vec<ListedUnit>), (&'static str, Failure)> {
        let (mut accounts, mut children) = (Vec::new(), Vec::new());
        let listed = self.pages(
            |token| {
                let call = self.client.list_accounts_for_parent();
                let call = call.parent_id(unit).max_results(PAGE);
                call.set_next_token(token).send()
            },
            |page| {
                let page_of = page.accounts.unwrap_or_default().into_iter();
                accounts.extend(page_of.filter_map(|account| account.id));
                page.next_token
            },
        );
        listed
            .await
            .map_err(|failure| ("organizations:ListAccountsForParent", failure))?;
        let listed = self.pages(
            |token| {
                let call = self.client.list_organizational_units_for_parent();
                let call = call.parent_id(unit).max_results(PAGE);
                call.set_next_token(token).send()
            },
            |page| {
                for child in page.organizational_units.unwrap_or_default() {
                    children.extend(child.id.map(|id| ListedUnit {
                        name: child.name.unwrap_or_else(|| id.clone()),
                        id,
                        parent: Some(unit.to_owned()),
                    }));
                }
                page.next_token
            },
        );
        listed
            .await
            .map_err(|failure| ("organizations:ListOrganizationalUnitsForParent", failure))?;
        Ok((unit.to_owned(), accounts, children))
    }

    async fn delegated(&self, service: &str) -> Result<Vec<String>, Failure> {
        let mut accounts = Vec::new();
        let listed = self.pages(
            |token| {
                let call = self.client.list_delegated_administrators();
                let call = call.service_principal(service).max_results(PAGE);
                call.set_next_token(token).send()
            },
            |page| {
                let some = page.delegated_administrators.unwrap_or_default();
                accounts.extend(some.into_iter().filter_map(|account| account.id));
                page.next_token
            },
        );
        listed.await?;
        accounts.sort();
        accounts.dedup();
        Ok(accounts)
    }

    /// All pages of a list; `each` takes one and gives the token of the next.
    async fn pages<O, E, F>(
        &self,
        call: impl Fn(Option<String>) -> F,
        mut each: impl FnMut(O) -> Option<String>,
    ) -> Result<(), Failure>
    where
        F: Future<Output = Result<O, CallError<E>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let mut token: Option<String> = None;
        loop {
            let page = self.ask(|| call(token.clone())).await?;
            let next = each(page).filter(|next| !next.is_empty());
            if next.is_none() {
                return Ok(());
            }
            if next == token {
                return Err(Failure {
                    reason: Reason::Failed,
                    code: None,
                    message: "AWS sent the same page token twice".to_owned(),
                    transient: false,
                });
            }
            token = next;
        }
    }

    async fn ask<O, E, F>(&self, call: impl Fn() -> F) -> Result<O, Failure>
    where
        F: Future<Output = Result<O, CallError<E>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        tokio::select! {
            biased;
            () = self.session.stop.stopped() => Err(Failure::interrupted()),
            reply = self.session.retries.again(call) => reply,
        }
    }

    fn told(&self, operation: &'static str, failure: Failure, manager: Option<&str>) -> NotListed {
        let message = failure.message;
        match manager.filter(|manager| **manager != *self.session.account) {
            // To any other account, the service says only that it is denied.
            Some(manager) if failure.reason == Reason::Denied => NotListed::NotInCharge {
                account: self.session.account.to_string(),
                manager: manager.to_owned(),
                message,
            },
            _ if failure.reason == Reason::Denied => NotListed::Denied {
                caller: self.session.caller.clone(),
                operation,
                message,
            },
            _ => NotListed::Failed { operation, message },
        }
    }
}

fn account(account: Account) -> Option<ListedAccount> {
    // `Status` was to be retired on September 9, 2026 (API reference, `Account`): it is what older
    // endpoints tell.
    let state = account.state.as_ref().map(|state| state.as_str());
    let state = state.or(account.status.as_ref().map(|status| status.as_str()));
    Some(ListedAccount {
        state: state.unwrap_or("ACTIVE").to_owned(),
        id: account.id?,
        name: account.name.filter(|name| !name.is_empty()),
        unit: None,
    })
}
