//! How accounts are listed and entered, and what is said when they cannot be.

use super::*;
use waterline_mocks::{Effect, Rule};

#[test]
fn who_is_not_in_charge_is_told_who_is() {
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let (code, _, complaint) = as_account(&emulator, PAYMENTS, AUDIT).await;
        assert_eq!(code, 2);
        assert!(
            complaint.contains("neither manages the organization (111111111111 does)"),
            "{complaint}"
        );
        assert!(complaint.contains("--accounts-file"), "{complaint}");
        // The management account lacks the permission.
        emulator
            .controls()
            .add(Rule::new("organizations:ListAccounts", Effect::Deny {}).of_account(MANAGEMENT));
        let (code, _, complaint) = ask(&emulator, AUDIT).await;
        assert_eq!(code, 2);
        assert!(
            complaint.contains("is not allowed organizations:ListAccounts"),
            "{complaint}"
        );
        emulator.stop().await;

        let alone = Emulator::start(vec![Account::new(SANDBOX)], Controls::default());
        let alone = alone.await.unwrap();
        let (code, _, complaint) = as_account(&alone, SANDBOX, AUDIT).await;
        assert_eq!(code, 2);
        assert!(
            complaint.contains("333333333333 is in no organization"),
            "{complaint}"
        );
        alone.stop().await;
    });
}

/// The management account is then a member like any other, entered by its role.
#[test]
fn a_delegated_administrator_lists_the_accounts_and_is_told_from_the_manager() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let reports = ["json", "markdown", "table"]
        .map(|format| format!("{format}={}", at(&format!("all.{format}")).display()));
    runtime().block_on(async {
        let accounts = delegated_to(Some(PAYMENTS));
        let emulator = Emulator::start(accounts, Controls::default())
            .await
            .unwrap();
        let outputs = reports.iter().flat_map(|report| ["-o", report]);
        let arguments: Vec<&str> = AUDIT.iter().copied().chain(outputs).collect();
        let (code, _, complaint) = as_account(&emulator, PAYMENTS, &arguments).await;
        assert_eq!(code, 0, "{complaint}");
        let asked_by = |operation: &str| {
            let log = emulator.log();
            let asked = log.iter().filter(|one| one.operation == operation);
            asked
                .map(|one| (one.account.clone(), one.input.clone()))
                .collect::<Vec<_>>()
        };
        let listed = asked_by("ListAccounts");
        assert!(listed.iter().all(|(by, _)| by == PAYMENTS), "{listed:?}");
        let entered = asked_by("AssumeRole");
        assert_eq!(entered.len(), 3, "{entered:?}");
        let into = |id: &str| {
            let role = format!("arn:aws:iam::{id}:role/{ROLE}");
            entered
                .iter()
                .any(|(by, input)| by == PAYMENTS && input["RoleArn"] == role.as_str())
        };
        assert!(into(MANAGEMENT) && into(SANDBOX) && !into(PAYMENTS));

        let document = read(&at("all.json"));
        assert_eq!(document["run"]["management_account"], MANAGEMENT);
        assert_eq!(document["run"]["listed_by"], PAYMENTS);
        let read_of = [(MANAGEMENT, "read"), (PAYMENTS, "read"), (SANDBOX, "read")];
        assert_eq!(states(&document)[..3], read_of);
        assert_eq!(document["units"][0]["accounts"], 4);
        let words = |name: &str| {
            let text = std::fs::read_to_string(at(name)).unwrap();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let told = format!(
            "Managed by {MANAGEMENT} Management; {PAYMENTS} Payments, a delegated administrator, listed the accounts."
        );
        assert!(words("all.markdown").contains(&told));
        assert!(words("all.table").contains(&told));

        let (code, _, complaint) = ask(&emulator, &arguments).await;
        assert_eq!(code, 0, "{complaint}");
        assert_eq!(read(&at("all.json"))["run"]["listed_by"], MANAGEMENT);
        let told = format!("Managed by {MANAGEMENT} Management, which listed the accounts.");
        assert!(words("all.markdown").contains(&told));
        emulator.stop().await;
    });
}

#[test]
fn what_is_wrong_with_the_words_is_told_before_anything_is_asked() {
    let told = |arguments: &[&str]| {
        let (code, _, complaint) = crate::harness::run(&[&["audit"], arguments].concat());
        assert_eq!(code, 2, "{complaint}");
        complaint
    };
    let role = told(&["--organization"]);
    assert!(role.contains("--organization needs --role-name"), "{role}");
    let several = told(&["--role-name", ROLE]);
    assert!(several.contains("add --organization"), "{several}");
    let wrong = told(&["--organization", "--role-name", "arn:aws:iam::1:role/x"]);
    assert!(
        wrong.contains("--role-name: `arn:aws:iam::1:role/x` does not fit"),
        "{wrong}"
    );
    let html = told(&["--organization", "--role-name", ROLE, "-o", "html=all.html"]);
    assert!(html.contains("-o html=reports/{account}.html"), "{html}");
    let snapshot = told(&["--organization", "--role-name", ROLE, "--snapshot", "a.gz"]);
    assert!(snapshot.contains("--snapshot snapshots/"), "{snapshot}");
}

#[test]
fn accounts_of_a_file_are_read_without_the_organization() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (list, json) = (at("accounts"), format!("json={}", at("all.json")));
    runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        std::fs::write(&list, format!("# ours\n{SANDBOX}\n{LOCKED}   # no role yet\n{PAYMENTS}\n"))
            .unwrap();
        let audit = ["audit", "--accounts-file", &list, "--service", "s3", "-q", "-o", &json];
        let roles = ["--role-name", ROLE, "--external-id", EXTERNAL_ID];
        // The caller is one of them: it needs no role.
        let arguments = [&audit[..], &roles].concat();
        let (code, _, complaint) = as_account(&emulator, SANDBOX, &arguments).await;
        assert_eq!(code, 0, "{complaint}");
        let document = read(&folder.path().join("all.json"));
        assert_eq!(
            states(&document),
            [(PAYMENTS, "read"), (SANDBOX, "read"), (LOCKED, "not_read")]
        );
        assert_eq!(document["run"]["organization"], Value::Null);
        let log = emulator.log();
        assert!(log.iter().all(|request| request.operation != "ListAccounts"));
        assert!(!log.iter().any(|request| {
            request.operation == "AssumeRole" && request.input.to_string().contains(SANDBOX)
        }));

        let own = json!([
            {"id": LOCKED, "name": "Locked", "role_arn": format!("arn:aws:iam::{LOCKED}:role/SomethingElse")},
            {"id": PAYMENTS, "role_arn": format!("arn:aws:iam::{PAYMENTS}:role/{ROLE}"), "external_id": EXTERNAL_ID},
        ]);
        std::fs::write(&list, own.to_string()).unwrap();
        let (code, _, complaint) = ask(&emulator, &audit).await;
        assert_eq!(code, 0, "{complaint}");
        let document = read(&folder.path().join("all.json"));
        assert_eq!(states(&document), [(PAYMENTS, "read"), (LOCKED, "read")]);
        assert_eq!(document["accounts"][1]["name"], "Locked");

        std::fs::write(&list, format!("{SANDBOX}\n3333\n")).unwrap();
        let (code, _, complaint) = ask(&emulator, &audit).await;
        assert_eq!(code, 2);
        assert!(complaint.contains("accounts:2:1: `3333` is not an account"), "{complaint}");
        emulator.stop().await;
    });
}

#[test]
fn what_keeps_one_account_from_being_read_is_its_gap() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.json");
    let json = format!("json={}", file.display());
    runtime().block_on(async {
        let controls = Controls::default();
        let expired = Effect::Error {
            code: Some("ExpiredTokenException".to_owned()),
            message: Some("The security token included in the request is expired".to_owned()),
            status: 400,
        };
        controls.add(Rule::new("sts:AssumeRole", expired).about(PAYMENTS));
        controls.add(Rule::new("ec2:DescribeRegions", Effect::Deny {}).of_account(SANDBOX));
        let emulator = emulator(controls).await;
        let arguments = [AUDIT, &["-q", "-o", &json]].concat();
        let (code, _, complaint) = ask(&emulator, &arguments).await;
        assert_eq!(code, 0, "{complaint}");
        let document = read(&file);
        let why = of_accounts(&document, "why");
        let of = |index: usize| why[index].1.as_str().unwrap();
        assert_eq!(of(0), "");
        assert!(
            of(1).contains("sts:AssumeRole denied: The security token"),
            "{why:?}"
        );
        assert!(of(2).contains("ec2:DescribeRegions denied"), "{why:?}");
        // Who names a Region that one account lacks gets what the others have of it.
        let arguments = [&arguments[..], &["--region", "eu-west-1"]].concat();
        let (code, _, complaint) = ask(&emulator, &arguments).await;
        assert_eq!(code, 0, "{complaint}");
        let document = read(&file);
        assert_eq!(states(&document)[2], (SANDBOX, "read"));
        emulator.stop().await;
    });
}

/// Credentials that hold for less than a run are fetched again.
#[test]
fn a_role_is_assumed_again_before_its_credentials_expire() {
    runtime().block_on(async {
        let mut accounts = accounts();
        accounts[1].set_session_seconds(5);
        let emulator = Emulator::start(accounts, Controls::default())
            .await
            .unwrap();
        let arguments = [
            AUDIT,
            &["-q", "--account", PAYMENTS, "--min-coverage", "100"],
        ]
        .concat();
        let (code, _, complaint) = ask(&emulator, &arguments).await;
        assert_eq!(code, 0, "{complaint}");
        let log = emulator.log();
        let assumed = log
            .iter()
            .filter(|request| request.operation == "AssumeRole");
        // The clients fetch new credentials ten seconds before the old ones expire: always, here.
        assert!(assumed.count() > 2);
        emulator.stop().await;
    });
}

#[test]
fn the_policy_allows_to_list_and_to_assume_the_role_and_nothing_wider() {
    let arguments = [
        "policy",
        "--check",
        "s3-bucket-policy-public",
        "--organization",
    ];
    let (code, _, complaint) = crate::harness::run(&arguments);
    assert_eq!(code, 2);
    assert!(complaint.contains("needs --role-name"), "{complaint}");
    let arguments = [&arguments[..], &["--role-name", "audit/Auditor"]].concat();
    let (code, said, _) = crate::harness::run(&arguments);
    assert_eq!(code, 0);
    let document: Value = serde_json::from_str(&said).unwrap();
    let statements = document["Statement"].as_array().unwrap();
    let of = |sid: &str| statements.iter().find(|one| one["Sid"] == sid).unwrap();
    assert_eq!(of("AssumeRoles")["Action"], json!(["sts:AssumeRole"]));
    assert_eq!(
        of("AssumeRoles")["Resource"],
        "arn:aws:iam::*:role/audit/Auditor"
    );
    assert_eq!(
        of("ListOrganization")["Action"],
        json!([
            "organizations:DescribeOrganization",
            "organizations:ListAccounts",
            "organizations:ListAccountsForParent",
            "organizations:ListOrganizationalUnitsForParent",
            "organizations:ListRoots",
        ])
    );
    // Who administers a service for the organization is asked only if a check wants to know.
    let check = "accessanalyzer-external-access-unwatched";
    let arguments = ["policy", "--check", check, "--organization"];
    let arguments = [&arguments[..], &["--role-name", ROLE]].concat();
    let (code, said, _) = crate::harness::run(&arguments);
    assert_eq!(code, 0);
    let document: Value = serde_json::from_str(&said).unwrap();
    let mut statements = document["Statement"].as_array().unwrap().iter();
    let listing = statements.find(|one| one["Sid"] == "ListOrganization");
    let actions = listing.unwrap()["Action"].as_array().unwrap();
    assert_eq!(actions.len(), 6, "{actions:?}");
    assert!(actions.contains(&json!("organizations:ListDelegatedAdministrators")));
}
