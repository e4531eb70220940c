//! Reads Amazon SNS: topics, and whom the account subscribed.

use super::convert::{policy, tags};
use super::{Collector, Cx};
use crate::model::policy::PolicyDocument;
use crate::model::sns::{Subscription, Topic};
use crate::model::{Facet, Scope, Tags};
use aws_sdk_sns::operation::get_topic_attributes::GetTopicAttributesOutput;
use tokio::join;

pub(super) static COLLECTORS: &[Collector] = &[
    Collector {
        gives: &["sns.topic"],
        scope: Scope::Regional,
        run: |cx| Box::pin(topics(cx)),
    },
    Collector {
        gives: &["sns.subscription"],
        scope: Scope::Regional,
        run: |cx| Box::pin(subscriptions(cx)),
    },
];

async fn topics(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "sns:ListTopics",
            None,
            |token| clients.sns().list_topics().set_next_token(token).send(),
            |page| {
                for arn in page
                    .topics
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|t| t.topic_arn)
                {
                    let name = arn.clone();
                    cx.part("sns.topic", &name, |task| topic(task, arn));
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["sns.topic"], &result);
}

/// What one call tells of a topic.
struct Attributes {
    kms_master_key_id: Option<String>,
    policy: Option<PolicyDocument>,
    signature_version: Option<String>,
    subscriptions_confirmed: Option<i64>,
}

async fn topic(cx: Cx, arn: String) {
    let clients = cx.clients();
    let sns = clients.sns();
    let attributes = cx.facet(
        "sns:GetTopicAttributes",
        &arn,
        || sns.get_topic_attributes().topic_arn(&arn).send(),
        attributes,
    );
    let topic_tags = cx.facet(
        "sns:ListTagsForResource",
        &arn,
        || sns.list_tags_for_resource().resource_arn(&arn).send(),
        |reply| {
            let pairs = reply.tags.unwrap_or_default();
            Ok(tags(pairs.into_iter().map(|tag| (tag.key, tag.value))))
        },
    );
    let (attributes, tags) = join!(attributes, topic_tags);
    let name = arn.rsplit(':').next().unwrap_or(&arn).to_owned();
    let facts = Topic {
        kms_master_key_id: attributes.map(|known| known.kms_master_key_id.clone()),
        policy: attributes.map(|known| known.policy.clone()),
        signature_version: attributes.map(|known| known.signature_version.clone()),
        subscriptions_confirmed: attributes.map(|known| known.subscriptions_confirmed),
        name: name.clone(),
    };
    cx.emit(cx.meta(arn, name, tags), facts);
}

fn attributes(reply: GetTopicAttributesOutput) -> Result<Attributes, String> {
    let mut all = reply.attributes.unwrap_or_default();
    let confirmed = all
        .remove("SubscriptionsConfirmed")
        .map(|count| count.parse());
    Ok(Attributes {
        // An empty value is how some tools switch encryption off.
        kms_master_key_id: all.remove("KmsMasterKeyId").filter(|key| !key.is_empty()),
        policy: all.remove("Policy").as_deref().map(policy).transpose()?,
        signature_version: all.remove("SignatureVersion"),
        subscriptions_confirmed: confirmed
            .transpose()
            .map_err(|error| format!("SubscriptionsConfirmed: {error}"))?,
    })
}

async fn subscriptions(cx: Cx) {
    let clients = cx.clients();
    let mut pending: Vec<(String, String)> = Vec::new();
    let result = cx
        .pages(
            "sns:ListSubscriptions",
            None,
            |token| {
                clients
                    .sns()
                    .list_subscriptions()
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for item in page.subscriptions.unwrap_or_default() {
                    let Some((topic, protocol)) = cx.named(
                        "sns.subscription",
                        "sns:ListSubscriptions",
                        item.topic_arn.zip(item.protocol),
                    ) else {
                        continue;
                    };
                    match item.subscription_arn {
                        Some(arn) if arn.starts_with("arn:") => {
                            subscription(&cx, arn, topic, protocol, true);
                        }
                        // Its topic is gone, and AWS will forget it.
                        Some(arn) if arn == "Deleted" => {}
                        _ => pending.push((topic, protocol)),
                    }
                }
                page.next_token
            },
        )
        .await;
    // What waits for its confirmation has no ARN of its own, and the endpoint, which would
    // tell such subscriptions apart, is not kept: they are numbered.
    pending.sort();
    let (mut last, mut number) = (String::new(), 0);
    for (topic, protocol) in pending {
        number = if topic == last { number + 1 } else { 1 };
        let arn = format!("{topic}:pending-confirmation-{number}");
        last.clone_from(&topic);
        subscription(&cx, arn, topic, protocol, false);
    }
    cx.listed(&["sns.subscription"], &result);
}

fn subscription(cx: &Cx, arn: String, topic_arn: String, protocol: String, confirmed: bool) {
    let id = arn.rsplit(':').next().unwrap_or(&arn).to_owned();
    // Subscriptions cannot be tagged.
    let meta = cx.meta(arn, id, Facet::Known(Tags::default()));
    cx.emit(
        meta,
        Subscription {
            topic_arn,
            protocol,
            confirmed,
        },
    );
}
