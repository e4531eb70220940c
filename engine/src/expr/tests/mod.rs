//! The language as its users see it: `golden.txt` holds expressions and what becomes of them.

mod ports;
mod unknowns;

use super::*;
use serde_json::{Value as Json, json};
use std::fmt::Write;

/// A schema as `schemars` writes it.
pub(super) fn schema() -> Schema {
    let text = json!({"type": "string"});
    let texts = json!({"type": "array", "items": text});
    let port = json!({"type": ["integer", "null"], "format": "int64"});
    Schema::new(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Group",
        "type": "object",
        "properties": {
            "id": text,
            "created": {"type": "string", "format": "date-time"},
            "last_used": {"type": ["string", "null"], "format": "date-time"},
            "state": {"oneOf": [{"const": "on", "type": "string"}, {"type": "string", "enum": ["off", "failed"]}]},
            "rank": {"type": "integer"},
            "share": {"type": "number"},
            "flag": {"type": ["boolean", "null"], "x-facet": true},
            "zones": texts,
            "tags": {"type": "object", "additionalProperties": text},
            "ingress": {"type": "array", "items": {"$ref": "#/$defs/Rule"}},
            "encryption": {"anyOf": [{"$ref": "#/$defs/Encryption"}, {"type": "null"}], "x-facet": true},
            "policy": {"anyOf": [{"$ref": "#/$defs/PolicyDocument"}, {"type": "null"}]},
            "entries": {"type": "array", "items": {"$ref": "#/$defs/Entry"}},
            "parent": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
        },
        "$defs": {
            "Rule": {"type": "object", "properties": {
                "protocol": text, "from_port": port, "to_port": port, "cidrs": texts,
                "description": {"type": ["string", "null"]},
            }},
            "Entry": {"type": "object", "properties": {
                "rule_number": {"type": "integer"}, "protocol": text, "from_port": port, "to_port": port,
                "cidr": text, "action": {"type": "string", "enum": ["allow", "deny"]},
            }},
            "Encryption": {"type": "object", "properties": {
                "algorithm": text, "key": {"type": ["string", "null"]},
            }},
            "PolicyDocument": serde_json::to_value(schemars::schema_for!(crate::model::policy::PolicyDocument)).unwrap(),
            "Statement": serde_json::to_value(schemars::schema_for!(crate::model::policy::Statement)).unwrap(),
            "Principal": serde_json::to_value(schemars::schema_for!(crate::model::policy::Principal)).unwrap(),
            "PrincipalKind": serde_json::to_value(schemars::schema_for!(crate::model::policy::PrincipalKind)).unwrap(),
            "Effect": serde_json::to_value(schemars::schema_for!(crate::model::policy::Effect)).unwrap(),
            "Condition": serde_json::to_value(schemars::schema_for!(crate::model::policy::Condition)).unwrap(),
        },
    }))
}

pub(super) fn group() -> Json {
    json!({
        "id": "sg-1", "created": "2026-01-01T00:00:00Z", "last_used": null, "state": "on", "rank": 7,
        "share": 2, "flag": true, "zones": ["b", "a", "b"],
        "tags": {"env": "prod", "team": "red"},
        "ingress": [
            {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidrs": ["0.0.0.0/1", "128.0.0.0/1"], "description": null},
            {"protocol": "udp", "from_port": 53, "to_port": 53, "cidrs": ["10.0.0.0/8"], "description": "dns"},
            {"protocol": "all", "from_port": null, "to_port": null, "cidrs": ["10.1.0.0/16", "2001:db8::/32"], "description": null},
            {"protocol": "icmp", "from_port": 8, "to_port": 0, "cidrs": ["::/0"], "description": null},
        ],
        "encryption": {"algorithm": "aws:kms", "key": null},
        "policy": {"version": "2012-10-17", "statements": [
            {"sid": "open", "effect": "Allow", "principals": [{"kind": "*", "value": "*"}], "actions": ["s3:*"], "resources": ["*"]},
        ]},
        "entries": [
            {"rule_number": 100, "protocol": "tcp", "from_port": 0, "to_port": 65535, "cidr": "0.0.0.0/0", "action": "allow"},
            {"rule_number": 90, "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr": "0.0.0.0/1", "action": "deny"},
        ],
        "parent": null,
    })
}

pub(super) fn scope() -> Scope {
    Scope::new()
        .with("group", schema().ty("").unwrap())
        .with("now", Type::Timestamp)
        .with(
            "params",
            Type::object("params", [("port", Type::Int), ("days", Type::Int)]),
        )
}

pub(super) fn bindings(engine: &Engine, group: &Json) -> Bindings {
    let params = json!({"port": 22, "days": 90});
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    let scope = scope();
    let shared = [
        ("now", Node::timestamp(now)),
        (
            "params",
            Node::from_json("params", &params, scope.ty("params").unwrap()),
        ),
    ];
    let group = Node::from_json("group", group, scope.ty("group").unwrap());
    Bindings::shared(engine, shared).with("group", group)
}

/// What becomes of an expression, in a line.
fn outcome(engine: &Engine, bindings: &Bindings, source: &str) -> String {
    match engine.compile(source, &scope(), Want::Any) {
        Err(problems) => {
            let problems: Vec<String> = problems.iter().map(Problem::to_string).collect();
            format!("refused: {}", problems.join("; "))
        }
        Ok(expression) => match expression.evaluate(bindings) {
            Outcome::Value(node) => node.to_json().to_string(),
            Outcome::Unread { gaps, paths } => format!("unread: {gaps:?} {paths:?}"),
            Outcome::Error(error) => format!("error: {error}"),
        },
    }
}

/// `WATERLINE_BLESS=1 cargo test golden` writes the file anew.
#[test]
fn golden() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/expr/tests/golden.txt");
    let golden = std::fs::read_to_string(file).unwrap();
    let rendered = on_deep_stack(|| {
        let engine = Engine::new();
        let bindings = bindings(&engine, &group());
        let mut rendered = String::new();
        for line in golden.lines().filter(|l| !l.starts_with("    ")) {
            rendered.push_str(line);
            rendered.push('\n');
            if !line.is_empty() && !line.starts_with('#') {
                writeln!(rendered, "    {}", outcome(&engine, &bindings, line)).unwrap();
            }
        }
        rendered
    });
    if std::env::var_os("WATERLINE_BLESS").is_some() {
        std::fs::write(file, rendered).unwrap();
    } else {
        assert_eq!(rendered, golden);
    }
}

#[test]
fn paths_are_told_from_the_scope_through_comprehensions() {
    let paths = |source: &str| {
        on_deep_stack(|| {
            let engine = Engine::new();
            let scope = scope().with_origin(
                "rule",
                schema().ty("Rule").unwrap(),
                Some("group.ingress[]"),
            );
            let expression = engine.compile(source, &scope, Want::Any).unwrap();
            expression
                .paths()
                .iter()
                .cloned()
                .collect::<Vec<_>>()
                .join(" ")
        })
    };
    for (source, expected) in [
        ("group.id == 'x'", "group.id"),
        (
            "group.ingress.exists(r, r.protocol == 'tcp')",
            "group.ingress group.ingress[].protocol",
        ),
        (
            "group.ingress.filter(r, r.protocol == 'tcp').map(r, r.cidrs).exists(c, '::/0' in c)",
            "group.ingress group.ingress[].cidrs group.ingress[].protocol",
        ),
        (
            "group.ingress.map(r, r.cidrs).exists(l, l.exists(c, c == 'x'))",
            "group.ingress group.ingress[].cidrs group.ingress[].cidrs[]",
        ),
        (
            "group.ingress.reaching('tcp', params.port).exists(r, r.description != null)",
            "group.ingress group.ingress[].description params.port",
        ),
        ("rule.cidrs.open_to_world()", "group.ingress[].cidrs"),
        ("rule.covers('tcp', 1)", "group.ingress[]"),
        (
            "group.encryption != null && group.encryption.algorithm == ''",
            "group.encryption group.encryption.algorithm",
        ),
        ("group.tags.all(k, group.tags[k] != '')", "group.tags"),
        (
            "group.policy != null && group.policy.public_statements().exists(s, s.sid == null)",
            "group.policy group.policy.statements[].sid",
        ),
    ] {
        assert_eq!(paths(source), expected, "{source}");
    }
}

#[test]
fn the_list_of_each_tells_where_its_elements_come_from() {
    on_deep_stack(|| {
        let engine = Engine::new();
        let origin = |source: &str| {
            let list = engine.compile(source, &scope(), Want::List).unwrap();
            (
                list.element_origin().map(str::to_owned),
                list.ty().to_string(),
            )
        };
        let rule = (Some("group.ingress[]".to_owned()), "list<Rule>".to_owned());
        assert_eq!(origin("group.ingress"), rule);
        assert_eq!(
            origin("group.ingress.filter(r, r.protocol != 'icmp')"),
            rule
        );
        assert_eq!(origin("group.rank > 3 ? group.ingress : []"), rule);
        assert_eq!(origin("group.zones.map(z, z + '!')").0, None);
    });
}

#[test]
fn what_is_wanted_is_checked() {
    on_deep_stack(|| {
        let engine = Engine::new();
        for (source, want, problem) in [
            (
                "group.rank",
                Want::Bool,
                "1: it must give true or false, and gives int",
            ),
            (
                "group.flag",
                Want::Bool,
                "1: it must give true or false, and gives bool or null",
            ),
            (
                "group.id",
                Want::List,
                "1: it must give a list, and gives string",
            ),
            ("", Want::Any, "1: no expression"),
        ] {
            let problems = engine.compile(source, &scope(), want).unwrap_err();
            assert!(
                problems[0]
                    .to_string()
                    .starts_with(&problem[..problem.len().min(12)]),
                "{problems:?}"
            );
            assert_eq!(problems[0].message, problem[3..], "{source}");
        }
    });
}

#[test]
fn hostile_sources_are_harmless() {
    on_deep_stack(|| {
        let engine = Engine::new();
        let bindings = bindings(&engine, &group());
        let compile = |source: &str| engine.compile(source, &scope(), Want::Any);
        assert!(compile(&"(".repeat(3000)).is_err());
        assert!(compile(&"[".repeat(1000)).is_err());
        assert!(compile(&"!".repeat(2000)).is_err());
        let chain = |terms: usize| format!("1{}", "+1".repeat(terms));
        assert!(compile(&chain(1000)).is_err());
        let long = compile(&chain(390)).unwrap();
        assert!(matches!(long.evaluate(&bindings), Outcome::Value(n) if n.as_int() == Some(391)));
        assert!(compile(&format!("group{}", ".a".repeat(1000))).is_err());
        assert!(compile(&format!("true{}", " || true".repeat(200))).is_ok());
        let error = |source: &str| match compile(source).unwrap().evaluate(&bindings) {
            Outcome::Error(error) => error,
            other => panic!("{other:?}"),
        };
        // Loops in loops, texts and lists that double: the budget ends them.
        let zones = "group.zones.map(z, group.zones)";
        let nested = "xs.all(a, xs.all(b, xs.all(c, xs.all(d, xs.all(e, xs.all(f, xs.all(g, xs.all(h, xs.all(i, xs.all(j, xs.all(k, xs.all(l, true))))))))))))";
        assert!(error(&nested.replace("xs", "group.zones")).contains("steps"));
        let doubled = format!("['aaaa']{}", ".map(x, x + x)".repeat(60));
        assert!(error(&doubled).contains("steps"));
        let doubled = format!("[[1]]{}.size()", ".map(x, x + x)".repeat(60));
        assert!(error(&doubled).contains("steps"));
        let joined = format!("['aaaa']{}", ".map(x, [x, x].join(x))".repeat(60));
        assert!(error(&joined).contains("steps"));
        // Absorbed, and told all the same.
        assert!(error(&format!("{doubled} > 0 || true")).contains("steps"));
        assert!(compile(&format!("{zones}.size() == 3")).is_ok());
        assert!(compile("group.id.matches('(a{1000}){1000}')").is_err());
    });
}

#[test]
fn expressions_are_shared_between_threads() {
    let results = on_deep_stack(|| {
        let engine = Engine::new();
        let expression = engine
            .compile("group.rank + params.port", &scope(), Want::Any)
            .unwrap();
        let bindings = bindings(&engine, &group());
        on_deep_stacks(3, |_| match expression.evaluate(&bindings) {
            Outcome::Value(node) => node.as_int(),
            _ => None,
        })
    });
    assert_eq!(results, [Some(29); 3]);
}

#[test]
fn every_function_is_documented_by_an_example_that_parses() {
    on_deep_stack(|| {
        let engine = Engine::new();
        let mut seen = std::collections::HashSet::new();
        for doc in functions() {
            assert!(seen.insert(doc.signature), "{}", doc.signature);
            assert!(
                doc.signature.contains(doc.name) && doc.about.ends_with(['.', ')']),
                "{}",
                doc.name
            );
            assert!(doc.example.contains(doc.name), "{}", doc.name);
            let root = |name: &str| (name.to_owned(), Type::Dyn);
            let scope = doc
                .example
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .filter(|w| !w.is_empty())
                .map(root)
                .fold(scope(), |scope, (name, ty)| scope.with(&name, ty));
            let compiled = engine.compile(doc.example, &scope, Want::Any);
            assert!(compiled.is_ok(), "{}: {compiled:?}", doc.example);
        }
    });
}

#[test]
fn templates_render_whatever_happens() {
    on_deep_stack(|| {
        let engine = Engine::new();
        let mut group = group();
        group["encryption"] = json!({"$unread": ["g1"]});
        group["zones"] = (0..13).map(|i| format!("z{i}")).collect();
        let bindings = bindings(&engine, &group);
        let render = |source: &str| engine.template(source, &scope()).unwrap().render(&bindings);
        for (source, expected) in [
            ("plain", "plain"),
            ("", ""),
            (
                "{{group.id}} has {{group.rank}} of {{params.port}}, {{group.flag}}",
                "sg-1 has 7 of 22, true",
            ),
            (
                "{{ group.created }} / {{now}}",
                "2026-01-01 / 2026-11-22T12:00:00Z",
            ),
            (
                "{{now - group.created}}; {{now - now}}; {{duration('47h')}}",
                "325 days; 0 seconds; 47 hours",
            ),
            ("{{group.last_used}}", "none"),
            (
                "{{group.zones}}",
                "z0, z1, z2, z3, z4, z5, z6, z7, z8, z9 and 3 more",
            ),
            (
                "{{group.encryption != null ? group.encryption.algorithm : 'x'}}!",
                "(not read)!",
            ),
            ("{{group.rank / 0}}", "(not known)"),
            ("{{group.id.matches('^s{1}}') ? '}}' : \"{{\"}} }}", "{{ }}"),
            ("{{group.share}} {{group.zones.size() > 3}}", "2 true"),
        ] {
            assert_eq!(render(source), expected, "{source}");
        }
        let problems = |source: &str| {
            let problems = engine.template(source, &scope()).unwrap_err();
            problems
                .iter()
                .map(Problem::to_string)
                .collect::<Vec<_>>()
                .join("; ")
        };
        insta::assert_snapshot!(
            problems("é {{group.idd}} and {{group.ingress}} {{"),
            @"11: Group has no field `idd` (did you mean `id`? it has: created, encryption, entries, flag, id, ingress, last_used, parent, policy, rank, share, state, tags, zones); 23: a list<Rule> cannot be shown (select a field of it); 39: `{{` is not closed (close it with `}}`)"
        );
    });
}

#[test]
fn facts_survive_the_way_through_nodes() {
    let ty = schema().ty("").unwrap();
    let json = group();
    let node = Node::from_json("group", &json, &ty);
    let mut expected = json.clone();
    // A whole has `null` for what it lacks, and a number is of the type of its field.
    expected["policy"]["id"] = Json::Null;
    expected["share"] = json!(2.0);
    let statement = &mut expected["policy"]["statements"][0];
    for name in ["not_principals", "not_actions", "not_resources"] {
        statement[name] = Json::Null;
    }
    statement["conditions"] = json!([]);
    assert_eq!(node.to_json(), expected);
    let unread = Node::from_json("group", &json!({"flag": {"$unread": ["a"]}}), &ty);
    assert_eq!(unread.to_json()["flag"], json!({"$unread": ["a"]}));
    assert_eq!(unread.to_json()["id"], json!({"$unread": []}));
}
