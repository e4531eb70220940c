//! A second reading of policies, slow and obvious, written from AWS's documentation: it decides
//! one request at a time, where the product answers for all at once. (IAM User Guide, "Policy
//! evaluation logic", "IAM JSON policy elements: Condition operators", "Policy variables".)

use super::{Condition, Effect, PolicyDocument, Principal, PrincipalKind, Statement};
use std::collections::BTreeMap;

/// Who asks, for what, and under which circumstances.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// The account of who asks; none of the anonymous and of services.
    pub(super) account: Option<&'static str>,
    /// The service, if one asks.
    pub(super) service: Option<&'static str>,
    pub(super) action: &'static str,
    pub(super) resource: &'static str,
    /// The keys that are present, in lower case.
    pub(super) context: BTreeMap<&'static str, &'static str>,
}

/// Whether a document by itself allows a request: some statement allows it, and none denies it.
pub(super) fn allowed(document: &PolicyDocument, request: &Request) -> bool {
    let applies = |effect: Effect| {
        let mut statements = document.statements.iter();
        statements.any(|s| s.effect == effect && applies(s, request))
    };
    applies(Effect::Allow) && !applies(Effect::Deny)
}

fn applies(statement: &Statement, request: &Request) -> bool {
    let principal = match (&statement.principals, &statement.not_principals) {
        (Some(named), _) => named.iter().any(|p| is(p, request)),
        (None, Some(spared)) => !spared.iter().any(|p| is(p, request)),
        // The policy of an identity: whoever asks holds it.
        (None, None) => true,
    };
    let lower = |text: &String| text.to_ascii_lowercase();
    let asked = request.action.to_ascii_lowercase();
    let action = match (&statement.actions, &statement.not_actions) {
        (Some(actions), _) => actions.iter().any(|a| like(&lower(a), &asked)),
        (None, not) => not
            .iter()
            .all(|not| !not.iter().any(|a| like(&lower(a), &asked))),
    };
    let of = |pattern: &String| {
        resolved(pattern, request).is_some_and(|pattern| like(&pattern, request.resource))
    };
    let resource = match (&statement.resources, &statement.not_resources) {
        (Some(resources), _) => resources.iter().any(of),
        (None, Some(not)) => !not.iter().any(of),
        (None, None) => true,
    };
    let holds = |condition: &Condition| holds(condition, request);
    principal && action && resource && statement.conditions.iter().all(holds)
}

fn is(principal: &Principal, request: &Request) -> bool {
    let value = principal.value.as_str();
    match principal.kind {
        PrincipalKind::Anyone => true,
        PrincipalKind::Aws => {
            let of = |account: &&str| {
                value == *account || value == format!("arn:aws:iam::{account}:root")
            };
            value == "*" || request.account.as_ref().is_some_and(of)
        }
        PrincipalKind::Service => request.service == Some(value),
        PrincipalKind::Federated | PrincipalKind::CanonicalUser => false,
    }
}

/// A pattern with the variables' values in the place of their names; none if a key is absent:
/// then nothing matches.
fn resolved(pattern: &str, request: &Request) -> Option<String> {
    let Some((before, rest)) = pattern.split_once("${") else {
        return Some(pattern.to_owned());
    };
    let (name, after) = rest.split_once('}')?;
    let value = request.context.get(name.to_ascii_lowercase().as_str())?;
    Some(format!("{before}{value}{}", resolved(after, request)?))
}

/// By recursion over both texts.
fn like(pattern: &str, text: &str) -> bool {
    let next = |text: &str| text.chars().next().map_or(0, char::len_utf8);
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            like(&pattern[1..], text) || (!text.is_empty() && like(pattern, &text[next(text)..]))
        }
        Some('?') => !text.is_empty() && like(&pattern[1..], &text[next(text)..]),
        Some(c) => text.starts_with(c) && like(&pattern[c.len_utf8()..], &text[c.len_utf8()..]),
    }
}

/// Of ARNs, each of the six parts by itself.
fn arn_like(pattern: &str, text: &str) -> bool {
    let (patterns, parts) = (pattern.splitn(6, ':'), text.splitn(6, ':'));
    patterns.clone().count() == 6
        && parts.clone().count() == 6
        && patterns
            .zip(parts)
            .all(|(pattern, part)| like(pattern, part))
}

fn in_range(range: &str, address: &str) -> bool {
    let range = match range.parse::<ipnet::IpNet>() {
        Ok(range) => range,
        Err(_) => return false,
    };
    address
        .parse::<std::net::IpAddr>()
        .is_ok_and(|a| range.contains(&a))
}

/// A condition of one of the operators that the tests use. Each key has one value.
fn holds(condition: &Condition, request: &Request) -> bool {
    let operator = condition.operator.as_str();
    let key = condition.key.to_ascii_lowercase();
    let there = request.context.get(key.as_str()).copied();
    if operator == "Null" {
        return condition
            .values
            .iter()
            .any(|v| (v == "true") == there.is_none());
    }
    let (set, operator) = operator.split_once(':').unwrap_or(("", operator));
    let (operator, if_exists) = match operator.strip_suffix("IfExists") {
        Some(operator) => (operator, true),
        None => (operator, false),
    };
    let (operator, negated) = match operator {
        "NotIpAddress" => ("IpAddress", true),
        "StringNotEquals" => ("StringEquals", true),
        "StringNotLike" => ("StringLike", true),
        "ArnNotLike" => ("ArnLike", true),
        other => (other, false),
    };
    let Some(there) = there else {
        return if_exists || set == "ForAllValues" || negated;
    };
    let mut values = condition.values.iter().filter_map(|v| resolved(v, request));
    let met = values.any(|value| match operator {
        "StringEquals" => value == there,
        "StringEqualsIgnoreCase" | "Bool" => value.eq_ignore_ascii_case(there),
        "StringLike" => like(&value, there),
        "ArnEquals" | "ArnLike" => arn_like(&value, there),
        "IpAddress" => in_range(&value, there),
        other => panic!("the oracle does not know {other}"),
    });
    met != negated
}
