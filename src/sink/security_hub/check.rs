//! Whether findings can be sent at all: asked before anything is collected.

use super::{DESCRIBE, SecurityHub};
use crate::aws::{Failure, NotSimulated, Session};
use crate::model::Reason;
use futures_util::future::join_all;
use std::collections::BTreeSet;
use std::fmt;

/// What Security Hub answers where it is off.
const OFF: [&str; 2] = ["InvalidAccessException", "ResourceNotFoundException"];
/// The action that writes.
const WRITE: &str = "securityhub:BatchImportFindings";

/// What is wanted of Security Hub.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The Regions that findings go to.
    pub regions: BTreeSet<String>,
    /// Regions where it is off are left out, instead of ending the run.
    pub skip_disabled: bool,
    /// Findings are imported, not only planned.
    pub writes: bool,
}

/// Security Hub, found ready.
pub struct Open {
    /// In the Regions where it is on.
    pub hub: SecurityHub,
    /// The Regions where it is off.
    pub left_out: BTreeSet<String>,
    /// Why it is not known whether findings may be imported; none if they may.
    pub doubt: Option<String>,
}

/// Findings cannot be sent.
#[derive(Debug)]
pub struct HubError {
    /// Regions, or actions, and what is wrong.
    wrong: Vec<(String, String)>,
    /// How to go on.
    hint: &'static str,
}

impl fmt::Display for HubError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "findings cannot be published to Security Hub")?;
        for (place, why) in &self.wrong {
            writeln!(out, "  {place}: {why}")?;
        }
        out.write_str(self.hint)
    }
}

impl std::error::Error for HubError {}

const ENABLE: &str = "Enable Security Hub CSPM there, leave such Regions out with --skip-disabled-hubs, or send all findings to one Region with --hub-region.";
const GRANT: &str = "`waterline policy --publish security-hub` prints the policy with the actions that publishing needs.";
const ASK: &str = "Security Hub must answer before anything is collected: check the network, or the Regions with --region.";

impl Open {
    /// Asks, in every Region, whether Security Hub is on and our findings may be read; and of
    /// IAM's policy simulator, whether they may be imported. An import itself cannot be tried
    /// without leaving a finding.
    pub async fn check(
        session: &Session,
        wanted: &Wanted,
        product: impl Fn(&str) -> String,
    ) -> Result<Open, HubError> {
        let mut hub = SecurityHub::new(session, &wanted.regions);
        let asked = wanted.regions.iter().map(|region| {
            let (hub, product) = (&hub, product(region));
            async move { (region.clone(), hub.ready(region, product).await) }
        });
        let (mut left_out, mut wrong, mut denied, mut off) =
            (BTreeSet::new(), Vec::new(), false, false);
        for (region, answer) in join_all(asked).await {
            let Err(failure) = answer else { continue };
            let is_off = OFF.contains(&failure.code.as_deref().unwrap_or_default());
            let not_here = is_off || failure.reason == Reason::Unsupported;
            if not_here && wanted.skip_disabled {
                left_out.insert(region);
                continue;
            }
            off |= not_here;
            denied |= failure.reason == Reason::Denied;
            wrong.push((region, told(&failure, is_off)));
        }
        if wrong.is_empty() && left_out.len() == wanted.regions.len() {
            off = true;
            let regions = left_out.iter().cloned();
            wrong.extend(regions.map(|region| (region, IS_OFF.to_owned())));
        }
        let doubt = match wanted.writes && wrong.is_empty() {
            true => match session.for_delivery().simulate(&[WRITE].into()).await {
                Ok(simulated) => {
                    let refused = simulated.refused.into_iter();
                    wrong.extend(refused);
                    denied |= !wrong.is_empty();
                    None
                }
                Err(error) => Some(doubt(&error)),
            },
            false => None,
        };
        if !wrong.is_empty() {
            let hint = match (off, denied) {
                (true, _) => ENABLE,
                (false, true) => GRANT,
                (false, false) => ASK,
            };
            return Err(HubError { wrong, hint });
        }
        hub.places.retain(|region, _| !left_out.contains(region));
        Ok(Open {
            hub,
            left_out,
            doubt,
        })
    }
}

impl SecurityHub {
    /// Whether it is on in a Region, and our findings may be read. The account's own product
    /// is there as soon as Security Hub is.
    async fn ready(&self, region: &str, product: String) -> Result<(), Failure> {
        self.call(region, DESCRIBE, |clients| {
            clients.securityhub().describe_hub().send()
        })
        .await?;
        self.may_read(region, &product).await
    }
}

const IS_OFF: &str = "Security Hub is not enabled";

fn told(failure: &Failure, is_off: bool) -> String {
    let code = failure.code.as_deref().unwrap_or_default();
    let message = &failure.message;
    match (is_off, code.is_empty()) {
        (true, _) => format!("{IS_OFF} ({code}: {message})"),
        (false, true) => message.clone(),
        (false, false) => format!("{code}: {message}"),
    }
}

fn doubt(error: &NotSimulated) -> String {
    format!("whether {WRITE} is allowed shows only when the first batch is sent: {error}")
}
