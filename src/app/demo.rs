//! The demo account: the emulator in this process, and a session that asks it.

use super::Error;
use crate::aws::Options;
use waterline_mocks::{Account, Controls, Emulator, Running};

/// Starts the emulator on a free port of the loopback interface.
pub(super) async fn start() -> Result<Running, Error> {
    let bug = |what: &dyn std::fmt::Display| Error::Bug(format!("the demo account: {what}"));
    let account = Account::demo().map_err(|error| bug(&error))?;
    Emulator::start(vec![account], Controls::default())
        .await
        .map_err(|error| bug(&error))
}

/// A session of its own: the user's credentials and Regions have no part in it.
pub(super) fn options(emulator: &Running) -> Options {
    Options {
        endpoint_url: Some(emulator.endpoint().to_owned()),
        credentials: Some(("demo".to_owned(), "demo".to_owned())),
        ..Options::default()
    }
}
