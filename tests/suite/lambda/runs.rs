//! Runs that end in one invocation: what is kept and how, what is new, and who is told.

use super::{BUCKET, Function, NOW, REGION, aws, event, keys, moto, object, places};
use crate::account::runtime;
use crate::harness::{told, waterline};
use crate::live::Moto;
use serde_json::{Value, json};
use std::process::Command;
use waterline_mocks::{Account, Controls, Emulator, Running};

const ACCOUNT: &str = "111122223333";

/// The demo account, with EBS encryption by default on or off in eu-west-1.
async fn emulator(encrypted: bool) -> Running {
    let mut account = Account::demo().unwrap();
    let reply = json!({"EbsEncryptionByDefault": encrypted});
    account.reply("eu-west-1", "ec2", "GetEbsEncryptionByDefault", reply);
    Emulator::start(vec![account], Controls::default())
        .await
        .unwrap()
}

/// The command line, asking the same places as a function.
fn audit(endpoint: &str, moto: &Moto, arguments: &[&str]) {
    let mut command: Command = waterline();
    command
        .args(["audit", "-q"])
        .args(arguments)
        .envs(places(endpoint, moto))
        .env("SOURCE_DATE_EPOCH", NOW.to_string())
        .env("AWS_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", "x")
        .env("AWS_SECRET_ACCESS_KEY", "x");
    let (code, _, complaint) = told(command.output().unwrap());
    assert_eq!(code, 0, "{complaint}");
}

fn head(moto: &Moto, key: &str) -> Value {
    let arguments = ["s3api", "head-object", "--bucket", BUCKET, "--key", key];
    aws(
        moto,
        &[&arguments[..], &["--checksum-mode", "ENABLED"]].concat(),
    )
}

#[test]
fn what_is_kept_is_what_the_command_line_writes_and_nothing_is_overwritten() {
    let moto = moto();
    runtime().block_on(async {
        let emulator = emulator(true).await;
        let endpoint = emulator.endpoint();
        let work = tokio::task::spawn_blocking(move || {
            let places = places(&endpoint, &moto);
            let function = Function::start(60, NOW, &places);
            let wanted = event(json!({
                "run": "first",
                "deliver": {"bucket": BUCKET, "prefix": "posture/", "formats": ["json", "html", "csv"]},
            }));
            let answer = function.invoke(&wanted);
            assert_eq!(answer["status"], "done", "{answer}");
            assert_eq!((&answer["account"], &answer["run"]), (&json!(ACCOUNT), &json!("first")));
            assert_eq!(answer["compared_with"], Value::Null);
            assert_eq!((&answer["new_findings"], &answer["notified"]), (&json!(0), &json!(false)));
            let folder = format!("posture/{ACCOUNT}/first");
            let names = ["assessment.json", "compared.json", "report.csv", "report.html", "snapshot.wl"];
            assert_eq!(keys(&moto), names.map(|name| format!("{folder}/{name}")));
            let compared = object(&moto, &json!(format!("s3://{BUCKET}/{folder}/compared.json")));
            let compared: Value = serde_json::from_slice(&compared).unwrap();
            assert_eq!(compared, json!({"compared_with": null, "new_findings": 0, "notified": false}));

            let local = tempfile::tempdir().unwrap();
            let at = |name: &str| local.path().join(name).display().to_string();
            let (json, csv) = (format!("json={}", at("assessment.json")), format!("csv={}", at("report.csv")));
            let html = format!("html={}", at("report.html"));
            let snapshot = at("snapshot.wl");
            let outputs = ["--snapshot", &snapshot, "-o", &json, "-o", &csv, "-o", &html];
            audit(&endpoint, &moto, &outputs);
            for name in names.into_iter().filter(|name| *name != "compared.json") {
                let kept = object(&moto, &json!(format!("s3://{BUCKET}/{folder}/{name}")));
                let written = std::fs::read(at(name)).unwrap();
                assert!(kept == written, "{name} is not what the command line writes");
                let head = head(&moto, &format!("{folder}/{name}"));
                assert_eq!(head["ServerSideEncryption"], "AES256", "{head}");
                let digest = ring_sha256(&written);
                assert_eq!(head["ChecksumSHA256"], json!(digest), "{head}");
            }
            let document: Value =
                serde_json::from_slice(&std::fs::read(at("assessment.json")).unwrap()).unwrap();
            assert_eq!(answer["score"], document["score"]["whole"]);
            assert_eq!(answer["coverage"], document["coverage"]);
            assert_eq!(answer["counts"]["verdicts"], document["counts"]);
            assert_eq!(answer["started"], document["run"]["started"]);
            let failures = answer["counts"]["failures"].as_object().unwrap().values();
            let failures: u64 = failures.map(|count| count.as_u64().unwrap()).sum();
            assert_eq!(json!(failures), document["counts"]["fail"]);

            // The same event again gives the same answer, at any time; what is judged otherwise is
            // refused, since nothing is overwritten.
            assert_eq!(function.invoke(&wanted), answer);
            let later = Function::start(60, NOW + 60, &places);
            assert_eq!(later.invoke(&wanted), answer);
            let mut other = wanted.clone();
            other["settings"] = "severities:\n  kms-key-rotation-off: low\n".into();
            let (sort, message) = later.refuses(&other);
            assert_eq!(sort, "WaterlineDelivery");
            assert!(message.contains(&format!("s3://{BUCKET}/{folder}/assessment.json is there already")), "{message}");
            assert_eq!(keys(&moto).len(), names.len());

            // By a key of KMS, and through a role.
            let mut other = wanted.clone();
            other["run"] = "second".into();
            other["deliver"]["kms_key_id"] = "alias/reports".into();
            other["account"] = json!({"role_arn": role(&endpoint), "external_id": "x"});
            let answer = later.invoke(&other);
            assert_eq!(answer["status"], "done", "{answer}");
            assert_eq!(answer["compared_with"], "first");
            let second = format!("posture/{ACCOUNT}/second");
            let told = head(&moto, &format!("{second}/snapshot.wl"));
            assert_eq!(told["ServerSideEncryption"], "aws:kms", "{told}");
            assert!(told["SSEKMSKeyId"].as_str().unwrap().ends_with("alias/reports"), "{told}");
            let kept = object(&moto, &json!(format!("s3://{BUCKET}/{second}/assessment.json")));
            let kept: Value = serde_json::from_slice(&kept).unwrap();
            let caller = kept["run"]["caller"].as_str().unwrap();
            assert!(caller.contains(":assumed-role/") && caller.ends_with("/waterline"), "{caller}");

            // A bucket that is not there.
            let mut other = wanted;
            other["deliver"]["bucket"] = "no-such-bucket".into();
            other["checks"] = json!(["kms-key-rotation-off"]);
            let (sort, message) = later.refuses(&other);
            assert_eq!(sort, "WaterlineDelivery");
            assert!(message.contains("cannot read s3://no-such-bucket/posture/"), "{message}");
            assert!(message.contains("Check the bucket's name"), "{message}");
        });
        work.await.unwrap();
        emulator.stop().await;
    });
}

/// A role of the account, as the command line of AWS lists them.
fn role(endpoint: &str) -> String {
    let mut command = Command::new(crate::harness::stand_ins().join("aws"));
    command.args(["--output", "json", "--endpoint-url", endpoint, "iam"]);
    command.args(["get-account-authorization-details", "--filter", "Role"]);
    let (code, said, complaint) = told(crate::live::credentials(&mut command).output().unwrap());
    assert_eq!(code, 0, "{complaint}");
    let roles: Value = serde_json::from_str(&said).unwrap();
    roles["RoleDetailList"][0]["Arn"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// A checksum as S3 has it, by the openssl of the machine.
fn ring_sha256(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bytes");
    std::fs::write(&file, bytes).unwrap();
    let script = format!(
        "openssl dgst -sha256 -binary {} | openssl base64",
        file.display()
    );
    let (code, said, complaint) = told(Command::new("sh").args(["-c", &script]).output().unwrap());
    assert_eq!(code, 0, "{complaint}");
    said.trim().to_owned()
}

/// A topic whose messages go into a queue: its ARN, and the queue's address.
fn topic(moto: &Moto) -> (String, String) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let topic = text(&aws(moto, &["sns", "create-topic", "--name", "posture"])["TopicArn"]);
    let queue = text(&aws(moto, &["sqs", "create-queue", "--queue-name", "posture"])["QueueUrl"]);
    let arn = [
        "sqs",
        "get-queue-attributes",
        "--queue-url",
        &queue,
        "--attribute-names",
        "QueueArn",
    ];
    let arn = text(&aws(moto, &arn)["Attributes"]["QueueArn"]);
    aws(
        moto,
        &[
            "sns",
            "subscribe",
            "--topic-arn",
            &topic,
            "--protocol",
            "sqs",
            "--notification-endpoint",
            &arn,
        ],
    );
    (topic, queue)
}

/// What lies in the queue, as SNS has put it there.
fn messages(moto: &Moto, queue: &str) -> Vec<Value> {
    let receive = [
        "sqs",
        "receive-message",
        "--queue-url",
        queue,
        "--max-number-of-messages",
        "10",
    ];
    let received = aws(moto, &receive);
    let received = received["Messages"].as_array().cloned().unwrap_or_default();
    let body = |message: &Value| serde_json::from_str(message["Body"].as_str().unwrap()).unwrap();
    received.iter().map(body).collect()
}

#[test]
fn new_failures_are_told_to_a_topic_and_a_schedule_is_an_event() {
    let moto = moto();
    runtime().block_on(async {
        let (before, after) = (emulator(true).await, emulator(false).await);
        let endpoints = [before.endpoint(), after.endpoint()];
        let work = tokio::task::spawn_blocking(move || {
            let (topic, queue) = topic(&moto);
            let own = [
                ("WATERLINE_BUCKET", BUCKET),
                ("WATERLINE_PREFIX", "daily"),
                ("WATERLINE_TOPIC_ARN", &topic),
                ("WATERLINE_SEVERITY", "low"),
            ];
            let start = |endpoint: &str, now: u64| {
                let mut variables = places(endpoint, &moto);
                variables.extend(own);
                Function::start(60, now, &variables)
            };
            let scheduled = |day: u32| {
                json!({
                    "version": "0",
                    "id": format!("0000000{day}-cffa-4f76-80c9-8b7d4a4d2eaa"),
                    "detail-type": "Scheduled Event",
                    "source": "aws.events",
                    "account": "123456789012",
                    "time": format!("2026-11-0{day}T02:00:00Z"),
                    "region": "us-east-1",
                    "resources": ["arn:aws:events:us-east-1:123456789012:rule/daily"],
                    "detail": {},
                })
            };
            let good = start(&endpoints[0], NOW);
            let first = good.invoke(&scheduled(1));
            assert_eq!(first["run"], "20261101T020000Z-00000001", "{first}");
            assert_eq!(
                (&first["new_findings"], &first["notified"]),
                (&json!(0), &json!(false))
            );
            assert!(
                messages(&moto, &queue).is_empty(),
                "the first run is the measure of the next"
            );
            let second = good.invoke(&scheduled(2));
            assert_eq!(second["compared_with"], first["run"], "{second}");
            assert_eq!(
                (&second["new_findings"], &second["notified"]),
                (&json!(0), &json!(false))
            );
            let elsewhere = |run: &str| {
                let mut event = event(json!({"run": run}));
                let missing = format!("{topic}-not");
                event["deliver"] = json!({"prefix": "elsewhere", "notify": {"topic_arn": missing}});
                event
            };
            assert_eq!(good.invoke(&elsewhere("a"))["status"], "done");
            drop(good);

            let worse = start(&endpoints[1], NOW + 86_400);
            // A topic that is not there: the reports are kept, and the caller learns of it.
            let (sort, message) = worse.refuses(&elsewhere("b"));
            assert_eq!(sort, "WaterlineDelivery");
            assert!(message.contains("cannot publish to"), "{message}");
            let kept = |name: &str| keys(&moto).contains(&format!("elsewhere/{ACCOUNT}/b/{name}"));
            assert!(kept("assessment.json") && !kept("compared.json"));
            // Nobody has heard of what was new: the next run tells it, compared with the run before.
            let mut next = elsewhere("c");
            next["deliver"] = json!({"prefix": "elsewhere"});
            let told = worse.invoke(&next);
            assert_eq!(
                (&told["compared_with"], &told["notified"]),
                (&json!("a"), &json!(true)),
                "{told}"
            );
            assert_eq!(messages(&moto, &queue).len(), 1);
            aws(&moto, &["sqs", "purge-queue", "--queue-url", &queue]);

            let third = worse.invoke(&scheduled(3));
            assert_eq!(third["compared_with"], second["run"], "{third}");
            assert_eq!(third["notified"], true, "{third}");
            let count = third["new_findings"].as_u64().unwrap();
            assert!(count >= 1, "{third}");
            let messages = messages(&moto, &queue);
            assert_eq!(messages.len(), 1, "{messages:?}");
            let s = if count == 1 { "" } else { "s" };
            let subject = format!("waterline: {count} new failure{s}, low or worse, in {ACCOUNT}");
            assert_eq!(messages[0]["Subject"], json!(subject));
            let told: Value =
                serde_json::from_str(messages[0]["Message"].as_str().unwrap()).unwrap();
            println!("{}", serde_json::to_string_pretty(&told).unwrap());
            assert_eq!(told["schema"], "waterline.notification/v1");
            assert_eq!(told["new_failures"], json!(count));
            assert_eq!(told["reports"], third["reports"]);
            assert_eq!(told["compared_with"]["run"], second["run"]);
            let worst = told["worst"].as_array().unwrap();
            let found = worst
                .iter()
                .find(|one| one["check"] == "ec2-region-ebs-unencrypted-by-default");
            let found = found.unwrap_or_else(|| panic!("{told}"));
            assert_eq!(
                (&found["region"], &found["cause"]),
                (&json!("eu-west-1"), &json!("resource"))
            );

            // What was there yesterday is not new today.
            let fourth = worse.invoke(&scheduled(4));
            assert_eq!(
                (&fourth["new_findings"], &fourth["notified"]),
                (&json!(0), &json!(false))
            );
            // Nor is anything told when only worse failures count.
            let mut fifth = event(json!({"run": "fifth"}));
            fifth["deliver"] = json!({"notify": {"severity": "critical"}});
            assert_eq!(worse.invoke(&fifth)["notified"], false);
        });
        work.await.unwrap();
        before.stop().await;
        after.stop().await;
    });
}
