//! The product against the [`oracle`](super::oracle), over a small world of requests.

use super::oracle::{Request, allowed};
use super::{Effect, PolicyDocument, PrincipalKind, is_guarded_by, policy};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value as Json, json};

const OWN: &str = "123456789012";
const STRANGER: &str = "999999999999";
/// Another account, which policies name.
const FRIEND: &str = "111122223333";

const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "iam:PassRole",
    "iam:CreateUser",
    "kms:Decrypt",
    "zz:Unheard",
];
const RESOURCES: &[&str] = &[
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::b/public/k",
    "arn:aws:s3:::other/k",
    "arn:aws:iam::123456789012:role/r",
    "arn:aws:s3:::guest/k",
];

/// What may be said of a request of an account. A role's path may hold colons (IAM API Reference,
/// CreateRole), and whoever makes the role chooses it.
fn contexts(account: &'static str) -> Vec<Vec<(&'static str, &'static str)>> {
    match account {
        STRANGER => vec![
            vec![],
            vec![
                ("aws:sourceip", "9.9.9.9"),
                ("aws:securetransport", "false"),
            ],
            vec![
                ("aws:sourceip", "2a00::1"),
                ("aws:securetransport", "true"),
                ("aws:username", "guest"),
            ],
            vec![
                (
                    "aws:principalarn",
                    "arn:aws:iam::999999999999:role/:iam::111122223333:role/x",
                ),
                ("aws:principalaccount", STRANGER),
                ("aws:principalorgid", "o-zzzzzzzzzz"),
                ("aws:principalorgpaths", "o-zzzzzzzzzz/r-ab12/"),
                ("aws:sourceip", "150.1.1.1"),
                ("aws:userid", "AROAZZZZ:x"),
                ("kms:calleraccount", STRANGER),
            ],
            vec![
                ("aws:sourcearn", "arn:aws:sns:eu-west-1:999999999999:b"),
                ("aws:sourceaccount", STRANGER),
                ("aws:sourcevpc", "vpc-9"),
                ("aws:username", "b"),
            ],
            vec![
                ("aws:sourcearn", "arn:aws:s3:::theirs"),
                ("aws:sourceaccount", STRANGER),
                ("aws:sourceorgid", "o-zzzzzzzzzz"),
            ],
        ],
        FRIEND => vec![
            vec![
                ("aws:sourceip", "52.95.0.1"),
                ("aws:principalorgid", "o-abcdefghij"),
            ],
            vec![
                ("aws:principalarn", "arn:aws:iam::111122223333:role/x"),
                ("aws:principalaccount", FRIEND),
                ("aws:sourceaccount", FRIEND),
                ("aws:securetransport", "true"),
                ("kms:calleraccount", FRIEND),
            ],
        ],
        _ => vec![
            vec![("aws:securetransport", "true")],
            vec![("aws:securetransport", "false"), ("aws:username", "guest")],
        ],
    }
}

/// Every request that an account (or, of the stranger's, somebody anonymous) can make.
fn requests(account: &'static str) -> impl Iterator<Item = Request> {
    let anonymous = (account == STRANGER).then_some(None);
    let askers: Vec<Option<&str>> = [Some(account)].into_iter().chain(anonymous).collect();
    askers.into_iter().flat_map(move |asker| {
        contexts(account).into_iter().flat_map(move |context| {
            ACTIONS.iter().flat_map(move |action| {
                let context = context.clone();
                RESOURCES.iter().map(move |resource| Request {
                    account: asker,
                    service: None,
                    action,
                    resource,
                    context: context.iter().copied().collect(),
                })
            })
        })
    })
}

fn condition() -> impl Strategy<Value = Json> {
    let one =
        |operators: &'static [&'static str], key: &'static str, values: &'static [&'static str]| {
            let values = subsequence(values, 1..=2);
            (select(operators), values)
                .prop_map(move |(operator, values)| json!({operator: {key: values}}))
        };
    const TEXT: &[&str] = &[
        "StringEquals",
        "StringLike",
        "StringEqualsIfExists",
        "StringNotEquals",
        "ForAnyValue:StringLike",
        "ForAllValues:StringEquals",
        "StringEqualsIgnoreCase",
    ];
    const ARN: &[&str] = &[
        "StringLike",
        "ArnLike",
        "ArnEquals",
        "ArnNotLike",
        "StringEquals",
    ];
    const ARNS: &[&str] = &[
        "arn:aws:iam::111122223333:role/*",
        "arn:*:iam::111122223333:role/*",
        "arn:aws:*::111122223333:role/x",
        "arn:aws:sns:*:111122223333:*",
        "arn:aws:sns:*:*:*",
        "arn:aws:s3:::mine",
        "arn:aws:s3:::*",
        "*",
    ];
    prop_oneof![
        one(
            TEXT,
            "aws:SourceAccount",
            &[FRIEND, OWN, "*", "1*", "${aws:PrincipalAccount}"]
        ),
        one(TEXT, "aws:PrincipalOrgID", &["o-abcdefghij", "o-*"]),
        one(
            TEXT,
            "aws:PrincipalOrgPaths",
            &["o-abcdefghij/r-ab12/*", "o-*/r-ab12/*", "o-abcdefghij*"]
        ),
        one(TEXT, "aws:userid", &["AROAEXAMPLE:x", "AROA*:x"]),
        one(TEXT, "aws:SourceVpc", &["vpc-1", "vpc-*"]),
        one(TEXT, "kms:CallerAccount", &[FRIEND, "?11122223333"]),
        one(ARN, "aws:PrincipalArn", ARNS),
        one(ARN, "aws:SourceArn", ARNS),
        one(
            &["IpAddress", "NotIpAddress", "IpAddressIfExists"],
            "aws:SourceIp",
            &[
                "52.95.0.0/16",
                "0.0.0.0/0",
                "128.0.0.0/1",
                "8.0.0.0/7",
                "2600::/32",
                "::/0",
                "nonsense"
            ]
        ),
        one(
            &["Bool", "BoolIfExists"],
            "aws:SecureTransport",
            &["true", "false"]
        ),
        one(&["Null"], "aws:SourceVpc", &["true", "false"]),
    ]
}

fn principal() -> impl Strategy<Value = Json> {
    let named = json!({"AWS": [FRIEND, "arn:aws:iam::123456789012:root"]});
    select(vec![
        json!("*"),
        json!("*"),
        json!({"AWS": "*"}),
        named,
        json!({"AWS": FRIEND}),
        json!({"Service": "s3.amazonaws.com"}),
        json!({"Service": "*"}),
        json!({"Federated": "*"}),
        json!({"AWS": "arn:aws:iam::123456789012:role/*"}),
    ])
}

/// A statement; with principals or as of an identity, with conditions or without.
fn statement(resource_policy: bool, conditions: bool) -> impl Strategy<Value = Json> {
    let actions = &[
        "*",
        "s3:*",
        "S3:Get*",
        "s3:?etObject",
        "iam:PassRole",
        "iam:*",
        "*:*User",
        "kms:Decrypt",
    ];
    let resources = &[
        "*",
        "arn:aws:s3:::b",
        "arn:aws:s3:::b/*",
        "arn:aws:s3:::b/public/*",
        "arn:aws:*:*:*:*",
        "arn:aws:s3:::${aws:username}/*",
        "arn:aws:s3:::?/k",
    ];
    let most = if conditions { 2 } else { 0 };
    (
        select(vec!["Allow", "Allow", "Deny"]),
        principal(),
        subsequence(actions, 1..=2),
        subsequence(resources, 1..=2),
        prop::collection::vec(condition(), 0..=most),
        (0..5u8, 0..5u8, 0..5u8),
    )
        .prop_map(
            move |(effect, principal, actions, resources, conditions, nots)| {
                let name = |not: u8, name: &str| {
                    if not == 0 {
                        format!("Not{name}")
                    } else {
                        name.to_owned()
                    }
                };
                let mut statement = json!({"Effect": effect});
                if resource_policy {
                    statement[name(nots.0, "Principal")] = principal;
                }
                statement[name(nots.1, "Action")] = json!(actions);
                statement[name(nots.2, "Resource")] = json!(resources);
                for condition in conditions {
                    for (operator, keys) in condition.as_object().unwrap() {
                        statement["Condition"][operator] = keys.clone();
                    }
                }
                statement
            },
        )
}

fn document(resource_policy: bool, conditions: bool) -> impl Strategy<Value = PolicyDocument> {
    prop::collection::vec(statement(resource_policy, conditions), 1..4)
        .prop_map(|statements| policy(json!(statements)))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_not_public_lets_no_stranger_in(document in document(true, true)) {
        if !document.is_public() {
            let let_in = requests(STRANGER).find(|request| allowed(&document, request));
            prop_assert!(let_in.is_none(), "{let_in:?}");
        }
    }

    #[test]
    fn what_is_public_lets_a_stranger_in(document in document(true, false)) {
        // A deny of a part, or of some, is taken to leave something, and a wildcard within a
        // principal's name, which AWS does not accept, to be anyone.
        let plain = document.statements.iter().all(|s| {
            let odd = s.principals.iter().flatten().any(|p| p.value.contains('*') && !p.is_everyone());
            let but = s.not_principals.is_some() || s.not_actions.is_some() || s.not_resources.is_some();
            s.effect == Effect::Allow && !odd && !but
        });
        if plain {
            let let_in = requests(STRANGER).any(|request| allowed(&document, &request));
            prop_assert_eq!(document.is_public(), let_in);
        }
    }

    #[test]
    fn what_is_allowed_agrees(document in document(false, false)) {
        let variables = serde_json::to_string(&document).unwrap().contains("${");
        for request in requests(OWN) {
            let expected = allowed(&document, &request);
            let told = document.allows(request.action, request.resource);
            if variables {
                // A variable of what denies may have any value, so that only the plain ones count.
                let deny = document.denies_of().any(|s| format!("{s:?}").contains("${"));
                prop_assert!(told || deny || !expected, "{request:?}");
            } else {
                prop_assert_eq!(told, expected, "{:?}", request);
            }
        }
    }

    #[test]
    fn what_is_allowed_of_a_pattern_is_allowed_of_all_of_it(document in document(false, false)) {
        let variables = serde_json::to_string(&document).unwrap().contains("${");
        for (action, resource) in [("s3:*", "arn:aws:s3:::b/*"), ("iam:*", "arn:aws:*"), ("s3:?etObject", "arn:aws:s3:::?/k")] {
            if !variables && document.allows(action, resource) {
                let of = |request: &Request| {
                    super::glob(&action.to_lowercase(), &request.action.to_lowercase()) && super::glob(resource, request.resource)
                };
                // A deny of a part of what was asked for is not one of all of it.
                let denies = document.denies_of().next().is_some();
                let refused = requests(OWN).filter(of).find(|r| !allowed(&document, r));
                prop_assert!(denies || refused.is_none(), "{refused:?}");
            }
        }
    }

    #[test]
    fn who_is_trusted(document in document(true, true)) {
        let trusted = document.trusted_accounts(OWN);
        let by_organization = trusted.iter().any(|t| t.starts_with("o-"));
        for account in [FRIEND, STRANGER] {
            let named = trusted.contains(account) || trusted.contains("*");
            // Whoever is in the organization that is named.
            let named = named || (by_organization && account == FRIEND);
            if !named {
                let let_in = requests(account).find(|request| allowed(&document, request));
                prop_assert!(let_in.is_none(), "{trusted:?} {let_in:?}");
            }
        }
    }

    #[test]
    fn a_guarded_service_is_no_strangers_deputy(document in document(true, true)) {
        let unguarded = document.unguarded_services();
        // What names everyone names services, too, and is told by other questions.
        let names_all = document.allows_of().any(|s| s.is_about_anyone());
        if !unguarded.contains("s3.amazonaws.com") && !names_all {
            let as_service = requests(STRANGER).map(|request| Request {
                account: None,
                service: Some("s3.amazonaws.com"),
                ..request
            });
            // On behalf of a stranger: the keys say whom.
            let mut behalf = as_service.filter(|r| r.context.contains_key("aws:sourceaccount"));
            let let_in = behalf.find(|request| allowed(&document, request));
            prop_assert!(let_in.is_none(), "{let_in:?}");
        }
    }

    #[test]
    fn what_denies_insecure_transport_denies_it(
        document in document(true, true),
        deny in (principal(), prop::bool::ANY, prop::bool::ANY).prop_map(|(principal, all, second)| json!({
            "Effect": "Deny", "Principal": principal, "Action": if all { "*" } else { "s3:*" },
            "Resource": if second { json!(["arn:aws:s3:::b", "arn:aws:s3:::b/*"]) } else { json!("*") },
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        })),
    ) {
        let mut document = document;
        document.statements.extend(policy(deny).statements);
        if document.denies_insecure_transport("arn:aws:s3:::b") {
            for account in [STRANGER, OWN] {
                let insecure = requests(account).filter(|r| {
                    r.context.get("aws:securetransport") == Some(&"false")
                        && r.action.starts_with("s3:")
                        && (r.resource == "arn:aws:s3:::b" || r.resource.starts_with("arn:aws:s3:::b/"))
                });
                for request in insecure {
                    prop_assert!(!allowed(&document, &request), "{request:?}");
                }
            }
        }
    }

    #[test]
    fn administrators_may_do_what_nobody_thought_of(document in document(false, false)) {
        if document.grants_admin() && document.denies_of().next().is_none() {
            let may = requests(OWN).filter(|r| r.action.starts_with("iam:") || r.action == "zz:Unheard");
            // All but some: something of it remains.
            let mut may = may.filter(|r| allowed(&document, r));
            prop_assert!(may.next().is_some());
        }
    }
}

#[test]
fn a_star_in_text_runs_across_the_account_of_an_arn() {
    let of = |operator: &str, arn: &str| {
        policy(
            json!({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*",
            "Condition": {operator: {"aws:PrincipalArn": arn}}}),
        )
        .is_public()
    };
    // Any account can make a role with the path `/:iam::111122223333:role/`.
    assert!(of("StringLike", "arn:*:iam::111122223333:role/*"));
    assert!(of("StringLike", "arn:aws:*::111122223333:role/x"));
    assert!(of("StringEquals", "arn:*:iam::111122223333:role/*"));
    assert!(!of("ArnLike", "arn:*:iam::111122223333:role/*"));
    assert!(!of("ArnEquals", "arn:aws*:iam::111122223333:role/*"));
    assert!(!of("StringLike", "arn:aws:iam::111122223333:role/*"));
}

#[test]
fn a_deny_of_some_principals_keeps_nobody_else_out() {
    for principal in [
        json!({"Service": "*"}),
        json!({"Federated": "*"}),
        json!({"CanonicalUser": "*"}),
        json!({"AWS": "arn:aws:iam::123456789012:role/*"}),
    ] {
        let document = policy(json!([
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"},
            {"Effect": "Deny", "Principal": principal, "Action": "s3:*", "Resource": "*"},
            {"Effect": "Deny", "Principal": principal, "Action": "s3:*", "Resource": "*",
             "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        ]));
        assert!(document.is_public(), "{principal}");
        assert!(
            document.allows("s3:GetObject", "arn:aws:s3:::b/k"),
            "{principal}"
        );
        assert!(
            !document.denies_insecure_transport("arn:aws:s3:::b"),
            "{principal}"
        );
    }
}

#[test]
fn what_a_variable_may_stand_for_is_not_denied_by_its_name() {
    let with = |allow: &str, deny: Json| {
        let mut statement = json!({"Effect": "Deny", "Principal": "*", "Action": "*"});
        statement
            .as_object_mut()
            .unwrap()
            .extend(deny.as_object().unwrap().clone());
        policy(json!([
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": allow}, statement,
        ]))
        .is_public()
    };
    let own = "arn:aws:s3:::${aws:username}/*";
    assert!(with(own, json!({"NotResource": "arn:aws:s3:::guest/*"})));
    assert!(with(own, json!({"Resource": "arn:aws:s3:::$*"})));
    assert!(!with(own, json!({"Resource": "arn:aws:s3:::*"})));
}

#[test]
fn a_source_of_any_account_guards_nothing() {
    for loose in [
        json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}),
        json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:my-*"}}),
        json!({"ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:*:trail/main"}}),
        json!({"ArnLike": {"aws:SourceArn": ["arn:aws:sns:*:123456789012:*", "arn:aws:sns:*:*:*"]}}),
        json!({"StringLike": {"aws:SourceAccount": "1*"}}),
        json!({"StringLike": {"aws:SourceOrgID": "o-*"}}),
        json!({"StringLike": {"aws:SourceArn": "arn:*:sns:*:123456789012:*"}}),
    ] {
        assert!(!is_guarded_by(loose.clone()), "{loose}");
    }
    for tied in [
        json!({"ArnLike": {"aws:SourceArn": "arn:*:sns:*:123456789012:*"}}),
        json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::my-bucket"}}),
        json!({"StringLike": {"aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:*"}}),
        json!({"StringEquals": {"aws:SourceAccount": ["123456789012", "111122223333"]}}),
        json!({"StringEquals": {"aws:SourceAccount": "${aws:ResourceAccount}"}}),
        json!({"StringEquals": {"aws:SourceOrgID": "${aws:ResourceOrgID}"}}),
        json!({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-abcdefghij/r-ab12/*"}}),
    ] {
        assert!(is_guarded_by(tied.clone()), "{tied}");
    }
}

#[test]
fn the_oracle_knows_the_kinds_of_principal() {
    // So that a kind that is added is thought of here.
    let document = policy(
        json!({"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "*", "Resource": "*"}),
    );
    let kind = document.statements[0].principals.as_ref().unwrap()[0].kind;
    assert_eq!(kind, PrincipalKind::Service);
    assert!(requests(OWN).all(|r| !allowed(&document, &r)));
    let mut request = requests(OWN).next().unwrap();
    request.service = Some("s3.amazonaws.com");
    assert!(allowed(&document, &request));
}
