//! The emulator's own endpoint, for those who are not in its process.
//!
//! ```text
//! GET    /_mocks             what is served: accounts are not told, operations are
//! GET    /_mocks/rules       the rules in force
//! POST   /_mocks/rules       adds a rule, or a list of rules
//! DELETE /_mocks/rules       removes all rules
//! GET    /_mocks/log         the requests so far
//! DELETE /_mocks/log         forgets them
//! ```

use serde_json::{Value, json};

use super::Shared;
use crate::Rule;
use crate::model;
use crate::protocol::{Incoming, Wire};

pub(super) fn answer(shared: &Shared, incoming: &Incoming) -> Wire {
    match (
        incoming.method.as_str(),
        incoming.path.trim_end_matches('/'),
    ) {
        ("GET", "/_mocks") => reply(200, &served()),
        ("GET", "/_mocks/rules") => reply(200, &json!(shared.controls.rules())),
        ("POST", "/_mocks/rules") => match rules(&incoming.body) {
            Ok(rules) => {
                for rule in rules {
                    shared.controls.add(rule);
                }
                reply(200, &json!(shared.controls.rules()))
            }
            Err(problem) => reply(400, &json!({ "error": problem })),
        },
        ("DELETE", "/_mocks/rules") => {
            shared.controls.clear();
            reply(200, &json!([]))
        }
        ("GET", "/_mocks/log") => reply(200, &json!(shared.log.all())),
        ("DELETE", "/_mocks/log") => {
            shared.log.clear();
            reply(200, &json!([]))
        }
        (method, path) => {
            let problem = format!("{method} {path}: there is /_mocks, /_mocks/rules, /_mocks/log");
            reply(404, &json!({ "error": problem }))
        }
    }
}

fn rules(body: &[u8]) -> Result<Vec<Rule>, String> {
    let value: Value = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let rules = if value.is_array() {
        value
    } else {
        json!([value])
    };
    serde_json::from_value(rules).map_err(|e| e.to_string())
}

fn served() -> Value {
    let services = model::services().filter_map(|name| {
        let service = model::by_name(name)?;
        let operations: Vec<&String> = service.operations.keys().collect();
        Some((name.to_owned(), json!(operations)))
    });
    json!({ "operations": services.collect::<serde_json::Map<_, _>>() })
}

fn reply(status: u16, body: &Value) -> Wire {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Wire {
        status,
        headers,
        body: body.to_string().into_bytes(),
    }
}
