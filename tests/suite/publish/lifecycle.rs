//! From run to run: what is created, updated, resolved and left.

use super::*;
use std::time::{Duration, Instant};
use waterline_mocks::{Effect, Rule};

/// The services whose checks are enough where not all is needed.
const SOME: [&str; 4] = ["--service", "iam", "--service", "s3"];

/// An assessment of some services of the demo account, kept in a file.
pub(super) async fn some(emulator: &Running, folder: &Path) -> Value {
    let file = folder.join("a.json");
    let json = format!("json={}", file.display());
    let arguments = [&["audit", "-q", "-o", &json], &SOME[..]].concat();
    let (code, _, complaint) = ask(emulator, 0, &arguments).await;
    assert_eq!(code, 0, "{complaint}");
    read(&file)
}

pub(super) async fn publish(
    emulator: &Running,
    folder: &Path,
    document: &Value,
    more: &[&str],
) -> (i32, String, String) {
    let file = folder.join("p.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let file = file.display().to_string();
    ask(emulator, 1, &[&["publish", &file][..], more].concat()).await
}

/// Two audits of the whole account with partial ones between them: of some checks, of one
/// Region, and with reads denied.
#[test]
fn partial_runs_between_two_full_ones_close_nothing() {
    runtime().block_on(async {
        let controls = Controls::default();
        let emulator = emulator(&REGIONS, controls.clone()).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("full.json");
        let json = format!("json={}", file.display());
        let audit = ["audit", "-q", "--publish", "security-hub", "-o", &json];
        let (code, _, complaint) = ask(&emulator, 0, &audit).await;
        assert_eq!(code, 0, "{complaint}");
        let full = expected(&read(&file));
        assert!(full.len() > 1500, "{} findings", full.len());
        let first = held(&emulator).await;
        assert_eq!(active(&first), full);

        // The same again, a day later: nothing is sent.
        emulator.clear_log();
        assert_eq!(ask(&emulator, 1, &audit).await.0, 0);
        assert_eq!(emulator.asked("BatchImportFindings"), 0);

        for part in [
            &["--check", "s3-bucket-policy-public,ec2-volume-unencrypted"][..],
            &["--severity", "critical"],
            &["--region", "eu-west-1"],
        ] {
            let audit = ["audit", "-q", "--publish", "security-hub"];
            let (code, _, complaint) = ask(&emulator, 2, &[&audit, part].concat()).await;
            assert_eq!(code, 0, "{complaint}");
            let now = held(&emulator).await;
            assert_eq!(now.len(), first.len(), "{part:?}");
            for (key, old) in &first {
                let new = &now[key];
                assert_eq!(new.record_state, "ACTIVE", "{part:?}: {}", old.id);
                // What is of the account is judged by the Regions that were read.
                let account = old.product_fields["waterline/Region"] == "global";
                assert!(
                    new == old || (account && part[0] == "--region"),
                    "{part:?}: {}",
                    old.id
                );
            }
        }
        let before = held(&emulator).await;

        for operation in [
            "ec2:DescribeSecurityGroups",
            "s3:ListBuckets",
            "iam:List*",
            "kms:*",
        ] {
            controls.add(Rule::new(operation, Effect::Deny {}));
        }
        let (code, _, complaint) = ask(&emulator, 3, &audit).await;
        assert_eq!(code, 0, "{complaint}");
        let blind = held(&emulator).await;
        for (key, old) in &before {
            let new = &blind[key];
            assert_eq!(new.record_state, "ACTIVE", "{}", old.id);
            assert_eq!(new.first_observed_at, old.first_observed_at);
            if old.compliance.status == "FAILED" {
                assert_eq!(new.compliance.status, "FAILED", "{}", old.id);
            }
        }
        assert!(
            blind.len() > first.len(),
            "the lists that are missing are told"
        );

        controls.clear();
        assert_eq!(ask(&emulator, 4, &audit).await.0, 0);
        let last = held(&emulator).await;
        assert_eq!(active(&last), full);
        for (key, old) in &first {
            assert_eq!(last[key].first_observed_at, old.first_observed_at);
        }
        emulator.stop().await;
    });
}

#[test]
fn changes_between_two_runs_are_planned_told_and_sent() {
    runtime().block_on(async {
        let emulator = emulator(&REGIONS, Controls::default()).await;
        let folder = tempfile::tempdir().unwrap();
        let mut document = some(&emulator, folder.path()).await;
        let older = document.clone();
        let (code, said, complaint) =
            publish(&emulator, folder.path(), &document, &["--dry-run"]).await;
        assert_eq!(code, 0, "{complaint}");
        assert!(said.contains("dry run") && said.contains("new"), "{said}");
        assert_eq!(emulator.asked("BatchImportFindings"), 0);
        let (code, _, complaint) = publish(&emulator, folder.path(), &document, &[]).await;
        assert_eq!(code, 0, "{complaint}");
        let before = held(&emulator).await;
        // The document gives what the live run would have given.
        let asff = folder.path().join("x.asff");
        let arguments = format!("asff={}", asff.display());
        let arguments = [&["audit", "-q", "-o", &arguments], &SOME[..]].concat();
        assert_eq!(ask(&emulator, 0, &arguments).await.0, 0);
        for live in read(&asff).as_array().unwrap() {
            let id = live["Id"].as_str().unwrap();
            let Some(kept) = before.values().find(|held| held.id == id) else {
                assert_eq!(live["ProductFields"]["waterline/Verdict"], "not_applicable");
                continue;
            };
            let mut kept = serde_json::to_value(kept).unwrap();
            for own in ["waterline/Read", "waterline/Digest"] {
                kept["ProductFields"].as_object_mut().unwrap().remove(own);
            }
            assert_eq!(&kept, live);
        }

        // A day later: a bucket is gone, a failure is mended, a pass fails, another is accepted.
        document["run"]["started"] = "2026-11-02T00:00:00.000Z".into();
        let results = document["results"].as_array_mut().unwrap();
        let bucket = results.iter().find(|r| r["kind"] == "s3.bucket").unwrap()["arn"].clone();
        let gone = results
            .iter()
            .filter(|r| r["arn"] == bucket && r["verdict"] != "not_applicable");
        let gone = gone.count();
        results.retain(|result| result["arn"] != bucket);
        let mut changed = Vec::new();
        for (from, to) in [("fail", "pass"), ("pass", "fail"), ("fail", "excepted")] {
            let result = results
                .iter_mut()
                .find(|result| result["verdict"] == from && !changed.contains(&result["id"]));
            let result = result.unwrap();
            result["verdict"] = to.into();
            changed.push(result["id"].clone());
        }
        let (code, said, complaint) =
            publish(&emulator, folder.path(), &document, &["--steps"]).await;
        assert_eq!(code, 0, "{complaint}");
        let lines: Vec<&str> = said.lines().collect();
        assert!(lines[1].starts_with("  create       0"), "{said}");
        assert!(lines[2].starts_with("  update       3"), "{said}");
        for reason in [
            "1 fails now",
            "1 accepted by an exception now",
            "1 passes now",
        ] {
            assert!(lines[2].contains(reason), "{said}");
        }
        assert!(
            lines[3].contains(&format!("{gone} the resource is gone")),
            "{said}"
        );
        let after = held(&emulator).await;
        let archived = after
            .values()
            .filter(|held| held.record_state == "ARCHIVED");
        assert_eq!(archived.count(), gone);
        assert_eq!(active(&after), expected(&document));
        for (key, old) in &before {
            let new = &after[key];
            assert_eq!(new.first_observed_at, old.first_observed_at);
            let same = (&new.record_state, &new.compliance) == (&old.record_state, &old.compliance);
            assert_eq!(new.updated_at == old.updated_at, same, "{}", old.id);
        }
        // The older assessment does not undo what the newer one sent.
        let (code, said, _) = publish(&emulator, folder.path(), &older, &[]).await;
        assert_eq!(code, 0);
        assert!(said.contains("written by a run that began later"), "{said}");
        assert!(held(&emulator).await == after);
        emulator.stop().await;
    });
}

/// Results of one check over many resources, in two Regions.
pub(super) fn many(document: &Value, count: usize) -> Value {
    let mut document = document.clone();
    let results = document["results"].as_array().unwrap();
    let failing = results
        .iter()
        .find(|r| r["verdict"] == "fail" && r["kind"] == "s3.bucket");
    let failing = failing.unwrap().clone();
    let numbered = (0..count).map(|number| {
        let mut result = failing.clone();
        result["id"] = format!("{number:032x}").into();
        result["arn"] = format!("arn:aws:s3:::bucket-{number}").into();
        result["resource_id"] = format!("bucket-{number}").into();
        result["region"] = REGIONS[number % 2].into();
        result
    });
    document["results"] = numbered.collect();
    document
}

#[test]
fn five_thousand_findings_with_throttles_and_refusals() {
    runtime().block_on(async {
        let controls = Controls::default();
        let emulator = emulator(&REGIONS, controls.clone()).await;
        let folder = tempfile::tempdir().unwrap();
        let document = many(&some(&emulator, folder.path()).await, 5000);
        let import = "securityhub:BatchImportFindings";
        let refuse = |text: &str, code: &str| Effect::RefuseFindings {
            text: text.to_owned(),
            code: code.to_owned(),
            message: format!("{code} by a rule"),
            id: None,
        };
        controls.add(Rule::new(import, Effect::Throttle {}).after(5).times(6));
        controls.add(
            Rule::new("securityhub:GetFindings", Effect::Throttle {})
                .after(1)
                .times(2),
        );
        let fault = Effect::Error {
            status: 500,
            code: None,
            message: None,
        };
        controls.add(Rule::new(import, fault).after(20).times(3));
        // One that is taken when it is sent alone, and two that are not.
        let passing = refuse("\"arn:aws:s3:::bucket-7\"", "InternalError");
        controls.add(
            Rule::new(import, passing)
                .about("\"arn:aws:s3:::bucket-7\"")
                .times(1),
        );
        controls.add(Rule::new(
            import,
            refuse("\"arn:aws:s3:::bucket-123\"", "InvalidInput"),
        ));
        controls.add(Rule::new(
            import,
            refuse("\"arn:aws:s3:::bucket-124\"", "InvalidInput"),
        ));
        let (code, said, complaint) = publish(&emulator, folder.path(), &document, &[]).await;
        assert_eq!(code, 4, "{complaint}");
        assert!(
            said.contains("Security Hub took 4998 of 5000 findings"),
            "{said}"
        );
        assert!(
            complaint.contains("2 findings not published"),
            "{complaint}"
        );
        assert!(complaint.contains("InvalidInput by a rule"), "{complaint}");
        assert!(complaint.contains(&format!("{:032x}", 123)), "{complaint}");
        assert_eq!(held(&emulator).await.len(), 4998);
        for entry in emulator.log() {
            if entry.operation == "BatchImportFindings" {
                let findings = entry.input["Findings"].as_array().unwrap();
                assert!(findings.len() <= 100);
                let arn = format!(":{}:", entry.region);
                assert!(
                    findings
                        .iter()
                        .all(|f| f["ProductArn"].as_str().unwrap().contains(&arn))
                );
            }
        }
        // What was refused is all that the next run sends.
        controls.clear();
        let (code, said, _) = publish(&emulator, folder.path(), &document, &[]).await;
        assert_eq!(code, 0);
        assert!(said.contains("Security Hub took 2 of 2 findings"), "{said}");
        assert_eq!(held(&emulator).await.len(), 5000);
        emulator.stop().await;
    });
}

/// Refusals whose id is none of those that were sent, is empty, or is the same for several: nothing is
/// taken for accepted that was not, and what is told is what was sent.
#[test]
fn refusals_that_name_nothing_that_was_sent_are_told() {
    runtime().block_on(async {
        let controls = Controls::default();
        let emulator = emulator(&REGIONS, controls.clone()).await;
        let folder = tempfile::tempdir().unwrap();
        let document = many(&some(&emulator, folder.path()).await, 60);
        for (number, id) in [(7, ""), (8, ""), (20, "waterline/altered")] {
            let text = format!("\"arn:aws:s3:::bucket-{number}\"");
            let refuse = Effect::RefuseFindings {
                text: text.clone(),
                code: "InternalError".to_owned(),
                message: "by a rule".to_owned(),
                id: Some(id.to_owned()),
            };
            controls.add(Rule::new("securityhub:BatchImportFindings", refuse));
        }
        let (code, said, complaint) = publish(&emulator, folder.path(), &document, &[]).await;
        assert_eq!(code, 4, "{complaint}");
        assert!(said.contains("took 57 of 60 findings"), "{said}");
        assert!(
            complaint.contains("3 findings not published"),
            "{complaint}"
        );
        for number in [7, 8, 20] {
            let id = format!("{number:032x}");
            assert!(complaint.contains(&id), "{id}: {complaint}");
        }
        assert!(!complaint.contains("altered"), "{complaint}");
        assert_eq!(held(&emulator).await.len(), 57);
        controls.clear();
        let (code, said, _) = publish(&emulator, folder.path(), &document, &[]).await;
        assert_eq!(code, 0);
        assert!(said.contains("took 3 of 3 findings"), "{said}");
        emulator.stop().await;
    });
}

/// Killed half-way, and again: the next run completes it.
#[test]
fn a_run_that_is_killed_is_completed_by_the_next() {
    runtime().block_on(async {
        let controls = Controls::default();
        let emulator = emulator(&REGIONS, controls.clone()).await;
        let folder = tempfile::tempdir().unwrap();
        let document = many(&some(&emulator, folder.path()).await, 2400);
        let file = folder.path().join("p.json");
        std::fs::write(&file, document.to_string()).unwrap();
        let slow = Effect::Latency { ms: 150 };
        controls.add(Rule::new("securityhub:BatchImportFindings", slow));
        let mut killed_at = Vec::new();
        for kill_after in [3, 6] {
            emulator.clear_log();
            let mut child = command(&emulator, 1, &["publish", file.to_str().unwrap()])
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap();
            let began = Instant::now();
            while emulator.asked("BatchImportFindings") < kill_after {
                assert!(began.elapsed() < Duration::from_secs(60), "nothing is sent");
                assert!(
                    child.try_wait().unwrap().is_none(),
                    "it ended before it was killed"
                );
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            killed_at.push(held(&emulator).await.len());
        }
        assert!(
            killed_at[0] > 0 && killed_at[0] < killed_at[1] && killed_at[1] < 2400,
            "{killed_at:?}"
        );
        controls.clear();
        let (code, _, complaint) = publish(&emulator, folder.path(), &document, &[]).await;
        assert_eq!(code, 0, "{complaint}");
        let completed = held(&emulator).await;
        emulator.stop().await;

        // As if it had never been killed.
        let emulator = super::emulator(&REGIONS, Controls::default()).await;
        assert_eq!(publish(&emulator, folder.path(), &document, &[]).await.0, 0);
        assert!(held(&emulator).await == completed);
        assert_eq!(completed.len(), 2400);
        emulator.stop().await;
    });
}
