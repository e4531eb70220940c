//! The read-only guard and the ledger: below every client, one interceptor that refuses any
//! operation that is not a declared read, and writes down each request that leaves. Deliveries
//! have a list of their own, for sessions that were opened for them.

use crate::model::{self, LedgerLine, Read};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextMut, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Every operation that may leave the process.
static ALLOWED: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    model::reads()
        .chain(model::SESSION_READS)
        .chain(model::PREFLIGHT_READS)
        .map(|read| read.operation)
        .collect()
});

fn has(list: &[Read], operation: &str) -> bool {
    list.iter().any(|declared| declared.operation == operation)
}

/// What the clients of a session are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// Reading what is judged: declared reads, and nothing that writes.
    #[default]
    Reading,
    /// Delivering what was found to Security Hub: what that asks, too.
    Delivery,
    /// Keeping reports in a bucket, and nothing else.
    Bucket,
    /// Telling a topic, and nothing else.
    Topic,
    /// Becoming a role, and nothing else.
    Role,
    /// Signing evidence by a key of KMS, and nothing else.
    Signing,
    /// Listing the accounts of an organization, and opening a session in each.
    Accounts,
}

impl Purpose {
    fn allows(self, operation: &str) -> bool {
        match self {
            Purpose::Reading => ALLOWED.contains(operation),
            Purpose::Delivery => {
                has(model::SECURITY_HUB_DELIVERY, operation) || ALLOWED.contains(operation)
            }
            Purpose::Accounts => {
                has(model::ORGANIZATION_LISTING, operation)
                    || has(model::ROLE_OPENING, operation)
                    || ALLOWED.contains(operation)
            }
            Purpose::Bucket => has(model::BUCKET_DELIVERY, operation),
            Purpose::Topic => has(model::TOPIC_DELIVERY, operation),
            Purpose::Role => has(model::ROLE_OPENING, operation),
            Purpose::Signing => has(model::EVIDENCE_SIGNING, operation),
        }
    }
}

/// `service:Operation` as the model spells it.
pub fn operation_name(metadata: &Metadata) -> String {
    let service = metadata.service().to_ascii_lowercase().replace(' ', "");
    let service = match service.as_str() {
        "cloudwatchlogs" => "logs",
        "configservice" => "config",
        other => other,
    };
    format!("{service}:{}", metadata.name())
}

tokio::task_local! {
    /// Where the requests of a piece of work are written down, instead of in its session's ledger.
    static OWN: Arc<Ledger>;
}

/// What was asked of AWS, over all clients of a run.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<BTreeMap<(String, String, String), LedgerLine>>);

impl Ledger {
    fn line(&self, operation: &str, account: &str, region: &str, note: impl Fn(&mut LedgerLine)) {
        let key = (operation.to_owned(), account.to_owned(), region.to_owned());
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        note(lines.entry(key).or_insert_with(|| LedgerLine {
            operation: operation.to_owned(),
            account: account.to_owned(),
            region: region.to_owned(),
            ..LedgerLine::default()
        }));
    }

    /// Notes that an error was a throttle.
    pub fn throttled(&self, operation: &str, account: &str, region: &str) {
        self.line(operation, account, region, |line| line.throttles += 1);
    }

    /// Does some work whose requests go into a ledger of its own.
    pub async fn scope<F: Future>(ledger: Arc<Ledger>, work: F) -> F::Output {
        OWN.scope(ledger, work).await
    }

    /// Adds what another ledger has.
    pub fn add(&self, line: &LedgerLine) {
        self.line(&line.operation, &line.account, &line.region, |own| {
            own.calls += line.calls;
            own.errors += line.errors;
            own.throttles += line.throttles;
        });
    }

    /// The lines so far, sorted.
    pub fn lines(&self) -> Vec<LedgerLine> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.values().cloned().collect()
    }
}

/// The interceptor of the clients of one account and Region.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The account that the clients read; empty until it is known.
    pub account: Arc<str>,
    /// The Region that they ask, or `global`.
    pub region: Arc<str>,
    /// Where requests are written down.
    pub ledger: Arc<Ledger>,
    /// What the clients are for.
    pub purpose: Purpose,
}

impl Guard {
    /// Writes into the ledger of the work that asks, or else of the session.
    fn note(&self, operation: &str, note: impl Fn(&mut LedgerLine)) {
        let own = OWN.try_with(Arc::clone);
        let ledger = own.as_ref().unwrap_or(&self.ledger);
        ledger.line(operation, &self.account, &self.region, note);
    }
}

/// Marks, in the state of a call, that its request was sent.
#[derive(Debug)]
struct Sent;

impl aws_smithy_types::config_bag::Storable for Sent {
    type Storer = aws_smithy_types::config_bag::StoreReplace<Sent>;
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Guard {
    fn name(&self) -> &'static str {
        "waterline read-only guard"
    }

    fn modify_before_transmit(
        &self,
        _: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        state: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = match state.load::<Metadata>() {
            Some(metadata) => operation_name(metadata),
            None => "unknown".to_owned(),
        };
        if !self.purpose.allows(&operation) {
            let what = match self.purpose {
                Purpose::Reading | Purpose::Delivery | Purpose::Accounts => "a declared read",
                Purpose::Bucket => "declared for a bucket of reports",
                Purpose::Topic => "declared for a topic",
                Purpose::Role => "declared for a role",
                Purpose::Signing => "declared for signing",
            };
            return Err(format!("{operation} is not {what}: it was not sent").into());
        }
        state.interceptor_state().store_put(Sent);
        self.note(&operation, |line| line.calls += 1);
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        state: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let failed = !matches!(context.output_or_error(), Some(Ok(_)));
        if let (true, Some(_), Some(metadata)) =
            (failed, state.load::<Sent>(), state.load::<Metadata>())
        {
            let operation = operation_name(metadata);
            self.note(&operation, |line| line.errors += 1);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_writes_leaves_only_clients_that_were_made_for_it() {
        let all = [
            Purpose::Reading,
            Purpose::Delivery,
            Purpose::Accounts,
            Purpose::Bucket,
            Purpose::Topic,
            Purpose::Role,
            Purpose::Signing,
        ];
        let only = [
            ("s3:PutObject", Purpose::Bucket),
            ("s3:GetObject", Purpose::Bucket),
            ("s3:ListObjectsV2", Purpose::Bucket),
            ("sns:Publish", Purpose::Topic),
            ("kms:Sign", Purpose::Signing),
            ("securityhub:BatchImportFindings", Purpose::Delivery),
        ];
        for (operation, by) in only {
            for purpose in all {
                let allowed = purpose.allows(operation);
                assert_eq!(allowed, purpose == by, "{operation} by {purpose:?}");
            }
        }
        for purpose in all {
            let opens = matches!(purpose, Purpose::Role | Purpose::Accounts);
            assert_eq!(purpose.allows("sts:AssumeRole"), opens, "{purpose:?}");
        }
        for purpose in [
            Purpose::Bucket,
            Purpose::Topic,
            Purpose::Role,
            Purpose::Signing,
        ] {
            assert!(!model::reads().any(|read| purpose.allows(read.operation)));
        }
        assert!(!all.iter().any(|one| one.allows("s3:DeleteObject")));
    }
}
