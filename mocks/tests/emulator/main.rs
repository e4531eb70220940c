//! The emulator as a client sees it, over TCP.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod answers;
mod client;
mod faults;
mod program;
mod readers;

use client::{Reply, ask};
use serde_json::{Value, json};
use waterline_mocks::{Account, Controls, Emulator, Fault, Outcome, Rule, Running};

const ACCOUNT: &str = "111122223333";

/// An account with a few things, in two Regions.
fn account() -> Account {
    let mut account = Account::new(ACCOUNT);
    account.set_regions(["us-east-1", "eu-west-1"]);
    let users: Vec<Value> = (0..7)
        .map(|i| json!({"UserName": format!("u{i}"), "Arn": format!("arn:aws:iam::{ACCOUNT}:user/u{i}")}))
        .collect();
    account.reply("global", "iam", "ListUsers", json!({ "Users": users }));
    let buckets = json!({"Buckets": [
        {"Name": "logs", "BucketRegion": "us-east-1"},
        {"Name": "eu", "BucketRegion": "eu-west-1"},
    ]});
    account.reply("global", "s3", "ListBuckets", buckets);
    let policy = json!({"Policy": "{}"});
    account.reply_to(
        "global",
        "s3",
        "GetBucketPolicy",
        json!({"Bucket": "logs"}),
        Ok(policy),
    );
    let fault = Fault::new("Odd", "odd", 418);
    account.reply_to(
        "global",
        "s3",
        "GetBucketAcl",
        json!({"Bucket": "logs"}),
        Err(fault),
    );
    account.reply(
        "us-east-1",
        "ec2",
        "DescribeVolumes",
        json!({"Volumes": [
            {"VolumeId": "vol-1", "State": "in-use", "Tags": [{"Key": "Name", "Value": "a"}]},
            {"VolumeId": "vol-2", "State": "available"},
        ]}),
    );
    account.reply(
        "us-east-1",
        "kms",
        "ListKeys",
        json!({"Keys": [{"KeyId": "k"}]}),
    );
    account
}

async fn start(controls: Controls) -> Running {
    Emulator::start(vec![account()], controls).await.unwrap()
}

async fn start_with(rule: Rule) -> Running {
    let controls = Controls::default();
    controls.add(rule);
    start(controls).await
}

/// One operation of each protocol: service by signing name, request, what the reply has in it.
fn one_of_each() -> Vec<(&'static str, client::Ask, &'static str)> {
    vec![
        (
            "ec2",
            ask("ec2").form("Action=DescribeVolumes"),
            "<volumeId>vol-1</volumeId>",
        ),
        (
            "iam",
            ask("iam").form("Action=ListUsers"),
            "<UserName>u0</UserName>",
        ),
        ("s3", ask("s3").get("/logs?policy"), "{}"),
        (
            "kms",
            ask("kms").target("TrentService.ListKeys", "{}"),
            "\"KeyId\":\"k\"",
        ),
        ("eks", ask("eks").get("/clusters"), "\"clusters\":[]"),
        (
            "monitoring",
            ask("monitoring").cbor("DescribeAlarms"),
            "MetricAlarms",
        ),
    ]
}

#[tokio::test]
async fn each_protocol_is_answered() {
    let running = start(Controls::default()).await;
    for (name, ask, expected) in one_of_each() {
        let reply = ask.send(&running).await.unwrap();
        assert_eq!(reply.status, 200, "{name}: {}", reply.text());
        assert!(reply.text().contains(expected), "{name}: {}", reply.text());
    }
    let log = running.log();
    let asked: Vec<String> = log
        .iter()
        .map(|entry| format!("{}:{}", entry.service, entry.operation))
        .collect();
    assert_eq!(
        asked,
        [
            "ec2:DescribeVolumes",
            "iam:ListUsers",
            "s3:GetBucketPolicy",
            "kms:ListKeys",
            "eks:ListClusters",
            "cloudwatch:DescribeAlarms"
        ]
    );
    assert!(log.iter().all(|entry| entry.outcome == Outcome::Ok {}));
    assert_eq!(log[2].input, json!({"Bucket": "logs"}));
    assert_eq!(
        (log[0].account.as_str(), log[0].region.as_str()),
        (ACCOUNT, "us-east-1")
    );
    running.clear_log();
    assert!(running.log().is_empty());
    running.stop().await;
}

#[tokio::test]
async fn several_accounts_are_served() {
    let mut other = Account::new("444455556666");
    other.reply(
        "global",
        "iam",
        "ListRoles",
        json!({"Roles": [
            {"RoleName": "reader", "Arn": "arn:aws:iam::444455556666:role/reader"},
        ]}),
    );
    other.add_access_key("AKIAOTHER");
    let running = Emulator::start(vec![account(), other], Controls::default())
        .await
        .unwrap();
    let identity = || ask("sts").form("Action=GetCallerIdentity");
    let of = |reply: Reply| reply.all("Account");
    assert_eq!(of(identity().send(&running).await.unwrap()), [ACCOUNT]);
    let named = identity().key("AKIAOTHER").send(&running).await.unwrap();
    assert_eq!(of(named), ["444455556666"]);
    let encoded = identity()
        .key("AKIA444455556666ABCD")
        .send(&running)
        .await
        .unwrap();
    assert_eq!(of(encoded), ["444455556666"]);

    let assume = |role: &str| {
        ask("sts").form(&format!(
            "Action=AssumeRole&RoleSessionName=s1&RoleArn={role}"
        ))
    };
    let role = "arn:aws:iam::444455556666:role/reader";
    let held = assume(role).send(&running).await.unwrap();
    let key = held.all("AccessKeyId")[0].clone();
    let who = identity().key(&key).send(&running).await.unwrap();
    assert_eq!(
        who.all("Arn"),
        ["arn:aws:sts::444455556666:assumed-role/reader/s1"]
    );
    let users = ask("iam")
        .form("Action=ListUsers")
        .key(&key)
        .send(&running)
        .await
        .unwrap();
    assert!(users.all("UserName").is_empty());
    for refused in [
        "arn:aws:iam::444455556666:role/admin",
        "arn:aws:iam::777777777777:role/r",
        "x",
    ] {
        let reply = assume(refused).send(&running).await.unwrap();
        assert_eq!(reply.code(), "AccessDenied", "{refused}");
    }
}

#[tokio::test]
async fn the_demo_account_answers_and_every_reply_is_well_formed() {
    let demo = Account::demo().unwrap();
    assert_eq!(demo.alias(), Some("meridian-freight"));
    let running = Emulator::start(vec![demo], Controls::default())
        .await
        .unwrap();
    for (service, operation) in [
        ("ec2", "DescribeInstances"),
        ("ec2", "DescribeSecurityGroups"),
        ("iam", "GetAccountAuthorizationDetails"),
        ("rds", "DescribeDBInstances"),
        ("sns", "ListTopics"),
    ] {
        let form = format!("Action={operation}");
        let reply = ask(service).form(&form).send(&running).await.unwrap();
        assert_eq!(reply.status, 200);
        let text = reply.text();
        let mut reader = quick_xml::Reader::from_str(&text);
        reader.config_mut().check_end_names = true;
        let mut elements = 0;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(_) => elements += 1,
                _ => {}
            }
        }
        assert!(elements > 10, "{operation}: {elements}");
    }
}
