//! What iam `SimulatePrincipalPolicy` says: an action is denied if a rule denies, everywhere and
//! always, an operation that needs it. So the simulation and the real requests agree.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::{Caller, Question, path};
use crate::model::{by_name, data, services};
use crate::{Controls, Fault};

pub(super) fn simulate(question: &Question<'_>, controls: &Controls) -> Result<Value, Fault> {
    let source = question.input_text("PolicySourceArn").unwrap_or_default();
    principal(question, source)?;
    let actions = question.input("ActionNames").and_then(Value::as_array);
    let results = actions.into_iter().flatten().filter_map(Value::as_str);
    let results = results.map(|action| {
        let operations = needing().get(&action.to_ascii_lowercase());
        let denied = operations
            .into_iter()
            .flatten()
            .any(|operation| controls.denies(operation, question.account().id()));
        json!({
            "EvalActionName": action,
            "EvalResourceName": "*",
            "EvalDecision": if denied { "implicitDeny" } else { "allowed" },
            "MatchedStatements": [],
            "MissingContextValues": [],
        })
    });
    Ok(json!({ "EvaluationResults": results.collect::<Vec<_>>() }))
}

/// Refuses a principal that is none of IAM's, or that the account's lists do not have.
fn principal(question: &Question<'_>, arn: &str) -> Result<(), Fault> {
    let account = question.account();
    let here = format!("arn:{}:iam::{}:", account.partition(), account.id());
    let (list, path) = match arn
        .strip_prefix(&here)
        .and_then(|rest| rest.split_once('/'))
    {
        Some(("role", _)) => ("ListRoles", "Roles[].Arn"),
        Some(("user", _)) => ("ListUsers", "Users[].Arn"),
        Some(("group", _)) => return Ok(()),
        _ => {
            let said =
                format!("Invalid Entity Arn: {arn} does not clearly define entity type and name.");
            return Err(Fault::new("InvalidInput", &said, 400));
        }
    };
    let Some(reply) = question.other(list) else {
        return Ok(());
    };
    let known = path::texts(&reply, path);
    let name = arn.rsplit('/').next().unwrap_or(arn);
    // The caller's own role is there, though the lists may leave it out.
    let own = role_of(question.caller).is_some_and(|role| role == arn)
        && !known
            .iter()
            .any(|other| other.ends_with(&format!("/{name}")));
    if own || known.contains(arn) {
        return Ok(());
    }
    let said = format!("The entity {arn} cannot be found.");
    Err(Fault::new("NoSuchEntity", &said, 404))
}

/// The role that a caller has assumed, as if it had no path: a session's ARN leaves it out.
pub(super) fn role_of(caller: &Caller) -> Option<String> {
    let (before, session) = caller.arn.split_once(":assumed-role/")?;
    let (name, _) = session.split_once('/')?;
    Some(format!("{}:role/{name}", before.replace(":sts:", ":iam:")))
}

/// The operations that need an action, by the action in lower case: IAM does not regard case.
fn needing() -> &'static BTreeMap<String, BTreeSet<String>> {
    static NEEDING: OnceLock<BTreeMap<String, BTreeSet<String>>> = OnceLock::new();
    NEEDING.get_or_init(|| {
        let mut needing: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for name in services() {
            let Some(service) = by_name(name) else {
                continue;
            };
            for operation in service.operations.keys() {
                let action = data().action(name, operation).to_ascii_lowercase();
                needing
                    .entry(action)
                    .or_default()
                    .insert(format!("{name}:{operation}"));
            }
        }
        needing
    })
}
