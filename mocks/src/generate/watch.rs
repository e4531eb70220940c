//! What watches: trails, log groups, alarms, topics, recorders, detectors; and repositories.

use serde_json::{Value, json};

use super::{Place, policy};

pub(super) fn fill(place: &mut Place<'_>) {
    trails(place);
    let groups: Vec<Value> = (0..place.spec.mix.log_groups)
        .map(|number| {
            let name = format!("/app/service-{number:05}");
            let kept = place.random.chance(60).then_some(365);
            json!({
                "logGroupName": name, "creationTime": 1_700_000_000_000_i64,
                "retentionInDays": kept, "metricFilterCount": 0, "storedBytes": 1024,
                "arn": place.arn("logs", &format!("log-group:{name}:*")),
                "logGroupArn": place.arn("logs", &format!("log-group:{name}")),
                "logGroupClass": "STANDARD",
            })
        })
        .collect();
    place.reply("logs", "DescribeLogGroups", json!({ "logGroups": groups }));
    topics(place);
    if place.spec.mix.topics == 0 {
        return;
    }
    if place.random.chance(75) {
        recorder(place);
    }
    if place.random.chance(75) {
        detector(place);
    }
    let repositories: Vec<Value> = (0..place.spec.mix.topics)
        .map(|number| {
            let name = format!("image-{number:04}");
            let mutability = if place.random.chance(50) {
                "IMMUTABLE"
            } else {
                "MUTABLE"
            };
            json!({
                "repositoryName": name, "registryId": place.spec.id,
                "repositoryArn": place.arn("ecr", &format!("repository/{name}")),
                "createdAt": place.random.time(), "imageTagMutability": mutability,
                "imageScanningConfiguration": {"scanOnPush": place.random.chance(70)},
                "encryptionConfiguration": {"encryptionType": "AES256"},
            })
        })
        .collect();
    place.reply(
        "ecr",
        "DescribeRepositories",
        json!({ "repositories": repositories }),
    );
}

/// One trail of all Regions, at home; the other Regions show it as a shadow.
fn trails(place: &mut Place<'_>) {
    let Some(home) = place.spec.regions.first().cloned() else {
        return;
    };
    if place.spec.mix.buckets == 0 {
        return;
    }
    let arn = format!("arn:aws:cloudtrail:{home}:{}:trail/all", place.spec.id);
    let trail = json!({
        "Name": "all", "TrailARN": arn, "HomeRegion": home, "S3BucketName": "trail-logs",
        "IncludeGlobalServiceEvents": true, "IsMultiRegionTrail": true,
        "IsOrganizationTrail": false, "LogFileValidationEnabled": true,
        "HasCustomEventSelectors": true, "HasInsightSelectors": false,
    });
    place.reply(
        "cloudtrail",
        "DescribeTrails",
        json!({ "trailList": [trail] }),
    );
    let row = json!({"TrailARN": arn, "Name": "all", "HomeRegion": home});
    place.reply("cloudtrail", "ListTrails", json!({ "Trails": [row] }));
    if !place.is_home() {
        return;
    }
    let mut set = |operation: &str, input: Value, output: Value| {
        place
            .account
            .reply_to("global", "cloudtrail", operation, input, Ok(output));
    };
    set(
        "GetTrail",
        json!({ "Name": arn }),
        json!({ "Trail": trail }),
    );
    let status = json!({"IsLogging": true, "StartLoggingTime": "2021-01-04T10:00:00Z",
                        "LatestDeliveryTime": "2026-11-22T11:50:00Z"});
    set("GetTrailStatus", json!({ "Name": arn }), status);
    let selectors = json!({"TrailARN": arn, "EventSelectors": [
        {"ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": []},
    ]});
    set("GetEventSelectors", json!({ "TrailName": arn }), selectors);
}

fn topics(place: &mut Place<'_>) {
    let (mut topics, mut subscriptions) = (Vec::new(), Vec::new());
    for number in 0..place.spec.mix.topics {
        let arn = place.arn("sns", &format!("topic-{number:04}"));
        let principal = if place.random.chance(5) {
            json!("*")
        } else {
            json!({"AWS": format!("arn:aws:iam::{}:root", place.spec.id)})
        };
        let statement = json!({"Effect": "Allow", "Principal": principal,
                               "Action": "SNS:Publish", "Resource": arn});
        let mut attributes = json!({"TopicArn": arn, "Owner": place.spec.id,
                                    "Policy": policy(statement).to_string(),
                                    "SubscriptionsConfirmed": "1"});
        if place.random.chance(50) {
            attributes["KmsMasterKeyId"] = json!("alias/aws/sns");
        }
        let input = json!({ "TopicArn": arn });
        place.reply_to(
            "sns",
            "GetTopicAttributes",
            input,
            json!({ "Attributes": attributes }),
        );
        subscriptions.push(json!({
            "SubscriptionArn": format!("{arn}:{}", place.random.uuid()), "TopicArn": arn,
            "Owner": place.spec.id, "Protocol": "email", "Endpoint": "ops@example.com",
        }));
        topics.push(json!({ "TopicArn": arn }));
    }
    place.reply("sns", "ListTopics", json!({ "Topics": topics }));
    place.reply(
        "sns",
        "ListSubscriptions",
        json!({ "Subscriptions": subscriptions }),
    );
}

fn recorder(place: &mut Place<'_>) {
    let role = format!("arn:aws:iam::{}:role/config", place.spec.id);
    place.reply(
        "config",
        "DescribeConfigurationRecorders",
        json!({"ConfigurationRecorders": [
            {"name": "default", "roleARN": role,
             "recordingGroup": {"allSupported": true, "includeGlobalResourceTypes": true}},
        ]}),
    );
    let recording = place.random.chance(85);
    let status = json!({"ConfigurationRecordersStatus": [
        {"name": "default", "recording": recording, "lastStatus": "SUCCESS"},
    ]});
    place.reply("config", "DescribeConfigurationRecorderStatus", status);
    place.reply(
        "config",
        "DescribeDeliveryChannels",
        json!({"DeliveryChannels": [
            {"name": "default", "s3BucketName": "config-history"},
        ]}),
    );
}

fn detector(place: &mut Place<'_>) {
    let id = place.random.hex(32);
    place.reply("guardduty", "ListDetectors", json!({"DetectorIds": [id]}));
    let status = if place.random.chance(85) {
        "ENABLED"
    } else {
        "DISABLED"
    };
    let output = json!({"Status": status, "ServiceRole": "role", "Tags": {},
                        "CreatedAt": "2024-01-01T00:00:00.000Z",
                        "FindingPublishingFrequency": "SIX_HOURS"});
    place.reply_to(
        "guardduty",
        "GetDetector",
        json!({ "DetectorId": id }),
        output,
    );
}
