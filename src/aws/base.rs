//! Whose credentials they are before anything is asked: sessions in accounts begin here, and the
//! clients that keep and tell what was found.

use super::clients::Clients;
use super::guard::{Guard, Purpose};
use super::http;
use super::role::{self, NotOpened, Role};
use super::session::{Options, Session, SessionError, home_region};
use crate::model::Reason;
use aws_config::BehaviorVersion;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::SdkConfig;
use aws_types::region::Region;
use std::sync::Arc;
use std::time::Duration;

/// The caller's credentials and how AWS is asked; nothing was asked yet.
#[derive(Clone, Debug)]
pub struct Base {
    config: SdkConfig,
}

/// A role in which no session could be opened.
#[derive(Debug)]
pub struct Unopened {
    /// What to tell whoever asked for it.
    pub error: SessionError,
    /// What the account lacks by it.
    pub lost: NotOpened,
}

impl Base {
    /// Finds credentials and configuration.
    pub async fn load(options: &Options) -> Base {
        let attempt = options.timeout.unwrap_or(Duration::from_secs(20));
        let client = http::client();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(client.clone())
            // Retries belong to the collector: it knows the rate limits and the ledger.
            .retry_config(RetryConfig::disabled())
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(Duration::from_secs(5).min(attempt))
                    .read_timeout(attempt)
                    .operation_attempt_timeout(attempt)
                    .build(),
            );
        if let Some((key, secret)) = &options.credentials {
            loader =
                loader.credentials_provider(Credentials::new(key, secret, None, None, "given"));
        }
        if let Some(profile) = &options.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(endpoint) = &options.endpoint_url {
            loader = loader.endpoint_url(endpoint);
        }
        let mut config = loader.load().await;
        if let Some(profile) = &options.profile {
            let provider = of_profile(profile, &config, client);
            config = config.into_builder().credentials_provider(provider).build();
        }
        Base { config }
    }

    /// A session in the caller's own account.
    pub async fn session(&self, options: &Options) -> Result<Session, SessionError> {
        Session::with(self.config.clone(), options).await
    }

    /// A session in the role.
    pub async fn assume(&self, role: &Role, options: &Options) -> Result<Session, Box<Unopened>> {
        let clients = self.clients(&self.region(), Purpose::Role);
        let given = role::assume(&clients, role, options.retries).await;
        let given = given.map_err(|lost| {
            let error = not_assumed(role, &lost, options);
            Box::new(Unopened { error, lost })
        })?;
        let provider = SharedCredentialsProvider::new(given.credentials);
        let config = self.config.to_builder().credentials_provider(provider);
        let opened = Session::with(config.build(), options).await;
        opened.map_err(|error| {
            // Who the caller is may be asked without any permission: what fails is the Regions.
            let lost = NotOpened::malformed("ec2:DescribeRegions", error.to_string());
            Box::new(Unopened { error, lost })
        })
    }

    /// The caller's own Region.
    pub fn region(&self) -> String {
        let region = self.config.region().map(Region::as_ref);
        region.unwrap_or_else(|| home_region("aws")).to_owned()
    }

    /// Clients by the caller's own credentials, with a ledger that nobody reads: what is kept and
    /// told is no part of what was read.
    pub fn clients(&self, region: &str, purpose: Purpose) -> Clients {
        let config = self.config.to_builder();
        let config = config.region(Region::new(region.to_owned())).build();
        let guard = Guard {
            account: "".into(),
            region: region.into(),
            ledger: Arc::default(),
            purpose,
        };
        Clients::new(config, guard)
    }
}

/// The credentials of a profile that was named, and no others: where the usual chain finds keys in
/// the environment it takes those, which may be of another account.
fn of_profile(
    profile: &str,
    config: &SdkConfig,
    client: SharedHttpClient,
) -> SharedCredentialsProvider {
    // Where roles are assumed; what signs in by SSO has a Region of its own for it.
    let region = config.region().cloned();
    let region = region.unwrap_or_else(|| Region::new(home_region("aws")));
    let sources = ProviderConfig::without_region()
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_http_client(client)
        .with_region(Some(region));
    let provider = ProfileFileCredentialsProvider::builder()
        .configure(&sources)
        .profile_name(profile)
        .build();
    SharedCredentialsProvider::new(provider)
}

fn not_assumed(role: &Role, lost: &NotOpened, options: &Options) -> SessionError {
    let failure = &lost.failure;
    let Some(code) = &failure.code else {
        return super::session::explain(failure, options);
    };
    SessionError::Role {
        role: role.arn.clone(),
        message: format!("{code}: {}", failure.message),
        hint: match failure.reason {
            Reason::Denied => "The caller must be allowed sts:AssumeRole on it, and its trust policy must name the caller and the external id, if there is one.",
            _ => "Check the role's ARN.",
        }
        .to_owned(),
    }
}
