//! How an account is read: what is asked at once, and what ends a call, a list, a session.

use crate::account::{ask, emulator, runtime};
use crate::harness::catalogue;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use waterline::aws::{Options, Retries, Session};
use waterline::collect::{Unwatched, collect};
use waterline::derive::derivations;
use waterline::model::{Gap, Reason, Snapshot};
use waterline::plan::Plan;
use waterline_mocks::{Account, Controls, Effect, Emulator, LogEntry, Rule, Running};

/// Reads the facts of these kinds that the catalogue asks for.
async fn read(emulator: &Running, kinds: &[&str], retries: Retries) -> Snapshot {
    let options = Options {
        endpoint_url: Some(emulator.endpoint()),
        credentials: Some(("x".to_owned(), "x".to_owned())),
        retries,
        unpaced: true,
        ..Options::default()
    };
    let session = Session::open(&options).await.unwrap();
    let catalog = catalogue();
    let checks = catalog.checks.iter();
    let of = |kind: &str| kinds.contains(&kind);
    let facts = catalog.facts(checks.filter(|check| of(check.kind.name)));
    let plan = Plan::of(facts, &derivations());
    emulator.clear_log();
    let snapshot = collect(Arc::new(session), Arc::new(plan), Arc::new(Unwatched)).await;
    snapshot.unwrap()
}

/// So long an answer takes that all that is asked at once has been asked before it comes.
const LATE: u64 = 4_000;

/// Whether the last of the requests came before the first was answered.
fn at_once<'a>(requests: impl Iterator<Item = &'a LogEntry>) -> bool {
    let times: Vec<u64> = requests.map(|request| request.at_ms).collect();
    match (times.iter().min(), times.iter().max()) {
        (Some(first), Some(last)) => last - first < LATE,
        _ => false,
    }
}

#[test]
fn what_hangs_on_one_thing_is_asked_at_once() {
    runtime().block_on(async {
        let controls = Controls::default();
        let late = || Effect::Latency { ms: LATE };
        controls.add(Rule::new("s3:Get*", late()));
        controls.add(Rule::new("ec2:Get*", late()));
        // The account's facts do not wait for the credential report, nor what is asked of the
        // organization for them.
        controls.add(Rule::new("iam:GenerateCredentialReport", late()));
        controls.add(Rule::new("iam:GetAccount*", late()));
        let emulator = emulator(controls).await;
        let kinds = [
            "s3.bucket",
            "ec2.region",
            "account",
            "organizations.organization",
        ];
        read(&emulator, &kinds, Retries::default()).await;
        let log = emulator.log();
        let mut buckets: BTreeMap<String, Vec<&LogEntry>> = BTreeMap::new();
        for request in log.iter().filter(|request| request.service == "s3") {
            if let Some(bucket) = request.input["Bucket"].as_str() {
                buckets.entry(bucket.to_owned()).or_default().push(request);
            }
        }
        assert!(buckets.len() > 3, "{} buckets", buckets.len());
        for (bucket, requests) in buckets {
            let asked: BTreeSet<&str> = requests.iter().map(|one| &*one.operation).collect();
            assert!(asked.len() > 8, "{bucket}: {asked:?}");
            assert!(at_once(requests.into_iter()), "{bucket}");
        }
        let settings = |region: &'static str| {
            let of = move |one: &&LogEntry| one.service == "ec2" && one.region == region;
            log.iter().filter(of)
        };
        assert!(settings("us-east-1").count() > 3);
        assert!(at_once(settings("us-east-1")));
        let account = ["account", "iam", "organizations"];
        let first = |one: &&LogEntry| {
            account.contains(&&*one.service) && one.operation != "GetCredentialReport"
        };
        assert!(log.iter().any(|one| one.operation == "ListPolicies"));
        assert!(at_once(log.iter().filter(first)));
        emulator.stop().await;
    });
}

#[test]
fn a_session_opens_with_one_wait() {
    runtime().block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new("*", Effect::Latency { ms: LATE }));
        let emulator = emulator(controls).await;
        let session = crate::account::session(&emulator).await;
        assert_eq!(&*session.account, "111122223333");
        assert_eq!(emulator.log().len(), 2);
        assert!(at_once(emulator.log().iter()));
        emulator.stop().await;
    });
}

fn gaps_of<'a>(snapshot: &'a Snapshot, operation: &str) -> Vec<&'a Gap> {
    let all = snapshot.gaps.iter();
    all.filter(|gap| &*gap.operation == operation).collect()
}

#[test]
fn pages_that_lead_to_each_other_end_the_list() {
    runtime().block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new("s3:ListBuckets", Effect::SmallPages { items: 1 }));
        controls.add(Rule::new("s3:ListBuckets", Effect::CirclingPages {}));
        let emulator = emulator(controls).await;
        let snapshot = read(&emulator, &["s3.bucket"], Retries::default()).await;
        let log = emulator.log();
        let asked = log.iter().filter(|one| one.operation == "ListBuckets");
        assert_eq!(asked.count(), 3, "no page is read twice");
        let gaps = gaps_of(&snapshot, "s3:ListBuckets");
        assert_eq!(gaps.len(), 1);
        assert!(gaps[0].message.contains("same page token"), "{gaps:?}");
        let list = snapshot.listings.iter();
        let mut list = list.filter(|list| &*list.kind == "s3.bucket");
        assert_eq!(list.next().unwrap().gaps, [gaps[0].id.clone()]);
        emulator.stop().await;
    });
}

#[test]
fn a_thing_that_cannot_be_told_of_leaves_its_list_open() {
    runtime().block_on(async {
        let mut account = Account::demo().unwrap();
        let entry = |more: Value| {
            let mut entry = json!({
                "Egress": false, "Protocol": "-1", "RuleAction": "allow", "RuleNumber": 100,
            });
            entry
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            entry
        };
        let acl = |id: &str, entry: Value| {
            json!({
                "NetworkAclId": id, "VpcId": "vpc-1", "IsDefault": false, "Associations": [],
                "OwnerId": "111122223333", "Tags": [], "Entries": [entry],
            })
        };
        let lacking = acl("acl-1", entry(json!({})));
        let whole = acl("acl-2", entry(json!({"CidrBlock": "10.0.0.0/8"})));
        let lists = [
            (
                "DescribeNetworkAcls",
                json!({"NetworkAcls": [lacking, whole]}),
            ),
            (
                "DescribeVolumes",
                json!({"Volumes": [{"Size": 1}, {"Size": 2}]}),
            ),
        ];
        for (operation, reply) in lists {
            account.reply("us-east-1", "ec2", operation, reply);
        }
        let emulator = Emulator::start(vec![account], Controls::default())
            .await
            .unwrap();
        let kinds = ["ec2.network_acl", "ec2.volume"];
        let snapshot = read(&emulator, &kinds, Retries::default()).await;
        let ids: Vec<&str> = (snapshot.resources.iter().map(|one| &*one.meta.id))
            .filter(|id| ["acl-1", "acl-2"].contains(id))
            .collect();
        assert_eq!(ids, ["acl-2"]);
        for (kind, operation) in [
            ("ec2.network_acl", "ec2:DescribeNetworkAcls"),
            ("ec2.volume", "ec2:DescribeVolumes"),
        ] {
            let lists: Vec<_> = (snapshot.listings.iter())
                .filter(|list| &*list.kind == kind && &*list.region == "us-east-1")
                .collect();
            assert_eq!(lists.len(), 1, "{kind}");
            let gaps = gaps_of(&snapshot, operation);
            assert_eq!(gaps.len(), 1, "{kind}");
            assert_eq!(lists[0].gaps, [gaps[0].id.clone()], "{kind}");
        }
        emulator.stop().await;
    });
}

#[test]
fn a_call_that_is_never_answered_takes_so_long_and_no_longer() {
    runtime().block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new("kms:ListKeys", Effect::Hang {}).in_region("us-east-1"));
        let emulator = emulator(controls).await;
        let retries = Retries {
            within: Duration::from_secs(3),
            ..Retries::default()
        };
        let began = Instant::now();
        let snapshot = read(&emulator, &["kms.key"], retries).await;
        // Six attempts of twenty seconds would be two minutes.
        assert!(began.elapsed() < Duration::from_secs(60));
        let gaps = gaps_of(&snapshot, "kms:ListKeys");
        assert_eq!(gaps.len(), 1);
        assert_eq!(gaps[0].reason, Reason::Failed);
        assert!(gaps[0].message.contains("within 3s"), "{gaps:?}");
        emulator.stop().await;
    });
}

#[test]
fn a_session_that_expires_is_not_used_any_more() {
    runtime().block_on(async {
        let expired = || Effect::Error {
            status: 403,
            code: Some("ExpiredToken".to_owned()),
            message: Some("The security token included in the request is expired".to_owned()),
        };
        let controls = Controls::default();
        // The two calls that open the session, and the first of the reading.
        controls.add(Rule::new("*", expired()).after(3));
        let emulator = emulator(controls).await;
        let (code, said, complaint) = ask(&emulator, &["audit", "--service", "s3"]).await;
        assert_eq!(code, 0, "{complaint}");
        let (_, told) = said
            .split_once("Not assessed, because it could not be read")
            .unwrap();
        assert!(
            told.contains("- the session expired: sign in again: "),
            "{told}"
        );
        assert!(!told.contains("- grant "), "{told}");
        let refused = emulator.log();
        let refused = refused
            .iter()
            .filter(|one| one.outcome != waterline_mocks::Outcome::Ok {});
        // Those that were on their way when the first was refused.
        let refused = refused.count();
        assert!((1..=256).contains(&refused), "{refused}");
        emulator.stop().await;
    });
}

#[test]
fn after_the_first_answer_that_a_session_expired_nothing_is_asked() {
    runtime().block_on(async {
        let expired = Effect::Error {
            status: 400,
            code: Some("RequestExpired".to_owned()),
            message: Some("Request has expired.".to_owned()),
        };
        let controls = Controls::default();
        controls.add(Rule::new("iam:*", expired));
        // What is asked next waits for this.
        controls.add(Rule::new("kms:ListKeys", Effect::Latency { ms: LATE }));
        let emulator = emulator(controls).await;
        let kinds = ["iam.user", "kms.key"];
        let snapshot = read(&emulator, &kinds, Retries::default()).await;
        let log = emulator.log();
        let asked: BTreeSet<&str> = log.iter().map(|one| &*one.operation).collect();
        assert!(asked.contains("ListKeys"), "{asked:?}");
        assert!(!asked.contains("DescribeKey"), "{asked:?}");
        let gaps = gaps_of(&snapshot, "kms:DescribeKey");
        assert!(!gaps.is_empty());
        for gap in gaps {
            assert_eq!(gap.reason, Reason::Denied, "{gap:?}");
            assert_eq!(gap.code.as_deref(), Some("RequestExpired"), "{gap:?}");
            assert!(gap.message.contains("not asked"), "{gap:?}");
        }
        emulator.stop().await;
    });
}

#[test]
fn a_misspelt_region_is_told_without_the_list_of_regions() {
    runtime().block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new("ec2:DescribeRegions", Effect::Deny {}));
        let emulator = emulator(controls).await;
        let region = "us-esat-1";
        let (code, _, complaint) = ask(&emulator, &["audit", "--region", region]).await;
        assert_eq!(code, 2, "{complaint}");
        assert!(
            complaint.contains("us-esat-1 is not an enabled Region"),
            "{complaint}"
        );
        let arguments = ["audit", "-q", "--service", "sns", "--region", "us-east-1"];
        let (code, _, complaint) = ask(&emulator, &arguments).await;
        assert_eq!(code, 0, "{complaint}");
        emulator.stop().await;
    });
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_session_that_does_not_open() {
    use crate::harness::{interrupt, told, waterline};
    use std::process::Stdio;
    runtime().block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new("sts:GetCallerIdentity", Effect::Hang {}));
        let emulator = emulator(controls).await;
        let child = waterline()
            .args(["audit", "--timeout", "600"])
            .args(["--endpoint-url", &emulator.endpoint()])
            .env("AWS_ACCESS_KEY_ID", "x")
            .env("AWS_SECRET_ACCESS_KEY", "x")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        while emulator.log().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        interrupt(&child);
        let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await;
        let (code, _, complaint) = told(output.unwrap().unwrap());
        assert_eq!(code, 130, "{complaint}");
        assert!(complaint.contains("nothing was read"), "{complaint}");
        emulator.stop().await;
    });
}
