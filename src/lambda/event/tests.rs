#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::*;
use serde_json::json;

fn read(event: Value) -> Result<Event, Failure> {
    Event::read(&event, &|_| None)
}

fn refused(event: Value) -> String {
    read(event).unwrap_err().message
}

fn with(variables: &[(&str, &str)], event: Value) -> Result<Event, Failure> {
    Event::read(&event, &|name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn an_event_says_all_that_is_wanted() {
    let event = read(json!({
        "action": "audit",
        "account": {"role_arn": "arn:aws:iam::111122223333:role/r", "external_id": "x"},
        "regions": ["eu-west-1"],
        "checks": ["a", "b"],
        "frameworks": "cis-aws-7.0",
        "settings": "s3://settings/waterline.yaml",
        "deliver": {
            "bucket": "reports",
            "prefix": "/a/b/",
            "kms_key_id": "k",
            "formats": ["html", "csv", "html"],
            "security_hub": true,
            "hub_region": "eu-central-1",
            "notify": {"topic_arn": "arn:aws:sns:eu-west-1:111122223333:t", "severity": "medium"},
        },
        "run": "r.1",
        "continue": "s3://reports/a/b/c",
    }))
    .unwrap();
    assert_eq!(event.action, Action::Audit);
    let role = event.role.unwrap();
    assert_eq!(role.arn, "arn:aws:iam::111122223333:role/r");
    assert_eq!(role.external_id.as_deref(), Some("x"));
    assert_eq!(event.frameworks, ["cis-aws-7.0"]);
    assert_eq!(event.deliver.prefix, "a/b/");
    assert_eq!(event.deliver.formats, [Format::Csv, Format::Html]);
    assert_eq!(event.deliver.severity, Severity::Medium);
    assert!(event.deliver.security_hub);
    assert_eq!(event.deliver.hub_region.as_deref(), Some("eu-central-1"));
    assert_eq!(event.run.as_deref(), Some("r.1"));
    assert_eq!(event.go_on.unwrap().key, "a/b/c");
}

#[test]
fn the_environment_stands_in_for_what_the_event_leaves_open() {
    let variables = [
        ("WATERLINE_BUCKET", "reports"),
        ("WATERLINE_PREFIX", "x"),
        ("WATERLINE_FORMATS", "html, csv"),
        ("WATERLINE_REGIONS", "eu-west-1,us-east-1"),
        ("WATERLINE_ROLE_ARN", "arn:aws:iam::111122223333:role/r"),
        ("WATERLINE_EXTERNAL_ID", "e"),
        ("WATERLINE_SECURITY_HUB", "true"),
        ("WATERLINE_HUB_REGION", "us-east-1"),
        ("WATERLINE_SEVERITY", "low"),
        ("WATERLINE_RESERVE_SECONDS", "45"),
    ];
    let event = with(&variables, json!({})).unwrap();
    assert_eq!(event.deliver.bucket, "reports");
    assert_eq!(event.deliver.prefix, "x/");
    assert_eq!(event.deliver.formats, [Format::Csv, Format::Html]);
    assert_eq!(event.regions, ["eu-west-1", "us-east-1"]);
    assert_eq!(event.role.unwrap().external_id.as_deref(), Some("e"));
    assert_eq!(event.deliver.severity, Severity::Low);
    assert_eq!(event.reserve, Some(Duration::from_secs(45)));
    assert!(event.deliver.security_hub);
    assert_eq!(event.deliver.hub_region.as_deref(), Some("us-east-1"));

    let own = json!({
        "account": {"role_arn": "arn:aws:iam::444455556666:role/other"},
        "regions": [],
        "deliver": {"bucket": "own", "security_hub": false, "formats": []},
    });
    let event = with(&variables, own).unwrap();
    assert_eq!(event.deliver.bucket, "own");
    assert_eq!(
        event.role.unwrap().external_id,
        None,
        "it is another role's"
    );
    assert!(event.regions.is_empty() && event.deliver.formats.is_empty());
    assert!(!event.deliver.security_hub);
}

#[test]
fn a_schedule_of_eventbridge_is_an_event_with_an_id_and_a_time() {
    let scheduled = |detail: Value| {
        json!({
            "version": "0",
            "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "123456789012",
            "time": "2026-11-23T02:00:00Z",
            "region": "us-east-1",
            "resources": ["arn:aws:events:us-east-1:123456789012:rule/daily"],
            "detail": detail,
        })
    };
    let variables = [("WATERLINE_BUCKET", "reports")];
    let event = with(&variables, scheduled(json!({}))).unwrap();
    assert_eq!(event.run.as_deref(), Some("20261123T020000Z-53dc4d37"));
    let own = json!({"regions": ["eu-west-1"], "run": "mine"});
    let event = with(&variables, scheduled(own)).unwrap();
    assert_eq!(event.run.as_deref(), Some("mine"));
    assert_eq!(event.regions, ["eu-west-1"]);
    let wrong = with(&variables, scheduled(json!({"regoins": []}))).unwrap_err();
    assert!(wrong.message.contains("did you mean `regions`?"), "{wrong}");
}

#[test]
fn the_event_that_goes_on_is_the_same_with_a_run_and_a_checkpoint() {
    let event = json!({"checks": ["a"], "deliver": {"bucket": "reports"}});
    let next = read(event)
        .unwrap()
        .next("r1", Some(&"s3://reports/c".parse().unwrap()));
    let expected = json!({
        "checks": ["a"],
        "deliver": {"bucket": "reports"},
        "run": "r1",
        "continue": "s3://reports/c",
    });
    assert_eq!(next, expected);
    assert_eq!(read(next).unwrap().run(Utc::now(), "x"), "r1");
}

#[test]
fn a_run_without_an_id_is_named_by_its_time_and_its_request() {
    let event = read(json!({"deliver": {"bucket": "b"}})).unwrap();
    let time = DateTime::from_timestamp(1_795_348_800, 0).unwrap();
    assert_eq!(
        event.run(time, "8476a536-e9f4-11e8"),
        "20261122T120000Z-8476a536"
    );
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_a_way_out() {
    let bucket = |mut event: Value| {
        event["deliver"]["bucket"] = "b".into();
        refused(event)
    };
    for (event, told) in [
        (
            json!({"regoins": []}),
            "unknown key `regoins`; did you mean `regions`?",
        ),
        (
            json!({"zzz": 1}),
            "unknown key `zzz`; known are action, account,",
        ),
        (
            json!({"deliver": {"buckte": "x"}}),
            "unknown key `deliver.buckte`; did you mean `bucket`?",
        ),
        (
            json!({"deliver": {"notify": {"topic": "x"}}}),
            "unknown key `deliver.notify.topic`; did you mean `topic_arn`?",
        ),
        (
            json!({"action": "audti"}),
            "`action` of the event is `audti`",
        ),
        (
            json!({"regions": 1}),
            "`regions` of the event must be a list of texts, and is a number",
        ),
        (
            json!({"checks": [""]}),
            "`checks` of the event must be a list of texts, and is an empty text",
        ),
        (
            json!({"deliver": {"formats": ["pdf"]}}),
            "`pdf` is not a format: table, json",
        ),
        (
            json!({"deliver": {"security_hub": "yes"}}),
            "`deliver.security_hub` of the event must be true or false, and is a text",
        ),
        (
            json!({"deliver": {"notify": {"severity": "bad"}}}),
            "`deliver.notify.severity`",
        ),
        (
            json!({"deliver": {"notify": {"topic_arn": "t"}}}),
            "no ARN of a topic",
        ),
        (
            json!({"account": {"role_arn": "admin"}}),
            "no ARN of a role",
        ),
        (
            json!({"account": {"external_id": "x"}}),
            "an external id and no role",
        ),
        (
            json!({"account": "111122223333"}),
            "`account` of the event must be an object, and is a text",
        ),
        (
            json!({"run": "a/b"}),
            "`run` of the event is `a/b`: it must begin",
        ),
        (
            json!({"run": "../x"}),
            "it must begin with a letter or a digit",
        ),
        (
            json!({"continue": "x", "run": "r"}),
            "`x` is no object of S3: s3://BUCKET/KEY",
        ),
        (json!({"continue": "s3://b/c"}), "`continue` and no `run`"),
    ] {
        let said = bucket(event.clone());
        assert!(said.contains(told), "{event}: {said}");
    }
    assert!(refused(json!([])).contains("must be a JSON object, and is a list"));
    assert!(refused(json!({})).contains("set WATERLINE_BUCKET"));
    let wrong = with(
        &[("WATERLINE_RESERVE_SECONDS", "x")],
        json!({"deliver": {"bucket": "b"}}),
    );
    assert!(wrong.unwrap_err().message.contains("from 1 to 840"));
}

#[test]
fn null_and_the_empty_text_are_as_good_as_absent() {
    let event = json!({"account": null, "regions": null, "run": null, "continue": null,
        "settings": "", "deliver": {"bucket": "b", "notify": null, "formats": null}});
    let event = read(event).unwrap();
    assert!(event.role.is_none() && event.run.is_none() && event.go_on.is_none());
}
