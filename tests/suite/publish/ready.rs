//! What is said before anything is collected, and what a session may send.

use super::*;
use waterline_mocks::{Effect, Rule};

/// Nothing but the session and the questions whether findings can be sent.
fn nothing_was_collected(emulator: &Running) {
    let before = [
        "GetCallerIdentity",
        "DescribeRegions",
        "DescribeHub",
        "GetFindings",
        "GetRole",
        "SimulatePrincipalPolicy",
    ];
    for entry in emulator.log() {
        assert!(
            before.contains(&&*entry.operation),
            "{} was asked",
            entry.operation
        );
    }
}

const AUDIT: [&str; 4] = ["audit", "-q", "--publish", "security-hub"];

#[test]
fn security_hub_that_is_off_is_told_before_anything_is_collected() {
    runtime().block_on(async {
        let emulator = emulator(&["us-east-1"], Controls::default()).await;
        let (code, _, complaint) = ask(&emulator, 0, &AUDIT).await;
        assert_eq!(code, 4, "{complaint}");
        assert!(
            complaint.contains("eu-west-1: Security Hub is not enabled"),
            "{complaint}"
        );
        assert!(!complaint.contains("us-east-1:"), "{complaint}");
        assert!(complaint.contains("--skip-disabled-hubs"), "{complaint}");
        nothing_was_collected(&emulator);
        emulator.stop().await;
    });
}

#[test]
fn regions_without_security_hub_can_be_left_out() {
    runtime().block_on(async {
        let emulator = emulator(&["us-east-1"], Controls::default()).await;
        let more = [
            "--skip-disabled-hubs",
            "--check",
            "ec2-volume-unencrypted,s3-bucket-policy-public",
        ];
        let (code, _, complaint) = ask(&emulator, 0, &[&AUDIT[..], &more].concat()).await;
        assert_eq!(code, 0, "{complaint}");
        let imports = emulator
            .log()
            .into_iter()
            .filter(|e| e.operation == "BatchImportFindings");
        let regions: Vec<String> = imports.map(|entry| entry.region).collect();
        assert_eq!(regions, ["us-east-1"]);
        emulator.stop().await;
    });
}

#[test]
fn what_the_caller_may_not_do_is_told_before_anything_is_collected() {
    for action in ["GetFindings", "DescribeHub", "BatchImportFindings"] {
        runtime().block_on(async {
            let controls = Controls::default();
            let operation = format!("securityhub:{action}");
            controls.add(Rule::new(&operation, Effect::Deny {}));
            let emulator = emulator(&REGIONS, controls).await;
            let (code, _, complaint) = ask(&emulator, 0, &AUDIT).await;
            assert_eq!(code, 4, "{complaint}");
            assert!(complaint.contains(&operation), "{complaint}");
            assert!(
                complaint.contains("policy --publish security-hub"),
                "{complaint}"
            );
            nothing_was_collected(&emulator);
            emulator.stop().await;
        });
    }
}

/// Where IAM cannot be asked, that is said, and the import itself shows it.
#[test]
fn a_permission_that_cannot_be_asked_about_is_a_doubt_and_no_failure() {
    runtime().block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new("iam:SimulatePrincipalPolicy", Effect::Deny {}));
        controls.add(Rule::new(
            "securityhub:BatchImportFindings",
            Effect::Deny {},
        ));
        let emulator = emulator(&REGIONS, controls).await;
        let audit = [
            "audit",
            "--publish",
            "security-hub",
            "--check",
            "iam-user-console-without-mfa",
        ];
        let (code, _, complaint) = ask(&emulator, 0, &audit).await;
        assert_eq!(code, 4, "{complaint}");
        assert!(
            complaint.contains("shows only when the first batch is sent"),
            "{complaint}"
        );
        assert!(complaint.contains("AccessDenied"), "{complaint}");
        assert_eq!(
            emulator.asked("BatchImportFindings"),
            1,
            "one by one goes no better"
        );
        emulator.stop().await;
    });
}

/// With no more than what our own policy allows, it is known beforehand whether findings may be
/// imported.
#[test]
fn our_own_policy_leaves_no_doubt() {
    let check = ["--check", "iam-user-console-without-mfa"];
    let policy = [&["policy", "--publish", "security-hub"][..], &check].concat();
    let (code, policy, complaint) = crate::harness::run(&policy);
    assert_eq!(code, 0, "{complaint}");
    let controls = Controls::default();
    let asked = ["iam:GetRole", "iam:SimulatePrincipalPolicy"];
    let sent = ["DescribeHub", "GetFindings", "BatchImportFindings"];
    let sent = sent.map(|operation| format!("securityhub:{operation}"));
    for operation in asked.into_iter().chain(sent.iter().map(String::as_str)) {
        if !policy.contains(&format!("\"{operation}\"")) {
            controls.add(Rule::new(operation, Effect::Deny {}));
        }
    }
    runtime().block_on(async {
        let emulator = emulator(&REGIONS, controls).await;
        let audit = [&["audit", "--publish", "security-hub"][..], &check].concat();
        let (code, _, complaint) = ask(&emulator, 0, &audit).await;
        assert_eq!(code, 0, "{complaint}");
        assert!(!complaint.contains("shows only when"), "{complaint}");
        assert_eq!(emulator.asked("SimulatePrincipalPolicy"), 1);
        assert!(emulator.asked("BatchImportFindings") > 0);
        emulator.stop().await;
    });
}

#[test]
fn options_of_publishing_want_a_destination() {
    let output = waterline().args(["audit", "--dry-run"]).output().unwrap();
    let (code, _, complaint) = told(output);
    assert_eq!(code, 2);
    assert!(
        complaint.contains("add --publish security-hub"),
        "{complaint}"
    );
}

#[test]
fn an_assessment_of_another_account_or_none_is_refused() {
    runtime().block_on(async {
        let emulator = emulator(&REGIONS, Controls::default()).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        let at = file.to_str().unwrap();
        let json = format!("json={at}");
        let check = ["--check", "s3-bucket-policy-public"];
        let audit = [&["audit", "-q", "-o", &json][..], &check].concat();
        assert_eq!(ask(&emulator, 0, &audit).await.0, 0);
        let mut document = read(&file);
        document["run"]["account"] = "999988887777".into();
        std::fs::write(&file, document.to_string()).unwrap();
        let (code, _, complaint) = ask(&emulator, 0, &["publish", at]).await;
        assert_eq!(code, 2);
        assert!(complaint.contains("999988887777"), "{complaint}");
        document["schema"] = "something/v9".into();
        std::fs::write(&file, document.to_string()).unwrap();
        let (code, _, complaint) = ask(&emulator, 0, &["publish", at]).await;
        assert_eq!(code, 2);
        assert!(complaint.contains("something/v9"), "{complaint}");
        assert_eq!(emulator.asked("BatchImportFindings"), 0);
        emulator.stop().await;
    });
}

#[tokio::test]
async fn only_a_session_opened_for_delivery_can_deliver() {
    let emulator = emulator(&REGIONS, Controls::default()).await;
    let session = crate::account::session(&emulator).await;
    let before = emulator.log().len();
    let clients = session.clients(&"us-east-1".into());
    let import = clients.securityhub().batch_import_findings();
    let error = import
        .set_findings(Some(Vec::new()))
        .send()
        .await
        .unwrap_err();
    let said = format!("{error:?}");
    assert!(
        said.contains("securityhub:BatchImportFindings is not a declared read"),
        "{said}"
    );
    let error = clients
        .securityhub()
        .get_findings()
        .send()
        .await
        .unwrap_err();
    let said = format!("{error:?}");
    assert!(
        said.contains("securityhub:GetFindings is not a declared read"),
        "{said}"
    );
    assert_eq!(emulator.log().len(), before, "nothing was sent");
    // And one that was cannot do anything else that writes.
    let delivery = session.for_delivery();
    let clients = delivery.clients(&"us-east-1".into());
    clients.securityhub().get_findings().send().await.unwrap();
    let error = clients
        .securityhub()
        .disable_security_hub()
        .send()
        .await
        .unwrap_err();
    let said = format!("{error:?}");
    assert!(
        said.contains("securityhub:DisableSecurityHub is not a declared"),
        "{said}"
    );
    emulator.stop().await;
}

#[test]
fn the_policy_says_apart_what_publishing_needs() {
    let statements = |arguments: &[&str]| -> Vec<Value> {
        let (code, said, complaint) = crate::harness::run(arguments);
        assert_eq!((code, complaint.as_str()), (0, ""));
        let document: Value = serde_json::from_str(&said).unwrap();
        document["Statement"].as_array().unwrap().clone()
    };
    let check = ["policy", "--check", "s3-bucket-policy-public"];
    let reads = statements(&check);
    let mut both = statements(&[&check[..], &["--publish", "security-hub"]].concat());
    let last = both.pop().unwrap();
    assert_eq!(both, reads, "the reads stay as they are");
    assert_eq!(last["Sid"], "PublishToSecurityHub");
    let actions = json!([
        "iam:GetRole",
        "iam:SimulatePrincipalPolicy",
        "securityhub:BatchImportFindings",
        "securityhub:DescribeHub",
        "securityhub:GetFindings",
    ]);
    assert_eq!(last["Action"], actions);
}
