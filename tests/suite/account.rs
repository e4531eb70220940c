//! Whole runs against the emulator.

use crate::harness::{told, waterline};
use std::collections::BTreeSet;
use std::path::Path;
use waterline::catalog::{Catalog, Selection};
use waterline::derive::derivations;
use waterline::plan::Plan;
use waterline_mocks::{Account, Controls, Effect, Emulator, Rule, Running};

/// A moment for every run, so that runs can be compared byte for byte.
const NOW: &str = "1795348800";

fn runtime() -> tokio::runtime::Runtime {
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

fn planned(selection: &Selection) -> BTreeSet<String> {
    let mut catalog = Catalog::builtin().unwrap_or_else(|problems| panic!("{problems}"));
    catalog.select(selection).unwrap();
    Plan::of(catalog.facts(&catalog.checks), &derivations())
        .operations()
        .map(|read| read.operation.to_owned())
        .collect()
}

#[test]
fn nothing_is_asked_that_is_not_planned() {
    let services: BTreeSet<String> = {
        let catalog = Catalog::builtin().unwrap_or_else(|problems| panic!("{problems}"));
        catalog
            .checks
            .iter()
            .map(|check| check.service().to_owned())
            .collect()
    };
    let folder = tempfile::tempdir().unwrap();
    let snapshot = path(folder.path(), "s.gz");
    runtime().block_on(async {
        for service in services {
            let emulator = emulator(Controls::default()).await;
            let (code, _, complaint) = ask(
                &emulator,
                &["collect", "-q", "-o", &snapshot, "--service", &service],
            )
            .await;
            assert_eq!(code, 0, "{service}: {complaint}");
            let selection = Selection {
                services: vec![service.clone()],
                ..Selection::default()
            };
            let (asked, planned) = (asked(&emulator), planned(&selection));
            let extra: Vec<_> = asked.difference(&planned).collect();
            assert!(extra.is_empty(), "{service}: not planned: {extra:?}");
            emulator.stop().await;
        }
    });
}

#[test]
fn one_check_makes_a_handful_of_calls() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = path(folder.path(), "s.gz");
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let check = "ec2-region-ebs-unencrypted-by-default";
        let arguments = ["collect", "-q", "-o", &snapshot, "--check", check];
        let (code, _, complaint) = ask(&emulator, &arguments).await;
        assert_eq!(code, 0, "{complaint}");
        let calls = emulator.log().len();
        assert!(calls <= 6, "{calls} calls");
        emulator.stop().await;
    });
}

#[test]
fn a_region_that_is_none_gets_the_nearest_name() {
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let (code, _, complaint) = ask(&emulator, &["audit", "--region", "us-esat-1"]).await;
        assert_eq!(code, 2);
        assert!(complaint.contains("did you mean us-east-1?"), "{complaint}");
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
        assert!(complaint.contains("sign in again"), "{complaint}");
        emulator.stop().await;
    });
}

#[tokio::test]
async fn an_undeclared_operation_cannot_leave_the_process() {
    use waterline::aws::{Options, Session};
    let emulator = emulator(Controls::default()).await;
    let options = Options {
        endpoint_url: Some(emulator.endpoint()),
        credentials: Some(("x".to_owned(), "x".to_owned())),
        ..Options::default()
    };
    let session = Session::open(&options).await.unwrap();
    let before = emulator.log().len();
    let clients = session.clients(&"us-east-1".into());
    let error = clients
        .iam()
        .delete_user()
        .user_name("alice.hart")
        .send()
        .await
        .unwrap_err();
    let told = format!("{error:?}");
    assert!(
        told.contains("iam:DeleteUser is not a declared read"),
        "{told}"
    );
    assert_eq!(emulator.log().len(), before, "nothing was sent");
    emulator.stop().await;
}
