//! Amazon SNS: topics and subscriptions.

use super::policy::PolicyDocument;
use super::{Facet, Kind, KindInfo, Read, Scope, Service};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The service's kinds and reads.
pub static SERVICE: Service = Service {
    name: "sns",
    kinds: &[KindInfo::of::<Topic>(), KindInfo::of::<Subscription>()],
    reads: &[
        Read {
            operation: "sns:ListTopics",
            actions: &["sns:ListTopics"],
            gives: &["sns.topic"],
            needs: &[],
            scope: Scope::Regional,
        },
        Read {
            operation: "sns:GetTopicAttributes",
            actions: &["sns:GetTopicAttributes"],
            gives: &[
                "sns.topic.kms_master_key_id",
                "sns.topic.policy",
                "sns.topic.signature_version",
                "sns.topic.subscriptions_confirmed",
            ],
            needs: &["sns.topic"],
            scope: Scope::Regional,
        },
        Read {
            operation: "sns:ListTagsForResource",
            actions: &["sns:ListTagsForResource"],
            gives: &["sns.topic.tags"],
            needs: &["sns.topic"],
            scope: Scope::Regional,
        },
        Read {
            operation: "sns:ListSubscriptions",
            actions: &["sns:ListSubscriptions"],
            gives: &["sns.subscription"],
            needs: &[],
            scope: Scope::Regional,
        },
    ],
};

/// A topic (`sns:ListTopics`).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Topic {
    /// The topic's name; that of a first-in-first-out topic ends in `.fifo`.
    pub name: String,
    /// The KMS key that messages are encrypted with while they are stored, by id, alias or
    /// ARN (`sns:GetTopicAttributes`); `null` when server-side encryption is off.
    pub kms_master_key_id: Facet<Option<String>>,
    /// The access policy (`sns:GetTopicAttributes`).
    pub policy: Facet<Option<PolicyDocument>>,
    /// How messages are signed: `1` with SHA-1, `2` with SHA-256 (`sns:GetTopicAttributes`);
    /// `null` when never set, which is `1`.
    pub signature_version: Facet<Option<String>>,
    /// How many subscriptions are confirmed, those of other accounts among them
    /// (`sns:GetTopicAttributes`); `null` when AWS does not say.
    pub subscriptions_confirmed: Facet<Option<i64>>,
}

impl Kind for Topic {
    const NAME: &'static str = "sns.topic";
}

/// A subscription that the account owns (`sns:ListSubscriptions`). What other accounts
/// subscribe to the account's topics is not listed. Its endpoint may be a person's address and
/// is not kept.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Subscription {
    /// The topic, which may be another account's.
    pub topic_arn: String,
    /// `http`, `https`, `email`, `email-json`, `sms`, `sqs`, `application`, `lambda` or
    /// `firehose`.
    pub protocol: String,
    /// Whether the endpoint's owner confirmed it: until then it receives nothing.
    pub confirmed: bool,
}

impl Kind for Subscription {
    const NAME: &'static str = "sns.subscription";
}
