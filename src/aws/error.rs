//! Errors of calls, classified once: what each means for the facts that hang on it.

use crate::model::{EXPIRED, INTERRUPTED, Reason};
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::dns::ResolveDnsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error;
use std::iter::successors;
use std::time::Duration;

/// What the SDK gives in place of a reply.
pub type CallError<E> = SdkError<E, HttpResponse>;

/// A call that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What it means for the facts.
    pub reason: Reason,
    /// AWS's error code; `null` when AWS never answered.
    pub code: Option<String>,
    /// AWS's message, or what went wrong on the way.
    pub message: String,
    /// Whether the same call may succeed if it is made again.
    pub transient: bool,
}

/// Codes that say "slow down", over all services.
const THROTTLES: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttled",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// Codes that say "once more", though they come with a status that says that the caller erred.
const TIMEOUTS: &[&str] = &["RequestTimeout", "RequestTimeoutException"];

/// Codes that say "not allowed".
const DENIALS: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AllAccessDisabled",
    "AuthFailure",
    "AuthorizationError",
    "AuthorizationErrorException",
    "Forbidden",
    "UnauthorizedAccess",
    "UnauthorizedOperation",
];

/// Codes that say "not switched on for this account".
const DISABLED: &[&str] = &[
    "OptInRequired",
    "SubscriptionRequiredException",
    "AWSOrganizationsNotInUseException",
];

/// Codes that say "no such operation here".
const UNSUPPORTED: &[&str] = &[
    "InvalidAction",
    "MethodNotAllowed",
    "NotImplemented",
    "UnknownOperationException",
    "UnsupportedOperation",
    "UnsupportedOperationException",
    "UnsupportedFeatureException",
];

/// Codes of credentials that are not taken. No session opens with them; where one Region alone
/// refuses them, as one does that takes no tokens of version 1, its calls are gaps.
pub const CREDENTIALS: &[&str] = &[
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

impl Failure {
    /// A call that was not made, or not waited for, because the run was stopped.
    pub fn interrupted() -> Failure {
        Failure {
            reason: Reason::Failed,
            code: Some(INTERRUPTED.to_owned()),
            message: "the run was stopped before this was answered".to_owned(),
            transient: false,
        }
    }

    /// Whether the session has expired: no further call of it will be answered.
    pub fn expired(&self) -> bool {
        let code = self.code.as_deref();
        code.is_some_and(|code| EXPIRED.contains(&code))
    }

    /// A call that was given up because it took too long in all.
    pub fn out_of_time(within: Duration) -> Failure {
        Failure {
            reason: Reason::Failed,
            code: None,
            message: format!("no answer within {within:?}, however often it was asked"),
            transient: true,
        }
    }

    /// Classifies the error of any operation.
    pub fn of<E>(error: &SdkError<E, HttpResponse>) -> Failure
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let status = error
            .raw_response()
            .map(|response| response.status().as_u16());
        let (code, message) = match error.as_service_error() {
            Some(service) => (
                service.code().map(str::to_owned),
                service.message().map(str::to_owned),
            ),
            None => (None, None),
        };
        if let Some(code) = &code {
            let has = |codes: &[&str]| codes.contains(&code.as_str());
            let (reason, transient) = if has(THROTTLES) || status == Some(429) {
                (Reason::Throttled, true)
            } else if has(DENIALS) || has(CREDENTIALS) {
                (Reason::Denied, false)
            } else if has(DISABLED) {
                (Reason::Disabled, false)
            } else if has(UNSUPPORTED) {
                (Reason::Unsupported, false)
            } else {
                let fault = status.is_some_and(|status| status >= 500);
                (Reason::Failed, fault || has(TIMEOUTS))
            };
            return Failure {
                reason,
                message: message.unwrap_or_else(|| code.clone()),
                code: Some(code.clone()),
                transient,
            };
        }
        Failure::without_code(error, status)
    }

    /// A call that was not made because nothing gave credentials for it.
    fn without_credentials(cause: &CredentialsError) -> Failure {
        let told = match cause {
            CredentialsError::CredentialsNotLoaded(_)
            | CredentialsError::InvalidConfiguration(_)
            | CredentialsError::ProviderError(_) => cause.source().map(chain),
            _ => None,
        };
        let told = told.unwrap_or_else(|| chain(cause));
        let named = told.starts_with(NO_CREDENTIALS);
        Failure {
            reason: Reason::Failed,
            code: None,
            message: match named {
                true => told,
                false => format!("{NO_CREDENTIALS}: {told}"),
            },
            // What is not set up stays so; and whoever asks again gets a worse answer.
            transient: matches!(
                cause,
                CredentialsError::ProviderTimedOut(_) | CredentialsError::ProviderError(_)
            ),
        }
    }

    /// An answer without an error code, or no answer at all.
    fn without_code<E>(error: &SdkError<E, HttpResponse>, status: Option<u16>) -> Failure
    where
        E: Error + 'static,
    {
        if let Some(cause) = credentials(error) {
            return Failure::without_credentials(cause);
        }
        let (reason, transient, what) = match (error, status) {
            (_, Some(501)) => (
                Reason::Unsupported,
                false,
                "the endpoint does not implement it",
            ),
            (_, Some(403)) => (Reason::Denied, false, "refused"),
            (_, Some(429 | 503)) => (Reason::Throttled, true, "told to slow down"),
            (_, Some(404)) => (
                Reason::Unsupported,
                false,
                "no such operation at this endpoint",
            ),
            (_, Some(500..)) => (Reason::Failed, true, "the endpoint failed"),
            (SdkError::DispatchFailure(_), _) if no_such_name(error) => (
                Reason::Unsupported,
                false,
                "there is no endpoint of this name: the service is not offered here, or the name server does not know it",
            ),
            (SdkError::TimeoutError(_), _) => (Reason::Failed, true, "no answer in time"),
            (SdkError::DispatchFailure(_), _) => (Reason::Failed, true, "no connection"),
            (SdkError::ResponseError(_), _) => {
                (Reason::Failed, true, "the answer could not be read")
            }
            (SdkError::ConstructionFailure(_), _) => {
                (Reason::Failed, false, "the request could not be built")
            }
            _ => (Reason::Failed, false, "the answer could not be understood"),
        };
        let status = status.map_or(String::new(), |status| format!("HTTP {status}: "));
        Failure {
            reason,
            code: None,
            message: format!("{status}{what}: {}", chain(error)),
            transient,
        }
    }
}

/// How the message of a failure begins to which the credentials were missing.
pub(super) const NO_CREDENTIALS: &str = "no credentials";

/// What was wrong with the credentials, when the request never left for want of them.
fn credentials<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a CredentialsError> {
    let causes = successors(Some(error), |&error: &&'a (dyn Error + 'static)| {
        error.source()
    });
    // The innermost: what is around it says no more than that.
    causes.filter_map(|error| error.downcast_ref()).last()
}

/// What resolvers say of a name that does not exist: glibc, musl, macOS and the BSDs, Windows. A
/// name server that does not answer is another matter, and worth another attempt.
const NO_SUCH_NAME: &[&str] = &[
    "Name or service not known",
    "No address associated with hostname",
    "Name does not resolve",
    "Name has no usable address",
    "nodename nor servname provided, or not known",
    "No such host is known",
    "no data of the requested type",
];

/// Whether the endpoint has no address: AWS gives a service none where it is not offered.
fn no_such_name(error: &(dyn Error + 'static)) -> bool {
    let mut resolving = false;
    let mut next = Some(error);
    while let Some(error) = next {
        resolving |= error.is::<ResolveDnsError>();
        let said = error.to_string();
        if resolving && NO_SUCH_NAME.iter().any(|text| said.contains(text)) {
            return true;
        }
        next = error.source();
    }
    false
}

/// An error with its causes, in one line.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
