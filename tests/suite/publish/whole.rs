//! Whole runs of the program: where findings go, what a plan asks, the pace, and a run that is
//! killed between reading and the last batch.

use super::lifecycle::{many, publish, some};
use super::*;
use std::time::{Duration, Instant};
use waterline_mocks::{Effect, Outcome, Rule};

const AUDIT: [&str; 4] = ["audit", "-q", "--publish", "security-hub"];
const CHECKS: [&str; 2] = [
    "--check",
    "ec2-volume-unencrypted,iam-user-console-without-mfa",
];

#[test]
fn a_dry_run_of_an_audit_reads_and_sends_nothing() {
    runtime().block_on(async {
        let emulator = emulator(&REGIONS, Controls::default()).await;
        let arguments = [&AUDIT[..], &CHECKS, &["--dry-run", "--steps"]].concat();
        let (code, said, complaint) = ask(&emulator, 0, &arguments).await;
        assert_eq!(code, 0, "{complaint}");
        // Told however quiet the run, and beside what the report says.
        assert!(
            complaint.contains("dry run: nothing is sent"),
            "{complaint}"
        );
        let created = "create  us-east-1  waterline/iam-user-console-without-mfa";
        assert!(complaint.contains(created), "{complaint}");
        assert!(!said.contains("dry run"), "{said}");
        assert!(emulator.asked("GetFindings") >= 2);
        assert!(emulator.asked("DescribeVolumes") >= 2);
        for operation in ["BatchImportFindings", "SimulatePrincipalPolicy"] {
            assert_eq!(emulator.asked(operation), 0, "{operation}");
        }
        assert!(held(&emulator).await.is_empty());
        emulator.stop().await;
    });
}

/// Security Hub is on in the home Region only, and nobody asks for it elsewhere.
#[test]
fn every_finding_of_an_audit_can_go_to_one_region() {
    runtime().block_on(async {
        let emulator = emulator(&["eu-west-1"], Controls::default()).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        let json = format!("json={}", file.display());
        let home = ["--hub-region", "eu-west-1", "-o", &json];
        let arguments = [&AUDIT[..], &CHECKS, &home].concat();
        let (code, _, complaint) = ask(&emulator, 0, &arguments).await;
        assert_eq!(code, 0, "{complaint}");
        let mut regions = std::collections::BTreeSet::new();
        for entry in emulator.log() {
            if entry.service != "securityhub" {
                continue;
            }
            assert_eq!(entry.region, "eu-west-1", "{}", entry.operation);
            let findings = entry.input["Findings"].as_array().into_iter().flatten();
            for finding in findings {
                let product = finding["ProductArn"].as_str().unwrap();
                assert!(product.contains(":eu-west-1:"), "{product}");
                let region = &finding["ProductFields"]["waterline/Region"];
                regions.insert(region.as_str().unwrap().to_owned());
            }
        }
        // Findings of several Regions, and of none.
        let all = ["eu-west-1", "global", "us-east-1"].map(str::to_owned);
        assert_eq!(regions, all.into());
        let mut held = BTreeMap::new();
        for finding in held_in(&emulator, "eu-west-1").await {
            let verdict = finding.product_fields["waterline/Verdict"].clone();
            held.insert(finding.id, verdict);
        }
        assert_eq!(held, expected(&read(&file)));
        emulator.stop().await;
    });
}

/// Security Hub's published limits, held by the emulator: 10 imports a second with a burst of
/// 30 (partner guide, "Guidelines for using the BatchImportFindings API"), 3 pages with a burst of 6
/// (API reference of Security Hub). Pages come as fast as they are asked for, so the pace is ours. It
/// begins at the limit and tries more while nothing is throttled, so a call now and then is: few
/// are, and none is lost.
#[test]
fn the_published_limits_set_the_pace() {
    runtime().block_on(async {
        let controls = Controls::default();
        let limit = |operation: &str, refill, burst| {
            let operation = format!("securityhub:{operation}");
            Rule::new(&operation, Effect::RateLimit { refill, burst })
        };
        controls.add(limit("BatchImportFindings", 10.0, 30.0));
        controls.add(limit("GetFindings", 3.0, 6.0));
        let emulator = emulator(&REGIONS, controls).await;
        let folder = tempfile::tempdir().unwrap();
        let document = many(&some(&emulator, folder.path()).await, 4000);
        let (code, said, complaint) = publish(&emulator, folder.path(), &document, &[]).await;
        assert_eq!(code, 0, "{complaint}");
        assert!(said.contains("took 4000 of 4000"), "{said}");
        let began = Instant::now();
        let (code, said, complaint) = publish(&emulator, folder.path(), &document, &[]).await;
        assert_eq!(code, 0, "{complaint}");
        assert!(said.contains("4000 unchanged"), "{said}");
        // Twenty pages of a Region, six of them at once.
        assert!(
            began.elapsed() > Duration::from_secs(3),
            "{:?}",
            began.elapsed()
        );
        let (mut asked, mut throttled) = (0, 0);
        for entry in emulator.log() {
            if ["BatchImportFindings", "GetFindings"].contains(&&*entry.operation) {
                asked += 1;
                throttled += usize::from(entry.outcome != Outcome::Ok {});
            }
        }
        assert!(asked > 80, "{asked}");
        assert!(throttled * 10 <= asked, "{throttled} of {asked}");
        emulator.stop().await;
    });
}

/// Killed while it publishes what it read itself, and begun again.
#[test]
fn an_audit_that_is_killed_half_way_is_completed_by_the_next() {
    runtime().block_on(async {
        let controls = Controls::default();
        let emulator = emulator(&REGIONS, controls.clone()).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        let json = format!("json={}", file.display());
        let audit = [&AUDIT[..], &["-o", &json]].concat();
        let slow = Effect::Latency { ms: 400 };
        controls.add(Rule::new("securityhub:BatchImportFindings", slow));
        let mut child = command(&emulator, 0, &audit)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while emulator.asked("BatchImportFindings") < 5 {
            assert!(
                began.elapsed() < Duration::from_secs(120),
                "nothing is sent"
            );
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended before it was killed");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let killed = held(&emulator).await;
        controls.clear();
        let (code, _, complaint) = ask(&emulator, 1, &audit).await;
        assert_eq!(code, 0, "{complaint}");
        let completed = held(&emulator).await;
        assert_eq!(active(&completed), expected(&read(&file)));
        let (some, all) = (killed.len(), completed.len());
        assert!(some > 0 && some < all, "{some} of {all}");
        for (key, old) in &killed {
            assert_eq!(completed[key], *old, "sent twice, and it is the same");
        }
        emulator.stop().await;
    });
}
