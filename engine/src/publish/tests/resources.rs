//! Tags and details of resources: what makes a finding another one, and what does not.

use super::lifecycle::{bucket, only, planned, published, reasons};
use super::*;
use super::{hub::Hub, world::Sight, world::document};
use serde_json::{Value, json};

/// The run of a day, which knows this of the one bucket.
fn run(day: u32, tags: Value, details: Value) -> v1::Document {
    let mut document = document(&bucket(Verdict::Fail), &Sight::whole(), day);
    let result = &document.results[0];
    let resource = json!({
        "kind": result.kind, "account": result.account, "region": result.region,
        "arn": result.arn, "tags": tags, "details": details,
    });
    document.resources = vec![serde_json::from_value(resource).unwrap()];
    document
}

fn tags(hub: &Hub) -> Option<BTreeMap<String, String>> {
    only(hub).resources[0].tags.clone()
}

#[test]
fn a_tag_that_changes_is_sent_and_tags_that_were_not_read_stay() {
    let mut hub = Hub::default();
    let prod = Some(BTreeMap::from([("env".to_owned(), "prod".to_owned())]));
    published(&mut hub, &run(0, json!({"env": "prod"}), json!({})));
    assert_eq!(tags(&hub), prod);
    let unread = published(&mut hub, &run(1, json!(null), json!({})));
    assert_eq!(reasons(&unread), [Reason::Unchanged]);
    // Sent for another reason, and by a document that tells nothing of resources.
    let world = bucket(Verdict::Pass);
    let passes = published(&mut hub, &document(&world, &Sight::whole(), 2));
    assert_eq!(reasons(&passes), [Reason::Now(Verdict::Pass)]);
    assert_eq!(tags(&hub), prod);
    published(&mut hub, &run(3, json!({"env": "prod"}), json!({})));
    let changed = published(&mut hub, &run(4, json!({"env": "test"}), json!({})));
    assert_eq!(reasons(&changed), [Reason::Changed]);
    assert_eq!(tags(&hub).unwrap()["env"], "test");
    let removed = published(&mut hub, &run(5, json!({}), json!({})));
    assert_eq!(reasons(&removed), [Reason::Changed]);
    assert_eq!(tags(&hub), None);
}

#[test]
fn details_alone_make_no_update_and_go_with_the_next() {
    let mut hub = Hub::default();
    let versioning = |status: &str| json!({"versioning": {"status": status, "mfa_delete": null}});
    let told = |hub: &Hub| {
        let typed = &only(hub).resources[0].details.typed["AwsS3Bucket"];
        typed["BucketVersioningConfiguration"]["Status"].clone()
    };
    published(&mut hub, &run(0, json!({}), versioning("Enabled")));
    assert_eq!(told(&hub), "Enabled");
    let other = published(&mut hub, &run(1, json!({}), versioning("Suspended")));
    assert_eq!(reasons(&other), [Reason::Unchanged]);
    let later = published(&mut hub, &run(40, json!({}), versioning("Suspended")));
    assert_eq!(reasons(&later), [Reason::Refresh]);
    assert_eq!(told(&hub), "Suspended");
    // What is archived keeps what was known of it.
    let gone = document(&Default::default(), &Sight::whole(), 41);
    assert_eq!(reasons(&published(&mut hub, &gone)), [Reason::Gone]);
    assert_eq!(told(&hub), "Suspended");
}

#[test]
fn details_that_are_too_many_go_first() {
    let rules: Vec<Value> = (0..4000)
        .map(|number| json!({"sse_algorithm": format!("{number:0100}")}))
        .collect();
    let document = run(0, json!({"env": "prod"}), json!({"encryption": rules}));
    let plan = planned(&Hub::default(), &document);
    let sent = plan.steps[0].finding.as_ref().unwrap();
    assert!(serde_json::to_vec(sent).unwrap().len() <= LARGEST_FINDING);
    assert!(sent.resources[0].details.typed.is_empty());
    assert_eq!(sent.resources[0].tags.as_ref().unwrap()["env"], "prod");
    assert_eq!(sent.resources[0].details.other["Kind"], "s3.bucket");
}
