//! Sessions in other accounts: a role is assumed in each, and assumed again before its credentials
//! expire.

use super::clients::Clients;
use super::error::Failure;
use super::guard::{Guard, Ledger, Purpose};
use super::regions;
use super::retry::Retries;
use super::session::{Session, home_region};
use crate::model::{GLOBAL, Reason};
use aws_config::identity::IdentityCache;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future::ProvideCredentials as Providing;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_types::region::Region;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// The name of our sessions in a role: CloudTrail shows it, and the caller's ARN ends with it.
const SESSION: &str = "waterline";

/// A role, to be assumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// What its trust policy may ask for.
    pub external_id: Option<String>,
}

/// A session that could not be opened: the call that failed, and how.
#[derive(Clone, Debug)]
pub struct NotOpened {
    /// `service:Operation`.
    pub operation: &'static str,
    /// What came of it.
    pub failure: Failure,
}

impl NotOpened {
    /// The run was stopped before the role was assumed.
    pub fn interrupted() -> NotOpened {
        NotOpened {
            operation: "sts:AssumeRole",
            failure: Failure::interrupted(),
        }
    }

    pub(super) fn malformed(operation: &'static str, message: String) -> NotOpened {
        let failure = Failure {
            reason: Reason::Failed,
            code: None,
            message,
            transient: false,
        };
        NotOpened { operation, failure }
    }
}

/// Credentials of a role, and the ARN that they make the caller.
pub(super) struct Given {
    pub(super) credentials: Credentials,
    caller: String,
}

pub(super) async fn assume(
    clients: &Clients,
    role: &Role,
    retries: Retries,
) -> Result<Given, NotOpened> {
    let sts = clients.sts();
    let reply = retries.again(|| {
        sts.assume_role()
            .role_arn(&role.arn)
            .role_session_name(SESSION)
            .set_external_id(role.external_id.clone())
            .send()
    });
    let reply = reply.await.map_err(|failure| NotOpened {
        operation: "sts:AssumeRole",
        failure,
    })?;
    let lacks = |what: &str| {
        let message = format!("the reply holds no {what}");
        NotOpened::malformed("sts:AssumeRole", message)
    };
    let given = reply.credentials.ok_or_else(|| lacks("credentials"))?;
    let user = reply.assumed_role_user.ok_or_else(|| lacks("user"))?;
    Ok(Given {
        credentials: Credentials::new(
            given.access_key_id,
            given.secret_access_key,
            Some(given.session_token),
            SystemTime::try_from(given.expiration).ok(),
            "assumed role",
        ),
        caller: user.arn,
    })
}

/// Assumes the role again whenever the credentials are about to expire; the cache of the clients
/// says when.
#[derive(Debug)]
struct Assumed {
    clients: Clients,
    role: Role,
    retries: Retries,
    /// The credentials that the session was opened with.
    first: Mutex<Option<Credentials>>,
}

impl Assumed {
    async fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let first = {
            let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
            first.take()
        };
        match first {
            Some(first) => Ok(first),
            None => match assume(&self.clients, &self.role, self.retries).await {
                Ok(given) => Ok(given.credentials),
                Err(lost) => Err(CredentialsError::provider_error(lost.failure.message)),
            },
        }
    }
}

impl ProvideCredentials for Assumed {
    fn provide_credentials<'a>(&'a self) -> Providing<'a>
    where
        Self: 'a,
    {
        Providing::new(self.credentials())
    }
}

impl Session {
    /// A session in another account, by a role there. The Regions are those of `asked` that the
    /// account has enabled; all that it has enabled when none is asked for.
    pub async fn in_role(
        &self,
        account: &str,
        role: &Role,
        asked: &[String],
    ) -> Result<Session, NotOpened> {
        tokio::select! {
            biased;
            () = self.stop.stopped() => Err(NotOpened::interrupted()),
            opened = self.assumed(account, role, asked) => opened,
        }
    }

    async fn assumed(
        &self,
        account: &str,
        role: &Role,
        asked: &[String],
    ) -> Result<Session, NotOpened> {
        let clients = self.clients(&GLOBAL.into());
        let Given {
            credentials,
            caller,
        } = assume(&clients, role, self.retries).await?;
        let found = caller.split(':').nth(4).unwrap_or_default();
        if found != account {
            let message = format!("the role is of account {found}, not of {account}");
            return Err(NotOpened::malformed("sts:AssumeRole", message));
        }
        let provider = SharedCredentialsProvider::new(Assumed {
            clients,
            role: role.clone(),
            retries: self.retries,
            first: Mutex::new(Some(credentials)),
        });
        let config = self
            .config
            .to_builder()
            .credentials_provider(provider)
            // One for each account, so that it goes when the account is done.
            .identity_cache(IdentityCache::lazy().build())
            .build();
        let mut session = Session {
            config,
            account: account.into(),
            caller,
            regions: Vec::new(),
            ledger: Arc::new(Ledger::default()),
            purpose: Purpose::Reading,
            ..self.clone()
        };
        session.regions = session.enabled(asked).await?;
        Ok(session)
    }

    /// The Regions of `asked` that are enabled; all that are when none is asked for.
    async fn enabled(&self, asked: &[String]) -> Result<Vec<Arc<str>>, NotOpened> {
        let home = home_region(&self.partition);
        let config = self.config.to_builder();
        let guard = Guard {
            account: self.account.clone(),
            region: home.into(),
            ledger: self.ledger.clone(),
            purpose: Purpose::Reading,
        };
        let clients = Clients::new(config.region(Region::new(home)).build(), guard);
        let ec2 = clients.ec2();
        let reply = self.retries.again(|| ec2.describe_regions().send());
        let enabled: BTreeSet<String> = match reply.await {
            Ok(reply) => regions::named(reply.regions),
            // Who names the Regions may do without ec2:DescribeRegions.
            Err(_) if !asked.is_empty() => asked.iter().cloned().collect(),
            Err(failure) => {
                return Err(NotOpened {
                    operation: "ec2:DescribeRegions",
                    failure,
                });
            }
        };
        let wanted = |region: &&String| asked.is_empty() || asked.contains(region);
        let regions: Vec<Arc<str>> = enabled
            .iter()
            .filter(wanted)
            .map(|region| region.as_str().into())
            .collect();
        if regions.is_empty() {
            let message = format!("none of {} is enabled in this account", asked.join(", "));
            return Err(NotOpened::malformed("ec2:DescribeRegions", message));
        }
        Ok(regions)
    }
}
