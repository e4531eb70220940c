//! Whose credentials they are before anything is asked: sessions in accounts begin here, and the
//! clients that keep and tell what was found.

use super::clients::Clients;
use super::guard::{Guard, Purpose};
use super::http;
use super::session::{Options, Session, SessionError, home_region};
use crate::model::Reason;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::SdkConfig;
use aws_types::region::Region;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

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

/// The caller's credentials and how AWS is asked; nothing was asked yet.
#[derive(Clone, Debug)]
pub struct Base {
    config: SdkConfig,
}

impl Base {
    /// Finds credentials and configuration.
    pub async fn load(options: &Options) -> Base {
        let attempt = options.timeout.unwrap_or(Duration::from_secs(20));
        let mut loader = aws_config::defaults(aws_config::BehaviorVersion::latest())
            .http_client(http::client())
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
        let config = loader.load().await;
        Base { config }
    }

    /// A session in the caller's own account.
    pub async fn session(&self, options: &Options) -> Result<Session, SessionError> {
        Session::with(self.config.clone(), options).await
    }

    /// A session in the role.
    pub async fn assume(&self, role: &Role, options: &Options) -> Result<Session, SessionError> {
        let region = self.region();
        let clients = self.clients(&region, Purpose::Role);
        let sts = clients.sts();
        let reply = options.retries.again(|| {
            sts.assume_role()
                .role_arn(&role.arn)
                .role_session_name(SESSION)
                .set_external_id(role.external_id.clone())
                .send()
        });
        let fail = |message: String, hint: &str| SessionError::Role {
            role: role.arn.clone(),
            message,
            hint: hint.to_owned(),
        };
        let reply = reply.await.map_err(|failure| match &failure.code {
            Some(code) if failure.reason == Reason::Denied => fail(
                format!("{code}: {}", failure.message),
                "The caller must be allowed sts:AssumeRole on it, and its trust policy must name the caller and the external id, if there is one.",
            ),
            Some(code) => fail(format!("{code}: {}", failure.message), "Check the role's ARN."),
            None => super::session::explain(&failure, options),
        })?;
        let given = reply.credentials.ok_or_else(|| {
            fail(
                "the reply holds no credentials".to_owned(),
                "Check the endpoint.",
            )
        })?;
        let expires = SystemTime::try_from(given.expiration).ok();
        let credentials = Credentials::new(
            given.access_key_id,
            given.secret_access_key,
            Some(given.session_token),
            expires,
            "role",
        );
        let provider = SharedCredentialsProvider::new(credentials);
        let config = self.config.to_builder().credentials_provider(provider);
        Session::with(config.build(), options).await
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
