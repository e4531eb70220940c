//! The catalogue as a whole.

use crate::harness::{catalogue, root};
use waterline::assess::run_examples;

#[test]
fn every_example_comes_out_as_it_says() {
    let catalog = catalogue();
    let (count, failures) = run_examples(catalog);
    let told: Vec<String> = failures
        .iter()
        .map(|f| format!("{}:{}: {}\n    {}", f.file, f.line, f.name, f.message))
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(count >= 2 * catalog.checks.len());
}

#[test]
fn a_check_lies_in_the_folder_of_its_service() {
    for check in &catalogue().checks {
        let folder = check.file.split('/').nth(1).unwrap();
        assert_eq!(folder, check.service(), "{}", check.file);
    }
}

#[test]
fn every_check_tells_how_to_mend_it_and_what_a_failure_looks_like() {
    for check in &catalogue().checks {
        let id = &check.id;
        assert!(check.remedy.cli_source.is_some(), "{id} has no command");
        assert!(check.remedy.terraform.is_some(), "{id} has no Terraform");
        let told = check
            .examples
            .iter()
            .any(|e| e.verdict == "fail" && e.message.is_some());
        assert!(told, "{id}: no failing example shows its message");
    }
}

#[test]
fn messages_name_what_was_seen() {
    for check in &catalogue().checks {
        assert!(check.sources["message"].contains("{{"), "{}", check.id);
    }
}

/// An id is an interface: exceptions and Security Hub findings rest on it. Removing one, or
/// renaming it without an alias, shows up here.
#[test]
fn ids_are_kept() {
    let catalog = catalogue();
    let ids: Vec<&str> = catalog
        .checks
        .iter()
        .map(|check| check.id.as_str())
        .collect();
    let text = ids.join("\n") + "\n";
    crate::harness::sync("checks/ids.txt", text.as_bytes());
    assert!(ids.len() >= 130, "{} checks", ids.len());
}

#[test]
fn nothing_but_check_files_lies_below_checks() {
    for entry in std::fs::read_dir(root().join("checks")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            path.is_dir() || name == "README.md" || name == "ids.txt",
            "{name}"
        );
    }
}
