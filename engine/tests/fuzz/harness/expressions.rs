//! Expressions: source text against types, and what compiled against values that need not fit.

use super::checks::builtin;
use super::json::{any, mutate};
use super::policies::statement;
use super::{Entropy, promise};
use serde_json::{Value as Json, json};
use std::sync::OnceLock;
use waterline_engine::expr::{
    Bindings, Engine, Node, Outcome, Schema, Scope, Type, Want, on_deep_stack,
};
use waterline_engine::model;

struct World {
    engine: Engine,
    scope: Scope,
    group: Type,
    acl: Type,
    policy: Type,
}

/// A security group, a network ACL and a managed policy: what most functions work on.
fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let schema = Schema::new(model::schema());
        let ty = |name: &str| schema.ty(name).unwrap_or(Type::Dyn);
        let (group, acl) = (ty("ec2.security_group"), ty("ec2.network_acl"));
        let policy = ty("iam.policy");
        let scope = Scope::new()
            .with("g", group.clone())
            .with("n", acl.clone())
            .with("p", policy.clone())
            .with("port", Type::Int)
            .with("text", Type::String)
            .with("texts", Type::list(Type::String))
            .with("now", Type::Timestamp);
        World {
            engine: Engine::new(),
            scope,
            group,
            acl,
            policy,
        }
    })
}

const EXPRESSIONS: &[&str] = &[
    "g.ingress.reaching('tcp', port).addresses().open_to_world()",
    "g.ingress.world_ports(text, texts)",
    "g.ingress.world_ports('tcp', texts).size() == 0",
    "g.ingress.exists(r, r.covers(text, port))",
    "n.ingress.admits('tcp', port).any_public()",
    "n.ingress.admits_any(text, port, 65535)",
    "n.egress.admits_any('-1', 0, port).merged()",
    "texts.public_part()",
    "texts.merged().contains_cidr(text)",
    "texts.any_public() || texts.open_to_world()",
    "p.document.is_public()",
    "p.document.public_statements().map(s, s.sid)",
    "p.document.grants_admin() ? text : 'x'",
    "p.document.service_wildcards()",
    "p.document.allows(text, '*')",
    "p.document.trusted_accounts(text)",
    "p.document.condition_values(text).size() < port",
    "p.document.statements.all(s, s.effect == 'Deny' || s.actions != null)",
    "text.matches(text)",
    "texts.exists(t, t.startsWith(text) && port % 7 == 0)",
    "now - duration('24h') > now",
    "port + port * port / port",
    "texts[port] == text",
    "g.tags[text] == 'x'",
];

const TOKENS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    ".",
    ",",
    "!",
    "&&",
    "||",
    "==",
    "<",
    "in",
    "?",
    ":",
    "+",
    "-",
    "/",
    "%",
    "'",
    "\"",
    "`",
    "\\",
    "g",
    "n",
    "p",
    "texts",
    "text",
    "port",
    "null",
    "1",
    "0x7f",
    "1e400",
    "9223372036854775808",
    "\u{0}",
    "é",
    "\u{2028}",
    "//",
    "{",
    "}",
    ".size()",
    ".map(x, x)",
    ".all(x, x == x)",
    ".filter(x, true)",
    "ingress",
    "r'",
    "b'x'",
    "1u",
    "\n",
    "if",
    "has(g.id)",
];

fn source(entropy: &mut Entropy<'_>) -> String {
    let mut text = match entropy.below(8) {
        0 => (0..entropy.below(60))
            .map(|_| *entropy.pick(TOKENS))
            .collect(),
        1 => {
            let (_, check) = entropy.pick(builtin());
            let line = check.lines().find_map(|l| l.strip_prefix("assert: "));
            line.unwrap_or("true").to_owned()
        }
        2 => {
            // Deep, and long.
            let around =
                *entropy.pick(&[("(", ")"), ("[", "]"), ("!", ""), ("1 + ", ""), ("-", "")]);
            let times = entropy.below(1200);
            format!("{}port{}", around.0.repeat(times), around.1.repeat(times))
        }
        3 => return entropy.text(),
        _ => (*entropy.pick(EXPRESSIONS)).to_owned(),
    };
    for _ in 0..entropy.below(4) {
        let mut at = entropy.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        match entropy.below(3) {
            0 => text.truncate(at),
            1 => text.insert_str(at, &entropy.text()),
            _ => text.insert_str(at, entropy.pick::<&str>(TOKENS)),
        }
    }
    text
}

/// A range, or what looks like one.
pub(crate) fn cidr(entropy: &mut Entropy<'_>) -> String {
    match entropy.below(6) {
        0 => entropy.text(),
        1 => "0.0.0.0/0".to_owned(),
        2 => format!("{:x}00::/{}", entropy.byte(), entropy.below(130)),
        3 => format!("::{:x}/{}", entropy.number(), entropy.below(130)),
        _ => {
            let [a, b, c, d] = std::array::from_fn(|_| entropy.byte());
            format!("{a}.{b}.{c}.{d}/{}", entropy.below(34))
        }
    }
}

/// Ranges, or ports.
fn texts(entropy: &mut Entropy<'_>) -> Json {
    let ports = entropy.one_in(3);
    (0..entropy.below(6))
        .map(|_| match ports {
            true => Json::from(entropy.number().to_string()),
            false => cidr(entropy).into(),
        })
        .collect()
}

fn values(entropy: &mut Entropy<'_>) -> [Json; 6] {
    let rule = |entropy: &mut Entropy<'_>| {
        json!({
            "protocol": entropy.pick(&["tcp", "-1", "6", "udp", "icmp", "50"]),
            "from_port": entropy.number(), "to_port": entropy.number(),
            "cidrs": (0..entropy.below(4)).map(|_| cidr(entropy)).collect::<Vec<_>>(),
        })
    };
    let entry = |entropy: &mut Entropy<'_>| {
        json!({
            "rule_number": entropy.number(), "protocol": entropy.pick(&["6", "-1", "17"]),
            "from_port": entropy.number(), "to_port": entropy.number(),
            "cidr": cidr(entropy), "action": entropy.pick(&["allow", "deny"]),
        })
    };
    let parsed = model::policy::PolicyDocument::from_json(&json!({
        "Statement": (0..entropy.below(4)).map(|_| statement(entropy)).collect::<Vec<_>>(),
    }));
    let document = parsed.ok().and_then(|d| serde_json::to_value(d).ok());
    let mut values = [
        json!({"ingress": (0..entropy.below(5)).map(|_| rule(entropy)).collect::<Vec<_>>(), "tags": {"$unread": "x"}}),
        json!({"ingress": (0..entropy.below(5)).map(|_| entry(entropy)).collect::<Vec<_>>(), "egress": []}),
        json!({ "document": document }),
        entropy.number().into(),
        entropy.text().into(),
        texts(entropy),
    ];
    for _ in 0..entropy.below(3) {
        let at = entropy.below(values.len());
        mutate(&mut values[at], entropy);
    }
    if entropy.one_in(10) {
        let at = entropy.below(values.len());
        values[at] = any(entropy, 4);
    }
    values
}

pub(crate) fn run(entropy: &mut Entropy<'_>) -> Result<bool, String> {
    let source = source(entropy);
    let values = values(entropy);
    on_deep_stack(|| check(&source, &values))
}

fn check(source: &str, values: &[Json; 6]) -> Result<bool, String> {
    let world = world();
    let length = source.chars().count();
    let compiled = world.engine.compile(source, &world.scope, Want::Any);
    let expression = match compiled {
        Ok(expression) => expression,
        Err(problems) => {
            promise(!problems.is_empty(), "a refusal has a reason", || {
                source.to_owned()
            })?;
            for problem in problems {
                promise(
                    problem.offset <= length && !problem.message.is_empty(),
                    "a problem is within the source",
                    || format!("{problem:?} in {source:?}"),
                )?;
            }
            return Ok(false);
        }
    };
    let node = |name, at: usize, ty: &Type| (name, Node::from_json(name, &values[at], ty));
    let bindings = Bindings::shared(
        &world.engine,
        [
            node("g", 0, &world.group),
            node("n", 1, &world.acl),
            node("p", 2, &world.policy),
            node("port", 3, &Type::Int),
            node("text", 4, &Type::String),
            node("texts", 5, &Type::list(Type::String)),
            ("now", Node::timestamp(chrono::DateTime::UNIX_EPOCH)),
        ],
    );
    let outcome = |outcome: Outcome| match outcome {
        Outcome::Value(node) => format!("value {}", node.to_json()),
        other => format!("{other:?}"),
    };
    let first = outcome(expression.evaluate(&bindings));
    let second = outcome(expression.evaluate(&bindings));
    promise(first == second, "an evaluation is repeatable", || {
        format!("{source:?}: {first}, then {second}")
    })?;
    Ok(true)
}
