//! Answers that follow from other replies or from `account.json`, so that no file repeats them,
//! and finishing touches that the services give a reply by the request's input.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Question;
use crate::Fault;
use crate::protocol::Asked;

/// Regions that are enabled without opting in; the rest of an account's Regions were opted in to.
pub const DEFAULT_REGIONS: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// An output that follows from what the account has elsewhere.
pub(super) fn output(question: &Question<'_>, bucket_region: Option<&str>) -> Option<Value> {
    match question.key().as_str() {
        "ec2:DescribeRegions" => Some(json!({ "Regions": regions(question) })),
        "account:ListRegions" => {
            let regions = regions(question);
            let regions = regions.iter().map(|region| {
                let status = match region["OptInStatus"].as_str() {
                    Some("opted-in") => "ENABLED",
                    _ => "ENABLED_BY_DEFAULT",
                };
                json!({"RegionName": region["RegionName"], "RegionOptStatus": status})
            });
            Some(json!({ "Regions": regions.collect::<Vec<_>>() }))
        }
        "iam:ListAccountAliases" => {
            let aliases: Vec<&str> = question.account().alias().into_iter().collect();
            Some(json!({ "AccountAliases": aliases }))
        }
        "iam:GetUser" if question.input("UserName").is_none() => {
            let name = question.caller.arn.rsplit('/').next()?;
            Some(json!({"User": {
                "Path": "/", "UserName": name, "UserId": question.caller.user_id,
                "Arn": question.caller.arn, "CreateDate": "2024-01-01T00:00:00Z",
            }}))
        }
        // The role that the caller has assumed is there, whether or not a file has it.
        "iam:GetRole" => {
            let name = question.input_text("RoleName")?;
            let account = question.account();
            let arn = super::simulate::role_of(question.caller)?;
            arn.ends_with(&format!(":role/{name}")).then(|| {
                json!({"Role": {
                    "Path": "/", "RoleName": name, "RoleId": format!("AROA{}ROLE", account.id()),
                    "Arn": arn, "CreateDate": "2024-01-01T00:00:00Z",
                }})
            })
        }
        "s3:GetBucketLocation" => {
            // us-east-1 has no constraint.
            let region = bucket_region?;
            let constraint = (region != "us-east-1").then_some(region);
            Some(constraint.map_or_else(|| json!({}), |r| json!({ "LocationConstraint": r })))
        }
        "s3:HeadBucket" => Some(json!({ "BucketRegion": bucket_region? })),
        _ => None,
    }
}

/// KMS takes an alias where a key is due: the request with the key that the alias means.
pub(super) fn with_key_for_alias(question: &Question<'_>) -> Option<Asked> {
    if question.service() != "kms" || question.asked.operation == "ListAliases" {
        return None;
    }
    let given = question.input_text("KeyId")?;
    let alias = &given[given.find("alias/")?..];
    let list = question.other("ListAliases")?;
    let aliases = list.get("Aliases")?.as_array()?;
    let key = aliases
        .iter()
        .find(|item| item["AliasName"] == alias)?
        .get("TargetKeyId")?;
    let mut asked = question.asked.clone();
    asked.input["KeyId"] = key.clone();
    Some(asked)
}

fn regions(question: &Question<'_>) -> Vec<Value> {
    let account = question.account();
    let names: Vec<&str> = match account.regions() {
        [] => DEFAULT_REGIONS.to_vec(),
        named => named.iter().map(String::as_str).collect(),
    };
    let suffix = if account.partition() == "aws-cn" {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    };
    names
        .into_iter()
        .map(|name| {
            let default = DEFAULT_REGIONS.contains(&name) || account.partition() != "aws";
            json!({
                "RegionName": name,
                "Endpoint": format!("ec2.{name}.{suffix}"),
                "OptInStatus": if default { "opt-in-not-required" } else { "opted-in" },
            })
        })
        .collect()
}

/// Regions of buckets, by their names.
pub(super) type Buckets = HashMap<String, String>;

/// The account's buckets, as far as their list tells the Regions.
pub(super) fn buckets(question: &Question<'_>) -> Arc<Buckets> {
    let list = question.other("ListBuckets");
    let buckets = list
        .as_ref()
        .and_then(|list| list.get("Buckets")?.as_array());
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let regions = buckets
        .into_iter()
        .flatten()
        .filter_map(|bucket| Some((text(&bucket["Name"])?, text(&bucket["BucketRegion"])?)));
    Arc::new(regions.collect())
}

/// S3 sends requests for a bucket of another Region there; only its location is told anywhere.
pub(super) fn wrong_region(question: &Question<'_>, bucket_region: Option<&str>) -> Option<Fault> {
    let region = bucket_region.filter(|region| *region != question.region)?;
    if question.asked.operation == "GetBucketLocation" {
        return None;
    }
    let mut fault = Fault::new(
        "PermanentRedirect",
        "The bucket you are attempting to access must be addressed using the specified endpoint. \
         Please send all future requests to this endpoint.",
        301,
    );
    fault
        .headers
        .push(("x-amz-bucket-region".to_owned(), region.to_owned()));
    Some(fault)
}

/// Narrows an output in ways of the service's own.
pub(super) fn finish(question: &Question<'_>, output: &mut Value) {
    match question.key().as_str() {
        // S3 tells the buckets' Regions only to those who send a parameter.
        "s3:ListBuckets" if question.asked.input.as_object().is_some_and(Map::is_empty) => {
            for bucket in output["Buckets"].as_array_mut().into_iter().flatten() {
                if let Some(bucket) = bucket.as_object_mut() {
                    bucket.remove("BucketRegion");
                }
            }
        }
        // A trail of all Regions is shown in each, as a shadow, unless the client says no.
        "cloudtrail:DescribeTrails"
            if question.input("includeShadowTrails") == Some(&Value::Bool(false)) =>
        {
            if let Some(trails) = output["trailList"].as_array_mut() {
                trails.retain(|trail| trail["HomeRegion"] == question.region);
            }
        }
        _ => {}
    }
}
