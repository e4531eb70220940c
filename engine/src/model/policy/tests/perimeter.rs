//! Who is left outside a perimeter, and who signs nothing.

use super::*;

const KEYS: &[&str] = &[
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalArn",
];

fn allow(condition: Json) -> Json {
    json!({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*",
           "Condition": condition})
}

fn deny(condition: Json) -> Json {
    json!({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
           "Condition": condition})
}

#[test]
fn a_statement_is_bound_by_what_cannot_hold_without_a_fixed_value() {
    for (condition, bound) in [
        (json!({}), false),
        (json!({"StringEquals": {"aws:principalorgid": "o-1"}}), true),
        (
            json!({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}),
            false,
        ),
        (
            json!({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}),
            false,
        ),
        (json!({"StringLike": {"aws:PrincipalOrgID": "*"}}), false),
        (
            json!({"StringEquals": {"aws:PrincipalOrgID": ["o-1", "${aws:ResourceOrgID}"]}}),
            false,
        ),
        (json!({"StringEquals": {"aws:PrincipalOrgID": []}}), false),
        (json!({"StringEquals": {"aws:SourceVpce": "vpce-1"}}), false),
        (
            json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}}),
            true,
        ),
        (
            json!({"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}}),
            false,
        ),
        (
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}),
            true,
        ),
        (
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}),
            false,
        ),
    ] {
        let document = policy(json!([allow(condition.clone())]));
        assert_eq!(
            document.unbound_statements(KEYS).is_empty(),
            bound,
            "{condition}"
        );
    }
}

#[test]
fn a_denial_draws_a_line_if_it_leaves_fixed_values_alone() {
    let org = json!({"aws:PrincipalOrgID": "o-1"});
    for (statement, bound) in [
        (deny(json!({"StringNotEquals": org})), true),
        (deny(json!({"StringNotEqualsIfExists": org})), true),
        (deny(json!({"StringEquals": org})), false),
        (
            deny(json!({"StringNotLike": {"aws:PrincipalOrgID": "o-*"}})),
            false,
        ),
        (
            deny(json!({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}})),
            false,
        ),
        (
            deny(json!({"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-1/*"}})),
            true,
        ),
        (
            deny(json!({"ForAnyValue:StringNotLike": {"aws:PrincipalOrgPaths": "o-1/*"}})),
            false,
        ),
        (
            deny(json!({"StringNotEquals": org, "Bool": {"aws:PrincipalIsAWSService": "false"}})),
            true,
        ),
        (
            deny(json!({"StringNotEquals": org, "Bool": {"aws:PrincipalIsAWSService": "true"}})),
            false,
        ),
        (
            deny(json!({"StringNotEquals": org, "Bool": {"aws:SecureTransport": "false"}})),
            false,
        ),
        (
            deny(json!({"Bool": {"aws:PrincipalIsAWSService": "false"}})),
            false,
        ),
        (deny(json!({})), true),
        (
            json!({"Effect": "Deny", "Principal": "*", "Action": "s3:Put*", "Resource": "*",
                "Condition": {"StringNotEquals": org}}),
            false,
        ),
        (
            json!({"Effect": "Deny", "Principal": {"AWS": "111122223333"}, "Action": "*",
                "Resource": "*", "Condition": {"StringNotEquals": org}}),
            false,
        ),
    ] {
        let document = policy(json!([allow(json!({})), statement]));
        assert_eq!(
            document.unbound_statements(KEYS).is_empty(),
            bound,
            "{statement}"
        );
    }
}

#[test]
fn an_unsigned_request_meets_no_condition_on_who_asks() {
    for (condition, allowed) in [
        (json!({}), true),
        (json!({"Bool": {"aws:SecureTransport": "true"}}), true),
        (
            json!({"StringLike": {"aws:PrincipalArn": "*:role/app"}}),
            false,
        ),
        (
            json!({"StringLikeIfExists": {"aws:PrincipalArn": "*:role/app"}}),
            true,
        ),
        (
            json!({"StringNotLike": {"aws:PrincipalArn": "*:role/app"}}),
            true,
        ),
        (json!({"StringLike": {"aws:PrincipalAccount": "*"}}), true),
        (
            json!({"StringEquals": {"aws:PrincipalAccount": "111122223333"}}),
            false,
        ),
        (json!({"Null": {"aws:PrincipalArn": "false"}}), false),
        (json!({"Null": {"aws:PrincipalArn": "true"}}), true),
        (json!({"Null": {"aws:PrincipalAccount": "false"}}), true),
    ] {
        let document = policy(json!([allow(condition.clone())]));
        let keys = ["aws:PrincipalArn", "aws:PrincipalAccount"];
        assert_eq!(
            document.allows_unsigned("s3:GetObject", &keys),
            allowed,
            "{condition}"
        );
        assert!(!document.allows_unsigned("sqs:SendMessage", &keys));
        let denied = policy(json!([allow(condition), deny(json!({}))]));
        assert!(!denied.allows_unsigned("s3:GetObject", &keys));
    }
    let named = policy(
        json!([{"Effect": "Allow", "Principal": {"AWS": "111122223333"},
        "Action": "*", "Resource": "*"}]),
    );
    assert!(!named.allows_unsigned("s3:GetObject", &[]));
}

#[test]
fn accounts_are_told_by_what_they_may_do() {
    let document = policy(json!([
        {"Effect": "Allow", "Principal": {"AWS": ["111122223333", "222233334444"]},
         "Action": "s3:Put*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"CanonicalUser": "79a5"}, "NotAction": "s3:PutBucketPolicy",
         "Resource": "*"},
        {"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "s3:DeleteBucketPolicy",
         "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "Action": "s3:PutBucketAcl", "Resource": "*"},
        {"Effect": "Deny", "Principal": {"AWS": "222233334444"}, "Action": "*", "Resource": "*"},
    ]));
    let with = |actions: &[&str]| {
        let accounts = document.accounts_with("111122223333", actions);
        accounts.into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(with(&["s3:PutBucketPolicy"]), "222233334444");
    assert_eq!(with(&["s3:putobjectacl"]), "222233334444 79a5");
    assert_eq!(with(&["s3:PutBucketAcl"]), "");
    assert_eq!(with(&["s3:DeleteBucketPolicy"]), "* 79a5");
    assert_eq!(
        with(&["s3:PutBucketAcl", "s3:PutBucketPolicy"]),
        "222233334444"
    );
    assert_eq!(with(&[]), "");
}
