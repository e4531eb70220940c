//! How the reading goes, as a child process tells it: plain lines when its errors go into a pipe, and
//! nothing when it is to be quiet. What a terminal shows is tested beside its state.

use crate::account::{ask, emulator, runtime};
use waterline_mocks::{Controls, Effect, Rule};

/// One check of KMS, whose Region `eu-west-1` does not answer for longer than two plain lines are
/// apart.
const SILENT: [&str; 8] = [
    "collect",
    "--check",
    "kms-key-rotation-off",
    "--timeout",
    "8",
    "--max-attempts",
    "1",
    "-o",
];

#[test]
fn a_pipe_is_told_what_is_waited_for_and_nobody_who_wants_quiet() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).display().to_string();
    let (loud, quiet) = (place("loud.gz"), place("quiet.gz"));
    let (told, silence) = runtime().block_on(async {
        let controls = Controls::default();
        controls.add(Rule::new("kms:*", Effect::Hang {}).in_region("eu-west-1"));
        let emulator = emulator(controls).await;
        let piped = [&SILENT[..], &[&loud]].concat();
        let quiet = [&SILENT[..], &[&quiet, "--quiet"]].concat();
        let told = tokio::join!(ask(&emulator, &piped), ask(&emulator, &quiet));
        emulator.stop().await;
        told
    });
    let (code, said, complaint) = told;
    assert_eq!(code, 0, "{complaint}");
    assert!(said.starts_with(&loud), "{said}");
    let lines: Vec<&str> = complaint.lines().collect();
    let waiting = lines.iter().find(|line| line.starts_with("5 s: ")).unwrap();
    assert!(
        waiting.contains("asking kms; waiting for kms in eu-west-1 for "),
        "{complaint}"
    );
    assert!(
        lines.iter().any(|line| line.starts_with("read ")),
        "{complaint}"
    );
    // Nothing that only a terminal understands.
    assert!(!complaint.contains('\u{1b}') && !complaint.contains('\r'));
    assert_eq!(silence, (0, String::new(), String::new()));
}

#[test]
fn a_run_that_takes_no_time_has_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.gz").display().to_string();
    let (code, said, complaint) = runtime().block_on(async {
        let emulator = emulator(Controls::default()).await;
        let check = "ec2-region-ebs-unencrypted-by-default";
        let told = ask(&emulator, &["collect", "--check", check, "-o", &file]).await;
        emulator.stop().await;
        told
    });
    assert_eq!(code, 0, "{complaint}");
    assert!(said.starts_with(&file), "{said}");
    let read: Vec<&str> = complaint
        .lines()
        .filter(|line| line.starts_with("read 2 resources with 2 calls in "))
        .collect();
    assert_eq!(read.len(), 1, "{complaint}");
}
