//! What the format has fields for of a resource: which fact fills which field, and how.

mod table;

use serde_json::{Map, Value, json};
use table::Form::{self, Each, Is, List, Rules, Same};
use table::rows;

/// The rows of a kind: fact, field and form.
fn named(kind: &str) -> impl Iterator<Item = (&'static str, &'static str, &'static Form)> {
    let rows = rows(kind).iter();
    rows.filter_map(|(names, form)| {
        let (fact, field) = names.split_once(" > ")?;
        Some((fact, field, form))
    })
}

/// The facts of a kind that fill a field, besides what every resource has: each once, in order.
pub(in crate::report) fn facts(kind: &str) -> Vec<&'static str> {
    let mut facts = Vec::new();
    for (fact, ..) in named(kind) {
        let fact = fact.split('.').next().unwrap_or(fact);
        if !OWN.contains(&fact) && !facts.contains(&fact) {
            facts.push(fact);
        }
    }
    facts
}

/// What a result tells of its resource, whether its facts are at hand or not.
const OWN: [&str; 3] = ["arn", "id", "account"];

/// The fields of a resource; empty for a kind without any. `known` holds the facts and what is in
/// [`OWN`]; what is not there, or none, fills nothing.
pub(super) fn fields(kind: &str, known: &Map<String, Value>) -> Map<String, Value> {
    let mut fields = Map::new();
    for (fact, field, form) in named(kind) {
        if let Some(value) = at(known, fact).and_then(|value| shaped(value, form)) {
            put(&mut fields, field, value);
        }
    }
    fields
}

fn at<'a>(known: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        Some((head, rest)) => at(known.get(head)?.as_object()?, rest),
        None => known.get(path),
    }
}

fn put(fields: &mut Map<String, Value>, path: &str, value: Value) {
    let Some((head, rest)) = path.split_once('.') else {
        fields.insert(path.to_owned(), value);
        return;
    };
    let inner = fields.entry(head).or_insert_with(|| json!({}));
    if let Some(inner) = inner.as_object_mut() {
        put(inner, rest, value);
    }
}

/// A field's value. The format knows no `null`, and no text that is empty or blank.
fn shaped(value: &Value, form: &Form) -> Option<Value> {
    let all = |one: &dyn Fn(&Value) -> Option<Value>| {
        let all: Vec<Value> = value.as_array()?.iter().filter_map(one).collect();
        (!all.is_empty()).then_some(Value::Array(all))
    };
    match form {
        Same => match value {
            Value::Null | Value::Object(_) => None,
            Value::String(text) => (!text.trim().is_empty()).then(|| value.clone()),
            Value::Array(_) => all(&|one| shaped(one, &Same)),
            Value::Bool(_) | Value::Number(_) => Some(value.clone()),
        },
        Is(text) => value.as_str().map(|value| Value::Bool(value == *text)),
        Each(field) => all(&|one| Some(json!({ *field: shaped(one, &Same)? }))),
        List(members) => all(&|one| {
            let mut fields = Map::new();
            for (fact, field) in *members {
                if let Some(value) = one.get(fact).and_then(|value| shaped(value, &Same)) {
                    put(&mut fields, field, value);
                }
            }
            (!fields.is_empty()).then_some(Value::Object(fields))
        }),
        Rules => all(&|rule| Some(permission(rule))),
    }
}

/// A rule of a security group as EC2 tells it: `-1` is every protocol, and the address ranges of
/// either family have a list of their own.
fn permission(rule: &Value) -> Value {
    let protocol = match rule["protocol"].as_str() {
        Some("all") | None => "-1",
        Some(protocol) => protocol,
    };
    let mut fields = Map::from_iter([("IpProtocol".to_owned(), protocol.into())]);
    let mut add = |field: &str, value: &Value, form: &Form| {
        if let Some(value) = shaped(value, form) {
            fields.insert(field.to_owned(), value);
        }
    };
    add("FromPort", &rule["from_port"], &Same);
    add("ToPort", &rule["to_port"], &Same);
    let ranges = |of_six: bool| -> Value {
        let ranges = rule["cidrs"].as_array().into_iter().flatten();
        let family = |range: &&Value| range.as_str().is_some_and(|r| r.contains(':') == of_six);
        ranges.filter(family).cloned().collect()
    };
    add("IpRanges", &ranges(false), &Each("CidrIp"));
    add("Ipv6Ranges", &ranges(true), &Each("CidrIpv6"));
    add(
        "PrefixListIds",
        &rule["prefix_list_ids"],
        &Each("PrefixListId"),
    );
    let groups = &rule["referenced_groups"];
    let members = List(&[
        ("group_id", "GroupId"),
        ("user_id", "UserId"),
        ("vpc_id", "VpcId"),
        ("vpc_peering_connection_id", "VpcPeeringConnectionId"),
        ("peering_status", "PeeringStatus"),
    ]);
    add("UserIdGroupPairs", groups, &members);
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::BUILTIN;

    /// A name that no kind has would silently fill nothing.
    #[test]
    fn every_fact_of_the_table_is_one_of_its_kind() {
        let mut looked_at = 0;
        for (kind, ty) in &BUILTIN.types {
            assert_eq!(named(kind).count(), rows(kind).len(), "{kind}: names");
            for (fact, _, form) in named(kind) {
                let mut at = ty;
                for name in fact.split('.') {
                    let fields = &at.as_object().unwrap().fields;
                    at = fields.get(name).unwrap_or_else(|| panic!("{kind}.{fact}"));
                }
                if let List(members) = form {
                    let element = at.non_null().element().unwrap();
                    let fields = &element.as_object().unwrap().fields;
                    assert!(
                        members.iter().all(|(name, _)| fields.contains_key(*name)),
                        "{kind}.{fact}"
                    );
                }
                looked_at += 1;
            }
        }
        assert!(looked_at > 150, "{looked_at}");
    }

    #[test]
    fn rules_of_a_security_group_are_as_ec2_tells_them() {
        let known = json!({
            "id": "sg-1",
            "ingress": [
                {
                    "protocol": "tcp", "from_port": 22, "to_port": 22,
                    "cidrs": ["0.0.0.0/0", "::/0"], "prefix_list_ids": ["pl-1"],
                    "referenced_groups": [{"group_id": "sg-2", "user_id": null}],
                },
                {"protocol": "all", "from_port": null, "to_port": null, "cidrs": []},
            ],
            "egress": [],
        });
        let told = fields("ec2.security_group", known.as_object().unwrap());
        let expected = json!({
            "GroupId": "sg-1",
            "IpPermissions": [
                {
                    "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
                    "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                    "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
                    "PrefixListIds": [{"PrefixListId": "pl-1"}],
                    "UserIdGroupPairs": [{"GroupId": "sg-2"}],
                },
                {"IpProtocol": "-1"},
            ],
        });
        assert_eq!(Value::Object(told), expected);
    }

    #[test]
    fn what_is_none_empty_or_not_there_fills_nothing() {
        let known = json!({
            "id": "b", "encryption": [{"sse_algorithm": "aws:kms", "kms_master_key_id": null}],
            "public_access_block": null, "versioning": {"status": null, "mfa_delete": "Disabled"},
            "logging": {"target_bucket": "logs", "target_prefix": ""},
        });
        let told = fields("s3.bucket", known.as_object().unwrap());
        let expected = json!({
            "Name": "b",
            "ServerSideEncryptionConfiguration": {
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}],
            },
            "BucketVersioningConfiguration": {"IsMfaDeleteEnabled": false},
            "BucketLoggingConfiguration": {"DestinationBucketName": "logs"},
        });
        assert_eq!(Value::Object(told), expected);
    }
}
