//! An organization of small accounts.

use serde_json::json;
use waterline_mocks::{Account, Mix, Spec};

/// The role that every account has for the audit.
pub(crate) const ROLE: &str = "Auditor";

/// How many accounts lie directly in the root, and in each unit.
const IN_A_UNIT: usize = 5;
/// How many units lie directly in the root, and in each unit: two hundred accounts are four deep.
const BELOW: usize = 3;

/// So many accounts, each with some fifty resources; the first one manages the organization.
pub(crate) fn accounts(count: usize, regions: &[String]) -> Vec<Account> {
    let mix = Mix {
        buckets: 4,
        users: 2,
        roles: 5,
        policies: 2,
        security_groups: 3,
        instances: 2,
        volumes: 1,
        snapshots: 1,
        keys: 1,
        log_groups: 2,
        topics: 1,
        vpcs: 1,
        databases: 0,
        file_systems: 0,
        clusters: 0,
    };
    let number = |account: usize| format!("{:012}", 100_000_000_000 + account);
    let mut accounts: Vec<Account> = (0..count)
        .map(|one| {
            let mut account = Account::generated(&Spec {
                id: number(one),
                seed: one as u64 + 1,
                regions: regions.to_vec(),
                mix: mix.clone(),
            });
            account.add_role(ROLE, None);
            account
        })
        .collect();
    if let Some(first) = accounts.first_mut() {
        list(first, (0..count).map(number));
    }
    accounts
}

/// What the management account says of its organization.
fn list(account: &mut Account, ids: impl Iterator<Item = String>) {
    let service = "organizations";
    let manager = account.id().to_owned();
    let organization = json!({"Id": "o-example1234", "FeatureSet": "ALL", "MasterAccountId": manager,
        "Arn": format!("arn:aws:organizations::{manager}:organization/o-example1234")});
    let reply = json!({ "Organization": organization });
    account.reply("global", service, "DescribeOrganization", reply);
    let accounts: Vec<_> = ids
        .map(|id| json!({"Name": format!("account {id}"), "Id": id, "State": "ACTIVE"}))
        .collect();
    let all = json!({ "Accounts": accounts });
    account.reply("global", service, "ListAccounts", all);
    let root = json!({"Roots": [{"Id": id(0), "Name": "Root"}]});
    account.reply("global", service, "ListRoots", root);
    let groups: Vec<_> = accounts.chunks(IN_A_UNIT).collect();
    for (unit, accounts) in groups.iter().enumerate() {
        let of = json!({"ParentId": id(unit)});
        let direct = json!({ "Accounts": accounts });
        let operation = "ListAccountsForParent";
        account.reply_to("global", service, operation, of.clone(), Ok(direct));
        let below = unit * BELOW + 1..=unit * BELOW + BELOW;
        let below: Vec<_> = below
            .filter(|unit| *unit < groups.len())
            .map(|unit| json!({"Id": id(unit), "Name": format!("unit {unit}")}))
            .collect();
        let below = json!({ "OrganizationalUnits": below });
        let operation = "ListOrganizationalUnitsForParent";
        account.reply_to("global", service, operation, of, Ok(below));
    }
}

/// The id of a unit; the first one is the root.
fn id(unit: usize) -> String {
    match unit {
        0 => "r-exam".to_owned(),
        _ => format!("ou-exam-{unit:08}"),
    }
}
