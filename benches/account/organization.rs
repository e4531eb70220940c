//! An organization of small accounts.

use serde_json::json;
use waterline_mocks::{Account, Mix, Spec};

/// The role that every account has for the audit.
pub(crate) const ROLE: &str = "Auditor";

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
    let id = |number: usize| format!("{:012}", 100_000_000_000 + number);
    let mut accounts: Vec<Account> = (0..count)
        .map(|number| {
            let mut account = Account::generated(&Spec {
                id: id(number),
                seed: number as u64 + 1,
                regions: regions.to_vec(),
                mix: mix.clone(),
            });
            account.add_role(ROLE, None);
            account
        })
        .collect();
    if let Some(first) = accounts.first_mut() {
        list(first, (0..count).map(id));
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
    let accounts = json!({ "Accounts": accounts });
    account.reply("global", service, "ListAccounts", accounts.clone());
    let root = json!({"Roots": [{"Id": "r-exam", "Name": "Root"}]});
    account.reply("global", service, "ListRoots", root);
    account.reply("global", service, "ListAccountsForParent", accounts);
    let none = json!({"OrganizationalUnits": []});
    account.reply("global", service, "ListOrganizationalUnitsForParent", none);
}
