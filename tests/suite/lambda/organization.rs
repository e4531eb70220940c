//! The accounts of an organization, as a state machine would have them audited: listed, audited one
//! by one, joined.

use super::{BUCKET, Function, NOW, event, keys, moto, object, places};
use crate::account::runtime;
use crate::organization::{
    CLOSED, EXTERNAL_ID, LOCKED, MANAGEMENT, PAYMENTS, ROLE, SANDBOX, accounts,
};
use serde_json::{Value, json};
use waterline_mocks::{Controls, Effect, Emulator, Rule};

fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn accounts_are_listed_audited_and_joined_and_what_is_missing_is_told() {
    let moto = moto();
    runtime().block_on(async {
        // The function's own role may list accounts and become the members' roles, and reads nothing.
        let controls = Controls::default();
        let regions = Rule::new("ec2:DescribeRegions", Effect::Deny {});
        controls.add(regions.of_account(MANAGEMENT).times(1));
        let role = Rule::new("sts:AssumeRole", Effect::Deny {});
        controls.add(role.about(&format!("::{PAYMENTS}:")).times(1));
        let emulator = Emulator::start(accounts(), controls).await.unwrap();
        let endpoint = emulator.endpoint();
        let work = tokio::task::spawn_blocking(move || {
            // The buckets of the accounts are the emulator's; the reports are moto's.
            let mut variables = places(&endpoint, &moto);
            let key = format!("AKIA{MANAGEMENT}TEST");
            variables.extend([("WATERLINE_PREFIX", "org"), ("AWS_ACCESS_KEY_ID", &*key)]);
            let function = Function::start(120, NOW, &variables);
            let wanted = |action: &str, more: Value| {
                let mut event = event(json!({"action": action, "run": "r", "checks": ["kms-key-rotation-off", "cloudtrail-trail-log-file-validation-off"]}));
                for (key, value) in more.as_object().unwrap() {
                    event[key] = value.clone();
                }
                event
            };
            let (sort, message) = function.refuses(&wanted("accounts", json!({})));
            assert_eq!(sort, "WaterlineEvent");
            assert!(message.contains("organization.role_name"), "{message}");
            let (sort, message) = function.refuses(&wanted("join", json!({})));
            assert_eq!(sort, "WaterlineDelivery");
            assert!(message.contains("there is no s3://waterline-reports/org/runs/r/directory.json"), "{message}");

            let organization = json!({"role_name": ROLE, "external_id": EXTERNAL_ID, "ous": []});
            let listed = function.invoke(&wanted("accounts", json!({"organization": organization})));
            assert_eq!((&listed["status"], &listed["accounts"], &listed["left_out"]), (&json!("done"), &json!(4), &json!(1)), "{listed}");
            assert_eq!(listed["list"], json!(format!("s3://{BUCKET}/org/runs/r/accounts.json")));
            let items = parsed(&object(&moto, &listed["list"]));
            let items = items.as_array().unwrap();
            let ids: Vec<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
            assert_eq!(ids, [MANAGEMENT, PAYMENTS, SANDBOX, LOCKED]);

            for item in items {
                let id = item["id"].as_str().unwrap();
                assert_eq!(item["role_arn"], json!(format!("arn:aws:iam::{id}:role/{ROLE}")));
                let account = json!({"role_arn": item["role_arn"], "external_id": item["external_id"]});
                let audit = wanted("audit", json!({"account": account}));
                if id == LOCKED {
                    let (sort, message) = function.refuses(&audit);
                    assert_eq!(sort, "WaterlineSession");
                    assert!(message.contains("could not be assumed: AccessDenied"), "{message}");
                } else {
                    // What could not be entered at first, and then could, was read.
                    if id == PAYMENTS {
                        assert_eq!(function.refuses(&audit).0, "WaterlineSession");
                        assert!(keys(&moto).contains(&format!("org/{PAYMENTS}/r/unread.json")));
                    }
                    let answer = function.invoke(&audit);
                    assert_eq!((&answer["status"], &answer["account"]), (&json!("done"), &json!(id)), "{answer}");
                }
            }

            let joined = function.invoke(&wanted("join", json!({})));
            assert_eq!((&joined["status"], &joined["joined"]), (&json!("done"), &json!(4)), "{joined}");
            let unread = format!("s3://{BUCKET}/org/{LOCKED}/r/unread.json");
            assert_eq!((&joined["unread"], &joined["missing"]), (&json!([unread]), &json!([])));
            let document = parsed(&object(&moto, &joined["reports"][0]));
            assert_eq!(document["schema"], "waterline.organization/v1");
            assert_eq!(document["score"]["whole"], joined["score"]);
            let states: Vec<(&str, &str)> = document["accounts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|account| (account["id"].as_str().unwrap(), account["state"].as_str().unwrap()))
                .collect();
            println!("{states:?}");
            assert_eq!(states.len(), 5, "{states:?}");
            let state = |id: &str| states.iter().find(|(known, _)| *known == id).unwrap().1;
            assert_eq!((state(PAYMENTS), state(LOCKED), state(CLOSED)), ("read", "not_read", "left_out"));
            let accounts = document["accounts"].as_array().unwrap();
            let why = accounts.iter().find(|account| account["id"] == LOCKED).unwrap();
            let why = why["why"].as_str().unwrap();
            assert!(why.starts_with("sts:AssumeRole denied: "), "{why}");
            assert_eq!(joined["reports"].as_array().unwrap().len(), 3);
        });
        work.await.unwrap();
        emulator.stop().await;
    });
}
