//! One call, until it is answered or given up: rate limits, repetitions and the ledger in one place.

use super::call::Cx;
use crate::aws::Failure;
use crate::aws::guard::Ledger;
use crate::model::{Read, Reason};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error;
use std::future::Future;
use std::time::{Duration, Instant};

/// How many tasks have to run, one after another, until the connection of a call that was answered
/// can be had again: the one that reads from it, and the one that puts it back.
const POOLING: usize = 2;

impl Cx {
    /// Makes a call, and again while that may help.
    pub(super) async fn call<O, E, F>(
        &self,
        read: &'static Read,
        call: impl Fn() -> F,
    ) -> Result<O, Failure>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        if !self.run.may_ask(read.operation) {
            return Err(Failure {
                reason: Reason::NotCollected,
                code: None,
                message: "asked once already".to_owned(),
                transient: false,
            });
        }
        tokio::select! {
            biased;
            () = self.run.session.stop.stopped() => Err(Failure::interrupted()),
            result = self.call_until_answered(read, call) => result,
        }
    }

    async fn call_until_answered<O, E, F>(
        &self,
        read: &'static Read,
        call: impl Fn() -> F,
    ) -> Result<O, Failure>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let service = read.service();
        let limiter = self.run.limiter(&self.region);
        let session = &self.run.session;
        let mut attempts = 0;
        // What the attempts and the pauses took; waiting for the rate limits is not AWS's fault.
        let mut spent = Duration::ZERO;
        loop {
            let (pass, permit) = if session.unpaced {
                (None, self.run.permit().await)
            } else {
                let (pass, permit) = limiter.acquire(read.operation, self.run.permit()).await;
                (Some(pass), permit)
            };
            if let Some(failure) = self.run.given_up(&self.region, service) {
                return Err(failure);
            }
            self.run.progress.asking(service, &self.region);
            let began = Instant::now();
            // Boxed: an SDK call's state is large, and most calls wait for their turn.
            let attempt = Box::pin(Ledger::scope(self.unit.ledger().clone(), call()));
            let outcome = session.retries.attempt(spent, attempt).await;
            // The connection goes back to its pool by tasks of its own: whoever gets this place
            // before they ran would open another.
            for _ in 0..POOLING {
                tokio::task::yield_now().await;
            }
            drop(permit);
            spent += began.elapsed();
            self.run.progress.called(service, &self.region);
            let (answered, failure) = match outcome {
                Some(Ok(reply)) => {
                    self.run.silence.broken(&self.region, service);
                    return Ok(reply);
                }
                Some(Err(error)) => (error.raw_response().is_some(), Failure::of(&error)),
                None => (false, Failure::out_of_time(session.retries.within)),
            };
            if answered {
                self.run.silence.broken(&self.region, service);
            }
            self.run.note(&failure);
            if failure.reason == Reason::Throttled {
                if let Some(pass) = pass {
                    pass.throttled();
                }
                self.unit
                    .ledger()
                    .throttled(read.operation, &self.account, &self.region);
            } else {
                // Before the pause: who pauses holds nobody up.
                drop(pass);
            }
            attempts += 1;
            let another = session.retries.another_after(attempts, spent);
            let Some(pause) = another.filter(|_| failure.transient) else {
                if !answered && failure.transient {
                    self.run.silence.lasts(&self.region, service);
                }
                return Err(failure);
            };
            tokio::time::sleep(pause).await;
            spent += pause;
        }
    }
}
