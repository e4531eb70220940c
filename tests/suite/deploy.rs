//! What lies in `deploy/`: read by linters, run in moto's interpreter of state machines, made as
//! resources and audited, and in step with `waterline policy`. The work is done by the scripts in
//! `tests/deploy/`, since the readers are Python's.

use crate::harness::{root, stand_ins, told};
use std::path::Path;
use std::process::Command;

/// Runs a script; panics with all that it said if it finds anything. Gives what it said.
fn script(name: &str, arguments: &[&Path]) -> String {
    let mut command = Command::new(stand_ins().join("python"));
    command
        .arg(root().join("tests/deploy").join(name))
        .args(arguments)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    if std::env::var_os("WATERLINE_BLESS").is_some() && name == "generate.py" {
        command.arg("--write");
    }
    let (code, said, complaint) = told(command.output().unwrap());
    assert_eq!(code, 0, "{said}\n{complaint}");
    said
}

/// The program.
fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_waterline"))
}

#[test]
fn policies_are_those_that_the_program_prints() {
    let said = script("generate.py", &[program()]);
    assert!(said.contains("files in step"), "{said}");
}

#[test]
fn linters_have_nothing_to_say() {
    let linters = stand_ins().join("../../deploy-venv/bin");
    assert!(
        linters.join("cfn-lint").exists(),
        "{} has no linters: scripts/setup-standins.sh makes it",
        linters.display()
    );
    let said = script("lint.py", &[&linters, program()]);
    assert!(said.contains("deploy: 0 problems"), "{said}");
    // What was not looked at is told to whoever reads the output.
    print!("{said}");
}

#[test]
fn state_machines_go_on_until_all_is_read() {
    let said = script("machines.py", &[]);
    assert!(said.contains("state machines: 0 problems"), "{said}");
}

#[test]
fn the_stacks_pass_the_checks() {
    let said = script("stack.py", &[program()]);
    assert!(said.contains("; 0 problems"), "{said}");
}
