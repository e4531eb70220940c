//! Whole runs against the emulator.

use crate::harness::{told, waterline};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use waterline::aws::{Options, Session};
use waterline_mocks::{Account, Controls, Effect, Emulator, Rule, Running};

/// A moment for every run, so that runs can be compared byte for byte.
const NOW: &str = "1795348800";

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}

pub(crate) async fn emulator(controls: Controls) -> Running {
    let account = Account::demo().unwrap();
    Emulator::start(vec![account], controls).await.unwrap()
}

/// Runs the program against an emulator; gives its exit code and what it said.
pub(crate) async fn ask(emulator: &Running, arguments: &[&str]) -> (i32, String, String) {
    let mut command = waterline();
    command
        .args(arguments)
        .args(["--endpoint-url", &emulator.endpoint()])
        .env("SOURCE_DATE_EPOCH", NOW)
        .env("AWS_ACCESS_KEY_ID", "x")
        .env("AWS_SECRET_ACCESS_KEY", "x");
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    told(output.unwrap().unwrap())
}

/// A session in this process that asks an emulator.
pub(crate) async fn session(emulator: &Running) -> Session {
    let options = Options {
        endpoint_url: Some(emulator.endpoint()),
        credentials: Some(("x".to_owned(), "x".to_owned())),
        ..Options::default()
    };
    Session::open(&options).await.unwrap()
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}

#[test]
fn two_runs_give_the_same_bytes_and_so_do_the_two_halves() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| path(folder.path(), name);
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        for run in ["a", "b"] {
            let snapshot = at(&format!("{run}.gz"));
            let json = format!("json={}", at(&format!("{run}.json")));
            let (code, _, complaint) = ask(
                &emulator,
                &["audit", "-q", "--snapshot", &snapshot, "-o", &json],
            )
            .await;
            assert_eq!(code, 0, "{complaint}");
        }
        let collected = at("c.gz");
        let (code, _, complaint) = ask(&emulator, &["collect", "-q", "-o", &collected]).await;
        assert_eq!(code, 0, "{complaint}");
        emulator.stop().await;
    });
    let json = format!("json={}", at("c.json"));
    let output = waterline()
        .args(["assess", &at("c.gz"), "-q", "-o", &json])
        .output()
        .unwrap();
    assert!(output.status.success());
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert!(read("a.gz") == read("b.gz"), "two snapshots differ");
    assert!(read("a.json") == read("b.json"), "two assessments differ");
    assert!(
        read("a.gz") == read("c.gz"),
        "collect and audit read differently"
    );
    assert!(
        read("a.json") == read("c.json"),
        "collect and assess differ from audit"
    );
}

/// The operations that the emulator was asked, without those that open a session.
fn asked(emulator: &Running) -> BTreeSet<String> {
    emulator
        .log()
        .iter()
        .map(|request| format!("{}:{}", request.service, request.operation))
        .filter(|name| name != "sts:GetCallerIdentity" && name != "ec2:DescribeRegions")
        .collect()
}

#[test]
fn a_region_that_is_none_gets_the_nearest_name() {
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let (code, _, complaint) = ask(&emulator, &["audit", "--region", "us-esat-1"]).await;
        assert_eq!(code, 2);
        insta::assert_snapshot!(complaint);
        emulator.stop().await;
    });
}

#[test]
fn an_expired_token_says_how_to_sign_in_again() {
    runtime().block_on(async {
        let controls = Controls::default();
        let expired = Effect::Error {
            code: Some("ExpiredToken".to_owned()),
            message: Some("The security token included in the request is expired".to_owned()),
            status: 403,
        };
        controls.add(Rule::new("sts:GetCallerIdentity", expired));
        let emulator = emulator(controls).await;
        let (code, _, complaint) = ask(&emulator, &["audit"]).await;
        assert_eq!(code, 2);
        insta::assert_snapshot!(complaint);
        emulator.stop().await;
    });
}

/// One client of each protocol, with an operation that writes.
#[tokio::test]
async fn an_undeclared_operation_cannot_leave_the_process() {
    let emulator = emulator(Controls::default()).await;
    let session = session(&emulator).await;
    let before = emulator.log().len();
    let clients = session.clients(&"us-east-1".into());
    // Query, EC2's own, XML, JSON, JSON by paths, CBOR.
    let user = clients.iam().delete_user().user_name("alice.hart");
    let instance = clients.ec2().terminate_instances().instance_ids("i-1");
    let bucket = clients.s3().delete_bucket().bucket("logs");
    let key = clients.kms().schedule_key_deletion().key_id("k");
    let cluster = clients.eks().delete_cluster().name("web");
    let alarm = clients.cloudwatch().delete_alarms().alarm_names("a");
    let refusals = [
        ("iam:DeleteUser", refusal(user.send().await)),
        ("ec2:TerminateInstances", refusal(instance.send().await)),
        ("s3:DeleteBucket", refusal(bucket.send().await)),
        ("kms:ScheduleKeyDeletion", refusal(key.send().await)),
        ("eks:DeleteCluster", refusal(cluster.send().await)),
        ("cloudwatch:DeleteAlarms", refusal(alarm.send().await)),
    ];
    for (operation, told) in refusals {
        let wanted = format!("{operation} is not a declared read");
        assert!(told.contains(&wanted), "{operation}: {told}");
    }
    assert_eq!(emulator.log().len(), before, "nothing was sent");
    emulator.stop().await;
}

/// What is told of a call that must not succeed.
fn refusal<T, E: std::fmt::Debug>(result: Result<T, E>) -> String {
    match result {
        Ok(_) => "it was sent".to_owned(),
        Err(error) => format!("{error:?}"),
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_audit_reports_what_it_has() {
    use crate::harness::interrupt;
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r.json");
    runtime().block_on(async {
        let controls = Controls::default();
        // So slow that the interrupt always comes before the end.
        controls.add(Rule::new("s3:Get*", Effect::Latency { ms: 15_000 }));
        let emulator = emulator(controls).await;
        let child = waterline()
            .args(["audit", "--endpoint-url", &emulator.endpoint(), "-o"])
            .arg(format!("json={}", report.display()))
            .env("AWS_ACCESS_KEY_ID", "x")
            .env("AWS_SECRET_ACCESS_KEY", "x")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The user waits until reading has begun.
        while !asked(&emulator).contains("s3:GetBucketEncryption") {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        interrupt(&child);
        let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await;
        let (code, _, complaint) = told(output.unwrap().unwrap());
        assert_eq!(code, 130, "{complaint}");
        assert!(complaint.contains("the result is partial"), "{complaint}");
        emulator.stop().await;
    });
    let document: Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    let gaps = document["gaps"].as_array().unwrap();
    assert!(gaps.iter().any(|gap| gap["code"] == "Interrupted"));
    let unread = document["counts"]["not_assessed"].as_u64().unwrap();
    assert!(unread > 0, "the partial result says so");
}

/// The first two calls of all are made again as any other is.
#[test]
fn a_session_opens_although_aws_throttles_and_fails_at_first() {
    runtime().block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new("sts:GetCallerIdentity", Effect::Throttle {}).times(2));
        let fault = Effect::Error {
            status: 503,
            code: None,
            message: None,
        };
        controls.add(Rule::new("ec2:DescribeRegions", fault).times(2));
        let emulator = emulator(controls).await;
        let session = session(&emulator).await;
        assert_eq!(&*session.account, "111122223333");
        let asked: Vec<String> = emulator.log().into_iter().map(|e| e.operation).collect();
        let of = |name: &str| asked.iter().filter(|asked| *asked == name).count();
        assert_eq!((of("GetCallerIdentity"), of("DescribeRegions")), (3, 3));
        emulator.stop().await;
    });
}
