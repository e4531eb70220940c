use super::*;
use serde_json::json;

#[test]
fn offsets_probe() {
    on_deep_stack(|| {
        let engine = Engine::new();
        let scope = Scope::new().with(
            "b",
            Type::object("B", [("n", Type::String), ("k", Type::Int.nullable())]),
        );
        for source in [
            "'é' == b.m",
            "b.n = 'a'",
            "b.n == 'a' and b.k == 1",
            "b.n == ",
            "b.k > 1",
            "b.n == 'a' && (",
            "if (x) y",
            "[b].exists(x)",
            "b.?n",
            "b.n == \"a",
            "((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))",
            "b.n.matches('(')",
            "not b.n",
            "b.n === 'a'",
            "“b”",
            "b.n == 'é' && b.n = 3",
            "b.n ==\n 'é' && b.m == 3",
            "{'a': 1}",
            "1u",
            "b n",
        ] {
            println!(
                "{source:?}: {:#?}",
                engine.compile(source, &scope, Want::Bool).map(|_| ())
            );
        }
        let _ = json!({});
    })
}
