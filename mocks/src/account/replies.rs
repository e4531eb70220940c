//! The replies to one operation, found by input.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::Fault;

/// A reply.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Output(Arc<Value>),
    Error(Fault),
}

impl Reply {
    pub(super) fn output(value: Value) -> Self {
        Self::Output(Arc::new(value))
    }
}

/// All replies to one operation.
#[derive(Clone, Debug, Default)]
pub(super) struct Replies {
    /// For any input.
    plain: Option<Reply>,
    /// By the input's members, those with the most members first.
    keyed: Vec<Keyed>,
}

/// Replies that are chosen by the values of these members.
#[derive(Clone, Debug)]
struct Keyed {
    members: Vec<String>,
    exact: HashMap<String, Reply>,
    /// With ARNs cut to the names at their ends.
    short: HashMap<String, Reply>,
}

impl Replies {
    pub(super) fn set(&mut self, input: Option<Value>, reply: Reply) {
        let fields = match input {
            Some(Value::Object(fields)) if !fields.is_empty() => fields,
            _ => {
                self.plain = Some(reply);
                return;
            }
        };
        let members: Vec<String> = fields.keys().cloned().collect();
        let input = Value::Object(fields);
        let at = self
            .keyed
            .iter()
            .position(|k| k.members == members)
            .unwrap_or_else(|| {
                let at = self
                    .keyed
                    .partition_point(|k| k.members.len() >= members.len());
                let (exact, short) = (HashMap::new(), HashMap::new());
                self.keyed.insert(
                    at,
                    Keyed {
                        members: members.clone(),
                        exact,
                        short,
                    },
                );
                at
            });
        let keyed = &mut self.keyed[at];
        if let (Some(exact), Some(short)) = (
            key(&members, &input, |v| v.clone()),
            key(&members, &input, shortened),
        ) {
            keyed.exact.insert(exact, reply.clone());
            keyed.short.insert(short, reply);
        }
    }

    /// The reply to a request, and the members of its input that chose it.
    pub(super) fn find(&self, input: &Value) -> Option<(Reply, &[String])> {
        let keyed = self.keyed.iter().find_map(|keyed| {
            let exact = key(&keyed.members, input, |v| v.clone())?;
            let found = keyed.exact.get(&exact);
            let found = found.or_else(|| keyed.short.get(&key(&keyed.members, input, shortened)?));
            Some((found?.clone(), keyed.members.as_slice()))
        });
        keyed.or_else(|| Some((self.plain.clone()?, &[])))
    }

    /// The file of these replies: see [`super::Account`].
    pub(super) fn file(&self) -> Value {
        if let (Some(Reply::Output(output)), true) = (&self.plain, self.keyed.is_empty()) {
            return Value::clone(output);
        }
        let mut entries: Vec<Value> = self.plain.iter().map(|reply| entry(None, reply)).collect();
        for keyed in &self.keyed {
            let mut ordered: Vec<(&String, &Reply)> = keyed.exact.iter().collect();
            ordered.sort_by_key(|(key, _)| *key);
            for (key, reply) in ordered {
                // The key is the members' values as JSON, by this module's doing.
                let values: Vec<Value> = serde_json::from_str(key).unwrap_or_default();
                let members = keyed.members.iter().cloned().zip(values);
                entries.push(entry(Some(members.collect()), reply));
            }
        }
        entries.into()
    }

    pub(super) fn each(&self) -> impl Iterator<Item = &Reply> {
        self.plain
            .iter()
            .chain(self.keyed.iter().flat_map(|keyed| keyed.exact.values()))
    }
}

/// One entry of a file.
fn entry(input: Option<Value>, reply: &Reply) -> Value {
    let mut entry = match reply {
        Reply::Output(output) => json!({ "output": **output }),
        Reply::Error(fault) => json!({ "error": fault }),
    };
    if let Some(input) = input {
        entry["input"] = input;
    }
    entry
}

/// The members' values as text; `None` if the input lacks one.
fn key(members: &[String], input: &Value, form: impl Fn(&Value) -> Value) -> Option<String> {
    let values: Option<Vec<Value>> = members
        .iter()
        .map(|member| input.get(member).map(&form))
        .collect();
    Some(Value::Array(values?).to_string())
}

/// An ARN's last word; anything else as it is.
fn shortened(value: &Value) -> Value {
    match value.as_str() {
        Some(text) if text.starts_with("arn:") => {
            Value::from(text.rsplit(['/', ':']).next().unwrap_or(text))
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(reply: Option<(Reply, &[String])>) -> Option<String> {
        match reply?.0 {
            Reply::Output(value) => value.as_str().map(str::to_owned),
            Reply::Error(fault) => Some(fault.code),
        }
    }

    #[test]
    fn the_entry_with_the_most_members_wins() {
        let mut replies = Replies::default();
        replies.set(None, Reply::output(json!("any")));
        replies.set(Some(json!({"Bucket": "b"})), Reply::output(json!("bucket")));
        replies.set(
            Some(json!({"Bucket": "b", "Id": 1})),
            Reply::Error(Fault::new("No", "", 404)),
        );
        assert_eq!(
            text(replies.find(&json!({"Bucket": "b", "Id": 1}))).unwrap(),
            "No"
        );
        assert_eq!(
            text(replies.find(&json!({"Bucket": "b", "Id": 2}))).unwrap(),
            "bucket"
        );
        assert_eq!(text(replies.find(&json!({"Bucket": "c"}))).unwrap(), "any");
        assert_eq!(replies.each().count(), 3);
    }

    #[test]
    fn an_arn_and_its_name_are_the_same_thing() {
        let mut replies = Replies::default();
        replies.set(Some(json!({"KeyId": "1234"})), Reply::output(json!("key")));
        replies.set(
            Some(json!({"TopicArn": "arn:aws:sns:us-east-1:1:alarms"})),
            Reply::output(json!("topic")),
        );
        let arn = json!({"KeyId": "arn:aws:kms:us-east-1:111122223333:key/1234"});
        assert_eq!(text(replies.find(&arn)).unwrap(), "key");
        assert_eq!(
            text(replies.find(&json!({"TopicArn": "alarms"}))).unwrap(),
            "topic"
        );
        assert!(replies.find(&json!({"KeyId": "9"})).is_none());
    }
}
