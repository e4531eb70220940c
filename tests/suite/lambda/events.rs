//! Events that are wrong, in the emulator: what is answered is an error as Lambda has them.

use super::{Function, NOW};
use serde_json::json;

#[test]
fn events_that_are_wrong_are_errors_with_a_type_and_a_way_out() {
    // Nothing answers there: whoever comes that far has taken the event.
    let nowhere = "http://127.0.0.1:1";
    let variables = [("AWS_ENDPOINT_URL", nowhere), ("WATERLINE_PREFIX", "x")];
    let function = Function::start(20, NOW, &variables);
    for (event, sort, told) in [
        (
            json!([1]),
            "WaterlineEvent",
            "must be a JSON object, and is a list",
        ),
        (json!("audit"), "WaterlineEvent", "and is a text"),
        (json!({}), "WaterlineEvent", "set WATERLINE_BUCKET"),
        (
            json!({"deliver": {"bucket": "b"}, "chekcs": []}),
            "WaterlineEvent",
            "unknown key `chekcs`; did you mean `checks`?",
        ),
        (
            json!({"deliver": {"bucket": "b"}, "checks": ["ec2-ebs-default-encryption-of"]}),
            "WaterlineEvent",
            "ec2-",
        ),
        (
            json!({"deliver": {"bucket": "b"}, "settings": "regoins: [eu-west-1]\n"}),
            "WaterlineEvent",
            "settings of the event:1:1: unknown key `regoins`",
        ),
        (
            json!({"deliver": {"bucket": "b"}, "settings": "s3://b/waterline.yaml"}),
            "WaterlineEvent",
            "the settings: cannot read s3://b/waterline.yaml",
        ),
        (
            json!({"deliver": {"bucket": "b"}, "run": "r", "continue": "s3://b/c.wl"}),
            "WaterlineCheckpoint",
            "cannot read s3://b/c.wl",
        ),
        (
            json!({"deliver": {"bucket": "b"}}),
            "WaterlineSession",
            "no answer from",
        ),
        (
            json!({
                "deliver": {"bucket": "b"},
                "account": {"role_arn": "arn:aws:iam::111122223333:role/audit"},
            }),
            "WaterlineSession",
            "no answer from",
        ),
    ] {
        let (is, message) = function.refuses(&event);
        assert!(
            is == sort && message.contains(told),
            "{event}: {is}: {message}"
        );
    }
}

#[test]
fn a_reserve_that_the_function_has_not_is_refused() {
    let variables = [
        ("WATERLINE_BUCKET", "b"),
        ("WATERLINE_RESERVE_SECONDS", "60"),
    ];
    let function = Function::start(20, NOW, &variables);
    let (sort, message) = function.refuses(&json!({}));
    assert_eq!(sort, "WaterlineEvent");
    assert!(
        message.contains("and the function has 20 s in all"),
        "{message}"
    );
}
