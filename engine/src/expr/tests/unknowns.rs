//! Unread parts: what hangs on one is unknown, and what does not is not.

use super::*;
use proptest::prelude::*;

fn evaluate(group: &Json, source: &str) -> Outcome {
    on_deep_stack(|| {
        let engine = Engine::new();
        let bindings = bindings(&engine, group);
        match engine.compile(source, &scope(), Want::Any) {
            Ok(expression) => expression.evaluate(&bindings),
            Err(problems) => panic!("{source}: {problems:?}"),
        }
    })
}

/// A group with the flag (gap `f`), the encryption (gap `e`), parts of rules and of lists unread,
/// and no rank at all.
fn holes() -> Json {
    let mut group = group();
    group["flag"] = json!({"$unread": ["f"]});
    group["encryption"] = json!({"$unread": ["e", "e2"]});
    group["ingress"][0]["cidrs"] = json!({"$unread": ["c"]});
    group["ingress"][1]["description"] = json!({"$unread": ["d"]});
    group["zones"] = json!(["a", {"$unread": ["z"]}, "c"]);
    group["tags"] = json!({"$unread": ["t"]});
    group["entries"] = json!([{"$unread": ["n"]}]);
    group.as_object_mut().unwrap().remove("rank");
    group
}

#[test]
fn what_does_not_hang_on_it_is_known() {
    for (source, expected) in [
        ("false && group.flag == true", false),
        ("group.flag == true && false", false),
        ("true || group.flag == true", true),
        ("group.flag == true || true", true),
        ("group.id == 'sg-1' ? true : group.flag == true", true),
        ("group.zones.exists(z, z == 'c')", true),
        ("group.zones.exists(z, z == 'a')", true),
        ("group.zones.all(z, z == 'a')", false),
        ("'c' in group.zones", true),
        ("group.zones.size() == 3", true),
        ("group.zones[2] == 'c'", true),
        ("group.zones == ['x', 'y', 'z']", false),
        (
            "group.ingress.exists(r, r.protocol == 'tcp' || r.cidrs.open_to_world())",
            true,
        ),
        ("group.ingress.reaching('udp', 53).size() == 2", true),
        ("group.ingress.exists(r, r.cidrs.any_public())", true),
        ("group.encryption == null && group.id == ''", false),
        (
            "(group.rank == 1 || group.flag == true) && group.id == ''",
            false,
        ),
    ] {
        match evaluate(&holes(), source) {
            Outcome::Value(node) => assert_eq!(node.as_bool(), Some(expected), "{source}"),
            other => panic!("{source}: {other:?}"),
        }
    }
}

#[test]
fn what_hangs_on_it_is_unknown() {
    for (source, gaps, paths) in [
        ("group.flag == true", "f", "group.flag"),
        ("group.flag == null", "f", "group.flag"),
        ("group.flag != null", "f", "group.flag"),
        ("group.flag in [true, null]", "f", "group.flag"),
        ("group.flag", "f", "group.flag"),
        ("group.flag != null && group.flag", "f", "group.flag"),
        ("group.flag == true ? 1 : 1", "f", "group.flag"),
        (
            "group.encryption != null && group.encryption.algorithm == 'x'",
            "e e2",
            "group.encryption",
        ),
        ("has(group.tags.env)", "t", "group.tags"),
        ("'env' in group.tags", "t", "group.tags"),
        ("group.tags.size() == 0", "t", "group.tags"),
        ("group.tags.exists(k, k == 'a')", "t", "group.tags"),
        ("group.rank + 1 == 2", "", "group.rank"),
        ("string(group.rank) == 'x'", "", "group.rank"),
        (
            "group.rank == 1 || group.flag == true",
            "f",
            "group.flag group.rank",
        ),
        ("group.zones.exists(z, z == 'x')", "z", "group.zones[]"),
        ("group.zones.all(z, z != 'x')", "z", "group.zones[]"),
        ("'x' in group.zones", "z", "group.zones[]"),
        ("group.zones[1] == 'x'", "z", "group.zones[]"),
        ("group.zones == ['a', 'b', 'c']", "z", "group.zones[]"),
        ("group.zones.map(z, z).size() == 3", "z", "group.zones[]"),
        (
            "group.zones.filter(z, z == 'a').size() == 1",
            "z",
            "group.zones[]",
        ),
        ("group.zones.exists_one(z, z == 'a')", "z", "group.zones[]"),
        ("group.zones.sort()[0] == 'a'", "z", "group.zones[]"),
        ("group.zones.distinct().size() == 3", "z", "group.zones[]"),
        ("group.zones.join(' ') == ''", "z", "group.zones[]"),
        (
            "group.ingress.addresses().size() == 0",
            "c",
            "group.ingress[].cidrs",
        ),
        (
            "group.ingress.exists(r, r.cidrs.size() == 9)",
            "c",
            "group.ingress[].cidrs",
        ),
        (
            "group.ingress.map(r, r.description) == [null]",
            "d",
            "group.ingress[].description",
        ),
        (
            "group.entries.admits('tcp', 22).size() == 0",
            "n",
            "group.entries[]",
        ),
        (
            "group.entries.exists(e, e.rule_number == 1)",
            "n",
            "group.entries[]",
        ),
    ] {
        match evaluate(&holes(), source) {
            Outcome::Unread { gaps: g, paths: p } => {
                assert_eq!(g.join(" "), gaps, "{source}");
                assert_eq!(p.join(" "), paths, "{source}");
            }
            other => panic!("{source}: {other:?}"),
        }
    }
}

/// Lists and objects are handed on with their unread parts: `each` judges element by element.
#[test]
fn values_may_hold_unread_parts() {
    let Outcome::Value(rules) = evaluate(&holes(), "group.ingress") else {
        panic!("not a value");
    };
    let rule = &rules.as_list().unwrap()[0];
    assert!(rule.get("cidrs").unwrap().is_unread());
    let Outcome::Value(zones) = evaluate(&holes(), "group.zones") else {
        panic!("not a value");
    };
    assert!(zones.as_list().unwrap()[1].is_unread());

    on_deep_stack(|| {
        let engine = Engine::new();
        let rule_ty = schema().ty("Rule").unwrap();
        let scope = scope()
            .with_origin("rule", rule_ty, Some("group.ingress[]"))
            .with_origin("zone", Type::String, Some("group.zones[]"));
        let rule = bindings(&engine, &holes()).with("rule", rule.clone());
        let rule = rule.with("zone", zones.as_list().unwrap()[1].clone());
        for (source, path) in [
            ("rule.cidrs.open_to_world()", "group.ingress[].cidrs"),
            ("zone == 'a'", "group.zones[]"),
            ("zone.startsWith('a')", "group.zones[]"),
        ] {
            let expression = engine.compile(source, &scope, Want::Bool).unwrap();
            match expression.evaluate(&rule) {
                Outcome::Unread { paths, .. } => assert_eq!(paths, [path]),
                other => panic!("{source}: {other:?}"),
            }
        }
        let message = engine
            .template("{{zone}} {{rule.protocol}} {{rule.cidrs}}", &scope)
            .unwrap();
        assert_eq!(message.render(&rule), "(not read) tcp (not read)");
    });
}

#[test]
fn errors_are_not_verdicts() {
    for source in [
        "1 / 0 == 1",
        "group.zones[7] == ''",
        "int(group.id) == 1",
        "group.ingress[0].description.size() == 1",
    ] {
        let outcome = on_deep_stack(|| {
            let engine = Engine::new();
            engine
                .compile(source, &scope(), Want::Any)
                .map(|e| e.evaluate(&bindings(&engine, &group())))
        });
        assert!(
            matches!(outcome, Ok(Outcome::Error(_)) | Err(_)),
            "{source}: {outcome:?}"
        );
    }
    let mut group = group();
    group["created"] = json!("yesterday");
    assert!(matches!(
        evaluate(&group, "group.created == now"),
        Outcome::Error(_)
    ));
    assert!(matches!(
        evaluate(&group, "now - group.created > days(1)"),
        Outcome::Error(_)
    ));
    group["zones"] = json!(["not an address"]);
    assert!(matches!(
        evaluate(&group, "group.zones.open_to_world()"),
        Outcome::Error(_)
    ));
}

/// Conditions over three flags and a list of flags.
fn condition() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "g.a",
        "g.b",
        "g.c",
        "true",
        "false",
        "(g.a == g.b)",
        "(g.c in g.list)",
    ]);
    leaf.prop_map(str::to_owned)
        .prop_recursive(4, 24, 3, |inner| {
            let pair = (inner.clone(), inner.clone());
            prop_oneof![
                inner.clone().prop_map(|x| format!("!({x})")),
                pair.clone().prop_map(|(x, y)| format!("({x} && {y})")),
                pair.clone().prop_map(|(x, y)| format!("({x} || {y})")),
                (inner.clone(), pair).prop_map(|(x, (y, z))| format!("({x} ? {y} : {z})")),
                inner
                    .clone()
                    .prop_map(|x| format!("g.list.all(x, x || {x})")),
                inner
                    .clone()
                    .prop_map(|x| format!("g.list.exists(x, x && {x})")),
                inner.prop_map(|x| format!("(g.list.filter(x, x == {x}).size() == 1)")),
            ]
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// What is known with parts unread is so whatever these parts turn out to be.
    #[test]
    fn known_means_known_whatever_the_rest_is(source in condition(), a in any::<bool>(), first in any::<bool>()) {
        let flags = Type::list(Type::Bool);
        let ty = Type::object("G", [("a", Type::Bool), ("b", Type::Bool), ("c", Type::Bool), ("list", flags)]);
        let gap = json!({"$unread": ["x"]});
        let all = on_deep_stack(|| {
            let engine = Engine::new();
            let scope = Scope::new().with("g", ty.clone());
            let expression = engine.compile(&source, &scope, Want::Bool).map_err(|p| format!("{source}: {p:?}"))?;
            let judge = |json: Json| {
                let node = Node::from_json("g", &json, &ty);
                expression.evaluate(&Bindings::shared(&engine, []).with("g", node))
            };
            let partial = judge(json!({"a": a, "b": gap, "c": gap, "list": [first, gap]}));
            let mut complete = Vec::new();
            for bits in 0..8 {
                let bit = |n: u32| bits & (1 << n) != 0;
                complete.push(judge(json!({"a": a, "b": bit(0), "c": bit(1), "list": [first, bit(2)]})));
            }
            Ok::<_, String>((partial, complete))
        });
        let (partial, complete) = all.unwrap();
        let known = |outcome: &Outcome| match outcome {
            Outcome::Value(node) => node.as_bool(),
            _ => None,
        };
        match &partial {
            Outcome::Value(_) => {
                for outcome in &complete {
                    prop_assert_eq!(known(outcome), known(&partial), "{}", source);
                }
            }
            Outcome::Unread { gaps, .. } => prop_assert_eq!(gaps, &["x"]),
            Outcome::Error(error) => prop_assert!(false, "{}: {}", source, error),
        }
        prop_assert!(complete.iter().all(|o| known(o).is_some()));
    }
}
