//! Several accounts in one run: whole runs of the program against an organization in the emulator,
//! and against moto's server.

mod analyzers;
mod entry;
mod failures;
mod moto;
mod runs;
mod stopped;

use crate::account::runtime;
use crate::harness::{told, waterline};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use waterline_mocks::{Account, Controls, Emulator, Fault, Running};

pub(crate) const MANAGEMENT: &str = "111111111111";
pub(crate) const PAYMENTS: &str = "222222222222";
pub(crate) const SANDBOX: &str = "333333333333";
pub(crate) const CLOSED: &str = "444444444444";
/// Nobody may assume the role in it.
pub(crate) const LOCKED: &str = "555555555555";

pub(crate) const ROLE: &str = "Auditor";
pub(crate) const EXTERNAL_ID: &str = "ours-and-nobody-elses";

/// An organization: a root, two units below it, one of which holds another, and five accounts, one
/// of which is suspended.
pub(crate) fn accounts() -> Vec<Account> {
    delegated_to(None)
}

/// The organization, which lets an account list the others beside the one that manages it.
fn delegated_to(delegate: Option<&str>) -> Vec<Account> {
    let mut accounts: Vec<Account> = [MANAGEMENT, PAYMENTS, SANDBOX, CLOSED, LOCKED]
        .into_iter()
        .map(account)
        .collect();
    let denied = Fault::new(
        "AccessDeniedException",
        "You don't have permissions to access this resource.",
        400,
    );
    for member in &mut accounts {
        if member.id() == MANAGEMENT || Some(member.id()) == delegate {
            list(member);
            continue;
        }
        let none = json!({});
        member.reply_to(
            "global",
            "organizations",
            "ListAccounts",
            none,
            Err(denied.clone()),
        );
    }
    accounts
}

/// An account with a trail of the organization, a bucket, and a role to audit it by.
fn account(id: &str) -> Account {
    let mut account = Account::new(id);
    account.set_regions(["eu-west-1", "us-east-1"]);
    match id {
        LOCKED => account.add_role("SomethingElse", None),
        _ => account.add_role(ROLE, Some(EXTERNAL_ID)),
    }
    account.reply(
        "global",
        "organizations",
        "DescribeOrganization",
        json!({"Organization": {
            "Id": "o-example1234",
            "Arn": format!("arn:aws:organizations::{MANAGEMENT}:organization/o-example1234"),
            "FeatureSet": "ALL",
            "MasterAccountId": MANAGEMENT,
            "MasterAccountArn": format!("arn:aws:organizations::{MANAGEMENT}:account/o-example1234/{MANAGEMENT}"),
        }}),
    );
    let name = format!("data-of-{id}");
    let bucket =
        json!({"Name": name, "CreationDate": "2026-01-01T00:00:00Z", "BucketRegion": "us-east-1"});
    account.reply("global", "s3", "ListBuckets", json!({"Buckets": [bucket]}));
    let trail = format!("arn:aws:cloudtrail:us-east-1:{MANAGEMENT}:trail/everything");
    for region in ["eu-west-1", "us-east-1"] {
        account.reply(
            region,
            "cloudtrail",
            "DescribeTrails",
            json!({"trailList": [{
                "Name": "everything",
                "TrailARN": trail,
                "HomeRegion": "us-east-1",
                "S3BucketName": format!("data-of-{MANAGEMENT}"),
                "IsMultiRegionTrail": true,
                "IsOrganizationTrail": true,
                "IncludeGlobalServiceEvents": true,
                "LogFileValidationEnabled": false,
                "HasCustomEventSelectors": false,
                "HasInsightSelectors": false,
            }]}),
        );
    }
    account.reply(
        "us-east-1",
        "cloudtrail",
        "GetTrailStatus",
        json!({"IsLogging": true, "StartLoggingTime": "2026-01-01T00:00:00Z"}),
    );
    account.reply(
        "us-east-1",
        "cloudtrail",
        "GetEventSelectors",
        json!({"TrailARN": trail, "EventSelectors": [{
            "ReadWriteType": "All",
            "IncludeManagementEvents": true,
            "DataResources": [],
            "ExcludeManagementEventSources": [],
        }]}),
    );
    account
}

/// What the management account says of its organization.
fn list(account: &mut Account) {
    let service = "organizations";
    let one = |id: &str, name: &str, state: &str| {
        json!({
            "Id": id,
            "Arn": format!("arn:aws:organizations::{MANAGEMENT}:account/o-example1234/{id}"),
            "Email": format!("{}@example.com", name.to_lowercase()),
            "Name": name,
            "State": state,
            "JoinedMethod": "CREATED",
        })
    };
    let management = one(MANAGEMENT, "Management", "ACTIVE");
    let payments = one(PAYMENTS, "Payments", "ACTIVE");
    let sandbox = one(SANDBOX, "Sandbox", "ACTIVE");
    let closed = one(CLOSED, "Closed", "PENDING_CLOSURE");
    let locked = one(LOCKED, "Locked", "ACTIVE");
    let all = json!({"Accounts": [payments, locked, management, closed, sandbox]});
    account.reply("global", service, "ListAccounts", all);
    let root = json!({"Roots": [{"Id": "r-exam", "Name": "Root", "Arn": format!("arn:aws:organizations::{MANAGEMENT}:root/o-example1234/r-exam"), "PolicyTypes": []}]});
    account.reply("global", service, "ListRoots", root);
    let unit = |id: &str, name: &str| json!({"Id": id, "Name": name, "Arn": format!("arn:aws:organizations::{MANAGEMENT}:ou/o-example1234/{id}")});
    for (parent, accounts, units) in [
        (
            "r-exam",
            vec![&management, &closed],
            vec![
                unit("ou-exam-workload", "Workloads"),
                unit("ou-exam-tryitout", "Trying out"),
            ],
        ),
        (
            "ou-exam-workload",
            vec![&locked],
            vec![unit("ou-exam-prodprod", "Production")],
        ),
        ("ou-exam-prodprod", vec![&payments], vec![]),
        ("ou-exam-tryitout", vec![&sandbox], vec![]),
    ] {
        let of = json!({"ParentId": parent});
        let accounts = Ok(json!({"Accounts": accounts}));
        account.reply_to(
            "global",
            service,
            "ListAccountsForParent",
            of.clone(),
            accounts,
        );
        let units = Ok(json!({"OrganizationalUnits": units}));
        account.reply_to(
            "global",
            service,
            "ListOrganizationalUnitsForParent",
            of,
            units,
        );
    }
}

async fn emulator(controls: Controls) -> Running {
    let accounts = accounts();
    for account in &accounts {
        assert_eq!(account.problems(), [""; 0]);
    }
    Emulator::start(accounts, controls).await.unwrap()
}

/// The program at work with an access key of an account.
fn command(emulator: &Running, key: &str, arguments: &[&str]) -> Command {
    let mut command = waterline();
    command
        .args(arguments)
        .args(["--endpoint-url", &emulator.endpoint()])
        .env("SOURCE_DATE_EPOCH", "1795348800")
        .env("AWS_ACCESS_KEY_ID", key)
        .env("AWS_SECRET_ACCESS_KEY", "x");
    command
}

/// Runs the program as the management account; gives its exit code and what it said.
async fn ask(emulator: &Running, arguments: &[&str]) -> (i32, String, String) {
    as_account(emulator, MANAGEMENT, arguments).await
}

async fn as_account(
    emulator: &Running,
    account: &str,
    arguments: &[&str],
) -> (i32, String, String) {
    let key = format!("AKIA{account}TEST");
    let mut command = command(emulator, &key, arguments);
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    told(output.unwrap().unwrap())
}

/// How most runs here begin.
const AUDIT: &[&str] = &[
    "audit",
    "--organization",
    "--role-name",
    ROLE,
    "--external-id",
    EXTERNAL_ID,
    "--service",
    "cloudtrail,s3",
];

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Something of each account of a combined report.
fn of_accounts<'d>(document: &'d Value, key: &str) -> Vec<(&'d str, &'d Value)> {
    let accounts = document["accounts"].as_array().unwrap().iter();
    accounts
        .map(|account| (account["id"].as_str().unwrap(), &account[key]))
        .collect()
}

fn states(document: &Value) -> Vec<(&str, &str)> {
    let of = of_accounts(document, "state").into_iter();
    of.map(|(id, state)| (id, state.as_str().unwrap()))
        .collect()
}

/// A check of a combined report.
fn check<'d>(document: &'d Value, id: &str) -> &'d Value {
    let mut checks = document["checks"].as_array().unwrap().iter();
    checks.find(|check| check["id"] == id).unwrap()
}
