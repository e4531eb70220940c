//! A topic of SNS: one message, by the caller's own credentials.

use crate::aws::guard::Purpose;
use crate::aws::{Base, Clients, Failure, Retries};
use crate::model::Reason;

/// The longest message, in bytes (API reference of `Publish`: 256 KB, "262,144 bytes, not 262,144
/// characters").
pub const LONGEST: usize = 262_144;
/// The longest subject, in characters, none of them a control character (API reference of
/// `Publish`: "less than 100 characters long").
pub const LONGEST_SUBJECT: usize = 99;

/// A message that was not taken.
#[derive(Debug, thiserror::Error)]
#[error("cannot publish to {topic}: {}{hint}", told(.failure))]
pub struct TopicError {
    topic: String,
    failure: Failure,
    hint: &'static str,
}

fn told(failure: &Failure) -> String {
    match &failure.code {
        Some(code) => format!("{code}: {}", failure.message),
        None => failure.message.clone(),
    }
}

/// A topic.
#[derive(Debug)]
pub struct Topic {
    clients: Clients,
    retries: Retries,
    arn: String,
}

impl Topic {
    /// The topic of this ARN, in the Region that it names. Asks nothing.
    pub fn new(base: &Base, arn: &str) -> Topic {
        let region = arn.split(':').nth(3).filter(|region| !region.is_empty());
        let region = region.map_or_else(|| base.region(), str::to_owned);
        Topic {
            clients: base.clients(&region, Purpose::Topic),
            retries: Retries::default(),
            arn: arn.to_owned(),
        }
    }

    /// Publishes a message. Made again after a fault, it may arrive twice, as SNS's own deliveries
    /// may.
    pub async fn publish(&self, subject: &str, message: &str) -> Result<(), TopicError> {
        let sns = self.clients.sns();
        let reply = self.retries.again(|| {
            sns.publish()
                .topic_arn(&self.arn)
                .subject(subject)
                .message(message)
                .send()
        });
        reply.await.map(|_| ()).map_err(|failure| TopicError {
            topic: self.arn.clone(),
            hint: match failure.reason {
                Reason::Denied => {
                    ". The function's role needs sns:Publish on it, and kms:GenerateDataKey and kms:Decrypt where a KMS key encrypts it"
                }
                _ => "",
            },
            failure,
        })
    }
}
