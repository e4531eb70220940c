//! What goes wrong by rule, in each protocol.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use waterline_mocks::{Controls, Effect, Outcome, Rule};

use crate::client::{ask, ask_at};
use crate::{one_of_each, start, start_with};

/// Status and code of the reply to each protocol's operation under an effect.
async fn under(effect: Effect) -> Vec<(u16, String)> {
    let running = start_with(Rule::new("*", effect)).await;
    let mut seen = Vec::new();
    for (_, ask, _) in one_of_each() {
        let reply = ask.send(&running).await.unwrap();
        seen.push((reply.status, reply.code()));
    }
    let logged: Vec<(u16, String)> = running
        .log()
        .into_iter()
        .map(|entry| match entry.outcome {
            Outcome::Error { code, status } => (status, code),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(logged, seen);
    running.stop().await;
    seen
}

fn codes(expected: [(u16, &str); 6]) -> Vec<(u16, String)> {
    expected
        .into_iter()
        .map(|(status, code)| (status, code.to_owned()))
        .collect()
}

#[tokio::test]
async fn throttling_has_each_services_word() {
    let expected = codes([
        (503, "RequestLimitExceeded"),
        (400, "Throttling"),
        (503, "SlowDown"),
        (400, "ThrottlingException"),
        (429, "ThrottlingException"),
        (400, "ThrottlingException"),
    ]);
    assert_eq!(under(Effect::Throttle {}).await, expected);
    assert_eq!(
        under(Effect::RateLimit {
            refill: 0.0,
            burst: 0.0
        })
        .await,
        expected
    );
}

#[tokio::test]
async fn denials_have_each_services_word() {
    let expected = codes([
        (403, "UnauthorizedOperation"),
        (403, "AccessDenied"),
        (403, "AccessDenied"),
        (400, "AccessDeniedException"),
        (403, "AccessDeniedException"),
        (403, "AccessDenied"),
    ]);
    assert_eq!(under(Effect::Deny {}).await, expected);
    let running = start_with(Rule::new("*", Effect::Deny {})).await;
    let reply = ask("s3")
        .get("/logs?encryption")
        .send(&running)
        .await
        .unwrap();
    assert!(
        reply.text().contains(
            "User: arn:aws:iam::111122223333:user/auditor is not authorized to perform: \
             s3:GetEncryptionConfiguration on resource: &quot;arn:aws:s3:::logs&quot; because no \
             identity-based policy allows the s3:GetEncryptionConfiguration action"
        ),
        "{}",
        reply.text()
    );
}

#[tokio::test]
async fn faults_have_each_services_word() {
    let internal = Effect::Error {
        status: 500,
        code: None,
        message: None,
    };
    let expected = codes([
        (500, "InternalError"),
        (500, "InternalFailure"),
        (500, "InternalError"),
        (500, "InternalFailure"),
        (500, "InternalServerException"),
        (500, "InternalFailure"),
    ]);
    assert_eq!(under(internal).await, expected);
    let named = Effect::Error {
        status: 409,
        code: Some("Busy".to_owned()),
        message: None,
    };
    assert_eq!(under(named).await, codes([(409, "Busy"); 6]));
    assert_eq!(
        under(Effect::NotImplemented {}).await,
        codes([(501, "NotImplemented"); 6])
    );
    let expected = codes([
        (400, "UnsupportedOperation"),
        (400, "InvalidAction"),
        (405, "MethodNotAllowed"),
        (404, "UnknownOperationException"),
        (404, "UnknownOperationException"),
        (404, "UnknownOperationException"),
    ]);
    assert_eq!(under(Effect::NotSupported {}).await, expected);
}

#[tokio::test]
async fn a_rule_is_for_its_region_and_resource() {
    let controls = Controls::default();
    controls.add(Rule::new("ec2:Describe*", Effect::Deny {}).in_region("eu-west-1"));
    controls.add(Rule::new("s3:*", Effect::Deny {}).about("\"eu\""));
    let running = start(controls).await;
    let volumes = || ask("ec2").form("Action=DescribeVolumes");
    assert_eq!(volumes().send(&running).await.unwrap().status, 200);
    assert_eq!(
        volumes()
            .region("eu-west-1")
            .send(&running)
            .await
            .unwrap()
            .status,
        403
    );
    assert_eq!(
        ask("s3")
            .get("/logs?policy")
            .send(&running)
            .await
            .unwrap()
            .status,
        200
    );
    let eu = ask("s3").get("/eu?policy").region("eu-west-1");
    assert_eq!(eu.send(&running).await.unwrap().code(), "AccessDenied");
    running.controls().clear();
    assert_eq!(
        volumes()
            .region("eu-west-1")
            .send(&running)
            .await
            .unwrap()
            .status,
        200
    );
}

#[tokio::test]
async fn connections_break_as_told() {
    let volumes = || ask("ec2").form("Action=DescribeVolumes");
    let running = start_with(Rule::new("*", Effect::Reset {})).await;
    let error = volumes().send(&running).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(
        running.log()[0].outcome,
        Outcome::Broken {
            how: "reset".to_owned()
        }
    );

    let running = start_with(Rule::new("*", Effect::Truncate {})).await;
    let error = volumes().send(&running).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
    assert!(error.to_string().contains("200"), "the head came: {error}");

    let running = start_with(Rule::new("*", Effect::Hang {}).times(1)).await;
    let hung = volumes();
    let waited = tokio::time::timeout(Duration::from_millis(150), hung.send(&running)).await;
    assert!(waited.is_err());
    assert_eq!(volumes().send(&running).await.unwrap().status, 200);
    // Stopping ends what hangs.
    tokio::time::timeout(Duration::from_secs(5), running.stop())
        .await
        .unwrap();
}

#[tokio::test]
async fn replies_are_late_and_slow_as_told() {
    let volumes = || ask("ec2").form("Action=DescribeVolumes");
    let running = start_with(Rule::new("ec2:*", Effect::Latency { ms: 80 })).await;
    let begun = Instant::now();
    let reply = volumes().send(&running).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(80));
    let begun = Instant::now();
    let other = ask("iam")
        .form("Action=ListUsers")
        .send(&running)
        .await
        .unwrap();
    assert!(
        begun.elapsed() < Duration::from_millis(80),
        "only the rule's operations wait"
    );
    assert_eq!(other.status, 200);

    let pieces = reply.body.len().div_ceil(100) as u64;
    let running = start_with(Rule::new("*", Effect::SlowBody { bytes: 100, ms: 10 })).await;
    let begun = Instant::now();
    let slow = volumes().send(&running).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(10 * pieces));
    assert_eq!(slow.body.len(), reply.body.len());
}

#[tokio::test]
async fn a_page_in_the_middle_can_be_lost() {
    let running = start_with(Rule::new("iam:ListUsers", Effect::LostPage { page: 2 })).await;
    let first = ask("iam")
        .form("Action=ListUsers&MaxItems=3")
        .send(&running)
        .await
        .unwrap();
    assert_eq!(first.status, 200);
    let form = format!(
        "Action=ListUsers&MaxItems=3&Marker={}",
        first.all("Marker")[0]
    );
    for _ in 0..2 {
        let second = ask("iam").form(&form).send(&running).await.unwrap();
        assert_eq!(
            (second.status, second.code().as_str()),
            (500, "InternalFailure")
        );
    }
}

#[tokio::test]
async fn rules_and_log_are_reached_over_http() {
    let running = start(Controls::default()).await;
    let rule = r#"{"operation": "iam:*", "effect": {"kind": "throttle"}, "times": 1}"#;
    let added = ask_at("POST", "/_mocks/rules", rule)
        .send(&running)
        .await
        .unwrap();
    assert_eq!(added.status, 200, "{}", added.text());
    let users = || ask("iam").form("Action=ListUsers");
    assert_eq!(users().send(&running).await.unwrap().code(), "Throttling");
    assert_eq!(users().send(&running).await.unwrap().status, 200);
    let log: Vec<Value> = serde_json::from_str(
        &ask_at("GET", "/_mocks/log", "")
            .send(&running)
            .await
            .unwrap()
            .text(),
    )
    .unwrap();
    assert_eq!(log.len(), 2);
    assert_eq!(
        log[0]["outcome"],
        json!({"kind": "error", "code": "Throttling", "status": 400})
    );
    let wrong = ask_at("POST", "/_mocks/rules", r#"{"operation": "x"}"#)
        .send(&running)
        .await
        .unwrap();
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("effect"), "{}", wrong.text());
    ask_at("DELETE", "/_mocks/rules", "")
        .send(&running)
        .await
        .unwrap();
    ask_at("DELETE", "/_mocks/log", "")
        .send(&running)
        .await
        .unwrap();
    assert!(running.controls().rules().is_empty() && running.log().is_empty());
    let served = ask_at("GET", "/_mocks", "")
        .send(&running)
        .await
        .unwrap()
        .text();
    assert!(served.contains("DescribeVolumes"));
    assert_eq!(
        ask_at("GET", "/_mocks/else", "")
            .send(&running)
            .await
            .unwrap()
            .status,
        404
    );
}
