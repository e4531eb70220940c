//! What the program says when something is not right, and with which exit code.

use crate::harness::{root, run, waterline};
use std::fs;
use std::path::Path;

/// A check file in a folder of its own; gives the folder.
fn folder_with(name: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    folder
}

fn lint(folder: &Path) -> (i32, String) {
    let (code, _, complaint) = run(&["checks", "lint", folder.to_str().unwrap()]);
    (
        code,
        complaint.replace(&format!("{}/", folder.display()), ""),
    )
}

const BAD: &str = "\
id: s3-bucket-own
title: Ours
resource: s3.bucket
severity: hihg
assert: bucket.versionning.status == 'Enabled' && bucket.nme != ''
mesage: no
message: '{{bucket.name}} {{bucket.arm}}'
risk: some
remedy: {text: do, links: [http://example.com]}
responsibility: {domain: customer-dta, control: inherited, category: recover/resilience}
controls: {cis-aws-7.0: ['99.9'], cis: ['1']}
examples:
  - {name: only, verdict: pass, given: {}}
";

#[test]
fn a_bad_check_file_gets_all_of_its_errors() {
    let folder = folder_with("s3-bucket-own.yaml", BAD);
    let (code, complaint) = lint(folder.path());
    assert_eq!(code, 2);
    insta::assert_snapshot!(complaint);
}

#[test]
fn a_file_that_is_not_yaml_says_where() {
    let folder = folder_with("x.yaml", "id: x\n  title: : [\n");
    let (code, complaint) = lint(folder.path());
    assert_eq!(code, 2);
    insta::assert_snapshot!(complaint);
}

#[test]
fn ten_megabytes_of_check_file_are_refused_at_once() {
    let folder = folder_with("x.yaml", &"a".repeat(10 << 20));
    let (code, complaint) = lint(folder.path());
    assert_eq!(code, 2);
    insta::assert_snapshot!(complaint);
}

#[test]
fn deep_and_tagged_files_are_refused() {
    let folder = folder_with("x.yaml", &"[".repeat(5000));
    let (code, complaint) = lint(folder.path());
    assert_eq!(code, 2);
    insta::assert_snapshot!("deep", complaint);
    let folder = folder_with("x.yaml", "when: !(bucket.name == 'a')\n");
    let (code, complaint) = lint(folder.path());
    assert_eq!(code, 2);
    insta::assert_snapshot!("tagged", complaint);
}

/// A check with a good bucket and a bad one as its examples.
const OWN: &str = "\
id: s3-bucket-own
title: Buckets of ours are good
resource: s3.bucket
severity: high
assert: bucket.name != 'bad'
message: '{{bucket.name}} is not good'
risk: Some.
remedy: {text: Do., cli: aws s3api list-buckets, terraform: '# nothing', links: ['https://docs.aws.amazon.com/s3/']}
responsibility: {domain: customer-data, control: customer-specific, category: recover/resilience}
examples:
  - {name: a good one, verdict: pass, given: {name: good}}
  - {name: a bad one, verdict: fail, given: {name: bad}, message: bad is not good}
";

fn checks_test(text: &str) -> (i32, String, String) {
    let folder = folder_with("s3-bucket-own.yaml", text);
    let (code, said, complaint) = run(&["checks", "test", folder.path().to_str().unwrap()]);
    let place = format!("{}/", folder.path().display());
    (
        code,
        said.replace(&place, ""),
        complaint.replace(&place, ""),
    )
}

#[test]
fn the_examples_of_checks_are_run() {
    let (code, said, complaint) = checks_test(OWN);
    assert_eq!(
        (code, &*said),
        (0, "1 checks, 2 examples, 0 failed\n"),
        "{complaint}"
    );
    // An example that is not what the check says.
    let (code, said, _) = checks_test(&OWN.replace("given: {name: good}", "given: {name: bad}"));
    assert_eq!(code, 1);
    insta::assert_snapshot!("example fails", said);
    // Without an example that fails, a check is none.
    let (code, said, complaint) = checks_test(OWN.split("  - {name: a bad one").next().unwrap());
    assert_eq!((code, &*said), (2, ""));
    let refusal = "error: s3-bucket-own.yaml:11:3: no example whose verdict is `fail`\n";
    assert!(complaint.starts_with(refusal), "{complaint}");
}

#[test]
fn a_check_is_shown_with_its_rule_and_its_remedy() {
    let (code, said, complaint) = run(&["checks", "show", "ec2-region-ebs-unencrypted-by-default"]);
    assert_eq!(code, 0, "{complaint}");
    for part in [
        "ec2-region-ebs-unencrypted-by-default\n",
        "resource        ec2.region\n",
        "\nRule\n  assert  ",
        "checks/ec2/ec2-region-ebs-unencrypted-by-default.yaml",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    // By a name that it once had, too, every check is shown.
    let aliases = crate::harness::catalogue();
    let aliased = aliases
        .checks
        .iter()
        .find(|check| !check.aliases.is_empty());
    if let Some(check) = aliased {
        let (code, said, _) = run(&["checks", "show", &check.aliases[0]]);
        assert_eq!(code, 0);
        assert!(said.starts_with(&check.id), "{said}");
    }
}

#[test]
fn good_checks_have_no_problems() {
    let folder = folder_with("s3-bucket-own.yaml", OWN);
    let (code, said, complaint) = run(&["checks", "lint", folder.path().to_str().unwrap()]);
    assert_eq!(
        (code, &*said, &*complaint),
        (0, "1 checks, no problems\n", "")
    );
    let own = root().join("checks/sns");
    let (code, said, complaint) = run(&["checks", "lint", own.to_str().unwrap()]);
    assert_eq!(code, 0, "{complaint}");
    let files = fs::read_dir(own).unwrap().count();
    assert_eq!(said, format!("{files} checks, no problems\n"));
}

#[test]
fn an_unknown_check_gets_the_nearest_name() {
    let (code, _, complaint) = run(&["checks", "show", "s3-bucket-versionning-off"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(complaint);
}

#[test]
fn an_unknown_option_or_format_is_a_usage_error() {
    for (name, arguments) in [
        ("format", &["assess", "x", "-o", "pdf"] as &[&str]),
        ("command", &["asess"]),
        (
            "no such file",
            &["assess", "/nonexistent/snapshot.jsonl.gz"],
        ),
    ] {
        let (code, _, complaint) = run(arguments);
        assert_eq!(code, 2);
        insta::assert_snapshot!(name, complaint);
    }
}

/// A whole snapshot, as bytes.
fn snapshot() -> Vec<u8> {
    fs::read(root().join("tests/data/small.jsonl.gz")).unwrap()
}

fn assess(bytes: &[u8]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.jsonl.gz");
    fs::write(&file, bytes).unwrap();
    let (code, _, complaint) = run(&["assess", file.to_str().unwrap(), "-q"]);
    (
        code,
        complaint.replace(&format!("{}/", folder.path().display()), ""),
    )
}

#[test]
fn a_snapshot_that_is_cut_off_is_told_wherever_it_is_cut() {
    let whole = snapshot();
    assert_eq!(assess(&whole).0, 0);
    for share in [1, 5, 9] {
        let (code, complaint) = assess(&whole[..whole.len() * share / 10]);
        assert_eq!(code, 2, "{complaint}");
        insta::assert_snapshot!(format!("cut off at {share}0 percent"), complaint);
    }
}

#[test]
fn a_snapshot_of_a_newer_format_says_to_update() {
    use std::io::Write as _;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(b"{\"header\":{\"schema\":99}}\n").unwrap();
    let (code, complaint) = assess(&gzip.finish().unwrap());
    assert_eq!(code, 2);
    insta::assert_snapshot!("newer", complaint);
    let (code, complaint) = assess(b"something else");
    assert_eq!(code, 2);
    insta::assert_snapshot!("foreign", complaint);
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.jsonl.gz");
    fs::write(&file, snapshot()).unwrap();
    let (code, said, complaint) = run(&[
        "assess",
        file.to_str().unwrap(),
        "-o",
        "json=/nonexistent/report.json",
    ]);
    assert_eq!(code, 4);
    assert!(said.is_empty());
    insta::assert_snapshot!(complaint);
}

#[test]
fn an_earlier_report_stays_when_the_run_fails() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    fs::write(&report, "earlier").unwrap();
    let snapshot = folder.path().join("s.jsonl.gz");
    fs::write(&snapshot, "no snapshot").unwrap();
    let output = format!("json={}", report.display());
    let (code, _, _) = run(&["assess", snapshot.to_str().unwrap(), "-o", &output]);
    assert_eq!(code, 2);
    assert_eq!(fs::read_to_string(&report).unwrap(), "earlier");
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        2,
        "nothing half-written is left"
    );
}

#[test]
fn the_exit_code_tells_findings_and_coverage() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.jsonl.gz");
    fs::write(&file, snapshot()).unwrap();
    let file = file.to_str().unwrap();
    let code = |more: &[&str]| {
        let arguments = [&["assess", file, "-q"], more].concat();
        waterline().args(arguments).status().unwrap().code()
    };
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--fail-on", "low"]), Some(1));
    assert_eq!(code(&["--min-coverage", "100"]), Some(3));
    assert_eq!(
        code(&["--fail-on", "low", "--min-coverage", "100"]),
        Some(1)
    );
}

#[cfg(feature = "aws")]
mod aws {
    use super::*;

    #[test]
    fn without_credentials_the_way_out_is_named() {
        let arguments = [
            "audit",
            "--region",
            "us-east-1",
            "--endpoint-url",
            "http://127.0.0.1:9",
        ];
        let (code, _, complaint) = run(&arguments);
        assert_eq!(code, 2);
        insta::assert_snapshot!(complaint);
    }

    #[test]
    fn an_endpoint_that_does_not_answer_is_named() {
        let output = waterline()
            .args([
                "audit",
                "--region",
                "us-east-1",
                "--endpoint-url",
                "http://127.0.0.1:9",
            ])
            .env("AWS_ACCESS_KEY_ID", "x")
            .env("AWS_SECRET_ACCESS_KEY", "x")
            .output()
            .unwrap();
        let (code, _, complaint) = crate::harness::told(output);
        assert_eq!(code, 2);
        insta::assert_snapshot!(complaint);
    }

    /// It takes the connection, and never says a word.
    #[test]
    fn an_endpoint_that_stays_silent_is_given_up() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", silent.local_addr().unwrap());
        let began = std::time::Instant::now();
        let output = waterline()
            .args(["audit", "--region", "us-east-1", "--timeout", "1"])
            .args(["--max-attempts", "2", "--endpoint-url", &endpoint])
            .env("AWS_ACCESS_KEY_ID", "x")
            .env("AWS_SECRET_ACCESS_KEY", "x")
            .output()
            .unwrap();
        let took = began.elapsed();
        let (code, said, complaint) = crate::harness::told(output);
        assert_eq!((code, &*said), (2, ""), "{complaint}");
        let named = format!("error: no answer from {endpoint}: ");
        assert!(complaint.starts_with(&named), "{complaint}");
        assert!(complaint.contains("timed out"), "{complaint}");
        assert!(took >= std::time::Duration::from_secs(2), "{took:?}");
        assert!(took < std::time::Duration::from_secs(30), "{took:?}");
    }
}
