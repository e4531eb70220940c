//! The permissions: the actions of the reads are AWS's, the policy holds them, and `preflight`
//! finds those that are missing.

use crate::harness::{root, run, told};
use serde_json::Value;
use std::collections::BTreeSet;
use waterline::model::{self, Read};

fn all_reads() -> impl Iterator<Item = &'static Read> {
    model::reads()
        .chain(model::SESSION_READS)
        .chain(model::PREFLIGHT_READS)
        .chain(model::ORGANIZATION_LISTING)
}

fn actions_of(document: &Value) -> BTreeSet<String> {
    document["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|statement| statement["Action"].as_array().unwrap())
        .map(|action| action.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn one_check_gets_the_actions_that_it_needs_and_no_others() {
    let (code, said, complaint) = run(&["policy", "--check", "s3-bucket-policy-public"]);
    assert_eq!((code, complaint.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&said).unwrap();
    let expected = [
        "ec2:DescribeRegions",
        "s3:GetBucketPolicy",
        "s3:GetBucketPolicyStatus",
        "s3:ListAllMyBuckets",
    ];
    assert_eq!(actions_of(&document), expected.map(str::to_owned).into());
    assert_eq!(document["Version"], "2012-10-17");
}

#[test]
fn the_policy_can_hold_what_preflight_asks_and_go_into_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.json");
    let arguments = ["policy", "--service", "kms", "--preflight", "-o"];
    let arguments = [&arguments[..], &[file.to_str().unwrap()]].concat();
    let (code, said, _) = run(&arguments);
    assert_eq!((code, said.as_str()), (0, ""));
    let document = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let actions = actions_of(&document);
    assert!(
        actions.contains("iam:SimulatePrincipalPolicy"),
        "{actions:?}"
    );
    assert!(actions.contains("kms:ListKeys"), "{actions:?}");
    assert!(
        !actions.iter().any(|action| action.starts_with("s3:")),
        "{actions:?}"
    );
}

#[test]
fn a_part_that_is_not_there_is_told() {
    let (code, _, complaint) = run(&["policy", "--service", "kms", "--part", "2"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("the parts are 1 to 1"), "{complaint}");
    assert_eq!(run(&["policy", "--format", "yaml"]).0, 2);
}

/// AWS's service authorization reference has every action, as one that only reads.
#[test]
fn every_action_is_one_of_aws_that_only_reads() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("actions.json");
    let actions: BTreeSet<&str> = all_reads()
        .flat_map(|read| read.actions.iter().copied())
        .collect();
    std::fs::write(&file, serde_json::to_vec(&actions).unwrap()).unwrap();
    let output = std::process::Command::new(crate::harness::stand_ins().join("python"))
        .args(["tests/permissions/actions.py", file.to_str().unwrap()])
        .arg("tests/permissions/exceptions.json")
        .current_dir(root())
        .output()
        .unwrap();
    let (code, said, complaint) = told(output);
    println!("{said}");
    assert_eq!(code, 0, "{said}{complaint}");
}

#[cfg(feature = "aws")]
mod preflight {
    use crate::account::{ask, emulator, runtime};
    use serde_json::Value;
    use std::collections::BTreeSet;
    use waterline_mocks::{Account, Controls, Effect, Emulator, Rule, Running};

    fn denying(operations: &[&str]) -> Controls {
        let controls = Controls::default();
        for operation in operations {
            controls.add(Rule::new(operation, Effect::Deny {}));
        }
        controls
    }

    async fn json(emulator: &Running, more: &[&str]) -> (i32, Value) {
        let arguments = [&["preflight", "-q", "-o", "json"], more].concat();
        let (code, said, complaint) = ask(emulator, &arguments).await;
        assert!(code == 0 || code == 3, "{code}: {complaint}");
        (code, serde_json::from_str(&said).unwrap())
    }

    fn missing(answer: &Value) -> BTreeSet<String> {
        let list = answer["missing"].as_array().unwrap();
        list.iter()
            .map(|missing| missing["action"].as_str().unwrap().to_owned())
            .collect()
    }

    const DENIED: [&str; 3] = [
        "s3:GetBucketEncryption",
        "ec2:DescribeVolumes",
        "kms:ListKeys",
    ];

    fn denied_actions() -> BTreeSet<String> {
        [
            "s3:GetEncryptionConfiguration",
            "ec2:DescribeVolumes",
            "kms:ListKeys",
        ]
        .map(str::to_owned)
        .into()
    }

    #[test]
    fn all_is_allowed() {
        runtime().block_on(async {
            let emulator = emulator(Controls::default()).await;
            let (code, said, complaint) = ask(&emulator, &["preflight"]).await;
            assert_eq!(code, 0, "{complaint}");
            assert!(said.contains("Every planned read is allowed."), "{said}");
            assert!(said.contains("role/auditor"), "{said}");
            // Two to open the session, one for the role's path, two pages of a hundred actions.
            assert!(emulator.log().len() <= 5, "{} calls", emulator.log().len());
            emulator.stop().await;
        });
    }

    #[test]
    fn what_is_missing_is_told_with_the_checks_that_it_costs() {
        runtime().block_on(async {
            let emulator = emulator(denying(&DENIED)).await;
            let (code, answer) = json(&emulator, &[]).await;
            assert_eq!(code, 3);
            assert_eq!(answer["how"], "simulated");
            assert_eq!(missing(&answer), denied_actions());
            let keys = &answer["missing"].as_array().unwrap()[1];
            assert_eq!(keys["operations"][0], "kms:ListKeys");
            let checks = keys["checks"].as_array().unwrap();
            assert!(
                checks.iter().any(|check| check == "kms-key-rotation-off"),
                "{checks:?}"
            );
            let (code, said, _) = ask(&emulator, &["preflight", "--service", "kms"]).await;
            assert_eq!(code, 3);
            assert!(said.contains("1 action missing"), "{said}");
            emulator.stop().await;
        });
    }

    /// Where the simulator may not be asked, the operations themselves are, and say the same.
    #[test]
    fn the_probe_agrees_with_the_simulation() {
        runtime().block_on(async {
            let mut denied = DENIED.to_vec();
            denied.push("iam:SimulatePrincipalPolicy");
            let emulator = emulator(denying(&denied)).await;
            let (code, answer) = json(&emulator, &[]).await;
            assert_eq!(code, 3);
            assert_eq!(
                (&answer["how"], &answer["region"]),
                (&"probed".into(), &"us-east-1".into())
            );
            let reason = answer["not_simulated"].as_str().unwrap();
            assert!(reason.contains("AccessDenied"), "{reason}");
            assert_eq!(missing(&answer), denied_actions());
            // Nothing is asked twice, but for the session.
            let mut seen = BTreeSet::new();
            for request in emulator.log() {
                let name = format!("{}:{}", request.service, request.operation);
                assert!(seen.insert(name.clone()), "{name} was asked twice");
            }
            let not_asked = answer["not_asked"].as_array().unwrap();
            assert!(
                not_asked.iter().any(|name| name == "kms:GetKeyPolicy"),
                "{not_asked:?}"
            );
            assert!(
                not_asked
                    .iter()
                    .all(|name| !seen.contains(name.as_str().unwrap()))
            );
            emulator.stop().await;
        });
    }

    #[test]
    fn the_probe_asks_even_where_all_is_allowed() {
        runtime().block_on(async {
            let emulator = emulator(Controls::default()).await;
            let (code, answer) = json(&emulator, &["--probe"]).await;
            assert_eq!(code, 0);
            assert_eq!(missing(&answer), BTreeSet::new());
            assert!(
                emulator
                    .log()
                    .iter()
                    .all(|request| request.operation != "SimulatePrincipalPolicy")
            );
            assert!(
                answer["failed"].as_object().unwrap().is_empty(),
                "{}",
                answer["failed"]
            );
            emulator.stop().await;
        });
    }

    async fn called_by(caller: &str, controls: Controls) -> Running {
        let mut files = Account::demo().unwrap().files();
        files.get_mut("account.json").unwrap()["caller"] = caller.into();
        let files = files
            .into_iter()
            .map(|(path, value)| (path, value.to_string()));
        let account = Account::from_files(files).unwrap();
        Emulator::start(vec![account], controls).await.unwrap()
    }

    #[test]
    fn the_role_behind_a_session_is_found_with_its_path() {
        let name = "AWSServiceRoleForConfig";
        let caller = format!("arn:aws:sts::111122223333:assumed-role/{name}/waterline");
        runtime().block_on(async {
            let emulator = called_by(&caller, Controls::default()).await;
            let (code, answer) = json(&emulator, &[]).await;
            assert_eq!((code, &answer["how"]), (0, &"simulated".into()));
            let principal = answer["principal"].as_str().unwrap();
            assert!(
                principal.ends_with(&format!("/config.amazonaws.com/{name}")),
                "{principal}"
            );
            emulator.stop().await;
            // Without iam:GetRole, the path cannot be known.
            let emulator = called_by(&caller, denying(&["iam:GetRole"])).await;
            let (_, answer) = json(&emulator, &["--service", "kms"]).await;
            assert_eq!(answer["how"], "probed");
            let reason = answer["not_simulated"].as_str().unwrap();
            assert!(reason.contains("iam:GetRole"), "{reason}");
            emulator.stop().await;
        });
    }

    #[test]
    fn the_root_user_cannot_be_simulated() {
        runtime().block_on(async {
            let root = "arn:aws:iam::111122223333:root";
            let emulator = called_by(root, Controls::default()).await;
            let (code, answer) = json(&emulator, &["--service", "kms"]).await;
            assert_eq!((code, &answer["how"]), (0, &"probed".into()));
            assert!(answer["not_simulated"].as_str().unwrap().contains(root));
            emulator.stop().await;
        });
    }
}
