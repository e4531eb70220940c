//! Questions about policy documents. What they mean, and AWS's pages behind them, is told in
//! `model::policy`.

use super::super::meter::charge;
use super::super::node::{Node, Repr};
use super::{Function, FunctionDoc, Gives, Shape, field, list, native, text, text_list, texts};
use crate::model::policy::{PolicyDocument, Statement};
use cel::ExecutionError;
use std::collections::BTreeSet;

macro_rules! function {
    ($name:literal, $signature:literal, $about:literal, $example:literal,
     $args:expr, $gives:ident, $run:expr) => {
        Function {
            doc: FunctionDoc {
                name: $name,
                signature: $signature,
                about: $about,
                example: $example,
            },
            receiver: Some(Shape::Policy),
            args: $args,
            gives: Gives::$gives,
            run: $run,
        }
    };
}

pub(super) const FUNCTIONS: &[Function] = &[
    function!(
        "is_public",
        "policy.is_public() -> bool",
        "Whether a statement allows anyone (`*`, or `NotPrincipal`), and no condition narrows that \
         to fixed accounts, organizations, VPCs or address ranges, as S3 defines \"public\".",
        "bucket.policy != null && bucket.policy.is_public()",
        &[],
        Bool,
        native!(is_public)
    ),
    function!(
        "public_statements",
        "policy.public_statements() -> list<Statement>",
        "The statements that make a policy public.",
        "bucket.policy.public_statements().map(s, s.sid)",
        &[],
        Statements,
        native!(public_statements)
    ),
    function!(
        "grants_admin",
        "policy.grants_admin() -> bool",
        "Whether all actions (or, by `NotAction`, all but some that leave IAM) are allowed on all \
         resources, whatever the conditions.",
        "managed_policy.document.grants_admin()",
        &[],
        Bool,
        native!(grants_admin)
    ),
    function!(
        "service_wildcards",
        "policy.service_wildcards() -> list<string>",
        "The services all of whose actions are allowed (`s3` for `s3:*`), `*` for all services.",
        "'kms' in managed_policy.document.service_wildcards()",
        &[],
        Texts,
        native!(service_wildcards)
    ),
    function!(
        "allows",
        "policy.allows(action: string, resource: string) -> bool",
        "Whether an action on a resource (`*`: on all resources) is allowed by a statement, and \
         not denied by an unconditional one. Conditions and principals are not looked at.",
        "role.policies.exists(p, p.allows('iam:PassRole', '*'))",
        &[Shape::Text, Shape::Text],
        Bool,
        native!(allows)
    ),
    function!(
        "denies_insecure_transport",
        "policy.denies_insecure_transport(arn: string) -> bool",
        "Whether all that comes without TLS is denied to everyone, on the resource (and, of a \
         bucket, its objects): `aws:SecureTransport` is `false`.",
        "bucket.policy.denies_insecure_transport(bucket.arn)",
        &[Shape::Text],
        Bool,
        native!(denies_insecure_transport)
    ),
    function!(
        "trusted_accounts",
        "policy.trusted_accounts(own_account: string) -> list<string>",
        "The other accounts (or organizations) that are let in; `*` for any account.",
        "role.trust_policy.trusted_accounts(role.account)",
        &[Shape::Text],
        Texts,
        native!(trusted_accounts)
    ),
    function!(
        "accounts_with",
        "policy.accounts_with(own_account: string, actions: list<string>) -> list<string>",
        "The other accounts (or organizations) that may do at least one of some actions; `*` for \
         any account.",
        "bucket.policy.accounts_with(bucket.account, ['s3:PutBucketPolicy']).size() == 0",
        &[Shape::Text, Shape::Texts],
        Texts,
        native!(accounts_with)
    ),
    function!(
        "allows_unsigned",
        "policy.allows_unsigned(action: string, identity_keys: list<string>) -> bool",
        "Whether an action is allowed to those who are not signed in: anyone may, and no condition \
         on one of the keys holds only of somebody whom IAM knows.",
        "file_system.policy.allows_unsigned('elasticfilesystem:ClientMount', ['aws:PrincipalArn'])",
        &[Shape::Text, Shape::Texts],
        Bool,
        native!(allows_unsigned)
    ),
    function!(
        "unbound_statements",
        "policy.unbound_statements(keys: list<string>) -> list<Statement>",
        "The statements that allow anyone, and neither a condition of theirs nor a statement that \
         denies binds that to fixed values of one of the keys.",
        "vpc_endpoint.policy.unbound_statements(['aws:PrincipalOrgID', 'aws:ResourceOrgID'])",
        &[Shape::Texts],
        Statements,
        native!(unbound_statements)
    ),
    function!(
        "trusted_services",
        "policy.trusted_services() -> list<string>",
        "The AWS services that are let in.",
        "'ec2.amazonaws.com' in role.trust_policy.trusted_services()",
        &[],
        Texts,
        native!(trusted_services)
    ),
    function!(
        "unguarded_services",
        "policy.unguarded_services() -> list<string>",
        "The AWS services that are let in without a condition on `aws:SourceArn`, \
         `aws:SourceAccount` or `aws:SourceOrgID`: confused deputies.",
        "topic.policy.unguarded_services().size() == 0",
        &[],
        Texts,
        native!(unguarded_services)
    ),
    function!(
        "has_confused_deputy_guard",
        "policy.has_confused_deputy_guard() -> bool",
        "Whether each AWS service that is let in is tied to an account or an organization.",
        "queue.policy.has_confused_deputy_guard()",
        &[],
        Bool,
        native!(has_confused_deputy_guard)
    ),
    function!(
        "federated",
        "policy.federated() -> list<string>",
        "The identity providers that are let in.",
        "role.trust_policy.federated().exists(p, p.endsWith('token.actions.githubusercontent.com'))",
        &[],
        Texts,
        native!(federated)
    ),
    function!(
        "federated_without",
        "policy.federated_without(key: string) -> list<string>",
        "The identity providers that are let in without a condition that requires a value of a key.",
        "role.trust_policy.federated_without('token.actions.githubusercontent.com:sub')",
        &[Shape::Text],
        Texts,
        native!(federated_without)
    ),
    function!(
        "condition_values",
        "policy.condition_values(key: string) -> list<string>",
        "The values that the conditions of statements that allow have for a key.",
        "role.trust_policy.condition_values('sts:ExternalId').size() > 0",
        &[Shape::Text],
        Texts,
        native!(condition_values)
    ),
];

/// How much there is in a document: its values, and the length of its texts.
fn size(node: &Node) -> usize {
    match &node.0 {
        Repr::List(items) => items.0.iter().map(size).sum::<usize>() + 1,
        Repr::Object(fields) => fields.0.iter().map(|(_, v)| size(v)).sum::<usize>() + 1,
        Repr::Text(text) => text.inner().len() / 32 + 1,
        _ => 1,
    }
}

fn document(args: &[Node]) -> Result<PolicyDocument, ExecutionError> {
    charge(size(&args[0]))?;
    let json = args[0].known_throughout()?.to_json();
    let error = |e: &dyn std::fmt::Display| ExecutionError::function_error("policy", e);
    let document: PolicyDocument = serde_json::from_value(json).map_err(|e| error(&e))?;
    document.check().map_err(|e| error(&e))?;
    Ok(document)
}

fn sorted(set: BTreeSet<String>) -> Result<Node, ExecutionError> {
    text_list(set)
}

fn is_public(args: &[Node]) -> Result<Node, ExecutionError> {
    Ok(document(args)?.is_public().into())
}

fn public_statements(args: &[Node]) -> Result<Node, ExecutionError> {
    let document = document(args)?;
    chosen(&args[0], &document, &document.public_statements())
}

fn unbound_statements(args: &[Node]) -> Result<Node, ExecutionError> {
    let document = document(args)?;
    let unbound = document.unbound_statements(&texts(&args[1])?);
    chosen(&args[0], &document, &unbound)
}

/// Some statements of a document, as the policy has them, so that what they are part of is shared.
fn chosen(
    policy: &Node,
    document: &PolicyDocument,
    wanted: &[&Statement],
) -> Result<Node, ExecutionError> {
    let pairs = document
        .statements
        .iter()
        .zip(list(field(policy, "statements")?)?);
    let chosen = pairs.filter(|(s, _)| wanted.iter().any(|w| std::ptr::eq(*w, *s)));
    Ok(Node::list(chosen.map(|(_, node)| node.clone())))
}

fn grants_admin(args: &[Node]) -> Result<Node, ExecutionError> {
    Ok(document(args)?.grants_admin().into())
}

fn service_wildcards(args: &[Node]) -> Result<Node, ExecutionError> {
    sorted(document(args)?.service_wildcards())
}

fn allows(args: &[Node]) -> Result<Node, ExecutionError> {
    Ok(document(args)?
        .allows(text(&args[1])?, text(&args[2])?)
        .into())
}

fn denies_insecure_transport(args: &[Node]) -> Result<Node, ExecutionError> {
    Ok(document(args)?
        .denies_insecure_transport(text(&args[1])?)
        .into())
}

fn trusted_accounts(args: &[Node]) -> Result<Node, ExecutionError> {
    sorted(document(args)?.trusted_accounts(text(&args[1])?))
}

fn accounts_with(args: &[Node]) -> Result<Node, ExecutionError> {
    sorted(document(args)?.accounts_with(text(&args[1])?, &texts(&args[2])?))
}

fn allows_unsigned(args: &[Node]) -> Result<Node, ExecutionError> {
    let (action, keys) = (text(&args[1])?, texts(&args[2])?);
    Ok(document(args)?.allows_unsigned(action, &keys).into())
}

fn trusted_services(args: &[Node]) -> Result<Node, ExecutionError> {
    sorted(document(args)?.trusted_services())
}

fn unguarded_services(args: &[Node]) -> Result<Node, ExecutionError> {
    sorted(document(args)?.unguarded_services())
}

fn has_confused_deputy_guard(args: &[Node]) -> Result<Node, ExecutionError> {
    Ok(document(args)?.unguarded_services().is_empty().into())
}

fn federated(args: &[Node]) -> Result<Node, ExecutionError> {
    sorted(document(args)?.federated())
}

fn federated_without(args: &[Node]) -> Result<Node, ExecutionError> {
    sorted(document(args)?.federated_without(text(&args[1])?))
}

fn condition_values(args: &[Node]) -> Result<Node, ExecutionError> {
    sorted(document(args)?.condition_values(text(&args[1])?))
}
