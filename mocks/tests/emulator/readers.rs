//! What clients that no one here wrote read from the emulator. boto3: every operation in use, with
//! every member of its output, and the whole demo account, in pages and at once. The `aws` command
//! line: some operations of each protocol, with its own paging.

use std::path::Path;
use std::process::Command;

/// Runs a script that reads from the emulator's program; gives what it said.
fn reads(script: &str) -> String {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let setup = Command::new("sh")
        .arg(here.join("../scripts/setup-standins.sh"))
        .output()
        .unwrap();
    assert!(setup.status.success(), "{setup:?}");
    let said = String::from_utf8(setup.stdout).unwrap();
    let python = Path::new(said.lines().last().unwrap()).join("bin/python");
    let read = Command::new(python)
        .arg(here.join("tests").join(script))
        .args(["--bin", env!("CARGO_BIN_EXE_waterline-mocks")])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&read.stdout).into_owned();
    println!("{said}");
    assert!(
        read.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&read.stderr)
    );
    said
}

#[test]
fn boto3_reads_what_was_put_in() {
    let said = reads("boto3_read.py");
    // It says so for itself: what was read, and that nothing differs.
    assert_eq!(said.matches(" 0 differences").count(), 3, "{said}");
}

#[test]
fn the_aws_command_line_reads_what_was_put_in() {
    let said = reads("cli_read.py");
    assert!(
        said.contains("the aws command line: 0 differences"),
        "{said}"
    );
    assert_eq!(said.matches(" operations, ").count(), 6, "{said}");
}
