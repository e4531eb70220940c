//! What is answered: pages, narrowed lists, and what is not there.

use waterline_mocks::{Controls, Effect, Rule, Running};

use crate::client::ask;
use crate::start;

/// Names on each page, following the tokens.
async fn pages(running: &Running, size: usize) -> Vec<Vec<String>> {
    let (mut pages, mut marker) = (Vec::new(), String::new());
    loop {
        let form = format!("Action=ListUsers&MaxItems={size}{marker}");
        let reply = ask("iam").form(&form).send(running).await.unwrap();
        assert_eq!(reply.status, 200, "{}", reply.text());
        pages.push(reply.all("UserName"));
        assert_eq!(
            reply.all("IsTruncated"),
            [(!reply.all("Marker").is_empty()).to_string()]
        );
        match reply.all("Marker").first() {
            Some(token) => marker = format!("&Marker={token}"),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn lists_come_in_pages() {
    let running = start(Controls::default()).await;
    let got = pages(&running, 3).await;
    assert_eq!(got.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1]);
    let names: Vec<String> = (0..7).map(|i| format!("u{i}")).collect();
    assert_eq!(got.concat(), names);
    assert_eq!(pages(&running, 7).await.len(), 1);
    assert_eq!(pages(&running, 1000).await.len(), 1);
}

#[tokio::test]
async fn tokens_are_for_the_request_that_they_came_from() {
    let running = start(Controls::default()).await;
    let first = ask("iam")
        .form("Action=ListUsers&MaxItems=2")
        .send(&running)
        .await
        .unwrap();
    let token = first.all("Marker")[0].clone();
    for (form, expected) in [
        (format!("Action=ListUsers&MaxItems=5&Marker={token}"), None),
        (
            format!("Action=ListUsers&Marker={token}x"),
            Some("ValidationError"),
        ),
        (
            "Action=ListUsers&Marker=forged".to_owned(),
            Some("ValidationError"),
        ),
        (
            format!("Action=ListUsers&PathPrefix=%2Fa&Marker={token}"),
            Some("ValidationError"),
        ),
        (
            format!("Action=ListRoles&Marker={token}"),
            Some("ValidationError"),
        ),
        (
            "Action=ListUsers&MaxItems=0".to_owned(),
            Some("ValidationError"),
        ),
        (
            "Action=ListUsers&MaxItems=1001".to_owned(),
            Some("ValidationError"),
        ),
    ] {
        let reply = ask("iam").form(&form).send(&running).await.unwrap();
        match expected {
            None => assert_eq!(reply.status, 200, "{form}"),
            Some(code) => assert_eq!(reply.code(), code, "{form}"),
        }
    }
}

#[tokio::test]
async fn what_is_not_there_gets_the_services_answer() {
    let running = start(Controls::default()).await;
    for (ask, status, code) in [
        (ask("s3").get("/logs?tagging"), 404, "NoSuchTagSet"),
        (ask("s3").get("/none?tagging"), 404, "NoSuchBucket"),
        (ask("s3").get("/logs?acl"), 418, "Odd"),
        (ask("s3").get("/eu?policy"), 301, "PermanentRedirect"),
        (ask("s3").get("/logs?list-type=2"), 501, "NotImplemented"),
        (
            ask("eks").get("/clusters/x"),
            404,
            "ResourceNotFoundException",
        ),
        (
            ask("eks").get("/clusters/x/addons"),
            404,
            "ResourceNotFoundException",
        ),
        (
            ask("ec2").form("Action=DescribeVolumes&VolumeId.1=vol-9"),
            400,
            "InvalidVolume.NotFound",
        ),
        (
            ask("ec2").form("Action=RunInstances"),
            501,
            "NotImplemented",
        ),
        (
            ask("ec2")
                .form("Action=DescribeVolumes")
                .region("sa-east-1"),
            401,
            "AuthFailure",
        ),
        (
            ask("dynamodb").target("DynamoDB_20120810.ListTables", "{}"),
            501,
            "NotImplemented",
        ),
        (
            ask("kms").target("TrentService.DescribeKey", "{}"),
            400,
            "ValidationException",
        ),
        (
            ask("iam").form("Action=GetRole&RoleName=x").unsigned(),
            403,
            "MissingAuthenticationToken",
        ),
        (
            ask("ec2")
                .form("Action=DescribeVpcs")
                .key("AKIA999999999999XXXX"),
            401,
            "AuthFailure",
        ),
    ] {
        let reply = ask.send(&running).await.unwrap();
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (status, code),
            "{}",
            reply.text()
        );
    }
    let redirect = ask("s3").get("/eu?policy").send(&running).await.unwrap();
    assert_eq!(redirect.header("x-amz-bucket-region"), Some("eu-west-1"));
}

#[tokio::test]
async fn buckets_are_named_in_the_path_or_in_the_host() {
    let running = start(Controls::default()).await;
    let in_host = ask("s3").get("/?policy").host("logs.localhost");
    assert_eq!(in_host.send(&running).await.unwrap().text(), "{}");
    let region = ask("s3").get("/eu?location").send(&running).await.unwrap();
    assert!(region.text().contains(">eu-west-1</LocationConstraint>"));
    let head = ask("s3").head("/logs").send(&running).await.unwrap();
    assert_eq!(
        (head.status, head.header("x-amz-bucket-region")),
        (200, Some("us-east-1"))
    );
    // Without a parameter, the list does not tell the Regions.
    let plain = ask("s3").get("/").send(&running).await.unwrap();
    assert_eq!(
        (plain.all("Name").len(), plain.all("BucketRegion").len()),
        (2, 0)
    );
    let told = ask("s3")
        .get("/?max-buckets=10")
        .send(&running)
        .await
        .unwrap();
    assert_eq!(told.all("BucketRegion"), ["us-east-1", "eu-west-1"]);
}

#[tokio::test]
async fn sizes_out_of_bounds_are_refused() {
    let running = start(Controls::default()).await;
    for (service, form, code) in [
        (
            "rds",
            "Action=DescribeDBInstances&MaxRecords=19",
            "ValidationError",
        ),
        (
            "rds",
            "Action=DescribeDBInstances&MaxRecords=101",
            "ValidationError",
        ),
        ("rds", "Action=DescribeDBInstances&MaxRecords=100", ""),
        (
            "ec2",
            "Action=DescribeVpcs&MaxResults=4",
            "InvalidParameterValue",
        ),
        (
            "ec2",
            "Action=DescribeVpcs&MaxResults=1001",
            "InvalidParameterValue",
        ),
        ("ec2", "Action=DescribeInstances&MaxResults=5000", ""),
        (
            "ec2",
            "Action=DescribeInstances&MaxResults=5&InstanceId.1=i-1",
            "InvalidParameterCombination",
        ),
    ] {
        let reply = ask(service).form(form).send(&running).await.unwrap();
        assert_eq!(reply.code(), code, "{form}");
    }
}

#[tokio::test]
async fn lists_are_narrowed_as_asked() {
    let running = start(Controls::default()).await;
    for (more, expected) in [
        ("&VolumeId.1=vol-2", vec!["vol-2"]),
        ("&Filter.1.Name=no-such&Filter.1.Value.1=x", vec![]),
        (
            "&Filter.1.Name=status&Filter.1.Value.1=available",
            vec!["vol-2"],
        ),
        ("&Filter.1.Name=state&Filter.1.Value.1=in-*", vec!["vol-1"]),
        ("&Filter.1.Name=tag:Name&Filter.1.Value.1=a", vec!["vol-1"]),
        (
            "&Filter.1.Name=tag-key&Filter.1.Value.1=Name",
            vec!["vol-1"],
        ),
        (
            "&Filter.1.Name=volume-id&Filter.1.Value.1=vol-1&Filter.1.Value.2=vol-2",
            vec!["vol-1", "vol-2"],
        ),
    ] {
        let form = format!("Action=DescribeVolumes{more}");
        let reply = ask("ec2").form(&form).send(&running).await.unwrap();
        if more.contains("=no-such") {
            // Not a member of a volume: refused, and not ignored.
            assert_eq!(reply.code(), "InvalidParameterValue");
        } else {
            assert_eq!(reply.all("volumeId"), expected, "{more}");
        }
    }
}

async fn simulate(running: &Running, source: &str, actions: &[&str]) -> crate::client::Reply {
    let mut form = format!("Action=SimulatePrincipalPolicy&PolicySourceArn={source}");
    for (number, action) in (1..).zip(actions) {
        form += &format!("&ActionNames.member.{number}={action}");
    }
    ask("iam").form(&form).send(running).await.unwrap()
}

#[tokio::test]
async fn a_simulation_tells_what_the_rules_deny() {
    let controls = Controls::default();
    controls.add(Rule::new("s3:GetBucketEncryption", Effect::Deny {}));
    controls.add(Rule::new("kms:ListKeys", Effect::Deny {}).in_region("eu-*"));
    let running = start(controls).await;
    let user = "arn:aws:iam::111122223333:user/u0";
    // The action's name is not the operation's; and what holds in one Region only is no matter
    // of the principal's policies.
    let actions = [
        "s3:getencryptionconfiguration",
        "kms:ListKeys",
        "s3:GetBucketAcl",
    ];
    let reply = simulate(&running, user, &actions).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.all("EvalActionName"), actions);
    assert_eq!(
        reply.all("EvalDecision"),
        ["implicitDeny", "allowed", "allowed"]
    );
}

#[tokio::test]
async fn a_simulation_takes_users_and_roles_that_there_are() {
    let running = start(Controls::default()).await;
    for (source, code) in [
        (
            "arn:aws:sts::111122223333:assumed-role/auditor/x",
            "InvalidInput",
        ),
        ("arn:aws:iam::111122223333:root", "InvalidInput"),
        ("arn:aws:iam::111122223333:user/nobody", "NoSuchEntity"),
    ] {
        let reply = simulate(&running, source, &["s3:GetBucketAcl"]).await;
        assert_eq!(reply.code(), code, "{source}");
    }
}
