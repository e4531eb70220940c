//! Runs that are interrupted, and findings that go to each account's own Security Hub.

use super::*;
use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;
use waterline_mocks::{Effect, Rule};

#[test]
fn an_interrupt_ends_all_accounts_and_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.json");
    let json = format!("json={}", file.display());
    runtime().block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new("s3:GetBucketVersioning", Effect::Hang {}).of_account(PAYMENTS));
        let emulator = emulator(controls).await;
        // One at a time: the last two have not begun when the second hangs.
        let arguments = [AUDIT, &["-o", &json, "--accounts-in-flight", "1"]].concat();
        let mut command = command(&emulator, "x", &arguments);
        let child = command.stderr(Stdio::piped()).spawn().unwrap();
        let hangs = |emulator: &Running| {
            let log = emulator.log();
            let mut of_payments = log.iter().filter(|request| request.account == PAYMENTS);
            of_payments.any(|request| {
                request.operation == "GetBucketLocation"
                    || request.operation == "GetBucketEncryption"
            })
        };
        while !hangs(&emulator) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        crate::harness::interrupt(&child);
        let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await;
        let (code, _, complaint) = told(output.unwrap().unwrap());
        assert_eq!(code, 130, "{complaint}");
        assert!(complaint.contains("the result is partial"), "{complaint}");
        emulator.stop().await;
    });
    let document = read(&file);
    assert_eq!(document["run"]["interrupted"], true);
    let states = states(&document);
    assert_eq!(states[0], (MANAGEMENT, "read"));
    assert_eq!(states[1], (PAYMENTS, "interrupted"));
    assert_eq!(states[2], (SANDBOX, "not_read"));
    let why = document["accounts"][2]["why"].as_str().unwrap();
    assert!(
        why.contains("the run was stopped before this was answered"),
        "{why}"
    );
}

/// Security Hub is on in the first two accounts.
async fn with_two_hubs() -> Running {
    let mut accounts = accounts();
    for account in accounts.iter_mut().take(2) {
        let id = account.id().to_owned();
        let hub = json!({
            "HubArn": format!("arn:aws:securityhub:us-east-1:{id}:hub/default"),
            "SubscribedAt": "2026-01-01T00:00:00Z",
            "AutoEnableControls": true,
        });
        account.reply("us-east-1", "securityhub", "DescribeHub", hub);
    }
    Emulator::start(accounts, Controls::default())
        .await
        .unwrap()
}

#[test]
fn a_dry_run_tells_the_plan_of_each_account_and_sends_nothing() {
    runtime().block_on(async {
        let emulator = with_two_hubs().await;
        let of = format!("{MANAGEMENT},{PAYMENTS}");
        let dry = [
            "--region",
            "us-east-1",
            "--publish",
            "security-hub",
            "--dry-run",
        ];
        let arguments = [AUDIT, &dry, &["-q", "--account", &of]].concat();
        let (code, said, complaint) = ask(&emulator, &arguments).await;
        assert_eq!((code, said.as_str()), (0, ""), "{complaint}");
        for account in [MANAGEMENT, PAYMENTS] {
            let head = format!("Security Hub, account {account}, as read at");
            let mut told = complaint
                .lines()
                .skip_while(|line| !line.starts_with(&head));
            let first = told.next().unwrap_or_default();
            assert!(first.ends_with("(dry run: nothing is sent)"), "{complaint}");
            let plan: Vec<&str> = told
                .take_while(|line| !line.starts_with("Security"))
                .collect();
            assert!(plan.iter().any(|line| line.contains("new")), "{complaint}");
        }
        let mut asked = BTreeSet::new();
        for request in emulator.log() {
            if request.service == "securityhub" {
                let wrote = request.operation.starts_with("Batch");
                assert!(!wrote, "{} was asked", request.operation);
                asked.insert((request.operation, request.account));
            }
        }
        for account in [MANAGEMENT, PAYMENTS] {
            // What it has is read from each, by its own credentials.
            assert!(asked.contains(&("GetFindings".to_owned(), account.to_owned())));
        }
        emulator.stop().await;
    });
}

#[test]
fn findings_go_to_the_hub_of_their_own_account() {
    runtime().block_on(async {
        let emulator = with_two_hubs().await;
        let publish = [
            "--region",
            "us-east-1",
            "--publish",
            "security-hub",
            "-o",
            "table",
        ];
        let arguments = [AUDIT, &publish, &["--exclude", LOCKED]].concat();
        let (code, said, complaint) = ask(&emulator, &arguments).await;
        // Security Hub is off in the third account: told, and no reason not to read it.
        assert_eq!(code, 4, "{complaint}");
        assert!(
            complaint.contains("account 333333333333: its findings were not published"),
            "{complaint}"
        );
        assert!(said.contains("3 accounts read"), "{said}");
        let mut into = BTreeSet::new();
        for request in emulator.log() {
            if request.operation == "BatchImportFindings" {
                for finding in request.input["Findings"].as_array().unwrap() {
                    assert_eq!(finding["AwsAccountId"], request.account.as_str());
                }
                into.insert(request.account);
            }
        }
        assert_eq!(into, [MANAGEMENT, PAYMENTS].map(str::to_owned).into());
        emulator.stop().await;
    });
}
