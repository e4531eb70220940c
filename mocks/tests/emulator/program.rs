//! The emulator as a program: its command line.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_waterline-mocks"))
        .args(arguments)
        .output()
        .unwrap()
}

/// How many items of a list an account's file has.
fn count(folder: &Path, file: &str, list: &str) -> usize {
    let text = std::fs::read(folder.join(file)).unwrap();
    let reply: Value = serde_json::from_slice(&text).unwrap();
    reply[list].as_array().unwrap().len()
}

#[test]
fn an_account_is_generated_to_measure() {
    let place = concat!(env!("CARGO_TARGET_TMPDIR"), "/measured");
    let folder = Path::new(place);
    if folder.exists() {
        std::fs::remove_dir_all(folder).unwrap();
    }
    let mix = "s3=5,logs=3,users=0";
    let output = run(&["--mix", mix, "--generate", "1", "--save", place]);
    assert!(output.status.success(), "{output:?}");
    let of = |file, list| count(folder, file, list);
    assert_eq!(of("global/s3/ListBuckets.json", "Buckets"), 5);
    for region in ["us-east-1", "eu-west-1"] {
        let file = format!("{region}/logs/DescribeLogGroups.json");
        assert_eq!(count(folder, &file, "logGroups"), 3);
    }
    assert_eq!(of("global/iam/ListUsers.json", "Users"), 0);
    // What is not named is as many as ever.
    assert_eq!(of("global/iam/ListRoles.json", "Roles"), 24);
}

#[test]
fn a_mix_of_what_is_unknown_says_what_there_is() {
    for (mix, said) in [
        ("s4=5", "`s4` is none of s3, users, "),
        ("s3", "`s3` is not NAME=NUMBER"),
        ("s3=x", "`x` is not a number"),
    ] {
        let output = run(&["--mix", mix, "--generate", "1"]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(complaint.contains(said), "{complaint}");
    }
}
