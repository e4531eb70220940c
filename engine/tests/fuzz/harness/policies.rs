//! Policy documents: text to [`PolicyDocument`], and every question that is asked of one.

use super::json::{any, mutate};
use super::{Entropy, promise};
use serde_json::{Value as Json, json};
use waterline_engine::model::policy::PolicyDocument;

const EFFECTS: &[&str] = &["Allow", "Allow", "Deny"];
const ACTIONS: &[&str] = &["*", "s3:GetObject", "s3:*", "iam:Pass*", "iam:*", "s3:?et*"];
const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::${aws:username}/*",
    "arn:aws:*:*:*:*",
];
const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringLike",
    "ForAnyValue:StringLike",
    "ForAllValues:StringEquals",
    "StringEqualsIfExists",
    "ArnLike",
    "IpAddress",
    "Bool",
    "Null",
    "NotIpAddress",
];
const KEYS: &[&str] = &[
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:PrincipalArn",
    "aws:PrincipalOrgPaths",
    "aws:SourceIp",
    "aws:SecureTransport",
    "kms:CallerAccount",
];
const VALUES: &[&str] = &[
    "111122223333",
    "arn:aws:s3:::b",
    "arn:aws:iam::111122223333:role/*",
    "o-abcdefghij/r-ab12/*",
    "10.0.0.0/8",
    "0.0.0.0/1",
    "2600::/32",
    "false",
    "*",
];

/// One, or a list.
fn some(entropy: &mut Entropy<'_>, of: &[&str]) -> Json {
    match entropy.one_in(2) {
        false => (*entropy.pick(of)).into(),
        true => (0..entropy.below(4))
            .map(|_| Json::from(*entropy.pick(of)))
            .collect(),
    }
}

fn principal(entropy: &mut Entropy<'_>) -> Json {
    match entropy.below(4) {
        0 => "*".into(),
        1 => json!({"AWS": "*"}),
        2 => json!({"AWS": some(entropy, &["111122223333", "arn:aws:iam::444455556666:root"])}),
        _ => json!({"Service": "s3.amazonaws.com", "Federated": "accounts.google.com"}),
    }
}

pub(crate) fn statement(entropy: &mut Entropy<'_>) -> Json {
    let mut statement = json!({"Effect": entropy.pick(EFFECTS)});
    let not = |entropy: &mut Entropy<'_>| if entropy.one_in(4) { "Not" } else { "" };
    if !entropy.one_in(6) {
        statement[format!("{}Principal", not(entropy))] = principal(entropy);
    }
    statement[format!("{}Action", not(entropy))] = some(entropy, ACTIONS);
    if !entropy.one_in(6) {
        statement[format!("{}Resource", not(entropy))] = some(entropy, RESOURCES);
    }
    for _ in 0..entropy.below(3) {
        let (operator, key) = (*entropy.pick(OPERATORS), *entropy.pick(KEYS));
        statement["Condition"][operator][key] = some(entropy, VALUES);
    }
    statement
}

/// A valid document.
fn document(entropy: &mut Entropy<'_>) -> Json {
    let statements: Vec<Json> = (0..=entropy.below(4)).map(|_| statement(entropy)).collect();
    json!({"Version": "2012-10-17", "Id": "x", "Statement": statements})
}

fn text(entropy: &mut Entropy<'_>) -> String {
    if entropy.one_in(8) {
        return String::from_utf8_lossy(&entropy.bytes()).into_owned();
    }
    let mut json = match entropy.one_in(10) {
        true => any(entropy, 5),
        false => document(entropy),
    };
    for _ in 0..entropy.below(5) {
        mutate(&mut json, entropy);
    }
    let text = json.to_string();
    match entropy.below(6) {
        0 => text
            .bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect::<String>(),
        1 => {
            let mut bytes = text.into_bytes();
            for _ in 0..=entropy.below(3) {
                let at = entropy.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << entropy.below(8);
                }
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }
        _ => text,
    }
}

/// Asks everything.
fn ask(document: &PolicyDocument) -> Result<(), String> {
    let public = document.public_statements();
    promise(
        document.is_public() != public.is_empty(),
        "a document is public when some statement is",
        || format!("{document:?}"),
    )?;
    let _ = (
        document.grants_admin(),
        document.service_wildcards(),
        document.trusted_accounts("111122223333"),
        document.trusted_services(),
        document.federated(),
        document.unguarded_services(),
        document.federated_without("token.actions.githubusercontent.com:sub"),
        document.condition_values("aws:SourceArn"),
        document.denies_insecure_transport("arn:aws:s3:::b"),
    );
    for (action, resource) in [("iam:PassRole", "*"), ("s3:Get*", "arn:aws:s3:::b/k")] {
        let _ = document.allows(action, resource);
    }
    // A deny of everything takes everything back, and a further allow takes nothing back.
    let more = |statement: Json| -> Result<PolicyDocument, String> {
        let one = PolicyDocument::from_json(&json!({ "Statement": statement }));
        let mut document = document.clone();
        document
            .statements
            .extend(one.map_err(|e| e.to_string())?.statements);
        Ok(document)
    };
    let denied = more(json!({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}))?;
    promise(
        !denied.is_public() && !denied.allows("s3:GetObject", "arn:aws:s3:::b/k"),
        "a deny of everything leaves nothing",
        || format!("{document:?}"),
    )?;
    let allowed =
        more(json!({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}))?;
    promise(
        !document.is_public() || allowed.is_public(),
        "an allow takes nothing back",
        || format!("{document:?}"),
    )
}

pub(crate) fn run(entropy: &mut Entropy<'_>) -> Result<bool, String> {
    let text = text(entropy);
    let document = match PolicyDocument::parse(&text) {
        Ok(document) => document,
        Err(error) => {
            let words = error.to_string();
            promise(
                words.starts_with("the policy document"),
                "an error says what is wrong",
                || words.clone(),
            )?;
            return Ok(false);
        }
    };
    let json = serde_json::to_value(&document).map_err(|e| e.to_string())?;
    let again: PolicyDocument = serde_json::from_value(json).map_err(|e| e.to_string())?;
    promise(again == document, "a document is read back", || {
        text.clone()
    })?;
    ask(&document)?;
    Ok(true)
}
