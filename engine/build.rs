//! Embeds the check files, and what was read from them: adding one under `checks/` is the whole
//! change.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};
use waterline_yaml::{Value, Yaml};

/// The folders of the catalogue that hold no checks, with the names of their lists.
const BESIDE: [(&str, &str); 2] = [
    ("frameworks", "FRAMEWORKS"),
    ("responsibility", "RESPONSIBILITY"),
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../checks");
    let mut files = Vec::new();
    find(Path::new("../checks"), &mut files)?;
    files.sort();
    let names = BESIDE.map(|(_, list)| list).into_iter().chain(["CHECKS"]);
    let mut lists: BTreeMap<&str, String> = names.map(|list| (list, String::new())).collect();
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.display().to_string().replace('\\', "/");
        let name = name.trim_start_matches("../");
        // The text itself, not its path: a build cache that several checkouts share would
        // else point into another one.
        let text = fs::read_to_string(file)?;
        let digest = hex(&Sha256::digest(text.as_bytes()));
        // A file that cannot be read as YAML is read again when the program runs, and told of then.
        let tree = waterline_yaml::parse(&text).ok().map(without_examples);
        let tree = tree.and_then(|tree| waterline_yaml::store(&tree));
        let tree = tree.unwrap_or_default().escape_ascii().to_string();
        let line = format!("    ({name:?}, {text:?}, {digest:?}, b\"{tree}\"),\n");
        let folder = name.split('/').nth(1).unwrap_or_default();
        let beside = BESIDE.iter().find(|(other, _)| *other == folder);
        let list = beside.map_or("CHECKS", |(_, list)| list);
        lists.entry(list).or_default().push_str(&line);
    }
    let mut code = String::new();
    let folders = BESIDE.map(|(folder, _)| folder);
    // Writing to a String does not fail.
    let _ = writeln!(code, "pub(super) static BESIDE: &[&str] = &{folders:?};");
    for (name, list) in lists {
        // Writing to a String does not fail.
        let _ = writeln!(
            code,
            "pub(super) static {name}: &[(&str, &str, &str, &[u8])] = &[\n{list}];"
        );
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("checks.rs"), code)
}

/// The examples of a check are half of its file, and who judges does not read them.
fn without_examples(mut tree: Yaml) -> Yaml {
    if let Value::Map(entries) = &mut tree.value {
        entries.retain(|(key, _)| key.text() != Some("examples"));
    }
    tree
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
