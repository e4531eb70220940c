//! How a collector asks: one call, one facet, all pages of a list; what fails becomes a gap.

use super::run::Run;
use super::unit::Unit;
use crate::aws::{Clients, Failure};
use crate::model::{Facet, Facts, GLOBAL, Gap, GapId, Listing, Meta, Reason, Resource, Tags};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::FutureExt;
use std::collections::HashSet;
use std::error::Error;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

/// Who is told how the reading goes.
pub trait Progress: Send + Sync {
    /// A request to the service leaves. Who only counts what came of it need not know.
    fn asking(&self, _service: &'static str, _region: &str) {}
    /// A request to the service was answered, or given up.
    fn called(&self, service: &'static str, region: &str);
    /// A resource was read.
    fn found(&self, kind: &'static str);
}

/// Nobody watches.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Progress for Unwatched {
    fn called(&self, _: &'static str, _: &str) {}
    fn found(&self, _: &'static str) {}
}

/// What a collector works with, in one account and Region (or `global`).
#[derive(Clone)]
pub struct Cx {
    pub(super) run: Arc<Run>,
    /// What keeps what is read here.
    pub(super) unit: Arc<Unit>,
    /// The account that is read.
    pub account: Arc<str>,
    /// The Region, or `global`.
    pub region: Arc<str>,
    tasks: UnboundedSender<JoinHandle<()>>,
}

impl Cx {
    /// Begins a unit in a Region, unless an earlier run has done it.
    pub(super) fn begin<F>(
        run: &Arc<Run>,
        region: &Arc<str>,
        tasks: &UnboundedSender<JoinHandle<()>>,
        name: String,
        work: impl FnOnce(Cx) -> F,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        if run.units.take(&name) {
            return;
        }
        let cx = Cx {
            account: run.session.account.clone(),
            unit: Arc::new(Unit::new(name)),
            run: run.clone(),
            region: region.clone(),
            tasks: tasks.clone(),
        };
        cx.clone().spawn(work(cx));
    }

    /// The same work in another Region.
    pub fn in_region(&self, region: &str) -> Cx {
        Cx {
            region: region.into(),
            ..self.clone()
        }
    }

    /// The partition: `aws`, `aws-cn`, `aws-us-gov`.
    pub fn partition(&self) -> &str {
        &self.run.session.partition
    }

    /// Whether this Region is one of those that are audited.
    pub fn audits(&self, region: &str) -> bool {
        self.regions().iter().any(|known| **known == *region)
    }

    /// The Regions that are audited.
    pub fn regions(&self) -> &[Arc<str>] {
        &self.run.session.regions
    }

    /// Whether the plan asks for this kind or facet.
    pub fn wants(&self, fact: &str) -> bool {
        self.run.plan.wants(fact)
    }

    /// The clients of this account and Region.
    pub fn clients(&self) -> Arc<Clients> {
        self.run.clients(&self.region)
    }

    /// Reads one thing of a list at the same time, by a context of its own; the run waits for it.
    /// `sort` and `name` say which it is, among all that this context begins. Nothing that it
    /// reads may be shared with the others of the list: of a run that is stopped, some may have
    /// been done and some not.
    pub fn part<F>(&self, sort: &'static str, name: &str, work: impl FnOnce(Cx) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let name = self.unit.part(sort, name);
        Cx::begin(&self.run, &self.region, &self.tasks, name, work);
    }

    fn spawn(self, work: impl Future<Output = ()> + Send + 'static) {
        let tasks = self.tasks.clone();
        let guarded = async move {
            if let Err(panic) = AssertUnwindSafe(work).catch_unwind().await {
                let message = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| panic.downcast_ref::<&str>().copied())
                    .unwrap_or("no message");
                self.run
                    .crashed(format!("a collector stopped, which is a bug: {message}"));
            }
            let stopped = self.run.session.stop.is_stopped();
            self.run.units.ended(&self.unit, stopped);
        };
        // The receiver outlives every sender: it is drained until all of them are gone.
        let _ = tasks.send(tokio::spawn(guarded));
    }

    /// A resource was read.
    pub fn emit(&self, meta: Meta, facts: impl Facts + 'static) {
        self.run.progress.found(facts.kind());
        self.unit.found().resources.push(Resource {
            meta,
            facts: Box::new(facts),
        });
    }

    /// What every resource of this account and Region has, made by the customer.
    pub fn meta(
        &self,
        arn: impl Into<Arc<str>>,
        id: impl Into<Arc<str>>,
        tags: Facet<Tags>,
    ) -> Meta {
        Meta {
            arn: arn.into(),
            id: id.into(),
            account: self.account.clone(),
            region: self.region.clone(),
            tags,
            managed_by: crate::model::CUSTOMER.into(),
        }
    }

    /// An ARN in this account and Region (none for `global`).
    pub fn arn(&self, service: &str, resource: &str) -> String {
        let region = if &*self.region == GLOBAL {
            ""
        } else {
            &self.region
        };
        format!(
            "arn:{}:{service}:{region}:{}:{resource}",
            self.partition(),
            self.account
        )
    }

    /// Says that the lists of these kinds were read to their end, or what kept them from it.
    pub fn listed(&self, kinds: &[&str], result: &Result<(), GapId>) {
        let mut found = self.unit.found();
        for kind in kinds {
            found.listings.push(Listing {
                kind: (*kind).into(),
                account: self.account.clone(),
                region: self.region.clone(),
                gaps: result.as_ref().err().cloned().into_iter().collect(),
            });
        }
    }

    /// What a thing of a list is known by, if AWS told it. A thing that cannot be told of is a gap
    /// of the list: the list of its kind is not complete.
    pub fn named<T>(&self, kind: &str, operation: &str, name: Option<T>) -> Option<T> {
        if name.is_none() {
            let message = "AWS told of a thing without what it is known by".to_owned();
            let gap = self.malformed(operation, None, message);
            self.listed(&[kind], &Err(gap));
        }
        name
    }

    /// A facet that needs one call. Not asked for when the plan does not want it.
    ///
    /// `call` makes the request (again, after a throttle); `map` turns the reply into the
    /// fact, or says what is wrong with the reply.
    pub async fn facet<T, O, E, F>(
        &self,
        operation: &'static str,
        resource: &str,
        call: impl Fn() -> F,
        map: impl FnOnce(O) -> Result<T, String>,
    ) -> Facet<T>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        if !self.run.plan.reads(operation) {
            return Facet::not_asked();
        }
        let read = self.run.plan.read(operation);
        match self.call(read, call).await {
            Ok(reply) => map(reply)
                .map_err(|message| self.malformed(operation, Some(resource), message))
                .into(),
            Err(failure) => Err(self.gap(operation, Some(resource), &failure)).into(),
        }
    }

    /// As [`Cx::facet`], for a fact that AWS answers with an error where there is none: those
    /// codes give `none` instead of a gap.
    pub async fn facet_or<T, O, E, F>(
        &self,
        operation: &'static str,
        resource: &str,
        absent: &[&str],
        none: T,
        call: impl Fn() -> F,
        map: impl FnOnce(O) -> Result<T, String>,
    ) -> Facet<T>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        if !self.run.plan.reads(operation) {
            return Facet::not_asked();
        }
        let read = self.run.plan.read(operation);
        match self.call(read, call).await {
            Ok(reply) => map(reply)
                .map_err(|message| self.malformed(operation, Some(resource), message))
                .into(),
            Err(failure)
                if failure
                    .code
                    .as_deref()
                    .is_some_and(|code| absent.contains(&code)) =>
            {
                Facet::Known(none)
            }
            Err(failure) => Err(self.gap(operation, Some(resource), &failure)).into(),
        }
    }

    /// All pages of a list. `each` takes a page and gives the token of the next one.
    ///
    /// On an error, what came before it has been taken: the list is incomplete.
    pub async fn pages<O, E, F>(
        &self,
        operation: &'static str,
        resource: Option<&str>,
        call: impl Fn(Option<String>) -> F,
        mut each: impl FnMut(O) -> Option<String>,
    ) -> Result<(), GapId>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let read = self.run.plan.read(operation);
        let mut token: Option<String> = None;
        let mut tokens = HashSet::new();
        loop {
            let page = self
                .call(read, || call(token.clone()))
                .await
                .map_err(|failure| self.gap(operation, resource, &failure))?;
            let next = each(page).filter(|next| !next.is_empty());
            if next.is_none() || self.run.probes() {
                return Ok(());
            }
            // Else pages that lead to each other would be read for ever.
            if !tokens.insert(next.clone()) {
                let message = "AWS sent the same page token twice".to_owned();
                return Err(self.malformed(operation, resource, message));
            }
            token = next;
        }
    }

    /// One call that is not a list and not a facet, such as the one that starts a report.
    pub async fn once<O, E, F>(
        &self,
        operation: &'static str,
        resource: Option<&str>,
        call: impl Fn() -> F,
    ) -> Result<O, GapId>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.call(self.run.plan.read(operation), call)
            .await
            .map_err(|failure| self.gap(operation, resource, &failure))
    }

    /// One call with its failure as it is, for a collector that tells its codes apart.
    pub async fn attempt<O, E, F>(
        &self,
        operation: &'static str,
        call: impl Fn() -> F,
    ) -> Result<O, Failure>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.call(self.run.plan.read(operation), call).await
    }

    /// Writes a failure down as a gap.
    pub fn gap(&self, operation: &str, resource: Option<&str>, failure: &Failure) -> GapId {
        let id = Gap::id_of(
            &self.account,
            &self.region,
            operation,
            resource,
            failure.reason,
        );
        let actions = crate::model::read(operation).map_or(&[] as &[&str], |read| read.actions);
        self.unit.found().gaps.push(Gap {
            id: id.clone(),
            account: self.account.clone(),
            region: self.region.clone(),
            operation: operation.into(),
            actions: actions.iter().map(|action| (*action).into()).collect(),
            reason: failure.reason,
            resource: resource.map(Into::into),
            code: failure.code.clone(),
            message: failure.message.clone(),
        });
        id
    }

    /// Writes down that a reply could not be understood.
    pub fn malformed(&self, operation: &str, resource: Option<&str>, message: String) -> GapId {
        let failure = Failure {
            reason: Reason::Failed,
            code: None,
            message,
            transient: false,
        };
        self.gap(operation, resource, &failure)
    }

    /// Waits, unless the run is stopped before.
    pub async fn pause(&self, long: Duration) {
        tokio::select! {
            biased;
            () = self.run.session.stop.stopped() => {}
            () = tokio::time::sleep(long) => {}
        }
    }
}
