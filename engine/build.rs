//! Embeds the check files: adding one under `checks/` is the whole change.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../checks");
    let mut files = Vec::new();
    find(Path::new("../checks"), &mut files)?;
    files.sort();
    let mut checks = String::new();
    let mut frameworks = String::new();
    let mut responsibility = String::new();
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.display().to_string().replace('\\', "/");
        let name = name.trim_start_matches("../");
        // The text itself, not its path: a build cache that several checkouts share would
        // else point into another one.
        let line = format!("    ({name:?}, {:?}),\n", fs::read_to_string(file)?);
        let list = if name.starts_with("checks/frameworks/") {
            &mut frameworks
        } else if name.starts_with("checks/responsibility/") {
            &mut responsibility
        } else {
            &mut checks
        };
        list.push_str(&line);
    }
    let mut code = String::new();
    for (name, list) in [
        ("CHECKS", checks),
        ("FRAMEWORKS", frameworks),
        ("RESPONSIBILITY", responsibility),
    ] {
        // Writing to a String does not fail.
        let _ = writeln!(
            code,
            "pub(super) static {name}: &[(&str, &str)] = &[\n{list}];"
        );
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("checks.rs"), code)
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            println!("cargo::rerun-if-changed={}", path.display());
            find(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
    }
    Ok(())
}
