//! The read-only guard and the ledger: below every client, one interceptor that refuses any
//! operation that is not a declared read, and writes down each request that leaves. Deliveries
//! have a list of their own, for sessions that were opened for them.

use crate::model::{self, LedgerLine};
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

/// Every operation that may leave a session that was opened for delivery, besides.
static DELIVERIES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let deliveries = model::SECURITY_HUB_DELIVERY.iter();
    deliveries.map(|delivery| delivery.operation).collect()
});

/// Every operation that may leave a session that was opened to list the accounts of an organization
/// and to assume a role in each, besides.
static ACCOUNTS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let asked = model::ORGANIZATION_LISTING
        .iter()
        .chain(model::ROLE_OPENING);
    asked.map(|read| read.operation).collect()
});

/// What the clients of a session are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// Reading what is judged: declared reads, and nothing that writes.
    #[default]
    Reading,
    /// Delivering what was found: the declared deliveries, too.
    Delivery,
    /// Listing the accounts of an organization, and opening a session in each.
    Accounts,
}

impl Purpose {
    fn allows(self, operation: &str) -> bool {
        let besides = match self {
            Purpose::Reading => false,
            Purpose::Delivery => DELIVERIES.contains(operation),
            Purpose::Accounts => ACCOUNTS.contains(operation),
        };
        besides || ALLOWED.contains(operation)
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
            return Err(format!("{operation} is not a declared read: it was not sent").into());
        }
        state.interceptor_state().store_put(Sent);
        self.ledger
            .line(&operation, &self.account, &self.region, |line| {
                line.calls += 1
            });
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
            self.ledger
                .line(&operation, &self.account, &self.region, |line| {
                    line.errors += 1
                });
        }
        Ok(())
    }
}
