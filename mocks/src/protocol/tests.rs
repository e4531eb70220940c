//! Each protocol, read and written.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::*;
use crate::Fault;
use crate::model::{Protocol, by_name};

/// A request: request line, headers, body.
fn request(line: &str, headers: &[(&'static str, &'static str)], body: &[u8]) -> Incoming {
    let (method, target) = line.split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = headers.iter().map(|(name, value)| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    });
    Incoming {
        method: method.to_owned(),
        path: path.to_owned(),
        raw_query: query.to_owned(),
        headers: headers.collect::<HeaderMap>(),
        body: Bytes::copy_from_slice(body),
    }
}

fn ask(service: &str, protocol: Protocol, incoming: &Incoming) -> Result<Asked, ReadError> {
    read(&by_name(service).unwrap(), protocol, incoming)
}

fn asked(service: &str, protocol: Protocol, operation: &str) -> Asked {
    let service = by_name(service).unwrap();
    Asked {
        service,
        protocol,
        operation: operation.to_owned(),
        input: json!({}),
    }
}

fn body(asked: &Asked, output: &Value) -> String {
    let wire = write(asked, output, "id-1");
    assert_eq!(wire.status, 200);
    let text = String::from_utf8(wire.body).unwrap();
    text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        .unwrap_or(&text)
        .to_owned()
}

#[test]
fn ec2_requests_spell_nesting_in_their_keys() {
    let form = b"Action=DescribeVolumes&Version=2016-11-15&VolumeId.1=vol-1&VolumeId.2=vol-2\
        &Filter.1.Name=tag%3AName&Filter.1.Value.1=a+b&Filter.1.Value.2=c%2Bd&MaxResults=50\
        &DryRun=false&NextToken=t";
    let got = ask("ec2", Protocol::Ec2, &request("POST /", &[], form)).unwrap();
    assert_eq!(got.operation, "DescribeVolumes");
    assert_eq!(
        got.input,
        json!({
            "VolumeIds": ["vol-1", "vol-2"],
            "Filters": [{"Name": "tag:Name", "Values": ["a b", "c+d"]}],
            "MaxResults": 50,
            "DryRun": false,
            "NextToken": "t",
        })
    );
}

#[test]
fn query_requests_have_member_lists() {
    let form = b"Action=GetAccountAuthorizationDetails&Filter.member.1=User&Filter.member.2=Role";
    let got = ask("iam", Protocol::Query, &request("POST /", &[], form)).unwrap();
    assert_eq!(got.input, json!({"Filter": ["User", "Role"]}));
    // Lists of RDS have a word of their own; the form may be in the query.
    let line = "GET /?Action=DescribeDBInstances&Filters.Filter.1.Name=engine\
        &Filters.Filter.1.Values.Value.1=postgres&MaxRecords=20";
    let got = ask("rds", Protocol::Query, &request(line, &[], b"")).unwrap();
    let filter = json!([{"Name": "engine", "Values": ["postgres"]}]);
    assert_eq!(got.input, json!({"Filters": filter, "MaxRecords": 20}));
    let none = ask(
        "iam",
        Protocol::Query,
        &request("POST /", &[], b"Version=1"),
    );
    assert!(matches!(none, Err(ReadError::Malformed(_))));
    let other = ask(
        "iam",
        Protocol::Query,
        &request("POST /", &[], b"Action=CreateUser"),
    );
    assert_eq!(
        other.unwrap_err(),
        ReadError::NotServed("CreateUser".to_owned())
    );
}

#[test]
fn json_requests_name_the_operation_in_a_header() {
    let target = [("x-amz-target", "Logs_20140328.DescribeLogGroups")];
    let incoming = request(
        "POST /",
        &target,
        br#"{"logGroupNamePrefix": "/aws", "limit": null}"#,
    );
    let got = ask("logs", Protocol::Json, &incoming).unwrap();
    assert_eq!(got.input, json!({"logGroupNamePrefix": "/aws"}));
    let broken = ask("logs", Protocol::Json, &request("POST /", &target, b"{"));
    assert!(matches!(broken, Err(ReadError::Malformed(_))));
    let list = ask("logs", Protocol::Json, &request("POST /", &target, b"[]"));
    assert!(matches!(list, Err(ReadError::Malformed(_))));
    let foreign = [("x-amz-target", "Other.DescribeLogGroups")];
    assert!(ask("logs", Protocol::Json, &request("POST /", &foreign, b"{}")).is_err());
}

#[test]
fn rest_requests_are_routed_by_path_and_query() {
    for (service, line, operation, input) in [
        ("s3", "GET /", "ListBuckets", json!({})),
        (
            "s3",
            "GET /?x-id=ListBuckets&max-buckets=5",
            "ListBuckets",
            json!({"MaxBuckets": 5}),
        ),
        ("s3", "GET /b?acl", "GetBucketAcl", json!({"Bucket": "b"})),
        ("s3", "GET /b/?acl=", "GetBucketAcl", json!({"Bucket": "b"})),
        (
            "s3",
            "GET /b?policyStatus",
            "GetBucketPolicyStatus",
            json!({"Bucket": "b"}),
        ),
        ("s3", "HEAD /b", "HeadBucket", json!({"Bucket": "b"})),
        (
            "eks",
            "GET /clusters?maxResults=3",
            "ListClusters",
            json!({"maxResults": 3}),
        ),
        (
            "eks",
            "GET /clusters/a%2Fb",
            "DescribeCluster",
            json!({"name": "a/b"}),
        ),
        (
            "eks",
            "GET /clusters/c/access-entries/arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr",
            "DescribeAccessEntry",
            json!({"clusterName": "c", "principalArn": "arn:aws:iam::1:role/r"}),
        ),
        ("backup", "GET /backup/plans/", "ListBackupPlans", json!({})),
        (
            "backup",
            "GET /backup/plans/p/",
            "GetBackupPlan",
            json!({"BackupPlanId": "p"}),
        ),
        (
            "backup",
            "GET /backup/plans/p",
            "GetBackupPlan",
            json!({"BackupPlanId": "p"}),
        ),
        (
            "guardduty",
            "GET /detector/d",
            "GetDetector",
            json!({"DetectorId": "d"}),
        ),
    ] {
        let protocol = by_name(service).unwrap().protocols[0];
        let got = ask(service, protocol, &request(line, &[], b"")).unwrap();
        assert_eq!(
            (got.operation.as_str(), &got.input),
            (operation, &input),
            "{line}"
        );
    }
    for (service, line) in [
        ("s3", "GET /b?list-type=2"),
        ("s3", "GET /b?accelerate"),
        ("s3", "GET /b/key"),
        ("s3", "GET /?x-id=ListDirectoryBuckets"),
        ("eks", "POST /clusters"),
    ] {
        let protocol = by_name(service).unwrap().protocols[0];
        let got = ask(service, protocol, &request(line, &[], b""));
        assert!(
            matches!(got, Err(ReadError::NotServed(_))),
            "{line}: {got:?}"
        );
    }
}

#[test]
fn rest_requests_have_members_in_headers_and_bodies() {
    let header = [("x-amz-account-id", "111122223333")];
    let line = "GET /v20180820/accesspoint/reader";
    let got = ask("s3control", Protocol::RestXml, &request(line, &header, b"")).unwrap();
    assert_eq!(
        got.input,
        json!({"AccountId": "111122223333", "Name": "reader"})
    );
    let incoming = request(
        "POST /getAlternateContact",
        &[],
        br#"{"AlternateContactType":"OPS"}"#,
    );
    let got = ask("account", Protocol::RestJson, &incoming).unwrap();
    assert_eq!(got.input, json!({"AlternateContactType": "OPS"}));
    assert_eq!(missing(&got), None);
    let incoming = request("POST /getAlternateContact", &[], b"");
    let got = ask("account", Protocol::RestJson, &incoming).unwrap();
    assert_eq!(missing(&got), Some("AlternateContactType"));
}

#[test]
fn cbor_is_read_and_written() {
    let mut sent = Vec::new();
    ciborium::into_writer(&json!({"AlarmNames": ["a"], "MaxRecords": 3}), &mut sent).unwrap();
    let line = "POST /service/GraniteServiceVersion20100801/operation/DescribeAlarms";
    let incoming = request(line, &[("smithy-protocol", "rpc-v2-cbor")], &sent);
    let got = ask("cloudwatch", Protocol::Cbor, &incoming).unwrap();
    assert_eq!(got.input, json!({"AlarmNames": ["a"], "MaxRecords": 3}));
    let alarm = json!({
        "AlarmName": "a", "Threshold": 1, "ActionsEnabled": true,
        "StateUpdatedTimestamp": "2026-11-22T12:00:00.5Z",
    });
    let wire = write(
        &got,
        &json!({"MetricAlarms": [alarm], "NextToken": null}),
        "id-1",
    );
    let read: ciborium::Value = ciborium::from_reader(&wire.body[..]).unwrap();
    let alarm = &read.as_map().unwrap()[0].1.as_array().unwrap()[0];
    let field = |name: &str| {
        let found = alarm
            .as_map()
            .unwrap()
            .iter()
            .find(|(k, _)| k.as_text() == Some(name));
        found.unwrap().1.clone()
    };
    assert_eq!(field("Threshold").as_float(), Some(1.0));
    assert_eq!(field("StateUpdatedTimestamp").as_tag().unwrap().0, 1);
    assert_eq!(
        field("StateUpdatedTimestamp")
            .as_tag()
            .unwrap()
            .1
            .as_float(),
        Some(1_795_348_800.5)
    );
    assert!(
        wire.headers
            .contains(&("smithy-protocol".to_owned(), "rpc-v2-cbor".to_owned()))
    );
    let deep = vec![0x81; 100_000];
    assert!(ask("cloudwatch", Protocol::Cbor, &request(line, &[], &deep)).is_err());
}

#[test]
fn ec2_replies_have_items_and_no_result_element() {
    let output = json!({"Volumes": [
        {"VolumeId": "vol-1", "Encrypted": false, "Size": 8, "CreateTime": "2026-01-02T03:04:05+00:00",
         "Tags": [{"Key": "a&b", "Value": "<\"'>"}]},
    ]});
    assert_eq!(
        body(&asked("ec2", Protocol::Ec2, "DescribeVolumes"), &output),
        "<DescribeVolumesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15\">\
         <requestId>id-1</requestId><volumeSet><item>\
         <createTime>2026-01-02T03:04:05Z</createTime><encrypted>false</encrypted><size>8</size>\
         <tagSet><item><key>a&amp;b</key><value>&lt;&quot;'&gt;</value></item></tagSet>\
         <volumeId>vol-1</volumeId></item></volumeSet></DescribeVolumesResponse>"
    );
}

#[test]
fn query_replies_are_wrapped_and_iam_encodes_documents() {
    let policy = json!({"Version": "2012-10-17", "Statement": []});
    let role = json!({"RoleName": "r", "AssumeRolePolicyDocument": policy});
    assert_eq!(
        body(
            &asked("iam", Protocol::Query, "GetRole"),
            &json!({"Role": role})
        ),
        "<GetRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetRoleResult>\
         <Role><AssumeRolePolicyDocument>%7B%22Statement%22%3A%5B%5D%2C%22Version%22%3A%22\
         2012-10-17%22%7D</AssumeRolePolicyDocument><RoleName>r</RoleName></Role></GetRoleResult>\
         <ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></GetRoleResponse>"
    );
    // A map.
    let output = json!({"SummaryMap": {"Users": 3}});
    let text = body(&asked("iam", Protocol::Query, "GetAccountSummary"), &output);
    let entry = "<SummaryMap><entry><key>Users</key><value>3</value></entry></SummaryMap>";
    assert!(text.contains(entry), "{text}");
}

#[test]
fn s3_replies_have_their_own_roots() {
    let namespace = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
    let of =
        |operation: &str, output: Value| body(&asked("s3", Protocol::RestXml, operation), &output);
    assert_eq!(
        of("ListBuckets", json!({"Buckets": [{"Name": "b"}]})),
        format!(
            "<ListAllMyBucketsResult {namespace}><Buckets><Bucket><Name>b</Name></Bucket>\
             </Buckets></ListAllMyBucketsResult>"
        )
    );
    assert_eq!(
        of(
            "GetBucketLocation",
            json!({"LocationConstraint": "eu-west-1"})
        ),
        format!("<LocationConstraint {namespace}>eu-west-1</LocationConstraint>")
    );
    assert_eq!(
        of("GetBucketPolicy", json!({"Policy": {"a": 1}})),
        r#"{"a":1}"#
    );
    let grants = json!({"Grants": [{"Grantee": {"Type": "Group", "URI": "u"}}]});
    assert_eq!(
        of("GetBucketAcl", grants),
        format!(
            "<AccessControlPolicy {namespace}><AccessControlList><Grant><Grantee \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"Group\">\
             <URI>u</URI></Grantee></Grant></AccessControlList></AccessControlPolicy>"
        )
    );
    let rules = json!({"ServerSideEncryptionConfiguration": {"Rules": [
        {"BucketKeyEnabled": true}, {"BucketKeyEnabled": false},
    ]}});
    assert_eq!(
        of("GetBucketEncryption", rules),
        format!(
            "<ServerSideEncryptionConfiguration {namespace}><Rule><BucketKeyEnabled>true\
             </BucketKeyEnabled></Rule><Rule><BucketKeyEnabled>false</BucketKeyEnabled></Rule>\
             </ServerSideEncryptionConfiguration>"
        )
    );
    let wire = write(
        &asked("s3", Protocol::RestXml, "HeadBucket"),
        &json!({"BucketRegion": "eu-west-1"}),
        "id-1",
    );
    assert!(wire.body.is_empty());
    let region = ("x-amz-bucket-region".to_owned(), "eu-west-1".to_owned());
    assert!(wire.headers.contains(&region));
}

#[test]
fn json_replies_have_numbers_for_times_unless_told_otherwise() {
    let output = json!({"KeyMetadata": {"KeyId": "k", "CreationDate": "2026-11-22T12:00:00Z"}});
    assert_eq!(
        body(&asked("kms", Protocol::Json, "DescribeKey"), &output),
        r#"{"KeyMetadata":{"CreationDate":1795348800,"KeyId":"k"}}"#
    );
    // rest-json: the wire's names are not the members'.
    let output = json!({"Status": "ENABLED", "Tags": {"a": "b"}, "CreatedAt": "t"});
    assert_eq!(
        body(
            &asked("guardduty", Protocol::RestJson, "GetDetector"),
            &output
        ),
        r#"{"createdAt":"t","status":"ENABLED","tags":{"a":"b"}}"#
    );
    let output = json!({"createdAt": "2026-11-22T12:00:00Z"});
    assert_eq!(
        body(
            &asked("macie2", Protocol::RestJson, "GetMacieSession"),
            &output
        ),
        r#"{"createdAt":"2026-11-22T12:00:00Z"}"#
    );
}

#[test]
fn errors_are_worded_as_each_protocol_words_them() {
    let fault = Fault::new("NoSuch<Thing>", "It's not & there", 404);
    let text = |service: &str, protocol: Protocol| {
        let service: Arc<_> = by_name(service).unwrap();
        let wire = write_fault(Some(&service), protocol, &fault, "id-1");
        assert_eq!(wire.status, 404);
        let body = String::from_utf8_lossy(&wire.body).into_owned();
        let body = body.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        (body.map(str::to_owned), wire)
    };
    let escaped = "<Code>NoSuch&lt;Thing&gt;</Code><Message>It's not &amp; there</Message>";
    assert_eq!(
        text("ec2", Protocol::Ec2).0.unwrap(),
        format!(
            "<Response><Errors><Error>{escaped}</Error></Errors><RequestID>id-1</RequestID>\
             </Response>"
        )
    );
    assert_eq!(
        text("sns", Protocol::Query).0.unwrap(),
        format!(
            "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error>\
             <Type>Sender</Type>{escaped}</Error><RequestId>id-1</RequestId></ErrorResponse>"
        )
    );
    let s3 = text("s3", Protocol::RestXml).0.unwrap();
    assert!(
        s3.starts_with(&format!("<Error>{escaped}<RequestId>")),
        "{s3}"
    );
    let control = text("s3control", Protocol::RestXml).0.unwrap();
    assert!(control.starts_with("<ErrorResponse><Error>"), "{control}");
    let (_, json) = text("kms", Protocol::Json);
    assert_eq!(
        json.body,
        br#"{"__type":"NoSuch<Thing>","message":"It's not & there"}"#
    );
    let (_, rest) = text("eks", Protocol::RestJson);
    assert_eq!(rest.body, br#"{"message":"It's not & there"}"#);
    let named = ("x-amzn-errortype".to_owned(), "NoSuch<Thing>".to_owned());
    assert!(rest.headers.contains(&named));
    let (_, cbor) = text("cloudwatch", Protocol::Cbor);
    let read: Value = ciborium::from_reader(&cbor.body[..]).unwrap();
    assert_eq!(read["__type"], "NoSuch<Thing>");
    let compatible = (
        "x-amzn-query-error".to_owned(),
        "NoSuch<Thing>;Sender".to_owned(),
    );
    assert!(cbor.headers.contains(&compatible));
}
