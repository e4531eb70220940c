//! Which Regions of an account are read: the enabled ones, or those of them that were asked for.

use super::clients::Clients;
use super::error::{CREDENTIALS, Failure};
use super::guard::{Guard, Ledger, Purpose};
use super::retry::Retries;
use crate::model::Reason;
use aws_sdk_ec2::types;
use aws_types::SdkConfig;
use aws_types::region::Region;
use futures_util::future::join_all;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The names of Regions, as EC2 tells them.
pub(super) fn named(regions: Option<Vec<types::Region>>) -> BTreeSet<String> {
    let regions = regions.unwrap_or_default().into_iter();
    regions.filter_map(|region| region.region_name).collect()
}

/// Why no Regions could be chosen.
pub(super) enum NotChosen {
    /// This is not one, or not an enabled one.
    Unknown {
        region: String,
        /// The nearest enabled Region, or how to go on.
        hint: String,
    },
    /// None was asked for, and AWS did not tell which there are.
    Untold(Failure),
}

/// Regions that were asked for, all of them when there is none, in an account.
pub(super) struct Asked<'a> {
    pub(super) config: &'a SdkConfig,
    pub(super) account: &'a str,
    pub(super) ledger: &'a Arc<Ledger>,
    pub(super) retries: Retries,
    pub(super) regions: &'a [String],
}

impl Asked<'_> {
    /// Chooses among the enabled Regions, as far as AWS told which those are.
    pub(super) async fn among(
        &self,
        enabled: Result<BTreeSet<String>, Failure>,
    ) -> Result<Vec<Arc<str>>, NotChosen> {
        let unknown = |region: &str, hint| NotChosen::Unknown {
            region: region.to_owned(),
            hint,
        };
        let chosen: BTreeSet<String> = match enabled {
            Ok(enabled) if self.regions.is_empty() => enabled,
            Ok(enabled) => {
                let stranger = self.regions.iter().find(|name| !enabled.contains(*name));
                if let Some(region) = stranger {
                    return Err(unknown(region, nearest(region, &enabled)));
                }
                self.regions.iter().cloned().collect()
            }
            Err(failure) if self.regions.is_empty() => return Err(NotChosen::Untold(failure)),
            // Who names the Regions may do without ec2:DescribeRegions.
            Err(failure) => {
                if let Some(region) = self.without_answer().await {
                    let hint = format!(
                        ": it does not take the credentials, if it is there. Which are enabled could not be told: {}",
                        failure.message
                    );
                    return Err(unknown(region, hint));
                }
                self.regions.iter().cloned().collect()
            }
        };
        Ok(chosen.into_iter().map(Arc::from).collect())
    }

    /// The first Region in which nothing can be read: its endpoint has no address, or refuses the
    /// credentials. Asked by what needs no permission.
    async fn without_answer(&self) -> Option<&str> {
        let asked = self.regions.iter().map(|region| async move {
            let guard = Guard {
                account: self.account.into(),
                region: region.as_str().into(),
                ledger: self.ledger.clone(),
                purpose: Purpose::Reading,
            };
            let config = self.config.to_builder();
            let config = config.region(Region::new(region.clone())).build();
            let clients = Clients::new(config, guard);
            let sts = clients.sts();
            let reply = self.retries.again(|| sts.get_caller_identity().send());
            let failure = reply.await.err()?;
            let code = failure.code.as_deref().unwrap_or_default();
            let lost = failure.reason == Reason::Unsupported || CREDENTIALS.contains(&code);
            lost.then_some(region.as_str())
        });
        join_all(asked).await.into_iter().flatten().next()
    }
}

fn nearest(region: &str, enabled: &BTreeSet<String>) -> String {
    let nearest = enabled
        .iter()
        .map(|name| (strsim::damerau_levenshtein(name, region), name))
        .filter(|(distance, _)| *distance <= 3)
        .min();
    match nearest {
        Some((_, name)) => format!("; did you mean {name}?"),
        None => {
            let all: Vec<&str> = enabled.iter().map(String::as_str).collect();
            format!(". Enabled are: {}.", all.join(", "))
        }
    }
}
