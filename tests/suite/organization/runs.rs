//! What a run over an organization reads, writes and says.

use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Every file below a folder, with what is in it.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for entry in std::fs::read_dir(inside).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

async fn whole(emulator: &Running, folder: &Path) -> (i32, String, String) {
    let at = |name: &str| folder.join(name).display().to_string();
    let reports = [
        format!("json={}", at("organization.json")),
        format!("markdown={}", at("organization.md")),
        format!("table={}", at("organization.txt")),
        format!("json={}/", at("accounts")),
        format!("csv={}", at("csv/of-{account}.csv")),
    ];
    let snapshots = at("snapshots/{account}.jsonl.gz");
    let mut arguments = [AUDIT, &["-q", "--snapshot", &snapshots]].concat();
    for report in &reports {
        arguments.extend(["-o", report]);
    }
    ask(emulator, &arguments).await
}

#[test]
fn every_account_is_read_judged_and_joined() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let (code, said, complaint) = whole(&emulator, one.path()).await;
        assert_eq!((code, said.as_str()), (0, ""), "{complaint}");
        let log = emulator.log();
        let (code, _, complaint) = whole(&emulator, two.path()).await;
        assert_eq!(code, 0, "{complaint}");
        emulator.stop().await;
        log
    });
    let (files, again) = (files(one.path()), files(two.path()));
    let names: Vec<String> = files
        .keys()
        .map(|name| name.display().to_string())
        .collect();
    assert_eq!(names.len(), 3 + 3 * 4, "{names:?}");
    assert!(files == again, "two runs differ");

    let document = read(&one.path().join("organization.json"));
    assert_eq!(document["run"]["organization"], "o-example1234");
    assert_eq!(
        states(&document),
        [
            (MANAGEMENT, "read"),
            (PAYMENTS, "read"),
            (SANDBOX, "read"),
            (CLOSED, "left_out"),
            (LOCKED, "not_read"),
        ]
    );
    let accounts = document["accounts"].as_array().unwrap();
    assert_eq!(accounts[3]["why"], "pending closure");
    let why = accounts[4]["why"].as_str().unwrap();
    assert!(why.contains("sts:AssumeRole denied"), "{why}");
    assert!(why.contains("is not authorized to perform"), "{why}");
    assert_eq!(accounts[4]["coverage"]["assessed"], 0);

    // The score is the mean of the four that count, of which one could be anything.
    let of = |account: &str| read(&one.path().join(format!("accounts/{account}.json")));
    let mut ends = (0.0, 0.0);
    for account in [MANAGEMENT, PAYMENTS, SANDBOX, LOCKED] {
        let document = of(account);
        assert_eq!(document["run"]["account"], account);
        let score = &document["score"]["whole"];
        ends.0 += score["proven"].as_f64().unwrap() / 4.0;
        ends.1 += score["possible"].as_f64().unwrap() / 4.0;
    }
    let whole = &document["score"]["whole"];
    assert!(
        (whole["proven"].as_f64().unwrap() - ends.0).abs() < 0.06,
        "{whole} {ends:?}"
    );
    assert!(
        (whole["possible"].as_f64().unwrap() - ends.1).abs() < 0.06,
        "{whole} {ends:?}"
    );
    let locked = of(LOCKED);
    assert_eq!(
        locked["score"]["whole"],
        json!({"proven": 0.0, "possible": 100.0})
    );
    let gap = &locked["gaps"][0];
    assert_eq!(gap["operation"], "sts:AssumeRole");
    assert_eq!(gap["actions"], json!(["sts:AssumeRole"]));

    units(&document);
    organization_trail(&document);
    asked_by_whom(&log);
}

/// A unit has what lies in the units below it.
fn units(document: &Value) {
    let units = document["units"].as_array().unwrap().iter();
    let units: Vec<(&str, u64, u64)> = units
        .map(|unit| {
            let number = |key: &str| unit[key].as_u64().unwrap();
            (
                unit["path"].as_str().unwrap(),
                number("accounts"),
                number("not_read"),
            )
        })
        .collect();
    assert_eq!(
        units,
        [
            ("Root", 4, 1),
            ("Root/Trying out", 1, 0),
            ("Root/Workloads", 2, 1),
            ("Root/Workloads/Production", 1, 0),
        ]
    );
}

/// The organization's trail satisfies every account, and what is wrong with it is its owner's.
fn organization_trail(document: &Value) {
    let trails = check(document, "cloudtrail-account-no-trail");
    assert_eq!(trails["counts"]["pass"], 3, "{trails}");
    assert_eq!(trails["counts"]["fail"], 0, "{trails}");
    let validation = check(document, "cloudtrail-trail-log-file-validation-off");
    assert_eq!(validation["failing"], json!({MANAGEMENT: 1}));
    let versioning = check(document, "s3-bucket-versioning-off");
    assert_eq!(
        versioning["failing"],
        json!({MANAGEMENT: 1, PAYMENTS: 1, SANDBOX: 1})
    );
}

/// The management account is read with the caller's own credentials, a suspended one not at all,
/// and the accounts are listed and entered by the caller alone.
fn asked_by_whom(log: &[waterline_mocks::LogEntry]) {
    let mut roles = BTreeSet::new();
    let mut read = BTreeSet::new();
    for request in log {
        match request.operation.as_str() {
            "AssumeRole" => {
                assert_eq!(request.account, MANAGEMENT);
                assert_eq!(request.input["ExternalId"], EXTERNAL_ID);
                let role = request.input["RoleArn"].as_str().unwrap();
                assert!(roles.insert(role.to_owned()), "{role} twice");
            }
            "ListBuckets" => {
                read.insert(request.account.clone());
            }
            _ => {}
        }
    }
    let role = |id: &str| format!("arn:aws:iam::{id}:role/{ROLE}");
    assert_eq!(roles, [PAYMENTS, SANDBOX, LOCKED].map(role).into());
    assert_eq!(
        read,
        [MANAGEMENT, PAYMENTS, SANDBOX].map(str::to_owned).into()
    );
}

#[test]
fn assessments_that_were_kept_are_joined_as_in_the_run() {
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let (code, _, complaint) = whole(&emulator, folder.path()).await;
        assert_eq!(code, 0, "{complaint}");
        emulator.stop().await;
    });
    let accounts = folder.path().join("accounts").display().to_string();
    let (code, said, complaint) =
        crate::harness::run(&["combine", &accounts, "-o", "json", "--min-coverage", "100"]);
    assert_eq!(code, 3, "{complaint}");
    let joined: Value = serde_json::from_str(&said).unwrap();
    let run = read(&folder.path().join("organization.json"));
    for key in [
        "score", "coverage", "counts", "failures", "checks", "gaps", "shared",
    ] {
        assert_eq!(joined[key], run[key], "{key}");
    }
    assert_eq!(joined["units"], json!([]));
    let (code, _, _) = crate::harness::run(&["combine", &accounts, "-q", "--fail-on", "low"]);
    assert_eq!(code, 1);
    let one = format!("{accounts}/{PAYMENTS}.json");
    let (code, _, complaint) = crate::harness::run(&["combine", &one, &accounts]);
    assert_eq!(code, 2);
    assert!(
        complaint.contains("two assessments of account 222222222222"),
        "{complaint}"
    );
    let none = folder
        .path()
        .join("organization.json")
        .display()
        .to_string();
    let (code, _, complaint) = crate::harness::run(&["combine", &none]);
    assert_eq!(code, 2);
    assert!(
        complaint.contains("`waterline.organization/v1`"),
        "{complaint}"
    );
}

#[test]
fn units_and_accounts_are_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("organization.json");
    let json = format!("json={}", file.display());
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        for (choice, read_of) in [
            (
                &["--ou", "Workloads", "--exclude", LOCKED][..],
                &[PAYMENTS][..],
            ),
            (
                &["--ou", "ou-exam-tryitout", "--account", MANAGEMENT],
                &[MANAGEMENT, SANDBOX],
            ),
            (&["--exclude", "Root/Workloads"], &[MANAGEMENT, SANDBOX]),
            (&["--account", PAYMENTS], &[PAYMENTS]),
        ] {
            let arguments = [AUDIT, &["-q", "-o", &json], choice].concat();
            let (code, _, complaint) = ask(&emulator, &arguments).await;
            assert_eq!(code, 0, "{complaint}");
            let document = read(&file);
            let states = states(&document);
            let read: Vec<&str> = states
                .iter()
                .filter(|(_, state)| *state == "read")
                .map(|(id, _)| *id)
                .collect();
            assert_eq!(read, read_of, "{choice:?}");
            let others = states.iter().filter(|(_, state)| *state == "left_out");
            assert_eq!(others.count(), 5 - read.len());
        }
        let arguments = [AUDIT, &["--ou", "Worklods"]].concat();
        let (code, _, complaint) = ask(&emulator, &arguments).await;
        assert_eq!(code, 2);
        assert!(
            complaint.contains("did you mean `Workloads`?"),
            "{complaint}"
        );
        emulator.stop().await;
    });
}

#[test]
fn the_settings_say_it_once_and_flags_override_them() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let settings = format!(
        "regions: us-east-1\nchecks: {{services: s3}}\norganization:\n  role_name: {ROLE}\n  external_id: {EXTERNAL_ID}\n  units: Trying out\n  accounts_in_flight: 1\n"
    );
    std::fs::write(at("settings.yaml"), settings).unwrap();
    let json = format!("json={}", at("organization.json"));
    let config = at("settings.yaml");
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let audit = [
            "audit",
            "--organization",
            "-q",
            "--config",
            &config,
            "-o",
            &json,
        ];
        let (code, _, complaint) = ask(&emulator, &audit).await;
        assert_eq!(code, 0, "{complaint}");
        let document = read(&folder.path().join("organization.json"));
        assert_eq!(states(&document)[2], (SANDBOX, "read"));
        assert_eq!(states(&document)[1], (PAYMENTS, "left_out"));
        assert_eq!(document["accounts"][2]["regions"], json!(["us-east-1"]));
        let arguments = [
            &audit[..],
            &["--account", PAYMENTS, "--region", "eu-west-1"],
        ]
        .concat();
        let (code, _, complaint) = ask(&emulator, &arguments).await;
        assert_eq!(code, 0, "{complaint}");
        let document = read(&folder.path().join("organization.json"));
        assert_eq!(states(&document)[2], (SANDBOX, "left_out"));
        assert_eq!(document["accounts"][1]["regions"], json!(["eu-west-1"]));
        emulator.stop().await;
    });
    std::fs::write(
        at("settings.yaml"),
        "organization: {ou: x, accounts: [12]}\n",
    )
    .unwrap();
    let (code, _, complaint) =
        crate::harness::run(&["audit", "--organization", "--config", &config]);
    assert_eq!(code, 2);
    assert!(complaint.contains(":1:16: unknown key `ou`"), "{complaint}");
    assert!(complaint.contains("`12` is not an account"), "{complaint}");
}
