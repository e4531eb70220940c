//! Answers for what an account's files do not have.

use std::collections::HashSet;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{Answers, Question, path};
use crate::Fault;
use crate::model::{Absent, Kind, data};

pub(super) type Names = HashSet<String>;

impl Answers {
    /// Refuses a request about something that is not there.
    pub(super) fn must_be_there(&self, question: &Question<'_>) -> Result<(), Fault> {
        let Some(needs) = data().absent.needs.get(question.service()) else {
            return Ok(());
        };
        for need in needs {
            if need
                .operation
                .as_ref()
                .is_some_and(|o| *o != question.asked.operation)
            {
                continue;
            }
            let there = match (&need.input, &need.path) {
                (Some(input), Some(path)) => match question.input_text(input) {
                    Some(name) => {
                        let names = self.names(question, &need.list, path);
                        names.contains(name) || names.contains(last_word(name))
                    }
                    None => true,
                },
                _ => question.other(&need.list).is_some(),
            };
            if !there {
                return Err(fill_fault(question, &need.error));
            }
        }
        Ok(())
    }
}

/// An ARN's last word: replies name some things by one, requests by the other.
fn last_word(name: &str) -> &str {
    if name.starts_with("arn:") {
        name.rsplit(['/', ':']).next().unwrap_or(name)
    } else {
        name
    }
}

/// The service's own answer for what is not there, or an output with every list empty.
pub(super) fn answer(question: &Question<'_>) -> Result<Value, Fault> {
    let answers = data().absent.answers.get(question.service());
    match answers.and_then(|answers| answers.get(&question.asked.operation)) {
        Some(Absent::Output(output)) => Ok(fill(question, output)),
        Some(Absent::Error(fault)) => Err(fill_fault(question, fault)),
        None => Ok(empty(question)),
    }
}

fn empty(question: &Question<'_>) -> Value {
    let service = &question.asked.service;
    let mut out = Map::new();
    let output = question
        .asked
        .model()
        .and_then(|operation| operation.output.as_ref());
    if let Some(at) = output {
        for (member, at) in &service.shape(&at.shape).members {
            match service.shape(&at.shape).kind {
                Kind::List => out.insert(member.clone(), json!([])),
                Kind::Map => out.insert(member.clone(), json!({})),
                _ => None,
            };
        }
    }
    Value::Object(out)
}

fn fill_fault(question: &Question<'_>, fault: &Fault) -> Fault {
    Fault {
        message: fill_text(question, &fault.message),
        ..fault.clone()
    }
}

fn fill(question: &Question<'_>, value: &Value) -> Value {
    match value {
        Value::String(text) => fill_text(question, text).into(),
        Value::Array(items) => items.iter().map(|item| fill(question, item)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), fill(question, value)))
            .collect(),
        other => other.clone(),
    }
}

/// Replaces `{account}`, `{region}`, `{partition}`, `{canonical}` and the input's members.
pub(super) fn fill_text(question: &Question<'_>, text: &str) -> String {
    let account = question.account();
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((word, after)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match word {
            "account" => out.push_str(account.id()),
            "region" => out.push_str(question.region),
            "partition" => out.push_str(account.partition()),
            "canonical" => out.push_str(&canonical_id(account.id())),
            member => {
                if let Some(value) = question.input(member) {
                    out.push_str(&path::text(value));
                }
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// S3's id of an account: 64 hexadecimal digits, here made from the account's id.
pub(crate) fn canonical_id(account: &str) -> String {
    Sha256::digest(account.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
