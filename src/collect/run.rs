//! What all collectors of a run share.

use super::call::Progress;
use super::silence::Silence;
use super::unit::Units;
use crate::aws::limit::Limiter;
use crate::aws::{Clients, Failure, Session};
use crate::plan::Plan;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};

/// The calls that may be in flight at once: over all Regions and services, and over all accounts
/// that this process reads. Each has a connection, which takes some 40 kB.
static IN_FLIGHT: Semaphore = Semaphore::const_new(320);

pub(super) struct Run {
    pub(super) session: Arc<Session>,
    pub(super) plan: Arc<Plan>,
    pub(super) progress: Arc<dyn Progress>,
    clients: Mutex<HashMap<Arc<str>, Arc<Clients>>>,
    limiters: Mutex<HashMap<Arc<str>, Arc<Limiter>>>,
    pub(super) silence: Silence,
    /// By what AWS told that the session has expired.
    expired: OnceLock<Failure>,
    /// What was read, unit by unit.
    pub(super) units: Units,
    crashes: Mutex<Vec<String>>,
    /// When each operation is asked only once: those that were.
    once: Option<Mutex<HashSet<&'static str>>>,
}

impl Run {
    pub(super) fn new(session: Arc<Session>, plan: Arc<Plan>, progress: Arc<dyn Progress>) -> Run {
        Run {
            session,
            plan,
            progress,
            clients: Mutex::default(),
            limiters: Mutex::default(),
            silence: Silence::default(),
            expired: OnceLock::new(),
            units: Units::of_one_run(),
            crashes: Mutex::default(),
            once: None,
        }
    }

    /// What these units have read is not read again.
    pub(super) fn after(self, units: Units) -> Run {
        Run { units, ..self }
    }

    /// Each operation is asked once, about the first thing there is, and only for the first page.
    pub(super) fn probing(self) -> Run {
        Run {
            once: Some(Mutex::default()),
            ..self
        }
    }

    pub(super) fn probes(&self) -> bool {
        self.once.is_some()
    }

    /// Whether the operation may be asked: always, unless it was in a run that asks once.
    pub(super) fn may_ask(&self, operation: &'static str) -> bool {
        self.once
            .as_ref()
            .is_none_or(|asked| lock(asked).insert(operation))
    }

    pub(super) fn clients(&self, region: &Arc<str>) -> Arc<Clients> {
        let mut clients = lock(&self.clients);
        clients
            .entry(region.clone())
            .or_insert_with(|| Arc::new(self.session.clients(region)))
            .clone()
    }

    pub(super) fn limiter(&self, region: &Arc<str>) -> Arc<Limiter> {
        lock(&self.limiters)
            .entry(region.clone())
            .or_default()
            .clone()
    }

    pub(super) async fn permit(&self) -> Option<SemaphorePermit<'static>> {
        // The semaphore is never closed, so a permit always comes.
        IN_FLIGHT.acquire().await.ok()
    }

    /// What a call gets that is not made any more; none while the service is asked.
    pub(super) fn given_up(&self, region: &Arc<str>, service: &'static str) -> Option<Failure> {
        let expired = self.expired.get().map(|failure| Failure {
            message: "not asked: the session had expired".to_owned(),
            ..failure.clone()
        });
        expired.or_else(|| self.silence.failure(region, service))
    }

    /// Notes what concerns the calls that are still to come.
    pub(super) fn note(&self, failure: &Failure) {
        if failure.expired() {
            self.expired.get_or_init(|| failure.clone());
        }
    }

    pub(super) fn crashed(&self, message: String) {
        lock(&self.crashes).push(message);
    }

    /// What stopped a collector in the middle, if anything did.
    pub(super) fn crash(&self) -> Option<String> {
        lock(&self.crashes).pop()
    }
}

/// A panic while the lock was held leaves whole entries behind: nothing to poison.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
