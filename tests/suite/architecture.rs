//! The modules form a directed acyclic graph; this test reads the sources and enforces it.

use crate::harness::{root, rust_files, sources};
use crate::source::code;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// What each module of `src/` may name. Nothing else, and no way around.
const ALLOWED: &[(&str, &[&str])] = &[
    ("yaml", &[]),
    ("model", &[]),
    ("expr", &["model"]),
    ("catalog", &["expr", "model"]),
    ("plan", &["model"]),
    ("aws", &["model"]),
    ("collect", &["aws", "model", "plan"]),
    ("derive", &["model", "plan"]),
    ("settings", &["catalog", "model"]),
    ("assess", &["catalog", "expr", "model", "settings"]),
    ("score", &["assess", "catalog"]),
    (
        "report",
        &[
            "assess", "catalog", "derive", "model", "plan", "score", "settings",
        ],
    ),
    ("compare", &["assess", "catalog", "report"]),
    (
        "organization",
        &["assess", "catalog", "model", "report", "score"],
    ),
    (
        "evidence",
        &["assess", "catalog", "model", "report", "settings"],
    ),
    ("bundle", &[]),
    ("publish", &["assess", "catalog", "model", "report"]),
    ("sink", &["aws", "model", "publish", "report"]),
    (
        "app",
        &[
            "assess",
            "aws",
            "bundle",
            "catalog",
            "collect",
            "compare",
            "derive",
            "evidence",
            "expr",
            "model",
            "organization",
            "plan",
            "publish",
            "report",
            "score",
            "settings",
            "sink",
        ],
    ),
    (
        "lambda",
        &[
            "app",
            "assess",
            "aws",
            "catalog",
            "collect",
            "compare",
            "model",
            "organization",
            "plan",
            "report",
            "sink",
        ],
    ),
    ("cli", &["app", "aws", "catalog", "organization", "report"]),
];

/// Modules that judge: no clock, no files, no environment, no network.
const PURE: &[&str] = &[
    "yaml",
    "model",
    "expr",
    "catalog",
    "plan",
    "derive",
    "settings",
    "assess",
    "score",
    "report",
    "compare",
    "organization",
    "evidence",
    "publish",
];

/// What pure modules may not name.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net::Tcp",
    "std::net::Udp",
    "Utc::now",
    "SystemTime::now",
    "Instant::now",
    "tokio",
    "aws_",
];

fn module_of(path: &std::path::Path) -> Option<String> {
    if path.starts_with(root().join("yaml/src")) {
        return Some("yaml".to_owned());
    }
    let inside = ["engine/src", "src"]
        .iter()
        .find_map(|folder| path.strip_prefix(root().join(folder)).ok())?;
    let first = inside.components().next()?.as_os_str().to_str()?;
    let name = first.trim_end_matches(".rs");
    (name != "main" && name != "lib").then(|| name.to_owned())
}

/// The modules of this crate that a source names by `crate::`.
fn named(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for part in text.split("crate::").skip(1) {
        let group = part
            .strip_prefix('{')
            .and_then(|rest| rest.split('}').next());
        let items: Vec<&str> = match group {
            Some(group) => group.split(',').collect(),
            None => vec![part],
        };
        for item in items {
            let word: String = item
                .trim()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            names.insert(word);
        }
    }
    names
}

#[test]
fn modules_depend_downward_only() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut wrong = Vec::new();
    for file in sources() {
        let Some(module) = module_of(&file) else {
            continue;
        };
        let Some(may) = allowed.get(module.as_str()) else {
            wrong.push(format!(
                "{}: module `{module}` has no place in the graph",
                file.display()
            ));
            continue;
        };
        let text = fs::read_to_string(&file).unwrap();
        for name in named(&text) {
            if allowed.contains_key(name.as_str())
                && name != module
                && !may.contains(&name.as_str())
            {
                wrong.push(format!(
                    "{}: `{module}` may not use `{name}`",
                    file.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_graph_has_no_cycle() {
    // Each module names only those above it in the list, so the list is a topological order.
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (module, may) in ALLOWED {
        for name in *may {
            assert!(
                seen.contains(name),
                "{module} names {name}, which comes later"
            );
        }
        seen.insert(module);
    }
}

/// Whether a line has the word, and not as the end of another.
fn names(line: &str, word: &str) -> bool {
    let inside = |before: &str| before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| !inside(&line[..at]))
}

#[test]
fn what_judges_is_pure() {
    let mut wrong = Vec::new();
    for file in sources() {
        let Some(module) = module_of(&file).filter(|m| PURE.contains(&m.as_str())) else {
            continue;
        };
        if file
            .iter()
            .any(|part| part == "tests" || part == "tests.rs")
        {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in code(&text).lines().enumerate() {
            for word in IMPURE {
                if names(line, word) {
                    wrong.push(format!(
                        "{}:{}: `{module}` names {word}",
                        file.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_expr_names_the_cel_crate() {
    for file in sources() {
        if module_of(&file).as_deref() == Some("expr") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let uses = text.lines().any(|line| {
            let line = line.trim_start();
            line.starts_with("use cel::") || (line.contains("cel::") && !line.starts_with("//"))
        });
        assert!(!uses, "{} names the cel crate", file.display());
    }
}

#[test]
fn clients_are_made_in_one_place() {
    for file in sources() {
        if file.ends_with("aws/clients.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for door in ["Client::new(", "Client::from_conf("] {
            let makes = text.lines().any(|line| line.contains(door));
            assert!(!makes, "{} makes a client past the guard", file.display());
        }
    }
}

#[test]
fn files_stay_small() {
    for folder in ["src", "engine/src", "yaml/src", "mocks/src", "tests"] {
        for file in rust_files(&root().join(folder)) {
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            let tests = file
                .iter()
                .any(|part| part == "tests" || part == "tests.rs");
            let limit = if tests { 600 } else { 420 };
            assert!(
                lines <= limit,
                "{} has {lines} lines: split it",
                file.display()
            );
        }
    }
}
