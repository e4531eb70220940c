//! What boto3 reads from the emulator, a client that no one here wrote: every operation in use,
//! with every member of its output, and the whole demo account, in pages and at once.

use std::path::Path;
use std::process::Command;

#[test]
fn boto3_reads_what_was_put_in() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let setup = Command::new("sh")
        .arg(here.join("../scripts/setup-standins.sh"))
        .output()
        .unwrap();
    assert!(setup.status.success(), "{setup:?}");
    let said = String::from_utf8(setup.stdout).unwrap();
    let python = Path::new(said.lines().last().unwrap()).join("bin/python");
    let read = Command::new(python)
        .arg(here.join("tests/boto3_read.py"))
        .args(["--bin", env!("CARGO_BIN_EXE_waterline-mocks")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&read.stdout);
    println!("{said}");
    assert!(
        read.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&read.stderr)
    );
    // It says so for itself: what was read, and that nothing differs.
    assert_eq!(said.matches(" 0 differences").count(), 3, "{said}");
}
