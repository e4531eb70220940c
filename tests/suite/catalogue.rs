//! The catalogue as a whole.

use crate::harness::{catalogue, root};
use serde_json::Value;
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

/// The elements of a list, or the values of a map.
fn inside(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(entries) => entries.values().collect(),
        _ => Vec::new(),
    }
}

/// Whether the facts have a `null` at a path (`users[].name`). What a statement of a policy leaves
/// out is `null`; any other fact that is left out is unread.
fn holds_null(facts: &Value, path: &str) -> bool {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let (name, lists) = first.split_once("[]").unwrap_or((first, ""));
    let found = facts.get(name);
    if rest.is_empty() && !first.ends_with("[]") {
        let of_a_statement = facts.get("effect").is_some();
        return found.map_or(of_a_statement, Value::is_null);
    }
    let mut items: Vec<&Value> = found.into_iter().collect();
    for _ in 0..usize::from(first.contains("[]")) + lists.matches("[]").count() {
        items = items.into_iter().flat_map(inside).collect();
    }
    match rest {
        "" => items.into_iter().any(Value::is_null),
        _ => items.into_iter().any(|item| holds_null(item, rest)),
    }
}

/// What `null` means decides a verdict: an example has to show it.
#[test]
fn where_null_is_asked_for_an_example_has_it() {
    let mut missing = Vec::new();
    let mut asked = 0;
    for check in &catalogue().checks {
        let each = check.each.as_ref().map(|(_, list)| list);
        let expressions = [check.when.as_ref(), each, Some(&check.assert)];
        for path in expressions
            .into_iter()
            .flatten()
            .flat_map(|e| e.null_tests())
        {
            let Some((variable, path)) = path.split_once('.') else {
                continue;
            };
            if variable != check.kind.variable() {
                continue;
            }
            asked += 1;
            if !check
                .examples
                .all()
                .iter()
                .any(|e| holds_null(&e.given, path))
            {
                missing.push(format!("{}: `{path}`", check.id));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(asked > 150, "{asked}");
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
            .all()
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
