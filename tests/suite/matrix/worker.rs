//! One emulator, and the session that reads it again and again.

use super::disturbed::Disturbed;
use super::modes::{IMPATIENT, PATIENT};
use aws_config::timeout::TimeoutConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::SdkConfig;
use std::sync::Arc;
use std::time::Duration;
use waterline::aws::guard::Ledger;
use waterline::aws::{Options, Retries, Session};
use waterline::collect::{Unwatched, collect};
use waterline::model::Snapshot;
use waterline::plan::Plan;
use waterline_mocks::{Account, Controls, Emulator, LogEntry, Rule, Running};

/// One emulator and the session that asks it.
pub(super) struct Worker {
    emulator: Running,
    session: Session,
}

/// What an emulator was asked, `service:Operation`.
pub(super) fn name(entry: &LogEntry) -> String {
    format!("{}:{}", entry.service, entry.operation)
}

impl Worker {
    /// Calls are made twice, without pauses and limits: how long a run lets AWS recover has no
    /// part in what it says in the end.
    pub(super) async fn start() -> Worker {
        let account = Account::demo().unwrap();
        let emulator = Emulator::start(vec![account], Controls::default())
            .await
            .unwrap();
        let options = Options {
            endpoint_url: Some(emulator.endpoint()),
            credentials: Some(("x".to_owned(), "x".to_owned())),
            timeout: Some(PATIENT),
            retries: Retries {
                attempts: 2,
                pause: Duration::ZERO,
                ..Retries::default()
            },
            unpaced: true,
            ..Options::default()
        };
        let session = Session::open(&options).await.unwrap();
        Worker { emulator, session }
    }

    pub(super) async fn stop(self) {
        self.emulator.stop().await;
    }

    /// Reads the account, disturbed so; where that needs patience, with no more than it needs.
    pub(super) async fn disturbed(
        &self,
        plan: &Arc<Plan>,
        job: &Disturbed,
    ) -> (Snapshot, Vec<LogEntry>) {
        if !job.waits() {
            return self.read(plan, job.rules(), None).await;
        }
        let [first, more] = IMPATIENT;
        let read = self.read(plan, job.rules(), Some(first)).await;
        if job.alone().is_some() && job.struck(&read.1).is_empty() {
            return self.read(plan, job.rules(), Some(more)).await;
        }
        read
    }

    /// Reads the account under these rules, with nothing left of the run before. With an attempt's
    /// time given, there is one attempt.
    pub(super) async fn read(
        &self,
        plan: &Arc<Plan>,
        rules: impl IntoIterator<Item = Rule>,
        patience: Option<Duration>,
    ) -> (Snapshot, Vec<LogEntry>) {
        self.emulator.controls().clear();
        self.emulator.clear_log();
        for rule in rules {
            self.emulator.controls().add(rule);
        }
        let config = self.session.config.clone();
        let snapshot = if let Some(patience) = patience {
            let short = TimeoutConfig::builder().operation_attempt_timeout(patience);
            let config = config.to_builder().timeout_config(short.build());
            self.collect(plan, config.build(), 1).await
        } else {
            self.collect(plan, config, 2).await
        };
        (snapshot, self.emulator.log())
    }

    /// Reads the account, undisturbed, through another HTTP client.
    pub(super) async fn through(&self, plan: &Arc<Plan>, client: SharedHttpClient) -> Snapshot {
        let port = self.emulator.addr().port();
        let config = self.session.config.to_builder().http_client(client);
        let config = config.endpoint_url(format!("http://localhost:{port}"));
        self.collect(plan, config.build(), 2).await
    }

    async fn collect(&self, plan: &Arc<Plan>, config: SdkConfig, attempts: u32) -> Snapshot {
        let base = &self.session;
        let session = Session {
            stop: waterline::aws::Stop::default(),
            config,
            ledger: Arc::new(Ledger::default()),
            retries: Retries {
                attempts,
                ..base.retries
            },
            ..base.clone()
        };
        let snapshot = collect(Arc::new(session), plan.clone(), Arc::new(Unwatched)).await;
        let mut snapshot = snapshot.unwrap();
        // Every run at the same moment, so that ages are the same.
        snapshot.header.started = "2026-11-22T12:00:00Z".parse().unwrap();
        snapshot
    }
}
