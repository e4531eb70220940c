//! Paths into replies: `Buckets[].Name`, `Instances[].State.Name`.

use std::collections::HashSet;

use serde_json::Value;

/// All values at a path; `[]` goes through a list, and a list at the end gives its items.
pub(super) fn values<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut here = vec![value];
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let name = step.strip_suffix("[]").unwrap_or(step);
        here = here
            .into_iter()
            .filter_map(|value| value.get(name))
            .flat_map(items)
            .collect();
    }
    here
}

fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        other => vec![other],
    }
}

/// The texts at a path.
pub(super) fn texts(value: &Value, path: &str) -> HashSet<String> {
    values(value, path)
        .into_iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// A simple value as the text that requests spell it with.
pub(super) fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn goes_through_lists_and_structures() {
        let reply = json!({"a": [{"b": {"c": "x"}, "d": ["y", "z"]}, {"b": null}], "e": 3});
        assert_eq!(values(&reply, "a[].b.c"), [&json!("x")]);
        assert_eq!(values(&reply, "a[].d"), [&json!("y"), &json!("z")]);
        assert_eq!(texts(&reply, "a[].d[]").len(), 2);
        assert_eq!(values(&reply, "e"), [&json!(3)]);
        assert!(values(&reply, "f.g").is_empty());
    }
}
