//! Who asks, and where: credentials, the caller, and the Regions to read.

use super::base::Base;
use super::clients::Clients;
use super::error::{CREDENTIALS, Failure, NO_CREDENTIALS};
use super::guard::{Guard, Ledger, Purpose};
use super::regions::{self, Asked, NotChosen};
use super::retry::Retries;
use super::stop::Stop;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use futures_util::FutureExt;
use std::sync::Arc;
use std::time::Duration;

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The named profile of the shared configuration files.
    pub profile: Option<String>,
    /// The Regions to read; all enabled ones when empty.
    pub regions: Vec<String>,
    /// Where all calls go instead of AWS.
    pub endpoint_url: Option<String>,
    /// How long one attempt may take.
    pub timeout: Option<Duration>,
    /// How often a call is made again.
    pub retries: Retries,
    /// No rate limits of our own: for an endpoint that has none.
    pub unpaced: bool,
    /// An access key and its secret, instead of the environment's.
    pub credentials: Option<(String, String)>,
    /// Ends the reading before it is done.
    pub stop: Stop,
}

/// Why a session could not begin. All of them are the user's to mend.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// Credentials that AWS does not take.
    #[error("AWS did not accept the credentials: {message}\n{hint}")]
    Credentials {
        /// What was said.
        message: String,
        /// The way out.
        hint: String,
    },
    /// No credentials at all.
    #[error("{message}\n{hint}")]
    NoCredentials {
        /// Where they were looked for.
        message: String,
        /// The way out.
        hint: String,
    },
    /// The endpoint did not answer.
    #[error(
        "no answer from {endpoint}: {message}\nCheck the network, the proxy, and --endpoint-url if you gave one."
    )]
    Unreachable {
        /// What was asked.
        endpoint: String,
        /// What went wrong.
        message: String,
    },
    /// A role that the caller cannot become.
    #[error("{role} could not be assumed: {message}\n{hint}")]
    Role {
        /// The role's ARN.
        role: String,
        /// What was said.
        message: String,
        /// The way out.
        hint: String,
    },
    /// A Region that is not one, or not enabled.
    #[error("{region} is not an enabled Region of this account{hint}")]
    Region {
        /// What was given.
        region: String,
        /// The nearest enabled Region, or how to go on.
        hint: String,
    },
    /// The user's interrupt, or a deadline, came before the session was open.
    #[error("Interrupted: nothing was read.")]
    Interrupted,
}

/// An open session in one account.
#[derive(Clone, Debug)]
pub struct Session {
    /// The configuration that clients are made from, without a Region of their own.
    pub config: SdkConfig,
    /// The account's number.
    pub account: Arc<str>,
    /// The caller's ARN.
    pub caller: String,
    /// The partition, from the caller's ARN.
    pub partition: String,
    /// The Regions to read, sorted.
    pub regions: Vec<Arc<str>>,
    /// Where requests are written down.
    pub ledger: Arc<Ledger>,
    /// Ends the reading before it is done.
    pub stop: Stop,
    /// How often a call is made again.
    pub retries: Retries,
    /// Whether calls go without waiting for the rate limits.
    pub unpaced: bool,
    /// What its clients are for; see [`Session::for_delivery`].
    pub purpose: Purpose,
}

/// The Region that answers for a partition's global services.
pub fn home_region(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        _ => "us-east-1",
    }
}

/// The Region that is asked who the caller is: one that is always enabled, since what the user
/// named may be misspelt or not enabled. Its partition shows in the name.
fn first_region(asked: &str) -> &str {
    match asked {
        isolated if isolated.contains("-iso") => isolated,
        china if china.starts_with("cn-") => home_region("aws-cn"),
        gov if gov.starts_with("us-gov-") => home_region("aws-us-gov"),
        _ => home_region("aws"),
    }
}

impl Session {
    /// Finds credentials, asks AWS who they belong to, and settles the Regions.
    pub async fn open(options: &Options) -> Result<Session, SessionError> {
        Base::load(options).await.session(options).await
    }

    /// Asks AWS who these credentials belong to, and settles the Regions.
    pub(super) async fn with(
        config: SdkConfig,
        options: &Options,
    ) -> Result<Session, SessionError> {
        // No reply is a stream: the time of an attempt covers its body, too.
        let config = config
            .to_builder()
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        let asked = options.regions.first().map(String::as_str);
        let asked = asked.or(config.region().map(Region::as_ref));
        let first = Region::new(first_region(asked.unwrap_or_default()).to_owned());
        let ledger = Arc::new(Ledger::default());
        let clients = Clients::new(
            config.to_builder().region(first.clone()).build(),
            Guard {
                account: "".into(),
                region: first.as_ref().into(),
                ledger: ledger.clone(),
                purpose: Purpose::Reading,
            },
        );
        let opening = async {
            let retries = options.retries;
            let (sts, ec2) = (clients.sts(), clients.ec2());
            let identity = retries.again(|| sts.get_caller_identity().send());
            let enabled = retries.again(|| ec2.describe_regions().send());
            // At once; who is not known has no Regions, so that is what is told first.
            let both = tokio::try_join!(identity, enabled.map(Ok));
            let (identity, enabled) = both.map_err(|failure| explain(&failure, options))?;
            let enabled = enabled.map(|reply| regions::named(reply.regions));
            let asked = Asked {
                config: &config,
                account: identity.account.as_deref().unwrap_or_default(),
                ledger: &ledger,
                retries,
                regions: &options.regions,
            };
            let chosen = asked.among(enabled).await.map_err(|lost| match lost {
                NotChosen::Unknown { region, hint } => SessionError::Region { region, hint },
                NotChosen::Untold(failure) => explain(&failure, options),
            })?;
            Ok::<_, SessionError>((identity, chosen))
        };
        let (identity, regions) = tokio::select! {
            biased;
            () = options.stop.stopped() => return Err(SessionError::Interrupted),
            opened = opening => opened?,
        };
        let caller = identity.arn.unwrap_or_default();
        let partition = caller.split(':').nth(1).unwrap_or("aws").to_owned();
        Ok(Session {
            config,
            account: identity.account.unwrap_or_default().into(),
            caller,
            partition,
            regions,
            ledger,
            stop: options.stop.clone(),
            retries: options.retries,
            unpaced: options.unpaced,
            purpose: Purpose::Reading,
        })
    }

    /// The clients for a Region, or for the global services (`global`).
    pub fn clients(&self, region: &Arc<str>) -> Clients {
        let asked = if &**region == crate::model::GLOBAL {
            home_region(&self.partition)
        } else {
            region
        };
        Clients::new(
            self.config
                .to_builder()
                .region(Region::new(asked.to_owned()))
                .build(),
            Guard {
                account: self.account.clone(),
                region: region.clone(),
                ledger: self.ledger.clone(),
                purpose: self.purpose,
            },
        )
    }

    /// A session of the same caller for delivering, with a ledger of its own: what is delivered
    /// is no part of what was read.
    pub fn for_delivery(&self) -> Session {
        Session {
            ledger: Arc::default(),
            purpose: Purpose::Delivery,
            ..self.clone()
        }
    }

    /// A session of the same caller for listing the accounts of its organization and assuming a
    /// role in each, with a ledger of its own: no account's assessment rests on these calls.
    pub fn for_accounts(&self) -> Session {
        Session {
            ledger: Arc::default(),
            purpose: Purpose::Accounts,
            ..self.clone()
        }
    }
}

pub(super) fn explain(failure: &Failure, options: &Options) -> SessionError {
    let endpoint = options.endpoint_url.as_deref().unwrap_or("AWS").to_owned();
    let message = failure.message.clone();
    let code = failure.code.as_deref().unwrap_or_default();
    if code.starts_with("Expired") {
        return SessionError::Credentials {
            message,
            hint: "The token has expired: sign in again (`aws sso login`, or renew the session) and retry.".into(),
        };
    }
    if CREDENTIALS.contains(&code) {
        return SessionError::Credentials {
            message,
            hint: "Check the access key and its secret, and that the machine's clock is right."
                .into(),
        };
    }
    if message.starts_with(NO_CREDENTIALS) {
        return SessionError::NoCredentials {
            message,
            hint: match &options.profile {
                Some(profile) => format!("Check the profile `{profile}` in the shared configuration files; if it signs in by SSO, `aws sso login --profile {profile}`."),
                None => "Give credentials by --profile, by the AWS_* environment variables, or sign in with `aws sso login`.".to_owned(),
            },
        };
    }
    if code.is_empty() {
        SessionError::Unreachable { endpoint, message }
    } else {
        SessionError::Credentials {
            message: format!("{code}: {message}"),
            hint: "The caller must be allowed sts:GetCallerIdentity and ec2:DescribeRegions."
                .into(),
        }
    }
}
