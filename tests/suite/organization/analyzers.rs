//! Analyzers of the whole organization, which only the accounts that made them list.

use super::*;
use std::collections::BTreeMap;
use waterline_mocks::{Effect, Rule};

const CHECK: &str = "accessanalyzer-external-access-unwatched";
const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];
const ROLES: &[&str] = &["--role-name", ROLE, "--external-id", EXTERNAL_ID];

/// The sandbox administers the service for the organization, and has an analyzer of all of it in
/// one Region; the one in the other Region was disabled. The account of the payments has one of
/// its own there.
fn watched() -> Vec<Account> {
    let mut accounts = accounts();
    let delegated = json!({"DelegatedAdministrators": [{"Id": SANDBOX, "Name": "Sandbox"}]});
    let list = "ListDelegatedAdministrators";
    accounts[0].reply("global", "organizations", list, delegated);
    let of = |name: &str, kind: &str, status: &str| {
        json!({
            "arn": format!("arn:aws:access-analyzer:us-east-1:{SANDBOX}:analyzer/{name}"),
            "name": name,
            "type": kind,
            "createdAt": "2026-01-01T00:00:00Z",
            "status": status,
        })
    };
    let unused = of("unused", "ORGANIZATION_UNUSED_ACCESS", "ACTIVE");
    let whole = |status: &str| of("whole", "ORGANIZATION", status);
    for (account, region, analyzers) in [
        (2, "us-east-1", vec![unused.clone(), whole("ACTIVE")]),
        (2, "eu-west-1", vec![unused, whole("DISABLED")]),
        (1, "eu-west-1", vec![of("own", "ACCOUNT", "ACTIVE")]),
    ] {
        let reply = json!({ "analyzers": analyzers });
        accounts[account].reply(region, "accessanalyzer", "ListAnalyzers", reply);
    }
    accounts
}

/// What the check says in both Regions of each account that is read.
async fn said(emulator: &Running, folder: &Path, of: &[&str]) -> BTreeMap<String, [String; 2]> {
    let at = |name: &str| folder.join(name).display().to_string();
    let each = format!("json={}", at("{account}.json"));
    let all = format!("json={}", at("all.json"));
    let snapshots = at("{account}.jsonl.gz");
    let what = ["--check", CHECK, "-q", "-o", &each, "-o", &all];
    let arguments = [&["audit"], of, ROLES, &what, &["--snapshot", &snapshots]].concat();
    let (code, _, complaint) = ask(emulator, &arguments).await;
    assert_eq!(code, 0, "{complaint}");
    let document = read(&folder.join("all.json"));
    let accounts = states(&document).into_iter();
    accounts
        .filter(|(_, state)| *state != "left_out")
        .map(|(account, _)| {
            let own = read(&folder.join(format!("{account}.json")));
            let results = own["results"].as_array().unwrap();
            let said = REGIONS.map(|region| {
                let found = results.iter().find(|one| one["region"] == region);
                found.unwrap()["verdict"].as_str().unwrap().to_owned()
            });
            (account.to_owned(), said)
        })
        .collect()
}

fn expected(all: &[(&str, [&str; 2])]) -> BTreeMap<String, [String; 2]> {
    let all = all.iter();
    all.map(|(account, said)| ((*account).to_owned(), said.map(str::to_owned)))
        .collect()
}

#[test]
fn an_analyzer_of_the_organization_covers_its_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    runtime().block_on(async {
        let emulator = Emulator::start(watched(), Controls::default())
            .await
            .unwrap();
        let of = ["--organization", "--exclude", LOCKED];
        assert_eq!(
            said(&emulator, folder.path(), &of).await,
            expected(&[
                (MANAGEMENT, ["fail", "pass"]),
                (PAYMENTS, ["pass", "pass"]),
                (SANDBOX, ["fail", "pass"]),
            ])
        );
        let own = std::fs::read_to_string(at(&format!("{MANAGEMENT}.json"))).unwrap();
        let inactive = "eu-west-1 has an analyzer for external access, but it is not active";
        assert!(own.contains(inactive), "{own}");
        // Who asked, and where, is told with the listing of the accounts.
        let document = read(&at("all.json"));
        let ledger = document["ledger"].as_array().unwrap();
        let calls = |operation: &str, account: &str| {
            let mut lines = ledger.iter();
            lines.any(|line| line["operation"] == operation && line["account"] == account)
        };
        assert!(calls(
            "organizations:ListDelegatedAdministrators",
            MANAGEMENT
        ));
        assert!(calls("accessanalyzer:ListAnalyzers", MANAGEMENT));
        assert!(calls("accessanalyzer:ListAnalyzers", SANDBOX));
        assert!(!calls("accessanalyzer:ListAnalyzers", PAYMENTS));

        // One by one, nothing is known of the organization's, and nobody is asked for them.
        let list = at("accounts").display().to_string();
        std::fs::write(&list, format!("{MANAGEMENT}\n{PAYMENTS}\n")).unwrap();
        let before = emulator.asked("ListDelegatedAdministrators");
        assert_eq!(
            said(&emulator, folder.path(), &["--accounts-file", &list]).await,
            expected(&[(MANAGEMENT, ["fail", "fail"]), (PAYMENTS, ["pass", "fail"])])
        );
        assert_eq!(emulator.asked("ListDelegatedAdministrators"), before);
        emulator.stop().await;
    });
}

#[test]
fn what_the_organization_has_is_in_each_account_s_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    runtime().block_on(async {
        let emulator = Emulator::start(watched(), Controls::default())
            .await
            .unwrap();
        let of = ["--organization", "--exclude", LOCKED];
        said(&emulator, folder.path(), &of).await;
        emulator.stop().await;
    });
    for account in [MANAGEMENT, PAYMENTS, SANDBOX] {
        let snapshot = at(&format!("{account}.jsonl.gz")).display().to_string();
        let again = format!("json={}", at("again.json").display());
        let assess = ["assess", &snapshot, "--check", CHECK, "-q", "-o", &again];
        let (code, _, complaint) = crate::harness::run(&assess);
        assert_eq!(code, 0, "{complaint}");
        let live = std::fs::read(at(&format!("{account}.json"))).unwrap();
        assert!(std::fs::read(at("again.json")).unwrap() == live);
    }
}

#[test]
fn an_administrator_that_could_not_be_asked_leaves_it_open() {
    let folder = tempfile::tempdir().unwrap();
    let (open, pass) = ("not_assessed", "pass");
    runtime().block_on(async {
        let emulator = Emulator::start(watched(), Controls::default())
            .await
            .unwrap();
        let listing = "organizations:ListDelegatedAdministrators";
        let analyzers = "accessanalyzer:ListAnalyzers";
        let without = format!("{LOCKED},{SANDBOX}");
        let (management, payments) = ((MANAGEMENT, [open, open]), (PAYMENTS, [pass, open]));
        for (denied, excluded, operation, sandbox) in [
            // Nobody is known, but what each has of its own.
            (
                Some(Rule::new(listing, Effect::Deny {})),
                LOCKED,
                listing,
                Some([open, pass]),
            ),
            (
                Some(Rule::new(analyzers, Effect::Deny {}).of_account(SANDBOX)),
                LOCKED,
                analyzers,
                Some([open, open]),
            ),
            // An account that is left out is not entered.
            (None, without.as_str(), "sts:AssumeRole", None),
        ] {
            emulator.controls().clear();
            if let Some(rule) = denied {
                emulator.controls().add(rule);
            }
            let of = ["--organization", "--exclude", excluded];
            let mut all = vec![management, payments];
            all.extend(sandbox.map(|said| (SANDBOX, said)));
            assert_eq!(
                said(&emulator, folder.path(), &of).await,
                expected(&all),
                "{operation}"
            );
            let document = read(&folder.path().join("all.json"));
            let gaps = document["gaps"].as_array().unwrap().iter();
            let told: Vec<&Value> = gaps.map(|gap| &gap["operation"]).collect();
            assert_eq!(told, [operation], "{operation}");
        }
        emulator.stop().await;
    });
}
