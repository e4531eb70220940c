//! Security Hub: what it has of ours is read, what a plan sends is imported in batches, and what
//! it refuses is sent once more alone, then told.

mod check;
mod raw;
mod read;

pub use check::{HubError, Open, Wanted};

use crate::aws::limit::Limiter;
use crate::aws::{Clients, Failure, Session};
use crate::model::Reason;
use crate::publish::{Batch, Plan, batches};
use aws_sdk_securityhub::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_securityhub::types::ImportFindingsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::sync::Arc;

/// How many batches of a Region are on their way at once.
const AT_ONCE: usize = 4;

/// Security Hub in the Regions that findings go to.
pub struct SecurityHub {
    session: Session,
    places: BTreeMap<String, Place>,
}

/// Security Hub in one Region.
struct Place {
    clients: Clients,
    limiter: Arc<Limiter>,
}

/// What became of what was sent: each finding is either accepted or refused.
#[derive(Debug, Default)]
pub struct Delivered {
    /// How many findings Security Hub took.
    pub accepted: usize,
    /// Those that it did not take, sorted.
    pub refused: Vec<Refused>,
}

/// A finding that Security Hub did not take.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    /// The Region.
    pub region: String,
    /// AWS's code.
    pub code: String,
    /// AWS's message.
    pub message: String,
    /// The finding's id in Security Hub.
    pub id: String,
}

impl SecurityHub {
    /// Security Hub in these Regions. Asks nothing.
    pub fn new(session: &Session, regions: &BTreeSet<String>) -> SecurityHub {
        let session = session.for_delivery();
        let places = regions.iter().map(|region| {
            let place = Place {
                clients: session.clients(&region.as_str().into()),
                limiter: Arc::default(),
            };
            (region.clone(), place)
        });
        let places = places.collect();
        SecurityHub { session, places }
    }

    /// Sends what a plan sends, every Region at once. Stops where the user stops it.
    pub async fn deliver(&self, plan: &Plan) -> Delivered {
        let mut regions: BTreeMap<String, Vec<Batch>> = BTreeMap::new();
        for batch in batches(plan) {
            regions.entry(batch.region.clone()).or_default().push(batch);
        }
        let regions = regions.into_values().map(|batches| async move {
            let sent = batches.into_iter().map(|batch| self.send(batch));
            futures_util::stream::iter(sent)
                .buffer_unordered(AT_ONCE)
                .collect::<Vec<Delivered>>()
                .await
        });
        let mut whole = Delivered::default();
        for part in join_all(regions).await.into_iter().flatten() {
            whole.accepted += part.accepted;
            whole.refused.extend(part.refused);
        }
        whole.refused.sort();
        whole
    }

    /// Sends a batch, and what is refused of it once more, each finding alone.
    async fn send(&self, batch: Batch) -> Delivered {
        let mut delivered = Delivered::default();
        let refused = match self.import(&batch).await {
            Ok(refused) => refused,
            // Nobody may import here, or nobody answers: one by one goes no better.
            Err(failure) if failure.code.as_deref() != Some("InvalidInputException") => {
                let region = &batch.region;
                let all = batch.findings.iter();
                delivered.refused = all.map(|(id, _)| refusal(region, id, &failure)).collect();
                return delivered;
            }
            Err(failure) => {
                let all = batch.findings.iter();
                all.map(|(id, _)| refusal(&batch.region, id, &failure))
                    .collect()
            }
        };
        let again = again(&batch, &refused);
        delivered.accepted = batch.findings.len() - again.len();
        let region = batch.region.clone();
        let alone = batch.alone();
        for one in alone.filter(|one| again.contains(&one.findings[0].0)) {
            let id = &one.findings[0].0;
            match self.import(&one).await {
                Ok(refused) => match refused.into_iter().next() {
                    None => delivered.accepted += 1,
                    // It was sent alone: it is meant, whatever the reply calls it.
                    Some(refused) => delivered.refused.push(Refused {
                        id: id.clone(),
                        ..refused
                    }),
                },
                Err(failure) => delivered.refused.push(refusal(&region, id, &failure)),
            }
        }
        delivered
    }

    /// Imports a batch; gives what Security Hub refused of it.
    async fn import(&self, batch: &Batch) -> Result<Vec<Refused>, Failure> {
        let body = batch.body();
        let reply = self
            .call(&batch.region, IMPORT, |clients| {
                let body = body.clone();
                // The bytes that were measured are the bytes that are sent: the SDK's own types
                // would be a second spelling of the same format.
                clients
                    .securityhub()
                    .batch_import_findings()
                    .set_findings(Some(Vec::new()))
                    .customize()
                    .mutate_request(move |request| {
                        let length = body.len().to_string();
                        request.headers_mut().insert("content-length", length);
                        *request.body_mut() = SdkBody::from(body.clone());
                    })
                    .send()
            })
            .await?;
        let refused = reply.failed_findings.unwrap_or_default().into_iter();
        let refused = refused.map(|error: ImportFindingsError| Refused {
            region: batch.region.clone(),
            code: error.error_code.unwrap_or_default(),
            message: error.error_message.unwrap_or_default(),
            id: error.id.unwrap_or_default(),
        });
        let mut refused: Vec<Refused> = refused.collect();
        // More may have failed than are named.
        let failed = usize::try_from(reply.failed_count.unwrap_or_default()).unwrap_or_default();
        refused.resize_with(refused.len().max(failed), || Refused {
            region: batch.region.clone(),
            code: String::new(),
            message: UNNAMED.to_owned(),
            id: String::new(),
        });
        Ok(refused)
    }

    /// A call in a Region, paced by its limit, again after a throttle, a fault or no answer.
    async fn call<O, E, F>(
        &self,
        region: &str,
        operation: Paced,
        call: impl Fn(&Clients) -> F,
    ) -> Result<O, Failure>
    where
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        let Some(place) = self.places.get(region) else {
            return Err(Failure {
                reason: Reason::NotCollected,
                code: None,
                message: format!("nothing is sent to {region}"),
                transient: false,
            });
        };
        let (name, bucket) = operation;
        let mut attempts = 0;
        loop {
            if self.session.stop.is_stopped() {
                return Err(Failure::interrupted());
            }
            let pass = match self.session.unpaced {
                true => None,
                false => Some(place.limiter.acquire(bucket, async {}).await.0),
            };
            let failure = match Box::pin(call(&place.clients)).await {
                Ok(reply) => return Ok(reply),
                Err(error) => Failure::of(&error),
            };
            if failure.reason == Reason::Throttled {
                if let Some(pass) = pass {
                    pass.throttled();
                }
                let account = &self.session.account;
                self.session.ledger.throttled(name, account, region);
            } else {
                drop(pass);
            }
            attempts += 1;
            if !failure.transient || !self.session.retries.goes_on_after(attempts) {
                return Err(failure);
            }
            tokio::time::sleep(self.session.retries.pause_after(attempts)).await;
        }
    }
}

/// An operation, and the rate limit that it counts for.
type Paced = (&'static str, &'static str);
const IMPORT: Paced = ("securityhub:BatchImportFindings", "securityhub");
const GET: Paced = ("securityhub:GetFindings", "securityhub:GetFindings");
const DESCRIBE: Paced = ("securityhub:DescribeHub", "securityhub");

/// What is told of a failure that Security Hub counts and does not name.
const UNNAMED: &str = "Security Hub says that it failed, and not why";

/// The findings of a batch that are sent once more, by id: those that were refused. Where a refusal
/// names none of them, or one twice, nobody knows which it was, and all are: what was taken is
/// not taken twice, since its time is the same.
fn again(batch: &Batch, refused: &[Refused]) -> BTreeSet<String> {
    let sent: BTreeSet<&str> = batch.findings.iter().map(|(id, _)| &**id).collect();
    let named: BTreeSet<&str> = refused.iter().map(|refused| &*refused.id).collect();
    let known = named.len() == refused.len() && named.is_subset(&sent);
    let again = if known { named } else { sent };
    again.into_iter().map(str::to_owned).collect()
}

fn refusal(region: &str, id: &str, failure: &Failure) -> Refused {
    Refused {
        region: region.to_owned(),
        code: failure.code.clone().unwrap_or_default(),
        message: failure.message.clone(),
        id: id.to_owned(),
    }
}
