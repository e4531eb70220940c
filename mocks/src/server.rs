//! The HTTP server.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::{Account, Controls, LogEntry};

/// Starts emulators.
#[derive(Debug)]
pub struct Emulator;

/// An emulator that runs.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    controls: Controls,
}

impl Emulator {
    /// Serves the accounts on a free port of loopback. Must be called in a tokio runtime.
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
        _accounts: Vec<Account>,
        controls: Controls,
        addr: SocketAddr,
    ) -> std::io::Result<Running> {
        let listener = TcpListener::bind(addr).await?;
        Ok(Running {
            addr: listener.local_addr()?,
            controls,
        })
    }
}

impl Running {
    /// `http://127.0.0.1:PORT`: what `AWS_ENDPOINT_URL` or `--endpoint-url` takes.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The rules in force.
    #[must_use]
    pub fn controls(&self) -> &Controls {
        &self.controls
    }

    /// Every request so far, in the order in which they came.
    #[must_use]
    pub fn log(&self) -> Vec<LogEntry> {
        Vec::new()
    }

    /// Forgets the requests so far.
    pub fn clear_log(&self) {}

    /// Stops serving.
    pub async fn stop(self) {}
}
