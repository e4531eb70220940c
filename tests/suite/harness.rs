//! What several tests need: the sources, and the program in a clean environment.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{LazyLock, OnceLock};
use waterline::catalog::Catalog;

/// The package's folder.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Interrupts a program, as Ctrl-C does.
#[cfg(all(unix, feature = "aws"))]
pub(crate) fn interrupt(program: &std::process::Child) {
    let pid = program.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status();
    assert!(sent.unwrap().success());
}

/// Every Rust file below a folder, sorted.
pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Every Rust file of the program: of the engine, of what it reads files with, and of what stands
/// around it.
pub(crate) fn sources() -> Vec<PathBuf> {
    ["yaml/src", "engine/src", "src"]
        .iter()
        .flat_map(|folder| rust_files(&root().join(folder)))
        .collect()
}

/// The program, without anything of the environment that could change what it does.
pub(crate) fn waterline() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waterline"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let own = [
            "AWS_",
            "WATERLINE_",
            "NO_COLOR",
            "CLICOLOR",
            "FORCE_COLOR",
            "SOURCE_DATE_EPOCH",
        ];
        if own.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/nonexistent/config")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials");
    command
}

/// Runs the program; gives its exit code, what it said, and what it complained of.
pub(crate) fn run(arguments: &[&str]) -> (i32, String, String) {
    told(waterline().args(arguments).output().unwrap())
}

/// The exit code, what was said, and what was complained of.
pub(crate) fn told(output: Output) -> (i32, String, String) {
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::builtin().unwrap_or_else(|problems| panic!("{problems}")));

/// The built-in catalogue: compiled once for all tests.
pub(crate) fn catalogue() -> &'static Catalog {
    &CATALOG
}

/// The programs of others that tests use, set up if need be: the folder that holds them.
pub(crate) fn stand_ins() -> PathBuf {
    static THERE: OnceLock<PathBuf> = OnceLock::new();
    THERE.get_or_init(set_up).clone()
}

fn set_up() -> PathBuf {
    let output = Command::new("sh")
        .arg(root().join("scripts/setup-standins.sh"))
        .output()
        .unwrap();
    let (code, said, complaint) = told(output);
    assert_eq!(code, 0, "scripts/setup-standins.sh: {complaint}");
    PathBuf::from(said.lines().last().unwrap()).join("bin")
}

/// Either compares a generated file with what is committed, or, when `WATERLINE_BLESS` is set,
/// writes it.
pub(crate) fn sync(path: &str, produced: &[u8]) {
    let file = root().join(path);
    if std::env::var_os("WATERLINE_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, produced).unwrap();
        return;
    }
    let committed = std::fs::read(&file).unwrap_or_default();
    assert!(
        committed == produced,
        "{path} is out of step: run `WATERLINE_BLESS=1 scripts/test generated` and look at the diff"
    );
}
