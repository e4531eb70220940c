//! Reads the access points of each Region, and the account's multi-Region access points.

use super::public_access_block;
use crate::collect::Cx;
use crate::collect::convert::{policy, tags, time};
use crate::model::s3::{AccessPoint, MultiRegionAccessPoint, MultiRegionBucket, PublicAccessBlock};
use crate::model::{Facet, Tags};
use aws_sdk_s3control::types as sdk;
use tokio::join;

/// Where requests about multi-Region access points are answered, for all Regions.
const MULTI_REGION_HOME: &str = "us-west-2";

pub(super) async fn access_points(cx: Cx) {
    let clients = cx.clients();
    let result = cx
        .pages(
            "s3control:ListAccessPoints",
            None,
            |token| {
                clients
                    .s3control()
                    .list_access_points()
                    .account_id(&*cx.account)
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for item in page.access_point_list.unwrap_or_default() {
                    let name = item.name.clone();
                    cx.part("s3.access_point", &name, |task| access_point(task, item));
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["s3.access_point"], &result);
}

async fn access_point(cx: Cx, item: sdk::AccessPoint) {
    let name = item.name;
    let arn = item
        .access_point_arn
        .unwrap_or_else(|| cx.arn("s3", &format!("accesspoint/{name}")));
    let clients = cx.clients();
    let s3control = clients.s3control();
    let block = cx.facet(
        "s3control:GetAccessPoint",
        &arn,
        || {
            s3control
                .get_access_point()
                .account_id(&*cx.account)
                .name(&name)
                .send()
        },
        |reply| Ok(reply.public_access_block_configuration.map(own_block)),
    );
    let access_point_policy = cx.facet_or(
        "s3control:GetAccessPointPolicy",
        &arn,
        &["NoSuchAccessPointPolicy"],
        None,
        || {
            s3control
                .get_access_point_policy()
                .account_id(&*cx.account)
                .name(&name)
                .send()
        },
        |reply| reply.policy.as_deref().map(policy).transpose(),
    );
    let access_point_tags = cx.facet(
        "s3control:ListTagsForResource",
        &arn,
        || {
            s3control
                .list_tags_for_resource()
                .account_id(&*cx.account)
                .resource_arn(&arn)
                .send()
        },
        |reply| {
            let pairs = reply.tags.unwrap_or_default();
            Ok(tags(pairs.into_iter().map(|tag| (tag.key, tag.value))))
        },
    );
    let (block, access_point_policy, tags) = join!(block, access_point_policy, access_point_tags);
    let facts = AccessPoint {
        name: name.clone(),
        bucket: item.bucket,
        bucket_account_id: item.bucket_account_id,
        network_origin: item.network_origin.as_str().to_owned(),
        vpc_id: item.vpc_configuration.map(|vpc| vpc.vpc_id),
        public_access_block: block,
        policy: access_point_policy,
    };
    cx.emit(cx.meta(arn, name, tags), facts);
}

pub(super) async fn multi_region_access_points(cx: Cx) {
    // Only the partition `aws` has them: elsewhere there are none.
    if cx.partition() != "aws" {
        return cx.listed(&["s3.multi_region_access_point"], &Ok(()));
    }
    let home = cx.in_region(MULTI_REGION_HOME);
    let clients = home.clients();
    let result = home
        .pages(
            "s3control:ListMultiRegionAccessPoints",
            None,
            |token| {
                clients
                    .s3control()
                    .list_multi_region_access_points()
                    .account_id(&*cx.account)
                    .max_results(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for item in page.access_points.unwrap_or_default() {
                    multi_region_access_point(&cx, item);
                }
                page.next_token
            },
        )
        .await;
    cx.listed(&["s3.multi_region_access_point"], &result);
}

fn multi_region_access_point(cx: &Cx, item: sdk::MultiRegionAccessPointReport) {
    let Some(name) = cx.named(
        "s3.multi_region_access_point",
        "s3control:ListMultiRegionAccessPoints",
        item.name,
    ) else {
        return;
    };
    // The ARN names the alias; while it is being made it may not have one yet.
    let known_as = item.alias.as_deref().unwrap_or(&name);
    let arn = cx.arn("s3", &format!("accesspoint/{known_as}"));
    let mut regions: Vec<MultiRegionBucket> = item
        .regions
        .unwrap_or_default()
        .into_iter()
        .map(|behind| MultiRegionBucket {
            bucket: behind.bucket,
            region: behind.region,
            bucket_account_id: behind.bucket_account_id,
        })
        .collect();
    regions.sort_by(|a, b| (&a.region, &a.bucket).cmp(&(&b.region, &b.bucket)));
    let facts = MultiRegionAccessPoint {
        name: name.clone(),
        alias: item.alias,
        created_at: item.created_at.as_ref().and_then(time),
        status: item.status.map(|status| status.as_str().to_owned()),
        public_access_block: item.public_access_block.map(own_block),
        regions,
    };
    // They cannot be tagged.
    cx.emit(cx.meta(arn, name, Facet::Known(Tags::default())), facts);
}

fn own_block(block: sdk::PublicAccessBlockConfiguration) -> PublicAccessBlock {
    public_access_block(
        block.block_public_acls,
        block.ignore_public_acls,
        block.block_public_policy,
        block.restrict_public_buckets,
    )
}
