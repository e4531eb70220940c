//! A session that is opened while the catalogue is compiled: both take about as long, and neither
//! needs the other, but for what the settings say of the account.

use super::{Config, Error, aws, interrupt};
use crate::aws::{Options, Session, SessionError};
use crate::settings::Settings;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

/// A session to be.
pub(super) struct Opening<'a> {
    flags: &'a Options,
    options: Options,
    /// There until it is taken or dropped.
    runtime: Option<Runtime>,
    session: JoinHandle<Result<Session, SessionError>>,
}

impl<'a> Opening<'a> {
    /// Begins to open a session, by the flags and what can be told of the settings already.
    pub(super) fn begin(flags: &'a Options, config: &Config) -> Result<Opening<'a>, Error> {
        let runtime = aws::runtime()?;
        let options = aws::options(flags, &config.account());
        let session = runtime.spawn({
            let options = options.clone();
            async move {
                interrupt::listen(options.stop.clone());
                Session::open(&options).await
            }
        });
        Ok(Opening {
            flags,
            options,
            runtime: Some(runtime),
            session,
        })
    }

    /// The session by the settings as they were read.
    pub(super) fn finish(
        mut self,
        settings: &Settings,
    ) -> Result<(Runtime, Options, Session), Error> {
        let options = aws::options(self.flags, settings);
        let runtime = match self.runtime.take() {
            Some(runtime) => runtime,
            None => aws::runtime()?,
        };
        let foreseen = |of: &Options| (of.profile.clone(), of.regions.clone());
        let session = runtime.block_on(async {
            // The file of settings may have been changed between the two readings of it.
            if foreseen(&options) != foreseen(&self.options) {
                return Ok(Session::open(&options).await?);
            }
            let session = (&mut self.session).await;
            Ok::<_, Error>(session.map_err(|crash| Error::Bug(crash.to_string()))??)
        })?;
        Ok((runtime, options, session))
    }
}

impl Drop for Opening<'_> {
    /// What is wrong with a check is told at once, whatever AWS is still being asked.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
