//! The HTTP server.

mod admin;
mod body;
mod handle;
mod socket;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::answer::Answers;
use crate::log::Log;
use crate::{Account, Controls, LogEntry};
use socket::Socket;

/// Starts emulators.
#[derive(Debug)]
pub struct Emulator;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) answers: Answers,
    pub(crate) controls: Controls,
    pub(crate) log: Log,
    pub(crate) started: Instant,
    /// Requests so far, for their ids.
    pub(crate) requests: AtomicU64,
    /// Requests that are being answered, and the most that were at the same time.
    pub(crate) open: AtomicUsize,
    pub(crate) most_open: AtomicUsize,
}

/// A request that is being answered, until this is dropped.
struct Open<'a>(&'a Shared);

impl Shared {
    fn begin(&self) -> Open<'_> {
        let open = self.open.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_open.fetch_max(open, Ordering::Relaxed);
        Open(self)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An emulator that runs. It stops when this is dropped.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Emulator {
    /// Serves the accounts on a free port of loopback. Must be called in a tokio runtime. Requests
    /// whose access key tells no account are for the first.
    ///
    /// # Errors
    /// When the port cannot be opened.
    pub async fn start(accounts: Vec<Account>, controls: Controls) -> std::io::Result<Running> {
        Self::start_at(accounts, controls, SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Serves the accounts at an address.
    ///
    /// # Errors
    /// When the address cannot be opened.
    pub async fn start_at(
        accounts: Vec<Account>,
        controls: Controls,
        addr: SocketAddr,
    ) -> std::io::Result<Running> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared {
            answers: Answers::new(accounts, controls.clone()),
            controls,
            log: Log::default(),
            started: Instant::now(),
            requests: AtomicU64::new(0),
            open: AtomicUsize::new(0),
            most_open: AtomicUsize::new(0),
        });
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(accept(listener, Arc::clone(&shared), stopped));
        Ok(Running {
            addr,
            shared,
            stop,
            serving,
        })
    }
}

impl Running {
    /// `http://127.0.0.1:PORT`: what `AWS_ENDPOINT_URL` or `--endpoint-url` takes.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The address.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The rules in force.
    #[must_use]
    pub fn controls(&self) -> &Controls {
        &self.shared.controls
    }

    /// Every request so far, in the order in which they were answered.
    #[must_use]
    pub fn log(&self) -> Vec<LogEntry> {
        self.shared.log.all()
    }

    /// How often an operation was asked so far.
    #[must_use]
    pub fn asked(&self, operation: &str) -> usize {
        self.shared.log.count(operation)
    }

    /// The most requests that were being answered at the same time so far.
    #[must_use]
    pub fn most_at_once(&self) -> usize {
        self.shared.most_open.load(Ordering::Relaxed)
    }

    /// Forgets the requests so far.
    pub fn clear_log(&self) {
        self.shared.log.clear();
    }

    /// Stops serving and ends all connections.
    pub async fn stop(self) {
        let Self { stop, serving, .. } = self;
        let _ = stop.send(true);
        // It ends by itself; should it have panicked, there is nothing left to stop.
        let _ = serving.await;
    }
}

/// Serves connections until told to stop, or until the sender is gone.
async fn accept(listener: TcpListener, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.changed() => return,
        };
        // A connection that failed before it was accepted is the client's affair.
        let Ok((stream, _)) = accepted else { continue };
        // Small replies must not wait for the client's acknowledgement.
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        let mut stopped = stopped.clone();
        tokio::spawn(async move {
            let socket = Socket::new(stream);
            let reset = socket.reset_switch();
            let service = service_fn(move |request| {
                handle::handle(Arc::clone(&shared), Arc::clone(&reset), request)
            });
            let serving = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(socket), service);
            // A connection ends with an error when a rule breaks it or the client leaves.
            tokio::select! {
                _ = serving => {}
                _ = stopped.changed() => {}
            }
        });
    }
}
