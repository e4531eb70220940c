//! Publishing to Security Hub: from an assessment, of this run or kept, to what was accepted.

use super::aws::runtime;
use super::judge::Judging;
use super::output::screen;
use super::settings::Loaded;
use super::{Error, exit, files};
use crate::aws::{Options, Session};
use crate::catalog::Catalog;
use crate::publish::{self, Plan, Settings};
use crate::report::asff::{self, Context};
use crate::report::v1;
use crate::sink::security_hub::{Delivered, Open, Refused, Wanted};
use std::collections::BTreeMap;
use std::path::Path;

/// How findings are published.
#[derive(Clone, Debug, Default)]
pub struct Publishing {
    /// Only the plan is told.
    pub dry_run: bool,
    /// The Region that every finding goes to; that of its resource when none.
    pub hub_region: Option<String>,
    /// Regions where Security Hub is off are left out.
    pub skip_disabled: bool,
    /// Every finding that is sent is told.
    pub steps: bool,
}

/// Where the plan and its outcome are told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Voice {
    /// On the screen, where a report goes: nothing else is told.
    Screen,
    /// Beside the reports of a run.
    Beside,
    /// Only what went wrong.
    Quiet,
}

impl Voice {
    pub(super) fn beside(quiet: bool) -> Voice {
        if quiet { Voice::Quiet } else { Voice::Beside }
    }

    fn say(self, text: &str) -> Result<(), Error> {
        match self {
            Voice::Screen => screen(text.as_bytes())?,
            Voice::Beside => anstream::eprint!("{text}"),
            Voice::Quiet => {}
        }
        Ok(())
    }
}

/// Security Hub, found ready before anything was collected.
pub(crate) struct Publisher {
    publishing: Publishing,
    open: Open,
    voice: Voice,
}

impl Publishing {
    /// Makes sure that findings can be published, before they are collected.
    pub(crate) async fn open(&self, session: &Session, voice: Voice) -> Result<Publisher, Error> {
        let regions = session.regions.iter().map(|region| &**region);
        let hub = self.hub_region.as_deref();
        let wanted = Wanted {
            regions: asff::targets(&session.partition, regions, hub),
            skip_disabled: self.skip_disabled,
            writes: !self.dry_run,
        };
        let (partition, account) = (&session.partition, &session.account);
        let product = |region: &str| asff::product(partition, account, region);
        let open = Open::check(session, &wanted, product).await?;
        if let (Some(doubt), false) = (&open.doubt, matches!(voice, Voice::Quiet)) {
            anstream::eprintln!("{doubt}");
        }
        Ok(Publisher {
            publishing: self.clone(),
            open,
            // Who asks for the plan gets it, however quiet the run.
            voice: match (self.dry_run, voice) {
                (true, Voice::Quiet) => Voice::Beside,
                _ => voice,
            },
        })
    }
}

impl Publisher {
    /// Of a run that was interrupted, nothing is published.
    pub(super) fn interrupted(&self) -> Result<u8, Error> {
        self.voice
            .say("Nothing was published to Security Hub: the run was interrupted.\n")?;
        Ok(exit::DONE)
    }

    /// Plans against what Security Hub has now, tells the plan, and carries it out.
    pub(crate) async fn publish(
        &self,
        document: &v1::Document,
        catalog: &Catalog,
    ) -> Result<u8, Error> {
        let settings = Settings {
            context: Context {
                hub: self.publishing.hub_region.clone(),
                ..Context::published(&document.run, catalog)
            },
            left_out: self.open.left_out.clone(),
            now: crate::collect::now(),
        };
        let held = self
            .open
            .hub
            .held(|region| settings.context.product(region));
        let held = held.await.map_err(|(region, failure)| {
            let why = failure.message;
            Error::Publish(format!("Security Hub's findings in {region} could not be read: {why}\nNothing was published."))
        })?;
        let plan = publish::plan(document, &held, &settings)
            .map_err(|malformed| Error::Usage(malformed.to_string()))?;
        self.voice.say(&self.told(document, &plan))?;
        if self.publishing.dry_run {
            return Ok(exit::DONE);
        }
        let delivered = self.open.hub.deliver(&plan).await;
        self.voice.say(&format!(
            "Security Hub took {} of {}.\n",
            delivered.accepted,
            count(plan.sent())
        ))?;
        if !delivered.refused.is_empty() {
            anstream::eprint!("{}", refused(&delivered));
        }
        // Counted once more: nothing that was sent may go without a word.
        match delivered.accepted == plan.sent() && delivered.refused.is_empty() {
            true => Ok(exit::DONE),
            false => Ok(exit::DELIVERY),
        }
    }

    fn told(&self, document: &v1::Document, plan: &Plan) -> String {
        let run = &document.run;
        let mut text = format!(
            "Security Hub, account {}, as read at {}{}\n{}",
            run.account,
            run.started,
            if self.publishing.dry_run {
                " (dry run: nothing is sent)"
            } else {
                ""
            },
            plan.told()
        );
        if self.publishing.steps {
            text.push_str(&plan.listed());
        }
        text
    }
}

fn count(findings: usize) -> String {
    match findings {
        1 => "1 finding".to_owned(),
        many => format!("{many} findings"),
    }
}

/// How many ids of findings with the same reason are told.
const IDS: usize = 5;

/// What Security Hub refused, by Region and reason.
fn refused(delivered: &Delivered) -> String {
    let mut reasons: BTreeMap<(&str, &str, &str), Vec<&Refused>> = BTreeMap::new();
    for refused in &delivered.refused {
        let reason = (&*refused.region, &*refused.code, &*refused.message);
        reasons.entry(reason).or_default().push(refused);
    }
    let mut text = format!(
        "{} not published; the next run sends them again:\n",
        count(delivered.refused.len())
    );
    for ((region, code, message), findings) in reasons {
        let colon = if code.is_empty() { "" } else { ": " };
        text.push_str(&format!(
            "  {region}: {code}{colon}{message} ({})\n",
            findings.len()
        ));
        for finding in findings.iter().take(IDS) {
            text.push_str(&format!("    {}\n", finding.id));
        }
        if findings.len() > IDS {
            text.push_str(&format!("    and {} more\n", findings.len() - IDS));
        }
    }
    text
}

/// Publishes an assessment that was kept. Of the checks, the titles of their frameworks are
/// needed: all are read, those of one's own among them.
pub fn publish(
    path: &Path,
    options: &Options,
    judging: &Judging,
    publishing: &Publishing,
) -> Result<u8, Error> {
    let document = files::assessment(path)?;
    let Loaded {
        catalog, settings, ..
    } = judging.load_all()?;
    let options = super::aws::options(options, &settings);
    let options = Options {
        regions: document.run.regions.clone(),
        ..options
    };
    let voice = if judging.screen.quiet {
        Voice::Quiet
    } else {
        Voice::Screen
    };
    runtime()?.block_on(async {
        super::interrupt::listen(options.stop.clone());
        let session = Session::open(&options).await?;
        if *session.account != *document.run.account {
            return Err(Error::Usage(format!(
                "the assessment is of account {}, and the credentials are of {}: Security Hub takes findings from their own account only",
                document.run.account, session.account
            )));
        }
        let publisher = publishing.open(&session, voice).await?;
        let code = publisher.publish(&document, &catalog).await?;
        Ok(super::interrupt::code(&options, code))
    })
}
